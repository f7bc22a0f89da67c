"""What the door answers to an attempt, and what each answer leaves behind."""

from __future__ import annotations

import orjson
import pytest

from cases.errors import BadInput, Stale, UnknownName, UnknownReference
from cases.ports import StoredEntry
from tests.houses import START, SmallHouse, small_house, small_rules, staff


def newest(house: SmallHouse, ref: str) -> StoredEntry:
    with house.store.look() as tx:
        return tx.entries(ref)[-1]


def clear(house: SmallHouse, ref: str) -> dict[str, object]:
    read: dict[str, object] = orjson.loads(newest(house, ref).clear)
    return read


class TestAnAppliedAttempt:
    def test_it_moves_and_is_journaled(self) -> None:
        house = small_house()
        case = house.open("sok")
        house.record("maly", case, care="given")
        house.record("sok", case, place_safe=True)
        answer = house.act("sok", case, "begin_talk")
        assert (answer.decision, answer.moves) == ("applied", {"talk": ("waiting", "talking")})
        assert house.instance(case).tracks["talk"].state == "talking"
        entry = clear(house, case)
        assert (entry["kind"], entry["seq"], entry["attempt"]) == ("case:action:applied", answer.seq, answer.attempt)
        assert entry["moves"] == {"talk": ["waiting", "talking"]}
        assert entry["guards"] == {"care_first": "yes", "safe_now": "yes", "note_written": "no"}
        assert (entry["actor"], entry["role"], entry["advice"]) == ("sok", "manager", ["note_written"])

    def test_it_raises_the_revision_by_one(self) -> None:
        house = small_house()
        case = house.open("sok")
        before = house.revision(case)
        assert house.record("sok", case, place_safe=True).revision == before + 1 == house.revision(case)

    def test_it_keeps_its_values_and_reason_out_of_the_clear_part(self) -> None:
        house = small_house()
        case = house.open("sok")
        house.ask("record", "sok", case, facts={"note": "unspoken"}, reason="because of this")
        entry = newest(house, case)
        assert b"unspoken" not in entry.clear
        assert b"because" not in entry.clear
        assert entry.sealed is not None
        assert orjson.loads(entry.sealed)["reason"] == "because of this"


class TestARefusedAttempt:
    def test_it_changes_nothing_but_the_journal(self) -> None:
        house = small_house()
        case = house.open("sok")
        before, revision = house.instance(case), house.revision(case)
        answer = house.act("sok", case, "begin_talk")
        assert answer.decision == "refused"
        assert [reason.guard for reason in answer.reasons] == ["safe_now", "care_first"]
        assert (house.instance(case), house.revision(case)) == (before, revision)
        entry = clear(house, case)
        assert (entry["kind"], entry["because"]) == ("case:action:refused", ["care_first", "safe_now"])
        assert entry["seq"] == answer.seq

    def test_it_is_journaled_on_the_parent_if_it_was_an_opening(self) -> None:
        house = small_house()
        case = house.open("sok")
        answer = house.ask("open", "maly", case, process="visit")
        assert (answer.decision, answer.ref) == ("refused", case)
        assert clear(house, case)["opens"] == "visit"

    def test_it_is_journaled_on_the_askers_own_instance_if_there_is_no_other(self) -> None:
        house = small_house()
        answer = house.ask("open", "dir", None, process="case")
        with house.store.look() as tx:
            own = tx.person_ref("dir")
            assert own is not None
        entry = clear(house, own)
        assert (answer.decision, answer.seq) == ("refused", entry["seq"])
        assert (entry["kind"], entry["opens"], entry["actor"]) == ("case:action:refused", "case", "dir")


class TestAnAttemptThatIsTooEarly:
    def test_it_says_from_when_and_is_journaled(self) -> None:
        house = small_house()
        case = house.open("sok")
        house.record("maly", case, care="given")
        house.record("sok", case, place_safe=True)
        house.act("sok", case, "begin_talk")
        house.ask("assign", "dara", case, assigned="vuth", role="manager")
        answer = house.act("vuth", case, "end_talk", told=True)
        assert answer.decision == "not_yet"
        assert answer.until is not None
        assert (answer.until - START).days == 2
        assert clear(house, case)["kind"] == "case:action:not_yet"

    def test_it_passes_from_that_moment_on(self) -> None:
        house = small_house()
        case = house.open("sok")
        house.record("maly", case, care="given")
        house.record("sok", case, place_safe=True)
        house.act("sok", case, "begin_talk")
        early = house.act("dara", case, "end_talk", told=True)
        assert early.until is not None
        house.clock.move_to(early.until)
        house.ask("assign", "dara", case, assigned="vuth", role="manager")
        assert house.act("vuth", case, "end_talk", told=True).decision == "applied"


class TestABrokenRequest:
    def test_it_is_no_attempt_and_leaves_nothing(self) -> None:
        house = small_house()
        case = house.open("sok")
        kinds = house.kinds(case)
        with pytest.raises(UnknownName, match="did you mean begin_talk"):
            house.act("sok", case, "begin_talks")
        with pytest.raises(UnknownName):
            house.record("sok", case, nothing="x")
        with pytest.raises(BadInput):
            house.record("maly", case, care="perhaps")
        with pytest.raises(BadInput, match="stands under a case"):
            house.ask("open", "sok", None, process="visit")
        with pytest.raises(UnknownReference):
            house.act("sok", "0000-0000-0000", "begin_talk")
        assert house.kinds(case) == kinds

    def test_it_cannot_be_made_by_somebody_who_calls_themselves_the_house(self) -> None:
        house = SmallHouse(small_rules(), staff(system="manager"))
        with pytest.raises(UnknownName):
            house.ask("open", "system", None, process="case")


class TestAnExpectedRevision:
    def test_it_must_be_the_present_one(self) -> None:
        house = small_house()
        case = house.open("sok")
        revision = house.revision(case)
        house.ask("record", "sok", case, facts={"place_safe": True}, if_revision=revision)
        kinds = house.kinds(case)
        with pytest.raises(Stale):
            house.ask("record", "sok", case, facts={"place_safe": False}, if_revision=revision)
        assert house.kinds(case) == kinds

    def test_it_is_not_changed_by_refusals(self) -> None:
        house = small_house()
        case = house.open("sok")
        revision = house.revision(case)
        house.act("sok", case, "begin_talk")
        assert house.ask("record", "sok", case, facts={"place_safe": True}, if_revision=revision).seq == 3


class TestTheTime:
    def test_it_never_goes_back_within_a_journal_when_the_clock_does(self) -> None:
        house = small_house()
        case = house.open("sok")
        house.clock = type(house.clock)(START.replace(year=2026))
        house.record("sok", case, place_safe=True)
        with house.store.look() as tx:
            times = [entry.at for entry in tx.entries(case)]
        assert times == [START, START]

    def test_it_cannot_be_observed_before_it_comes(self) -> None:
        house = small_house()
        case = house.open("sok")
        with pytest.raises(BadInput, match="lies ahead"):
            house.ask("record", "sok", case, facts={"place_safe": True}, observed=START.replace(year=2028))
