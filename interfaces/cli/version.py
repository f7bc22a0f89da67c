"""How a published version of a workflow is named on the command line: by its hash, its beginning, or its workflow."""

from __future__ import annotations

import re

from cases.errors import BadInput, UnknownWorkflow
from cases.ports import Store

_HASH = re.compile(r"[0-9a-f]{6,64}")


def is_hash(text: str) -> bool:
    """Whether this is a hash or the beginning of one, of at least six signs."""
    return _HASH.fullmatch(text) is not None


def find_version(store: Store, text: str) -> str:
    """The hash of a published version: `text` is its hash, the beginning of it, or a name for the version in force.

    Raises UnknownWorkflow, or BadInput where several begin so.
    """
    in_force = store.newest_workflow(text)
    if in_force is not None:
        return in_force
    found = store.versions.beginning(text) if is_hash(text) else ()
    if len(found) > 1:
        hashes = ", ".join(hash_[:16] for hash_, _ in found)
        raise BadInput(f"{text} begins {len(found)} versions ({hashes}); write more of it")
    if not found:
        raise UnknownWorkflow(
            f"no version {text} was published in this house; name one by the first signs of its hash, or by the name "
            "of its workflow; see `homeward workflow versions`"
        )
    return found[0][0]
