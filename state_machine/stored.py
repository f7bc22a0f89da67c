"""Mappings that still lie as they were stored, and how they are changed and compared at the least cost."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import TypeVar

V = TypeVar("V")


class Stored(Mapping[str, V]):
    """A mapping that still lies as it was stored: a value is made into an object when it is first asked for.

    The tracks, facts and actions done of a loaded instance are such mappings, and the facts are not even unsealed
    before somebody asks. Copying one with `dict()` makes all its objects; `changed` makes none.
    """

    @abstractmethod
    def changed(self, changes: Mapping[str, V]) -> Mapping[str, V]:
        """The same with these values put in or replaced; what did not change stays as it was stored."""

    @abstractmethod
    def differing(self, after: Stored[V]) -> Collection[str]:
        """The names whose values are other ones in a mapping of the same kind, or are in one of the two alone."""


def changed(before: Mapping[str, V], changes: Mapping[str, V]) -> Mapping[str, V]:
    """A mapping with some values put in or replaced, at the least cost for what was stored."""
    if isinstance(before, Stored):
        return before.changed(changes)
    return {**before, **changes}


def differing(before: Mapping[str, V], after: Mapping[str, V]) -> Collection[str]:
    """The names whose values are other ones in two mappings, or are in one of the two alone."""
    if before is after:
        return ()
    if isinstance(before, Stored) and isinstance(after, Stored):
        return before.differing(after)
    return [name for name in before.keys() | after.keys() if _is_other(before.get(name), after.get(name))]


def _is_other(one: object, other: object) -> bool:
    return one is not other and one != other
