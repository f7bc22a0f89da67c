"""Channels and wishes are checked when they are read: what is set up by halves is refused, and says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from cases.errors import CannotStart
from config.loader import Loaded, load_workflow
from config.problems import DefinitionError
from config.settings import Settings
from notifications.channels.in_time import InTime
from notifications.office import Office
from tests.houses import small_house
from tests.offices import RULES
from wiring.notices import open_office
from wiring.people import read_people

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Opening = Callable[..., Office]


@pytest.fixture(scope="module")
def shipped() -> Loaded:
    return load_workflow("kh-2009")


@pytest.fixture
def opening(shipped: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """An office with these settings."""

    def opened(**settings: str) -> Office:
        monkeypatch.setenv("HOMEWARD_HOME", str(tmp_path))
        for name, value in settings.items():
            monkeypatch.setenv(f"HOMEWARD_{name.upper()}", value)
        return open_office(Settings(), small_house().house, shipped)

    return opened


class TestAnOffice:
    def test_has_no_way_out_of_the_house_if_nothing_is_set(self, opening: Opening) -> None:
        assert opening().channels == {}

    def test_has_the_channels_that_are_set_up(self, opening: Opening, tmp_path: Path) -> None:
        secrets = tmp_path / "secrets"
        secrets.write_text(f"hooks.example.org {SECRET}\n", "utf-8")
        secrets.chmod(0o600)
        office = opening(
            smtp_host="mail.example.org",
            smtp_sender="house@example.org",
            messaging_services="tgram, signal",
            webhook_hosts="hooks.example.org",
            webhook_secrets=str(secrets),
        )
        assert set(office.channels) == {"email", "messaging", "webhook"}
        assert all(isinstance(one, InTime) for one in office.channels.values())

    def test_speaks_languages_that_the_house_adds(self, opening: Opening, tmp_path: Path) -> None:
        (tmp_path / "texts").mkdir()
        (tmp_path / "texts" / "th.yaml").write_text("language: ไทย\nsubject: การเตือน\n", "utf-8")
        assert opening(language="th").renderer.catalogues.find("th").subject == "การเตือน"

    def test_refuses_words_of_such_a_language_that_may_not_leave(self, opening: Opening, tmp_path: Path) -> None:
        (tmp_path / "texts").mkdir()
        (tmp_path / "texts" / "en.yaml").write_text("subject: News of a victim\n", "utf-8")
        with pytest.raises(CannotStart, match="may not leave the house"):
            opening()

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ({"language": "xx"}, "HOMEWARD_LANGUAGE"),
            ({"link_base": "https://shelter.example.org"}, "may not leave"),
            ({"smtp_host": "mail.example.org", "smtp_sender": "rescue@example.org"}, "may not leave"),
            ({"link_base": "example.org"}, "HOMEWARD_LINK_BASE"),
            ({"webhook_hosts": "hooks.example.org"}, "HOMEWARD_WEBHOOK_SECRETS"),
            ({"webhook_hosts": "hooks.example.org", "webhook_secrets": "/nowhere"}, "cannot be read"),
        ],
    )
    def test_refuses_what_is_half(self, opening: Opening, settings: dict[str, str], problem: str) -> None:
        with pytest.raises(CannotStart, match=problem):
            opening(**settings)

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ({"smtp_host": "mail.example.org"}, "HOMEWARD_SMTP_SENDER"),
            ({"smtp_host": "mail.example.org", "smtp_sender": "a@b", "smtp_security": "none"}, "on this machine"),
        ],
    )
    def test_refuses_mail_that_is_half_or_in_clear(
        self, opening: Opening, settings: dict[str, str], problem: str
    ) -> None:
        with pytest.raises(ValidationError, match=problem):
            opening(**settings)

    @pytest.mark.parametrize(
        ("line", "mode", "problem"),
        [
            (f"hooks.example.org {SECRET}", 0o644, "chmod 600"),
            (f"other.example.org {SECRET}", 0o600, "has no line `hooks.example.org"),
            ("hooks.example.org secret", 0o600, "has no line"),
        ],
    )
    def test_refuses_secrets_that_lie_open_or_are_missing(
        self, opening: Opening, tmp_path: Path, line: str, mode: int, problem: str
    ) -> None:
        secrets = tmp_path / "secrets"
        secrets.write_text(f"{line}\n", "utf-8")
        secrets.chmod(mode)
        with pytest.raises(CannotStart, match=problem):
            opening(webhook_hosts="hooks.example.org", webhook_secrets=str(secrets))

    def test_shows_no_secret_when_it_is_printed(self, opening: Opening, tmp_path: Path) -> None:
        secrets = tmp_path / "secrets"
        secrets.write_text(f"hooks.example.org {SECRET}\n", "utf-8")
        secrets.chmod(0o600)
        mail = {"smtp_host": "mail.example.org", "smtp_sender": "a@b.org", "smtp_user": "u", "smtp_password": "hush"}
        office = opening(webhook_hosts="hooks.example.org", webhook_secrets=str(secrets), **mail)
        shown = (
            repr(office)
            + repr(Settings())
            + repr([vars(one.within) for one in office.channels.values() if isinstance(one, InTime)])
        )
        assert "hooks.example.org" in shown
        assert SECRET not in shown
        assert "hush" not in shown


class TestWishes:
    def test_are_read(self, tmp_path: Path) -> None:
        said = """{channels: {email: s@example.org}, language: km, time_zone: Asia/Bangkok,
            quiet: {from: "21:00", until: "07:30"}, digest: "08:00"}"""
        (tmp_path / "people.yaml").write_text(f"sok: {{roles: [manager], notices: {said}}}\n", "utf-8")
        person = read_people(tmp_path / "people.yaml", RULES).person("sok")
        assert person is not None
        wishes = person.notices
        assert wishes.channels == {"email": "s@example.org"}
        assert (wishes.language, wishes.time_zone) == ("km", "Asia/Bangkok")
        assert [str(time) for time in wishes.quiet or ()] == ["21:00:00", "07:30:00"]
        assert str(wishes.digest_at) == "08:00:00"

    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            ("{language: xx}", "language"),
            ("{time_zone: Nowhere/Land}", "time zone"),
            ("{time_zone: ../../etc/passwd}", "time zone"),
            ('{digest: "25:00"}', "time of day"),
            ('{digest: "8"}', "time of day"),
            ("{quiet: {from: '21:00'}}", "until"),
            ("{channels: {pigeon: x}}", "pigeon"),
            ("{channels: {email: 'a b'}}", "without spaces"),
            ("{loud: true}", "loud"),
        ],
    )
    def test_that_cannot_be_met_are_refused_at_their_line(self, tmp_path: Path, said: str, problem: str) -> None:
        (tmp_path / "people.yaml").write_text(f"sok: {{roles: [manager], notices: {said}}}\n", "utf-8")
        with pytest.raises(DefinitionError) as refused:
            read_people(tmp_path / "people.yaml", RULES)
        (told,) = refused.value.problems
        assert told.line == 1
        assert problem in told.message
