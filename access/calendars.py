"""The secret address of somebody's own calendar: a token that reads their dates and nothing else; one at most."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading

from access.account_store import Scope, Token
from access.tokens import NewToken, Tokens

CALENDAR: frozenset[Scope] = frozenset({"calendar"})
_one_at_a_time = threading.Lock()


def calendar_of(tokens: Tokens, person: str, now: dt.datetime) -> Token | None:
    """The address that can be read at `now` (aware, UTC), None where there is none."""
    return next((one for one in tokens.living(person, now) if one.scopes == CALENDAR), None)


def make_calendar(
    tokens: Tokens, person: str, key: str, lasts: dt.timedelta, now: dt.datetime
) -> tuple[Token, str | None]:
    """A new address for `lasts`, and its secret; an earlier one ends.

    `key` makes asking twice harmless: the second time the token comes without its secret, which is shown once.
    """
    name = f"calendar {hashlib.sha256(key.encode()).hexdigest()[:16]}"
    with _one_at_a_time:
        before = next((one for one in tokens.of(person) if one.name == name), None)
        if before is not None:
            return before, None
        made: NewToken = tokens.make(person, name, CALENDAR, now, lasts)
        end_calendars(tokens, person, now, but=made.token.id)
    return made.token, made.secret


def end_calendars(tokens: Tokens, person: str, now: dt.datetime, but: str = "") -> None:
    """End the address at once; where there is none, nothing happens."""
    for one in tokens.living(person, now):
        if one.scopes == CALENDAR and one.id != but:
            tokens.revoke(person, one.id, now)
