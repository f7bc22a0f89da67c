"""The model says of every condition, guard and move what the engine decides, on drawn workflows and instances."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from state_machine.checks.model import Model
from state_machine.checks.relation import Relation
from state_machine.checks.space import Set
from state_machine.decide import decide, subject
from state_machine.decision import Applied, Attempt
from state_machine.evaluation import Evaluation, Scope, Trace, Truth
from state_machine.rules import ActionRules
from tests.unit.state_machine.checks.abstraction import Abstraction
from tests.unit.state_machine.generated import VALUES, towns
from tests.unit.state_machine.town import NOW, PEOPLE, Town

FULL = os.environ.get("HOMEWARD_PROMISES") == "full"
PERSONS = sorted(PEOPLE)
STEPS_OF_A_TOWN = 4 * len(PERSONS)
TOWNS = -(-(100_000 if FULL else 2_000) // STEPS_OF_A_TOWN)
drawn = settings(max_examples=TOWNS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not FULL)


def says(relation: Relation, abstraction: Abstraction, one: Set) -> bool:
    """Whether a configuration is in a set, as the model sees it."""
    values = abstraction.values(relation.space.reads(one))
    return relation.space.at(values) & one != relation.space.empty


@drawn
@given(towns(), st.data())
def test_every_step_is_decided_as_the_model_says(town: Town, data: st.DataObject) -> None:
    _no_loose_links(town)
    relation = Model(town.main).relation("case")
    brought = {name: data.draw(values) for name, values in VALUES.items() if name in ("word", "flag")}
    for person in PERSONS:
        for action in relation.process.actions.values():
            facts = {name: brought[name] for name in action.model.asks}
            actor = town.actor(person)
            attempt = Attempt("act", "C1", actor, "case", action.name, facts=facts, confirmed=True)
            attempted = partial(subject, town.main, town, attempt) if facts else None
            at = Evaluation(town, NOW, actor, attempted=attempted)
            itself = at.instance("C1")
            assert itself is not None
            seen = Abstraction(relation, at, itself)
            for guard in action.guards:
                read = {
                    Truth.YES: relation.reader.said(guard.require, relation.site, relation.site).yes,
                    Truth.NO: relation.reader.said(guard.require, relation.site, relation.site).no,
                }
                truth = guard.require.evaluate(Scope(at, itself, itself, Trace()))
                assert [says(relation, seen, one) for one in read.values()] == [truth is key for key in read]
            needs = relation.fits(action) & relation.answered(action) & relation.met_all(action.guards, "must")
            decision = decide(town.main, town, attempt, NOW)
            if isinstance(decision, Applied):
                assert says(relation, seen, relation.legal(needs)), action.name
                _moves(relation, town, action, decision)
            elif decision.role:
                assert not says(relation, seen, needs), action.name


def _no_loose_links(town: Town) -> None:
    """The door lets no link lead nowhere, so that the model knows none."""
    for ref, one in town.instances.items():
        kept = {name: held for name, held in one.facts.items() if held.value != "P-nobody"}
        town.instances[ref] = replace(one, facts=kept)


def _moves(relation: Relation, town: Town, action: ActionRules, decision: Applied) -> None:
    """The relation leads where the decision leads, and back."""
    standing = {name: at.state for name, at in town.instances["C1"].tracks.items()}
    here = _at(relation, standing)
    there = _at(relation, standing | {track: to for track, (_, to) in decision.moves.items()})
    assert relation.image(action, here) == there
    assert relation.before(action, there) & here == here


def _at(relation: Relation, states: dict[str, str]) -> Set:
    return relation.space.at({relation.tracks[name].name: state for name, state in states.items()})
