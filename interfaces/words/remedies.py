"""Nothing is refused without a way on: for each reason what was found and is needed, who can see to it, and one link.

The order is everywhere the same: what the reader can do, what others can, what only time can. Values that the reader
may not see are not told (`state_machine.missing.HIDDEN`); that there is such a condition, and who knows it, is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from interfaces.words.findings import NOBODY, found_and_needed, said_reason, said_remedy
from interfaces.words.labels import lowered
from state_machine.decision import Fixed, Missing, Reason
from state_machine.explain import ActionAnswer
from state_machine.in_order import NOT_ALONG, ORDER, By, by, by_of, ordered
from state_machine.missing import HIDDEN

if TYPE_CHECKING:
    from access.decide import Viewer
    from interfaces.words.words import Words
    from state_machine.rules import Rules
    from state_machine.view import Instance

_FIXED = frozenset(one.value for one in Fixed)
MOST = 3
"""People or roles that are named; of more, the first."""
ASKING = "request"
"""The process by which somebody asks somebody else, where the workflow has it under a case."""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Link:
    """One way on: `do` a form, `ask` somebody, ask somebody to `assign` a role, or `wait` and be reminded.

    `address` is a path of the pages with what has to be in focus; it holds references and names of the workflow only.
    """

    kind: Literal["do", "ask", "assign", "wait"]
    says: str
    address: str
    people: tuple[str, ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is missing: what was `found` and is needed, who can see to it (`who`), and the way on.

    `hidden`: what was found is not the reader's to see, and `found` says only that.
    """

    by: By
    found: str
    who: str
    link: Link | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: the refusal text of its guard, its clauses, and a line for each thing that is missing, in order.

    `until` (aware, UTC) is from when time alone opens it; `remedy` is what the guard itself advises, if it does.
    """

    guard: str
    strength: str
    by: By
    message: str
    clauses: tuple[str, ...]
    until: dt.datetime | None
    lines: tuple[Line, ...]
    remedy: str = ""

    @property
    def mark(self) -> str:
        """The mark that stands before it: you, other, or clock."""
        return "clock" if self.by == "time" else self.by

    @property
    def details(self) -> tuple[str, ...]:
        """What was found and needed and who can see to it, sentence by sentence, each once."""
        return tuple(dict.fromkeys(text for line in self.lines for text in (line.found, line.who) if text))

    @property
    def links(self) -> tuple[Link, ...]:
        """The ways on, each once."""
        return tuple({line.link.address: line.link for line in self.lines if line.link is not None}.values())


@dataclass(frozen=True, slots=True)
class Explained:
    """Why an action is not possible yet, whole. `met` counts the conditions that are met.

    `heading` is the title of the answer; `exception` a sentence about exceptions, empty where none needs saying;
    `may_ask` says whether a second person may allow one.
    """

    name: str
    heading: str
    decision: Literal["applied", "refused", "not_yet"]
    until: dt.datetime | None
    reasons: tuple[Why, ...]
    advice: tuple[Why, ...]
    met: int
    exception: str
    may_ask: bool

    def document(self) -> dict[str, Any]:
        """The same as JSON, for programs."""
        return {
            "action": self.name,
            "heading": self.heading,
            "decision": self.decision,
            "until": self.until.isoformat() if self.until else None,
            "met": self.met,
            "exception": self.exception,
            "may_ask": self.may_ask,
            "reasons": [_document(one) for one in self.reasons],
            "advice": [_document(one) for one in self.advice],
        }


def explained(
    words: Words,
    rules: Rules,
    instance: Instance,
    answer: ActionAnswer,
    viewer: Viewer,
    around: Around | None = None,
    opens: str = "",
) -> Explained:
    """An answer explained to whoever looks: what they can do, what others can, what only time can.

    `opens` names the process of which one was to be opened under the instance, where the action is that.
    """
    return Remedies(words, rules, instance, viewer.person or "", around or Around()).explained(answer, opens)


def said_reasons(
    words: Words, rules: Rules, process: str, reasons: Sequence[Reason], person: str
) -> tuple[tuple[str, str], ...]:
    """Reasons in short, as lists tell them: each with what its guard advises, in the order in which people hear them.

    `process` is that of the instance, or of what was to be opened.
    """
    return tuple(
        (said_reason(words, rules, process, one), said_remedy(words, rules, process, one))
        for one in ordered(reasons, {person})
    )


@dataclass(frozen=True, slots=True)
class Around:
    """What is known around an instance: the family by reference, what people are called, who may give roles here.

    `stands_in_for` are the persons whose roles the reader holds meanwhile.
    """

    family: Mapping[str, Instance] = field(default_factory=dict)
    names: Callable[[str], str] = _capital
    assigners: tuple[str, ...] = ()
    stands_in_for: frozenset[str] = frozenset()


class Remedies:
    """Finds the ways on for one reader, on one instance and what is around it."""

    def __init__(self, words: Words, rules: Rules, instance: Instance, person: str, around: Around) -> None:
        self.words = words
        self.rules = rules
        self.instance = instance
        self.around = around
        self.mine = frozenset({person, *around.stands_in_for})
        self.labels = words.labels(rules.workflow)

    def explained(self, answer: ActionAnswer, opens: str = "") -> Explained:
        """Why an action is not possible yet, and who can do what about it."""
        words, process = self.words, opens or self.instance.process
        next_ = f"{base_of(self.instance)}/{f'in/{opens}/new' if opens else f'act/{answer.action}'}"
        task = self.labels.task(process, answer.action)
        return Explained(
            name=answer.action,
            heading=words.gettext("Not possible yet: %(task)s", task=task),
            decision=answer.decision,
            until=answer.until,
            reasons=tuple(self._why(one, next_, process) for one in ordered(answer.reasons, self.mine)),
            advice=tuple(self._why(one, next_, process) for one in ordered(answer.advice, self.mine)),
            met=answer.met,
            exception=_exception(words, answer),
            may_ask=answer.exception == "second_person",
        )

    def _why(self, reason: Reason, next_: str, process: str) -> Why:
        lines = dict.fromkeys(self._line(one, reason, next_) for one in reason.missing)
        return Why(
            guard=str(reason.guard),
            strength=reason.strength,
            by=by_of(reason, self.mine),
            message=said_reason(self.words, self.rules, process, reason),
            clauses=reason.clauses,
            until=reason.until,
            lines=tuple(sorted(lines, key=lambda one: ORDER.index(one.by))),
            remedy=said_remedy(self.words, self.rules, process, reason),
        )

    def _line(self, one: Missing, reason: Reason, next_: str) -> Line:
        by_ = by(one, self.mine)
        if by_ == "time":
            return Line(by_, found_and_needed(self.words, self.rules, None, one, reason), "", self._wait(reason))
        who, link = self._who(one, by_), self._link(one, by_, next_)
        if one.found == HIDDEN:
            return Line(by_, self._hidden(one), who, link, hidden=True)
        return Line(by_, found_and_needed(self.words, self.rules, self._find(one.ref), one, reason), who, link)

    def _hidden(self, one: Missing) -> str:
        said = self.words.gettext("A condition you may not see is not met.")
        if not one.people:
            return said
        knows = self.words.join([self.around.names(person) for person in one.people[:MOST]], last="or")
        who = self.words.gettext("Who knows what is needed: %(who)s.", who=knows)
        return f"{said} {who}"

    def _who(self, one: Missing, by_: By) -> str:
        words = self.words
        if by_ == "you":
            return words.gettext("You can do this.")
        if not one.roles or (one.kind == "role" and one.people):
            return ""  # what is needed is the role itself: it is named already
        roles = words.join([lowered(self.labels.role(role)) for role in one.roles[:MOST]], last="or")
        if one.people:
            return words.gettext("This role can do this: %(role)s.", role=roles)
        return words.gettext("Nobody on this case can do this. It takes this role: %(role)s.", role=roles)

    def _link(self, one: Missing, by_: By, next_: str) -> Link | None:
        if by_ == "you":
            return self._do(one, next_)
        if one.people:
            if not self._can_ask():
                return None
            people = one.people[:MOST]
            who = self.words.join([self.around.names(person) for person in people], last="or")
            address = _address(f"{self._base(one.ref)}/ask", to=people[0], about=_about(one), next=next_)
            return Link("ask", self.words.gettext("Ask %(who)s", who=who), address, people)
        return self._assign(one, next_) if one.roles else None

    def _do(self, one: Missing, next_: str) -> Link:
        base, words = self._base(one.ref), self.words
        match one.kind:
            case "fact" if one.found == NOT_ALONG:
                return Link("do", words.gettext("Answer it in the form"), f"{next_}#{one.name}")
            case "fact":
                address = _address(f"{base}/record", f"fact-{one.name}", field=one.name, next=next_)
                return Link("do", words.gettext("Record the answer"), address)
            case "action":
                target = self._find(one.ref) or self.instance
                says = self.labels.task(target.process, one.name)
                return Link("do", _capital(says), _address(f"{base}/act/{one.name}", next=next_))
            case "child":
                says = self.labels.task(one.name, "open")
                return Link("do", _capital(says), _address(f"{base}/in/{one.name}/new", next=next_))
            case "role" if one.found != NOBODY:
                return Link("do", words.gettext("Act in another of your roles"), _address("/me", "acting", next=next_))
            case "role":
                address = _address(f"{base}/people", "assign", role=one.name, next=next_)
                return Link("assign", words.gettext("Give somebody this role"), address, role=one.name)
        return Link("do", words.gettext("See what moves it on"), f"{base}#track-{one.name}")

    def _assign(self, one: Missing, next_: str) -> Link | None:
        """Ask whoever gives roles here to put somebody into one of those that it takes."""
        role, people = one.roles[0], self.around.assigners
        said = lowered(self.labels.role(role))
        base = base_of(self._root())
        if self.mine & set(people):
            address = _address(f"{base}/people", "assign", role=role, next=next_)
            return Link("assign", self.words.gettext("Give this role: %(role)s", role=said), address, (), role)
        if not people or not self._can_ask():
            return None
        who = self.words.join([self.around.names(person) for person in people[:MOST]], last="or")
        text = self.words.gettext("Ask %(who)s to give this role: %(role)s", who=who, role=said)
        return Link("assign", text, _address(f"{base}/ask", to=people[0], about=role, next=next_), people[:MOST], role)

    def _can_ask(self) -> bool:
        """Whether somebody can be asked here: what is about no case has no questions below it."""
        return ASKING in self.rules.processes[self._root().process].below

    def _wait(self, reason: Reason) -> Link | None:
        if reason.until is None:
            return None
        until = reason.until.strftime("%Y-%m-%dT%H:%M:%SZ")
        address = _address(f"{base_of(self.instance)}/dates", "remind", remind=until, about=str(reason.guard))
        return Link("wait", self.words.gettext("Remind me then"), address)

    def _find(self, ref: str) -> Instance | None:
        return self.instance if ref == self.instance.ref else self.around.family.get(ref)

    def _root(self) -> Instance:
        found = self.instance
        while found.parent is not None and found.parent in self.around.family:
            found = self.around.family[found.parent]
        return found

    def _base(self, ref: str) -> str:
        found = self._find(ref)
        return base_of(found) if found is not None else f"/instances/{ref}"


def base_of(instance: Instance) -> str:
    """The address of an instance's page: one that stands alone, or one under another."""
    return f"/cases/{instance.ref}" if instance.parent is None else f"/instances/{instance.ref}"


