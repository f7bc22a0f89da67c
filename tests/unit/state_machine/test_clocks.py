"""Clocks in conditions: elapsed, within, and when an answer will be another one (semantics 12–14, 21)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from state_machine.decision import Applied, NotYet, Refused
from state_machine.evaluation import Truth
from tests.unit.state_machine.town import DAY, HOUR, NOW, Town, because, compiled

TICK = dt.timedelta(microseconds=1)
HOUSE = "source: {house: director, decided: '2026-11-01', why: test}"
RULES = compiled(f"""
case:
  tracks: {{stay: {{starts: out, states: {{out: {{}}, in: {{}}}}}}}}
  facts:
    told: {{kind: yes_no}}
    heard: {{kind: yes_no}}
    place: {{kind: yes_no, lasts: {{for: P2D, {HOUSE}}}}}
    birth: {{kind: date}}
    wait: {{kind: period}}
  guards:
    waited: {{require: {{elapsed: PT24H, since: {{fact: told}}}}}}
    fresh: {{require: {{within: PT48H, since: {{fact: told}}}}}}
    fresh_once: {{require: {{within: PT12H, since: {{fact: told}}}}}}
    either:
      require: {{any: [{{elapsed: PT72H, since: {{fact: told}}}}, {{elapsed: PT24H, since: {{fact: heard}}}}]}}
    not_fresh: {{require: {{not: {{within: PT12H, since: {{fact: told}}}}}}}}
    safe: {{require: {{fact: place, is: true}}}}
    no_place: {{require: {{not: {{fact: place, known: true}}}}}}
    heard_of: {{require: {{fact: heard, is: true}}}}
    slow: {{strength: should, require: {{elapsed: PT36H, since: {{fact: told}}}}}}
    wise: {{strength: may, require: {{elapsed: PT99H, since: {{fact: told}}}}}}
    in_time: {{when: {{elapsed: PT6H, since: {{fact: told}}}}, require: {{fact: heard, is: true}}}}
    while_placed: {{when: {{fact: place, is: true}}, require: {{elapsed: PT60H, since: {{fact: told}}}}}}
    waited_or_free:
      require:
        any:
          - {{elapsed: PT72H, since: {{fact: told}}}}
          - {{all: [{{elapsed: PT24H, since: {{fact: told}}}}, {{fact: place, known: false}}]}}
  actions:
    go_placed: {{by: [manager], guards: [waited, while_placed]}}
    go_free: {{by: [manager], guards: [waited_or_free]}}
    go: {{by: [manager], guards: [waited]}}
    go_fresh: {{by: [manager], guards: [waited, fresh]}}
    go_never: {{by: [manager], guards: [waited, fresh_once]}}
    go_either: {{by: [manager], guards: [either]}}
    go_late: {{by: [manager], guards: [not_fresh]}}
    go_safe: {{by: [manager], guards: [waited, safe]}}
    go_placeless: {{by: [manager], guards: [no_place]}}
    go_waited_placeless: {{by: [manager], guards: [waited, no_place]}}
    go_heard: {{by: [manager], guards: [waited, heard_of]}}
    go_slow: {{by: [manager], guards: [waited, slow]}}
    go_only_slow: {{by: [manager], guards: [slow]}}
    go_wise: {{by: [manager], guards: [waited, wise]}}
    go_in_time: {{by: [manager], guards: [in_time]}}
wait:
  parent: case
  tracks: {{wait: {{starts: begun, states: {{begun: {{}}}}}}}}
  guards: {{later: {{require: {{elapsed: PT1H, since: {{track: wait}}}}}}}}
  actions: {{open: {{by: [manager], guards: [later]}}}}
visit:
  parent: case
  tracks: {{visit: {{starts: planned, states: {{planned: {{}}, announced: {{}}}}}}}}
  guards:
    announced_long_ago: {{require: {{elapsed: PT24H, since: {{track: visit}}}}}}
  actions:
    hold: {{by: [manager], guards: [announced_long_ago]}}
