"""Emergency access, grants and changes of people from end to end, the same on every store."""

from __future__ import annotations

import datetime as dt

from access.decide import Relation
from access.emergency import Wanted, end_emergency, review_emergency, take_emergency
from access.grants import answer_grant, ask_grant
from access.members import disable_person
from access.opened import opened_for
from access.relation import relation
from cases.look import look
from cases.ports import Store
from tests.staffed_house import StaffedHouse

WORDS = "She fainted, and nobody of the team answers the telephone."


def test_what_is_lent_is_opened_read_ended_and_reviewed(store: Store) -> None:
    at = StaffedHouse(store)
    case = at.open("sok")
    at.assign(case, "case_manager", "sok")
    assert at.ask("record", "sok", case, facts={"safe_contact": "by the river"}).decision == "applied"
    rith = at.viewer("rith")
    done = take_emergency(at.house, rith, Wanted(case, "medical", WORDS, "contact"), at.now)
    assert done.loan is not None, done.objections
    related = relation(at.house, rith, case, at.now)
    assert related is Relation.EMERGENCY
    opened = opened_for(at.house, rith, case, related, at.now)
    assert look(at.house, at.house.actor("rith"), case, at.now, opened).facts["safe_contact"].value == "by the river"
    assert end_emergency(at.house, rith, done.loan.id, at.now).outcome == "ended"
    assert relation(at.house, rith, case, at.now) is Relation.NONE
    reviewed = review_emergency(at.house, at.house.actor("dara"), done.loan.id, "justified", "It was.", at.now)
    assert reviewed.outcome == "reviewed"
    kept = store.staff.loan(done.loan.id)
    assert kept is not None
    assert (kept.words, kept.answer, kept.verdict) == (WORDS, "It was.", "justified")
    kinds = [one["kind"] for one in at.journal(case, "case:emergency:")]
    assert kinds == ["case:emergency:taken", "case:emergency:ended", "case:emergency:reviewed"]


def test_a_narrative_is_granted_and_ends(store: Store) -> None:
    at = StaffedHouse(store)
    case = at.open("sok")
    asked = ask_grant(at.house, at.viewer("lin"), case, WORDS, at.now + dt.timedelta(days=1), at.now)
    assert asked.loan is not None
    assert answer_grant(at.house, at.house.actor("dara"), asked.loan.id, True, "It is due.", at.now).outcome == "open"
    assert relation(at.house, at.viewer("lin"), case, at.now) is Relation.GRANT
    assert relation(at.house, at.viewer("lin"), case, at.now + dt.timedelta(days=1)) is Relation.NONE


def test_the_last_of_a_post_stays(store: Store) -> None:
    at = StaffedHouse(store)
    assert [one.code for one in disable_person(at.house, "vanna", "lin", "left", at.now).objections] == ["last_of_post"]
    assert disable_person(at.house, "vanna", "rith", "left", at.now).outcome == "changed"
    assert [one.name for one in store.staff.members() if one.disabled] == ["rith"]
