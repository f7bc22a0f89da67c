"""Passwords: kept with Argon2id, taken where they are long and not among the first that others would try."""

from __future__ import annotations

import random

import pytest

from access.passwords import LONGEST, SHORTEST, Argon2, is_common, problems_of


def argon2(rounds: int = 1) -> Argon2:
    """The real thing, with figures that cost nothing."""
    return Argon2(random.Random(1).randbytes, memory_kib=64, rounds=rounds, lanes=1)


class TestArgon2:
    def test_knows_the_password_again_and_no_other(self) -> None:
        kept = argon2().hash("a boat on the hill")
        assert kept.startswith("$argon2id$v=19$m=64,t=1,p=1$")
        assert argon2().verify(kept, "a boat on the hill")
        assert not argon2().verify(kept, "a boat on the hil")

    def test_salts_each_hash(self) -> None:
        hashing = argon2()
        assert hashing.hash("a boat on the hill") != hashing.hash("a boat on the hill")

    def test_sees_that_the_figures_were_raised(self) -> None:
        kept = argon2().hash("a boat on the hill")
        assert not argon2().outdated(kept)
        assert argon2(rounds=2).outdated(kept)

    def test_says_that_what_is_kept_is_no_hash(self) -> None:
        with pytest.raises(ValueError, match="not an Argon2 hash"):
            argon2().verify("plain", "a boat on the hill")

    def test_takes_the_same_signs_however_they_were_typed(self) -> None:
        assert argon2().verify(argon2().hash("lạc đà trên đồi"), "lạc đà trên đồi")

    def test_keeps_with_the_recommended_figures_if_nothing_is_said(self) -> None:
        assert Argon2(random.Random(1).randbytes).hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


class TestTheRules:
    @pytest.mark.parametrize(
        "password",
        [
            "a boat on the hill",
            "ផ្ទះនៅលើភ្នំខ្ពស់ណាស់",
            "vJ8-kqw2-Lx0p-mm3d",
            "correct-horse-battery",
            "            x y z w q       ",
        ],
    )
    def test_take_what_is_long_and_nobodys_first_guess(self, password: str) -> None:
        assert problems_of(password, "sok") == ()

    def test_ask_for_no_kinds_of_signs(self) -> None:
        assert problems_of("grey stones by the water", "sok") == ()

    def test_count_signs_at_both_ends(self) -> None:
        signs = "abdfhjkmoqsuwyzxvtrpnlige"
        assert problems_of(signs[: SHORTEST - 1], "sok") == ("short",)
        assert problems_of(signs[:SHORTEST], "sok") == ()
        assert problems_of((signs * 9)[: LONGEST + 1], "sok") == ("long",)

    @pytest.mark.parametrize(
        "password",
        [
            "password1234",
            "Password2027!",
            "passwordpassword",
            "qwertyuiop12",
            "123456789012",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "iloveyou2027",
            "p@ssw0rd2027!",
            "monkeydragon",
            "2027!!!2027!",
            "zxcvbnmzxcvbnm",
        ],
    )
    def test_refuse_what_is_tried_first(self, password: str) -> None:
        assert "common" in problems_of(password, "sok")

    @pytest.mark.parametrize("password", ["sokha.prak12", "Prak-Sokha-2027", "homewardsokha", "sokhasokhasokha"])
    def test_refuse_the_name_with_a_little_more(self, password: str) -> None:
        assert "name" in problems_of(password, "sokha.prak")

    def test_take_a_sentence_in_which_the_name_comes_up(self) -> None:
        assert problems_of("sokha walks along the river", "sokha.prak") == ()

    def test_have_a_list_to_compare_with(self) -> None:
        assert is_common("letmein")
        assert not is_common("zwiebelkuchen im regen")
