"""The trace, the process map, health and the desk in the in-memory twin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import orjson

from access.desk import Draft, DraftKind, Search, View
from access.process_map import PATHS, STEPS
from access.screens import (
    Beat,
    Carriers,
    Count,
    Durability,
    Edge,
    EntryRow,
    Health,
    JournalSize,
    MapFilter,
    Node,
    Page,
    Path,
    ProcessMap,
    Slice,
    Sort,
    TraceFilter,
)
from access.trace import WIDE
from cases.errors import Failed
from cases.journal import Kind
from cases.ports import StoredEntry
from storage.rows import micros
from storage.screens.marks import sort_of
from storage.screens.memory_lists import MemoryCases
from storage.screens.reading import FAR, cursor, read_cursor, sliced
from storage.screens.trace import ANSWERS, entry_fits
from storage.shelves import Shelves


class MemoryTrace(MemoryCases):
    """What auditors and administrators read."""

    def sorts(self) -> Sequence[Sort]:
        """The sorts of entries that occur."""
        return list({sort.id: sort for sort in map(sort_of, self._entries())}.values())

    def trace(self, wanted: TraceFilter, page: Page, carriers: Carriers) -> Slice[EntryRow]:
        """Entries that fit, the newest first."""
        place = read_cursor(page.after, numbers=2) or (FAR, FAR)
        rows = [one for one in self.stream(wanted, carriers) if (micros(one.at), one.number) < place]
        return sliced(rows[::-1], page, lambda one: cursor(micros(one.at), one.number))

    def count(self, wanted: TraceFilter, carriers: Carriers) -> Count:
        """How many fit, and in how many families, counted to WIDE."""
        found = list(self.stream(wanted, carriers))[: WIDE + 1]
        return Count(min(len(found), WIDE), len({one.case for one in found}), len(found) > WIDE)

    def whole(self, case: str) -> Sequence[EntryRow]:
        """Every entry of a family, in the order in which they came."""
        one = self._shelves.instances.get(case)
        rows = (row for row in self._rows_of_journal() if one is not None and row.case == one.family)
        instances = self._shelves.instances
        in_order = sorted(rows, key=lambda row: (row.at, instances[row.instance].ordinal, row.seq))
        return [replace(row, number=number) for number, row in enumerate(in_order, 1)]

    def stream(self, wanted: TraceFilter, carriers: Carriers) -> Iterator[EntryRow]:
        """Every entry that fits, the oldest first."""
        rows = self._rows_of_journal() if wanted.case is None else self.whole(wanted.case)
        return (one for one in rows if entry_fits(one, wanted, carriers))

    def size(self) -> JournalSize:
        """How large the journal is."""
        times = [one.at for one in self._entries()]
        return JournalSize(len(times), min(times, default=None), max(times, default=None))

    def answers(self, rows: Sequence[EntryRow]) -> Sequence[EntryRow]:
        """Later entries of the same instances that may answer these."""
        asked = {one.instance for one in rows}
        found = (one for one in self._rows_of_journal() if one.instance in asked and one.kind in ANSWERS)
        return sorted((replace(one, number=0) for one in found), key=lambda one: (one.instance, one.seq))

    def process_map(self, wanted: MapFilter) -> ProcessMap:
        """The map of the applied actions that fit."""
        rows = [one for one in self._rows_of_journal() if _on_map(one, wanted)]
        done: dict[str, list[EntryRow]] = {}
        for one in rows:
            if one.kind in (Kind.APPLIED, Kind.OPENED):
                done.setdefault(one.instance, []).append(one)
        refused = [one for one in rows if not one.outcomes.isdisjoint({"refused", "not_yet"})]
        ways: dict[tuple[str, ...], int] = {}
        for steps in done.values():
            way = tuple(one.clear["action"] for one in steps[:STEPS])
            ways[way] = ways.get(way, 0) + 1
        paths = sorted((Path(way, count) for way, count in ways.items()), key=lambda one: (-one.cases, one.actions))
        return ProcessMap(len(done), _nodes(done, refused), _edges(done), tuple(paths[:PATHS]), len(paths[PATHS:]))

    def health(self, now: dt.datetime) -> Health:
        """How the house is at `now`."""
        waiting = sorted((row for row in self._shelves.due.values() if not row.stuck), key=lambda row: row.at)
        oldest = waiting[0] if waiting else None
        return Health(
            late=(oldest.instance, oldest.name, oldest.at) if oldest is not None and oldest.at < now else None,
            next_due=oldest.at if oldest is not None else None,
            stuck=sum(row.stuck for row in self._shelves.due.values()),
            beats=self.beats(),
            outbox=_counted([one.state for one in self._shelves.outbox.values()]),
            deliveries=_counted([one.state for one in self._shelves.deliveries.values()]),
            versions=_counted([one.workflow for one in self._shelves.families.values()]),
            unsealed=len(self._entries()) - len(self._leaves()),
            durability=Durability("memory", {}, False),
        )

    def beats(self) -> tuple[Beat, ...]:
        """The last signs of life of all workers."""
        return tuple(one for _, one in sorted(self._shelves.shown.beats.items()))

    def beat(self, beat: Beat) -> None:
        """A worker is alive; replaces its last sign."""
        self._shelves.shown.beats[beat.work, beat.worker] = beat

    def _leaves(self) -> Mapping[tuple[str, int], int]:
        """The place of each entry in the order of evidence."""
        return self._places

    def __init__(self, shelves: Shelves, places: Mapping[tuple[str, int], int]) -> None:
        super().__init__(shelves)
        self._places = places

    def _entries(self) -> list[StoredEntry]:
        return [self._shelves.journals[ref][seq - 1] for ref, seq in self._shelves.shown.order]

    def _rows_of_journal(self) -> list[EntryRow]:
        numbered = enumerate(self._entries(), 1)
        return sorted((self._row_of(one, number) for number, one in numbered), key=lambda one: (one.at, one.number))

    def _row_of(self, one: StoredEntry, number: int) -> EntryRow:
        family = self._shelves.instances[one.instance].family
        clear, leaf = orjson.loads(one.clear), self._leaves().get((one.instance, one.seq))
        outcomes = sort_of(one).outcomes
        return EntryRow(number, one.at, one.instance, one.seq, family, one.kind, clear, one.hash, leaf, outcomes)


class MemoryDesk:
    """Where drafts, searches, views and names lie."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._shelf = shelves.shown

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft, in place of the one with its id; what has ended goes."""
        there = self._shelf.drafts
        self._shelf.drafts = {id_: one for id_, one in there.items() if one.ends_at > draft.saved_at}
        if self._shelf.drafts.get(draft.id, draft).person == draft.person:
            self._shelf.drafts[draft.id] = draft

    def draft(self, id_: str, person: str, now: dt.datetime) -> Draft | None:
        """A draft of this person that has not ended."""
        one = self._shelf.drafts.get(id_)
        return one if one is not None and one.person == person and one.ends_at > now else None

    def drafts(self, person: str, kind: DraftKind, now: dt.datetime) -> Sequence[Draft]:
        """The drafts of a person, the last saved first."""
        mine = [one for one in self._shelf.drafts.values() if (one.person, one.kind) == (person, kind)]
        alive = [one for one in mine if one.ends_at > now]
        return sorted(alive, key=lambda one: (one.saved_at, one.id), reverse=True)

    def drop_draft(self, id_: str, person: str) -> None:
        """Throw a draft away."""
        if id_ in self._shelf.drafts and self._shelf.drafts[id_].person == person:
            del self._shelf.drafts[id_]

    def save_search(self, search: Search) -> None:
        """Keep a search; what has ended goes."""
        there = self._shelf.searches
        self._shelf.searches = {id_: one for id_, one in there.items() if one.ends_at > search.asked_at}
        if self._shelf.searches.get(search.id, search).person == search.person:
            self._shelf.searches[search.id] = search

    def search(self, id_: str, person: str, now: dt.datetime) -> Search | None:
        """A search of this person that has not ended."""
        one = self._shelf.searches.get(id_)
        return one if one is not None and one.person == person and one.ends_at > now else None

    def save_view(self, view: View) -> None:
        """Keep a view, in place of the one with its id."""
        if self._shelf.views.get(view.id, view).person == view.person:
            self._shelf.views[view.id] = view

    def views(self, person: str) -> Sequence[View]:
        """The views of a person, by name."""
        mine = (one for one in self._shelf.views.values() if one.person == person)
        return sorted(mine, key=lambda one: (one.name, one.id))

    def drop_view(self, id_: str, person: str) -> None:
        """Throw a view away."""
        if id_ in self._shelf.views and self._shelf.views[id_].person == person:
            del self._shelf.views[id_]

    def name_case(self, case: str, name: str | None) -> None:
        """Give a case a working name, or take it away."""
        if name is None:
            self._shelf.names.pop(case, None)
        elif case not in self._shelves.instances:
            raise Failed("there is no such case, or its key was destroyed; nothing was named")
        else:
            self._shelf.names[case] = name

    def case_names(self, cases: Sequence[str]) -> Mapping[str, str]:
        """The working names of these cases, as far as they have one."""
        return {ref: self._shelf.names[ref] for ref in cases if ref in self._shelf.names}


class MemoryScreens(MemoryTrace):
    """The read models of the twin, and its desk."""

    def __init__(self, shelves: Shelves, places: Mapping[tuple[str, int], int]) -> None:
        super().__init__(shelves, places)
        self.desk = MemoryDesk(shelves)


def _on_map(one: EntryRow, wanted: MapFilter) -> bool:
    clear = one.clear
    asked = (
        wanted.workflow in (None, clear.get("workflow")),
        wanted.role in (None, clear.get("role")),
        wanted.person is None or wanted.person in (clear.get("actor"), clear.get("on_behalf")),
        wanted.since is None or one.at >= wanted.since,
        wanted.until is None or one.at < wanted.until,
    )
    return clear.get("process") == wanted.process and all(asked)


def _nodes(done: Mapping[str, Sequence[EntryRow]], refused: Sequence[EntryRow]) -> tuple[Node, ...]:
    steps = [one for of_case in done.values() for one in of_case]
    names = sorted({one.clear["action"] for one in (*steps, *refused)})
    return tuple(
        Node(
            name,
            sum(one.clear["action"] == name for one in steps),
            len({one.instance for one in steps if one.clear["action"] == name}),
            sum(one.clear["action"] == name for one in refused),
        )
        for name in names
    )


def _edges(done: Mapping[str, Sequence[EntryRow]]) -> tuple[Edge, ...]:
    pairs: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for ref, steps in done.items():
        for before, after in pairwise(steps):
            gap = micros(after.at) - micros(before.at)
            pairs.setdefault((before.clear["action"], after.clear["action"]), []).append((ref, gap))
    return tuple(
        Edge(*pair, len(gaps), len({ref for ref, _ in gaps}), _median([gap for _, gap in gaps]))
        for pair, gaps in sorted(pairs.items())
    )


def _median(gaps: Sequence[int]) -> dt.timedelta:
    return dt.timedelta(microseconds=int(median(gaps)))


def _counted(states: Sequence[str]) -> dict[str, int]:
    return {state: states.count(state) for state in sorted(set(states))}
