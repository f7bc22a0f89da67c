"""What an auditor asks of the journal: choices of an address as a filter, and the filter as a question in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from access.screens import Outcome, Sort, TraceFilter
from cases.errors import HomewardError
from cases.reference import read_reference
from interfaces.documents.codes import Codes
from interfaces.web.days import beginning_of
from interfaces.words.labels import spelt
from interfaces.words.words import Words
from state_machine.rules import Rules

NAMES = (
    "case",
    "person",
    "role",
    "action",
    "guard",
    "clause",
    "outcome",
    "kind",
    "process",
    "deadline",
    "since",
    "until",
)
"""What an address may ask, in the order of the form. A person is asked for by code."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Select = tuple[str, str, list[tuple[str, str]], str]
"""Name, label, options, what is chosen."""


def chosen(asked: Mapping[str, str]) -> dict[str, str]:
    """What an address asks; what is empty is left out."""
    return {name: asked[name].strip() for name in NAMES if asked.get(name, "").strip()}


def filter_of(asked: Mapping[str, str], codes: Codes, rules: Rules) -> tuple[TraceFilter, list[str]]:
    """The filter that an address means, and the names of what means nothing: it is told, and not asked."""
    wrong: list[str] = []
    values: dict[str, object] = {}
    for name, text in asked.items():
        value = _value(name, text, codes, rules)
        if value is None:
            wrong.append(name)
        else:
            values[name] = value
    return TraceFilter(**values), wrong  # type: ignore[arg-type] # names and values are those of the table above


def _value(name: str, text: str, codes: Codes, rules: Rules) -> object:
    match name:
        case "case":
            try:
                return read_reference(text)
            except HomewardError:
                return None
        case "person":
            return codes.person(text)
        case "outcome":
            return text if text in OUTCOMES else None
        case "since":
            return beginning_of(text, rules.calendar.zone)
        case "until":
            return beginning_of(text, rules.calendar.zone, 1)
    return text


def selects(words: Words, rules: Rules, sorts: Sequence[Sort], asked: Mapping[str, str]) -> list[Select]:
    """The selects of the filter form: what occurs in the journal can be chosen, and nothing else."""
    labels = words.labels(rules.workflow)
    every = ("", words.gettext("All"))

    def of(values: Sequence[str | None]) -> list[tuple[str, str]]:
        return [every, *((one, spelt(one)) for one in sorted({one for one in values if one}))]

    guards = [guard for one in sorts for guard in one.guards]
    roles = sorted({one.role for one in sorts if one.role})
    return [
        (
            "outcome",
            words.gettext("What came of it"),
            [every, *((one, said_outcome(words, one)) for one in OUTCOMES)],
            asked.get("outcome", ""),
        ),
        ("action", words.gettext("Action"), of([one.action for one in sorts]), asked.get("action", "")),
        ("guard", words.gettext("Guard"), of(guards), asked.get("guard", "")),
        ("role", words.gettext("Role"), [every, *((role, labels.role(role)) for role in roles)], asked.get("role", "")),
        ("process", words.gettext("Process"), of([one.process for one in sorts]), asked.get("process", "")),
        ("deadline", words.gettext("Deadline"), of([one.deadline for one in sorts]), asked.get("deadline", "")),
    ]


def said_names(words: Words, names: Sequence[str]) -> list[str]:
    """What is asked, by the words of the form: `From, Who`."""
    called = {
        "case": words.gettext("Reference"),
        "person": words.gettext("Who"),
        "role": words.gettext("Role"),
        "action": words.gettext("Action"),
        "guard": words.gettext("Guard"),
        "clause": words.gettext("Clause"),
        "outcome": words.gettext("What came of it"),
        "process": words.gettext("Process"),
        "deadline": words.gettext("Deadline"),
        "since": words.gettext("From"),
        "until": words.gettext("To"),
        "show": words.gettext("Show"),
        "measure": words.gettext("Written beside"),
    }
    return [called.get(name) or spelt(name) for name in names]


def said_outcome(words: Words, outcome: Outcome) -> str:
    """An outcome as a word to choose."""
    match outcome:
        case "applied":
            return words.gettext("Applied")
        case "refused":
            return words.gettext("Refused")
        case "not_yet":
            return words.gettext("Not yet")
        case "overridden":
            return words.gettext("With an exception")
    return words.gettext("Late")


def question(words: Words, asked: Mapping[str, str]) -> str:
    """The filter in words: `Refused · begin interview · since 2026-11-01`."""
    said = []
    for name, text in asked.items():
        match name:
            case "outcome":
                said.append(said_outcome(words, text) if text in OUTCOMES else text)
            case "since":
                said.append(words.gettext("from %(day)s", day=text))
            case "until":
                said.append(words.gettext("to %(day)s", day=text))
            case "action" | "guard" | "role" | "process" | "deadline":
                said.append(spelt(text))
            case _:
                said.append(text)
    return " · ".join(said) or words.gettext("Everything")
