"""What is looked up across families: watchers, lists, documents, workflows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pytest

from cases.ports import Document, Due, Found, Lost, Store
from tests.conformance.making import START, change, commit, instance, later, load, opening, recorded


def watchers(store: Store, *refs: str) -> list[tuple[str, str]]:
    with store.look() as reading:
        return list(reading.watchers(refs))


class TestWatchers:
    @pytest.fixture(autouse=True)
    def families(self, store: Store) -> None:
        """C1 with its child R1, C2 and a provider V1."""
        commit(store, opening("C1", instance("R1", family="C1", parent="C1", process="referral", ordinal=1)))
        commit(store, opening("C2"))
        commit(store, opening("V1", process="provider"))

    def watch(self, store: Store, family: str, reader: str, fact: str, targets: Iterable[str]) -> None:
        commit(store, change(load(store, family), watches={(reader, fact): tuple(targets)}))

    def test_are_nobody_at_first(self, store: Store) -> None:
        assert watchers(store, "V1", "nowhere") == []

    def test_are_the_instances_of_other_families_that_point_at_one(self, store: Store) -> None:
        self.watch(store, "C1", "R1", "receiver", ["V1"])
        self.watch(store, "C2", "C2", "shelter", ["V1"])
        assert watchers(store, "V1") == [("C1", "R1"), ("C2", "C2")]

    def test_are_not_of_the_family_itself(self, store: Store) -> None:
        self.watch(store, "C1", "R1", "about", ["C1"])
        assert watchers(store, "C1") == []

    def test_are_each_named_once(self, store: Store) -> None:
        self.watch(store, "C1", "R1", "receiver", ["V1"])
        self.watch(store, "C1", "R1", "second_receiver", ["V1", "C2"])
        assert watchers(store, "V1", "C2", "V1") == [("C1", "R1")]

    def test_change_with_the_link(self, store: Store) -> None:
        self.watch(store, "C1", "R1", "receiver", ["V1"])
        self.watch(store, "C1", "R1", "receiver", ["C2"])
        assert (watchers(store, "V1"), watchers(store, "C2")) == ([], [("C1", "R1")])
        self.watch(store, "C1", "R1", "receiver", [])
        assert watchers(store, "C2") == []

    def test_of_many_instances_are_found(self, store: Store) -> None:
        self.watch(store, "C1", "R1", "receiver", ["V1"])
        many = [f"nowhere{number}" for number in range(20)]
        assert watchers(store, *many, "V1", *many) == [("C1", "R1")]


class TestAWake:
    @pytest.fixture(autouse=True)
    def families(self, store: Store) -> None:
        """C1 and its child R1 watch the provider V1; C2 watches R1."""
        commit(store, opening("C1", instance("R1", family="C1", parent="C1", process="referral", ordinal=1)))
        commit(store, opening("C2"))
        commit(store, opening("V1", process="provider"))
        watches = {("R1", "receiver"): ("V1",), ("R1", "second"): ("V1",), ("C1", "shelter"): ("V1",)}
        commit(store, change(load(store, "C1"), watches=watches))
        commit(store, change(load(store, "C2"), watches={("C2", "about"): ("R1",)}))

    def rows(self, store: Store) -> list[Due]:
        with store.look() as reading:
            return list(reading.due(later(days=1000), 100))

    def test_is_written_for_each_watcher_of_what_was_changed(self, store: Store) -> None:
        commit(store, change(load(store, "V1"), wakes=("V1",), at=later(days=1)))
        expected = [Due("C1", ref, "wake", "V1", later(days=1)) for ref in ("C1", "R1")]
        assert self.rows(store) == expected

    def test_is_not_written_for_what_was_not_changed(self, store: Store) -> None:
        commit(store, change(load(store, "C1"), wakes=("C1",)))
        assert self.rows(store) == []

    def test_is_moved_if_it_was_there_or_stuck(self, store: Store) -> None:
        commit(store, change(load(store, "C1"), wakes=("R1",)))
        with store.step() as tx:
            tx.postpone_due(Due("C2", "C2", "wake", "C1", START), later(hours=1), stuck=True)
        commit(store, change(load(store, "C1"), wakes=("C1", "R1"), at=later(days=1)))
        assert self.rows(store) == [Due("C2", "C2", "wake", "C1", later(days=1))]

    def test_is_not_written_by_a_step_that_is_lost(self, store: Store) -> None:
        before = load(store, "V1")
        commit(store, change(before))
        with pytest.raises(Lost):
            commit(store, change(before, wakes=("V1",)))
        assert self.rows(store) == []


class TestAList:
    @pytest.fixture(autouse=True)
    def cases(self, store: Store) -> None:
        """Five cases and a provider, opened in this order."""
        for number, ref in enumerate(["E", "B", "D", "A", "C"]):
            commit(store, opening(ref, opened_at=later(hours=number), facts={"number": recorded(number)}))
        child = instance("V1x", family="V1", parent="V1", process="duty", ordinal=1, opened_at=later(hours=9))
        commit(store, opening("V1", child, process="provider", opened_at=later(hours=9)))

    def refs(self, store: Store, process: str | None, limit: int = 1000) -> list[str]:
        with store.look() as reading:
            return [one.ref for one in reading.list_instances(process, limit=limit)]

    def test_of_a_process_is_in_order_of_opening(self, store: Store) -> None:
        assert self.refs(store, "case") == ["E", "B", "D", "A", "C"]

    def test_of_all_has_all(self, store: Store) -> None:
        assert self.refs(store, None) == ["E", "B", "D", "A", "C", "V1", "V1x"]

    def test_that_is_limited_has_the_newest(self, store: Store) -> None:
        assert self.refs(store, "case", 2) == ["A", "C"]
        assert self.refs(store, None, 1) == ["V1x"]

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
