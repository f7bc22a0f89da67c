"""The journal: of one instance as you may read it, and for auditors the trace of the whole house, without names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from access.exports import hidden
from access.opened import opened_for
from access.screens import EntryRow, Outcome, TraceFilter
from access.trace import ClausesOf
from cases.journal import instant
from cases.read_history import read_history
from interfaces.api.answering import MOST_ROWS, cursor_of, document, page
from interfaces.api.asked import An, Asked
from interfaces.api.given import find
from interfaces.api.models import CURSOR, MOMENT, NAME, JournalTold, PageOfTrace
from interfaces.api.places import ApiPlaces, Gives
from interfaces.api.problems import ApiProblem, Wrong
from interfaces.documents.codes import Codes
from interfaces.documents.journal import history_document
from state_machine.values import starts_at

places = ApiPlaces("journal")
Word = Annotated[str | None, Field(pattern=NAME)]


class EntriesWanted(BaseModel):
    """Which journal entries: all that is given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: Annotated[str | None, Field(max_length=40, description="Any reference of the case's family.")] = None
    person: Annotated[str | None, Field(pattern=r"^P-\d{1,9}$", description="Somebody, by their code.")] = None
    role: Word = None
    action: Word = None
    guard: Word = None
    clause: Annotated[str | None, Field(pattern=r"^[A-Z0-9][A-Za-z0-9.\-]{0,39}$")] = None
    outcome: Outcome | None = None
    kind: Annotated[str | None, Field(pattern=r"^[a-z_]{1,20}:[a-z_]{1,20}:[a-z_]{1,20}$")] = None
    process: Word = None
    deadline: Word = None
    since: Annotated[str | None, Field(pattern=MOMENT, description="A day or a time.")] = None
    until: Annotated[str | None, Field(pattern=MOMENT, description="A day or a time, not included.")] = None


class TraceWanted(EntriesWanted):
    """A page of the entries that fit."""

    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 50
    cursor: Annotated[str | None, Field(pattern=CURSOR)] = None


@places.get("/instances/{ref}/journal", Gives(JournalTold), area="case", named="journal_of_instance")
def journal_of_instance(asked: An) -> Response:
    """Who did or tried what on an instance, when, and what came of it; facts and reasons by right."""
    opened = opened_for(asked.house, asked.viewer, asked.ref, asked.relation, asked.now)
    entries = read_history(asked.house, asked.actor, find(asked.house, asked.ref).instance.ref, asked.now, opened)
    hashes = {str(one.clear["workflow"]) for one in entries}
    names = {hash_: asked.house.workflows.rules(hash_).workflow.workflow for hash_ in hashes}
    return document(history_document(asked.ref, entries, names, clear_only=False))


@places.get("/trace", Gives(PageOfTrace), area="audit", named="trace")
def trace(asked: An, wanted: Annotated[TraceWanted, Query()]) -> Response:
    """The entries of the house's journal that fit, the newest first: their clear parts, with codes instead of names."""
    codes = Codes(asked.house)
    chosen = chosen_of(asked, wanted, codes)
    carriers = ClausesOf(asked.house.workflows)
    part = asked.screens.trace(chosen, page(wanted.limit, wanted.cursor), carriers)
    count = asked.screens.count(chosen, carriers)
    names = codes.now()
    told = {"entries": [trace_entry(row, names) for row in part.rows], "count": count.entries, "cases": count.cases}
    return document(told | {"more": count.more, "next": cursor_of(part.next)})


def chosen_of(asked: Asked, wanted: EntriesWanted, codes: Codes) -> TraceFilter:
    """The filter that is meant. Raises ApiProblem for a code that is nobody's, and for what is no time."""
    person = codes.person(wanted.person) if wanted.person is not None else None
    if wanted.person is not None and person is None:
        raise ApiProblem("unknown_name", wrong=(Wrong("person", "a code as entries have it, such as P-17"),))
    same = ("case", "role", "action", "guard", "clause", "outcome", "kind", "process", "deadline")
    return TraceFilter(
        person=person,
        since=_moment(asked, "since", wanted.since),
        until=_moment(asked, "until", wanted.until),
        **{name: getattr(wanted, name) for name in same},
    )


def trace_entry(row: EntryRow, names: Callable[[str], str]) -> dict[str, Any]:
    """An entry as auditors see it."""
    return {
        "at": instant(row.at),
        "instance": row.instance,
        "seq": row.seq,
        "case": row.case,
        "kind": row.kind,
        "outcomes": sorted(row.outcomes),
        "clear": hidden(row, names),
        "hash": row.hash,
        "leaf": row.leaf,
    }


def _moment(asked: Asked, name: str, text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        return starts_at(text, asked.house.workflows.current(None).calendar)
    except ValueError:
        raise ApiProblem("bad_input", wrong=(Wrong(name, "a day such as 2027-03-01, or a time"),)) from None
