"""Drafts, searches, views, working names, notices and signs of life, on each store."""

from __future__ import annotations

import datetime as dt

import pytest

from access.desk import LIVES, SEARCH_LIVES, Desk, Draft, DraftKind, Search, View
from access.screens import Beat, Page, Screens
from cases.errors import BadInput, Failed
from cases.outbox import InboxMessage
from cases.ports import Store
from cases.staff import HouseWrites
from storage.memory import MemoryStore
from storage.sql_store import SqlStore
from tests.conformance.making import START, commit, later, opening


@pytest.fixture
def screens(store: Store) -> Screens:
    assert isinstance(store, MemoryStore | SqlStore)
    return store.screens


@pytest.fixture
def desk(screens: Screens) -> Desk:
    return screens.desk


def draft(id_: str = "d1", person: str = "sok", at: dt.datetime = START, kind: DraftKind = "form") -> Draft:
    return Draft(id_, person, kind, "/cases/C1/record", b'{"note":"a quiet day"}', at, at + LIVES[kind])


class TestADraft:
    def test_is_found_until_it_ends(self, desk: Desk) -> None:
        desk.save_draft(draft())
        assert desk.draft("d1", "sok", later(minutes=29)) == draft()
        assert desk.draft("d1", "sok", later(minutes=30)) is None

    def test_of_a_new_case_is_kept_for_two_weeks(self, desk: Desk) -> None:
        desk.save_draft(draft(kind="new_case"))
        assert desk.draft("d1", "sok", later(days=13)) is not None
        assert desk.draft("d1", "sok", later(days=14)) is None

    def test_belongs_to_one_person(self, desk: Desk) -> None:
        desk.save_draft(draft())
        assert desk.draft("d1", "vuth", START) is None
        desk.save_draft(draft(person="vuth"))
        desk.drop_draft("d1", "vuth")
        assert desk.draft("d1", "sok", START) == draft()

    def test_takes_the_place_of_the_one_before(self, desk: Desk) -> None:
        desk.save_draft(draft())
        desk.save_draft(draft(at=later(minutes=10)))
        assert desk.drafts("sok", "form", later(minutes=35)) == [draft(at=later(minutes=10))]

    def test_is_thrown_away(self, desk: Desk) -> None:
        desk.save_draft(draft())
        desk.drop_draft("d1", "sok")
        desk.drop_draft("d1", "sok")
        assert desk.draft("d1", "sok", START) is None

    def test_that_was_saved_last_stands_first(self, desk: Desk) -> None:
        for number in (1, 3, 2):
            desk.save_draft(draft(f"d{number}", at=later(minutes=number), kind="new_case"))
        desk.save_draft(draft("d4"))
        assert [one.id for one in desk.drafts("sok", "new_case", later(minutes=5))] == ["d3", "d2", "d1"]


class TestASearch:
    def test_is_found_by_whoever_made_it(self, desk: Desk) -> None:
        search = Search("s1", "sok", "blue house", START, START + SEARCH_LIVES)
        desk.save_search(search)
        assert desk.search("s1", "sok", later(hours=11)) == search
        assert desk.search("s1", "vuth", START) is None
        assert desk.search("s1", "sok", later(hours=12)) is None


class TestAView:
    def test_is_kept_by_name(self, desk: Desk) -> None:
        one = View("v1", "sok", "Late and mine", "/cases?late=1&owner=sok", START)
        other = View("v2", "sok", "All plans", "/cases?track=plan", START)
        for view in (one, other):
            desk.save_view(view)
        assert desk.views("sok") == [other, one]
        assert desk.views("vuth") == []
        desk.drop_view("v1", "vuth")
        desk.drop_view("v2", "sok")
        assert desk.views("sok") == [one]


class TestAWorkingName:
    def test_is_given_changed_and_taken_away(self, store: Store, desk: Desk) -> None:
        commit(store, opening("C1"))
        commit(store, opening("C2"))
        desk.name_case("C1", "Lotus")
        desk.name_case("C1", "River")
        assert desk.case_names(["C1", "C2", "C3"]) == {"C1": "River"}
        desk.name_case("C1", None)
        assert desk.case_names(["C1"]) == {}

    def test_is_for_a_case_that_is_there(self, desk: Desk) -> None:
        with pytest.raises(Failed, match="no such case"):
            desk.name_case("C9", "Lotus")


def told(store: Store, *messages: InboxMessage) -> None:
    """Put messages into inboxes."""
    with store.step() as tx:
        tx.administer(HouseWrites(START, {}, told=messages))


def message(number: int, person: str = "sok") -> InboxMessage:
    """A message that came so many minutes after the start."""
    return InboxMessage(f"m{number}", person, later(minutes=number), f"C{number}: review, due Monday.", False)


LATER = later(hours=3)


class TestNotices:
    def test_are_read_page_by_page_the_newest_first(self, store: Store, screens: Screens) -> None:
        told(store, *(message(number) for number in (1, 2, 3)), message(4, "vuth"))
        first = screens.notices("sok", Page(2), LATER)
        assert [one.id for one in first.rows] == ["m3", "m2"]
        second = screens.notices("sok", Page(2, first.next), LATER)
        assert ([one.id for one in second.rows], second.next) == (["m1"], None)

    def test_are_unread_until_they_are_read(self, store: Store, screens: Screens) -> None:
        told(store, message(1), message(2))
        assert screens.unread("sok", LATER) == 2
        screens.mark_read("sok", ["m1", "nothing"], later(hours=1))
        screens.mark_read("sok", ["m1"], later(hours=2))
        assert screens.unread("sok", LATER) == 1
        assert {one.id: one.read_at for one in screens.notices("sok", Page(), LATER).rows} == {
            "m1": later(hours=1),
            "m2": None,
        }

    def test_are_read_by_nobody_else(self, store: Store, screens: Screens) -> None:
        told(store, message(1))
        screens.mark_read("vuth", ["m1"], later(hours=1))
        assert screens.unread("sok", LATER) == 1

    def test_that_are_laid_there_for_later_come_at_their_moment(self, store: Store, screens: Screens) -> None:
        told(store, message(1), message(90))
        for minutes, there in ((89, ["m1"]), (90, ["m90", "m1"])):
            now = later(minutes=minutes)
            assert [one.id for one in screens.notices("sok", Page(), now).rows] == there
            assert screens.unread("sok", now) == len(there)
            assert [one.id for one in store.outbox.inbox("sok", until=now)] == there[::-1]

    def test_have_no_page_at_a_place_that_no_list_has_given(self, screens: Screens) -> None:
        with pytest.raises(BadInput, match="no place in a list"):
            screens.notices("sok", Page(2, "x.m1"), LATER)


class TestASignOfLife:
    def test_replaces_the_last_one_of_the_same_worker(self, screens: Screens) -> None:
        for worker, minute in (("w1", 1), ("w2", 2), ("w1", 3)):
            screens.beat(Beat("sweep", worker, later(minutes=minute), 0, f"taken {minute}"))
        assert [(one.worker, one.said) for one in screens.health(START).beats] == [
            ("w1", "taken 3"),
            ("w2", "taken 2"),
        ]
