"""Everything that can happen in a small workflow, tried one by one: what the proofs are compared with.

It shares nothing with the checks but the decisions of the engine: no sets, no search of theirs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Literal

from config.conditions import Condition
from config.definition import FactValue
from state_machine.automatic import by_the_house, next_automatic
from state_machine.compiling import Compiler
from state_machine.conditions import evaluate
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt
from state_machine.evaluation import Evaluation, Truth
from state_machine.rules import Rules
from state_machine.view import SYSTEM, Actor, Done, Instance, Recorded, TrackAt

NOW = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
WORKER = Actor("maly", frozenset({"worker"}))
Tracks = tuple[tuple[str, str], ...]
Facts = Mapping[str, FactValue | None]


@dataclass(frozen=True)
class Alone:
    """A view with one instance, or with none."""

    rules_: Rules
    one: Instance | None

    def instance(self, ref: str) -> Instance | None:
        return self.one if self.one is not None and ref == self.one.ref else None

    def children(self, ref: str, process: str) -> Sequence[Instance]:  # noqa: ARG002 - the shape of View
        return ()

    def person(self, person: str) -> Instance | None:  # noqa: ARG002 - the shape of View
        return None

    def titles(self, person: str) -> frozenset[str]:
        return WORKER.titles if person == WORKER.person else frozenset()

    def people_with(self, role: str) -> tuple[str, ...]:
        return (WORKER.person,) if role == "worker" else ()

    def rules(self, instance: Instance) -> Rules:  # noqa: ARG002 - the shape of View
        return self.rules_


@dataclass
class Brute:
    """All configurations at rest, all states passed, all actions done, and every way into a state."""

    rules: Rules
    resting: set[Tracks] = field(default_factory=set)
    passed: set[tuple[str, str]] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    entered: list[tuple[str, str, Instance, Actor]] = field(default_factory=list)
    endless: bool = False

    def __post_init__(self) -> None:
        self.process = self.rules.processes["case"]
        self.compiler = Compiler(self.rules.workflow, self.rules.calendar)
        self.compiler.fill_book()
        waiting: list[Tracks] = []
        for facts in self.values:
            waiting += self._after(None, "open", facts)
        while waiting:
            tracks = waiting.pop()
            if tracks in self.resting:
                continue
            self.resting.add(tracks)
            for facts in self.values:
                self._cascade(self.standing(tracks, facts), waiting)
                for name, action in self.process.actions.items():
                    if name != "open" and not action.model.automatic and self.can_bring(tracks, facts):
                        waiting += self._after(tracks, name, facts)

    @cached_property
    def values(self) -> list[Facts]:
        """All values that the facts can have together; None is unknown, or what the fact starts with."""
        domains = []
        for name, fact in self.process.facts.items():
            known: list[FactValue | None] = [True, False] if fact.model.kind == "yes_no" else [*fact.model.values]
            domains.append([(name, value) for value in (None, *known)])
        return [dict(one) for one in product(*domains)]

    def standing(self, tracks: Tracks, facts: Facts) -> Instance:
        """The case as it stands, its facts recorded long ago."""
        recorded = {
            name: Recorded(value, NOW, NOW, "dara", None, 1, 1, 1) for name, value in facts.items() if value is not None
        }
        at = {track: TrackAt(state, NOW, 0) for track, state in tracks}
        return Instance("C1", "C1", None, "case", self.rules.hash, 0, NOW, "dara", at, recorded)

    def truth(self, instance: Instance, condition: Condition, actor: Actor = WORKER) -> Truth:
        """What a condition says of the case as it stands."""
        at = Evaluation(Alone(self.rules, instance), NOW, actor)
        return evaluate(at, instance, self.compiler.node(condition, "case"))[0]

    def rests(self, instance: Instance) -> bool:
        """Whether nothing follows by itself."""
        return next_automatic(self.rules, by_the_house(Alone(self.rules, instance), NOW), [instance]) is None

    def can_bring(self, tracks: Tracks, facts: Facts) -> bool:
        """Whether an attempt can see these facts: what is unknown then must have been unknown while it rested."""
        unknown = [name for name, value in facts.items() if value is None]
        return any(
            self.rests(self.standing(tracks, before))
            for before in self.values
            if all(before[name] is None for name in unknown)
        )

    def attempt(self, name: str, facts: Facts, *, confirmed: bool) -> Attempt:
        """An attempt of the worker that brings all known facts along."""
        brought = {fact: value for fact, value in facts.items() if value is not None}
        kind: Literal["open", "act"] = "open" if name == "open" else "act"
        return Attempt(kind, "C1", WORKER, "case", name, facts=brought, confirmed=confirmed)

    def view(self, tracks: Tracks | None) -> Alone:
        """What an attempt finds: its facts come along with it."""
        return Alone(self.rules, None if tracks is None else self.standing(tracks, {}))

    def _after(self, tracks: Tracks | None, name: str, facts: Facts) -> Iterator[Tracks]:
        """Where an action leads, with what follows, if it is applied."""
        attempt = self.attempt(name, facts, confirmed=True)
        decision = decide(self.rules, self.view(tracks), attempt, NOW)
        if not isinstance(decision, Applied):
            return
        before = dict(tracks if tracks is not None else self.process.start_states.items())
        after = before | {track: to for track, (_, to) in decision.moves.items()}
        instance = self.standing(tuple(after.items()), facts)
        brought = {fact: replace(held, order=2, touched=2) for fact, held in instance.facts.items()}
        done = {name: Done(NOW, WORKER.person, None, 2, 1)}
        found: list[Tracks] = []
        if self._cascade(replace(instance, facts=brought, done=done), found):
            started = {track: ("", state) for track, state in before.items()} if tracks is None else {}
            self._note({**started, **decision.moves}, self.standing(tuple(before.items()), facts), WORKER)
        yield from found

    def after_alone(self, tracks: Tracks, name: str, facts: Facts) -> Iterator[Tracks]:
        """Where an action leads, with what follows, that brings what it asks; all else was recorded long ago."""
        action = self.process.actions[name]
        asked = {fact: facts[fact] for fact in action.model.asks}
        attempt = self.attempt(name, asked, confirmed=True)
        before = self.standing(tracks, {fact: value for fact, value in facts.items() if fact not in asked})
        decision = decide(self.rules, Alone(self.rules, before), attempt, NOW)
        if not isinstance(decision, Applied):
            return
        after = dict(tracks) | {track: to for track, (_, to) in decision.moves.items()}
        instance = self.standing(tuple(after.items()), facts)
        brought = {
            fact: replace(held, order=2, touched=2) if fact in asked else held for fact, held in instance.facts.items()
        }
        found: list[Tracks] = []
        self._cascade(replace(instance, facts=brought, done={name: Done(NOW, WORKER.person, None, 2, 1)}), found)
        yield from found

    def _cascade(self, instance: Instance, found: list[Tracks]) -> bool:
        """What follows by itself; False where it does not come to rest, and nothing has happened."""
        passed: list[tuple[Applied, Instance]] = []
        while True:
            at = by_the_house(Alone(self.rules, instance), NOW)
            following = next_automatic(self.rules, at, [instance])
            if following is None:
                break
            if len(passed) > 32:
                self.endless = True
                return False
            _, name, decision = following
            passed.append((decision, instance))
            order = 3 + len(passed)
            moved = {track: TrackAt(to, NOW, order) for track, (_, to) in decision.moves.items()}
            done = {**instance.done, name: Done(NOW, SYSTEM, None, order, 1)}
            instance = replace(instance, tracks={**instance.tracks, **moved}, done=done)
        for decision, before in passed:
            self._note(decision.moves, before, Actor(SYSTEM))
        self.passed |= {(track, at.state) for track, at in instance.tracks.items()}
        self.done |= set(instance.done)
        found.append(tuple((track, at.state) for track, at in instance.tracks.items()))
        return True

    def _note(self, moves: Mapping[str, tuple[str, str]], before: Instance, actor: Actor) -> None:
        """The states that a step has entered, and how things stood before it; opening comes from no state."""
        for track, (source, to) in moves.items():
            self.passed.add((track, to))
            if source != to:
                self.entered.append((track, to, before, actor))
