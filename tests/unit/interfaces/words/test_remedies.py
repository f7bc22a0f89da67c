"""No refusal without a way on: who, what is needed, one link, in one order; and nothing that is not the reader's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from access.decide import Viewer
from interfaces.words.catalogues import languages
from interfaces.words.remedies import Around, Explained, explained
from interfaces.words.words import Words
from state_machine.decision import Missing, Reason
from state_machine.explain import explain
from state_machine.in_order import by_of, ordered
from state_machine.view import Actor
from tests.unit.state_machine.town import DAY, NOW, Town, compiled

RULES = compiled("""
case:
  tracks:
    case: {starts: open, states: {open: {}, talking: {}, closed: {}}}
    plan: {says: The plan, starts: none, states: {none: {short: No plan}, agreed: {short: Agreed}}}
  facts:
    support: {says: A support person was offered, kind: yes_no, by: [manager]}
    care: {says: Medical care, kind: choice, values: [offered, delivered, not_needed], by: [nurse]}
    told: {kind: yes_no, by: [manager]}
    secret: {kind: choice, values: [safe, unsafe], by: [nurse], seen_by: [nurse]}
    note: {kind: text, by: [worker]}
    asked: {says: "What was asked?", kind: text, by: [manager]}
  guards:
    in_time: {require: {elapsed: P2D, since: {fact: told}}, refusal: The reflection time runs.}
    cared: {require: {fact: care, is: [delivered, not_needed]}, refusal: Care comes first., clauses: [KH-MS-7.1.6]}
    supported: {require: {fact: support, is: true}, refusal: A support person must be offered first.}
    hidden: {require: {fact: secret, is: safe}, refusal: Not safe yet.}
    noted: {strength: should, second_person: [supervisor], require: {fact: note, known: true}, refusal: Write a note.}
    visited: {require: {some: visit}, refusal: Visit first.}
    planned: {require: {track: plan, is: agreed}, refusal: Agree the plan first.}
  actions:
    open: {by: [manager]}
    assign: {by: [supervisor]}
    talk:
      says: Begin the talk
      by: [manager]
      moves: {case: {from: [open], to: talking}}
      guards: [in_time, cared, supported]
    judge: {by: [manager], guards: [hidden]}
    close: {by: [manager], moves: {case: {from: [talking], to: closed}}, guards: [noted]}
    sum_up: {by: [manager], guards: [noted], asks: [asked]}
    go: {by: [manager], guards: [visited, planned]}
    agree: {says: Agree the plan, by: [nurse], moves: {plan: {from: [none], to: agreed}}}
visit:
  says: A visit
  parent: case
  actions: {open: {says: Plan a visit, by: [manager]}}
request:
  parent: case
  actions: {open: {by: [manager]}}
partner:
  actions: {open: {by: [manager]}, remove: {by: [supervisor]}}
