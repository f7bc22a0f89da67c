"""A journal, told: one line says who did what and when, the lines below it what came of that."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

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
    Kind.MIGRATION_REFUSED: "moving to a version of {publishes}: refused",
}
"""What each kind of entry says; a test compares the keys with all kinds."""


def history_document(ref: str, entries: Sequence[SeenEntry], workflows: Mapping[str, str]) -> dict[str, Any]:
    """A journal as JSON; `workflows` has the names of the workflow versions by hash. Times are UTC."""
    return {"ref": ref, "entries": [_entry_document(one, workflows) for one in entries]}


def _entry_document(one: SeenEntry, workflows: Mapping[str, str]) -> dict[str, Any]:
    clear = one.clear
    return {
        "seq": one.entry.seq,
        "at": one.entry.at,
        "kind": one.entry.kind,
        "actor": clear.get("actor"),
        "on_behalf": clear.get("on_behalf"),
        "role": clear.get("role"),
        "action": clear.get("action"),
        "attempt": clear.get("attempt"),
        "moves": clear.get("moves", {}),
        "facts": dict(one.facts),
        "withdrawn": dict(one.withdrawn),
        "lapsed": list(one.lapsed),
        "hidden": list(one.hidden),
        "guards": clear.get("guards", {}),
        "because": clear.get("because", []),
        "until": clear.get("until"),
        "assigned": clear.get("assigned"),
        "to": clear.get("to"),
        "corrects": clear.get("corrects"),
        "reason": one.reason,
        "workflow": workflows.get(str(clear["workflow"])),
        "workflow_hash": clear["workflow"],
        "hash": one.entry.hash,
        "previous": one.entry.previous,
    }


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
