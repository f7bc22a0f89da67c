"""What a fact reads as: starts, lapsing by the clock and by events, two times per fact (language §3, semantics 14)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from state_machine.automatic import lapse_at
from state_machine.evaluation import Evaluation, Truth
from state_machine.facts import UNDECLARED, Reading, current, record
from state_machine.view import Instance, Recorded
from tests.unit.state_machine.town import DAY, HOUR, NOW, Town, compiled

HOUSE = "source: {house: director, decided: '2026-11-01', why: test}"
RULES = compiled(f"""
case:
  facts:
    age: {{kind: choice, values: [adult, child, uncertain], starts: uncertain}}
    safe: {{kind: yes_no, lasts: {{for: P1D, {HOUSE}}}}}
    quiet: {{kind: yes_no, starts: false, lasts: {{for: PT4H, {HOUSE}}}}}
    mou: {{kind: text, lasts: {{for: {{fact: length}}, {HOUSE}}}}}
    length: {{kind: period}}
    bounded: {{kind: text, lasts: {{for: {{fact: length}}, at_least: P7D, at_most: P30D, {HOUSE}}}}}
    view: {{kind: text, lasts: {{until: [{{action: reopen}}]}}}}
    informed: {{kind: yes_no, lasts: {{until: [{{fact: receiver}}, {{action: hold, of: visit}}]}}}}
    receiver: {{kind: text}}
    checked: {{kind: yes_no, lasts: {{until: [{{fact: verified, of: partner}}]}}}}
    partner: {{kind: link, to: partner}}
  actions:
    reopen: {{by: [manager]}}
visit:
  parent: case
  facts:
    told: {{kind: yes_no, lasts: {{until: [{{action: reopen, of: case}}]}}}}
  actions:
    hold: {{by: [worker]}}
partner:
  facts:
    verified: {{kind: yes_no}}
