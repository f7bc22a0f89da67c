"""What looks like a fault and is none: the checks of independence, words and composition let it be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from state_machine.checks.composition import composition_of
from state_machine.checks.independence import check_independence
from state_machine.checks.model import Model
from state_machine.checks.verdict import Proof, Verdict
from state_machine.checks.words import check_words, words_elsewhere
from tests.unit.state_machine.checks.faults.breaking import SMALL, Fault, broken, parts, sound

GUARDS = "processes.case.guards"
START = "processes.case.actions.start_interview.guards"


def changed(change: Mapping[str, Any], add: Mapping[str, list[Any]] | None = None) -> Model:
    """The small house with a change."""
    return Model(broken(Fault("a change", SMALL, "nothing", "nothing", set=change, add=add or {})))


def fallen(proofs: list[Proof]) -> list[str]:
    """The properties that do not hold."""
    return [proof.invariant for proof in proofs if proof.verdict is not Verdict.HOLDS]


class TestAGuardThatProtects:
    @pytest.mark.parametrize(
        "asked",
        [
            {"when": {"fact": "nationality", "is": "lao"}, "require": {"fact": "interpreter_offered", "is": True}},
            {"require": {"fact": "nationality", "known": True}},
            {
                "require": {
                    "any": [{"fact": "nationality", "is": "khmer"}, {"fact": "interpreter_offered", "known": True}]
                }
            },
            {"require": {"any": [{"not": {"fact": "nationality", "is": "thai"}}, {"actor": "director"}]}},
        ],
        ids=["asks for something", "asks who it is", "asks of some alone", "asks somebody else"],
    )
    def test_may_ask_for_more(self, asked: dict[str, Any]) -> None:
        model = changed({f"{GUARDS}.asks_more": {"protects": True, **asked}}, {START: ["asks_more"]})
        assert fallen(list(check_independence(model))) == []

    def test_may_be_part_of_another_that_it_helps(self) -> None:
        either = {"protects": True, "require": {"any": ["interpreter_was_offered", {"fact": "consulted", "is": True}]}}
        model = changed({f"{GUARDS}.either": either}, {"processes.case.actions.end_interview.guards": ["either"]})
        assert fallen(list(check_independence(model))) == []

    def test_tells_by_which_way_another_reads_the_fact(self) -> None:
        change = {
            "processes.case.conditions.is_one_of_us": {"fact": "nationality", "is": "khmer"},
            f"{GUARDS}.one_of_us": {"require": "is_one_of_us"},
        }
        proofs = list(check_independence(changed(change, {START: ["one_of_us"]})))
        (proof,) = [proof for proof in proofs if proof.invariant == "case.protected:nationality"]
        assert (
            "The guard `one_of_us` of case reads the fact nationality of case, through `is_one_of_us` of case"
            in proof.says
        )
        assert proof.where == ("processes", "case", "guards", "one_of_us")
        refused = proof.counterexample[-1]
        assert (refused.action, refused.refused) == ("start_interview", True)
        assert any("nationality" in step.facts for step in proof.counterexample)


class TestARestrictedFact:
    @pytest.mark.parametrize(
        "change",
        [
            {f"{GUARDS}.is_known": {"require": {"fact": "health", "known": True}}},
            {"processes.case.facts.health.seen_by": ["nurse", "worker"]},
            {"roles.worker.counts_as": ["nurse"]},
            {f"{GUARDS}.is_known": {"strength": "off", "require": {"fact": "health", "is": "well"}}},
        ],
        ids=["that it is there", "by those who may see", "by those who count as such", "not at all"],
    )
    def test_may_be_asked_about(self, change: dict[str, Any]) -> None:
        tests = {f"{GUARDS}.is_known": {"require": {"fact": "health", "is": "well"}}}
        assert fallen(list(check_words(changed(tests | change, {START: ["is_known"]})))) == []


class TestWordsElsewhere:
    def test_are_looked_at_in_every_language(self) -> None:
        model = Model(sound(SMALL))
        texts = {"km": {"notices.late.says": "{case} {name}", "processes.case.says": "victim"}, "lo": {}}
        house = {"en": {"subject": "A reminder", "the verb call": "call the shelter"}, "km": {"subject": "..."}}
        found = {proof.invariant: proof for proof in words_elsewhere(texts, house)(model)}
        assert fallen(list(found.values())) == ["workflow.words:notices_km", "workflow.words:house_en"]
        assert "`{name}`" in found["workflow.words:notices_km"].says
        assert "`shelter` (the verb call)" in found["workflow.words:house_en"].says


class TestANewWay:
    def test_may_ask_the_same_in_stronger_words(self) -> None:
        change = {
            f"{GUARDS}.care_delivered": {"require": {"fact": "care", "is": "delivered"}},
            "processes.case.actions.talk_soon": {
                "by": ["worker"],
                "moves": {"interview": {"from": ["waiting"], "to": "interviewing"}},
                "guards": ["care_delivered", "interpreter_was_offered"],
            },
        }
        proofs = list(composition_of(parts(SMALL), SMALL, {})(changed(change)))
        assert fallen(proofs) == []
        assert "case.new_way:talk_soon.interview.interviewing.small" in [proof.invariant for proof in proofs]

    def test_may_come_from_where_the_guards_were_passed(self) -> None:
        change = {
            "processes.case.tracks.interview.states.pausing": {},
            "processes.case.actions.pause": {
                "by": ["worker"],
                "moves": {"interview": {"from": ["interviewing"], "to": "pausing"}},
            },
            "processes.case.actions.go_on": {
                "by": ["worker"],
                "moves": {"interview": {"from": ["pausing"], "to": "done"}},
            },
        }
        assert fallen(list(composition_of(parts(SMALL), SMALL, {})(changed(change)))) == []
