"""My work, cases and team in the in-memory twin: everything is looked at, one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from access.decide import Relation
from access.relation import Reach, relation_in
from access.screens import (
    MOST,
    AskingRow,
    CaseFilter,
    CaseRow,
    Count,
    Load,
    NoticeRow,
    Page,
    Slice,
    TaskRow,
    Whose,
)
from cases.tasks import Task
from state_machine.view import Instance
from storage.rows import micros
from storage.screens.reading import FAR, cursor, read_place, sliced
from storage.shelves import Shelves
from storage.staff_memory import around


class MemoryWork:
    """What My work reads."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves

    def owners(self) -> Sequence[str]:
        """Everybody who holds the role of some task."""
        return sorted({task.owner for task in self._tasks() if task.owner is not None})

    def tasks(self, whose: Whose, until: dt.datetime | None, limit: int) -> Sequence[TaskRow]:
        """Tasks that fall due by `until`, the earliest first."""
        mine = (task for task in self._theirs(whose) if until is None or task.falls <= until)
        return self._rows(mine)[:limit]

    def task_counts(self, whose: Whose, ends: Sequence[dt.datetime]) -> Sequence[int]:
        """How many fall due up to each moment, and how many in all."""
        falls = [task.falls for task in self._theirs(whose)]
        return [*(sum(moment <= end for moment in falls) for end in ends), len(falls)]

    def tasks_of(self, cases: Sequence[str]) -> Sequence[TaskRow]:
        """All tasks of these families, the earliest first."""
        some = set(cases)
        return self._rows(task for task in self._tasks() if self._shelves.instances[task.instance].family in some)

    def notices(self, person: str, page: Page, now: dt.datetime) -> Slice[NoticeRow]:
        """The inbox of a person as it is at `now`, newest first."""
        place = read_place(page.after) or (FAR, "")
        read = self._shelves.shown.read
        mine = [one for one in self._shelves.messages.values() if one.person == person and one.at <= now]
        rows = [NoticeRow(one.id, one.at, one.text, one.urgent, read.get(one.id)) for one in mine]
        rows = sorted((one for one in rows if (micros(one.at), one.id) < place), key=lambda one: (one.at, one.id))
        return sliced(rows[::-1], page, lambda one: cursor(micros(one.at), one.id))

    def opened_of(self, reach: Reach, refs: Sequence[str]) -> frozenset[str]:
        """Those of these instances to which somebody has any relation."""
        return frozenset(ref for ref in refs if self._may_see(reach, ref))

    def unread(self, person: str, now: dt.datetime) -> int:
        """How many of them are unread."""
        mine = [one for one in self._shelves.messages.values() if one.person == person and one.at <= now]
        return sum(one.id not in self._shelves.shown.read for one in mine)

    def mark_read(self, person: str, ids: Sequence[str], now: dt.datetime) -> None:
        """Mark notices of this person as read."""
        for id_ in ids:
            one = self._shelves.messages.get(id_)
            if one is not None and one.person == person:
                self._shelves.shown.read.setdefault(id_, now)

    def _theirs(self, whose: Whose) -> list[Task]:
        mine = (task for task in self._tasks() if _is_theirs(task, whose))
        return [task for task in mine if self._may_see(whose.reach, task.instance)]

    def _may_see(self, reach: Reach, ref: str) -> bool:
        return relation_in(reach, around(self._shelves, ref, reach.person, reach.now)) is not Relation.NONE

    def _tasks(self) -> list[Task]:
        return [task for tasks in self._shelves.shown.tasks.values() for task in tasks]

    def _rows(self, tasks: Iterable[Task]) -> list[TaskRow]:
        return sorted(map(self._row, tasks), key=lambda one: (one.falls, one.instance, one.name, one.role))

    def _row(self, task: Task) -> TaskRow:
        one = self._shelves.instances[task.instance]
        said = (task.instance, task.name, task.kind, task.role, task.owner, task.falls)
        return TaskRow(*said, one.family, one.process, one.workflow)


