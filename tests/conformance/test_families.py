"""A family is written and read as a whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from cases.ports import Family, Head, Store
from config.definition import FactValue
from state_machine.stored import changed
from state_machine.view import Done, Recorded, TrackAt
from tests.conformance.making import START, change, commit, digest, entry, instance, later, load, opening, recorded

VALUES: list[FactValue] = [True, False, 0, -7, 2**53 - 1, "", "delivered", "សុខ", ("a", "b"), (), "2027-01-04"]


class TestOpening:
    def test_answers_revision_one(self, store: Store) -> None:
        assert commit(store, opening("C1")) == 1

    def test_keeps_the_family(self, store: Store) -> None:
        commit(store, opening("C1"))
        assert load(store, "C1").family == Family("C1", 1, "w1")

    def test_keeps_everything_of_an_instance(self, store: Store) -> None:
        full = instance(
            "C1",
            tracks={"plan": TrackAt("interim", START, 101), "care": TrackAt("waiting", later(hours=1), 100)},
            facts={"sex": recorded("f"), "medical_care": recorded("delivered", 2)},
            done={"open": Done(START, "sok", "dara", 100, 1)},
            holders={"case_manager": "sok", "interviewer": "nita"},
            stands_for="sok",
        )
        commit(store, replace(opening("C1"), new=(full,)))
        (found,) = load(store, "C1").instances
        assert found == full

    def test_keeps_tracks_and_facts_in_order(self, store: Store) -> None:
        tracks = {name: TrackAt("s", START, 100) for name in ("z", "a", "m")}
        facts = {name: recorded(1) for name in ("y", "b", "n")}
        commit(store, opening("C1", tracks=tracks, facts=facts))
        (found,) = load(store, "C1").instances
        assert (list(found.tracks), list(found.facts)) == (["z", "a", "m"], ["y", "b", "n"])

    @pytest.mark.parametrize("value", VALUES)
    def test_keeps_a_value_as_it_is(self, store: Store, value: FactValue) -> None:
        commit(store, opening("C1", facts={"fact": recorded(value)}))
        found = load(store, "C1").instances[0].facts["fact"].value
        assert (found, type(found)) == (value, type(value))

    def test_keeps_the_microseconds_of_any_zone(self, store: Store) -> None:
        local = dt.datetime(1969, 3, 1, 9, 0, 0, 7, tzinfo=dt.timezone(dt.timedelta(hours=7)))
        fact = Recorded("x", local, local, "maly", "dara", 1, 100, 100)
        commit(store, opening("C1", facts={"fact": fact}))
        assert load(store, "C1").instances[0].facts["fact"] == fact

    def test_gives_each_instance_a_head(self, store: Store) -> None:
        commit(store, opening("C1", instance("R1", family="C1", parent="C1", process="referral", ordinal=1)))
        assert load(store, "C1").heads == {"C1": Head(1, digest("C1", 1), START), "R1": Head(1, digest("R1", 1), START)}

    def test_of_an_instance_without_entry_starts_its_head_at_nothing(self, store: Store) -> None:
        commit(store, replace(opening("C1"), entries=()))
        assert load(store, "C1").heads == {"C1": Head(0, "", None)}


class TestLoading:
    def test_finds_nothing_under_an_unknown_reference(self, store: Store) -> None:
        with store.look() as reading:
            assert reading.load("nowhere") is None

    def test_answers_nothing_under_an_unknown_reference_even_with_a_lock(self, store: Store) -> None:
        with store.step() as tx:
            assert tx.load("nowhere", lock=True) is None

    @pytest.mark.parametrize("lock", [False, True])
    def test_by_a_child_gives_the_whole_family_in_order_of_opening(self, store: Store, lock: bool) -> None:
        children = [
            instance(ref, family="C1", parent="C1", process="referral", ordinal=place)
            for place, ref in enumerate(["Z9", "A1"], 1)
        ]
        commit(store, opening("C1", *children))
        commit(store, opening("C2"))
        with store.step() as tx:
            loaded = tx.load("A1", lock=lock, others=["C2"])
        assert loaded is not None
        assert [one.ref for one in loaded.instances] == ["C1", "Z9", "A1"]

    def test_finds_who_stands_for_a_person(self, store: Store) -> None:
        commit(store, opening("P1", process="staff_member", stands_for="nita"))
        with store.look() as reading:
            assert (reading.person_ref("nita"), reading.person_ref("sok")) == ("P1", None)


class TestAChange:
    def test_raises_the_revision(self, store: Store) -> None:
        commit(store, opening("C1"))
        assert commit(store, change(load(store, "C1"))) == 2
        assert load(store, "C1").family.revision == 2

    def test_replaces_the_instance(self, store: Store) -> None:
        commit(store, opening("C1", facts={"sex": recorded("f")}))
        loaded = load(store, "C1")
        after = replace(
            loaded.instances[0],
            tracks={"care": TrackAt("delivered", later(days=1), 200)},
            facts={"sex": recorded("unknown", 2), "age": recorded(17, 2)},
            done={"deliver": Done(later(days=1), "maly", None, 200, 3)},
            holders={"health_worker": "maly"},
        )
        commit(store, change(loaded, changed=(after,)))
        assert load(store, "C1").instances == (after,)

    def test_of_stored_facts_keeps_the_others(self, store: Store) -> None:
        facts = {"sex": recorded("f"), "care": recorded(("a", "b")), "age": recorded(17)}
        commit(store, opening("C1", facts=facts))
        loaded = load(store, "C1")
        (before,) = loaded.instances
        after = replace(before, facts=changed(before.facts, {"care": recorded((), 2), "new": recorded(True, 2)}))
        commit(store, change(loaded, changed=(after,)))
        expected = facts | {"care": recorded((), 2), "new": recorded(True, 2)}
        assert dict(after.facts) == expected
        assert load(store, "C1").instances[0].facts == expected

    def test_of_stored_tracks_and_actions_keeps_the_others(self, store: Store) -> None:
        tracks = {"care": TrackAt("waiting", START, 100), "plan": TrackAt("none", START, 100)}
        commit(store, opening("C1", tracks=tracks, done={"open": Done(START, "sok", None, 100, 1)}))
        loaded = load(store, "C1")
        (before,) = loaded.instances
        moved, again = TrackAt("interim", later(days=1), 200), Done(later(days=1), "sok", None, 200, 2)
        after = replace(
            before, tracks=changed(before.tracks, {"plan": moved}), done=changed(before.done, {"open": again})
        )
        commit(store, change(loaded, changed=(after,)))
        found = load(store, "C1").instances[0]
        assert found.tracks == tracks | {"plan": moved}
        assert found.done == {"open": again}

    def test_of_a_changed_mapping_can_be_changed_again(self, store: Store) -> None:
        commit(store, opening("C1", facts={"a": recorded(1)}))
        before = load(store, "C1").instances[0].facts
        once = changed(before, {"b": recorded(2)})
        twice = changed(once, {"a": recorded(3), "b": recorded(4)})
        assert (before, once, twice) == (
            {"a": recorded(1)},
            {"a": recorded(1), "b": recorded(2)},
            {"a": recorded(3), "b": recorded(4)},
        )

    def test_may_open_children(self, store: Store) -> None:
        commit(store, opening("C1"))
        child = instance("R1", family="C1", parent="C1", process="referral", ordinal=1, holders={"sender": "sok"})
        loaded = load(store, "C1")
        commit(store, change(loaded, new=(child,), entries=(entry("C1", 2), entry("R1", 1), entry("R1", 2))))
        after = load(store, "R1")
        assert after.instances == (*loaded.instances, child)
        assert (after.heads["C1"].seq, after.heads["R1"].seq) == (2, 2)

    def test_moves_the_family_to_another_workflow(self, store: Store) -> None:
        commit(store, opening("C1", instance("R1", family="C1", parent="C1", ordinal=1)))
        commit(store, replace(change(load(store, "C1")), workflow="w2"))
        after = load(store, "C1")
        assert (after.family.workflow, {one.workflow for one in after.instances}) == ("w2", {"w2"})

    def test_touches_no_other_family(self, store: Store) -> None:
        commit(store, opening("C1"))
        commit(store, opening("C2"))
        before = load(store, "C2")
        commit(store, change(load(store, "C1")))
        assert load(store, "C2") == before


class TestWhatWasLoaded:
    def test_can_still_be_read_when_the_transaction_is_over(self, store: Store) -> None:
        commit(store, opening("C1", facts={"sex": recorded("f")}))
        with store.step() as tx:
            loaded = tx.load("C1")
        assert loaded is not None
        assert loaded.instances[0].facts["sex"] == recorded("f")

    def test_knows_which_facts_it_has(self, store: Store) -> None:
        commit(store, opening("C1", facts={"sex": recorded("f")}))
        facts = load(store, "C1").instances[0].facts
        assert ("sex" in facts, "age" in facts, facts.get("age"), len(facts)) == (True, False, None, 1)
        with pytest.raises(KeyError):
            facts["age"]