""")


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    made.add("case", "C1", holders={"manager": "sok"})
    return made


class TestElapsed:
    def test_holds_from_its_instant_on(self, town: Town) -> None:
        town.record("C1", told=True)
        condition = "{elapsed: PT24H, since: {fact: told}}"
        assert town.truth(condition, at=NOW + DAY - TICK) is Truth.NO
        assert town.truth(condition, at=NOW + DAY) is Truth.YES

    def test_waits_from_the_later_of_observed_and_recorded(self, town: Town) -> None:
        town.record("C1", told=True, observed=NOW - DAY)
        assert town.truth("{elapsed: PT24H, since: {fact: told}}") is Truth.NO

    def test_of_a_date_fact_counts_from_its_value(self, town: Town) -> None:
        town.record("C1", birth="2009-01-05")
        condition = "{elapsed: P18Y, since: {fact: birth}}"
        turns = dt.datetime(2027, 1, 4, 17, 0, tzinfo=dt.UTC)  # midnight in Phnom Penh, where a bare day starts
        assert town.truth(condition, at=turns - TICK) is Truth.NO
        assert town.truth(condition, at=turns) is Truth.YES

    def test_of_a_date_fact_with_a_time_counts_from_that(self, town: Town) -> None:
        town.record("C1", birth="2027-01-04T09:00")
        assert town.truth("{elapsed: PT1H, since: {fact: birth}}", at=NOW + HOUR - TICK) is Truth.NO
        assert town.truth("{elapsed: PT1H, since: {fact: birth}}", at=NOW + HOUR) is Truth.YES

    def test_may_count_before_a_date(self, town: Town) -> None:
        town.record("C1", birth="2027-01-20T09:00")
        assert town.truth("{elapsed: -P14D, since: {fact: birth}}", at=NOW + DAY) is Truth.NO
        assert town.truth("{elapsed: -P14D, since: {fact: birth}}", at=NOW + 2 * DAY) is Truth.YES

    def test_of_a_track_counts_from_when_it_entered_its_state(self, town: Town) -> None:
        town.moved("C1", "stay", "in", at=NOW + DAY)
        condition = "{elapsed: PT1H, since: {track: stay}}"
        assert town.truth(condition, at=NOW + DAY) is Truth.NO
        assert town.truth(condition, at=NOW + DAY + HOUR) is Truth.YES

    def test_of_a_track_in_its_start_state_counts_from_opening(self, town: Town) -> None:
        assert town.truth("{elapsed: PT1H, since: {track: stay}}", at=NOW + HOUR) is Truth.YES

    def test_of_an_action_counts_from_when_it_was_last_done(self, town: Town) -> None:
        town.did("C1", "go", at=NOW)
        town.did("C1", "go", at=NOW + DAY)
        condition = "{elapsed: PT1H, since: {action: go}}"
        assert town.truth(condition, at=NOW + DAY) is Truth.NO
        assert town.truth(condition, at=NOW + DAY + HOUR) is Truth.YES

    def test_counts_working_days(self, town: Town) -> None:
        town.record("C1", told=True, at=NOW + 4 * DAY)  # a Friday
        condition = "{elapsed: P1D, since: {fact: told}, counts: working_days}"
        assert town.truth(condition, at=NOW + 6 * DAY) is Truth.NO
        assert town.truth(condition, at=NOW + 7 * DAY) is Truth.YES

    def test_takes_its_figure_from_a_fact(self, town: Town) -> None:
        town.record("C1", told=True, wait="P3D")
        condition = "{elapsed: {fact: wait}, since: {fact: told}}"
        assert town.truth(condition, at=NOW + 2 * DAY) is Truth.NO
        assert town.truth(condition, at=NOW + 3 * DAY) is Truth.YES

    def test_of_a_lapsed_fact_is_unknown(self, town: Town) -> None:
        town.record("C1", place=True)
        assert town.truth("{elapsed: P1D, since: {fact: place}}", at=NOW + DAY) is Truth.YES
        assert town.truth("{elapsed: P1D, since: {fact: place}}", at=NOW + 2 * DAY) is Truth.UNKNOWN


class TestWithin:
    def test_of_hours_holds_up_to_its_instant(self, town: Town) -> None:
        town.record("C1", told=True)
        assert town.truth("{within: PT24H, since: {fact: told}}", at=NOW + DAY) is Truth.YES
        assert town.truth("{within: PT24H, since: {fact: told}}", at=NOW + DAY + TICK) is Truth.NO

    def test_of_days_includes_the_whole_last_local_day(self, town: Town) -> None:
        town.record("C1", told=True)
        midnight = dt.datetime(2027, 3, 5, 17, 0, tzinfo=dt.UTC)  # the end of 5 March in Phnom Penh
        assert town.truth("{within: P60D, since: {fact: told}}", at=midnight - TICK) is Truth.YES
        assert town.truth("{within: P60D, since: {fact: told}}", at=midnight) is Truth.NO

    def test_counts_from_when_it_was_observed(self, town: Town) -> None:
        town.record("C1", told=True, observed=NOW - DAY)
        assert town.truth("{within: PT24H, since: {fact: told}}", at=NOW) is Truth.YES
        assert town.truth("{within: PT24H, since: {fact: told}}", at=NOW + TICK) is Truth.NO

    def test_of_a_date_to_come_holds(self, town: Town) -> None:
        town.record("C1", birth="2027-02-01")
        assert town.truth("{within: P1D, since: {fact: birth}}") is Truth.YES

    def test_counts_working_days(self, town: Town) -> None:
        town.record("C1", told=True, at=NOW + 4 * DAY)
        condition = "{within: P1D, since: {fact: told}, counts: working_days}"
        assert town.truth(condition, at=NOW + 7 * DAY + 14 * HOUR) is Truth.YES
        assert town.truth(condition, at=NOW + 7 * DAY + 15 * HOUR) is Truth.NO


class TestNotYet:
    def test_names_the_instant_at_which_the_clock_opens(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "go")
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + DAY
        assert decision.reasons[0].until == NOW + DAY

    def test_at_until_it_is_applied_and_not_before(self, town: Town) -> None:
        town.record("C1", told=True)
        assert isinstance(town.decide("sok", "go", at=NOW + DAY - TICK), NotYet)
        assert isinstance(town.decide("sok", "go", at=NOW + DAY), Applied)

    def test_is_the_earliest_of_several_ways(self, town: Town) -> None:
        town.record("C1", told=True)
        town.record("C1", heard=True, at=NOW + DAY)
        decision = town.decide("sok", "go_either", at=NOW + DAY)
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + 2 * DAY

    def test_waits_for_a_within_to_be_over(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "go_late")
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + 12 * HOUR + TICK
        assert isinstance(town.decide("sok", "go_late", at=decision.until), Applied)

    def test_evaluates_the_conjunction_whole_while_it_is_open(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "go_fresh")
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + DAY

    def test_combining_the_times_of_the_leaves_would_name_a_moment_at_which_the_guards_do_not_hold(
        self, town: Town
    ) -> None:
        # `waited` opens after 24 hours, when `fresh_once`, which holds now, has been over for 12: never both.
        town.record("C1", told=True)
        decision = town.decide("sok", "go_never")
        assert isinstance(decision, Refused)
        assert because(decision) == ["waited"]
        assert decision.reasons[0].until == NOW + DAY

    def test_a_fact_that_has_lapsed_by_then_counts_as_lapsed(self, town: Town) -> None:
        town.record("C1", told=True)
        town.record("C1", place=True, observed=NOW - DAY - HOUR)
        assert isinstance(town.decide("sok", "go_safe"), Refused)
        town.record("C1", place=True)
        assert isinstance(town.decide("sok", "go_safe"), NotYet)

    def test_a_fact_that_will_lapse_opens_nothing_by_itself(self, town: Town) -> None:
        town.record("C1", place=True)
        assert isinstance(town.decide("sok", "go_placeless"), Refused)

    def test_but_counts_as_lapsed_at_the_instants_of_the_clocks(self, town: Town) -> None:
        town.record("C1", place=True, observed=NOW - DAY - HOUR)
        town.record("C1", told=True)
        decision = town.decide("sok", "go_waited_placeless")
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + DAY

    def test_is_refused_where_time_alone_does_not_help(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "go_heard")
        assert isinstance(decision, Refused)
        assert because(decision) == ["waited", "heard_of"]

    def test_is_refused_where_the_moment_never_came(self, town: Town) -> None:
        assert isinstance(town.decide("sok", "go"), Refused)

    def test_waits_for_should_guards_too(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "go_slow")
        assert isinstance(decision, NotYet)
        assert (decision.until, decision.exception) == (NOW + 36 * HOUR, "none")

    def test_not_for_those_that_a_second_person_has_let_pass(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "go_slow", confirmed=True)
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + DAY

    def test_a_second_person_may_shorten_what_only_should_guards_ask(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "go_only_slow")
        assert isinstance(decision, NotYet)
        assert decision.exception == "second_person"

    def test_does_not_wait_for_advice(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "go_wise")
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + DAY

    def test_sees_a_guard_that_will_be_asked_only_later(self, town: Town) -> None:
        town.record("C1", told=True)
        assert isinstance(town.decide("sok", "go_in_time"), Applied)
        assert isinstance(town.decide("sok", "go_in_time", at=NOW + 6 * HOUR), Refused)

    def test_waits_for_a_guard_that_will_be_asked_by_then(self, town: Town) -> None:
        town.record("C1", told=True)
        town.record("C1", place=False, observed=NOW - DAY - HOUR)  # lapses in 23 hours: then `while_placed` is in doubt
        decision = town.decide("sok", "go_placed")
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + 60 * HOUR

    def test_is_the_lapse_of_a_fact_where_that_opens_it_before_any_clock(self, town: Town) -> None:
        town.record("C1", told=True)
        town.record("C1", place=True)  # lapses in 48 hours
        decision = town.decide("sok", "go_free")
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + 2 * DAY
        assert isinstance(town.decide("sok", "go_free", at=NOW + 2 * DAY - TICK), NotYet)
        assert isinstance(town.decide("sok", "go_free", at=NOW + 2 * DAY), Applied)

    def test_is_refused_where_the_wait_would_begin_anew_with_what_comes_along(self, town: Town) -> None:
        assert isinstance(town.decide("sok", "go", facts={"told": True}), Refused)
        earlier: dict[str, Any] = {"facts": {"told": True}, "observed": NOW - 2 * DAY}
        assert isinstance(town.decide("sok", "go", **earlier), Refused)

    def test_is_refused_where_the_wait_is_for_what_is_only_being_opened(self, town: Town) -> None:
        assert isinstance(town.decide("sok", "open", "W1", kind="open", process="wait", parent="C1"), Refused)

    def test_waits_on_a_child_for_the_childs_track(self, town: Town) -> None:
        town.add("visit", "V1", "C1")
        town.moved("V1", "visit", "announced", at=NOW + HOUR)
        decision = town.decide("sok", "hold", "V1", at=NOW + 2 * HOUR)
        assert isinstance(decision, NotYet)
        assert decision.until == NOW + 25 * HOUR
