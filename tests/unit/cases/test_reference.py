"""References say nothing about anybody, cannot be guessed, and find their own slips (promise 23)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import UnknownReference
from cases.reference import ALPHABET, BITS, read_reference, reference_of
from wiring.clock import SecureIds

numbers = st.integers(0, 2**BITS - 1)
references = numbers.map(reference_of).filter(lambda found: found is not None).map(str)


class TestAReference:
    def test_it_has_at_least_fifty_random_bits(self) -> None:
        kept = sum(reference_of(number) is not None for number in range(10_000)) / 10_000
        assert BITS >= 54
        assert kept > 0.8  # a loss of less than a third of a bit

    def test_it_is_another_for_another_number(self) -> None:
        found = [reference_of(number) for number in range(5_000)]
        there = [one for one in found if one is not None]
        assert len(set(there)) == len(there)

    @given(references)
    def test_it_is_three_groups_of_four_signs_that_are_not_misread(self, reference: str) -> None:
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", reference)

    def test_it_is_drawn_anew_each_time(self) -> None:
        drawn = {SecureIds().reference() for _ in range(1_000)}
        assert len(drawn) == 1_000
        first_signs = {one[0] for one in drawn}
        assert len(first_signs) == len(ALPHABET)


class TestReadingOne:
    @given(references)
    def test_it_takes_the_usual_ways_of_writing(self, reference: str) -> None:
        bare = reference.replace("-", "")
        for written in (reference, reference.lower(), bare, f" {bare[:6]} {bare[6:]} "):
            assert read_reference(written) == reference

    @given(references)
    def test_it_forgives_misreadings(self, reference: str) -> None:
        for sign, misread in (("0", "O"), ("0", "o"), ("1", "I"), ("1", "l")):
            assert read_reference(reference.replace(sign, misread)) == reference

    @given(references, st.integers(0, 11), st.sampled_from(ALPHABET))
    def test_it_finds_every_single_wrong_sign(self, reference: str, place: int, sign: str) -> None:
        bare = reference.replace("-", "")
        wrong = bare[:place] + sign + bare[place + 1 :]
        if wrong == bare:
            return
        with pytest.raises(UnknownReference):
            read_reference(wrong)

    def test_it_finds_nearly_all_swaps_of_neighbours(self) -> None:
        missed = tried = 0
        for reference in filter(None, map(reference_of, range(1, 2**BITS, 2**BITS // 500))):
            bare = reference.replace("-", "")
            for place in range(11):
                swapped = bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]
                if swapped == bare:
                    continue
                tried += 1
                missed += _reads(swapped)
        assert tried > 1_000
        assert missed / tried < 0.01

    @pytest.mark.parametrize("text", ["", "7K3M-9XQT", "7K3M-9XQT-2HDJ-0000", "7K3M-9XQT-2H!J", "ÄÖÜ"])
    def test_it_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(UnknownReference):
            read_reference(text)


def _reads(text: str) -> bool:
    try:
        read_reference(text)
    except UnknownReference:
        return False
    return True
