"""Conditions in plain words."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from config.conditions import Condition
from config.durations import Duration
from state_machine.words import length, listed, sentence
from tests.unit.state_machine.town import read, workflow

WORKFLOW = workflow("""
case:
  tracks:
    case: {starts: open, states: {open: {}, closed_watched: {}}}
    stay: {says: Where the person is., starts: here, states: {here: {}, gone: {}}}
  facts:
    medical_care: {says: Medical care, kind: choice, values: [offered, given]}
    tried: {kind: choices, values: [person, family]}
    told: {kind: yes_no}
    visits: {kind: number}
    wait: {kind: period}
    partner: {kind: link, to: partner}
  conditions:
    cared: {fact: medical_care, is: given}
  guards:
    asked: {says: Everybody was asked., require: {fact: told, is: true}}
    heard: {require: {fact: told, is: true}, when: cared}
  actions:
    close: {says: Close the case, by: [manager]}
    visit_home: {by: [manager]}
visit:
  parent: case
  tracks: {visit: {starts: planned, states: {planned: {}, held: {}}}}
  facts: {good: {kind: yes_no}, told: {kind: yes_no}}
partner:
  facts: {verified: {kind: yes_no}}
""")
ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)

SAID = [
    ("cared", "medical care is given"),
    ("asked", "everybody was asked"),
    ("heard", "told is yes (if medical care is given)"),
    ("{fact: medical_care, is: [offered, given]}", "medical care is offered or given"),
    ("{fact: told, is: false}", "told is no"),
    ("{fact: told, known: true}", "told is known"),
    ("{fact: told, known: false}", "told is not known"),
    ("{fact: tried, includes: [person, family]}", "tried includes person and family"),
    ("{fact: visits, at_least: 2}", "visits is at least 2"),
    ("{fact: visits, at_most: {fact: visits}}", "visits is at most the same as visits here"),
    ("{fact: verified, of: partner, is: true}", "verified of the partner is yes"),
    ("{track: case, is: closed_watched}", "case is closed watched"),
    ("{track: stay, is: [here, gone]}", "where the person is is here or gone"),
    ("{not: {fact: told, is: true}}", "told is not yes"),
    ("{not: {fact: told, known: true}}", "told is not known"),
    ("{not: {track: case, is: open}}", "case is not open"),
    ("{not: {fact: visits, at_least: 2}}", "visits is not at least 2"),
    ("{not: {any: [cared, asked]}}", "it is not so that medical care is given or everybody was asked"),
    (
        "{all: [cared, {any: [asked, {fact: told, is: true}]}]}",
        "medical care is given and (everybody was asked or told is yes)",
    ),
    ("{elapsed: P14D, since: {fact: told}}", "14 days have gone by since told"),
    ("{elapsed: PT24H, since: {track: case}}", "24 hours have gone by since case changed"),
    (
        "{elapsed: P3D, since: {action: close}, counts: working_days}",
        "3 working days have gone by since close the case",
    ),
    ("{elapsed: {fact: wait}, since: {action: visit_home}}", "the time of wait have gone by since visit home"),
    ("{within: P1D, since: {fact: told}}", "no more than 1 day have gone by since told"),
    ("{some: visit}", "there is a visit"),
    ("{some: visit, where: {track: visit, is: held}}", "there is a visit of which visit is held"),
    ("{none: visit, where: {fact: good, is: true}}", "there is no visit of which good is yes"),
    ("{every: visit, where: {fact: good, is: true}}", "there is a visit, and for each good is yes"),
    ("{count: visit, at_least: 2}", "there are at least 2 of visit"),
    ("{count: visit, at_most: {fact: visits}}", "there are at most the same as visits here of visit"),
    ("{actor: supervisor}", "the one who acts is a supervisor"),
    ("{actor: partner}", "the one who acts is the partner"),
    ("{actor: assigned}", "the one who acts is the person being assigned"),
    ("{not: {actor: {fact: told}}}", "the one who acts is not the one who recorded: told"),
    ("{actor: {action: close}}", "the one who acts is the one who did: close the case"),
]


class TestASentence:
    @pytest.mark.parametrize(("condition", "said"), SAID)
    def test_says_a_condition(self, condition: str, said: str) -> None:
        assert sentence(WORKFLOW, "case", ADAPTER.validate_python(read(condition))) == said


class TestADuration:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("P1D", "1 day"),
            ("P2Y6M", "2 years and 6 months"),
            ("P1W", "7 days"),
            ("PT90M", "1 hour and 30 minutes"),
            ("PT0S", "no time"),
        ],
    )
    def test_is_said_in_its_own_units(self, text: str, said: str) -> None:
        assert length(Duration.parse(text)) == said


class TestAList:
    @pytest.mark.parametrize(
        ("words", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
    )
    def test_is_said_as_people_do(self, words: list[str], said: str) -> None:
        assert listed(words) == said
