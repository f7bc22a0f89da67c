"""Conditions in plain words, for refusals that a workflow does not word itself, and for its documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from config.conditions import (
    ActionDoer,
    ActionMoment,
    ActorTest,
    All,
    AnyOf,
    Condition,
    Count,
    Elapsed,
    Every,
    FactMoment,
    FactRecorder,
    FactRef,
    FactTest,
    Moment,
    NoneOf,
    Not,
    Some,
    TrackMoment,
    TrackTest,
    Within,
)
from config.definition import Element, Workflow
from config.durations import Duration

_OPPOSITES = {" is known": " is not known", " is ": " is not ", " includes ": " does not include "}


def sentence(workflow: Workflow, process: str, condition: Condition) -> str:
    """A condition of a process as a clause without a full stop: `medical care is delivered or not needed`."""
    return Words(workflow).say(condition, process)


def listed(words: Sequence[str], last: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def with_article(name: str) -> str:
    """A name as people read it, with its article: `a nurse`, `an interviewer`."""
    said = spaced(name)
    return f"an {said}" if said.startswith(tuple("aeiou")) else f"a {said}"


def spaced(name: str) -> str:
    """A name of the language as people read it."""
    return name.replace("_", " ")


def length(duration: Duration) -> str:
    """A duration in words: `3 months`, `14 days`, `4 hours`, `2 years and 6 months`."""
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = (
        (duration.years, "year"),
        (duration.months, "month"),
        (duration.days, "day"),
        (hours, "hour"),
        (minutes, "minute"),
        (seconds, "second"),
    )
    said = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return listed(said, "and") or "no time"


class Words:
    """Says the conditions of one workflow."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow

    def say(self, condition: Condition, process: str) -> str:
        """A condition that is read on an instance of `process`."""
        match condition:
            case str(name):
                return self._name(name, process)
            case All(all=parts):
                return self._joined(parts, process, "and")
            case AnyOf(any=parts):
                return self._joined(parts, process, "or")
            case Not(not_=part):
                return self._not(part, process)
        return self._leaf(condition, process)

    def _leaf(self, condition: Condition, process: str) -> str:
        match condition:
            case FactTest():
                return self._fact(condition, process)
            case TrackTest(track=track, of=of, states=states):
                return f"{self._thing(process, 'track', track, of)} is {listed([spaced(s) for s in states])}"
            case Elapsed(elapsed=figure, since=since, counts=counts):
                return f"{self._figure(figure, process, counts)} have gone by since {self._moment(since, process)}"
            case Within(within=figure, since=since, counts=counts):
                said = self._figure(figure, process, counts)
                return f"no more than {said} have gone by since {self._moment(since, process)}"
            case ActorTest(actor=who):
                return f"the one who acts is {self._person(who, process)}"
            case _:
                return self._children(condition, process)

    def _name(self, name: str, process: str) -> str:
        declared = self.workflow.processes[process]
        guard = declared.guards.get(name)
        if guard is None:
            return self.say(declared.conditions[name], process)
        if guard.says:
            return guard.says[:1].lower() + guard.says[1:].rstrip(".")
        require = self.say(guard.require, process)
        return f"{require} (if {self.say(guard.when, process)})" if guard.when is not None else require

    def _joined(self, parts: Sequence[Condition], process: str, word: str) -> str:
        other = AnyOf if word == "and" else All
        said = [self.say(part, process) for part in parts]
        marked = [f"({text})" if isinstance(p, other) else text for p, text in zip(parts, said, strict=True)]
        return listed(marked, word)

    def _not(self, part: Condition, process: str) -> str:
        said = self.say(part, process)
        if isinstance(part, ActorTest):
            return said.replace("is ", "is not ", 1)
        if isinstance(part, FactTest | TrackTest):
            for word, opposite in _OPPOSITES.items():
                if word in said:
                    return said.replace(word, opposite, 1)
        return f"it is not so that {said}"

    def _fact(self, test: FactTest, process: str) -> str:
        thing = self._thing(process, "fact", test.fact, test.of)
        match test.test:
            case "known":
                return f"{thing} is {'known' if test.known else 'not known'}"
            case "is":
                return f"{thing} is {listed(self._operands(test.is_, process))}"
            case "includes":
                return f"{thing} includes {listed(self._operands(test.includes, process), 'and')}"
            case "at_least":
                return f"{thing} is at least {listed(self._operands(test.at_least, process))}"
        return f"{thing} is at most {listed(self._operands(test.at_most, process))}"

    def _operands(self, operand: object, process: str) -> list[str]:
        given = operand if isinstance(operand, tuple) else (operand,)
        return [self._operand(one, process) for one in given]

    def _operand(self, one: object, process: str) -> str:
        if isinstance(one, FactRef):
            return f"the same as {self._thing(process, 'fact', one.fact, one.of)} here"
        if isinstance(one, bool):
            return "yes" if one else "no"
        return spaced(str(one))

    def _children(self, condition: Condition, process: str) -> str:
        match condition:
            case Some(some=child, where=where):
                return f"there is {with_article(child)}{self._where(where, child)}"
            case NoneOf(none=child, where=where):
                return f"there is no {self._one(child)}{self._where(where, child)}"
            case Every(every=child, where=where):
                rest = f", and for each {self.say(where, child)}" if where is not None else ""
                return f"there is {with_article(child)}{rest}"
            case Count(count=child, where=where, at_least=least, at_most=most):
                bound = least if least is not None else most
                word = "at least" if least is not None else "at most"
                figure = self._operand(bound, process)
                return f"there are {word} {figure} of {self._one(child)}{self._where(where, child)}"
        raise ValueError(f"{condition!r} is no condition")

    def _one(self, process: str) -> str:
        return spaced(process)

    def _where(self, where: Condition | None, child: str) -> str:
        return f" of which {self.say(where, child)}" if where is not None else ""

    def _person(self, who: str | ActionDoer | FactRecorder, process: str) -> str:
        match who:
            case "assigned":
                return "the person being assigned"
            case str(name) if name in self.workflow.roles:
                return with_article(name)
            case str(name):
                return f"the {spaced(name)}"
            case ActionDoer(action=name, of=of):
                return f"the one who did: {self._thing(process, 'action', name, of)}"
            case FactRecorder(fact=name, of=of):
                return f"the one who recorded: {self._thing(process, 'fact', name, of)}"

    def _figure(self, figure: Duration | FactRef, process: str, counts: str) -> str:
        if isinstance(figure, FactRef):
            return f"the time of {self._thing(process, 'fact', figure.fact, figure.of)}"
        said = length(figure)
        return said.replace("day", "working day") if counts == "working_days" else said

    def _moment(self, moment: Moment, process: str) -> str:
        match moment:
            case FactMoment(fact=name, of=of):
                return self._thing(process, "fact", name, of)
            case ActionMoment(action=name, of=of):
                return self._thing(process, "action", name, of)
            case TrackMoment(track=name, of=of):
                return f"{self._thing(process, 'track', name, of)} changed"

    def _thing(self, process: str, kind: str, name: str, of: str | None) -> str:
        said = spaced(name)
        if of is None:
            declared = self.workflow.processes[process]
            elements: dict[str, Mapping[str, Element]] = {
                "fact": declared.facts,
                "track": declared.tracks,
                "action": declared.actions,
            }
            element = elements[kind].get(name)
            if element is not None and element.says:
                return element.says[:1].lower() + element.says[1:].rstrip(".")
            return said
        return f"{said} of the {spaced(of)}"
