"""What people do in a workflow stays in their hands, and what a person may always do stays done.

Others may not add a rung that does an action of a part: time would do what somebody decides, or do it sooner. Nothing
that happens by itself, or by time, may be added to a track that something moves which is never refused, or to one that
such an action begins: the person would be moved, or moved back. And no such action may be made to ask for a link or a
document, which others may have to make.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from config.definition import Deadline
from state_machine.checks.answerable import PAPERS
from state_machine.checks.model import Model
from state_machine.checks.relation import Relation, Way
from state_machine.checks.replay import Played
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import Proof, TraceStep, Verdict
from state_machine.rules import ActionRules, ProcessRules, Rules
from state_machine.words import spaced

METHOD = "every action and rung that is added, against what the part leaves to people"
MOST_STARTS = 8


@dataclass(frozen=True, slots=True)
class _Taken:
    """An action that the house is made to do, or that asks for more; `by` is the deadline whose rung does it."""

    process: str
    action: str
    says: str
    by: str = ""
    asks: bool = False


def stays_in_their_hands(model: Model, alone: Rules, part: str) -> Proof:
    """Whether nothing that is added does what people do in a part, or undoes what they may always do."""
    found = [
        *_done_by_time(alone, model.rules),
        *_moved_by_the_house(alone, model.rules),
        *_asking_for_papers(alone, model.rules),
    ]
    says = f"What people do in {part} stays in their hands, and what they may always do stays done"
    trace: tuple[TraceStep, ...] = ()
    if found:
        first = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        says = f"{first.process}.actions.{first.action}, of {part}: {first.says}{more}"
        trace = next((steps for one in found for steps in [_shown(model, one)] if steps), ())
    return Proof(
        f"workflow.own_hand:{part}",
        "composition",
        Verdict.VIOLATED if found else Verdict.HOLDS,
        f"{says}.",
        method=METHOD,
        counterexample=trace,
        where=("processes", found[0].process, "actions", found[0].action) if found else (),
    )


def _done_by_time(alone: Rules, whole: Rules) -> Iterator[_Taken]:
    """Actions of the part that a rung does which is not of the part."""
    for process in alone.processes.values():
        for name, deadline in whole.processes[process.name].model.deadlines.items():
            before = process.model.deadlines.get(name)
            for action in _does(deadline) - (_does(before) if before is not None else frozenset()):
                if action in process.actions:
                    yield _Taken(process.name, action, f"the deadline {name}, which is added, does it", name)


def _does(deadline: Deadline) -> frozenset[str]:
    return frozenset(rung.do for rung in deadline.ladder if rung.do is not None)


def _moved_by_the_house(alone: Rules, whole: Rules) -> Iterator[_Taken]:
    """Actions that are added, that nobody takes, and that move what people may always move or begin."""
    theirs = {process: frozenset(tracks) for process, tracks in _theirs(alone).items()}
    for process, tracks in theirs.items():
        known = alone.processes[process].actions
        for action in whole.processes[process].actions.values():
            moved = sorted(tracks & set(action.model.moves))
            if action.by_house and action.name not in known and moved:
                said = f"nobody does it, and it moves {spaced(moved[0])}, which a person may always move"
                yield _Taken(process, action.name, said, _deadline_of(whole.processes[process], action))


def _theirs(alone: Rules) -> dict[str, set[str]]:
    """The tracks, by process, that an action moves or begins which is never refused."""
    found: dict[str, set[str]] = {}
    for process, action in _never_refused(alone):
        opened = [opens.process for opens in action.model.opens]
        if action.name == "open":
            opened.append(process.name)
        found.setdefault(process.name, set()).update(action.model.moves)
        for name in opened:
            found.setdefault(name, set()).update(alone.processes[name].model.tracks)
    return found


def _never_refused(alone: Rules) -> Iterator[tuple[ProcessRules, ActionRules]]:
    for process in alone.processes.values():
        for invariant in process.model.invariants.values():
            never = invariant.never_refused
            if never is not None:
                of = alone.processes[never.process]
                yield of, of.actions[never.action]


def _asking_for_papers(alone: Rules, whole: Rules) -> Iterator[_Taken]:
    """Actions that are never refused and are made to ask for a link or a document."""
    for process, action in _never_refused(alone):
        after = whole.processes[process.name]
        for name in after.actions[action.name].model.asks:
            kind = after.facts[name].model.kind
            if name not in action.model.asks and kind in PAPERS:
                yield _Taken(process.name, action.name, f"it is made to ask for {spaced(name)}, a {kind}", asks=True)


def _deadline_of(process: ProcessRules, action: ActionRules) -> str:
    return next((name for name, one in process.model.deadlines.items() if action.name in _does(one)), "")


# --- shown ------------------------------------------------------------------------------------------------------------


def _shown(model: Model, taken: _Taken) -> tuple[TraceStep, ...]:
    """Steps on which the house does it."""
    relation = model.relation(taken.process)
    way = next((one for one in relation.ways if one.name == taken.action), None)
    if taken.asks or way is None:
        return ()
    played = _by_time(relation, way, taken.by) if taken.by else _by_itself(relation, way)
    return played.steps if played is not None else ()


def _by_itself(relation: Relation, way: Way) -> Played | None:
    follows = relation.follows(way.rules)
    return next(iter(Explorer(relation).provoke(follows)), None)


def _by_time(relation: Relation, way: Way, deadline: str) -> Played | None:
    explorer = Explorer(relation)
    runs = relation.said(relation.process.deadlines[deadline].runs_while).yes
    needs = way.needs & runs & relation.changes(way.rules) & relation.rests
    target = relation.configurations(needs)
    act = partial(explorer.player.act, by_time=True)
    for _ in range(MOST_STARTS):
        there = explorer.reach(target)
        if there is None:
            return None
        softly = needs & relation.met_all(way.rules.guards, "should")
        for played in act(there, way.rules, softly, needs):
            return played
        target &= ~explorer.player.at(there.states)
    return None
