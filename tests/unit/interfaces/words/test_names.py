"""Working names: enough of them, all different, none of a person, and none twice at a time."""

from __future__ import annotations

import random

import pytest

from interfaces.words.names import neutral_few, neutral_name, neutral_names

LANGUAGES = ("en", "km", "vi")
FIELD = """
angel bait bird bride brothel cage chain chicken child court crime cross doll escape flesh freedom girl harbour heaven
hook hope hunter journey judge key knife lady lock mask master net owner passport police prison queen rescue road rope
safe saint
shadow shelter slave smuggler survivor thorn trade trap trial victim virgin whip witness
"""
PERSONS = """
amber angela anna basil cherry clay coral daisy dawn faith fern ginger grace hazel heather holly iris ivy jade jasmine
joy june lily mary melody mercy olive pearl poppy robin rose rosemary ruby sage sandy scarlet sky summer violet willow
bopha chan channary dara kolab maly nita phalla rith sok sopheap sothea srey sreymom thida vanna
anh chi cúc đào giang hà hải hằng hoa hồng hương lan linh mai minh nga ngọc nhung phương quỳnh sen thảo thu thuý trang
trúc tùng tuyết vân yến
"""
NEAR_THE_FIELD, GIVEN_NAMES = frozenset(FIELD.split()), frozenset(PERSONS.split())


@pytest.mark.parametrize("language", LANGUAGES)
class TestTheLists:
    def test_have_at_least_two_hundred_different_names(self, language: str) -> None:
        names = neutral_names(language)
        assert len(names) >= 200
        assert len({name.casefold() for name in names}) == len(names)

    def test_are_short_and_hold_letters_alone(self, language: str) -> None:
        for name in neutral_names(language):
            assert len(name) <= 20, name
            assert name == " ".join(name.split()), name
            assert not any(sign.isdigit() or sign in ",.;:!?()-" for sign in name), name

    def test_hold_no_name_of_a_person_and_nothing_near_the_field(self, language: str) -> None:
        said = {name.casefold() for name in neutral_names(language)}
        assert not said & GIVEN_NAMES
        assert not {word for name in said for word in name.split()} & NEAR_THE_FIELD


def test_languages_are_written_in_their_own_script() -> None:
    assert all("\u1780" <= sign <= "\u17ff" or sign == " " for name in neutral_names("km") for sign in name)
    assert all(name.isascii() for name in neutral_names("en"))


class TestDrawing:
    def test_the_same_chance_draws_the_same_name(self) -> None:
        assert neutral_name(random.Random(7), "en") == neutral_name(random.Random(7), "en")

    def test_no_name_is_given_twice_and_then_numbers_begin(self) -> None:
        chance, taken = random.Random(1), set[str]()
        for _ in neutral_names("vi"):
            name = neutral_name(chance, "vi", taken)
            assert name not in taken
            taken.add(name)
        assert taken == set(neutral_names("vi"))
        assert neutral_name(chance, "vi", {one.upper() for one in taken}).endswith(" 2")

    def test_a_few_to_choose_from_are_different(self) -> None:
        few = neutral_few(random.Random(3), "km", (), 5)
        assert len(set(few)) == 5

    def test_a_language_without_a_list_gets_the_english_one(self) -> None:
        assert neutral_names("fr") == neutral_names("en")
