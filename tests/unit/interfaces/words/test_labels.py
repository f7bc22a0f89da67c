"""What the elements of a workflow are called: translated, in its own words, or by their names."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from config.loader import load_workflow
from interfaces.words.labels import Labels, lowered, own_text, spelt
from interfaces.words.words import Words
from tests.unit.state_machine.town import NOW, compiled
from wiring.notices import ShippedTexts

WORKFLOW = compiled("""
case:
  says: A case
  tracks:
    plan:
      says: The plan that is made with the person
      short: Plan
      starts: none_yet
      states:
        none_yet: {says: No plan, short: None yet}
        agreed: {says: Agreed with the person and written down}
        going_on: {says: Going on}
    where_to: {starts: to_ask, states: {to_ask: {}}}
  facts: {care: {says: Medical care, kind: choice, values: [not_needed, given]}, born_on: {kind: date}}
  guards: {care_first: {says: Care comes first, require: {fact: care, known: true}}}
  actions:
    open: {by: [manager]}
    agree: {says: Agree the plan., task_says: agree the plan with the person, by: [manager]}
    call_off: {says: Call it off., by: [manager], guards: [care_first]}
  deadlines:
    review:
      says: Review it
      while: {track: plan, is: agreed}
      due: {after: P7D, source: {house: d, decided: 2026-11-01, why: w}}
      ladder: [{name: late, at: P1D, tell: nurse, again: P3D, says: Too late}]
""").workflow


class Dictionary:
    """Translations by path, of this workflow and one language."""

    def __init__(self, **texts: str) -> None:
        self.texts = {path.replace("__", "."): text for path, text in texts.items()}

    def text(self, workflow: str, language: str, path: str) -> str | None:
        return self.texts.get(path) if (workflow, language) == ("test", "km") else None


class TestOwnWords:
    labels = Labels(WORKFLOW, "en")

    def test_a_state_is_called_by_its_short_label_or_what_it_says_if_that_is_short_or_its_name(self) -> None:
        said = [self.labels.short("case", "plan", state) for state in ("none_yet", "agreed", "going_on")]
        assert said == ["None yet", "Agreed", "Going on"]
        assert self.labels.short("case", "where_to", "to_ask") == "To ask"
        assert self.labels.state("case", "plan", "agreed") == "Agreed with the person and written down"

    def test_a_track_likewise(self) -> None:
        assert [self.labels.track_short("case", one) for one in ("plan", "where_to")] == ["Plan", "Where to"]
        assert self.labels.track("case", "plan") == "The plan that is made with the person"

    def test_a_task_is_a_verb_phrase(self) -> None:
        assert self.labels.task("case", "agree") == "agree the plan with the person"
        assert self.labels.task("case", "call_off") == "call it off"
        assert self.labels.task("case", "open") == "open"

    def test_what_says_nothing_is_called_by_its_name(self) -> None:
        assert self.labels.fact("case", "born_on") == "Born on"
        assert self.labels.value("case", "care", "not_needed") == "Not needed"
        assert self.labels.process("case") == "A case"
        assert self.labels.role("nurse") == "Nurse"
        assert self.labels.guard("case", "care_first") == "Care comes first"
        assert self.labels.deadline("case", "review") == "Review it"

    def test_every_path_of_the_workflow_is_found_and_no_other(self) -> None:
        assert own_text(WORKFLOW, ("processes", "case", "deadlines", "review", "ladder", "late", "says")) == "Too late"
        assert own_text(WORKFLOW, ("processes", "nowhere", "says")) is None
        assert own_text(WORKFLOW, ("processes", "case", "facts", "care", "values", "given")) is None

    def test_abbreviations_keep_their_capitals(self) -> None:
        assert (lowered("HIV status"), lowered("Care"), spelt("hiv_status")) == ("HIV status", "care", "Hiv status")


class TestTranslated:
    def test_a_translation_comes_first_and_what_has_none_in_the_workflow_s_own_words(self) -> None:
        dictionary = Dictionary(
            processes__case__tracks__plan__states__agreed__short="x",
            processes__case__facts__care__values__not_needed="y",
        )
        words = Words("km", ZoneInfo("UTC"), NOW, translated=dictionary)
        labels = words.labels(WORKFLOW)
        assert labels.short("case", "plan", "agreed") == "x"
        assert labels.short("case", "plan", "none_yet") == "None yet"
        assert labels.value("case", "care", "not_needed") == "y"
        assert words.label(WORKFLOW, "processes", "case", "says") == "A case"
        assert words.label(WORKFLOW, "processes", "none", "says", otherwise="?") == "?"

    def test_the_shipped_translations_reach_states_and_values(self) -> None:
        loaded = load_workflow("vn-2011")
        texts = ShippedTexts(loaded)
        for language in ("km", "vi"):
            labels = Labels(loaded.workflow, language, texts)
            assert labels.short("case", "plan", "agreed") not in ("Agreed", "")
            assert labels.value("case", "age_group", "adult") not in ("Adult", "")
            assert labels.role("case_manager") != "Case manager"
