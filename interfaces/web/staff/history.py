"""The journal of a case as staff read it: newest first, by day, runs folded, with a filter that is an address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from cases.read_history import SeenEntry
from interfaces.web.places import Places
from interfaces.web.staff.case import about
from interfaces.web.staff.fields import Subject
from interfaces.web.staff.reading import CaseRead, read_case, read_entries
from interfaces.web.visit import Visit, Visited
from interfaces.words.journal import Group, Said, folded

places = Places()
PLACE = re.compile(r"[1-9][0-9]{0,8}")
GROUPS: tuple[Group, ...] = ("changes", "refusals", "notices", "looks")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, the sentence, what was recorded or tried, why not, and whether it can be corrected."""

    number: int
    clock: str
    text: str
    facts: Sequence[str]
    withdrawn: Sequence[str]
    because: Sequence[str]
    reason: str
    hidden: int
    corrects: bool
    looked: Sequence[str]


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day."""

    day: str
    lines: Sequence[Line]


@places.page("/cases/{ref}/history", area="case")
@places.page("/instances/{ref}/history", area="case")
def history_page(visit: Visited, show: str = "all", before: str = "") -> Response:
    """Everything that happened, or one group of it; `before` is the entry that the newer page ended with."""
    case = read_case(visit)
    wanted = [group for group in GROUPS if group == show] or None
    start = int(before) if PLACE.fullmatch(before) else None
    entries = [one for one in read_entries(visit) if start is None or one.entry.seq < start]
    said = folded(visit.words, case.rules, case.instance.process, entries, visit.names, wanted)
    at = f"{visit.request.url.path}?show={show if wanted else 'all'}"
    shown = visit.served.portions.history
    rest, said = said[shown:], said[:shown]
    return visit.page(
        "staff/history.html",
        **about(case),
        days=_days(visit, case, said),
        show=show if wanted else "all",
        more=f"{at}&before={said[-1].entries[-1].entry.seq}" if rest else "",
        first=at if start is not None else "",
        filters=[
            ("all", visit.words.gettext("All")),
            ("changes", visit.words.gettext("Changes")),
            ("refusals", visit.words.gettext("Not possible then")),
            ("notices", visit.words.gettext("Dates and reminders")),
            ("looks", visit.words.gettext("Who looked")),
        ],
    )


def _days(visit: Visit, case: CaseRead, said: Sequence[Said]) -> list[Day]:
    found: dict[dt.date, list[Line]] = {}
    for one in said:
        found.setdefault(one.at.astimezone(visit.words.zone).date(), []).append(_line(visit, case, one))
    return [Day(visit.words.when(day), lines) for day, lines in found.items()]


def _line(visit: Visit, case: CaseRead, said: Said) -> Line:
    newest = said.entries[0]
    subject = Subject(visit.words, case.labels, case.instance.process, case.process.model.facts)
    single = not said.folded
    return Line(
        number=newest.entry.seq,
        clock=visit.words.clock(said.at),
        text=said.text,
        facts=_told(subject, newest.facts) if single else (),
        withdrawn=_told(subject, newest.withdrawn) if single else (),
        because=_because(case, newest) if single else (),
        reason=(newest.reason or "") if single else "",
        hidden=len(newest.hidden) if single else 0,
        corrects=single and said.group == "changes" and any(name in case.process.facts for name in newest.facts),
        looked=() if single or said.group != "looks" else _looked(visit, said.entries),
    )


def _told(subject: Subject, facts: Mapping[str, Any]) -> list[str]:
    return [f"{subject.labels.fact(subject.process, name)}: {_said(subject, name, facts[name])}" for name in facts]


def _said(subject: Subject, name: str, value: Any) -> str:
    return subject.said(name, tuple(value) if isinstance(value, list) else value)


def _because(case: CaseRead, entry: SeenEntry) -> list[str]:
    guards = case.process.guards
    return [guards[name].refusal for name in entry.clear.get("because", ()) if name in guards]


def _looked(visit: Visit, entries: Sequence[SeenEntry]) -> list[str]:
    seen = ((str(one.clear.get("actor", "")), visit.words.clock(one.entry.at)) for one in entries)
    return list(dict.fromkeys(f"{visit.names(person)}, {clock}" for person, clock in seen))
