"""The ten journeys come to their ends, and what they leave in the journal keeps what the workflow promises."""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256

import pytest

from cases.journal import Kind
from config.loader import load_workflow
from interfaces.scenarios.library import house_for
from interfaces.scenarios.run import play
from state_machine.view import SYSTEM
from storage.memory import MemoryStore
from tests.scenarios.stories import WORKFLOW, Line, going_on, journeys, stories, story

TEN = range(1, 11)
CLOSINGS = ("close_successful", "close_unsuccessful", "close_unreachable", "close_not_a_victim")


def the(lines: list[Line]) -> Line:
    """The only line there is."""
    assert len(lines) == 1, lines
    return lines[0]


class TestTheTen:
    def test_are_numbered_from_one_to_ten(self) -> None:
        assert [one.journey for one in journeys()] == list(TEN)

    @pytest.mark.parametrize("number", TEN)
    def test_each_passes(self, number: int) -> None:
        assert story(number).result.failure is None

    @pytest.mark.parametrize("number", TEN)
    def test_each_goes_from_first_contact_to_a_closing_that_is_checked(self, number: int) -> None:
        steps = story(number).scenario.steps
        assert steps[0].open == "case"
        assert steps[-1].check == "case"
        assert "case" in (steps[-1].tracks or {})
        assert story(number).instance().tracks["case"].state == "closed_watched"

    @pytest.mark.parametrize("number", TEN)
    def test_each_can_be_read_in_one_sitting_and_teaches_rules(self, number: int) -> None:
        scenario = story(number).scenario
        refused = [step for step in scenario.steps if step.expect != "applied"]
        assert 25 <= len(scenario.steps) <= 60
        assert len(refused) >= 5
        assert all(step.because or step.only_because for step in refused)
        assert scenario.says

    @pytest.mark.parametrize("number", TEN)
    def test_each_plays_in_2027(self, number: int) -> None:
        one = story(number)
        assert one.scenario.starts_at.year == one.on.clock.now().year == 2027
        assert one.scenario.starts_at < one.on.clock.now()

    def test_play_one_after_another_in_one_house(self) -> None:
        store = MemoryStore()
        failures = [play(one, house_for(one, store)).failure for one in journeys()]
        assert failures == [None] * 10

    def test_share_their_people(self) -> None:
        said = defaultdict(set)
        for one in journeys():
            for name, person in one.people.items():
                said[name].add(person.model_dump_json())
        assert {name: found for name, found in said.items() if len(found) > 1} == {}


class TestTheInterview:
    def test_waits_for_critical_care(self) -> None:
        for number in (1, 3, 10):
            one = story(number)
            refused, *_ = one.refused("case", "start_interview")
            begun = the(one.applied("case", "start_interview"))
            assert "critical_care_answered" in refused.because
            assert refused.order < begun.order
        for one in stories():
            assert {line.guards["critical_care_answered"] for line in one.applied("case", "start_interview")} <= {"yes"}

    def test_alone_waits_and_not_identification_or_anything_beside_it(self) -> None:
        before = set()
        for one in stories():
            begun = one.applied("case", "start_interview")
            until = begun[0].order if begun else one.lines[-1].order
            before |= {line.process for line in one.lines if line.applied and line.order < until}
        assert {"service", "crisis", "restriction", "referral"} <= before
        assert not story(4).applied("case", "start_interview")
        assert story(4).instance().tracks["outcome"].state == "successful"

    def test_may_begin_after_an_informed_no_to_care(self) -> None:
        one = story(3)
        refused = the(one.refused("case", "start_interview"))
        assert refused.because == ["critical_care_answered"]
        assert the(one.applied("case", "start_interview")).guards["critical_care_answered"] == "yes"
        assert one.instance().facts["medical_care"].value == "declined_informed"
        assert one.instance().facts["psychological_care"].value == "declined_informed"


class TestLeaving:
    def test_is_never_refused_to_an_adult(self) -> None:
        refused = {one.scenario.journey: one.refused("case", "person_leaves", "choose_community") for one in stories()}
        kept = refused.pop(2)
        assert [line.because[0] for line in kept] == ["no_child_is_kept"] * 2
        brought = refused.pop(10)
        assert [(line.action, line.because) for line in brought] == [
            ("choose_community", ["childs_place_was_looked_at"])
        ]
        assert set(map(tuple, refused.values())) == {()}
        assert len(story(8).applied("case", "person_leaves")) == 2

    def test_is_free_where_an_assisted_reintegration_is_guarded(self) -> None:
        one = story(8)
        guarded = the(one.refused("reintegration", "begin"))
        assert {"person_decided_where_and_when", "place_is_found_safe", "person_and_place_assessed"} <= set(
            guarded.because
        )
        assert all(set(line.guards) == {"no_child_is_kept", "leaving_advice_offered"} for line in _leavings(one.lines))

    def test_without_advice_is_a_reminder_and_no_refusal(self) -> None:
        with_advice, without = story(8).applied("case", "person_leaves")
        assert with_advice.guards["leaving_advice_offered"] == "yes"
        assert without.guards["leaving_advice_offered"] != "yes"


