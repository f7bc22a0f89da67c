"""Every journal entry has a sentence, in every language; staff's and auditor's come from the same entry."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from cases.journal import Kind
from cases.ports import StoredEntry
from cases.read_history import SeenEntry
from interfaces.words.catalogues import PSEUDO, languages
from interfaces.words.journal import Journal, folded, group_of, outcome_of, sentence
from interfaces.words.words import Words
from tests.unit.state_machine.town import compiled

NOW = dt.datetime(2026, 11, 17, 8, 40, 7, 312000, tzinfo=dt.UTC)
ZONE = ZoneInfo("Asia/Phnom_Penh")
RULES = compiled("""
case:
  says: A case
  tracks: {plan: {says: The plan, starts: none, states: {none: {}, agreed: {short: Agreed}}}}
  facts: {care: {says: Medical care, kind: yes_no}, story: {kind: text}}
  guards:
    care_answered: {says: Care comes first, require: {fact: care, known: true}, clauses: [KH-MS-7.1.6]}
    support_offered: {require: {fact: story, known: true}, clauses: [KH-MS-7.1.8]}
  actions:
    open: {says: Open a case, task_says: open a case, by: [manager]}
    agree: {says: Agree the plan., by: [manager], moves: {plan: {from: [none], to: agreed}}, guards: [care_answered]}
    fade: {says: The plan fades, automatic: true, moves: {plan: {from: [agreed], to: none}}, guards: [support_offered]}
  deadlines:
    review:
      says: Review the plan.
      while: {track: plan, is: agreed}
      due: {after: P7D, source: {house: d, decided: 2026-11-01, why: w}}
      ladder: [{name: late, at: P1D, tell: nurse, again: P3D}]
