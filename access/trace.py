"""What fits a search of the journal, decided on sorts of entries; the same for every store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from access.screens import Carriers, Sort, TraceFilter, TraceReads
from cases.errors import UnknownWorkflow
from cases.ports import Workflows
from state_machine.rules import Rules

SORTED = ("role", "action", "kind", "process", "deadline")
"""What a sort is asked for by its own name."""
WIDE = 1_000
"""Counting ends here: what is wider is narrowed by time."""
BY_SORT = frozenset({*SORTED, "guard", "clause", "outcome"})
"""The filters that sorts alone can answer."""


def fits(sort: Sort, wanted: TraceFilter, carriers: Carriers) -> bool:
    """Whether entries of a sort fit all that a filter asks of sorts; who, where and when are asked of each entry."""
    for name in SORTED:
        asked = getattr(wanted, name)
        if asked is not None and getattr(sort, name) != asked:
            return False
    if wanted.guard is not None and wanted.guard not in sort.guards and wanted.guard not in sort.unmet:
        return False
    if wanted.outcome is not None and wanted.outcome not in sort.outcomes:
        return False
    return wanted.clause is None or carriers.carries(sort, wanted.clause)


@dataclass
class ClausesOf:
    """Which elements carry a clause, as the workflow version of each entry says."""

    workflows: Workflows
    _known: dict[tuple[int, str], bool] = field(default_factory=dict)

    def carries(self, sort: Sort, clause: str) -> bool:
        """Whether a guard that was asked, the action or the deadline of such an entry carries the clause."""
        key = (sort.id, clause)
        if key not in self._known:
            self._known[key] = clause in self._of(sort)
        return self._known[key]

    def _of(self, sort: Sort) -> frozenset[str]:
        try:
            rules = self.workflows.rules(sort.workflow)
        except UnknownWorkflow:
            return frozenset()
        return frozenset(_clauses(rules, sort))


def _clauses(rules: Rules, sort: Sort) -> Iterable[str]:
    process = rules.workflow.processes.get(sort.process)
    if process is None:
        return
    for guard in sort.guards:
        if guard in process.guards:
            yield from process.guards[guard].clauses
    if sort.action in process.actions:
        yield from process.actions[sort.action].clauses
    if sort.deadline in process.deadlines:
        yield from process.deadlines[sort.deadline].clauses


def excludes_most(reads: TraceReads, wanted: TraceFilter, carriers: Carriers) -> str | None:
    """The one filter without which most entries would fit; None where no single one stands in the way.

    For an empty list: what to drop first.
    """
    counts: Mapping[str, int] = {
        name: reads.count(without(wanted, name), carriers).entries
        for name in wanted.given
        if name != "until" or wanted.since is None
    }
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best is not None and counts[best] else None


def without(wanted: TraceFilter, name: str) -> TraceFilter:
    """A filter without one of its parts; the two ends of a time are one part, named `since` or `until`."""
    dropped = ("since", "until") if name in ("since", "until") else (name,)
    return replace(wanted, **dict.fromkeys(dropped))
