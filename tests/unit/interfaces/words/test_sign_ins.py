"""Every line that the record of sign-ins can hold has its sentence, in every language."""

from __future__ import annotations

import datetime as dt
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from access.account_store import SignIn, SignInHow, SignInOutcome, SignInWhat
from interfaces.words.catalogues import languages
from interfaces.words.sign_ins import sign_in_sentence
from interfaces.words.words import Words

NOW = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)


def said(what: SignInWhat, how: SignInHow, outcome: SignInOutcome, language: str = "en", by: str | None = None) -> str:
    """The sentence of a line about sok."""
    words = Words(language, ZoneInfo("Asia/Phnom_Penh"), NOW)
    return sign_in_sentence(words, SignIn(NOW, "sok", what, how, outcome, by=by), "Sok")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("what", get_args(SignInWhat))
def test_every_line_has_a_sentence(what: SignInWhat, language: str) -> None:
    for how in get_args(SignInHow):
        for outcome in get_args(SignInOutcome):
            sentence = said(what, how, outcome, language)
            assert "Sok" in sentence
            assert "%(" not in sentence


def test_it_says_who_how_and_what_came_of_it() -> None:
    assert said("sign_in", "password", "applied") == "Sok signed in with a password."
    assert said("second", "recovery", "declined") == "Sok tried to sign in with a recovery code. It did not fit."
    assert said("disabled", "none", "applied", by="vanna") == "The account of Sok was disabled. Done by vanna."


def test_a_name_that_nobody_has_is_not_said() -> None:
    line = SignIn(NOW, None, "sign_in", "password", "declined")
    words = Words("en", ZoneInfo("UTC"), NOW)
    assert sign_in_sentence(words, line, "").startswith("Somebody with a name that nobody has tried to sign in")
