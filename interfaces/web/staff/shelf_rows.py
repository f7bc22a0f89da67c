"""The shelf of a case page: one row a track, where it stands and what it asks for, in words and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interfaces.words.labels import spelt
from interfaces.words.onward import what_if_nobody_does, who_moves_it_on
from state_machine.shelf import Asked, Call, Kind, Row, call, shelf

if TYPE_CHECKING:
    from interfaces.web.staff.reading import CaseRead
    from interfaces.web.visit import Visit
    from interfaces.words.words import Words

MARKS = {Kind.NOT_BEGUN: "none", Kind.UNDER_WAY: "going", Kind.WAITING: "wait", Kind.SETTLED: "done"}
COLUMNS = {Kind.NOT_BEGUN: "k0", Kind.UNDER_WAY: "k1", Kind.WAITING: "kw", Kind.SETTLED: "k2"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as it is shown. `next` is what comes next in words, `tone` how it is marked: call, late, or nothing."""

    track: str
    name: str
    state: str
    meaning: str
    kind: str
    mark: str
    column: str
    next: str
    next_mark: str
    tone: str
    needs: bool
    moves_on: Sequence[str]
    if_nobody: Sequence[str]
    actions: Sequence[tuple[str, str]]
    deadlines: Sequence[tuple[str, str]]


def rows(visit: Visit, case: CaseRead) -> list[Shown]:
    """The rows of an instance, in the order of its workflow, which never changes."""
    found = shelf(case.process, case.instance, case.answers, case.outlook.tracks)
    return [_row(visit, case, row) for row in found]


def sum_of(words: Words, shown: Sequence[Shown]) -> str:
    """The sum above the shelf: `Two of eleven need you, two wait, seven need nothing today.`"""
    need = sum(row.needs for row in shown)
    wait = sum(row.column == "kw" and not row.needs for row in shown)
    rest = len(shown) - need - wait
    parts = []
    if need:
        parts.append(
            words.ngettext(
                "%(count)s of %(all)s tracks needs you",
                "%(count)s of %(all)s tracks need you",
                need,
                count=words.number(need, first=True),
                all=words.number(len(shown)),
            )
        )
    if wait:
        parts.append(
            words.ngettext("%(count)s waits", "%(count)s wait", wait, count=words.number(wait, first=not parts))
        )
    if rest:
        parts.append(
            words.ngettext(
                "%(count)s needs nothing today",
                "%(count)s need nothing today",
                rest,
                count=words.number(rest, first=not parts),
            )
        )
    return ", ".join(parts) + "."


def kind_word(words: Words, kind: Kind) -> str:
    """What kind of state it is, in a word."""
    match kind:
        case Kind.NOT_BEGUN:
            return words.gettext("not begun")
        case Kind.UNDER_WAY:
            return words.gettext("under way")
        case Kind.WAITING:
            return words.gettext("waiting")
    return words.gettext("settled")


def _row(visit: Visit, case: CaseRead, row: Row) -> Shown:
    words, labels, process = visit.words, case.labels, case.instance.process
    lines = {line.name: line for line in case.lines}
    asked = [
        Asked(name, lines[name].due if lines[name].state.state == "armed" else None, lines[name].people.people)
        for name in row.deadlines
        if name in lines
    ]
    asks = call(asked, visit.person, visit.now)
    next_, next_mark, tone = _next(visit, asks)
    return Shown(
        track=row.track,
        name=labels.at("processes", process, "tracks", row.track, "short") or spelt(row.track),
        state=labels.short(process, row.track, row.state),
        meaning=labels.state(process, row.track, row.state),
        kind=kind_word(words, row.kind),
        mark=MARKS[row.kind],
        column=COLUMNS[row.kind],
        next=next_,
        next_mark=next_mark,
        tone=tone,
        needs=asks.needs_you,
        moves_on=who_moves_it_on(words, case.rules, process, row.track, row.state),
        if_nobody=what_if_nobody_does(words, case.rules, process, row.track, row.state),
        actions=[(name, labels.action(process, name)) for name in row.actions],
        deadlines=[(name, labels.deadline(process, name)) for name in row.deadlines],
    )


def _next(visit: Visit, asks: Call) -> tuple[str, str, str]:
    words = visit.words
    if asks.asked is None or asks.asked.due is None:
        return words.gettext("Nothing due"), "", "none"
    day = words.when(asks.asked.due)
    if asks.who == "you":
        if asks.late:
            return words.gettext("You, %(late)s", late=words.late(asks.late)), "late", "late"
        return words.gettext("You, %(day)s", day=day), "you", "call"
    if asks.who == "other":
        who = words.join([visit.names(person) for person in asks.asked.people[:2]]) or words.gettext("nobody yet")
        if asks.late:
            return words.gettext("%(who)s, %(late)s", who=who, late=words.late(asks.late)), "other", "late"
        return words.gettext("%(who)s, %(day)s", who=who, day=day), "other", ""
    return words.gettext("On %(day)s", day=day), "clock", ""
