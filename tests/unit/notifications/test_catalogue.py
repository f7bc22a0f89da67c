"""The words of the house itself: every language whole, translatable without code, checked when they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.problems import DefinitionError
from notifications.catalogue import read_catalogues, untranslated
from tests.architecture.sources import ROOT


def added(folder: Path, text: str, language: str = "th") -> Path:
    (folder / f"{language}.yaml").write_text(text, "utf-8")
    return folder


class TestTheShippedLanguages:
    def test_are_english_and_khmer(self) -> None:
        assert set(read_catalogues().of) == {"en", "km"}

    def test_lack_nothing(self) -> None:
        assert untranslated(read_catalogues()) == ()

    def test_say_what_the_page_about_workflows_shows(self) -> None:
        page = (ROOT / "docs/language.md").read_text("utf-8")
        assert f"the built-in one is `{read_catalogues().find('en').built_in}`" in page


class TestAnotherLanguage:
    def test_is_a_file(self, tmp_path: Path) -> None:
        found = read_catalogues(added(tmp_path, "language: ไทย\nsubject: การเตือน\nverbs: {visit: เยี่ยม}\n"))
        assert found.find("th").subject == "การเตือน"
        assert found.find("th").verbs.visit == "เยี่ยม"

    def test_says_in_english_what_it_lacks_and_that_is_told(self, tmp_path: Path) -> None:
        found = read_catalogues(added(tmp_path, "language: ไทย\nverbs: {visit: เยี่ยม}\n"))
        assert found.find("th").verbs.call == "call"
        assert "verbs.call" in found.missing["th"]
        (warning,) = untranslated(found)
        assert "not translated" in warning.message

    def test_can_change_single_words_of_a_shipped_one(self, tmp_path: Path) -> None:
        found = read_catalogues(added(tmp_path, "verbs: {act: please see to it}\n", "en"))
        assert (found.find("en").verbs.act, found.find("en").verbs.call) == ("please see to it", "call")

    def test_that_nobody_wrote_is_english(self) -> None:
        assert read_catalogues().find("xx").language == "English"


class TestAFileWithAMistake:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('built_in: "{case}: {name}"', "unknown slot"),
            ('subject: "{case}"', "unknown slot"),
            ('due: {at: "{weekday} {case}", end_of: ""}', "unknown slot"),
            ("built_in: '{case.__class__}'", "unknown slot"),
            ("built_in: '{'", "unknown slot"),
            ("greeting: hello", "greeting"),
            ("weekdays: [one]", "weekdays"),
            ("verbs: {sing: sing}", "sing"),
            ("verbs: word", "verbs"),
        ],
    )
    def test_is_refused(self, tmp_path: Path, text: str, said: str) -> None:
        with pytest.raises(DefinitionError) as refused:
            read_catalogues(added(tmp_path, f"{text}\n"))
        assert said in str(refused.value) + "".join(str(one) for one in refused.value.problems)
