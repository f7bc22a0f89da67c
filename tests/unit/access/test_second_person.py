"""An administrator alone reads no case by way of people: titles that weigh and links wait for supervision."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from access.accounts import Accounts
from access.figures import SignedIn
from access.members import (
    Changes,
    add_person,
    change_person,
    disable_person,
    enable_person,
    set_leave,
    set_stand_in,
)
from access.people_answered import LinkMade, answer_asked, make_link
from access.people_asked import heavy
from cases.errors import BadInput
from cases.staff import Leave, Loan
from state_machine.view import SYSTEM
from tests.staffed_house import StaffedHouse, member
from tests.unit.access.front_door import PASSWORD, CountingHash

REASON = "she asked me herself"


@pytest.fixture
def at() -> StaffedHouse:
    return StaffedHouse()


def waiting(at: StaffedHouse) -> Loan:
    """The one thing that waits."""
    (loan,) = at.store.staff.loans("people", unanswered=True)
    assert isinstance(loan, Loan)
    return loan


def told(at: StaffedHouse, person: str) -> list[str]:
    """What lies in somebody's inbox."""
    return [one.text for one in at.store.outbox.inbox(person)]


def titles(at: StaffedHouse, name: str) -> frozenset[str]:
    person = at.people.person(name)
    assert person is not None
    return person.titles


def opened(at: StaffedHouse, name: str) -> Accounts:
    """The accounts of the house; this person has a password."""
    accounts = Accounts(at.store.accounts, at.people, random.Random(1).randbytes, hashing=CountingHash())
    link = accounts.links.make(name, at.now, None)
    assert isinstance(accounts.by_link(link.token, PASSWORD, at.now), SignedIn)
    return accounts


class TestTitles:
    @pytest.mark.parametrize("wanted", ["administrator supervisor", "administrator director", "auditor", ""])
    def test_are_never_changed_by_oneself(self, at: StaffedHouse, wanted: str) -> None:
        done = change_person(at.house, "vanna", "vanna", Changes(titles=frozenset(wanted.split())), at.now)
        assert (done.outcome, "yourself" in [one.code for one in done.objections]) == ("refused", True)
        assert titles(at, "vanna") == {"administrator"}
        assert at.journal_of("vanna", "house:person:refused")

    @pytest.mark.parametrize("both", ["administrator case_worker", "auditor director", "auditor case_manager"])
    def test_of_the_house_and_of_the_work_are_not_given_together(self, at: StaffedHouse, both: str) -> None:
        for by in ("vanna", SYSTEM):
            done = add_person(at.house, by, member("eve", both), at.now)
            assert [one.code for one in done.objections] == ["titles_apart"]
        changed = change_person(at.house, "vanna", "nita", Changes(titles=frozenset(both.split())), at.now)
        assert [one.code for one in changed.objections] == ["titles_apart"]
        assert at.people.person("eve") is None

    @pytest.mark.parametrize("title", ["director", "supervisor"])
    def test_that_weigh_wait_at_adding_and_changing(self, at: StaffedHouse, title: str) -> None:
        assert add_person(at.house, "vanna", member("eve", f"case_worker {title}"), at.now).outcome == "waits"
        assert titles(at, "eve") == {"case_worker"}
        changes = Changes(display="Nita A.", titles=frozenset({"case_worker", title}))
        done = change_person(at.house, "vanna", "nita", changes, at.now)
        assert (done.outcome, sorted(titles(at, "nita"))) == ("waits", ["case_worker"])
        assert done.member is not None
        assert done.member.display == "Nita A."
        assert "supervision" not in at.viewer("eve").posts | at.viewer("nita").posts

    def test_come_with_the_answer_of_a_second_person(self, at: StaffedHouse) -> None:
        add_person(at.house, "vanna", member("eve", "supervisor"), at.now)
        done = answer_asked(at.house, at.house.actor("dara"), waiting(at).id, True, REASON, at.now)
        assert (done.outcome, sorted(titles(at, "eve"))) == ("done", ["supervisor"])
        for person in ("vanna", "eve", "dara"):
            assert [one["titles"] for one in at.journal_of(person, "house:person:agreed")] == [["supervisor"]]
        assert any("dara agreed" in text for text in told(at, "eve"))

    def test_do_not_come_where_it_is_declined(self, at: StaffedHouse) -> None:
        add_person(at.house, "vanna", member("eve", "director"), at.now)
        id_ = waiting(at).id
        assert answer_asked(at.house, at.house.actor("dara"), id_, False, REASON, at.now).outcome == "declined"
        assert titles(at, "eve") == frozenset()
        with pytest.raises(BadInput):
            answer_asked(at.house, at.house.actor("rany"), id_, True, REASON, at.now)

    @pytest.mark.parametrize("who", ["vanna", "eve", "sok", "lin"])
    def test_are_decided_by_nobody_else(self, at: StaffedHouse, who: str) -> None:
        add_person(at.house, "vanna", member("eve", "supervisor case_worker"), at.now)
        done = answer_asked(at.house, at.house.actor(who), waiting(at).id, True, REASON, at.now)
        assert (done.outcome, sorted(titles(at, "eve"))) == ("refused", ["case_worker"])

    def test_are_asked_for_once_by_a_request_and_in_inboxes(self, at: StaffedHouse) -> None:
        for _ in range(2):
            change_person(at.house, "vanna", "nita", Changes(titles=frozenset({"supervisor"})), at.now)
        assert waiting(at).words == "supervisor"
        for person in ("dara", "rany", "dir", "nita"):
            assert [one for one in told(at, person) if "vanna asks to give nita the title supervisor" in one]
        with at.store.look() as tx:
            (asked,) = tx.list_instances("house_request")
        assert "nita as supervisor" in str(asked.facts["about"].value)

    def test_are_given_at_once_where_nobody_supervises_yet(self) -> None:
        at = StaffedHouse(dara="case_worker", rany="case_worker", dir="case_worker")
        assert add_person(at.house, "vanna", member("first", "director"), at.now).outcome == "changed"
        assert [one["titles"] for one in at.journal_of("first", "house:person:added")] == [["director"]]
        assert add_person(at.house, "vanna", member("eve", "director"), at.now).outcome == "waits"

    def test_are_given_at_once_by_the_owner_of_the_machine_and_journaled(self, at: StaffedHouse) -> None:
        assert add_person(at.house, SYSTEM, member("eve", "director"), at.now).outcome == "changed"
        assert [one["actor"] for one in at.journal_of("eve", "house:person:added")] == [SYSTEM]

    def test_house_is_never_brought_back_to_having_no_supervision(self, at: StaffedHouse) -> None:
        ways = [
            disable_person(at.house, "vanna", name, "they are in my way", at.now) for name in ("dara", "rany", "dir")
        ]
        assert [[one.code for one in done.objections][:1] for done in ways] == [[], [], ["last_of_post"]]

    def test_all_that_supervise_or_open_every_case_weigh(self, at: StaffedHouse) -> None:
        assert heavy(at.house, at.rules.workflow.roles) >= {"director", "supervisor"}
        assert not heavy(at.house, ["case_worker", "case_manager", "administrator", "auditor"])


