"""The accounts of a house as its settings say: figures, the first administrator, who the house is to passkeys."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from access.passwords import Argon2
from cases.errors import BadInput
from config.settings import Settings
from tests.integration.accounts.conftest import HARBOUR
from wiring.accounts import figures_of, first_administrator_link, open_accounts, provider_of, relying_party
from wiring.clock import VirtualClock
from wiring.house import RunningHouse, open_house

ISSUER = {"provider_issuer": "https://id.example.org", "provider_client": "homeward"}


def opened(home: Path, people: str = "") -> RunningHouse:
    """A house with these people."""
    home.mkdir(exist_ok=True)
    if people:
        (home / "people.yaml").write_text(people, "utf-8")
    clock = VirtualClock(dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC))
    return open_house(Settings(home=home, workflow=str(HARBOUR)), clock)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[RunningHouse]:
    """A house in which nobody is."""
    running = opened(tmp_path / "house")
    yield running
    running.close()


def cheap() -> Argon2:
    """Hashes that cost nothing."""
    return Argon2(os.urandom, memory_kib=64, rounds=1, lanes=1)


class TestTheFirstAdministrator:
    def test_is_added_where_nobody_is_one(self, empty: RunningHouse) -> None:
        accounts = open_accounts(empty, hashing=cheap())
        now = empty.clock.now()
        link = first_administrator_link(empty, accounts, now)
        assert link is not None
        assert link.link.person == "administrator"
        person = empty.house.people.person("administrator")
        assert person is not None
        assert person.titles == {"administrator"}
        again = first_administrator_link(empty, accounts, now)
        assert again is not None
        assert accounts.links.found(link.token, now) is None
        accounts.by_link(again.token, "a boat on the hill", now)
        assert first_administrator_link(empty, accounts, now) is None

    def test_is_the_one_who_is_written_down(self, tmp_path: Path) -> None:
        running = opened(tmp_path / "house", "vanna: [administrator]\n")
        link = first_administrator_link(running, open_accounts(running, hashing=cheap()), running.clock.now())
        running.close()
        assert link is not None
        assert link.link.person == "vanna"

    def test_is_nobody_who_only_has_the_name(self, tmp_path: Path) -> None:
        running = opened(tmp_path / "house", "administrator: [case_manager]\n")
        accounts = open_accounts(running, hashing=cheap())
        with pytest.raises(BadInput, match="people change"):
            first_administrator_link(running, accounts, running.clock.now())
        running.close()


class TestPasskeys:
    @pytest.mark.parametrize(
        ("address", "host"),
        [
            ("https://cases.example.org", "cases.example.org"),
            ("https://cases.example.org:8443/", "cases.example.org"),
            ("http://localhost:8080", "localhost"),
        ],
    )
    def test_belong_to_the_host_of_the_pages(self, address: str, host: str) -> None:
        party = relying_party(address)
        assert party is not None
        assert (party.id, party.origin) == (host, address.rstrip("/"))

    @pytest.mark.parametrize("address", [None, "", "http://cases.example.org", "http://127.0.0.1:80", "https://[::1]"])
    def test_are_not_offered_where_browsers_make_none(self, address: str | None) -> None:
        assert relying_party(address) is None


class TestTheSettings:
    def test_give_the_figures(self) -> None:
        day = dt.timedelta(days=1)
        settings = Settings(session_idle=day / 24, session_lasts=day, link_lasts=day, token_lasts=day * 30)
        figures = figures_of(settings, None)
        assert (figures.sessions.idle, figures.sessions.absolute) == (day / 24, day)
        assert (figures.link, figures.token, figures.longest_token) == (day, day * 30, day * 30)

    def test_name_a_provider_wholly_or_not_at_all(self) -> None:
        assert provider_of(Settings()) is None
        assert provider_of(Settings.model_validate({**ISSUER, "link_base": "https://cases.example.org"})) is not None

    @pytest.mark.parametrize(
        ("said", "names"),
        [
            (ISSUER, "HOMEWARD_LINK_BASE"),
            ({"provider_issuer": "https://id.example.org", "link_base": "https://c.example.org"}, "PROVIDER_CLIENT"),
            ({**ISSUER, "provider_issuer": "http://id.example.org", "link_base": "https://c.example.org"}, "use https"),
            ({**ISSUER, "provider_issuer": "id.example.org"}, "pattern"),
        ],
    )
    def test_say_what_is_missing(self, said: dict[str, str], names: str) -> None:
        with pytest.raises(ValidationError, match=names):
            Settings.model_validate(said)
