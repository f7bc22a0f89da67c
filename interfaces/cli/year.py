"""What a year of time brought to the house of the journeys: the last lines of `homeward journeys`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from cases.outbox import InboxMessage
from interfaces.cli.output import Paper, local
from wiring.year import Year

LAST = 3
"""So many of the newest messages of an inbox are shown; the rest is counted."""


def tell_year(paper: Paper, year: Year, zone: dt.tzinfo) -> None:
    """The year as a short report."""
    paper.title(f"And a year goes by: {local(year.began, zone)} to {local(year.ended, zone)}")
    paper.note("Nobody acts in it; once a week the house looks at what is due. Counted are journeys and year.")
    paper.field("visits", f"{year.visits} follow-up visits were held")
    paper.field("reminders", f"{year.reminders} were told before or at their time")
    paper.field("breaches", f"{sum(year.breaches.values())} rungs told of a breach")
    for name, count in list(year.breaches.items())[:6]:
        paper.field("", f"{count} × {name.replace('_', ' ')}")
    _tell_steps(paper, "reopened", year.reopened, zone)
    _tell_steps(paper, "reported", year.reported, zone)
    for deadline, action, ref in year.acted[:6]:
        paper.field("time did", f"{action.replace('_', ' ')} ({deadline.replace('_', ' ')}) on {ref}")
    paper.field("inboxes", ", ".join(f"{name} {len(messages)}" for name, messages in year.inbox.items()) or "empty")
    for name, messages in list(year.inbox.items())[:2]:
        _tell_inbox(paper, name, messages, zone)
    paper.line()


def _tell_steps(paper: Paper, label: str, steps: Sequence[tuple[str, str, dt.datetime]], zone: dt.tzinfo) -> None:
    for ref, action, at in steps[:6]:
        paper.field(label, f"{ref}, {local(at, zone)}: {action.replace('_', ' ')}")
    if not steps:
        paper.field(label, "nothing")


def _tell_inbox(paper: Paper, name: str, messages: Sequence[InboxMessage], zone: dt.tzinfo) -> None:
    for message in messages[-LAST:]:
        paper.field(name, f"{local(message.at, zone)}  {message.text}")


def year_document(year: Year) -> dict[str, Any]:
    """The year as JSON; times are UTC."""
    return {
        "began": year.began.isoformat(),
        "ended": year.ended.isoformat(),
        "visits": year.visits,
        "reminders": year.reminders,
        "breaches": dict(year.breaches),
        "acted": [list(one) for one in year.acted],
        "reopened": [[ref, action, at.isoformat()] for ref, action, at in year.reopened],
        "reported": [[ref, action, at.isoformat()] for ref, action, at in year.reported],
        "inbox": {name: len(messages) for name, messages in year.inbox.items()},
    }