class TestAStandIn:
    def test_is_named_by_no_administrator_so_that_a_made_up_colleague_reads_nothing(self, at: StaffedHouse) -> None:
        add_person(at.house, "vanna", member("eve", "case_worker"), at.now)
        begins, ends = at.now, at.now + dt.timedelta(days=3)
        tries = [
            change_person(at.house, "vanna", "nita", Changes(stand_in="eve"), at.now),
            set_stand_in(at.house, "vanna", "nita", "eve", at.now),
            set_leave(at.house, "vanna", "nita", Leave(begins, ends, "eve"), at.now),
            add_person(at.house, "vanna", member("mill", "case_worker", stand_in="eve"), at.now),
        ]
        assert [[one.code for one in done.objections] for done in tries] == [["stand_in_elsewhere"]] * 4
        nita = at.people.member("nita")
        assert nita is not None
        assert (nita.stand_in, nita.leave, at.people.member("mill")) == (None, None, None)
        assert set_stand_in(at.house, "eve", "nita", "eve", at.now).outcome == "refused"

    def test_whom_supervision_names_is_told_to_the_person_and_to_all_who_supervise(self, at: StaffedHouse) -> None:
        assert set_stand_in(at.house, "rany", "nita", "rith", at.now).outcome == "changed"
        change_person(at.house, "vanna", "nita", Changes(display="Nita A."), at.now)
        for person in ("nita", "dara", "rany", "dir"):
            assert [one for one in told(at, person) if "rany says that rith stands in for" in one] == told(at, person)
            assert len(told(at, person)) == 1

    def test_who_stood_in_for_a_leave_is_named_by_no_administrator_for_longer(self, at: StaffedHouse) -> None:
        week = Leave(at.now, at.now + dt.timedelta(days=7), "rith")
        set_leave(at.house, "nita", "nita", week, at.now)
        at.wait(days=30)
        longer = Leave(at.now, at.now + dt.timedelta(days=300), "rith")
        tries = [
            set_leave(at.house, "vanna", "nita", longer, at.now),
            set_stand_in(at.house, "vanna", "nita", "rith", at.now),
            change_person(at.house, "vanna", "nita", Changes(stand_in="rith"), at.now),
        ]
        assert [[one.code for one in done.objections] for done in tries] == [["stand_in_elsewhere"]] * 3
        assert change_person(at.house, "vanna", "nita", Changes(display="Nita B."), at.now).outcome == "changed"

    def test_whoever_always_stands_in_may_be_written_into_a_leave_too(self, at: StaffedHouse) -> None:
        set_stand_in(at.house, "nita", "nita", "rith", at.now)
        days = Leave(at.now, at.now + dt.timedelta(days=7), "rith")
        assert set_leave(at.house, "vanna", "nita", days, at.now).outcome == "changed"
        assert change_person(at.house, "vanna", "nita", Changes(stand_in=""), at.now).outcome == "changed"

    def test_who_is_named_already_may_be_taken_away_by_an_administrator(self, at: StaffedHouse) -> None:
        set_stand_in(at.house, "nita", "nita", "rith", at.now)
        assert change_person(at.house, "vanna", "nita", Changes(stand_in=""), at.now).outcome == "changed"

    def test_is_named_by_whoever_sets_a_house_up_as_long_as_nobody_supervises(self) -> None:
        early = StaffedHouse(dara="case_worker", rany="case_worker", dir="case_worker")
        assert change_person(early.house, "vanna", "nita", Changes(stand_in="rith"), early.now).outcome == "changed"


