"""A provider over HTTP: what it signed for this house, now, with a key of its own, counts; nothing else does."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from access.identities import Claims, NotVouched
from tests.integration.accounts.fake_provider import CLIENT, CODE, SECRET, Said, key_of, provider
from wiring.provider import LEEWAY, DiscoveredProvider

NOW = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
BACK = "https://cases.example.org/sign-in/provider/back"


@pytest.fixture
def said() -> Iterator[Said]:
    """A provider that says of subject 42 what is right."""
    with provider() as said:
        moment = int(NOW.timestamp())
        said.claims = {"iss": said.issuer, "sub": "42", "aud": CLIENT, "iat": moment, "exp": moment + 300, "nonce": "n"}
        yield said


def house(said: Said, secret: str | None = SECRET) -> DiscoveredProvider:
    """The provider as the house knows it."""
    return DiscoveredProvider(said.issuer, CLIENT, secret, BACK)


def redeemed(said: Said) -> Claims:
    """What the provider says for the code."""
    return house(said).redeemed(CODE, "verifier", NOW)


class TestTheWayThere:
    def test_carries_state_nonce_and_challenge(self, said: Said) -> None:
        address = urlsplit(house(said).address("s", "n", "c"))
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{said.issuer}/authorize"
        assert {name: values[0] for name, values in parse_qs(address.query).items()} == {
            "client_id": CLIENT,
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": "openid email",
            "state": "s",
            "nonce": "n",
            "code_challenge": "c",
            "code_challenge_method": "S256",
        }


class TestTheWayBack:
    def test_brings_who_it_is(self, said: Said) -> None:
        said.claims |= {"email": "sok@example.org", "email_verified": True, "amr": ["pwd", "mfa"]}
        assert redeemed(said) == Claims(said.issuer, "42", "n", "sok@example.org", True, ("pwd", "mfa"))

    def test_proves_who_asks(self, said: Said) -> None:
        redeemed(said)
        (asked,) = said.asked
        name, password = base64.b64decode(asked.pop("authorization").removeprefix("Basic ")).decode().split(":")
        assert (name, password) == (CLIENT, SECRET)
        assert asked == {
            "grant_type": "authorization_code",
            "code": CODE,
            "redirect_uri": BACK,
            "client_id": CLIENT,
            "code_verifier": "verifier",
        }

    def test_needs_no_secret_where_there_is_none(self, said: Said) -> None:
        house(said, None).redeemed(CODE, "verifier", NOW)
        assert said.asked[0]["authorization"] == ""

    def test_takes_a_word_for_a_yes_for_none(self, said: Said) -> None:
        said.claims |= {"email": "sok@example.org", "email_verified": "true"}
        assert not redeemed(said).email_verified

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "https://other.example.org"},
            {"aud": "another house"},
            {"aud": [CLIENT, "another house"], "azp": "another house"},
            {"exp": int(NOW.timestamp()) - LEEWAY - 1},
            {"iat": int(NOW.timestamp()) + LEEWAY + 60},
            {"sub": None},
            {"exp": None},
        ],
    )
    def test_brings_nobody_by_what_is_meant_for_others_or_over(self, said: Said, claims: dict[str, Any]) -> None:
        said.claims = {name: one for name, one in (said.claims | claims).items() if one is not None}
        with pytest.raises(NotVouched):
            redeemed(said)

    def test_brings_nobody_by_a_key_that_is_not_the_providers(self, said: Said) -> None:
        said.published = [key_of("one", 2)]
        with pytest.raises(NotVouched):
            redeemed(said)

    def test_brings_somebody_by_a_key_that_is_new(self, said: Said) -> None:
        known = house(said)
        known.redeemed(CODE, "verifier", NOW)
        said.key = key_of("two")
        said.header = {"alg": "RS256", "kid": "two"}
        assert known.redeemed(CODE, "verifier", NOW).subject == "42"

    @pytest.mark.parametrize("status", [302, 400, 500])
    def test_brings_nobody_by_an_error(self, said: Said, status: int) -> None:
        known = house(said)
        known.address("s", "n", "c")
        said.status = status
        with pytest.raises(NotVouched):
            known.redeemed(CODE, "verifier", NOW)

    @pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"no json", b" " * 1_000_001])
    def test_brings_nobody_by_an_answer_that_is_none(self, said: Said, raw: bytes) -> None:
        known = house(said)
        known.address("s", "n", "c")
        said.raw = raw
        with pytest.raises(NotVouched):
            known.redeemed(CODE, "verifier", NOW)

    @pytest.mark.parametrize("token", ["", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9."])
    def test_brings_nobody_by_a_token_that_nobody_signed(self, said: Said, token: str) -> None:
        known = house(said)
        known.redeemed(CODE, "verifier", NOW)
        said.raw = f'{{"id_token": "{token}", "keys": []}}'.encode()
        with pytest.raises(NotVouched):
            known.redeemed(CODE, "verifier", NOW)


class TestItsDescription:
    @pytest.mark.parametrize(
        "more",
        [
            {"issuer": "https://other.example.org"},
            {"authorization_endpoint": "http://elsewhere.example.org/authorize"},
            {"authorization_endpoint": "javascript:alert(1)"},
            {"authorization_endpoint": None},
        ],
    )
    def test_is_not_trusted_where_it_leads_elsewhere(self, said: Said, more: dict[str, Any]) -> None:
        said.more = more
        with pytest.raises(NotVouched):
            house(said).address("s", "n", "c")

    def test_is_asked_for_again_where_nobody_answered(self, said: Said) -> None:
        known = house(said)
        said.status = 503
        with pytest.raises(NotVouched):
            known.address("s", "n", "c")
        said.status = 200
        assert known.address("s", "n", "c")

    def test_tells_nothing_of_what_was_answered(self, said: Said) -> None:
        known = house(said)
        said.raw = b"the secret of somebody"
        with pytest.raises(NotVouched) as told:
            known.address("s", "n", "c")
        assert "secret" not in str(told.value)
        assert told.value.__suppress_context__
