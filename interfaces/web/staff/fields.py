"""Facts as questions of a form, and answers read back: every kind of fact, with what was said last beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cases.errors import HomewardError
from cases.reference import read_reference
from config.definition import Fact, FactValue
from interfaces.web.sent import Sent
from interfaces.words.labels import Labels
from interfaces.words.words import Words
from state_machine.values import BadValue, parse_value
from state_machine.view import Recorded

LARGEST_DOCUMENT = 10 * 1024 * 1024
"""Bytes. A scan of some pages fits; the house is no archive of films."""
UNKNOWN = ""
"""What a choice sends where the answer is not known: nothing is recorded then."""


@dataclass(frozen=True, slots=True)
class Question:
    """One fact as a form asks it. `shape` is how: choice, choices, number, day, period, long, short, link, file.

    `options` are (value, words). `last` is what was recorded before, in words, with who and when; `chosen` what the
    field begins with. `sensitive` says who else will see it, empty where it is open to everybody on the case. `changed`
    says what somebody answered while the form was open.
    """

    name: str
    label: str
    shape: str
    options: Sequence[tuple[str, str]] = ()
    chosen: str | Sequence[str] = ""
    last: str = ""
    sensitive: str = ""
    required: bool = False
    problem: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form said: facts, the documents that they name, and what cannot be used, by field."""

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    documents: tuple[tuple[str, str, bytes], ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What questions are about: the facts of one process, in the words of one reader.

    `linked` answers what a link may name, as (reference, words); empty where a reference has to be typed.
    """

    words: Words
    labels: Labels
    process: str
    declared: Mapping[str, Fact]
    recorded: Mapping[str, Recorded] = field(default_factory=dict)
    linked: Callable[[Fact], Sequence[tuple[str, str]]] = lambda _: ()

    def question(
        self, name: str, *, required: bool = False, sent: Sent | None = None, problem: str = "", last: str = ""
    ) -> Question:
        """A fact as a question; `sent` are answers that were given a moment ago and are kept."""
        fact = self.declared[name]
        given = sent.all(name) if sent is not None else ()
        chosen: str | Sequence[str] = tuple(given) if fact.kind == "choices" else (given[-1] if given else "")
        return Question(
            name,
            self.labels.fact(self.process, name),
            shape_of(fact),
            self.options(name),
            chosen,
            last,
            self.seen_by(name),
            required,
            problem,
        )

    def options(self, name: str) -> list[tuple[str, str]]:
        """The answers to choose from, with `Not known` where nothing has to be chosen."""
        fact = self.declared[name]
        if fact.kind == "link":
            return list(self.linked(fact))
        if fact.kind == "yes_no":
            return [("true", self.words.gettext("Yes")), ("false", self.words.gettext("No"))]
        return [(value, self.labels.value(self.process, name, value)) for value in fact.values]

    def seen_by(self, name: str) -> str:
        """Who sees what is recorded here, where not everybody on the case does."""
        roles = self.declared[name].seen_by
        if roles is None:
            return ""
        return self.words.join([self.labels.role(role).lower() for role in roles])

    def said(self, name: str, value: FactValue) -> str:
        """A value in words."""
        fact = self.declared.get(name)
        if isinstance(value, bool):
            return self.words.gettext("Yes") if value else self.words.gettext("No")
        if isinstance(value, tuple):
            return self.words.join([self.labels.value(self.process, name, one) for one in value]) or "–"
        if fact is not None and fact.kind == "choice":
            return self.labels.value(self.process, name, str(value))
        if fact is not None and fact.kind == "document":
            return self.words.gettext("a document")
        return str(value)


def shape_of(fact: Fact) -> str:
    """How a fact is asked."""
    match fact.kind:
        case "yes_no" | "choice":
            return "choice"
        case "date":
            return "day"
        case "text":
            return "long"
        case "document":
            return "file"
    return fact.kind


def read_answers(words: Words, declared: Mapping[str, Fact], names: Iterable[str], sent: Sent) -> Answers:
    """The answers to these facts. What was left empty is not among them; nothing that was sent is echoed."""
    facts: dict[str, FactValue] = {}
    documents: dict[str, tuple[str, str, bytes]] = {}
    problems: dict[str, str] = {}
    for name in names:
        fact = declared[name]
        if fact.kind == "document":
            _take_file(words, name, sent, facts, documents, problems)
            continue
        raw: object = [one for one in sent.all(name) if one] if fact.kind == "choices" else sent.get(name)
        if not raw:
            continue
        try:
            facts[name] = parse_value(name, fact, read_reference(str(raw)) if fact.kind == "link" else raw)
        except (BadValue, HomewardError):
            problems[name] = expected(words, fact)
    return Answers(facts, tuple(documents.values()), problems)


def expected(words: Words, fact: Fact) -> str:
    """What an answer to a fact looks like."""
    match fact.kind:
        case "number":
            return words.gettext("Give a whole number, such as 3.")
        case "date":
            return words.gettext("Give a day, such as 2027-03-01, or a day and a time, such as 2027-03-01T14:00.")
        case "period":
            return words.gettext("Give a length of time, such as P14D (14 days) or P3M (3 months).")
        case "link":
            return words.gettext("Give the reference of what is meant, sign by sign.")
        case "text":
            return words.gettext("Write at least one word.")
    return words.gettext("Choose one of the answers.")


def _take_file(
    words: Words,
    name: str,
    sent: Sent,
    facts: dict[str, FactValue],
    documents: dict[str, tuple[str, str, bytes]],
    problems: dict[str, str],
) -> None:
    files = sent.files.get(name)
    if not files:
        return
    content = files[-1].content
    if len(content) > LARGEST_DOCUMENT:
        problems[name] = words.gettext("This file is too large. A document may have 10 MB at most.")
        return
    digest = hashlib.sha256(content).hexdigest()
    facts[name] = digest
    documents[digest] = (digest, files[-1].media, content)
