"""Somebody's dates for their own calendar program (RFC 5545): references and neutral words, no alarm, nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib

from icalendar import Calendar, Event

from access.decide import viewer_of
from access.relation import reach_of
from access.screens import TaskRow
from access.work import whose
from cases.ports import Person
from interfaces.api.asked import Asked
from notifications.catalogue import Verbs, read_catalogues

MOST = 1000
LONG = dt.timedelta(minutes=15)
_DOMAIN = b"homeward/calendar/1\x00"


def feed(asked: Asked, person: Person) -> bytes:
    """The dates of this person's tasks, the earliest 1,000 of them, in their language."""
    catalogues = read_catalogues(asked.served.running.home / "texts").of
    wished = person.notices.language or asked.served.running.settings.language
    verbs = (catalogues.get(wished) or catalogues["en"]).verbs
    calendar = Calendar()
    calendar.add("prodid", "-//Homeward//1//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    reach = reach_of(asked.house, viewer_of(person, asked.house.workflows.current(None).workflow), asked.now)
    for row in asked.screens.tasks(whose(asked.house, asked.screens.owners(), reach), None, MOST):
        calendar.add_component(_event(asked, row, verbs))
    told: bytes = calendar.to_ical()
    return told


def _event(asked: Asked, row: TaskRow, verbs: Verbs) -> Event:
    declared = asked.house.workflows.rules(row.workflow).workflow.processes[row.process].deadlines.get(row.name)
    verb = getattr(verbs, declared.verb) if declared is not None else verbs.act
    event = Event()
    event.add("uid", hashlib.sha256(_DOMAIN + f"{row.instance}\x00{row.name}".encode()).hexdigest()[:32])
    event.add("dtstamp", asked.now.replace(microsecond=0))
    event.add("dtstart", row.falls.astimezone(dt.UTC).replace(microsecond=0))
    event.add("duration", LONG)
    event.add("summary", f"{row.case}: {verb}")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
