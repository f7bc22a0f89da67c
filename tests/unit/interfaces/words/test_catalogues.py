"""The catalogues hold what pages say: all of it, nothing else, whole, and with the same slots."""

from __future__ import annotations

import ast
import re

import pytest

from interfaces.words.catalogues import ENGLISH, PSEUDO, languages, missing, read_catalogue, translations
from interfaces.words.extract import ROOT, catalogue_path, key_of, messages, updated

SLOT = re.compile(r"%\((\w+)\)[sd]")
WANTED = messages()


def test_english_khmer_and_vietnamese_are_there() -> None:
    assert languages() == ("en", "km", "vi")


@pytest.mark.parametrize("language", languages())
class TestEachCatalogue:
    def test_is_up_to_date_with_pages_and_sentences(self, language: str) -> None:
        assert catalogue_path(language).read_bytes() == updated(language, WANTED), "say: make words"

    def test_translates_everything(self, language: str) -> None:
        assert missing(language) == ()

    def test_has_the_same_slots_in_a_translation_as_in_the_message(self, language: str) -> None:
        for ids, said in translated(language):
            known = {slot for text in ids for slot in SLOT.findall(text)}
            for text in said:
                assert set(SLOT.findall(text)) <= known, ids
                assert set(SLOT.findall(ids[-1])) <= set(SLOT.findall(text)) | {"num", "number", "count"}, ids
                assert text.replace("%%", "").count("%") == len(SLOT.findall(text)), ids

    def test_leaves_no_sentence_as_it_is(self, language: str) -> None:
        if language != ENGLISH:
            same = [
                ids[0] for ids, said in translated(language) if len(SLOT.sub("", ids[0])) > 25 and set(said) & set(ids)
            ]
            assert same == []


def hidden_in(source: str) -> list[int]:
    """The lines on which a message is said inside of an f-string, where the gathering of messages does not look."""
    calls = [
        part
        for one in ast.walk(ast.parse(source))
        if isinstance(one, ast.FormattedValue)
        for part in ast.walk(one)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)
    ]
    names = {"gettext", "ngettext", "pgettext", "npgettext"}
    return [one.lineno for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr in names]


def test_no_message_is_hidden_where_it_is_not_gathered() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in ROOT.rglob("*.py") for line in hidden_in(path.read_text("utf-8"))
    ]
    assert found == []
    assert hidden_in("said = f\"{one} {words.gettext('Two.')}\"") == [1]


def translated(language: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each message of a catalogue with its translations, those for one and for many each by itself."""
    return [(_texts(one.id), tuple(filter(None, _texts(one.string)))) for one in read_catalogue(language) if one.id]


def _texts(one: object) -> tuple[str, ...]:
    return (one,) if isinstance(one, str) else tuple(one) if isinstance(one, list | tuple) else ()


def test_a_catalogue_that_lacks_something_is_told_by_name() -> None:
    assert missing(ENGLISH) == missing(PSEUDO) == ()
    fresh = read_catalogue("km")
    fresh.add("A message that nobody translated")
    try:
        assert missing("km") == ("A message that nobody translated",)
    finally:
        fresh.delete("A message that nobody translated")


def test_an_update_keeps_translations_and_drops_what_is_said_no_more() -> None:
    key = next(key for key, one in WANTED.items() if not one.pluralizable and not key[0] and one.id)
    text = updated("vi", {key: WANTED[key]}).decode()
    assert text.count("msgid") == 2  # the head and this one
    kept = next(one for one in read_catalogue("vi") if one.id and key_of(one) == key)
    assert str(kept.string)[:20] in text.replace('"\n"', "")


def test_what_is_not_translated_comes_in_english() -> None:
    assert translations("km").gettext("Nobody says this on any page") == "Nobody says this on any page"
