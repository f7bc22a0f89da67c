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
    """Actions that are added, that nobody takes, and that move a person on, or back, from where he or she stood."""
    lasting, own = _lasting(alone), _decided(alone)
    for process in alone.processes.values():
        after = whole.processes[process.name]
        for action in after.actions.values():
            for arrows in action.arrows if action.by_house and action.name not in process.actions else ():
                of = (process.name, arrows.track)
                left = sorted(lasting.get(of, set()) & (arrows.sources or lasting.get(of, set())) - {arrows.to})
                if left or arrows.to in own.get(of, set()):
                    track = spaced(arrows.track)
                    said = (
                        f"it leads {track} away from {spaced(left[0])}, where a person may always bring it"
                        if left
                        else ""
                    )
                    said = said or f"it brings {track} to {spaced(arrows.to)}, which is a person's own decision"
                    yield _Taken(process.name, action.name, f"nobody does it, and {said}", _deadline_of(after, action))


States = dict[tuple[str, str], set[str]]
"""States by process and track."""


def _lasting(alone: Rules) -> States:
    """The states into which an action leads, or in which it begins something, that is never refused."""
    found: States = {}
    for process, action in _never_refused(alone):
        opened = [opens.process for opens in action.model.opens]
        if action.name == "open":
            opened.append(process.name)
        for track, move in action.model.moves.items():
            found.setdefault((process.name, track), set()).add(move.to)
        for name in opened:
            for track, state in alone.processes[name].start_states.items():
                found.setdefault((name, track), set()).add(state)
    return found


def _decided(alone: Rules) -> States:
    """The states into which only a person's own decision leads, or what is never refused."""
    found: States = {}
    own = [(process.name, action.name) for process, action in _never_refused(alone)]
    for process in alone.processes.values():
        into: dict[tuple[str, str], list[ActionRules]] = {}
        for action in process.actions.values():
            for arrows in action.arrows:
                into.setdefault((arrows.track, arrows.to), []).append(action)
        for (track, state), actions in into.items():
            persons = any(action.model.persons_own for action in actions)
            if persons or all((process.name, action.name) in own for action in actions):
                found.setdefault((process.name, track), set()).add(state)
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