def _leavings(lines: tuple[Line, ...]) -> list[Line]:
    return [line for line in lines if line.action == "person_leaves"]


class TestUnknownAge:
    def test_means_child(self) -> None:
        one = story(2)
        assert the(one.refused("case", "start_interview")).because == ["childs_interview_prepared"]
        assert the(one.refused("hearing", "attend")).because == ["advocate_is_there"]
        assert "childs_interview_prepared" in story(1).refused("case", "start_interview")[0].because

    def test_allows_a_restriction_only_with_its_reasons(self) -> None:
        refused = story(2).refused("restriction", "impose")
        imposed = the(story(2).applied("restriction", "impose"))
        assert refused[0].because == ["reasons_are_named"]
        assert imposed.guards == {"only_a_child": "yes", "reasons_are_named": "yes"}

    def test_ends_a_restriction_by_itself_when_it_becomes_known(self) -> None:
        one = story(2)
        ended = the(one.applied("restriction", "ends_with_age"))
        set_off_by = next(line for line in one.lines if line.attempt == ended.attempt)
        assert ended.actor == SYSTEM
        assert (set_off_by.process, set_off_by.kind) == ("case", Kind.RECORDED)
        assert one.refused("restriction", "impose")[-1].because == ["only_a_child"]


class TestServices:
    def test_are_offered_accepted_and_declined_without_any_condition(self) -> None:
        lines = [line for one in stories() for line in one.lines if "service" in (line.process, line.opens)]
        asked = [line for line in lines if line.action in ("open", "accept", "decline")]
        assert len(asked) > 30
        assert [line for line in asked if line.refused or line.guards] == []

    def test_begin_with_the_persons_yes_and_nothing_else(self) -> None:
        begun = [line for one in stories() for line in one.applied("service", "start")]
        assert begun
        asked = {guard for line in begun for guard in line.guards}
        assert asked == {"service_is_explained", "person_chose_when", "need_is_shown"}
        advised = load_workflow(WORKFLOW).workflow.processes["service"].guards["need_is_shown"]
        assert advised.strength == "may"

    def test_go_on_whatever_becomes_of_the_person(self) -> None:
        after = {
            3: "break_off_interview",  # nobody was interviewed, and nobody testified
            8: "person_leaves",
            10: "find_not_a_victim",
        }
        for number, action in after.items():
            one = story(number)
            at = one.applied("case", action)[0].order
            later = one.applied("service", "open", "accept", "start", "finish")
            assert any(line.order > at for line in later), number


class TestClosing:
    def test_has_four_outcomes(self) -> None:
        assert {one.instance().tracks["outcome"].state for one in stories()} == {
            "successful",
            "unsuccessful",
            "unreachable",
            "not_a_victim",
        }

    def test_always_comes_after_asking_the_person_or_trying_every_way(self) -> None:
        for one in stories():
            for line in one.applied("case", *CLOSINGS):
                asked = "every_way_tried" if line.action == "close_unreachable" else "person_consulted"
                assert line.guards[asked] == "yes", (one.scenario.name, line)

    def test_with_success_needs_the_criteria_and_the_proof(self) -> None:
        needed = ("four_criteria_met", "stability_is_proved", "five_points_judged", "all_are_prepared")
        closed = [line for one in stories() for line in one.applied("case", "close_successful")]
        assert all(line.guards[guard] == "yes" for line in closed for guard in needed)
        assert set(needed) <= set(story(1).refused("case", "close_successful")[0].because)

    def test_without_success_needs_a_learning_review(self) -> None:
        closed = [line for one in stories() for line in one.applied("case", "close_unsuccessful", "close_unreachable")]
        assert len(closed) == 2
        assert {line.guards["lessons_written"] for line in closed} == {"yes"}
        asked = the([line for line in story(6).lines if line.kind == Kind.OVERRIDE_ASKED])
        assert (asked.action, asked.because) == ("close_unreachable", ["lessons_written"])

    def test_of_somebody_out_of_reach_comes_after_all_contact_steps(self) -> None:
        because = [set(line.because) for line in story(6).refused("case", "close_unreachable")]
        assert because.count({"every_way_tried", "lessons_written"}) == 2
        assert the(story(6).applied("case", "close_unreachable")).guards["every_way_tried"] == "yes"
        assert not story(6).applied("case", "consult_on_closing")

    def test_for_being_uncooperative_is_refused(self) -> None:
        one = story(3)
        assert one.refused("case", "close_unsuccessful")[-1].because == ["behaviour_is_understood"]
        assert not one.applied("case", "close_unsuccessful")
        assert one.instance().facts["seems_uncooperative"].value is True

    def test_as_not_a_victim_needs_conclusive_evidence_and_no_childs_consent(self) -> None:
        because = [line.because for line in story(10).refused("case", "find_not_a_victim")]
        assert ["evidence_is_conclusive"] in because
        assert ["no_childs_consent"] in because
        found = the(story(10).applied("case", "find_not_a_victim"))
        assert (found.guards["evidence_is_conclusive"], found.guards["no_childs_consent"]) == ("yes", "yes")


