"""What the people of a case set out to do, and in which order they see to what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from cases.answers import Answer
from config.conditions import ActionMoment
from config.definition import RESERVED_ACTIONS
from interfaces.simulation.values import WORDS
from interfaces.simulation.ways import first_action
from state_machine.dating import DeadlineRules
from state_machine.decision import Missing
from state_machine.evaluation import Evaluation
from state_machine.missing import ways_out
from state_machine.rules import Rules
from state_machine.view import Instance

WishKind = Literal["action", "fact", "child", "role"]
Find = Callable[[str], Instance | None]

UNHELD = "held by nobody"
"""What a refusal says it found of a role that is still to be given; other roles ask for somebody else to act."""
OPEN_ENDED = ("not recorded", "no longer holds")


class Wish(NamedTuple):
    """Something to be done on an instance: an action, a fact to record, a child to open, or a role to give.

    `needed` says in the words of a refusal what the fact should be; `hints` the same of what a child opens with, or of
    other facts that are recorded along with this one. `besides` names facts that a child opens with unasked.
    """

    ref: str
    kind: WishKind
    name: str
    needed: str = ""
    hints: tuple[tuple[str, str], ...] = ()
    besides: tuple[str, ...] = ()


class ToSee(NamedTuple):
    """What is to be seen to after a refusal, in order, and who may try again (empty: anybody)."""

    wishes: tuple[Wish, ...]
    among: tuple[str, ...]


def to_see(rules: Rules, find: Find, answer: Answer) -> ToSee:
    """What a refusal asks for: first what is said, then what is done, then more is begun; last is said otherwise."""
    parts = sorted(dict.fromkeys(part for reason in answer.reasons for part in reason.missing), key=_first)
    among = next((part.people for part in parts if part.kind == "role" and part.found != UNHELD and part.people), ())
    return ToSee(tuple(_wishes(rules, find, parts)), among)


def with_more(rules: Rules, find: Find, wish: Wish, answer: Answer) -> Wish:
    """A child to be opened, with what its opening was refused for the lack of; any other wish as it is."""
    if wish.kind != "child":
        return wish
    facts = rules.processes[wish.name].facts
    parts = [part for reason in answer.reasons for part in reason.missing]
    more = {
        part.name: part.needed for part in parts if part.kind == "fact" and part.name in facts and not find(part.ref)
    }
    hints = tuple(sorted((dict(wish.hints) | more).items()))
    return wish._replace(hints=hints, besides=tuple(sorted({*wish.besides, *more})))


def of_a_task(rules: Rules, at: Evaluation, instance: Instance, deadline: DeadlineRules) -> Iterator[Wish]:
    """What ends a deadline on an instance: what it waits for, else whatever makes its condition hold no more."""
    event = deadline.model.done_by
    if event is None:
        parts = sorted(ways_out(at, instance, deadline.runs_while), key=_first)
        yield from _wishes(rules, at.instance, parts)
    elif event.of in (None, instance.process):
        if not isinstance(event, ActionMoment):
            yield Wish(instance.ref, "fact", event.fact)
        elif event.action not in RESERVED_ACTIONS:
            yield Wish(instance.ref, "action", event.action)
    elif isinstance(event, ActionMoment) and event.action == "open":
        yield Wish(instance.ref, "child", event.of)


def _wishes(rules: Rules, find: Find, parts: Sequence[Missing]) -> Iterator[Wish]:
    there = tuple(part for part in parts if not _is_said_otherwise(find, part, parts))
    together: set[Missing] = set()
    for part in there:
        match part.kind:
            case "fact" if part not in together:
                others = [one for one in there if one != part and one not in together and _goes_along(one, part)]
                together.update(others)
                along = {one.name: one.needed for one in others if one.name != part.name}
                yield Wish(part.ref, "fact", part.name, part.needed, tuple(along.items()))
            case "action":
                yield Wish(part.ref, "action", part.name, part.needed)
            case "child":
                yield Wish(part.ref, "child", part.name, "", _hints(find, parts, part.name))
            case "role" if part.found == UNHELD:
                yield Wish(part.ref, "role", part.name)
            case "track":
                action = _way(rules, find, part)
                if action is not None:
                    yield Wish(part.ref, "action", action)


def _is_said_otherwise(find: Find, part: Missing, parts: Iterable[Missing]) -> bool:
    """Whether a child would have to be something else than it is, where another child will do: it stays what it is."""
    if part.kind != "fact" or part.found in OPEN_ENDED:
        return False
    instance = find(part.ref)
    return instance is not None and any(other.kind == "child" and other.name == instance.process for other in parts)


def _goes_along(one: Missing, other: Missing) -> bool:
    """Whether two facts are recorded in one talk: nobody has said them yet, and the same people may."""
    return (one.kind, one.ref, one.roles) == (other.kind, other.ref, other.roles) and {one.found, other.found} <= set(
        OPEN_ENDED
    )


def _way(rules: Rules, find: Find, part: Missing) -> str | None:
    """Towards a state, the first action on the shortest way there."""
    instance = find(part.ref)
    if instance is None:
        return None
    machine = rules.processes[instance.process].machines[part.name]
    wanted = set(WORDS.findall(part.needed.partition(":")[2]))
    return first_action(machine, instance.tracks[part.name].state, wanted)


def _hints(find: Find, parts: Iterable[Missing], process: str) -> tuple[tuple[str, str], ...]:
    """What children that are there already should have said: the next one says it at once."""
    found = {}
    for part in parts:
        if part.kind == "fact" and part.found not in OPEN_ENDED:
            child = find(part.ref)
            if child is not None and child.process == process:
                found[part.name] = part.needed
    return tuple(sorted(found.items()))


def _first(missing: Missing) -> int:
    if missing.kind == "fact" and missing.found not in OPEN_ENDED:
        return 4
    return {"child": 3, "track": 2, "action": 1}.get(missing.kind, 0)
