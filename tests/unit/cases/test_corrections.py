"""A correction withdraws a value and loses nothing; the steps that relied on it are named (semantics 14)."""

from __future__ import annotations

import datetime as dt

import orjson
import pytest

from cases.answers import Answer
from cases.correct import Correction, correct
from cases.elapse import elapse
from cases.errors import BadInput
from cases.ports import Due
from config.definition import FactValue
from tests.houses import START, SmallHouse, rules_of, small_house, staff
from tests.small_workflow import SMALL


def put_right(
    house: SmallHouse, who: str, ref: str, seq: int, *only: str, key: str | None = None, **facts: FactValue
) -> Answer:
    said = Correction(house.house.actor(who), ref, seq, facts, only, "it was wrong", key)
    return correct(house.house, said, house.clock.now())


def sealed(house: SmallHouse, ref: str, seq: int) -> dict[str, object]:
    with house.store.look() as tx:
        entry = next(one for one in tx.entries(ref) if one.seq == seq)
    assert entry.sealed is not None
    read: dict[str, object] = orjson.loads(entry.sealed)
    return read


class TestACorrection:
    def test_it_puts_the_right_value_where_the_wrong_one_was(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        house.clock.move_to(START + dt.timedelta(hours=5))
        answer = put_right(house, "sok", case, seq, group="child")
        fact = house.instance(case).facts["group"]
        assert (fact.value, fact.seq, fact.observed) == ("child", answer.seq, START)

    def test_it_keeps_the_old_value_in_the_journal(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        answer = put_right(house, "sok", case, seq, group="child")
        assert sealed(house, case, seq)["facts"] == {"group": "adult"}
        entry = sealed(house, case, answer.seq)
        assert (entry["withdrawn"], entry["facts"], entry["reason"]) == (
            {"group": "adult"},
            {"group": "child"},
            "it was wrong",
        )

    def test_it_brings_back_what_stood_before(self) -> None:
        house = small_house()
        case = house.open("sok")
        first = house.record("sok", case, group="adult").seq
        seq = house.record("sok", case, group="child").seq
        put_right(house, "sok", case, seq, "group")
        fact = house.instance(case).facts["group"]
        assert (fact.value, fact.seq, fact.by) == ("adult", first, "sok")

    def test_it_leaves_nothing_where_nothing_was_before(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        put_right(house, "sok", case, seq)
        assert "group" not in house.instance(case).facts

    def test_it_leaves_the_latest_value_if_another_entry_holds_it(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        last = house.record("sok", case, group="child").seq
        put_right(house, "sok", case, seq)
        assert house.instance(case).facts["group"].seq == last

    def test_it_may_be_corrected_itself(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        second = put_right(house, "sok", case, seq, group="child").seq
        put_right(house, "sok", case, second, group="adult")
        assert house.instance(case).facts["group"].value == "adult"

    def test_the_same_entry_cannot_be_corrected_twice(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        put_right(house, "sok", case, seq, group="child")
        kinds = house.kinds(case)
        with pytest.raises(BadInput, match="nothing that still stands"):
            put_right(house, "sok", case, seq, group="child")
        assert house.kinds(case) == kinds

    def test_it_is_about_facts_that_the_entry_records(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        with pytest.raises(BadInput, match="records group"):
            put_right(house, "sok", case, seq, "note")
        with pytest.raises(BadInput):
            put_right(house, "sok", case, 99)

    def test_it_is_for_those_who_may_record(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        answer = put_right(house, "maly", case, seq, group="child")
        assert (answer.decision, house.kinds(case)[-1]) == ("refused", "case:action:refused")
        assert house.instance(case).facts["group"].value == "adult"

    def test_it_is_done_once_under_one_key(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        first = put_right(house, "sok", case, seq, group="child", key="k1")
        again = put_right(house, "sok", case, seq, group="child", key="k1")
        assert (again.seq, again.repeated) == (first.seq, True)

    def test_a_refused_one_is_journaled_once_under_one_key(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, group="adult").seq
        first = put_right(house, "maly", case, seq, group="child", key="k1")
        again = put_right(house, "maly", case, seq, group="child", key="k1")
        assert (again.seq, again.repeated) == (first.seq, True)

    def test_it_sets_off_what_follows(self) -> None:
        house = small_house()
        partner = house.open("dara", "partner")
        case = house.open("sok")
        house.record("sok", case, partner=partner)
        seq = house.record("sok", case, place_safe=True).seq
        assert house.instance(case).tracks["trust"].state == "given"
        assert put_right(house, "sok", case, seq).followed == ((case, "trust_goes"),)

    def test_it_takes_the_moment_of_lapsing_along(self) -> None:
        house = small_house()
        case = house.open("sok")
        seq = house.record("sok", case, place_safe=True).seq
        put_right(house, "sok", case, seq)
        with house.store.look() as tx:
            assert tx.next_due() is None


class TestAnUnderminedStep:
    def talking(self, house: SmallHouse) -> tuple[str, int]:
        case = house.open("sok")
        house.record("maly", case, care="given")
        seq = house.record("sok", case, place_safe=True).seq
        house.act("sok", case, "begin_talk")
        return case, seq

    def test_it_is_named_and_stays(self) -> None:
        house = small_house()
        case, seq = self.talking(house)
        put_right(house, "sok", case, seq, place_safe=False)
        assert house.instance(case).tracks["talk"].state == "talking"
        with house.store.look() as tx:
            entry = next(orjson.loads(one.clear) for one in tx.entries(case) if one.kind == "case:guard:undermined")
        assert (entry["undermines"], entry["action"]) == (seq + 1, "begin_talk")
        assert entry["guards"] == {"safe_now": "undermined"}

    def test_a_person_is_asked_to_look(self) -> None:
        house = small_house()
        case, seq = self.talking(house)
        put_right(house, "sok", case, seq, place_safe=False)
        (request,) = [one for one in house.family(case) if one.process == "request"]
        assert (request.parent, request.facts["kind"].value, request.opened_by) == (case, "undermined", "system")

    def test_in_a_workflow_without_requests_the_house_asks_itself(self) -> None:
        text = SMALL.replace("  - process: request\n    parent: case\n", "  - process: other\n    parent: case\n")
        house = SmallHouse(rules_of(text), staff(sok="manager", maly="nurse", dir="director"))
        case, seq = self.talking(house)
        put_right(house, "sok", case, seq, place_safe=False)
        house.wait(seconds=0)
        with house.store.look() as tx:
            (request,) = tx.list_instances("house_request")
        assert request.facts["kind"].value == "undermined"

    def test_nothing_is_undermined_by_what_no_guard_has_read(self) -> None:
        house = small_house()
        case, _ = self.talking(house)
        seq = house.record("sok", case, group="adult").seq
        put_right(house, "sok", case, seq, group="child")
        assert "case:guard:undermined" not in house.kinds(case)


class TestAStepThatReliedOnAnotherFamily:
    """A helper is assigned on the strength of a vetting that was a mistake."""

    def vetted(self, house: SmallHouse) -> tuple[str, int]:
        with house.store.look() as tx:
            heng = tx.person_ref("heng")
        assert heng is not None
        return heng, house.record("dir", heng, vetting="clear").seq

    def assign(self, house: SmallHouse, case: str) -> int:
        answer = house.ask("assign", "sok", case, assigned="heng", role="helper")
        assert answer.decision == "applied"
        return answer.seq

    def undermined(self, house: SmallHouse, case: str) -> list[tuple[int, str, dict[str, str]]]:
        with house.store.look() as tx:
            entries = [orjson.loads(one.clear) for one in tx.entries(case) if one.kind == "case:guard:undermined"]
        return [(one["undermines"], one["action"], one["guards"]) for one in entries]

    def test_is_named_and_a_person_is_asked_to_look(self) -> None:
        house = small_house()
        heng, vetting = self.vetted(house)
        case = house.open("sok")
        seq = self.assign(house, case)
        put_right(house, "dir", heng, vetting)
        assert self.undermined(house, case) == []
        house.wait(seconds=0)
        assert self.undermined(house, case) == [(seq, "assign", {"helper_vetted": "undermined"})]
        (request,) = [one for one in house.family(case) if one.process == "request"]
        assert (request.facts["kind"].value, request.opened_by) == ("undermined", "system")

    def test_is_told_by_a_row_that_names_nothing_but_the_correction(self) -> None:
        house = small_house()
        heng, vetting = self.vetted(house)
        case = house.open("sok")
        self.assign(house, case)
        seq = put_right(house, "dir", heng, vetting).seq
        with house.store.look() as tx:
            assert tx.due_of(case) == [Due(case, case, "undermined", f"{heng}:{seq}", START)]

    def test_is_journaled_once_by_two_sweeps_that_saw_the_same_row(self) -> None:
        house = small_house()
        heng, vetting = self.vetted(house)
        case = house.open("sok")
        self.assign(house, case)
        put_right(house, "dir", heng, vetting)
        with house.store.look() as tx:
            seen = tx.due_of(case)
        for _ in range(2):
            elapse(house.house, seen, START)
        assert len(self.undermined(house, case)) == 1
        assert len([one for one in house.family(case) if one.process == "request"]) == 1

    def test_is_named_in_each_family(self) -> None:
        house = small_house()
        heng, vetting = self.vetted(house)
        cases = [house.open("sok") for _ in range(3)]
        for case in cases[:2]:
            self.assign(house, case)
        put_right(house, "dir", heng, vetting)
        house.wait(seconds=0)
        assert [len(self.undermined(house, case)) for case in cases] == [1, 1, 0]

    def test_is_named_however_long_ago_it_was(self) -> None:
        house = small_house()
        heng, vetting = self.vetted(house)
        case = house.open("sok")
        self.assign(house, case)
        house.ask("unassign", "dara", case, assigned="heng", role="helper")
        house.wait(days=100)
        put_right(house, "dir", heng, vetting)
        house.wait(seconds=0)
        assert len(self.undermined(house, case)) == 1

    def test_is_not_named_where_it_relied_on_another_entry(self) -> None:
        house = small_house()
        heng, first = self.vetted(house)
        house.clock.move_to(START + dt.timedelta(hours=1))
        self.vetted(house)
        case = house.open("sok")
        self.assign(house, case)
        put_right(house, "dir", heng, first)
        revision = house.revision(case)
        assert house.wait(seconds=0).taken == 0  # nobody looks through its journals for nothing
        assert (self.undermined(house, case), house.revision(case)) == ([], revision)

    def test_may_be_an_unassigning(self) -> None:
        text = SMALL.replace("unassign: {by: [supervisor]}", "unassign: {by: [supervisor], guards: [helper_vetted]}")
        house = SmallHouse(rules_of(text), staff(sok="manager", dara="supervisor", dir="director", heng="helper"))
        heng, vetting = self.vetted(house)
        case = house.open("sok")
        self.assign(house, case)
        seq = house.ask("unassign", "dara", case, assigned="heng", role="helper").seq
        put_right(house, "dir", heng, vetting)
        house.wait(seconds=0)
        assert [one[:2] for one in self.undermined(house, case)] == [(seq - 1, "assign"), (seq, "unassign")]

    def test_leaves_a_trace_of_it_only_where_it_relied_on_one(self) -> None:
        house = small_house()
        heng, vetting = self.vetted(house)
        house.open("sok", partner=house.open("dara", "partner"), place_safe=True)
        put_right(house, "dir", heng, vetting)
        assert house.wait(seconds=0).taken == 0