def _about(one: Missing) -> str:
    """What somebody is asked about: the name of what is missing, or the first role that it takes."""
    return one.roles[0] if one.kind == "role" and one.roles else one.name


def _exception(words: Words, answer: ActionAnswer) -> str:
    """What there is to say about exceptions."""
    if answer.exception == "second_person":
        return words.gettext("A second person can allow an exception.")
    if any(one.strength == "must" and one.guard not in _FIXED for one in answer.reasons):
        return words.gettext("This protects the person. Nobody can make an exception.")
    return ""


def _document(one: Why) -> dict[str, Any]:
    return {
        "guard": one.guard,
        "strength": one.strength,
        "by": one.by,
        "message": one.message,
        "clauses": list(one.clauses),
        "until": one.until.isoformat() if one.until else None,
        "lines": [_line_document(line) for line in one.lines],
    }


def _line_document(line: Line) -> dict[str, Any]:
    link = line.link
    said = (
        None
        if link is None
        else {"kind": link.kind, "says": link.says, "address": link.address, "people": list(link.people)}
    )
    return {"by": line.by, "found": line.found, "who": line.who, "hidden": line.hidden, "link": said}


def _address(path: str, fragment: str = "", **query: str) -> str:
    return f"{path}?{urlencode(query)}{f'#{fragment}' if fragment else ''}"
