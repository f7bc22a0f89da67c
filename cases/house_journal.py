"""What the house itself does stands in the journals of the people whom it concerns: chained as all entries are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from cases.errors import BadInput
from cases.house import House
from cases.journal import Kind
from cases.ports import NewEntry, Reading
from cases.workspace import Workspace
from state_machine.view import SYSTEM

NOTHING: Mapping[str, Any] = MappingProxyType({})


def house_entry(
    house: House, tx: Reading, person: str, kind: Kind, clear: Mapping[str, Any], now: dt.datetime
) -> tuple[Workspace, NewEntry]:
    """An entry in the journal of a person, with the workspace that it belongs to.

    Raises BadInput where nothing stands for that person.
    """
    ref = tx.person_ref(person)
    loaded = tx.load(ref) if ref else None
    if ref is None or loaded is None:
        raise BadInput(f"nothing stands for {person} in this house, so that it cannot be journaled; open it once")
    ws = Workspace(house, tx, now, loaded)
    return ws, ws.entry(ref, kind, clear, {})


def house_entries(
    house: House, tx: Reading, people: Iterable[str], kind: Kind, clear: Mapping[str, Any], now: dt.datetime
) -> dict[str, list[NewEntry]]:
    """The same entry in the journal of each of these people, by family; the house itself has none."""
    entries: dict[str, list[NewEntry]] = {}
    for person in dict.fromkeys(people):
        if person != SYSTEM:
            ws, entry = house_entry(house, tx, person, kind, clear, now)
            entries[ws.family] = [entry]
    return entries
