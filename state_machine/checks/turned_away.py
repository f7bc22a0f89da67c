"""Traces of people who are turned away: nobody holds the role that is asked, or what is asked is not at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from config.definition import FactValue
from state_machine.checks.answerable import Missing, may_say
from state_machine.checks.relation import Relation
from state_machine.checks.replay import Played
from state_machine.checks.samples import usual
from state_machine.checks.space import Set
from state_machine.checks.staging import REF
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import StepKind, TraceStep
from state_machine.checks.world import HOUR, World
from state_machine.conditions import Node
from state_machine.decision import Applied, Attempt
from state_machine.evaluation import Truth
from state_machine.rules import ActionRules, Rules
from state_machine.words import listed, spaced, with_article

MOST_STARTS = 8
SOMEBODY = "somebody at the door"


def held_by_nobody(rules: Rules, action: ActionRules, *, at_the_house: bool) -> bool:
    """Whether every role that may do an action is one that somebody has to be put into first.

    `at_the_house`: it opens an instance without a parent, for which titles alone count.
    """
    if at_the_house or not action.model.by:
        return False
    roles = rules.workflow.roles
    return all(
        roles[role].assigned or all(roles[title].assigned for title in rules.titles_for[role])
        for role in action.model.by
    )


def played_unheld(relation: Relation, action: ActionRules, when: Node | None, bad: Set) -> Played | None:
    """The shortest trace after which whoever has the title is refused, since nobody was put into the role."""
    role = action.model.by[0]
    for played in _standing(relation, action, when, bad):
        world = played.world.copy()
        world.now += HOUR
        above = world.instances.get(REF)
        for one in [*world.instances.values()]:
            world.instances[one.ref] = replace(one, holders={})
        world.people[SOMEBODY] = frozenset({role})
        given = f"Given: nobody is {listed([spaced(one) for one in action.model.by])} here."
        process, states = relation.process.name, world.states(REF) if above is not None else {}
        steps = (*played.steps, TraceStep("given", process, process, given, before=states, after=states))
        refused = _refused(relation, world, action, role, _answers(relation, world, action, ""))
        if refused is not None:
            return Played(world, (*steps, refused))
    return None


def played_without(
    relation: Relation, action: ActionRules, when: Node | None, bad: Set, missing: Missing
) -> Played | None:
    """The shortest trace after which whoever may act cannot bring what is asked, and is refused without it."""
    for played in _standing(relation, action, when, bad):
        world = played.world.copy()
        world.now += HOUR
        world.people[SOMEBODY] = frozenset({missing.role})
        if relation.rules.workflow.roles[missing.role].assigned:
            where = REF if REF in world.instances else world.main.processes[relation.process.name].above[0]
            world.hold(where, missing.role, SOMEBODY)
        steps = played.steps
        if not may_say(relation.rules, missing.fact, missing.role):
            steps = (*steps, *_tries_to_record(relation, world, missing))
        elif missing.fact.kind == "link":
            tried = _tries_to_open(relation, world, missing)
            if tried is None:
                continue
            steps = (*steps, tried)
        answers = _answers(relation, world, action, missing.name)
        refused = _refused(relation, world, action, missing.role, answers)
        if refused is not None:
            return Played(world, (*steps, refused))
    return None


def _standing(relation: Relation, action: ActionRules, when: Node | None, bad: Set) -> Iterator[Played]:
    """Worlds in which the action is to be possible."""
    explorer = Explorer(relation)
    player = explorer.player
    if action is relation.opening:
        yield Played(player.begin(), ())
        return
    target = relation.configurations(bad)
    for _ in range(MOST_STARTS):
        there = explorer.reach(target)
        if there is None:
            return
        for played in player.look(there, bad & relation.rests, bad):
            if when is None or player.says(played.world, when) is Truth.YES:
                yield played
        target &= ~player.at(there.states)


def _answers(relation: Relation, world: World, action: ActionRules, without: str) -> dict[str, FactValue]:
    """Something for all that an action asks; of links, what is there by now."""
    found: dict[str, FactValue] = {}
    for name in action.model.asks:
        declared = relation.process.facts[name].model
        if name == without:
            continue
        if declared.kind == "link" and declared.to is not None:
            found[name] = world.give(declared.to, f"{REF}.{name}").ref
        else:
            found[name] = usual(declared, world.now, world.main.calendar)
    return found


def _tries_to_record(relation: Relation, world: World, missing: Missing) -> tuple[TraceStep, ...]:
    """That whoever is asked for it may not record it; nothing where there is no instance yet."""
    declared = missing.fact
    if REF not in world.instances or (declared.kind == "link" and declared.to is None):
        return ()
    if declared.kind == "link" and declared.to is not None:
        value: FactValue = world.give(declared.to, f"{REF}.{missing.name}").ref
    else:
        value = usual(declared, world.now, world.main.calendar)
    process = relation.process.name
    attempt = Attempt("record", REF, world.actor(SOMEBODY), process, facts={missing.name: value})
    step = _step(world, attempt, missing.role, process, world.states(REF))
    return (step,) if step is not None else ()


def _tries_to_open(relation: Relation, world: World, missing: Missing) -> TraceStep | None:
    """That whoever is asked for it may not open what is asked; None where they may."""
    target = world.main.processes[missing.fact.to or ""]
    above = target.above[0] if target.above else None
    parent = REF if above == relation.process.name and REF in world.instances else above
    if above is not None and parent not in world.instances:
        parent = world.give(above, above).ref
    opening = target.actions.get("open")
    asks = opening.model.asks if opening is not None else ()
    facts: dict[str, FactValue] = {
        name: usual(target.facts[name].model, world.now, world.main.calendar)
        for name in asks
        if target.facts[name].model.kind != "link"
    }
    attempt = Attempt("open", "asked", world.actor(SOMEBODY), target.name, "open", parent, facts)
    return _step(world, attempt, missing.role, target.name, {})


def _refused(
    relation: Relation, world: World, action: ActionRules, role: str, facts: dict[str, FactValue]
) -> TraceStep | None:
    process = relation.process.name
    kind: Literal["open", "act"] = "open" if action is relation.opening else "act"
    parent = relation.process.above[0] if kind == "open" and relation.process.above else None
    attempt = Attempt(kind, REF, world.actor(SOMEBODY), process, action.name, parent, facts)
    return _step(world, attempt, role, process, world.states(REF))


def _step(world: World, attempt: Attempt, role: str, process: str, states: Mapping[str, str]) -> TraceStep | None:
    """An attempt as a step of a trace, if it is refused."""
    decision = world.attempt(attempt)
    if isinstance(decision, Applied):
        return None
    declared = world.main.processes[process].actions.get(attempt.action)
    said = (declared.model.says if declared is not None else None) or f"{spaced(attempt.action)} a {spaced(process)}"
    if attempt.kind == "record":
        said = f"record {listed([spaced(one) for one in attempt.facts], 'and')}"
    told = " ".join(reason.message for reason in decision.reasons)
    says = f"{with_article(role).capitalize()}: {said.rstrip('.')}. It is refused: {told}"
    kind: StepKind = attempt.kind
    return TraceStep(
        kind,
        process,
        process,
        says,
        attempt.action,
        role,
        facts=dict(attempt.facts),
        before=states,
        after=states,
        person=SOMEBODY,
        refused=True,
    )
