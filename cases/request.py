"""What somebody wants done: the input of the one door."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cases.journal import canonical, plain_facts
from config.definition import FactValue
from state_machine.view import Actor


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt as it is asked for. For `open`, `ref` is the parent (or None for a root) and `process` what to open.

    `observed` says when the facts were seen (aware; left out: now). `key` is the idempotency key, `if_revision` the
    revision that the asker saw. `documents` are (digest, media type, content) of files that facts name.
    """

    kind: Literal["open", "act", "record", "assign", "unassign"]
    actor: Actor
    ref: str | None
    action: str = ""
    process: str = ""
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    observed: dt.datetime | None = None
    assigned: str | None = None
    role: str | None = None
    reason: str | None = None
    key: str | None = None
    if_revision: int | None = None
    workflow: str | None = None
    documents: tuple[tuple[str, str, bytes], ...] = ()
    by_house: bool = False  # the house itself opens: nobody's role is asked

    @property
    def fingerprint(self) -> str:
        """What makes two requests with one idempotency key the same attempt (semantics 5)."""
        said = [self.kind, self.actor.person, self.ref, self.action, self.process, self.assigned, self.role]
        observed = self.observed.isoformat() if self.observed else None
        return fingerprint([said, self.reason, plain_facts(self.facts), observed, self.workflow])


def fingerprint(said: object) -> str:
    """SHA-256 of what was asked, in canonical JSON."""
    return hashlib.sha256(canonical(said)).hexdigest()
