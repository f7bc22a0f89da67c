"""What lets something go out: read from the guards of a workflow, so that no process has to be named here.

An action passes something on if one of its guards asks for another instance (a consent) some fact of which *includes*
a fact of its own (what goes along). That is all the language needs to say for both sides to be shown before sending.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from config.conditions import All, AnyOf, Condition, FactRef, FactTest, Not, Some, TrackTest

if TYPE_CHECKING:
    from config.definition import FactValue
    from state_machine.rules import ProcessRules, Rules
    from state_machine.view import Instance, Recorded


@dataclass(frozen=True, slots=True)
class Cover:
    """One way in which an instance of `process` lets something go along.

    `packet` is what goes along, a fact of the instance that sends; `content` the fact of the other that must include
    it. `pairs` are facts that must be the same on both, as (theirs, ours). `where` is all that is asked of the other.
    """

    process: str
    packet: str
    content: str
    pairs: tuple[tuple[str, str], ...]
    where: tuple[Condition, ...]


@lru_cache(maxsize=256)
def covers(rules: Rules, process: str) -> Mapping[str, tuple[Cover, ...]]:
    """The actions of a process that pass something on, each with what has to let it; empty for most processes."""
    found = {}
    for action in rules.processes[process].actions.values():
        asked = [cover for guard in action.guards for cover in _covers(rules, process, guard.model.require)]
        if asked:
            found[action.name] = tuple(asked)
    return found


@lru_cache(maxsize=256)
def covered_by(rules: Rules, process: str) -> Mapping[str, tuple[Cover, ...]]:
    """The other side: the processes whose instances an instance of this one lets send something."""
    found = {}
    for other in rules.processes:
        asked = [one for covers_ in covers(rules, other).values() for one in covers_ if one.process == process]
        if asked:
            found[other] = tuple(dict.fromkeys(asked))
    return found


def lets(cover: Cover, other: Instance, theirs: Mapping[str, Recorded], ours: Mapping[str, Recorded]) -> bool:
    """Whether an instance lets it go along, as far as the facts that are open to the reader show it."""
    return all(_holds(one, other, theirs, ours) for one in cover.where)


def ready_facts(process: ProcessRules, action: str) -> list[str]:
    """What is said along with it: what opening asks, and what a guard of the sending wants to be known."""
    wanted = list(process.model.actions["open"].asks)
    for guard in process.actions[action].guards:
        wanted += [one.fact for one in _tests(guard.model.require) if one.known and one.of is None]
    return [name for name in dict.fromkeys(wanted) if name in process.facts]


def _covers(rules: Rules, process: str, condition: Condition) -> Iterator[Cover]:
    for one in _parts(rules, process, condition):
        if not isinstance(one, Some) or one.where is None:
            continue
        where = tuple(_parts_of_all(one.where))
        tests = [test for test in where if isinstance(test, FactTest) and test.of is None]
        included = [(test.fact, test.includes.fact) for test in tests if isinstance(test.includes, FactRef)]
        pairs = tuple((test.fact, test.is_.fact) for test in tests if isinstance(test.is_, FactRef))
        for content, packet in included:
            if packet in rules.processes[process].facts:
                yield Cover(one.some, packet, content, pairs, where)


def _parts(rules: Rules, process: str, condition: Condition) -> Iterator[Condition]:
    """A condition and all that stands in it, named conditions and guards of the process followed."""
    match condition:
        case str():
            named = rules.processes[process].model.guards.get(condition)
            followed = named.require if named is not None else rules.processes[process].model.conditions.get(condition)
            if followed is not None:
                yield from _parts(rules, process, followed)
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _parts(rules, process, part)
        case _:
            yield condition


def _parts_of_all(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, All):
        for part in condition.all:
            yield from _parts_of_all(part)
    else:
        yield condition


def _tests(condition: Condition) -> Iterator[FactTest]:
    match condition:
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _tests(part)
        case FactTest():
            yield condition


def _holds(condition: Condition, other: Instance, theirs: Mapping[str, Recorded], ours: Mapping[str, Recorded]) -> bool:
    """Whether a part of `where` holds for sure. What this reading does not know counts as not holding."""
    match condition:
        case All(all=parts):
            return all(_holds(part, other, theirs, ours) for part in parts)
        case AnyOf(any=parts):
            return any(_holds(part, other, theirs, ours) for part in parts)
        case Not(not_=TrackTest() as part):
            return not _holds(part, other, theirs, ours)
        case TrackTest(track=track, of=None):
            return track in other.tracks and other.tracks[track].state in condition.states
        case FactTest(fact=fact, of=None) if fact in theirs:
            return _fact_holds(condition, theirs[fact].value, ours)
    return False


def _fact_holds(test: FactTest, value: FactValue, ours: Mapping[str, Recorded]) -> bool:
    match test.test:
        case "is":
            wanted = _value(test.is_, ours)
            return value in wanted if isinstance(wanted, tuple) else wanted is not None and value == wanted
        case "includes":
            wanted = _value(test.includes, ours)
            return isinstance(wanted, tuple) and isinstance(value, tuple) and bool(wanted) and set(wanted) <= set(value)
        case "known":
            return test.known is True
    return False


def _value(operand: object, ours: Mapping[str, Recorded]) -> object:
    if isinstance(operand, FactRef):
        held = ours.get(operand.fact)
        return held.value if held is not None and operand.of is None else None
    return operand
