"""The process map in a database: which action directly follows which, worked out by window functions over the marks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, bindparam, case, func, literal_column, or_, select

from access.process_map import NEWEST, PATHS, STEPS
from access.screens import Edge, MapFilter, Node, Path, ProcessMap, Sort
from cases.journal import Kind
from storage.rows import micros
from storage.screens import tables as shown
from storage.screens.reading import FAR, given
from storage.screens.trace import TraceSql

_marks, _sorts = shown.marks.c, shown.sorts.c
BETWEEN = "\n"
"""What stands between the actions of a path; no action has it in its name."""


class MapSql(TraceSql):
    """What the process map reads: four statements, however long the journal is."""

    def process_map(self, wanted: MapFilter) -> ProcessMap:
        """The map of the applied actions that fit."""
        fitting = [one for one in self.sorts() if _fits(one, wanted)]
        applied = [one.id for one in fitting if one.kind in (Kind.APPLIED, Kind.OPENED)]
        refused = [one.id for one in fitting if not one.outcomes.isdisjoint({"refused", "not_yet"})]
        named: dict[str, Any] = {
            "person": wanted.person,
            "since": -1 if wanted.since is None else micros(wanted.since),
            "until": FAR if wanted.until is None else micros(wanted.until),
            "sorts": given(applied),
            "most": PATHS,
            "between": BETWEEN,
        }
        by = wanted.person is not None
        nodes = self.rows(self.made(("nodes", by), lambda: self._nodes(by)), named)
        not_done = self.rows(self.made(("refusals", by), lambda: self._nodes(by)), {**named, "sorts": given(refused)})
        edges = self.rows(self.made(("edges", by), lambda: self._edges(by)), named)
        paths = self.rows(self.made(("paths", by), lambda: self._paths(by)), named)
        cases = paths[0][2] if paths else 0
        return ProcessMap(
            cases,
            _with_refusals(
                {action: (count, in_) for action, count, in_ in nodes}, {one[0]: one[1] for one in not_done}
            ),
            tuple(Edge(one[0], one[1], one[2], one[3], _middle(one[4], one[5])) for one in edges),
            tuple(Path(tuple(text.split(BETWEEN)), count) for text, count, _, _ in paths),
            max(paths[0][3] - len(paths), 0) if paths else 0,
            cut=sum(count for _, count, _ in nodes) >= NEWEST,
        )

    def _steps(self, by: bool) -> CTE:
        """The entries of the map with their action."""
        newest = select(shown.marks).where(_marks.sort.in_(self.numbers("sorts")), *_within())
        if by:
            newest = newest.where(or_(_marks.actor == bindparam("person"), _marks.on_behalf == bindparam("person")))
        newest = newest.order_by(_marks.at.desc(), _marks.id.desc()).limit(literal_column(str(NEWEST)))
        some = newest.subquery("newest_steps")
        steps = select(some.c.instance, some.c.at, some.c.id, _sorts.action).join(shown.sorts, _sorts.id == some.c.sort)
        return steps.cte("steps")

    def _nodes(self, by: bool) -> Select[Any]:
        steps = self._steps(by).c
        counted = select(steps.action, func.count(), func.count(steps.instance.distinct()))
        return counted.group_by(steps.action).order_by(steps.action)

    def _edges(self, by: bool) -> Select[Any]:
        steps = self._steps(by).c
        by_case, in_order = steps.instance, (steps.at, steps.id)
        after = func.lead(steps.action).over(partition_by=by_case, order_by=in_order)
        next_at = func.lead(steps.at).over(partition_by=by_case, order_by=in_order)
        pairs = select(
            steps.instance, steps.action.label("before"), after.label("after"), (next_at - steps.at).label("gap")
        ).cte("pairs")
        same = (pairs.c.before, pairs.c.after)
        place = func.row_number().over(partition_by=same, order_by=pairs.c.gap).label("place")
        many = func.count().over(partition_by=same).label("many")
        placed = select(pairs, place, many).where(pairs.c.after.is_not(None)).cte("placed").c
        # The one in the middle, or the two: 2p is many, many + 1 or many + 2.
        twice = 2 * placed.place
        middle = case((twice.between(placed.many, placed.many + 2), placed.gap))
        counted = select(
            placed.before,
            placed.after,
            placed.many,
            func.count(placed.instance.distinct()),
            func.min(middle),
            func.max(middle),
        )
        return counted.group_by(placed.before, placed.after, placed.many).order_by(placed.before, placed.after)

    def _paths(self, by: bool) -> Select[Any]:
        """Each way through a case, the commonest first; with all cases and the number of ways beside each."""
        steps = self._steps(by).c
        number = func.row_number().over(partition_by=steps.instance, order_by=(steps.at, steps.id)).label("number")
        first = select(steps.instance, steps.action, number).cte("numbered").c
        strung = func.aggregate_strings(first.action, BETWEEN)
        path = strung.over(partition_by=first.instance, order_by=first.number, rows=(None, None)).label("path")
        few = select(first.instance, first.number, path).where(first.number <= STEPS).cte("few").c
        counted = select(few.path, func.count().label("many")).where(few.number == 1).group_by(few.path).cte("ways").c
        all_: ColumnElement[int] = select(func.count(steps.instance.distinct())).scalar_subquery()
        rows = select(counted.path, counted.many, all_, func.count().over())
        return rows.order_by(counted.many.desc(), counted.path).limit(bindparam("most"))


def _fits(one: Sort, wanted: MapFilter) -> bool:
    asked = (wanted.workflow in (None, one.workflow), wanted.role in (None, one.role))
    return one.process == wanted.process and all(asked)


def _within() -> list[ColumnElement[bool]]:
    return [_marks.at >= bindparam("since"), _marks.at < bindparam("until")]


def _middle(low: int, high: int) -> dt.timedelta:
    return dt.timedelta(microseconds=(low + high) // 2)


def _with_refusals(done: dict[str, tuple[int, int]], refused: dict[str, int]) -> tuple[Node, ...]:
    names = sorted({*done, *refused})
    return tuple(Node(name, *done.get(name, (0, 0)), refused.get(name, 0)) for name in names)