class TestLinks:
    @pytest.fixture
    def accounts(self, at: StaffedHouse) -> Accounts:
        """Accounts, in which nita can sign in already."""
        return opened(at, "nita")

    def link(self, at: StaffedHouse, accounts: Accounts, name: str = "nita", forget: bool = False) -> LinkMade:
        return make_link(at.house, accounts.links, "vanna", name, forget, at.now)

    @pytest.mark.parametrize("forget", [False, True])
    def test_for_somebody_who_can_sign_in_wait(self, at: StaffedHouse, accounts: Accounts, forget: bool) -> None:
        before = at.store.accounts.account("nita")
        done = self.link(at, accounts, forget=forget)
        assert (done.outcome, done.made) == ("waits", None)
        assert at.store.accounts.account("nita") == before
        assert self.link(at, accounts, forget=forget).outcome == "waits"
        assert at.journal_of("nita", "house:person:asked")
        assert [one for one in told(at, "nita") if "vanna asks" in one]

    def test_are_made_once_after_a_second_person_agreed(self, at: StaffedHouse, accounts: Accounts) -> None:
        self.link(at, accounts, forget=True)
        id_ = waiting(at).id
        assert answer_asked(at.house, at.house.actor("dara"), id_, True, REASON, at.now).outcome == "agreed"
        assert self.link(at, accounts, forget=False).outcome == "waits"
        assert self.link(at, accounts, forget=True).made is not None
        assert self.link(at, accounts, forget=True).outcome == "waits"
        (entry,) = at.journal_of("nita", "house:factors:forgotten")
        assert (entry["actor"], entry["agreed_by"]) == ("vanna", "dara")
        assert [one for one in told(at, "dara") if "forgot the second factors" in one]

    def test_that_are_the_first_are_made_and_told(self, at: StaffedHouse, accounts: Accounts) -> None:
        assert self.link(at, accounts, "rith").made is not None
        assert at.journal_of("rith", "house:link:made")
        for person in ("rith", "dara", "dir"):
            assert [one for one in told(at, person) if "made a one-time link" in one]

    def test_are_not_made_for_the_only_one_who_could_agree(self) -> None:
        at = StaffedHouse(rany="case_worker", dir="case_worker")
        accounts = opened(at, "dara")
        done = make_link(at.house, accounts.links, "vanna", "dara", False, at.now)
        assert ([one.code for one in done.objections], done.made) == (["nobody_to_ask"], None)

    def test_of_the_owner_of_the_machine_wait_for_nobody(self, at: StaffedHouse, accounts: Accounts) -> None:
        done = make_link(at.house, accounts.links, SYSTEM, "nita", True, at.now)
        assert done.made is not None
        assert [one["actor"] for one in at.journal_of("nita", "house:factors:forgotten")] == [SYSTEM]

    @pytest.mark.parametrize("who", ["sok", "dara", "lin"])
    def test_are_for_administrators(self, at: StaffedHouse, accounts: Accounts, who: str) -> None:
        done = make_link(at.house, accounts.links, who, "rith", False, at.now)
        assert [one.code for one in done.objections] == ["not_your_post"]

    def test_are_not_opened_by_disabling_and_enabling(self, at: StaffedHouse, accounts: Accounts) -> None:
        disable_person(at.house, "vanna", "nita", "a way around", at.now)
        enable_person(at.house, "vanna", "nita", at.now)
        assert self.link(at, accounts).outcome == "waits"
