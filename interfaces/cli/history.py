"""A journal, told: one line says who did what and when, the lines below it what came of that."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rich.text import Text

from cases.journal import Kind
from cases.read_history import SeenEntry
from interfaces.cli.output import Paper, local, shown

STYLES = {
    Kind.REFUSED: "red",
    Kind.NOT_YET: "yellow",
    Kind.OVERRIDE_ASKED: "yellow",
    Kind.OVERRIDE_DENIED: "red",
    Kind.UNDERMINED: "red",
    Kind.BREACHED: "red",
    Kind.ACT_REFUSED: "red",
    Kind.POSTPONED: "red",
    Kind.SEEN: "dim",
}
ONLY_TRIED = (Kind.REFUSED, Kind.NOT_YET, Kind.OVERRIDE_ASKED)
LATE = 60
"""From so many seconds on it is told that time was late."""

WORDS = {
    Kind.OPENED: "opened it",
    Kind.APPLIED: "{action}",
    Kind.REFUSED: "{action}: refused",
    Kind.NOT_YET: "{action}: not yet",
    Kind.RECORDED: "recorded",
    Kind.CORRECTED: "corrected entry {corrects}",
    Kind.LAPSED: "a fact no longer holds",
    Kind.SEEN: "read what is under seen_by",
    Kind.ASSIGNED: "assigned {assigned} as {to}",
    Kind.UNASSIGNED: "unassigned {to}",
    Kind.OVERRIDE_ASKED: "{action}: asked a second person",
    Kind.OVERRIDE_GRANTED: "{action}: allowed as second person",
    Kind.OVERRIDE_DENIED: "{action}: not allowed as second person",
    Kind.OVERRIDE_LAPSED: "{action}: no second person answered in time",
    Kind.UNDERMINED: "a correction undermines entry {undermines}",
    Kind.MIGRATED: "moved to another version of the workflow",
    Kind.DATED: "deadlines are dated",
    Kind.REMINDED: "{deadline}: reminded {tell}",
    Kind.BREACHED: "{deadline}: a breach, told {tell}",
    Kind.ACTED: "{deadline}: time came for it",
    Kind.ACT_REFUSED: "{deadline}: time came for it, and it was refused",
    Kind.POSTPONED: "{action}: failed and was postponed",
    Kind.PROPOSED: "proposed a version of {publishes}",
    Kind.PUBLISHED: "published a version of {publishes}",
    Kind.NOT_PUBLISHED: "a version of {publishes}: not published",
    Kind.WITHDRAWN: "took back a proposed version of {publishes}",
    Kind.EXPORTED: "took out {exports}",
    Kind.MIGRATION_REFUSED: "moving to a version of {publishes}: refused",
    Kind.PERSON_ADDED: "added {person} to the house",
    Kind.PERSON_CHANGED: "changed what is kept about {person}",
    Kind.PERSON_DISABLED: "{person}: disabled",
    Kind.PERSON_ENABLED: "{person}: enabled again",
    Kind.LEAVE_SET: "changed the leave of {person}",
    Kind.WISHES_SET: "changed how {person} is told",
    Kind.PERSON_REFUSED: "changing {person}: refused",
    Kind.PERSON_ASKED: "asked a second person about {person}",
    Kind.PERSON_AGREED: "agreed to what {asked_by} asked about {person}",
    Kind.PERSON_DECLINED: "declined what {asked_by} asked about {person}",
    Kind.LINK_MADE: "made a one-time link for {person}",
    Kind.FACTORS_FORGOTTEN: "forgot the second factors of {person}, and made a one-time link",
    Kind.HANDED_OVER: "handed over from {from} to {to}",
    Kind.EMERGENCY_TAKEN: "took emergency access until {until}",
    Kind.EMERGENCY_ENDED: "ended emergency access",
    Kind.EMERGENCY_REVIEWED: "reviewed emergency access: {verdict}",
    Kind.EMERGENCY_REFUSED: "emergency access: refused",
    Kind.GRANT_ASKED: "asked for the narrative until {until}",
    Kind.GRANT_GIVEN: "granted the narrative to {asked_by} until {until}",
    Kind.GRANT_DECLINED: "declined the narrative to {asked_by}",
    Kind.GRANT_ENDED: "ended the grant of the narrative",
}
"""What each kind of entry says; a test compares the keys with all kinds."""


def tell_history(paper: Paper, entries: Sequence[SeenEntry], zone: dt.tzinfo) -> None:
    """A journal in words, oldest first."""
    for one in entries:
        _tell_entry(paper, one, zone)


def _tell_entry(paper: Paper, one: SeenEntry, zone: dt.tzinfo) -> None:
    clear = one.clear
    style = STYLES.get(Kind(one.entry.kind), "")
    who = str(clear.get("actor", ""))
    if clear.get("on_behalf"):
        who += f" for {clear['on_behalf']}"
    line = Text.assemble(
        (f"{one.entry.seq:>4}  ", "dim"), f"{local(one.entry.at, zone)}  ", (f"{who}  ", "bold"), (_what(one), style)
    )
    paper.line(line)
    for text in _details(one, zone):
        paper.line(text, indent=6)


def _what(one: SeenEntry) -> str:
    clear = {name: str(value) for name, value in one.clear.items()}
    action = f"open {clear['opens']}" if "opens" in clear else clear.get("action") or "record"
    return WORDS[Kind(one.entry.kind)].format_map(defaultdict(str, clear | {"action": action}))


def _details(one: SeenEntry, zone: dt.tzinfo) -> list[Text]:
    clear = one.clear
    lines = [Text(f"{track}: {before} → {after}", "green") for track, (before, after) in clear.get("moves", {}).items()]
    tried = "tried with " if Kind(one.entry.kind) in ONLY_TRIED else ""
    lines += [Text(f"{tried}{name} = {shown(value)}") for name, value in one.facts.items()]
    lines += [Text(name) for name in one.lapsed]
    lines += [Text(_dated(name, change, zone)) for name, change in clear.get("deadlines", {}).items()]
    if clear.get("late_seconds", 0) >= LATE:
        lines.append(Text(f"late by {dt.timedelta(seconds=clear['late_seconds'])}", "dim"))
    lines += [Text(f"withdrawn: {name} = {shown(value)}") for name, value in one.withdrawn.items()]
    if one.hidden:
        lines.append(Text(f"not open to this person: {', '.join(one.hidden)}", "dim"))
    if clear.get("because"):
        lines.append(Text(f"because: {', '.join(clear['because'])}"))
    if clear.get("overridden"):
        lines.append(Text(f"overridden: {', '.join(clear['overridden'])}"))
    if clear.get("until"):
        lines.append(Text(f"possible from {local(dt.datetime.fromisoformat(clear['until']), zone)}"))
    if one.reason:
        lines.append(Text(f"reason: {one.reason}"))
    return lines


def _dated(name: str, change: Mapping[str, str], zone: dt.tzinfo) -> str:
    """What became of a deadline, with both dates where it moved."""
    dates = [local(dt.datetime.fromisoformat(change[key]), zone) for key in ("was", "due") if key in change]
    return f"{name} {change['what']}: {' → '.join(dict.fromkeys(dates))}"
