"""Who comes second has written nothing, and is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cases.errors import Failed
from cases.ports import KeyTaken, LoadedFamily, Lost, StepWrites, Store
from tests.conformance.making import asking, change, commit, due, entry, instance, keyed, load, opening, recorded


@pytest.fixture(autouse=True)
def two_families(store: Store) -> None:
    """C1 with its child R1, and C2."""
    commit(store, opening("C1", instance("R1", family="C1", parent="C1", process="referral", ordinal=1)))
    commit(store, replace(opening("C2", process="provider", stands_for="nita"), keyed=keyed("taken", ref="C2")))


def lost(store: Store, writes: StepWrites) -> None:
    """The step is lost, and nothing of it is there."""
    family = load(store, "C1")
    with pytest.raises(Lost):
        commit(store, writes)
    assert load(store, "C1") == family


class TestAStepIsLost:
    def test_where_the_family_has_changed(self, store: Store) -> None:
        before = load(store, "C1")
        commit(store, change(before))
        after = replace(before.instances[0], facts={"sex": recorded("f")})
        lost(store, change(before, changed=(after,), entries=(entry("C1", 3),)))

    def test_where_only_another_instance_of_the_family_has_changed(self, store: Store) -> None:
        before = load(store, "C1")
        commit(store, change(before, "R1"))
        lost(store, change(before, "C1"))

    def test_where_the_family_does_not_exist(self, store: Store) -> None:
        lost(store, StepWrites("C9", 1, "w1", entry("C9").at))

    def test_where_the_reference_of_a_new_family_is_taken(self, store: Store) -> None:
        lost(store, opening("C1"))

    def test_where_the_reference_of_a_new_instance_is_taken(self, store: Store) -> None:
        child = instance("C2", family="C1", parent="C1", ordinal=2)
        lost(store, change(load(store, "C1"), new=(child,)))

    def test_where_somebody_stands_for_the_person_already(self, store: Store) -> None:
        lost(store, opening("P2", stands_for="nita"))

    def test_where_a_refusal_was_journaled_meanwhile(self, store: Store) -> None:
        before = load(store, "C1")
        with store.step() as tx:
            tx.note("C1", [entry("C1", 2)])
        lost(store, change(before))

    def test_where_the_entry_continues_another_journal(self, store: Store) -> None:
        lost(store, change(load(store, "C1"), entries=(replace(entry("C1", 2), previous="another"),)))

    def test_where_a_family_that_was_read_has_changed(self, store: Store) -> None:
        own, other = load(store, "C1"), load(store, "C2")
        commit(store, change(other))
        lost(store, change(own, others={"C2": other.family.revision}))

    def test_where_a_family_that_was_read_does_not_exist(self, store: Store) -> None:
        lost(store, change(load(store, "C1"), others={"C2": 1, "C9": 1}))

    def test_where_the_earlier_answer_under_its_key_is_another(self, store: Store) -> None:
        again = replace(change(load(store, "C1")), keyed=keyed("taken", attempt="a2"), replaces="a7")
        lost(store, again)


class TestAStepPasses:
    def test_where_the_families_that_were_read_are_unchanged(self, store: Store) -> None:
        assert commit(store, change(load(store, "C1"), others={"C2": 1})) == 2

    def test_where_a_family_that_was_read_only_journaled(self, store: Store) -> None:
        with store.step() as tx:
            tx.note("C2", [entry("C2", 2)])
        assert commit(store, change(load(store, "C1"), others={"C2": 1})) == 2

    def test_when_it_is_tried_again_with_locks(self, store: Store) -> None:
        with store.step() as tx:
            own = tx.load("R1", lock=True, others=["C2"])
            assert own is not None
            assert tx.commit_step(change(own, others={"C2": 1})) == 2


class TestAKeyIsTaken:
    def test_by_a_step_before(self, store: Store) -> None:
        before = load(store, "C1")
        with pytest.raises(KeyTaken):
            commit(store, change(before, keyed=keyed("taken", attempt="a2"), put_due=(due(),)))
        assert load(store, "C1") == before
        with store.look() as reading:
            assert (reading.keyed("sok", "taken"), reading.next_due()) == (keyed("taken", ref="C2"), None)

    def test_by_a_step_before_a_refusal(self, store: Store) -> None:
        with store.step() as tx, pytest.raises(KeyTaken):
            tx.note("C1", [entry("C1", 2)], keyed=keyed("taken", attempt="a2", outcome="refused"))
        assert load(store, "C1").heads["C1"].seq == 1

    def test_for_that_person_only(self, store: Store) -> None:
        assert commit(store, change(load(store, "C1"), keyed=replace(keyed("taken"), person="dara"))) == 2

    def test_but_a_lost_race_is_told_first(self, store: Store) -> None:
        before = load(store, "C1")
        commit(store, change(before))
        lost(store, change(before, keyed=keyed("taken")))


class TestAStepFails:
    @pytest.mark.parametrize(
        "change_",
        [
            lambda loaded: change(loaded, put_due=(due("nowhere", family="C1"),)),
            lambda loaded: change(loaded, askings=(asking("a1", "C1", instance="nowhere"),)),
        ],
    )
    def test_where_it_names_an_instance_that_does_not_exist(
        self, store: Store, change_: Callable[[LoadedFamily], StepWrites]
    ) -> None:
        before = load(store, "C1")
        with pytest.raises(Failed):
            commit(store, change_(before))
        assert load(store, "C1") == before
