"""Every kind of filter, some of them together."""

from __future__ import annotations

import datetime as dt

from access.screens import CaseFilter, MapFilter, TraceFilter

MIDDLE = dt.datetime(2027, 1, 25, tzinfo=dt.UTC)
FILTERS = [
    CaseFilter(),
    CaseFilter(process="partner"),
    CaseFilter(track="plan", state="agreed"),
    CaseFilter(track="plan", state="none_yet", over=False),
    CaseFilter(role="manager"),
    CaseFilter(owner="sok"),
    CaseFilter(owner="sok", role="helper"),
    CaseFilter(needs="nurse"),
    CaseFilter(needs="helper", late=True),
    CaseFilter(late=True),
    CaseFilter(over=True),
    CaseFilter(over=False, episode=1),
    CaseFilter(episode=2),
    CaseFilter(workflow="another"),
    CaseFilter(opened_from=dt.datetime(2027, 1, 20, tzinfo=dt.UTC)),
    CaseFilter(opened_until=dt.datetime(2027, 1, 20, tzinfo=dt.UTC), track="case", state="open"),
    CaseFilter(found=(("group", "adult"),)),
    CaseFilter(found=(("group", "child"), ("mood", "calm"))),
    CaseFilter(without_owner=True),
]
TRACES = [
    TraceFilter(),
    TraceFilter(person="sok"),
    TraceFilter(person="away"),
    TraceFilter(person="nobody"),
    TraceFilter(role="supervisor"),
    TraceFilter(action="close"),
    TraceFilter(guard="lessons_written"),
    TraceFilter(clause="L-1.1"),
    TraceFilter(clause="L-3.1"),
    TraceFilter(clause="L-9.9"),
    TraceFilter(outcome="refused"),
    TraceFilter(outcome="not_yet"),
    TraceFilter(outcome="overridden"),
    TraceFilter(outcome="late"),
    TraceFilter(outcome="applied", person="dara"),
    TraceFilter(kind="case:fact:seen", person="sok", since=MIDDLE),
    TraceFilter(process="visit", until=MIDDLE),
    TraceFilter(deadline="plan_review", since=MIDDLE),
    TraceFilter(since=MIDDLE, until=MIDDLE + dt.timedelta(days=9)),
]
MAPS = [MapFilter(), MapFilter(person="sok"), MapFilter(process="visit"), MapFilter(since=MIDDLE, role="manager")]