""")
FULL: dict[str, Any] = {
    "actor": "sok",
    "action": "agree",
    "role": "manager",
    "moves": {"plan": ["none", "agreed"]},
    "guards": {"care_answered": "no", "support_offered": "yes"},
    "because": ["care_answered", "not_from_here"],
    "until": "2026-11-20T02:00:00.000000Z",
    "assigned": "maly",
    "to": "nurse",
    "corrects": 3,
    "undermines": 4,
    "deadline": "review",
    "deadlines": {"review": {"what": "began"}},
    "tell": "nurse",
    "due": "2026-11-15T17:00:00.000000Z",
    "late_seconds": 7200,
    "publishes": "kh-2009",
    "asked_by": "vanna",
    "answered_by": "lin",
    "person": "nita",
    "from": "nita",
    "verdict": "justified",
}
"""Everything that any kind of entry tells in clear."""


def entry(kind: Kind, seq: int = 1, at: dt.datetime = NOW, **given: Any) -> SeenEntry:
    seen = {name: given.pop(name) for name in ("facts", "withdrawn", "lapsed", "hidden") if name in given}
    clear = {**FULL, "workflow": "v1", "instance": "C1", **given}
    stored = StoredEntry("C1", seq, at, kind.value, orjson.dumps(clear), None, "77ab", "9c1f")
    return SeenEntry(stored, clear, **seen)


def said(kind: Kind, language: str = "en", **given: Any) -> str:
    return sentence(Words(language, ZONE, NOW), RULES, "case", entry(kind, **given), str.capitalize)


class TestSentences:
    @pytest.mark.parametrize("language", [*languages(), PSEUDO])
    @pytest.mark.parametrize("kind", list(Kind))
    def test_there_is_one_for_every_kind_in_every_language(self, kind: Kind, language: str) -> None:
        text = said(kind, language)
        assert text
        assert "%(" not in text
        assert group_of(entry(kind))
        assert outcome_of(entry(kind))

    def test_person_verb_thing_and_outcome(self) -> None:
        assert said(Kind.REFUSED) == "Sok asked to agree the plan. Not possible yet, 2 reasons."
        assert (
            said(Kind.REFUSED, because=["care_answered"]) == "Sok asked to agree the plan. Not possible yet, 1 reason."
        )
        assert said(Kind.NOT_YET) == "Sok asked to agree the plan. Possible from Fri 20 Nov, 09:00."
        assert said(Kind.APPLIED) == "Sok did this: agree the plan. The plan: Agreed."
        assert said(Kind.OPENED, moves={}) == "Sok opened this: a case."
        assert said(Kind.ASSIGNED) == "Sok gave a role to Maly: nurse."
        assert said(Kind.BREACHED) == "Late by 1 day: review the plan. This role was told: nurse."
        assert (
            said(Kind.REFUSED, action="open", opens="case") == "Sok asked to open a case. Not possible yet, 2 reasons."
        )

    def test_what_the_house_does_is_told_of_the_right_people(self) -> None:
        assert said(Kind.HANDED_OVER, to="maly") == "Sok handed work over from Nita to Maly."
        assert said(Kind.EMERGENCY_REVIEWED) == "Sok reviewed an emergency access: it was justified."
        assert "not justified" in said(Kind.EMERGENCY_REVIEWED, verdict="not_justified")
        assert said(Kind.GRANT_GIVEN) == "Sok let Vanna read this as an auditor, until Fri 20 Nov, 09:00."

    def test_what_happens_by_itself_has_no_person(self) -> None:
        assert said(Kind.APPLIED, actor="system", action="fade", moves={}) == "By itself: the plan fades."

    def test_a_stand_in_is_named_with_the_other(self) -> None:
        assert said(Kind.SEEN, on_behalf="dara") == "Sok for Dara looked at what few may see."

    def test_an_exception_that_let_it_be_is_told(self) -> None:
        assert "With an exception." in said(Kind.APPLIED, overridden=["care_answered"])

    def test_values_of_facts_stand_in_no_sentence_and_hidden_facts_have_no_name(self) -> None:
        assert said(Kind.RECORDED, facts={"care": True}) == "Sok recorded: medical care."
        assert said(Kind.RECORDED, facts={"story": "CANARY"}) == "Sok recorded: story."
        hidden = said(Kind.RECORDED, hidden=("care",))
        assert "care" not in hidden
        assert said(Kind.LAPSED, lapsed=("care",)) == "This holds no longer: medical care."

    def test_a_kind_that_is_not_known_is_an_error(self) -> None:
        stored = StoredEntry("C1", 1, NOW, "case:nothing:done", b"{}", None, "", "")
        with pytest.raises(ValueError, match="case:nothing:done"):
            sentence(Words("en", ZONE, NOW), RULES, "case", SeenEntry(stored, {"workflow": "v1"}))


class TestHistory:
    def test_runs_of_sights_and_of_notices_fold_and_nothing_else_does(self) -> None:
        day = dt.timedelta(days=1)
        entries = [
            entry(Kind.OPENED, 1, NOW - day),
            entry(Kind.SEEN, 2, actor="maly"),
            entry(Kind.SEEN, 3, actor="nita"),
            entry(Kind.REFUSED, 4),
            entry(Kind.REFUSED, 5),
            entry(Kind.REMINDED, 6),
            entry(Kind.DATED, 7),
            entry(Kind.BREACHED, 8),
        ]
        lines = folded(Words("en", ZONE, NOW), RULES, "case", entries, str.capitalize)
        assert [tuple(one.entry.seq for one in line.entries) for line in lines] == [
            (8,),
            (7, 6),
            (5,),
            (4,),
            (3, 2),
            (1,),
        ]
        assert lines[1].text == "Two reminders and dates were written down."
        assert lines[4].text == "Two people looked here."
        assert [line.folded for line in lines] == [False, True, False, False, True, False]

    def test_one_person_who_looks_twice_is_one_person(self) -> None:
        (line,) = folded(
            Words("en", ZONE, NOW), RULES, "case", [entry(Kind.SEEN, 1), entry(Kind.SEEN, 2)], str.capitalize
        )
        assert line.text == "Sok looked here 2 times."

    def test_runs_end_with_the_day(self) -> None:
        two = [entry(Kind.SEEN, 1, NOW - dt.timedelta(days=1)), entry(Kind.SEEN, 2)]
        assert len(folded(Words("en", ZONE, NOW), RULES, "case", two)) == 2

    def test_a_reader_chooses_groups(self) -> None:
        entries = [entry(Kind.APPLIED, 1), entry(Kind.SEEN, 2), entry(Kind.REFUSED, 3)]
        lines = folded(Words("en", ZONE, NOW), RULES, "case", entries, groups=["refusals"])
        assert [line.group for line in lines] == ["refusals"]


class TestAuditors:
    def test_the_same_entry_with_codes_outcomes_and_clauses(self) -> None:
        journal = Journal(Words("en", ZONE, NOW), "case", lambda _: RULES, lambda _: "P-17")
        told = journal.audited(entry(Kind.REFUSED, 10482))
        assert (told.number, told.at, told.outcome) == (10482, "2026-11-17T15:40:07.312+07:00", "REFUSED")
        assert (told.who, told.role, told.what, told.rule) == ("P-17", "Case manager", "agree the plan", "test @ v1")
        assert [(one.guard, one.says, one.outcome, one.clauses) for one in told.guards] == [
            ("care_answered", "Care comes first", "no", ("KH-MS-7.1.6",))
        ]
        assert (told.met, told.late, told.moves) == (1, dt.timedelta(hours=2), ("plan: none → agreed",))
        assert (told.hash, told.previous) == ("9c1f", "77ab")

    def test_an_exception_is_an_outcome_of_its_own(self) -> None:
        journal = Journal(Words("en", ZONE, NOW), "case", lambda _: RULES)
        assert journal.audited(entry(Kind.APPLIED, overridden=["care_answered"])).outcome == "EXCEPTION"
        assert journal.audited(entry(Kind.NOT_YET)).outcome == "NOT YET"
