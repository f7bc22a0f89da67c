"""Why something is refused or not possible yet: a panel for people with who can mend it, and how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from config.clause_book import Clause
from interfaces.cli.output import Paper, local, localised, shown
from state_machine.decision import Missing, Reason
from state_machine.reasons import made_remedy


@dataclass(frozen=True, slots=True)
class Words:
    """What a panel needs besides the reasons: the zone in which times are shown, and what the clauses say."""

    zone: dt.tzinfo
    clauses: Mapping[str, Clause]


def tell_reason(paper: Paper, reason: Reason, words: Words) -> None:
    """One unmet guard: what is said, what was found, who can see to it and how, from when, and the clause."""
    paper.line(reason.message, indent=2)
    strength = "" if reason.strength == "must" else f" ({reason.strength})"
    paper.field("guard", f"{reason.guard}{strength}", indent=4)
    named = {one.name for one in reason.missing}
    for read in reason.read:
        if read.value is not None or read.what not in named:
            paper.field("found", f"{read.what} = {shown(read.value, words.zone)}", indent=4)
    for one in reason.missing:
        _tell_missing(paper, one)
    if reason.remedy and reason.remedy != made_remedy(reason.missing):
        paper.field("how", localised(reason.remedy, words.zone), indent=4)
    if reason.until is not None:
        paper.field("from", local(reason.until, words.zone), indent=4)
    for clause in reason.clauses:
        said = words.clauses.get(clause)
        paper.field("clause", f"{clause} – {said.says} ({said.where})" if said else clause, indent=4)


def _tell_missing(paper: Paper, one: Missing) -> None:
    if one.kind == "time":
        return  # "from" says it, in the time of the zone
    paper.field("missing", f"{one.name}: {one.found}; needed: {one.needed}", indent=4)
    if one.people or one.roles:
        paper.field("who", _who(one), indent=4)
    typed = command_for(one)
    if typed:
        paper.command(typed, indent=4 + 10)


def _who(one: Missing) -> str:
    people = ", ".join(one.people) or "nobody yet"
    return f"{people} ({', '.join(one.roles)})" if one.roles else people


def command_for(one: Missing) -> str:
    """The command that mends what is missing, or an empty text where no command does."""
    person = one.people[0] if one.people else "PERSON"
    match one.kind:
        case "fact" if one.roles:
            return f"homeward case record {one.ref} {one.name}=… --as {person}"
        case "action":
            return f"homeward case act {one.ref} {one.name} --as {person}"
        case "child":
            return f"homeward case open {one.name} --under {one.ref} --as {person}"
        case _:
            return ""
