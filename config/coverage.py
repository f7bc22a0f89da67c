"""What becomes of each clause of the standards: which elements carry it, or why no software does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from config.built_in import PREFIX
from config.clause_book import Attested, ClauseBook
from config.definition import Element, Process, Workflow

Status = Literal["carried", "attested", "scheduled", "outside", "missing"]

_SECTIONS = {
    "tracks": "track",
    "facts": "fact",
    "guards": "guard",
    "actions": "action",
    "deadlines": "deadline",
    "invariants": "invariant",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One clause of the register. `carried_by` names elements as `case.guard.critical_care_answered`."""

    id: str
    says: str
    where: str
    strength: str
    kind: str
    phase: str
    status: Status
    carried_by: tuple[str, ...] = ()
    reason: str = ""


def coverage(workflow: Workflow) -> tuple[Row, ...]:
    """One row for each clause of the register, in its order."""
    carriers = carried(workflow)
    book = workflow.clauses
    return tuple(
        Row(
            id=clause,
            says=entry.says,
            where=entry.where,
            strength=entry.strength,
            kind=entry.kind,
            phase=entry.phase,
            status=statuses(book, carriers, clause)[0],
            carried_by=carriers.get(clause, ()),
            reason=_reason(book, clause),
        )
        for clause, entry in book.register_.items()
    )


def counts(rows: tuple[Row, ...]) -> dict[Status, int]:
    """How many clauses have which status; all five are there."""
    found: dict[Status, int] = {"carried": 0, "attested": 0, "scheduled": 0, "outside": 0, "missing": 0}
    for row in rows:
        found[row.status] += 1
    return found


def statuses(book: ClauseBook, carriers: Mapping[str, tuple[str, ...]], clause: str) -> tuple[Status, ...]:
    """Every status that a clause has; a sound workflow gives each exactly one."""
    given: dict[Status, bool] = {
        "carried": clause in carriers,
        "attested": clause in book.attested,
        "scheduled": clause in book.scheduled,
        "outside": clause in book.outside,
    }
    return tuple(status for status, is_given in given.items() if is_given) or ("missing",)


def carried(workflow: Workflow) -> dict[str, tuple[str, ...]]:
    """For each clause, the elements that cite it and are not switched off, and what the program keeps for it."""
    found: dict[str, list[str]] = {}
    for name, process in workflow.processes.items():
        for carrier, clauses in _carriers(name, process):
            for clause in clauses:
                found.setdefault(clause, []).append(carrier)
    for clause, kept in workflow.clauses.built_in.items():
        found.setdefault(clause, []).extend(f"{PREFIX}.{name}" for name in kept)
    return {clause: tuple(names) for clause, names in found.items()}


def _carriers(name: str, process: Process) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield name, process.clauses
    for section, kind in _SECTIONS.items():
        elements: Mapping[str, Element] = getattr(process, section)
        for inner, element in elements.items():
            if _works(element):
                yield f"{name}.{kind}.{inner}", element.clauses
    for inner, track in process.tracks.items():
        for state, declared in track.states.items():
            yield f"{name}.track.{inner}.{state}", declared.clauses
    for inner, deadline in process.deadlines.items():
        for rung in deadline.ladder if _works(deadline) else ():
            yield f"{name}.deadline.{inner}.{rung.name}", rung.clauses


def _works(element: Element) -> bool:
    """What is switched off carries nothing."""
    return getattr(element, "strength", "must") != "off"


def _reason(book: ClauseBook, clause: str) -> str:
    attested = book.attested.get(clause)
    if attested is not None:
        return _stated(attested)
    return book.outside.get(clause) or book.scheduled.get(clause) or ""


def _stated(attested: Attested) -> str:
    what = f"the action {attested.action}" if attested.action else f"the fact {attested.fact}"
    place = f" of {attested.of}" if attested.of else ""
    return f"stated by {attested.by} with {what}{place}, {attested.every}"
