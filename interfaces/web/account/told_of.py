"""What `/me` says of notices and of the calendar."""

from __future__ import annotations

from typing import Any

from babel import Locale

from access.calendars import calendar_of
from access.people import EMAIL, StoredPeople
from interfaces.web.visit import Visit
from notifications.catalogue import read_catalogues


def told_of(visit: Visit) -> dict[str, Any]:
    """What the page about oneself says of notices and of the calendar."""
    words, people = visit.words, visit.house.people
    member = people.member(visit.person) if isinstance(people, StoredPeople) else None
    person = people.person(visit.person)
    calendar = calendar_of(visit.served.accounts.tokens, visit.person, visit.now)
    wishes = person.notices if person is not None else None
    return {
        "told": member.told if member is not None else None,
        "address": member.email if member is not None else (wishes.channels.get(EMAIL) if wishes is not None else None),
        "notice_language": (wishes.language if wishes is not None else None) or "",
        "notice_languages": [(one, Locale.parse(one).get_display_name(one) or one) for one in notice_languages(visit)],
        "house_zone": str(visit.served.running.rules.calendar.zone),
        "calendar": words.gettext(
            "You have one, made %(when)s, good until %(until)s.",
            when=words.when(calendar.made_at),
            until=words.when(calendar.ends_at),
        )
        if calendar is not None
        else "",
        "key": visit.new_key(),
    }


def notice_languages(visit: Visit) -> list[str]:
    """The languages for which there are words of notices."""
    return sorted(read_catalogues(visit.served.running.home / "texts").of)
