"""The page of a case, and of everything under it: what needs me, where things stand, what can be done, and the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from access.decide import Relation
from access.relation import affairs
from cases.read_history import SeenEntry
from interfaces.web.places import Places
from interfaces.web.staff import shelf_rows
from interfaces.web.staff.actions import grouped
from interfaces.web.staff.just_opened import just_opened
from interfaces.web.staff.reading import CaseRead, read_case
from interfaces.web.staff.sharing import passed_on
from interfaces.web.staff.standing import main_track, standing
from interfaces.web.staff.tasks import task_of, way_to
from interfaces.web.visit import Visit, Visited
from interfaces.words.journal import folded
from interfaces.words.labels import spelt
from interfaces.words.remedies import base_of
from state_machine import shelf
from state_machine.conditions import TrackNode
from state_machine.shelf import SOON

places = Places()
LAST = 5
MOST_NEEDS = 3


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs the reader: a task, when, and where it is done."""

    says: str
    when: str
    late: bool
    address: str
    button: str


@places.page("/cases/{ref}", area="case")
def case_page(visit: Visited) -> Response:
    """A case."""
    return _page(visit)


@places.page("/instances/{ref}", area="case")
def instance_page(visit: Visited) -> Response:
    """A referral, a visit, a consent, or anything else that stands under a case."""
    return _page(visit)


def _page(visit: Visit) -> Response:
    case = read_case(visit, journal=True)
    rows = shelf_rows.rows(visit, case)
    parts, other_parts = parts_of(case)
    needs = needs_of(visit, case)
    return visit.page(
        "staff/case.html",
        **about(case),
        above_at=base_of(case.above) if case.above is not None else "",
        affairs_at=_affairs_at(case),
        working_name=working_name(visit, case),
        new=just_opened(visit, case),
        names_it=visit.relation in (Relation.ASSIGNED, Relation.STAND_IN) and case.instance.process == "case",
        status_line=status_of(visit, case, case.entries),
        presumed=presumed_in(visit, case),
        asked=asked_in(visit, case),
        needs=needs[:MOST_NEEDS],
        more_needs=len(needs) - MOST_NEEDS,
        nothing_now=_nothing_now(visit, case),
        rows=rows,
        sum=shelf_rows.sum_of(visit.words, rows),
        hidden=_hidden(case),
        groups=grouped(visit, case),
        last=last_entries(visit, case, case.entries),
        people=people_of(visit, case),
        dates=dates_of(visit, case),
        parts=parts,
        other_parts=other_parts,
        **passed_on(visit, case),
    )


def asked_in(visit: Visit, case: CaseRead) -> str:
    """What somebody is asked, on the page of a request; whoever answers has to read it."""
    if case.instance.process != "request":
        return ""
    held = read_case(visit, "about").facts.get("about")
    return str(held.value) if held is not None else ""


def working_name(visit: Visit, case: CaseRead) -> str:
    """The working name of a case, for those alone who are assigned."""
    if visit.relation not in (Relation.ASSIGNED, Relation.STAND_IN) or case.instance.parent is not None:
        return ""
    return visit.served.running.store.screens.desk.case_names([case.ref]).get(case.ref, "")


def title_of(case: CaseRead) -> str:
    """What the instance is called on its page."""
    return short_process(case, case.instance.process)


def needs_of(visit: Visit, case: CaseRead) -> list[Need]:
    """The tasks of the reader here, late first, then by date."""
    words, process = visit.words, case.instance.process
    found = []
    for line in sorted(case.lines, key=lambda one: one.due):
        soon = line.due - visit.now <= SOON
        if line.state.state != "armed" or visit.person not in line.people.people or not (line.late or soon):
            continue
        due = words.gettext("Due %(day)s", day=words.when(line.due))
        when = words.late(line.late, first=True) if line.late else due
        way = way_to(task_of(words, case, line.name))
        found.append(Need(case.labels.deadline(process, line.name), when, bool(line.late), way.address, way.says))
    return found


def short_process(case: CaseRead, process: str) -> str:
    """What a process is called in a word or two."""
    return case.labels.at("processes", process, "short") or spelt(process)


def about(case: CaseRead) -> dict[str, Any]:
    """What the head of every page about an instance needs."""
    return {"case": case, "at": base_of(case.instance), "title": title_of(case), "contact": contact_of(case)}


