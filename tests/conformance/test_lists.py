"""What goes on across families: who is woken and told, lists, documents, workflows."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from cases.ports import Document, Due, Found, Lost, Store
from tests.conformance.making import START, change, commit, instance, later, load, opening, recorded


@pytest.fixture
def readers(store: Store) -> None:
    """Two cases C1 (with a referral R1) and C2, and a provider V1."""
    commit(store, opening("C1", instance("R1", family="C1", parent="C1", process="referral", ordinal=1)))
    commit(store, opening("C2"))
    commit(store, opening("V1", process="provider"))


def watch(store: Store, family: str, *targets: str) -> None:
    commit(store, change(load(store, family), watches=frozenset(targets)))


def rows(store: Store) -> list[Due]:
    with store.look() as reading:
        return list(reading.due(later(days=1000), 100))


@pytest.mark.usefixtures("readers")
class TestWhatAFamilyWatches:
    def test_is_nothing_at_first(self, store: Store) -> None:
        assert load(store, "C1").family.watches == frozenset()

    def test_is_read_with_it(self, store: Store) -> None:
        watch(store, "C1", "V1", "person:vuth")
        assert load(store, "R1").family.watches == {"V1", "person:vuth"}

    def test_stays_where_a_step_says_nothing_of_it(self, store: Store) -> None:
        watch(store, "C1", "V1")
        commit(store, change(load(store, "C1")))
        assert load(store, "C1").family.watches == {"V1"}

    def test_is_replaced_whole(self, store: Store) -> None:
        watch(store, "C1", "V1", "C2")
        watch(store, "C1", "C2")
        assert load(store, "C1").family.watches == {"C2"}
        watch(store, "C1")
        commit(store, change(load(store, "C2"), wakes=("C2",)))
        commit(store, change(load(store, "V1"), wakes=("V1",)))
        assert (load(store, "C1").family.watches, rows(store)) == (frozenset(), [])

    def test_may_be_said_by_the_step_that_begins_it(self, store: Store) -> None:
        commit(store, replace(opening("C3"), watches=frozenset({"V1"})))
        assert load(store, "C3").family.watches == {"V1"}


@pytest.mark.usefixtures("readers")
class TestAWake:
    def test_is_written_for_each_family_that_watches_what_was_changed(self, store: Store) -> None:
        watch(store, "C1", "V1")
        watch(store, "C2", "V1", "R1")
        commit(store, change(load(store, "V1"), wakes=("V1",), at=later(days=1)))
        assert rows(store) == [Due(ref, ref, "wake", "V1", later(days=1)) for ref in ("C1", "C2")]

    def test_is_not_written_for_what_was_not_changed(self, store: Store) -> None:
        watch(store, "C2", "R1")
        commit(store, change(load(store, "C1"), wakes=("C1",)))
        assert rows(store) == []

    def test_is_not_for_the_family_itself(self, store: Store) -> None:
        watch(store, "C1", "R1")
        commit(store, change(load(store, "C1"), wakes=("R1",)))
        assert rows(store) == []

    def test_is_one_however_much_of_it_was_changed(self, store: Store) -> None:
        watch(store, "C2", "C1", "R1")
        many = [f"nowhere{number}" for number in range(20)]
        commit(store, change(load(store, "C1"), wakes=(*many, "C1", *many, "R1")))
        assert rows(store) == [Due("C2", "C2", "wake", "C1", START)]

    def test_reaches_who_waits_for_somebody_to_be_there(self, store: Store) -> None:
        watch(store, "C1", "person:vuth")
        commit(store, replace(opening("S1", process="staff_member"), wakes=("person:vuth",)))
        assert rows(store) == [Due("C1", "C1", "wake", "S1", START)]

    def test_is_owned_by_the_flow_of_who_is_woken(self, store: Store) -> None:
        watch(store, "V1", "C1")
        commit(store, change(load(store, "C1"), wakes=("C1",)))
        assert [row.flow for row in rows(store)] == ["review_providers"]

    def test_is_moved_if_it_was_there_or_stuck(self, store: Store) -> None:
        watch(store, "C2", "R1")
        commit(store, change(load(store, "C1"), wakes=("R1",)))
        with store.step() as tx:
            tx.postpone_due(Due("C2", "C2", "wake", "C1", START), later(hours=1), stuck=True)
        commit(store, change(load(store, "C1"), wakes=("C1", "R1"), at=later(days=1)))
        assert rows(store) == [Due("C2", "C2", "wake", "C1", later(days=1))]

    def test_is_not_written_by_a_step_that_is_lost(self, store: Store) -> None:
        watch(store, "C1", "V1")
        before = load(store, "V1")
        commit(store, change(before))
        with pytest.raises(Lost):
            commit(store, change(before, wakes=("V1",)))
        assert rows(store) == []


@pytest.mark.usefixtures("readers")
class TestACorrection:
    def rely(self, store: Store, family: str, *entries: tuple[str, int]) -> None:
        commit(store, change(load(store, family), relied_on=frozenset(entries)))

    def test_tells_each_other_family_that_ever_relied_on_the_entry(self, store: Store) -> None:
        self.rely(store, "C1", ("V1", 3))
        self.rely(store, "C1", ("C2", 1), ("V1", 3), ("V1", 4))
        self.rely(store, "C2", ("V1", 3))
        self.rely(store, "V1", ("V1", 3))
        commit(store, change(load(store, "V1"), corrections=(("V1", 7, 3),), at=later(days=1)))
        assert rows(store) == [Due(ref, ref, "undermined", "V1:7", later(days=1)) for ref in ("C1", "C2")]

    def test_tells_of_each_entry_by_itself(self, store: Store) -> None:
        self.rely(store, "C2", ("R1", 1))
        commit(store, change(load(store, "C1"), corrections=(("R1", 2, 1), ("C1", 3, 1))))
        commit(store, change(load(store, "C1"), corrections=(("R1", 4, 1),)))
        assert [row.name for row in rows(store)] == ["R1:2", "R1:4"]

    def test_tells_nobody_who_relied_on_another_entry_of_the_instance(self, store: Store) -> None:
        self.rely(store, "C2", ("V1", 3))
        commit(store, change(load(store, "V1"), corrections=(("V1", 7, 4),)))
        assert rows(store) == []

    def test_tells_nobody_who_only_watches(self, store: Store) -> None:
        watch(store, "C1", "V1")
        commit(store, change(load(store, "V1"), corrections=(("V1", 2, 1),)))
        assert rows(store) == []


class TestAList:
    @pytest.fixture(autouse=True)
    def cases(self, store: Store) -> None:
        """Five cases and a provider, opened in this order."""
        for number, ref in enumerate(["E", "B", "D", "A", "C"]):
            commit(store, opening(ref, opened_at=later(hours=number), facts={"number": recorded(number)}))
        child = instance("V1x", family="V1", parent="V1", process="duty", ordinal=1, opened_at=later(hours=9))
        commit(store, opening("V1", child, process="provider", opened_at=later(hours=9)))

    def refs(self, store: Store, process: str | None, limit: int = 1000, skip: int = 0) -> list[str]:
        with store.look() as reading:
            return [one.ref for one in reading.list_instances(process, limit=limit, skip=skip)]

    def test_of_a_process_is_in_order_of_opening(self, store: Store) -> None:
        assert self.refs(store, "case") == ["E", "B", "D", "A", "C"]

    def test_of_all_has_all(self, store: Store) -> None:
        assert self.refs(store, None) == ["E", "B", "D", "A", "C", "V1", "V1x"]

    def test_that_is_limited_has_the_newest(self, store: Store) -> None:
        assert self.refs(store, "case", 2) == ["A", "C"]
        assert self.refs(store, None, 1) == ["V1x"]

    def test_goes_on_after_the_newest_that_are_left_out(self, store: Store) -> None:
        assert self.refs(store, "case", 2, 2) == ["B", "D"]
        assert self.refs(store, None, 3, 5) == ["E", "B"]
        assert self.refs(store, None, 3, 7) == []

    def test_of_an_unknown_process_is_empty(self, store: Store) -> None:
        assert self.refs(store, "nothing") == []

    def test_has_whole_instances(self, store: Store) -> None:
        with store.look() as reading:
            listed = reading.list_instances("case")
        assert listed[2] == load(store, "D").instances[0]


class TestADocument:
    content = b"\x00\xffa scan" * 1000
    digest = hashlib.sha256(content).hexdigest()

    def test_is_found_in_its_family_only(self, store: Store) -> None:
        commit(store, opening("C1"))
        document = Document("C1", self.digest, "image/png", self.content)
        commit(store, change(load(store, "C1"), documents=(document,)))
        with store.look() as reading:
            assert reading.document("C1", self.digest) == document
            assert reading.document("C2", self.digest) is None

    def test_may_be_given_again(self, store: Store) -> None:
        commit(store, opening("C1"))
        document = Document("C1", self.digest, "image/png", self.content)
        commit(store, change(load(store, "C1"), documents=(document,)))
        assert commit(store, change(load(store, "C1"), documents=(document,))) == 3


class TestACodedValue:
    def test_may_be_written_replaced_and_removed(self, store: Store) -> None:
        commit(store, opening("C1"))
        for values in (("f",), ("m", "f"), None, ()):
            commit(store, change(load(store, "C1"), found=(Found("C1", "sex", values),)))
        assert load(store, "C1").family.revision == 5


class TestAWorkflow:
    def test_is_found_by_its_hash(self, store: Store) -> None:
        store.publish("h1", "kh-2009", b'{"name":"kh-2009"}', START)
        assert (store.workflow("h1"), store.workflow("h2")) == (b'{"name":"kh-2009"}', None)

    def test_is_the_newest_of_its_name_if_published_last(self, store: Store) -> None:
        store.publish("h9", "kh-2009", b"{}", later(days=1))
        store.publish("h1", "kh-2009", b"{}", START)
        store.publish("h5", "base", b"{}", later(days=2))
        found = [store.newest_workflow(name) for name in ("kh-2009", "base", "nothing")]
        assert found == ["h1", "h5", None]

    def test_that_is_published_again_changes_nothing(self, store: Store) -> None:
        store.publish("h1", "kh-2009", b"{}", START)
        store.publish("h2", "kh-2009", b"{}", START)
        store.publish("h1", "kh-2009", b"{}", later(days=1))
        assert store.newest_workflow("kh-2009") == "h2"


class TestPeople:
    def test_are_those_for_whom_an_instance_stands(self, store: Store) -> None:
        assert _people(store) == []
        for person in ("vuth", "maly"):
            commit(store, opening(f"P-{person}", process="staff_member", stands_for=person))
        commit(store, opening("C1"))
        assert _people(store) == ["maly", "vuth"]

    def test_hold_roles_until_somebody_else_does(self, store: Store) -> None:
        commit(store, opening("C1", holders={"manager": "sok", "helper": "sok"}))
        commit(store, opening("B1", holders={"manager": "sok"}))
        assert _held(store, "sok") == [("B1", "manager"), ("C1", "helper"), ("C1", "manager")]
        one = replace(load(store, "C1").instances[0], holders={"manager": "maly"})
        commit(store, change(load(store, "C1"), changed=(one,)))
        assert _held(store, "sok") == [("B1", "manager")]
        assert _held(store, "maly") == [("C1", "manager")]
        assert _held(store, "nobody") == []


def _people(store: Store) -> list[str]:
    with store.look() as reading:
        return list(reading.people())


def _held(store: Store, person: str) -> list[tuple[str, str]]:
    with store.look() as reading:
        return list(reading.held_by(person))
