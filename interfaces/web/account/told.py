"""`/me`: how somebody is told of their work, and the address of a calendar of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi.responses import Response

from access.calendars import end_calendars, make_calendar
from access.members import OwnWishes, set_wishes
from cases.errors import BadInput
from cases.staff import Telling
from interfaces.web.account.me import me_page
from interfaces.web.account.told_of import notice_languages
from interfaces.web.places import Places
from interfaces.web.visit import Visited
from interfaces.words.objections import said_problem

places = Places()


@places.form("/me/notices", area="account")
def notices(visit: Visited) -> Response:
    """Keep how notices come: where to, when not, together or each by itself, in which language and zone."""
    words, sent = visit.words, visit.sent
    begins, ends, digest = (_time(sent.get(name)) for name in ("quiet_from", "quiet_until", "digest_at"))
    if "" in (begins, ends, digest):
        return me_page(visit, words.gettext("A time of day looks like 07:30."))
    if (begins is None) != (ends is None):
        return me_page(visit, words.gettext("Say when quiet hours begin and when they end, or leave both empty."))
    quiet = (begins, ends) if isinstance(begins, dt.time) and isinstance(ends, dt.time) else None
    told = Telling(
        sent.get("way") == "inbox",
        sent.get("time_zone") or None,
        quiet,
        digest if isinstance(digest, dt.time) else None,
    )
    language = sent.get("notice_language")
    wishes = OwnWishes(language if language in notice_languages(visit) else None, told)
    try:
        done = set_wishes(visit.house, visit.person, visit.person, wishes, visit.now)
    except BadInput as problem:
        return me_page(visit, said_problem(words, problem))
    if done.outcome == "refused":
        return me_page(visit, words.gettext("What is said of you stands in a file of the house. Ask an administrator."))
    return visit.go_to("/me#notices")


@places.form("/me/calendar", area="account")
def new_calendar(visit: Visited) -> Response:
    """Make a secret address for a calendar program, which is shown this once; an earlier one ends."""
    accounts = visit.served.accounts
    longest = accounts.figures.longest_token
    token, secret = make_calendar(accounts.tokens, visit.person, visit.sent.get("key"), longest, visit.now)
    if secret is None:
        return visit.go_to("/me#calendar")
    values: dict[str, Any] = {
        "address": f"{visit.served.base}/api/v1/calendars/{secret}.ics",
        "until": visit.words.when(token.ends_at),
    }
    return visit.page("account/calendar_made.html", **values)


@places.form("/me/calendar/end", area="account")
def no_calendar(visit: Visited) -> Response:
    """End the address at once; twice is the same as once."""
    end_calendars(visit.served.accounts.tokens, visit.person, visit.now)
    return visit.go_to("/me#calendar")


def _time(text: str) -> dt.time | str | None:
    """A time of day; None where nothing is said, and an empty text for what is none."""
    if not text:
        return None
    try:
        return dt.time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return ""
