"""What people do in a workflow stays in their hands, and what a person may always do stays done.

Others may not add a rung that does an action of a part: time would do what somebody decides, or do it sooner. Nothing
that happens by itself, or by time, may be added that leads out of a state into which something leads that is never
refused, or into one that people alone bring about: the person would be moved, or moved back. Into a state that is a
person's own decision leads nothing that is not. What the engine or time does in a part is not made to wait for more. No
action that is never refused is made to ask for a link or a document, which others may have to make, and none is left
to people who may not open the case.
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
from state_machine.track_machine import Arrows
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
    asks: bool = False  # there is nothing to show: it asks more, or is shut to somebody


def stays_in_their_hands(model: Model, alone: Rules, part: str) -> Proof:
    """Whether nothing that is added does what people do in a part, or undoes what they may always do."""
    found = [
        *_done_by_time(alone, model.rules),
        *_moved_by_others(alone, model.rules),
        *_hindered(alone, model.rules),
        *_asking_for_papers(alone, model.rules),
        *_out_of_reach(alone, model.rules),
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


def _moved_by_others(alone: Rules, whole: Rules) -> Iterator[_Taken]:
    """Actions that are added and move a person on, or back, from where he or she stood."""
    lasting, own = _lasting(alone), decided(alone)
    for process in alone.processes.values():
        after = whole.processes[process.name]
        for action in after.actions.values():
            if action.name not in process.actions and not (action.model.persons_own and action.model.by):
                for arrows in action.arrows:
                    of = (process.name, arrows.track)
                    said = _takes_over(process, action, arrows, lasting.get(of, set()), own.get(of, set()))
                    if said:
                        yield _Taken(process.name, action.name, said, _deadline_of(after, action))


def _takes_over(process: ProcessRules, action: ActionRules, arrows: Arrows, lasting: set[str], own: set[str]) -> str:
    """What a new move does that is not for it to do; empty if nothing."""
    track, to = spaced(arrows.track), spaced(arrows.to)
    if arrows.to in own:
        who = "it is no decision of the person's" if action.model.by else "nobody does it"
        return f"{who}, and it brings {track} to {to}, which is a person's own decision"
    if not action.by_house:
        return ""
    left = sorted(lasting & (arrows.sources or lasting) - {arrows.to})
    if left:
        return f"nobody does it, and it leads {track} away from {spaced(left[0])}, where a person may always bring it"
    if arrows.to in _by_people(process, arrows.track):
        return f"nobody does it, and it brings {track} to {to}, which people alone decide"
    return ""


def _by_people(process: ProcessRules, track: str) -> set[str]:
    """The states of a track that actions of the part lead into, and all of these are taken by people."""
    into: dict[str, list[ActionRules]] = {}
    for action in process.actions.values():
        for arrows in action.arrows:
            if arrows.track == track:
                into.setdefault(arrows.to, []).append(action)
    return {state for state, actions in into.items() if not any(action.by_house for action in actions)}


def _hindered(alone: Rules, whole: Rules) -> Iterator[_Taken]:
    """What the engine or time does in a part, and is made to ask more."""
    for process in alone.processes.values():
        after = whole.processes[process.name]
        for action in process.actions.values() if after.automatic or after.deadlines else ():
            known = {guard.name for guard in action.guards}
            added = [one.name for one in after.actions[action.name].guards if one.refuses and one.name not in known]
            if action.by_house and added:
                said = f"it happens without a person, and is made to wait for `{added[0]}`"
                yield _Taken(process.name, action.name, said, asks=True)


def _out_of_reach(alone: Rules, whole: Rules) -> Iterator[_Taken]:
    """Actions that are never refused, and that nobody may do any more who may open every case."""
    for process, action in never_refused(alone):
        if action.name == "open" and not process.above:
            continue
        before, after = _reaching(alone, action), _reaching(whole, action)
        if before and not after:
            said = f"{spaced(before[0])} may do it, and may no longer open every case"
            yield _Taken(process.name, action.name, said, asks=True)


def _reaching(rules: Rules, action: ActionRules) -> list[str]:
    """The titles by which somebody may do an action and open the case for it, put into no role."""
    roles = rules.workflow.roles
    return [
        title
        for role in action.model.by
        if not roles[role].assigned
        for title in rules.titles_for[role]
        if not roles[title].assigned
        and "all" in {roles[title].opens_cases, *(roles[one].opens_cases for one in roles[title].counts_as)}
    ]


States = dict[tuple[str, str], set[str]]
"""States by process and track."""


def _lasting(alone: Rules) -> States:
    """The states into which an action leads, or in which it begins something, that is never refused."""
    found: States = {}
    for process, action in never_refused(alone):
        opened = [opens.process for opens in action.model.opens]
        if action.name == "open":
            opened.append(process.name)
        for track, move in action.model.moves.items():
            found.setdefault((process.name, track), set()).add(move.to)
        for name in opened:
            for track, state in alone.processes[name].start_states.items():
                found.setdefault((name, track), set()).add(state)
    return found


def decided(alone: Rules) -> States:
    """The states into which only a person's own decision leads, or what is never refused."""
    found: States = {}
    own = [(process.name, action.name) for process, action in never_refused(alone)]
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


def never_refused(alone: Rules) -> Iterator[tuple[ProcessRules, ActionRules]]:
    """Every action of which a workflow promises that it is never refused, with its process."""
    for process in alone.processes.values():
        for invariant in process.model.invariants.values():
            never = invariant.never_refused
            if never is not None:
                of = alone.processes[never.process]
                yield of, of.actions[never.action]


def _asking_for_papers(alone: Rules, whole: Rules) -> Iterator[_Taken]:
    """Actions that are never refused and are made to ask for a link or a document."""
    for process, action in never_refused(alone):
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
    if way.rules.model.by and not taken.by:
        there = Explorer(relation)
        before = there.reach(relation.configurations(way.needs & relation.changes(way.rules) & relation.rests))
        played = there.take(before, way) if before is not None else None
    else:
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