class TestReopening:
    def test_needs_nobodys_leave(self) -> None:
        reported = the(story(5).applied("case", "report_harm"))
        assert reported.guards == {}
        assert reported.moves["case"] == ["closed_watched", "open"]
        assert reported.moves["plan"] == ["interim", "revising"]
        begun = the(story(5).applied("case", "crisis_begins"))
        assert (begun.attempt, begun.actor) == (reported.attempt, SYSTEM)
        assert begun.moves["safety"] == ["calm", "in_crisis"]

    def test_keeps_the_reference_and_does_not_repeat_the_interview(self) -> None:
        one = story(5)
        closed = one.applied("case", "close_successful")
        assert len(closed) == 2
        assert {line.ref for line in closed} == {one.result.names["case"]}
        assert len(one.applied("case", "start_interview")) == 1
        assert the(one.refused("case", "start_interview")).because == ["not_from_here"]

    def test_lets_no_answer_of_the_first_closing_count_for_the_next(self) -> None:
        first, second = story(5).refused("case", "close_successful")
        assert {
            "person_consulted",
            "four_criteria_met",
            "stability_is_proved",
            "five_points_judged",
            "all_are_prepared",
            "followed_up",
        } <= set(first.because)
        assert second.because == ["person_consulted", "followed_up"]

    def test_asks_for_critical_care_anew_where_the_interview_is_still_to_come(self) -> None:
        place = {"safe_space": True, "apart_from_suspects": True, "interview_explained": True}
        ready = {**place, "support_person": "declined"}
        one = going_on(
            3,
            {"act": "report_harm", "in": "case", "as": "maly", "facts": {"harm_seen": "retraumatised"}},
            {"act": "start_interview", "in": "case", "as": "nita", "facts": ready}
            | {"expect": "refused", "only_because": ["critical_care_answered"]},
        )
        assert one.result.failure is None

    @pytest.mark.parametrize("number", TEN)
    def test_is_possible_from_wherever_a_journey_ends(self, number: int) -> None:
        before = story(number).instance().tracks
        one = going_on(
            number,
            {"wait": "P20D"},
            {"act": "report_harm", "in": "case", "as": "maly", "facts": {"harm_seen": "trafficker_seen"}},
            {"check": "case", "tracks": {"case": "open", "outcome": "none_yet", "safety": "in_crisis"}},
        )
        after = one.instance().tracks
        assert one.result.failure is None
        assert one.instance().ref == one.result.names["case"]
        assert after["consultation"].state == "not_yet"
        assert after["plan"].state in ("none_yet", "revising")
        found = before["identification"].state
        assert after["identification"].state == ("presumed" if found == "not_a_victim" else found)


class TestTime:
    def test_of_silence_reopens_the_case_and_calls_for_an_answer(self) -> None:
        one = story(2)
        opened = the(one.applied("case", "reopen_for_silence"))
        assert opened.actor == SYSTEM
        assert opened.moves["case"] == ["closed_watched", "open"]
        assert opened.moves["reopening"] == ["closed", "reopened"]
        acted = [line.action for line in one.lines if line.kind == Kind.ACTED and line.process == "case"]
        assert acted == ["contact_is_overdue", opened.action]
        closed = one.applied("case", "close_successful")
        assert [line.order < opened.order for line in closed] == [True, False]

    def test_does_not_reopen_a_case_that_was_closed_for_silence(self) -> None:
        assert not story(6).applied("case", "reopen_for_silence")

    def test_gives_an_organisation_three_months_and_then_reports_it(self) -> None:
        one = story(9)
        assert the(one.applied("improvement", "find_failing")).guards["three_months_are_over"] == "yes"
        reported = the(one.applied("improvement", "report_to_minister"))
        followed = the(one.applied("provider", "is_reported"))
        assert (followed.attempt, followed.actor) == (reported.attempt, SYSTEM)

    def test_reminds_and_escalates_in_every_journey(self) -> None:
        for one in stories():
            kinds = {line.kind for line in one.lines}
            assert {Kind.REMINDED, Kind.BREACHED, Kind.DATED} <= kinds, one.scenario.name

    def test_never_lets_a_rung_of_a_round_come_twice(self) -> None:
        for one in stories():
            assert len(one.rungs) == len(set(one.rungs)), one.scenario.name


class TestForms:
    SLOTS = ("f1", "f2", "f3", "f4", "f5", "f6", "f7", "s1", "s2")

    def test_are_nine_empty_slots_with_a_version(self) -> None:
        forms = load_workflow(WORKFLOW).workflow.forms
        assert sorted(forms) == sorted(slot.upper() for slot in self.SLOTS)
        assert all(form.file is None and form.version for form in forms.values())

    def test_take_what_a_house_puts_into_them(self) -> None:
        filled = {f"form_{slot}": f"Form {slot}, filled in" for slot in self.SLOTS}
        one = going_on(1, {"record": filled, "in": "case", "as": "sok"})
        assert one.result.failure is None
        held = one.instance().facts
        assert {name: held[name].value for name in filled} == {
            name: sha256(text.encode()).hexdigest() for name, text in filled.items()
        }
