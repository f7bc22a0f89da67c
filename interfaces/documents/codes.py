"""Codes for people: `P-17` stands for the same person in every trace and export, and says nothing about them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from cases.house import House
from state_machine.view import SYSTEM

MANY = 100_000
UNKNOWN = "P-0"
"""Stands for a name for which nothing stands in this house."""


class Codes:
    """The codes of a house's people: numbered in the order in which they were registered, so that none ever changes."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._known: tuple[str, ...] | None = None
        self._codes: Mapping[str, str] = {}

    def of(self, name: str) -> str:
        """The code of a person; the house itself has its name."""
        return name if name == SYSTEM else self._current().get(name, UNKNOWN)

    def now(self) -> Callable[[str], str]:
        """The codes as they are at this moment, read once: for whatever asks of many rows."""
        codes = self._current()
        return lambda name: name if name == SYSTEM else codes.get(name, UNKNOWN)

    def person(self, code: str) -> str | None:
        """Whose code this is; None where it is nobody's."""
        return next((name for name, one in self._current().items() if one == code), None)

    def _current(self) -> Mapping[str, str]:
        """The codes of everybody who is registered by now."""
        with self._house.store.look() as tx:
            known = tuple(tx.people())
            with self._lock:
                if known == self._known:
                    return self._codes
            process = self._house.workflows.current(None).person_process
            standing = tx.list_instances(process, limit=MANY) if process is not None else ()
        people = [one.stands_for for one in standing if one.stands_for is not None]
        codes = {name: f"P-{number}" for number, name in enumerate(dict.fromkeys(people), 1)}
        with self._lock:
            self._known, self._codes = known, codes
        return codes
