"""Versions of workflows, on each store: what is proposed waits alone, what was published stays, changes are whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.ports import Due, Lost, Store
from cases.publications import Proposal, Publication, PublishingWrites
from tests.conformance.making import START, change, commit, entry, later, load, opening

FIRST, SECOND = "a" * 64, "b" * 64
PROPOSAL = Proposal("p1", "ours", SECOND, b"second", FIRST, "dara", START)
PUBLISHED = replace(PROPOSAL, state="published", answered_by="vanna", answered_at=later(hours=1))
PUBLICATION = Publication("ours", SECOND, later(hours=1), "dara", "vanna")


def write(store: Store, proposal: Proposal, *, fresh: bool = False, publication: Publication | None = None) -> None:
    """One change of a proposal, with an entry in the journal of the family C1."""
    seq = load(store, "C1").heads["C1"].seq + 1
    with store.step() as tx:
        tx.publish(PublishingWrites(proposal, fresh, {"C1": [entry("C1", seq)]}, publication))


@pytest.fixture
def house(store: Store) -> Store:
    """A house with its first workflow, and a family in whose journal is written."""
    store.publish(FIRST, "ours", b"first", START)
    commit(store, opening("C1"))
    return store


class TestTheFirst:
    def test_comes_into_force_by_nobodys_word(self, house: Store) -> None:
        assert house.newest_workflow("ours") == FIRST
        assert list(house.versions.publications()) == [Publication("ours", FIRST, START)]

    def test_the_same_again_changes_nothing(self, house: Store) -> None:
        house.publish(FIRST, "ours", b"another", later(days=1))
        assert house.workflow(FIRST) == b"first"
        assert len(house.versions.publications("ours")) == 1

    def test_a_name_has_its_own(self, house: Store) -> None:
        house.publish(SECOND, "theirs", b"second", later(days=1))
        assert house.newest_workflow("ours") == FIRST
        assert [one.hash for one in house.versions.publications("theirs")] == [SECOND]
        assert [one.hash for one in house.versions.publications()] == [FIRST, SECOND]


class TestACalendar:
    def test_is_kept_by_its_hash(self, house: Store) -> None:
        assert house.versions.calendar(FIRST) is None
        house.versions.keep_calendar(FIRST, b"days", START)
        house.versions.keep_calendar(SECOND, b"other days", START)
        assert (house.versions.calendar(FIRST), house.versions.calendar(SECOND)) == (b"days", b"other days")

    def test_stays_what_it_was(self, house: Store) -> None:
        house.versions.keep_calendar(FIRST, b"days", START)
        house.versions.keep_calendar(FIRST, b"other days", later(days=1))
        assert house.versions.calendar(FIRST) == b"days"


class TestAProposal:
    def test_is_found_by_its_id_whatever_became_of_it(self, house: Store) -> None:
        assert house.versions.proposal("p1") is None
        write(house, PROPOSAL, fresh=True)
        assert house.versions.proposal("p1") == PROPOSAL
        write(house, PUBLISHED)
        assert house.versions.proposal("p1") == PUBLISHED

    def test_comes_with_what_is_owed_for_it_or_not_at_all(self, house: Store) -> None:
        owed = Due("C1", "C1", "request", "version.p1", START, flow="review_providers")
        asked = PublishingWrites(PROPOSAL, True, {"C1": [entry("C1", 2)]}, put_due=(owed,))
        with house.step() as tx:
            tx.publish(asked)
        other = replace(owed, name="version.p2")
        with pytest.raises(Lost), house.step() as tx:
            tx.publish(replace(asked, proposal=replace(PROPOSAL, id="p2"), put_due=(other,)))
        with house.look() as tx:
            assert list(tx.due_of("C1")) == [owed]

    def test_waits_and_brings_nothing_into_force(self, house: Store) -> None:
        write(house, PROPOSAL, fresh=True)
        assert house.versions.open_proposal("ours") == PROPOSAL
        assert house.versions.open_proposal("theirs") is None
        assert house.newest_workflow("ours") == FIRST
        assert house.workflow(SECOND) is None

    def test_waits_alone(self, house: Store) -> None:
        write(house, PROPOSAL, fresh=True)
        with pytest.raises(Lost):
            write(house, replace(PROPOSAL, id="p2", hash="c" * 64), fresh=True)
        assert house.versions.open_proposal("ours") == PROPOSAL
        assert load(house, "C1").heads["C1"].seq == 2

    def test_of_another_workflow_waits_beside_it(self, house: Store) -> None:
        write(house, PROPOSAL, fresh=True)
        other = replace(PROPOSAL, id="p2", name="theirs")
        write(house, other, fresh=True)
        assert house.versions.open_proposal("theirs") == other
        assert list(house.versions.open_proposals()) == [PROPOSAL, other]

    def test_that_is_taken_back_waits_no_more(self, house: Store) -> None:
        write(house, PROPOSAL, fresh=True)
        write(house, replace(PUBLISHED, state="withdrawn"))
        assert house.versions.open_proposal("ours") is None
        assert house.newest_workflow("ours") == FIRST
        write(house, replace(PROPOSAL, id="p2"), fresh=True)
        assert house.versions.open_proposal("ours") == replace(PROPOSAL, id="p2")


class TestPublishing:
    def test_brings_the_version_into_force(self, house: Store) -> None:
        write(house, PROPOSAL, fresh=True)
        write(house, PUBLISHED, publication=PUBLICATION)
        assert house.newest_workflow("ours") == SECOND
        assert house.workflow(SECOND) == b"second"
        assert list(house.versions.publications("ours")) == [Publication("ours", FIRST, START), PUBLICATION]

    def test_happens_once(self, house: Store) -> None:
        write(house, PROPOSAL, fresh=True)
        write(house, PUBLISHED, publication=PUBLICATION)
        with pytest.raises(Lost):
            write(house, PUBLISHED, publication=PUBLICATION)
        assert len(house.versions.publications("ours")) == 2
        assert load(house, "C1").heads["C1"].seq == 3

    def test_is_nothing_without_its_journal_entry(self, house: Store) -> None:
        write(house, PROPOSAL, fresh=True)
        with pytest.raises(Lost), house.step() as tx:
            tx.publish(PublishingWrites(PUBLISHED, False, {"C1": [entry("C1", 7)]}, PUBLICATION))
        assert house.newest_workflow("ours") == FIRST
        assert house.versions.open_proposal("ours") == PROPOSAL

    def test_of_an_earlier_version_brings_it_back(self, house: Store) -> None:
        write(house, PROPOSAL, fresh=True)
        write(house, PUBLISHED, publication=PUBLICATION)
        back = Proposal("p2", "ours", FIRST, b"first", SECOND, "dara", later(days=1))
        write(house, back, fresh=True)
        answered = replace(back, state="published", answered_by="vanna", answered_at=later(days=2))
        write(house, answered, publication=Publication("ours", FIRST, later(days=2), "dara", "vanna"))
        assert house.newest_workflow("ours") == FIRST
        assert [one.hash for one in house.versions.publications("ours")] == [FIRST, SECOND, FIRST]


class TestLookingUp:
    def test_a_version_is_found_by_its_beginning(self, house: Store) -> None:
        house.publish("ab" * 32, "theirs", b"x", START)
        assert list(house.versions.beginning("a")) == [(FIRST, "ours"), ("ab" * 32, "theirs")]
        assert list(house.versions.beginning("ab")) == [("ab" * 32, "theirs")]
        assert list(house.versions.beginning("c")) == []

    def test_families_are_found_by_the_version_that_they_follow(self, house: Store) -> None:
        commit(house, opening("C2", workflow=FIRST))
        commit(house, opening("C0", workflow=FIRST))
        assert list(house.versions.families(FIRST)) == ["C0", "C2"]
        commit(house, replace(change(load(house, "C0")), workflow=SECOND))
        assert list(house.versions.families(FIRST)) == ["C2"]
        assert list(house.versions.families(SECOND)) == ["C0"]