""")


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    made.add("case", "C1")
    return made


def reading(town: Town, fact: str, ref: str = "C1", at: dt.datetime = NOW) -> Reading:
    return current(Evaluation(town, at, town.actor("sok")), town.instances[ref], fact)


class TestStarts:
    def test_holds_while_nothing_is_recorded(self, town: Town) -> None:
        assert reading(town, "age") == Reading("uncertain", None, 0)
        assert town.truth("{not: {fact: age, is: adult}}") is Truth.YES

    def test_is_a_value_so_the_fact_is_known(self, town: Town) -> None:
        assert town.truth("{fact: age, known: true}") is Truth.YES

    def test_gives_way_to_what_is_recorded(self, town: Town) -> None:
        town.record("C1", age="adult")
        assert reading(town, "age").value == "adult"

    def test_without_it_a_fact_is_unknown(self, town: Town) -> None:
        assert reading(town, "safe") == Reading(None, None, 0)

    def test_a_fact_that_the_process_does_not_declare_is_unknown(self, town: Town) -> None:
        town.record("C1", ghost="boo")
        assert reading(town, "ghost") is UNDECLARED


class TestLastsFor:
    def test_ends_at_its_moment_swept_or_not(self, town: Town) -> None:
        town.record("C1", safe=True)
        assert reading(town, "safe", at=NOW + DAY - dt.timedelta(microseconds=1)).value is True
        assert reading(town, "safe", at=NOW + DAY).value is None

    def test_then_reads_as_its_starts_and_still_names_the_entry(self, town: Town) -> None:
        town.record("C1", quiet=True)
        seq = town.instances["C1"].facts["quiet"].seq
        assert reading(town, "quiet", at=NOW + 4 * HOUR) == Reading(False, None, seq)

    def test_counts_from_when_it_was_observed(self, town: Town) -> None:
        town.record("C1", safe=True, observed=NOW - DAY)
        assert reading(town, "safe").value is None

    def test_can_be_a_figure_from_a_fact(self, town: Town) -> None:
        town.record("C1", mou="signed", length="P3M")
        assert reading(town, "mou", at=dt.datetime(2027, 4, 4, 1, 59, tzinfo=dt.UTC)).value == "signed"
        assert reading(town, "mou", at=dt.datetime(2027, 4, 4, 2, 0, tzinfo=dt.UTC)).value is None

    def test_with_an_unknown_figure_lasts(self, town: Town) -> None:
        town.record("C1", mou="signed")
        assert reading(town, "mou", at=NOW + 9999 * DAY).value == "signed"

    @pytest.mark.parametrize(("length", "days"), [("P1D", 7), ("P14D", 14), ("P90D", 30), (None, 30)])
    def test_stays_inside_its_bounds_and_ends_with_them_while_the_figure_is_unknown(
        self, town: Town, length: str | None, days: int
    ) -> None:
        town.record("C1", bounded="signed")
        if length is not None:
            town.record("C1", length=length)
        assert reading(town, "bounded", at=NOW + days * DAY - HOUR).value == "signed"
        assert reading(town, "bounded", at=NOW + days * DAY).value is None

    def test_a_renewed_value_starts_anew(self, town: Town) -> None:
        town.record("C1", safe=True)
        town.record("C1", safe=True, at=NOW + DAY)
        assert reading(town, "safe", at=NOW + DAY + HOUR).value is True


class TestLastsUntil:
    def test_ends_as_soon_as_the_event_comes_after_it(self, town: Town) -> None:
        town.record("C1", view="wants it")
        town.did("C1", "reopen")
        assert reading(town, "view").value is None

    def test_an_event_before_it_does_not_end_it(self, town: Town) -> None:
        town.did("C1", "reopen", at=NOW)
        town.record("C1", view="wants it", at=NOW)
        assert reading(town, "view").value == "wants it"

    def test_what_is_recorded_in_one_step_does_not_end_each_other(self, town: Town) -> None:
        town.record("C1", informed=True, receiver="clinic")
        assert reading(town, "informed").value is True

    def test_a_fact_recorded_later_ends_it(self, town: Town) -> None:
        town.record("C1", informed=True)
        town.record("C1", receiver="clinic")
        assert reading(town, "informed").value is None

    def test_a_later_report_of_an_earlier_time_is_an_event_too(self, town: Town) -> None:
        town.record("C1", receiver="clinic")
        town.record("C1", informed=True)
        one = town.instances["C1"]
        late = record(
            one, {"receiver": "school"}, actor=town.actor("sok"), observed=NOW - DAY, now=NOW, order=town.order + 1
        )
        town.instances["C1"] = late
        assert late.facts["receiver"].value == "clinic"
        assert reading(town, "informed").value is None

    def test_an_event_on_any_child_ends_it(self, town: Town) -> None:
        town.add("visit", "V1", "C1")
        town.add("visit", "V2", "C1")
        town.record("C1", informed=True)
        town.did("V1", "hold")
        assert reading(town, "informed").value is None

    def test_an_event_on_an_ancestor_ends_it(self, town: Town) -> None:
        town.add("visit", "V1", "C1")
        town.record("V1", told=True)
        assert reading(town, "told", "V1").value is True
        town.did("C1", "reopen")
        assert reading(town, "told", "V1").value is None

    def test_across_families_times_are_compared(self, town: Town) -> None:
        town.add("partner", "P1")
        town.record("C1", partner="P1", checked=True, at=NOW)
        town.order = 0
        town.record("P1", verified=True, at=NOW)
        assert reading(town, "checked").value is True
        town.record("P1", verified=True, at=NOW + HOUR)
        assert reading(town, "checked", at=NOW + HOUR).value is None

    def test_an_empty_link_ends_nothing(self, town: Town) -> None:
        town.record("C1", checked=True)
        assert reading(town, "checked").value is True


class TestLapseAt:
    def test_is_the_moment_for_which_the_door_keeps_a_row(self, town: Town) -> None:
        town.record("C1", safe=True)
        assert lapse_at(RULES, town, town.instances["C1"], "safe", NOW) == NOW + DAY

    def test_is_none_once_it_has_lapsed(self, town: Town) -> None:
        town.record("C1", safe=True)
        assert lapse_at(RULES, town, town.instances["C1"], "safe", NOW + DAY) is None

    @pytest.mark.parametrize("fact", ["safe", "age", "view", "mou"])
    def test_is_none_where_no_clock_will_end_it(self, town: Town, fact: str) -> None:
        if fact != "safe":
            given: dict[str, Any] = {fact: "adult"}
            town.record("C1", **given)
        assert lapse_at(RULES, town, town.instances["C1"], fact, NOW) is None

    def test_the_facts_that_need_a_row_are_those_with_a_clock(self) -> None:
        assert RULES.processes["case"].lapsing == ("safe", "quiet", "mou", "bounded")


class TestRecord:
    @staticmethod
    def recorded(town: Town, observed: dt.datetime | None, now: dt.datetime = NOW) -> Recorded:
        one: Instance = record(
            town.instances["C1"],
            {"age": "adult"},
            actor=town.actor("sok"),
            observed=observed,
            now=now,
            seq=9,
            order=900,
        )
        return one.facts["age"]

    def test_observed_is_now_where_nothing_is_said(self, town: Town) -> None:
        assert self.recorded(town, None) == Recorded("adult", NOW, NOW, "sok", None, 9, 900, 900)

    def test_observed_is_never_later_than_recorded(self, town: Town) -> None:
        assert self.recorded(town, NOW + DAY).observed == NOW

    def test_the_later_observation_holds_whenever_it_was_recorded(self, town: Town) -> None:
        town.record("C1", age="child", observed=NOW - DAY)
        assert self.recorded(town, NOW - 2 * DAY).value == "child"
        assert self.recorded(town, NOW - HOUR).value == "adult"

    def test_of_two_of_one_time_the_later_entry_holds(self, town: Town) -> None:
        town.record("C1", age="child")
        assert self.recorded(town, NOW).value == "adult"

    def test_an_older_observation_leaves_the_order_and_is_remembered_as_touched(self, town: Town) -> None:
        town.record("C1", age="child")
        before = town.instances["C1"].facts["age"]
        after = self.recorded(town, NOW - DAY)
        assert (after.order, after.touched) == (before.order, 900)
