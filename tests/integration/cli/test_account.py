"""`homeward account …`: invite, list, disable, link and tokens, each with its document and its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Homeward
from wiring.accounts import open_accounts
from wiring.house import open_house
from wiring.settings import read_settings

PASSWORD = "a boat on the hill"


@pytest.fixture
def sok(homeward: Homeward) -> str:
    """Somebody who has set their password by a link."""
    welcomed(homeward("account", "invite", "sok", "--json").document["link"])
    return "sok"


def welcomed(link: str) -> None:
    """Set the password by a link, as the page does."""
    running = open_house(read_settings(), sweeps=False)
    accounts = open_accounts(running)
    accounts.by_link(link.rpartition("/")[2], PASSWORD, running.clock.now())
    running.close()


class TestInviting:
    def test_prints_a_link_once(self, homeward: Homeward, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_LINK_BASE", "https://cases.example.org")
        ran = homeward("account", "invite", "sok", "--json")
        assert ran.code == 0
        assert ran.document["link"].startswith("https://cases.example.org/welcome/")
        assert (ran.document["person"], ran.document["kind"]) == ("sok", "invitation")
        token = ran.document["link"].rpartition("/")[2]
        for words in (["account", "list"], ["account", "sign-ins"]):
            assert token not in homeward(*words).out

    def test_in_words_says_how_to_hand_it_over(self, homeward: Homeward) -> None:
        ran = homeward("account", "invite", "sok")
        assert "/welcome/" in ran.out
        assert "It is not shown again." in ran.out

    def test_of_nobody_says_so(self, homeward: Homeward) -> None:
        ran = homeward("account", "invite", "nobody")
        assert ran.code == 1
        assert "nobody called 'nobody'" in ran.err

    def test_again_is_a_reset(self, homeward: Homeward, sok: str) -> None:
        assert homeward("account", "invite", sok, "--json").document["kind"] == "reset"

    def test_with_factors_forgotten_writes_it_down(self, homeward: Homeward, sok: str) -> None:
        assert homeward("account", "invite", sok, "--forget-factors").code == 0
        told = homeward("account", "sign-ins", sok, "--json").document["sign_ins"]
        assert [one["what"] for one in told][:2] == ["link_made", "factor_removed"]


class TestTheList:
    def test_tells_how_everybody_signs_in(self, homeward: Homeward, sok: str) -> None:
        homeward("account", "invite", "dara")
        accounts = {one["person"]: one for one in homeward("account", "list", "--json").document["accounts"]}
        assert (accounts[sok]["password"], accounts[sok]["second"]) == (True, [])
        assert (accounts["dara"]["account"], accounts["dara"]["link_until"] is not None) == (False, True)
        assert accounts["nita"]["link_until"] is None
        lines = homeward("account", "list").out.splitlines()
        assert "sok  password" in lines
        assert "dara  invited" in lines
        assert "nita  no account; see `homeward account invite`" in lines


class TestDisabling:
    def test_and_enabling_are_told(self, homeward: Homeward, sok: str) -> None:
        assert homeward("account", "disable", sok, "--json").document == {"person": sok, "disabled": True}
        assert "sok  disabled" in homeward("account", "list").out.splitlines()
        assert "may sign in again" in homeward("account", "enable", sok).out

    def test_of_who_has_no_account_says_so(self, homeward: Homeward) -> None:
        ran = homeward("account", "disable", "dara")
        assert ran.code == 1
        assert "has no account" in ran.err


class TestAProvider:
    def test_is_needed_to_link_somebody(self, homeward: Homeward) -> None:
        ran = homeward("account", "link", "sok", "42")
        assert ran.code == 1
        assert "HOMEWARD_PROVIDER_ISSUER" in ran.err

    def test_knows_somebody_by_a_subject(self, homeward: Homeward, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_PROVIDER_ISSUER", "https://id.example.org")
        monkeypatch.setenv("HOMEWARD_PROVIDER_CLIENT", "homeward")
        monkeypatch.setenv("HOMEWARD_LINK_BASE", "https://cases.example.org")
        assert homeward("account", "link", "sok", "42").code == 0
        assert "sok  provider" in homeward("account", "list").out.splitlines()
        assert homeward("account", "unlink", "42", "--json").document["subject"] == "42"
        assert homeward("account", "unlink", "42").code == 1


class TestTokens:
    def test_are_made_shown_once_and_revoked(self, homeward: Homeward, sok: str) -> None:
        made = homeward(
            "account", "tokens", "make", sok, "report", "--scope", "read", "--scope", "export", "--days", "30", "--json"
        ).document
        assert made["scopes"] == ["read", "export"]
        listed = homeward("account", "tokens", "list", "--json")
        assert made["secret"] not in listed.out
        assert [one["id"] for one in listed.document["tokens"]] == [made["id"]]
        assert homeward("account", "tokens", "revoke", made["id"]).code == 0
        assert homeward("account", "tokens", "list", sok, "--json").document["tokens"] == []
        assert "revoked" in homeward("account", "tokens", "list", "--all").out
        assert homeward("account", "tokens", "revoke", made["id"]).code == 1

    def test_have_scopes_that_there_are(self, homeward: Homeward, sok: str) -> None:
        ran = homeward("account", "tokens", "make", sok, "report", "--scope", "everything")
        assert ran.code == 1
        assert "known: read, act, export, calendar, administer" in ran.err


class TestTheRecord:
    def test_is_told_newest_first(self, homeward: Homeward, sok: str, home: Path) -> None:
        assert home.is_dir()
        told = homeward("account", "sign-ins", "--limit", "2", "--json").document["sign_ins"]
        assert [(one["person"], one["what"]) for one in told] == [(sok, "sign_in"), (sok, "link_used")]
        assert "sok  sign in (link): applied" in homeward("account", "sign-ins").out
