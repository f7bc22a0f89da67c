"""All that a page shows of one instance, read at once: one snapshot, the family loaded one time.

What few may see is journaled before it is shown, as by each of the readings that are put together here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cases.due_list import DueLine, lines_on
from cases.house import House
from cases.look import Sight, read_workspace, sight_on
from cases.opened import Opened
from cases.outlook import Outlook, outlook_on
from cases.ports import StoredEntry
from cases.why import answers_on, note_seen
from state_machine.explain import ActionAnswer
from state_machine.view import Actor


@dataclass(frozen=True, slots=True)
class Survey:
    """An instance as somebody sees it at one moment.

    `answers` are those of all its actions, `lines` the deadlines that run on it, and `entries` its journal in order of
    seq, where that was asked for.
    """

    sight: Sight
    answers: Sequence[ActionAnswer]
    lines: Sequence[DueLine]
    outlook: Outlook
    entries: Sequence[StoredEntry]


def survey(
    house: House,
    actor: Actor,
    ref: str,
    now: dt.datetime,
    opened: Opened | None = None,
    only: Collection[str] | None = None,
    *,
    journal: bool = False,
) -> Survey:
    """What `look`, `why`, `due_of` and `outlook` answer at `now` (aware, UTC), with the journal if it is asked for.

    `opened` and `only` are those of `look`. Raises UnknownReference.
    """
    with house.store.look() as tx:
        ws = read_workspace(house, tx, ref, now)
        sight, seen = sight_on(ws, actor, ref, opened, only)
        answers, seen_in_reasons = answers_on(ws, actor, ref)
        entries = tx.entries(ref) if journal else ()
        found = Survey(sight, answers, lines_on(ws, ref), outlook_on(ws, actor, ref), entries)
    sights = tuple(one for one in (seen, seen_in_reasons) if one is not None)
    if sights:
        note_seen(house, sights, now)
    return found
