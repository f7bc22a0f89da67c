"""Notices as they might go out, to be looked at before any does."""

from __future__ import annotations

import datetime as dt

from cases.outgoing import Outgoing
from cases.rungs import BUILT_IN
from state_machine.rules import Rules

SAMPLE = "7K3M-9XQT-2HDJ"
"""A reference that is nobody's."""


def sample_notices(rules: Rules, now: dt.datetime) -> list[Outgoing]:
    """A notice of each template, as it might go out today."""
    at = now.astimezone(rules.calendar.zone).replace(hour=17, minute=0, second=0, microsecond=0).astimezone(dt.UTC)
    notices = {BUILT_IN: False} | {name: one.urgent for name, one in rules.workflow.notices.items()}
    return [
        Outgoing(
            family=SAMPLE,
            instance=SAMPLE,
            seq=1,
            case=SAMPLE,
            role="",
            template=name,
            verb="review",
            deadline="",
            generation=1,
            dating=0,
            rung="",
            rung_number=1,
            repeat=0,
            due=at + dt.timedelta(days=3),
            urgent=urgent,
            breach=False,
            at=now,
        )
        for name, urgent in notices.items()
    ]
