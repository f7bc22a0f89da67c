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
    """What is to be seen to after a refusal, in order, each with the guards that ask for it, and who may try again
    (empty: anybody).
    """

    wishes: tuple[tuple[Wish, frozenset[str]], ...]
    among: tuple[str, ...]


def to_see(rules: Rules, find: Find, answer: Answer) -> ToSee:
    """What a refusal asks for: first what is said, then what is done, then more is begun; last is said otherwise."""
    parts = _in_order(find, dict.fromkeys(part for reason in answer.reasons for part in reason.missing))
    among = next((part.people for part in parts if part.kind == "role" and part.found != UNHELD and part.people), ())
    return ToSee(
        tuple(
            (wish, frozenset(one.guard for one in answer.reasons if not met.isdisjoint(one.missing)))
            for wish, met in _wishes(rules, find, parts)
        ),
        among,
    )


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
        parts = _in_order(at.instance, ways_out(at, instance, deadline.runs_while))
        yield from (wish for wish, _ in _wishes(rules, at.instance, parts))
    elif event.of in (None, instance.process):
        if not isinstance(event, ActionMoment):
            yield Wish(instance.ref, "fact", event.fact)
        elif event.action not in RESERVED_ACTIONS:
            yield Wish(instance.ref, "action", event.action)
    elif isinstance(event, ActionMoment) and event.action == "open":
        yield Wish(instance.ref, "child", event.of)


def _wishes(rules: Rules, find: Find, parts: Sequence[Missing]) -> Iterator[tuple[Wish, set[Missing]]]:
    """What would see to these parts, in order; with each, the parts that it is for."""
    lost = _lost(rules, find, parts)
    there = tuple(part for part in parts if part.ref not in lost)
    together: set[Missing] = set()
    for part in there:
        match part.kind:
            case "fact" if part not in together:
                others = [one for one in there if one != part and one not in together and _goes_along(find, one, part)]
                together.update(others)
                along = {one.name: one.needed for one in others if one.name != part.name}
                yield Wish(part.ref, "fact", part.name, part.needed, tuple(along.items())), {part, *others}
            case "action":
                yield Wish(part.ref, "action", part.name, part.needed), {part}
            case "child":
                yield Wish(part.ref, "child", part.name, "", _hints(find, parts, part.name)), {part}
            case "role" if part.found == UNHELD:
                yield Wish(part.ref, "role", part.name), {part}
            case "track":
                action = _way(rules, find, part)
                if action is not None:
                    yield Wish(part.ref, "action", action), {part}


def _lost(rules: Rules, find: Find, parts: Sequence[Missing]) -> set[str]:
    """The children that would have to be something else than they are, or to go where no way leads, where another child
    will do: they stay what they are.
    """
    others = {part.name for part in parts if part.kind == "child"}
    lost = set()
    for part in parts:
        instance = find(part.ref)
        if instance is not None and instance.process in others:
            otherwise = part.kind == "fact" and not _is_open(find, part)
            if otherwise or (part.kind == "track" and _way(rules, find, part) is None):
                lost.add(part.ref)
    return lost


def _is_open(find: Find, part: Missing) -> bool:
    """Whether nobody has said a fact, or it no longer holds; what a fact starts as nobody has said."""
    instance = find(part.ref)
    return part.found in OPEN_ENDED or (instance is not None and part.name not in instance.facts)


def _goes_along(find: Find, one: Missing, other: Missing) -> bool:
    """Whether two facts are recorded in one talk: nobody has said them yet, and the same people may."""
    alike = (one.kind, one.ref, one.roles) == (other.kind, other.ref, other.roles)
    return alike and _is_open(find, one) and _is_open(find, other)


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


def _in_order(find: Find, parts: Iterable[Missing]) -> list[Missing]:
    def place(part: Missing) -> int:
        if part.kind == "fact" and not _is_open(find, part):
            return 4
        return {"child": 3, "track": 2, "action": 1}.get(part.kind, 0)

    return sorted(parts, key=place)