""")
SOK = Actor("sok", frozenset({"manager"}))


@pytest.fixture
def town() -> Town:
    town = Town(RULES)
    town.add("case", "C1", holders={"manager": "sok"})
    town.record("C1", told=True, at=NOW - DAY)
    town.record("C1", care="offered", at=NOW - 2 * DAY)
    return town


def tell(town: Town, action: str, language: str = "en", around: Around | None = None, actor: Actor = SOK) -> Explained:
    (answer,) = explain(RULES, town, "C1", actor, NOW, action)
    words = Words(language, ZoneInfo("Asia/Phnom_Penh"), NOW)
    return explained(words, RULES, town.instances["C1"], answer, Viewer(actor.person, actor.titles), around)


class TestTheThreeGroups:
    def test_what_you_can_do_comes_before_what_others_can_and_what_only_time_can(self, town: Town) -> None:
        told = tell(town, "talk")
        assert [(one.guard, one.by, one.mark) for one in told.reasons] == [
            ("supported", "you", "you"),
            ("cared", "other", "other"),
            ("in_time", "time", "clock"),
        ]
        assert told.heading == "Not possible yet: begin the talk"

    def test_you_get_the_form_with_the_field_in_focus_and_the_way_back(self, town: Town) -> None:
        (reason, *_) = tell(town, "talk").reasons
        assert reason.message == "A support person must be offered first."
        assert reason.details == (
            "A support person was offered: nothing recorded yet. Needed: yes.",
            "You can do this.",
        )
        (link,) = reason.links
        assert (link.kind, link.says) == ("do", "Record the answer")
        assert link.address == "/cases/C1/record?field=support&next=%2Fcases%2FC1%2Fact%2Ftalk#fact-support"

    def test_others_are_named_with_what_was_found_and_when(self, town: Town) -> None:
        reason = tell(town, "talk").reasons[1]
        assert reason.clauses == ("KH-MS-7.1.6",)
        assert reason.details == (
            "Medical care: offered, Sat 2 Jan. Needed: delivered or not needed.",
            "This role can do this: nurse.",
        )
        assert [(link.kind, link.says, link.people) for link in reason.links] == [("ask", "Ask Maly", ("maly",))]

    def test_time_says_from_when_and_offers_a_reminder(self, town: Town) -> None:
        reason = tell(town, "talk").reasons[2]
        assert reason.until == NOW + DAY
        assert reason.details == ("Possible from tomorrow, 09:00.",)
        assert [(link.kind, link.says) for link in reason.links] == [("wait", "Remind me then")]
        assert "remind=2027-01-05T02%3A00%3A00Z" in reason.links[0].address


class TestWhatIsAboutNoCase:
    def test_says_who_can_and_leads_nowhere_since_nobody_can_be_asked_there(self, town: Town) -> None:
        town.add("partner", "P1")
        (answer,) = explain(RULES, town, "P1", SOK, NOW, "remove")
        words = Words("en", ZoneInfo("Asia/Phnom_Penh"), NOW)
        told = explained(words, RULES, town.instances["P1"], answer, Viewer("sok", SOK.titles))
        (reason,) = told.reasons
        assert reason.links == ()
        assert any("supervisor" in text for text in (reason.message, *reason.details))


class TestNobody:
    def test_a_role_that_nobody_holds_is_asked_for_from_who_gives_roles(self, town: Town) -> None:
        town.people["nita"] = frozenset()
        told = tell(town, "sum_up", around=Around(assigners=("dara",)))
        (reason,) = [one for one in told.reasons if one.guard == "noted"]
        assert reason.details[1] == "Nobody on this case can do this. It takes this role: case worker."
        assert [(one.kind, one.says, one.role) for one in reason.links] == [
            ("assign", "Ask Dara to give this role: case worker", "worker")
        ]

    def test_who_gives_roles_gets_the_form(self, town: Town) -> None:
        town.people["nita"] = frozenset()
        told = tell(town, "sum_up", around=Around(assigners=("sok",)))
        (link,) = next(one for one in told.reasons if one.guard == "noted").links
        assert link.says == "Give this role: case worker"
        assert link.address.startswith("/cases/C1/people?role=worker&")

    def test_without_anybody_who_gives_roles_there_is_no_link_but_the_sentence(self, town: Town) -> None:
        town.people["nita"] = frozenset()
        reason = next(one for one in tell(town, "sum_up").reasons if one.guard == "noted")
        assert reason.links == ()
        assert len(reason.details) == 2


class TestWhatIsHidden:
    def test_a_value_that_is_not_yours_is_never_told(self, town: Town) -> None:
        town.record("C1", secret="unsafe", by="maly")
        told = tell(town, "judge")
        (reason,) = told.reasons
        assert reason.lines[0].hidden
        assert reason.details[0] == "A condition you may not see is not met. Who knows what is needed: Maly."
        assert "unsafe" not in repr(told)
        assert "unsafe" not in repr(told.document())


class TestOtherWays:
    def test_a_child_is_opened_and_an_action_done(self, town: Town) -> None:
        told = tell(town, "go")
        ways = {one.guard: [(link.kind, link.says, link.address) for link in one.links] for one in told.reasons}
        back = "next=%2Fcases%2FC1%2Fact%2Fgo"
        assert ways["visited"] == [("do", "Plan a visit", f"/cases/C1/in/visit/new?{back}")]
        assert ways["planned"] == [("ask", "Ask Maly", f"/cases/C1/ask?to=maly&about=agree&{back}")]

    def test_answers_that_have_to_come_along_are_in_the_form_itself(self, town: Town) -> None:
        reason = next(one for one in tell(town, "sum_up").reasons if one.guard == "answer_missing")
        assert [(one.says, one.address) for one in reason.links] == [
            ("Answer it in the form", "/cases/C1/act/sum_up#asked")
        ]

    def test_another_s_action_leads_to_who_may(self, town: Town) -> None:
        (reason,) = tell(town, "agree").reasons
        assert (reason.guard, [link.says for link in reason.links]) == ("not_your_role", ["Ask Maly"])


class TestExceptions:
    def test_what_must_be_has_none_and_says_why(self, town: Town) -> None:
        told = tell(town, "talk")
        assert (told.may_ask, told.exception) == (False, "This protects the person. Nobody can make an exception.")

    def test_what_should_be_can_be_asked_for(self, town: Town) -> None:
        town.record("C1", asked="x")
        (answer,) = explain(RULES, town, "C1", SOK, NOW, "sum_up")
        only_should = replace(answer, exception="second_person")
        words = Words("en", ZoneInfo("UTC"), NOW)
        told = explained(words, RULES, town.instances["C1"], only_should, Viewer("sok"))
        assert (told.may_ask, told.exception) == (True, "A second person can allow an exception.")

    def test_a_wrong_moment_says_nothing_about_exceptions(self, town: Town) -> None:
        told = tell(town, "close")
        assert {one.guard for one in told.reasons} >= {"not_from_here"}
        assert told.may_ask is False


class TestOneOrderForAll:
    def test_reasons_are_ordered_by_who_can_and_keep_their_order_within(self) -> None:
        time = Reason("a", "must", "", until=NOW, missing=(Missing("C1", "time", "t", "", ""),))
        other = Reason("b", "must", "", missing=(Missing("C1", "fact", "f", "", "", ("r",), ("maly",)),))
        mine = Reason("c", "must", "", missing=(Missing("C1", "fact", "f", "", "", ("r",), ("sok",)),))
        both = Reason("d", "must", "", missing=(*time.missing, *mine.missing))
        said = ordered((time, other, mine, both), {"sok"})
        assert [one.guard for one in said] == ["c", "d", "b", "a"]
        assert by_of(Reason("e", "must", ""), {"sok"}) == "other"
        assert by_of(Reason("e", "must", "", until=NOW), {"sok"}) == "time"

    def test_a_stand_in_can_do_what_the_other_can(self, town: Town) -> None:
        told = tell(town, "talk", around=Around(stands_in_for=frozenset({"maly"})))
        assert [one.by for one in told.reasons] == ["you", "you", "time"]

    @pytest.mark.parametrize("language", languages())
    def test_every_language_tells_the_same_guards_in_the_same_order(self, town: Town, language: str) -> None:
        for action in ("talk", "judge", "close", "sum_up", "go", "agree"):
            plain, told = tell(town, action), tell(town, action, language)
            assert [(one.guard, one.by, one.clauses) for one in told.reasons] == [
                (one.guard, one.by, one.clauses) for one in plain.reasons
            ]
            assert all(one.message and one.details for one in told.reasons)
            assert "%(" not in repr(told)

    def test_programs_get_the_same(self, town: Town) -> None:
        told = tell(town, "talk")
        document = told.document()
        assert [one["message"] for one in document["reasons"]] == [one.message for one in told.reasons]
        assert document["reasons"][2]["until"] == (NOW + DAY).isoformat()
        assert dt.datetime.fromisoformat(document["reasons"][2]["until"]) == told.reasons[2].until