class MemoryCases(MemoryWork):
    """What the lists of cases read, and supervision."""

    def cases(self, reach: Reach, wanted: CaseFilter, page: Page, now: dt.datetime) -> Slice[CaseRow]:
        """The cases that somebody may see and that fit, the newest first."""
        place = read_place(page.after) or (FAR, "")
        rows = [one for one in self._fitting(reach, wanted, now) if (micros(one.opened_at), one.ref) < place]
        return sliced(rows, page, lambda one: cursor(micros(one.opened_at), one.ref))

    def count_cases(self, reach: Reach, wanted: CaseFilter, now: dt.datetime) -> Count:
        """How many there are, counted to MOST."""
        counted = len(self._fitting(reach, wanted, now))
        return Count(min(counted, MOST), min(counted, MOST), counted > MOST)

    def board(self, reach: Reach, wanted: CaseFilter, now: dt.datetime) -> Mapping[str, int]:
        """How many fitting cases stand in each state of a track."""
        assert wanted.track is not None, "a board shows one track"
        found: dict[str, int] = {}
        for one in self._fitting(reach, wanted, now, any_state=True):
            if wanted.track in one.tracks:
                state = one.tracks[wanted.track]
                found[state] = found.get(state, 0) + 1
        return found

    def by_reference(self, reach: Reach, start: str, limit: int) -> Sequence[CaseRow]:
        """The cases whose reference, or that of one of their instances, begins so."""
        families = {one.family for one in self._shelves.instances.values() if one.ref.startswith(start)}
        return [one for one in self._fitting(reach, CaseFilter(), reach.now) if one.ref in families][:limit]

    def by_value(self, reach: Reach, words: Sequence[str], limit: int) -> Sequence[CaseRow]:
        """The cases with a `find_by` value that is one of these words."""
        found = self._shelves.shown.found.items()
        named = (ref for (ref, _), values in found if not set(words).isdisjoint(values))
        families = {self._shelves.instances[ref].family for ref in named}
        return [one for one in self._fitting(reach, CaseFilter(), reach.now) if one.ref in families][:limit]

    def case_rows(self, refs: Sequence[str]) -> Sequence[CaseRow]:
        """These cases, in this order."""
        return [self._case(ref) for ref in dict.fromkeys(refs) if ref in self._shelves.shown.roots]

    def loads(self, now: dt.datetime) -> Sequence[Load]:
        """The load of everybody who holds a role on an open case, by name."""
        roots = self._shelves.shown.roots.values()
        on_open = [self._shelves.instances[root.ref] for root, _ in roots if root.process == "case" and not root.over]
        cases = [(person, one.ref) for one in on_open for person in set(one.holders.values())]
        late = {(task.owner, self._family(task)) for task in self._tasks() if task.falls < now}
        people = sorted({person for person, _ in cases})
        return [
            Load(one, sum(who == one for who, _ in cases), sum(owner == one for owner, _ in late)) for one in people
        ]

    def late(self, now: dt.datetime, limit: int) -> Sequence[TaskRow]:
        """Tasks that are late, the oldest first."""
        return self._rows(task for task in self._tasks() if task.falls < now)[:limit]

    def askings(self, now: dt.datetime, limit: int) -> Sequence[AskingRow]:
        """Attempts that wait for a second person, those that lapse first in front."""
        waiting = [one for one in self._shelves.askings.values() if one.state == "open" and one.lapses_at > now]
        waiting.sort(key=lambda one: (one.lapses_at, one.attempt))
        instances = self._shelves.instances
        return [
            AskingRow(
                one.attempt,
                one.family,
                one.instance,
                instances[one.instance].process,
                instances[one.instance].workflow,
                one.action,
                one.person,
                one.on_behalf,
                one.asked_at,
                one.lapses_at,
            )
            for one in waiting[:limit]
        ]

    def _family(self, task: Task) -> str:
        return self._shelves.instances[task.instance].family

    def _fitting(self, reach: Reach, wanted: CaseFilter, now: dt.datetime, *, any_state: bool = False) -> list[CaseRow]:
        roots = [root.ref for root, _ in self._shelves.shown.roots.values() if root.process == wanted.process]
        seen = (self._case(ref) for ref in roots if self._may_see(reach, ref))
        fitting = [one for one in seen if all(self._asks(one, wanted, now, any_state))]
        return sorted(fitting, key=lambda one: (one.opened_at, one.ref), reverse=True)

    def _asks(self, one: CaseRow, wanted: CaseFilter, now: dt.datetime, any_state: bool) -> Iterable[bool]:
        overview, _ = self._shelves.shown.roots[one.ref]
        tasks = [task for task in self._tasks() if self._family(task) == one.ref]
        held = one.holders.items()
        yield any_state or wanted.state is None or one.tracks.get(wanted.track or "") == wanted.state
        yield any(wanted.role in (None, role) and wanted.owner in (None, who) for role, who in held) or (
            wanted.role is None and wanted.owner is None
        )
        yield wanted.needs is None or any(task.role == wanted.needs for task in tasks)
        yield not wanted.late or any(task.falls < now for task in tasks)
        yield wanted.over in (None, one.over)
        yield wanted.episode in (None, one.episode)
        yield wanted.workflow in (None, one.workflow)
        yield wanted.opened_from is None or one.opened_at >= wanted.opened_from
        yield wanted.opened_until is None or one.opened_at < wanted.opened_until
        yield not wanted.without_owner or (overview.owner is None and not one.over)
        yield all(value in self._values(one.ref, fact) for fact, value in wanted.found)

    def _values(self, family: str, fact: str) -> set[str]:
        found = self._shelves.shown.found.items()
        of_family = (values for (ref, name), values in found if name == fact and self._of(ref).family == family)
        return {value for values in of_family for value in values}

    def _of(self, ref: str) -> Instance:
        return self._shelves.instances[ref]

    def _case(self, ref: str) -> CaseRow:
        overview, episode = self._shelves.shown.roots[ref]
        one = self._of(ref)
        tracks = {name: track.state for name, track in one.tracks.items()}
        said = (ref, one.process, one.workflow, one.opened_at, overview.over, episode)
        return CaseRow(*said, tracks, dict(one.holders))


def _is_theirs(task: Task, whose: Whose) -> bool:
    if task.owner in whose.owners:
        return True
    return task.role in whose.roles and (task.owner is None or task.owner in whose.gone)
