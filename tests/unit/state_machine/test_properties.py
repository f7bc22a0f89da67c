"""What holds of every decision, on generated workflows and families."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from state_machine.decision import Applied, Decision, Fixed, NotYet, Outcome, Refused
from state_machine.evaluation import Evaluation
from state_machine.explain import answer, explain
from state_machine.guards import ask, first_opening
from state_machine.in_order import ordered, persons_of
from state_machine.view import SYSTEM, Actor
from tests.unit.state_machine.generated import VALUES, instants, towns
from tests.unit.state_machine.town import HOUR, NOW, PEOPLE, Town

ACTIONS = ("a0", "a1", "a2", "a3")
slowly = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None, max_examples=25
)
whoever = st.sampled_from([*sorted(PEOPLE), SYSTEM])
given_facts = st.fixed_dictionaries({}, optional={"word": VALUES["word"], "flag": VALUES["flag"]})
met = (Outcome.YES, Outcome.NOT_ASKED)


def actor(town: Town, name: str) -> Actor:
    return Actor(SYSTEM) if name == SYSTEM else town.actor(name)


def strengths(town: Town, decision: Decision, strength: str) -> list[Outcome]:
    """The outcomes of the guards of one strength."""
    guards = town.main.processes["case"].guards
    return [outcome for name, outcome in decision.outcomes.items() if guards[name].model.strength == strength]


class TestEveryDecision:
    @slowly
    @given(towns(), whoever, st.sampled_from(ACTIONS), given_facts, instants(0, 40), st.booleans())
    def test_is_made_and_says_why(
        self, town: Town, who: str, action: str, facts: dict[str, str], at: dt.datetime, confirmed: bool
    ) -> None:
        decision = town.decide(actor(town, who), action, facts=facts, at=at, confirmed=confirmed)
        match decision:
            case Applied():
                assert all(outcome in met for outcome in strengths(town, decision, "must"))
                should = strengths(town, decision, "should")
                assert confirmed or all(outcome in met for outcome in should)
                assert len(decision.overridden) == sum(outcome not in met for outcome in should)
            case NotYet():
                assert decision.until > at
                assert all(reason.guard in decision.outcomes for reason in decision.reasons)
            case Refused():
                assert decision.reasons
        assert all(reason.message for reason in getattr(decision, "reasons", ()))
        assert all(outcome is Outcome.NOT_ASKED for outcome in strengths(town, decision, "off"))

    @slowly
    @given(towns(), whoever, st.sampled_from(ACTIONS), instants(0, 3))
    def test_depends_on_nothing_but_its_arguments(self, town: Town, who: str, action: str, at: dt.datetime) -> None:
        assert town.decide(actor(town, who), action, at=at) == town.decide(actor(town, who), action, at=at)

    @slowly
    @given(towns(), st.sampled_from(ACTIONS), instants(0, 3))
    def test_without_the_role_tells_nothing(self, town: Town, action: str, at: dt.datetime) -> None:
        decision = town.decide("vanna", action, at=at)
        assert isinstance(decision, Refused)
        assert [reason.guard for reason in decision.reasons] == [Fixed.NOT_YOUR_ROLE]
        assert (decision.outcomes, decision.reads, decision.advice) == ({}, {}, ())


class TestFirstOpening:
    @slowly
    @given(towns(), instants(0, 3))
    def test_is_an_instant_at_which_all_guards_are_met_and_none_before_it_is(self, town: Town, at: dt.datetime) -> None:
        case, guards = town.instances["C1"], list(town.main.processes["case"].guards.values())
        now = Evaluation(town, at, town.actor("sok"))
        until = first_opening(guards, now, case)
        if not any(ask(guard, now, case).flips for guard in guards):
            assert until is None  # a lapse alone is nothing to wait for
            return
        later = [at + hours * HOUR for hours in (1, 7, 23, 49, 100, 700)]
        for moment in later:
            opened = all(ask(guard, now.at(moment), case).met for guard in guards)
            closed_now = not all(ask(guard, now, case).met for guard in guards)
            assert not (opened and closed_now) or (until is not None and until <= moment)
        if until is not None:
            assert all(ask(guard, now.at(until), case).met for guard in guards)


class TestExplaining:
    @slowly
    @given(towns(), st.sampled_from(sorted(PEOPLE)), instants(0, 3))
    def test_says_of_every_action_what_deciding_it_says(self, town: Town, who: str, at: dt.datetime) -> None:
        told = explain(town.main, town, "C1", town.actor(who), at)
        actions = town.main.processes["case"].actions
        decided = [answer(name, town.decide(who, name, at=at), actions[name].model.asks) for name in actions]
        mine = persons_of(town.actor(who))
        in_order = [
            replace(one, reasons=ordered(one.reasons, mine), advice=ordered(one.advice, mine)) for one in decided
        ]
        assert list(told) == in_order

    @slowly
    @given(towns(), st.sampled_from(sorted(PEOPLE)))
    def test_names_something_that_is_missing_for_every_unmet_guard_that_time_or_people_can_mend(
        self, town: Town, who: str
    ) -> None:
        for one in explain(town.main, town, "C1", town.actor(who), NOW):
            for reason in one.reasons:
                assert all(missing.needed and missing.found for missing in reason.missing)
