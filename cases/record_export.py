"""Data that is taken out of the house stands in the journal of whoever took it, before the first line goes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cases.effects import who
from cases.house import House
from cases.house_journal import house_entry
from cases.journal import Kind
from cases.ports import Transaction
from cases.take_step import at_the_door
from state_machine.view import Actor


def record_export(house: House, actor: Actor, what: str, asked: Mapping[str, str], now: dt.datetime) -> None:
    """Journal that this person takes out `what` (`cases`, `trace`), chosen by what was asked, at `now` (aware, UTC).

    Raises BadInput where nothing stands for the person, so that it cannot be journaled; Failed.
    """
    at_the_door(house, lambda tx, _: _one_try(house, tx, actor, what, asked, now))


def _one_try(
    house: House, tx: Transaction, actor: Actor, what: str, asked: Mapping[str, str], now: dt.datetime
) -> None:
    said = {**who(actor), "action": "export", "exports": what, "asked": dict(asked)}
    ws, entry = house_entry(house, tx, actor.person, Kind.EXPORTED, said, now)
    tx.note(ws.family, [entry])
