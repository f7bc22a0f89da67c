"""What a year of time brought to the house of the journeys: the last lines of `homeward journeys`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cases.journal import Kind
from interfaces.cli.output import Paper, local
from interfaces.scenarios.year_model import YearStory
from interfaces.scenarios.year_play import YearPlayed
from state_machine.rules import Rules
from wiring.year import IMPROVEMENT, Inbox, Ladder, Year

LADDERS = 4
"""So many ladders are shown, the longest first; the rest is counted."""
READERS = 3
"""Of so many inboxes, those to which the year brought most, the newest messages are shown."""
LAST = 2
FOLLOW_UPS = {
    ("visit", "hold"): "follow-up visits held",
    ("case", "check_in"): "people asked how they are",
    ("check", "finish"): "looks at a new place",
    ("case", "review_plan"): "plans reviewed with the person",
    ("assessment", "share"): "assessments shared with the person",
    ("staff_member", "talk_about_wellbeing"): "talks with staff about strain",
    ("provider", "monitor"): "organisations monitored",
}
_SIGNS = {
    "reopen_for_silence": "by itself, for silence after the closing",
    "adverse_sign_reopens": "by a sign: the person said to be in need",
    "report_harm": "by a sign: somebody saw harm",
    "reopen_on_wish": "by the person's wish",
}


def tell_year(paper: Paper, rules: Rules, story: YearStory, played: YearPlayed, year: Year) -> None:
    """The year as a short report; all figures are counted in the journals, the outbox and the inboxes."""
    zone = rules.calendar.zone
    paper.title(f"A year goes by: {_day(year.began, zone)} to {_day(year.ended, zone)}")
    paper.note(story.said.says or story.said.year)
    paper.line()
    if played.failure is not None:
        failure = played.failure
        paper.line(f"FAILED at {story.file}:{failure.line}, on {local(year.ended, zone)}", "bold red", indent=2)
        paper.field("expected", failure.expected)
        paper.field("found", failure.found)
        paper.line()
    _tell_work(paper, year)
    _tell_escalations(paper, rules, year, zone)
    _tell_reopened(paper, year, zone)
    _tell_reported(paper, rules, year, zone)
    _tell_inboxes(paper, year, zone)


def _tell_work(paper: Paper, year: Year) -> None:
    done = sum(year.work.values())
    paper.field("work", f"{done} actions by people, and {year.recorded} times something was written down; among them")
    for kind, says in FOLLOW_UPS.items():
        if year.work.get(kind):
            paper.field("", f"{year.work[kind]:>4}  {says}")
    paper.field("dates", f"{year.kept} kept, {year.late} answered late; {year.ahead} lie ahead, {year.overdue} overdue")
    paper.field("notices", f"{year.sent} sent, {year.dropped} needed by nobody any more when their turn came")
    paper.line()


def _tell_escalations(paper: Paper, rules: Rules, year: Year, zone: dt.tzinfo) -> None:
    ends = sum(1 for name, *_ in year.acted if name == "watch_period")
    paper.field("reminded", f"{year.reminded} times before or at a date, or soon after it")
    paper.field("escalated", f"{year.breached} times, as a breach")
    paper.field("time did", f"{len(year.acted)} things by itself; {ends} of them: the watch after a closing ended")
    paper.line()
    paper.line("Ladders that were climbed, since nobody answered by the due date", "bold")
    one_of_each: dict[tuple[str, str], Ladder] = {}
    for ladder in year.ladders:
        one_of_each.setdefault((ladder.process, ladder.deadline), ladder)
    for ladder in list(one_of_each.values())[:LADDERS]:
        _tell_ladder(paper, rules, ladder, zone)
    if len(year.ladders) > LADDERS:
        paper.line(f"and {len(year.ladders) - LADDERS} more", indent=2)
    paper.line()


def _tell_ladder(paper: Paper, rules: Rules, ladder: Ladder, zone: dt.tzinfo) -> None:
    declared = rules.workflow.processes[ladder.process].deadlines[ladder.deadline]
    says = declared.says or ladder.deadline.replace("_", " ")
    whole = ", up to its last rung" if ladder.whole else ""
    paper.line(f"{says}, due {local(ladder.due, zone)}{whole}", indent=2)
    rows = []
    for rung in ladder.rungs:
        often = f", {rung.times} times" if rung.times > 1 else ""
        by_itself = f"{rung.name.replace('_', ' ')}, by itself"
        told = by_itself if rung.kind == Kind.ACTED else "told " + (", ".join(rung.told) or "nobody")
        rows.append([rung.name, f"{_day(rung.first, zone)}{often}", told])
    ended = _day(ladder.ended, zone) if ladder.ended is not None else "not yet"
    paper.columns([*rows, ["over", ended, ladder.ref]], indent=4)


def _tell_reopened(paper: Paper, year: Year, zone: dt.tzinfo) -> None:
    paper.line("Cases that were open again", "bold")
    for ref, action, at in year.reopened:
        paper.line(f"{ref}  {_day(at, zone)}, {_SIGNS.get(action, action.replace('_', ' '))}", indent=2)
    if not year.reopened:
        paper.line("none", indent=2)
    paper.line()


def _tell_reported(paper: Paper, rules: Rules, year: Year, zone: dt.tzinfo) -> None:
    paper.line("Organisations that were reported to the minister", "bold")
    for one in year.reported:
        paper.line(one.provider, indent=2)
        declared = rules.workflow.processes[IMPROVEMENT].actions
        paper.columns([[_day(at, zone), declared[action].says or action] for action, at in one.steps], indent=4)
    if not year.reported:
        paper.line("none", indent=2)
    paper.line()


def _tell_inboxes(paper: Paper, year: Year, zone: dt.tzinfo) -> None:
    paper.line("What each person was told, in the inbox: of the year (in all, with the journeys)", "bold")
    counts = [f"{name} {inbox.of_year} ({inbox.all})" for name, inbox in _fullest(year.inbox)]
    paper.line(", ".join(counts) or "nobody was told anything", indent=2)
    for name, inbox in list(_fullest(year.inbox))[:READERS]:
        for message in inbox.last[-LAST:]:
            paper.field(name, f"{_day(message.at, zone)}: {message.text}")
    paper.line()


def _fullest(inboxes: Mapping[str, Inbox]) -> Iterable[tuple[str, Inbox]]:
    return sorted(inboxes.items(), key=lambda one: (-one[1].of_year, one[0]))


def _day(moment: dt.datetime, zone: dt.tzinfo) -> str:
    here = moment.astimezone(zone)
    return f"{here.day} {here:%b %Y}"


def year_document(story: YearStory, played: YearPlayed, year: Year) -> dict[str, Any]:
    """The year as JSON; times are UTC."""
    failure = played.failure
    return {
        "file": story.file,
        "ok": failure is None,
        "failed_line": failure.line if failure else None,
        "expected": failure.expected if failure else None,
        "found": failure.found if failure else None,
        "began": year.began,
        "ended": year.ended,
        "work": [{"process": process, "action": action, "times": n} for (process, action), n in year.work.items()],
        "recorded": year.recorded,
        "dates": {"kept": year.kept, "late": year.late, "ahead": year.ahead, "overdue": year.overdue},
        "reminded": year.reminded,
        "breached": year.breached,
        "acted": [_step(*one) for one in year.acted],
        "ladders": [_ladder(one) for one in year.ladders],
        "reopened": [{"ref": ref, "action": action, "at": at} for ref, action, at in year.reopened],
        "reported": [{"provider": one.provider, "steps": _steps(one.steps)} for one in year.reported],
        "notices": {"sent": year.sent, "dropped": year.dropped},
        "inbox": {
            name: {
                "of_year": inbox.of_year,
                "all": inbox.all,
                "last": [{"at": message.at, "text": message.text, "urgent": message.urgent} for message in inbox.last],
            }
            for name, inbox in year.inbox.items()
        },
    }


def _step(deadline: str, action: str, ref: str, at: dt.datetime) -> dict[str, Any]:
    return {"deadline": deadline, "action": action, "ref": ref, "at": at}


def _steps(steps: Sequence[tuple[str, dt.datetime]]) -> list[dict[str, Any]]:
    return [{"action": action, "at": at} for action, at in steps]


def _ladder(one: Ladder) -> dict[str, Any]:
    rungs = [
        {"name": rung.name, "kind": str(rung.kind), "times": rung.times, "first": rung.first, "told": list(rung.told)}
        for rung in one.rungs
    ]
    return {
        "ref": one.ref,
        "process": one.process,
        "deadline": one.deadline,
        "due": one.due,
        "rungs": rungs,
        "ended": one.ended,
        "whole": one.whole,
    }
