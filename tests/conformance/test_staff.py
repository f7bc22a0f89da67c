"""People whom the store keeps, and what is lent for a time: the same on every store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from cases.ports import Due, Lost, Store
from cases.staff import HouseWrites, Leave, Loan, LoanChange, StaffMember, Telling
from tests.conformance.making import START, change, commit, entry, instance, later, load, opening

MALY = StaffMember(
    "maly",
    "Maly",
    frozenset({"nurse", "administrator"}),
    frozenset({"north"}),
    "sok",
    Leave(later(days=1), later(days=3), "dara"),
    email="maly@example.org",
    language="km",
    told=Telling(True, "Asia/Phnom_Penh", (dt.time(21), dt.time(6, 30)), dt.time(7)),
)


def administer(store: Store, **what: Any) -> None:
    with store.step() as tx:
        tx.administer(HouseWrites(START, **({"entries": {}} | what)))


def lent(id_: str = "L1", **other: Any) -> Loan:
    """An emergency access of rith to C1 for an hour."""
    given: dict[str, Any] = {
        "way": "emergency",
        "person": "rith",
        "family": "C1",
        "instance": "C1",
        "kind": "danger",
        "needed": "all",
        "words": "canary in the words",
        "asked_at": START,
        "until": later(hours=1),
        "state": "open",
    }
    return Loan(id_, **(given | other))


class TestAMember:
    def test_is_kept_as_it_is(self, store: Store) -> None:
        administer(store, members=(MALY,), revision=0)
        assert list(store.staff.members()) == [MALY]

    def test_is_replaced_by_name(self, store: Store) -> None:
        administer(store, members=(MALY,), revision=0)
        administer(store, members=(replace(MALY, disabled=True, email=None, leave=None),), revision=1)
        assert [(one.disabled, one.email, one.leave) for one in store.staff.members()] == [(True, None, None)]

    def test_stands_in_order_of_names(self, store: Store) -> None:
        names = ("vuth", "Amara", "bopha")
        administer(store, members=tuple(replace(MALY, name=name) for name in names), revision=0)
        assert [one.name for one in store.staff.members()] == ["Amara", "bopha", "vuth"]


class TestTheRevision:
    def test_counts_changes(self, store: Store) -> None:
        assert store.staff.revision() == 0
        administer(store, members=(MALY,), revision=0)
        assert store.staff.revision() == 1

    def test_that_moved_meanwhile_is_lost_with_everything(self, store: Store) -> None:
        administer(store, members=(MALY,), revision=0)
        with pytest.raises(Lost):
            administer(store, members=(replace(MALY, disabled=True),), revision=0)
        assert not store.staff.members()[0].disabled

    def test_stays_where_only_something_is_lent(self, store: Store) -> None:
        commit(store, opening("C1"))
        administer(store, loans=(LoanChange(lent(), None),))
        assert store.staff.revision() == 0


class TestALoan:
    @pytest.fixture(autouse=True)
    def case(self, store: Store) -> None:
        commit(store, opening("C1"))

    def test_is_kept_as_it_is(self, store: Store) -> None:
        administer(store, loans=(LoanChange(lent(), None),))
        assert store.staff.loan("L1") == lent()
        assert store.staff.loan("L2") is None

    def test_changes_from_the_state_in_which_it_was_seen(self, store: Store) -> None:
        administer(store, loans=(LoanChange(lent(), None),))
        ended = lent(state="ended", ended_at=later(minutes=5))
        administer(store, loans=(LoanChange(ended, "open"),))
        reviewed = replace(
            ended, state="reviewed", answered_by="dara", answered_at=later(days=1), verdict="justified", answer="Right."
        )
        administer(store, loans=(LoanChange(reviewed, "ended"),))
        assert store.staff.loan("L1") == reviewed

    def test_that_changed_meanwhile_is_lost(self, store: Store) -> None:
        administer(store, loans=(LoanChange(lent(), None),))
        administer(store, loans=(LoanChange(lent(state="ended"), "open"),))
        with pytest.raises(Lost):
            administer(store, loans=(LoanChange(lent(state="ended"), "open"),))

    def test_of_the_same_id_is_lost(self, store: Store) -> None:
        administer(store, loans=(LoanChange(lent(), None),))
        with pytest.raises(Lost):
            administer(store, loans=(LoanChange(lent(person="sok"), None),))

    def test_is_listed_newest_first_by_way_and_person(self, store: Store) -> None:
        loans = (
            lent("A"),
            lent("B", asked_at=later(minutes=1), person="sok"),
            lent("C", way="grant", person="lin", state="asked"),
            lent("D", asked_at=later(minutes=1)),
        )
        administer(store, loans=tuple(LoanChange(one, None) for one in loans))
        assert [one.id for one in store.staff.loans("emergency")] == ["B", "D", "A"]
        assert [one.id for one in store.staff.loans("emergency", person="rith")] == ["D", "A"]
        assert [one.id for one in store.staff.loans("grant")] == ["C"]

    def test_is_found_while_it_is_open(self, store: Store) -> None:
        loans = (
            lent("B", asked_at=later(minutes=1)),
            lent("A", asked_at=later(minutes=2), way="grant"),
            lent("C", state="ended"),
            lent("D", person="sok"),
            lent("E", until=later(minutes=5)),
        )
        administer(store, loans=tuple(LoanChange(one, None) for one in loans))
        assert [one.id for one in store.staff.open_loans("rith", later(minutes=5))] == ["B", "A"]
        assert store.staff.open_loans("rith", later(hours=1)) == []

    def test_waits_until_it_is_answered(self, store: Store) -> None:
        answered = {"answered_by": "dara", "answered_at": later(minutes=3)}
        loans = (
            lent("A", state="ended"),
            lent("B", state="reviewed", **answered),
            lent("C", way="grant", state="asked"),
            lent("D", way="grant", state="open", **answered),
        )
        administer(store, loans=tuple(LoanChange(one, None) for one in loans))
        assert [one.id for one in store.staff.loans("emergency", unanswered=True)] == ["A"]
        assert [one.id for one in store.staff.loans("grant", unanswered=True)] == ["C"]
        assert not store.staff.loans("grant", unanswered=True, person="dara")

    def test_comes_with_its_entries_and_what_is_due_or_not_at_all(self, store: Store) -> None:
        due = Due("C1", "C1", "request", "emergency.L1", START)
        seq = load(store, "C1").heads["C1"].seq
        with pytest.raises(Lost):
            administer(store, loans=(LoanChange(lent(), None),), put_due=(due,), entries={"C1": [entry("C1", seq + 2)]})
        assert store.staff.loan("L1") is None
        administer(store, loans=(LoanChange(lent(), None),), put_due=(due,), entries={"C1": [entry("C1", seq + 1)]})
        with store.look() as tx:
            assert tx.due_of("C1") == [due]
            assert len(tx.entries("C1")) == seq + 1


class TestTries:
    def test_are_counted_by_person_from_a_moment_on(self, store: Store) -> None:
        administer(store, tried=(("T1", "rith"), ("T2", "rith"), ("T3", "sok")))
        assert store.staff.tries("rith", later(seconds=-1)) == 2
        assert store.staff.tries("rith", START) == 0
        assert store.staff.tries("dara", later(seconds=-1)) == 0


class TestWhatIsAround:
    @pytest.fixture(autouse=True)
    def family(self, store: Store) -> None:
        """C1 is held by sok, its child V1 by maly; V2 by nobody."""
        commit(store, opening("C1", holders={"manager": "sok"}))
        family = load(store, "C1")
        children = (
            instance("V1", family="C1", parent="C1", ordinal=1, process="visit", holders={"nurse": "maly"}),
            instance("V2", family="C1", parent="C1", ordinal=2, process="visit", opened_by="heng"),
        )
        commit(store, change(family, new=children))

    def test_an_instance_is_who_holds_it_or_what_is_above(self, store: Store) -> None:
        found = {ref: store.staff.around(ref, "rith", START) for ref in ("C1", "V1", "V2")}
        holders = {ref: sorted(one.holders) for ref, one in found.items() if one is not None}
        assert holders == {"C1": ["sok"], "V1": ["maly", "sok"], "V2": ["sok"]}
        v2 = found["V2"]
        assert v2 is not None
        assert (v2.ref, v2.family, v2.root, v2.opened_by, v2.held, v2.lent) == ("V2", "C1", "case", "heng", True, {})

    def test_nothing_is_nothing(self, store: Store) -> None:
        assert store.staff.around("NOT-THERE", "rith", START) is None

    def test_an_instance_that_nobody_holds_is_not_held(self, store: Store) -> None:
        commit(store, opening("C2"))
        around = store.staff.around("C2", "rith", START)
        assert around is not None
        assert (around.holders, around.held) == (frozenset(), False)

    def test_what_is_lent_counts_while_it_is_open(self, store: Store) -> None:
        loans = (
            lent("A"),
            lent("B", way="grant", person="lin", state="asked"),
            lent("C", way="emergency", person="heng", state="ended"),
        )
        administer(store, loans=tuple(LoanChange(one, None) for one in loans))

        def of(person: str, **after: int) -> dict[str, str]:
            around = store.staff.around("V1", person, later(**after))
            assert around is not None
            return {str(way): id_ for way, id_ in around.lent.items()}

        assert of("rith") == {"emergency": "A"}
        assert of("rith", hours=1) == {}
        assert of("lin") == of("heng") == of("sok") == {}
