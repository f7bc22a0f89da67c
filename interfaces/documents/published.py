"""Where a draft finds what it extends in a house."""

from __future__ import annotations

from collections.abc import Callable

from cases.ports import Store


def published_form(store: Store) -> Callable[[str], bytes | None]:
    """Where a draft finds what it extends: the version of that name which is in force in this house."""

    def of(name: str) -> bytes | None:
        hash_ = store.newest_workflow(name)
        return store.workflow(hash_) if hash_ is not None else None

    return of
