"""Texts of notices as they would read, what did not get out, channels with a test message, calendar, settings."""

from __future__ import annotations

import datetime as dt

from fastapi.responses import Response

from cases.outbox import Delivery
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited
from interfaces.words.catalogues import languages
from notifications.channels.channel import CannotDeliver, Message
from notifications.deliver import preview
from notifications.samples import sample_notices

places = Places()
SECRET = ("password", "secret", "key", "url", "command")
"""Settings with such a word in their name are said to be set, and not shown."""


@places.page("/administration/notices", area="administration")
def notices_page(visit: Visited, language: str = "") -> Response:
    """Every text of the workflow in force, as the reader would get it, and what lies dead."""
    running = visit.served.running
    chosen = language if language in languages() else visit.words.language
    samples = sample_notices(running.rules, visit.now)
    shown = preview(running.office, [(one, running.rules) for one in samples], visit.person, chosen)
    dead = running.store.outbox.deliveries(("dead",), 100)
    return visit.page(
        "administration/notices.html",
        texts=[(one.template, one.urgent, said.subject, said.text) for one, said in zip(samples, shown, strict=True)],
        language=chosen,
        languages=languages(),
        dead=[_dead(visit, one) for one in dead],
    )


@places.form("/administration/notices/retry", area="administration")
def retry(visit: Visited) -> Response:
    """Send again what was given up."""
    outbox = visit.served.running.store.outbox
    for id_ in visit.sent.all("id"):
        outbox.retry(id_, visit.now)
    return visit.go_to("/administration/notices")


@places.page("/administration/settings", area="administration")
def settings_page(visit: Visited) -> Response:
    """Channels, calendar and settings as they are in force; they are changed in the environment of the house."""
    return _settings(visit)


@places.form("/administration/settings/test", area="administration")
def send_test(visit: Visited) -> Response:
    """Send a test message to oneself through a channel; it says nothing but that it is one."""
    name = visit.sent.get("channel")
    channel = visit.served.running.office.channels.get(name)
    address = visit.house.people.person(visit.person)
    to = address.notices.channels.get(name, "") if address is not None else ""
    words = visit.words
    if channel is None or not to:
        says = words.gettext("You have no address for this channel. Ask for one at People.")
        return _settings(visit, problem=says, status=422)
    text = words.gettext("This is a test message. Nothing has to be done.")
    message = Message(visit.new_key(), visit.person, to, words.gettext("Test message"), text, False, visit.now)
    try:
        channel.send(message)
    except CannotDeliver as problem:
        return _settings(visit, problem=words.gettext("It was not taken: %(why)s.", why=problem.problem), status=409)
    return _settings(visit, done=words.gettext("The channel took the test message."))


def _settings(visit: Visit, *, problem: str = "", done: str = "", status: int = 200) -> Response:
    running = visit.served.running
    calendar = running.rules.calendar
    today = visit.now.astimezone(calendar.zone).date()
    days = (today + dt.timedelta(days=ahead) for ahead in range(120))
    free = [rest for day in days if (rest := calendar.rest(day)) is not None and rest.name]
    values = running.settings.model_dump()
    return visit.page(
        "administration/settings.html",
        status=status,
        problem=problem,
        done=done,
        channels=sorted(running.office.channels),
        zone=str(calendar.zone),
        holidays=[(visit.words.when(one.day), one.name, one.decreed_by or "") for one in free],
        settings=[(name, _shown(name, value)) for name, value in values.items()],
    )


def _shown(name: str, value: object) -> str:
    if value in (None, "", {}):
        return "–"
    return "•••" if any(word in name for word in SECRET) else str(value)


def _dead(visit: Visit, one: Delivery) -> tuple[str, str, str, str]:
    return one.id, visit.names(one.person), one.channel, one.problem or ""
