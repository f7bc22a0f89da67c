"""Deadlines: rounds begin and end, move, pause and climb, each rung once, and nothing is skipped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest

from cases.due_list import explain_due
from cases.sweep import run_once
from state_machine.view import DeadlineAt
from tests.deadline_workflow import WATCHED
from tests.houses import START, SmallHouse, rules_of, staff

DAY = dt.timedelta(days=1)
RULES = rules_of(WATCHED)


def watched(*, agreed: bool = True) -> tuple[SmallHouse, str]:
    """A house with one case, its plan agreed at the start."""
    house = SmallHouse(RULES, staff(sok="manager", dara="supervisor", dir="director"))
    case = house.open("sok")
    if agreed:
        assert house.act("sok", case, "agree").decision == "applied"
    return house, case


def at(house: SmallHouse, case: str, name: str) -> DeadlineAt:
    """A deadline of the case as it is stored."""
    return house.instance(case).deadlines[name]


def told(house: SmallHouse, case: str, kind: str) -> list[dict[str, Any]]:
    """The clear parts of the entries of a kind."""
    with house.store.look() as tx:
        entries = [orjson.loads(entry.clear) for entry in tx.entries(case)]
    return [clear for clear in entries if clear["kind"] == f"case:deadline:{kind}"]


def rungs(house: SmallHouse, case: str, deadline: str) -> list[tuple[str, int]]:
    """The rungs of a deadline that were journaled, with their repeats, in order."""
    with house.store.look() as tx:
        entries = [orjson.loads(entry.clear) for entry in tx.entries(case)]
    return [(clear["rung"], clear["repeat"]) for clear in entries if clear.get("deadline") == deadline]


KEY = ("deadline", "generation", "dating", "rung", "repeat")


def changes(house: SmallHouse, case: str, deadline: str) -> list[dict[str, Any]]:
    """What a deadline became, change by change."""
    return [one["deadlines"][deadline] for one in told(house, case, "dated") if deadline in one["deadlines"]]


class TestARound:
    def test_it_begins_when_its_condition_holds_and_tells_its_date(self) -> None:
        house, case = watched()
        (dated,) = told(house, case, "dated")
        # Ten working days from Monday 4 January; Thursday the 7th is a public holiday in Cambodia.
        assert dated["deadlines"]["plan_review"]["due"] == "2027-01-19T02:00:00.000000Z"
        assert at(house, case, "plan_review").due == dt.datetime(2027, 1, 19, 2, tzinfo=dt.UTC)

    def test_it_ends_when_its_condition_holds_no_more(self) -> None:
        house, case = watched()
        house.act("sok", case, "drop_plan")
        assert "plan_review" not in house.instance(case).deadlines
        assert told(house, case, "dated")[-1]["deadlines"]["plan_review"]["what"] == "ended"
        house.wait(days=60)
        assert rungs(house, case, "plan_review") == []

    def test_it_is_done_by_its_event_and_the_next_counts_from_then(self) -> None:
        house, case = watched()
        first = at(house, case, "plan_review").generation
        house.wait(days=2)
        house.act("sok", case, "review")
        state = at(house, case, "plan_review")
        assert (state.generation, state.began) == (first + 1, START + 2 * DAY)

    def test_it_counts_from_the_due_where_it_repeats_after_due(self) -> None:
        house, case = watched()
        first = at(house, case, "contact")
        house.wait(days=3)
        house.act("sok", case, "answer")
        state = at(house, case, "contact")
        assert (state.generation, state.due) == (first.generation + 1, first.due + 30 * DAY)

    def test_an_event_before_it_began_does_not_end_it(self) -> None:
        house, case = watched(agreed=False)
        house.act("sok", case, "review")
        house.act("sok", case, "agree")
        assert at(house, case, "plan_review").state == "armed"
        assert "done" not in [change["what"] for change in changes(house, case, "plan_review")]

    def test_one_that_ended_and_begins_again_is_another_round(self) -> None:
        house, case = watched()
        for _ in range(2):
            house.wait(days=40)
            house.act("sok", case, "review")
            house.act("sok", case, "drop_plan")
            house.act("sok", case, "agree")
        house.wait(days=40)
        started = [change["generation"] for change in changes(house, case, "plan_review") if "generation" in change]
        assert started == sorted(set(started))
        with house.store.look() as tx:
            entries = [orjson.loads(entry.clear) for entry in tx.entries(case)]
        came = [tuple(one[key] for key in KEY) for one in entries if one.get("deadline") == "plan_review"]
        assert len(came) > 3
        assert len(came) == len(set(came))

    def test_an_instance_that_is_over_has_none(self) -> None:
        house, case = watched()
        house.act("sok", case, "watch")
        house.record("sok", case, may_end=True)
        house.wait(days=32)
        assert house.instance(case).tracks["case"].state == "over"
        assert dict(house.instance(case).deadlines) == {}
        with house.store.look() as tx:
            assert tx.next_due() is None


class TestTheDue:
    def test_an_unknown_figure_falls_due_after_its_upper_bound(self) -> None:
        house, case = watched()
        assert at(house, case, "contact").due == START + 30 * DAY

    def test_a_figure_from_a_fact_moves_it_and_both_dates_are_told(self) -> None:
        house, case = watched()
        house.record("sok", case, every="P14D")
        change = told(house, case, "dated")[-1]["deadlines"]["contact"]
        assert change["what"] == "redated"
        assert (change["was"][:10], change["due"][:10]) == ("2027-02-03", "2027-01-18")
        assert at(house, case, "contact").dating == 1

    @pytest.mark.parametrize(("figure", "days"), [("P1D", 7), ("P90D", 30), ("P8D", 8)])
    def test_bounds_hold(self, figure: str, days: int) -> None:
        house, case = watched()
        house.record("sok", case, every=figure)
        assert at(house, case, "contact").due == START + days * DAY

    def test_it_is_counted_back_from_a_date_and_follows_it(self) -> None:
        house, case = watched()
        house.act("sok", case, "set_court")
        house.record("sok", case, court_day="2027-03-01")
        first = at(house, case, "court_prepared").due
        house.record("sok", case, court_day="2027-03-08")
        # A bare day means its end for a due.
        assert first == dt.datetime(2027, 2, 15, 16, 59, 59, 999999, tzinfo=dt.UTC)
        assert at(house, case, "court_prepared").due == first + 7 * DAY

    def test_a_date_that_is_unknown_is_due_at_once(self) -> None:
        house, case = watched()
        house.act("sok", case, "set_court")
        assert at(house, case, "court_prepared").due == START

    def test_it_is_explained_by_the_entry_that_recorded_the_date(self) -> None:
        house, case = watched()
        house.act("sok", case, "set_court")
        house.record("sok", case, court_day="2027-03-01")
        why = explain_due(house.house, case, "court_prepared", START)
        with house.store.look() as tx:
            entry = next(one for one in tx.entries(case) if one.kind == "case:fact:recorded")
        assert (why.entry, why.kind, why.actor) == (entry.seq, "case:fact:recorded", "sok")

    def test_a_bound_before_a_day_that_is_not_known_yet_dates_nothing_back(self) -> None:
        text = WATCHED.replace("after: -P14D,", "after: -P14D, at_least: -P30D, at_most: -P7D,")
        assert text != WATCHED
        house = SmallHouse(rules_of(text), staff(sok="manager", dara="supervisor", dir="director"))
        case = house.open("sok")
        assert house.act("sok", case, "set_court").decision == "applied"
        assert at(house, case, "court_prepared").due == START
        house.record("sok", case, court_day="2027-03-01")
        assert at(house, case, "court_prepared").due == dt.datetime(2027, 2, 15, 16, 59, 59, 999999, dt.UTC)


class TestRungs:
    def test_each_comes_once_at_its_moment(self) -> None:
        house, case = watched()
        for _ in range(19):
            house.wait(days=1)
        assert rungs(house, case, "plan_review") == [("soon", 1), ("breach", 1)]
        assert [clear["late_seconds"] for clear in told(house, case, "breached")] == [0]

    def test_several_at_once_are_all_told_and_missed_repeats_are_counted_in_one(self) -> None:
        house, case = watched()
        house.wait(days=60)
        assert rungs(house, case, "plan_review")[:2] == [("soon", 1), ("breach", 1)]
        last = [clear for clear in told(house, case, "breached") if clear["rung"] == "again"]
        assert len(last) == 1
        assert last[0]["repeat"] == last[0]["missed"] + 1 > 5

    def test_only_the_highest_of_them_goes_out(self) -> None:
        house, _ = watched()
        house.wait(days=60)
        sent = [one.rung for one in house.outgoing() if one.deadline == "plan_review"]
        assert sent == ["again"]

    def test_it_is_late_and_not_skipped_after_thirty_days_without_a_sweep(self) -> None:
        house, case = watched()
        house.act("sok", case, "watch")
        house.record("sok", case, may_end=True)
        house.wait(days=61)
        (acted,) = told(house, case, "acted")
        assert acted["late_seconds"] == 30 * 86_400
        assert house.instance(case).tracks["case"].state == "over"

    def test_one_that_does_is_refused_by_its_guard_and_the_ladder_climbs_on(self) -> None:
        house, case = watched()
        house.act("sok", case, "watch")
        for _ in range(40):
            house.wait(days=1)
        (refused,) = told(house, case, "refused")
        assert refused["because"] == ["end_is_allowed"]
        assert rungs(house, case, "watch_ends") == [("end", 1), ("late", 1), ("late", 2)]

    def test_one_of_strength_may_is_no_breach(self) -> None:
        house, case = watched()
        house.wait(hours=5)
        assert rungs(house, case, "advice") == [("late", 1)]
        assert told(house, case, "breached") == []

    def test_one_before_a_due_that_is_near_already_is_passed_over(self) -> None:
        house, case = watched()
        house.act("sok", case, "set_court")
        house.record("sok", case, court_day="2027-01-20")
        house.wait(days=3)
        assert rungs(house, case, "court_prepared")[0][0] == "due"
        assert at(house, case, "court_prepared").fired["soon"].times == 0

    def test_one_that_is_past_when_dated_comes_at_once_and_says_so(self) -> None:
        house, case = watched(agreed=False)
        house.record("sok", case, court_day="2027-01-06")
        house.act("sok", case, "set_court")
        house.wait(seconds=1)
        first = told(house, case, "reminded")[0]
        assert (first["rung"], first["born_late"]) == ("due", True)

    def test_taking_what_is_due_twice_changes_nothing(self) -> None:
        house, case = watched()
        house.wait(days=60)
        before = house.kinds(case)
        run_once(house.house, house.clock.now())
        assert house.kinds(case) == before


class TestAPause:
    def test_it_keeps_what_was_left_in_the_deadlines_own_days(self) -> None:
        house, case = watched()
        house.record("sok", case, away=True)
        assert at(house, case, "plan_review").left == (10, 0)
        house.wait(days=20)
        house.record("sok", case, away=False)
        state = at(house, case, "plan_review")
        # Ten working days from Sunday 24 January.
        assert (state.state, state.due) == ("armed", dt.datetime(2027, 2, 5, 2, tzinfo=dt.UTC))

    def test_it_watches_nobody_meanwhile(self) -> None:
        house, case = watched()
        house.record("sok", case, away=True)
        house.wait(days=50)
        assert rungs(house, case, "plan_review") == []

    def test_it_ends_by_itself_and_the_first_holder_is_told(self) -> None:
        house, case = watched()
        house.record("sok", case, away=True)
        house.wait(days=60)
        state = at(house, case, "plan_review")
        assert (state.state, state.spent) == ("armed", True)
        assert [one.role for one in house.outgoing() if one.deadline == "plan_review"] == ["manager"]
        house.wait(days=30)
        assert ("breach", 1) in rungs(house, case, "plan_review")

    def test_it_may_pause_again_once_the_reason_was_gone(self) -> None:
        house, case = watched()
        house.record("sok", case, away=True)
        house.wait(days=60)
        house.record("sok", case, away=False)
        assert at(house, case, "plan_review").spent is False
        house.record("sok", case, away=True)
        assert at(house, case, "plan_review").state == "paused"


class TestMoving:
    def test_a_rung_that_came_comes_again_only_for_a_later_moment(self) -> None:
        house, case = watched()
        house.record("sok", case, every="P7D")
        house.wait(days=8)
        assert rungs(house, case, "contact") == [("late", 1)]
        house.record("sok", case, every="P20D")
        house.wait(days=5)
        assert rungs(house, case, "contact") == [("late", 1)]
        house.wait(days=8)
        assert rungs(house, case, "contact") == [("late", 1), ("late", 1)]
        assert told(house, case, "reminded")[-1]["dating"] == 2

    def test_one_that_moves_into_the_past_fires_what_it_missed_at_once(self) -> None:
        house, case = watched()
        house.wait(days=20)
        house.record("sok", case, every="P7D")
        house.wait(seconds=1)
        last = told(house, case, "reminded")[-1]
        assert (last["deadline"], last["born_late"]) == ("contact", True)