def status_of(visit: Visit, case: CaseRead, entries: Sequence[SeenEntry]) -> str:
    """One line: open, over or in between, which episode, since when."""
    words, model = visit.words, case.process.model
    main = main_track(model)
    at = case.instance.tracks[main] if main is not None else None
    state = standing(words, case.labels, (case.process.name, model), at.state if at else "", is_over(case))
    episode = 1 + reopenings(case, entries)
    day = words.when(case.instance.opened_at)
    if episode > 1:
        return words.gettext(
            "%(state)s, episode %(number)s, first opened %(day)s.", state=state, number=episode, day=day
        )
    if main is None or at is None or (at.state == model.tracks[main].starts and not is_over(case)):
        return words.gettext("%(state)s, since %(day)s.", state=state, day=day)
    if is_over(case) and not isinstance(case.process.over, TrackNode):
        return words.gettext("%(state)s, opened %(day)s.", state=state, day=day)  # several tracks made it so
    since = words.when(at.since)
    return words.gettext("%(state)s since %(since)s, opened %(day)s.", state=state, since=since, day=day)


def presumed_in(visit: Visit, case: CaseRead) -> str:
    """What is taken for granted while nobody knows better; doubt counts in the person's favour."""
    if "age_group" not in case.process.facts:
        return ""
    held = case.facts.get("age_group")
    if held is None and visit.relation not in (Relation.ASSIGNED, Relation.STAND_IN):
        return ""  # it may well be known, and is not open to this reader
    value = held.value if held is not None and "age_group" not in case.sight.lapsed else None
    if value in (None, "uncertain"):
        return visit.words.gettext("Age not certain: treated as a child.")
    return visit.words.gettext("A child.") if value == "child" else visit.words.gettext("An adult.")


def reopenings(case: CaseRead, entries: Sequence[SeenEntry]) -> int:
    """How often the instance was opened again: moves of its main track back to where it starts."""
    main = main_track(case.process.model)
    if main is None or case.process.over is None:
        return 0
    start = case.process.model.tracks[main].starts
    moved = [dict(one.clear.get("moves", {})).get(main) for one in entries]
    return sum(1 for move in moved if move is not None and move[0] != start and move[1] == start)


def is_over(case: CaseRead) -> bool:
    """Whether everything has come to its end here."""
    return shelf.is_over(case.process, case.instance)


def contact_of(case: CaseRead) -> str:
    """The rule by which the person may be reached; it stands in bold on every page of the case."""
    found = case.facts.get("safe_contact")
    return str(found.value) if found is not None else ""


def last_entries(visit: Visit, case: CaseRead, entries: Sequence[SeenEntry]) -> list[tuple[str, str, str]]:
    """The last things that happened, newest first, runs folded: when, what, and where more of it stands."""
    said = folded(visit.words, case.rules, case.instance.process, entries, visit.names, ("changes", "refusals"))
    at = base_of(case.instance)
    return [
        (
            visit.words.when(one.at, with_time=True),
            one.text,
            f"{at}/history#entry-{one.entries[0].entry.seq}" if one.group == "refusals" else "",
        )
        for one in said[:LAST]
    ]


def people_of(visit: Visit, case: CaseRead) -> list[tuple[str, str, bool]]:
    """Who holds which role: name, role, whether it is the reader."""
    return [
        (visit.names(person), case.labels.role(role), person == visit.person) for role, person in case.holders.items()
    ]


def dates_of(visit: Visit, case: CaseRead) -> list[tuple[str, str, str]]:
    """The next dates: day, what, name of the deadline."""
    process = case.instance.process
    armed = sorted(
        (line for line in case.lines if line.state.state == "armed" and not line.late), key=lambda one: one.due
    )
    return [(visit.words.when(line.due), case.labels.deadline(process, line.name), line.name) for line in armed[:4]]


def parts_of(case: CaseRead) -> tuple[list[tuple[str, str, int]], list[tuple[str, str]]]:
    """What stands under it, as (process, what it is called, how many); and what else could be opened."""
    counts: dict[str, int] = {}
    for one in case.below:
        counts[one.process] = counts.get(one.process, 0) + 1
    there = [
        (process, short_process(case, process), counts[process]) for process in case.process.below if process in counts
    ]
    others = [(process, short_process(case, process)) for process in case.process.below if process not in counts]
    return there, others


def _nothing_now(visit: Visit, case: CaseRead) -> str:
    armed = sorted((line for line in case.lines if line.state.state == "armed"), key=lambda one: one.due)
    if not armed:
        return visit.words.gettext("Nothing needs you here.")
    first = armed[0]
    return visit.words.gettext(
        "Nothing needs you here. Next: %(day)s, %(what)s.",
        day=visit.words.when(first.due),
        what=case.labels.deadline(case.instance.process, first.name),
    )


def _affairs_at(case: CaseRead) -> str:
    """The list in which it stands, where it is an affair of the house itself."""
    process = case.instance.process
    return f"/house?process={process}" if process in affairs(case.rules.workflow) else ""


def _hidden(case: CaseRead) -> list[str]:
    """The tracks that do not apply to this instance."""
    process = case.instance.process
    return [
        case.labels.at("processes", process, "tracks", name, "short") or case.labels.track(process, name)
        for name in case.process.model.tracks
        if name not in case.outlook.tracks
    ]
