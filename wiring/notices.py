"""The office that sends notices, put together from the settings: channels, words, and what may not be in them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cases.errors import CannotStart
from cases.house import House
from config.crosscheck.words import forbidden_in
from config.loader import Loaded
from config.settings import Settings
from config.translations import Translations
from notifications.catalogue import Catalogue, Catalogues, read_catalogues
from notifications.channels import email
from notifications.channels.channel import Channel
from notifications.channels.email import EmailChannel, MailServer
from notifications.channels.in_time import InTime
from notifications.office import Office
from notifications.render import Renderer


class ShippedTexts:
    """The translations that lie beside the workflow which is in force; those of others are not known.

    None, where that folder cannot be read: then everybody reads the workflow's own words.
    """

    def __init__(self, loaded: Loaded | None) -> None:
        self._workflow = loaded.workflow.workflow if loaded is not None else None
        self._texts: Mapping[str, Translations] = loaded.texts if loaded is not None else {}

    def text(self, workflow: str, language: str, path: str) -> str | None:
        """A translated text, or None."""
        if workflow != self._workflow:
            return None
        return self._texts.get(language, {}).get(path)


def open_office(
    settings: Settings, house: House, loaded: Loaded | None, chance: Callable[[], float] | None = None
) -> Office:
    """The office of a house, with the texts of the workflow as it lies on disk, if it can be read there.

    Raises CannotStart where a channel is set up by halves, or a word may not leave.
    """
    catalogues = read_catalogues(settings.home / "texts")
    if settings.language not in catalogues.of:
        raise CannotStart(f"HOMEWARD_LANGUAGE: expected one of {', '.join(catalogues.of)}")
    channels = _channels(settings)
    workflow = loaded.workflow if loaded is not None else house.workflows.current(None).workflow
    _refuse_words(catalogues, settings, workflow.forbidden_words)
    return Office(
        house,
        channels,
        Renderer(catalogues, ShippedTexts(loaded), settings.language, settings.link_base),
        chance or random.SystemRandom().random,
    )


def _channels(settings: Settings) -> dict[str, Channel]:
    """The channels that are set up, each with a deadline over all of a message."""
    found: dict[str, Channel] = {}
    if settings.smtp_host is not None and settings.smtp_sender is not None:
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
        server = MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_sender,
            settings.smtp_security,
            settings.smtp_user,
            password,
        )
        found[email.NAME] = InTime(EmailChannel(server), one_server=True)
    # Read where they are needed: the libraries behind them are large, and most commands send nothing.
    if services := _listed(settings.messaging_services):
        from notifications.channels import messaging

        found[messaging.NAME] = InTime(messaging.MessagingChannel(services))
    if hosts := _listed(settings.webhook_hosts):
        from notifications.channels import webhook

        known = webhook.WebhookHosts(_secrets(settings.webhook_secrets, hosts))
        found[webhook.NAME] = InTime(webhook.WebhookChannel(known))
    return found


def _listed(text: str) -> list[str]:
    return [word.strip().lower() for word in text.split(",") if word.strip()]


def _secrets(path: Path | None, hosts: list[str]) -> dict[str, str]:
    """The secret of each host. Raises CannotStart where one has none, or the file can be read by others."""
    if path is None:
        raise CannotStart("HOMEWARD_WEBHOOK_SECRETS: webhooks need a file with the secret of each host")
    try:
        if path.stat().st_mode & 0o077:
            raise CannotStart(f"others may read {path}; say: chmod 600 {path}")
        lines = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    except OSError as problem:
        raise CannotStart(f"{path} cannot be read: {problem.strerror}") from None
    found = {words[0].lower(): words[1] for words in lines if len(words) == 2 and words[1].startswith("whsec_")}
    missing = [host for host in hosts if host not in found]
    if missing:
        raise CannotStart(f"{path} has no line `{missing[0]} whsec_…`")
    return {host: found[host] for host in hosts}


def _refuse_words(catalogues: Catalogues, settings: Settings, forbidden: tuple[str, ...]) -> None:
    """What leaves the house holds none of the workflow's forbidden words. Raises CannotStart."""
    if settings.link_base is not None and urlsplit(settings.link_base).scheme not in ("https", "http"):
        raise CannotStart("HOMEWARD_LINK_BASE: expected an address such as https://cases.example.org")
    said = {f"the notices in {name}": _words(one) for name, one in catalogues.of.items()}
    said["HOMEWARD_LINK_BASE"] = settings.link_base or ""
    said["HOMEWARD_SMTP_SENDER"] = settings.smtp_sender or ""
    for where, text in said.items():
        for word in forbidden_in(text, forbidden):
            raise CannotStart(f"{where}: the word {word!r} may not leave the house")


def _words(one: Catalogue) -> str:
    """All words of a language in one text."""
    parts = (one.subject, one.subject_urgent, one.subject_digest, one.built_in, one.repeated)
    verbs = (str(word) for word in one.verbs.model_dump().values())
    return " ".join((*parts, *verbs, one.due.at, one.due.end_of, *one.weekdays, *one.months))
