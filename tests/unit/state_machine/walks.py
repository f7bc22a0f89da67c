"""Random walks of one process, taken by our own decisions: what another engine has to answer alike."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from config.definition import Fact, FactValue
from state_machine.automatic import by_the_house, next_automatic
from state_machine.conditions import evaluate
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt
from state_machine.evaluation import Evaluation
from state_machine.facts import current, record
from state_machine.rules import ActionRules, ProcessRules, Rules
from state_machine.scxml import Input
from state_machine.view import SYSTEM, Actor, Done, Instance, TrackAt
from tests.tables.table import NOW, PROBE, Stage, everybody

REF = "asked"
_RESERVED = ("open", "assign", "unassign")


@dataclass(frozen=True, slots=True)
class Walked:
    """One step: an action that was tried, or None where only something was recorded or happened elsewhere.

    `known` is told before it. `settled` is false where the step itself changed an answer that comes from outside.
    """

    action: str | None
    recorded: str | None
    known: Mapping[str, FactValue | None]
    applied: bool
    states: Mapping[str, str]
    facts: Mapping[str, FactValue | None]
    settled: bool


class Walker:
    """A house in which one instance is walked through its life, and others around it change at random."""

    def __init__(self, rules: Rules, process: str, inputs: Mapping[str, Input], seed: str) -> None:
        self.rules = rules
        self.process: ProcessRules = rules.processes[process]
        self.inputs = inputs
        self.chance = random.Random(seed)
        self.stage = Stage(rules, process)
        self.actor = everybody(rules, process)
        self.order = 200

    @property
    def instance(self) -> Instance:
        return self.stage.instances[REF]

    def walk(self, steps: int) -> Iterator[Walked]:
        """So many steps; every third or so tries an action."""
        self._come_to_rest()
        actions = [action for action in self.process.actions.values() if self._can_be_tried(action)]
        for _ in range(steps):
            self.order += 100
            drawn = self.chance.random()
            if drawn < 0.55 and actions:
                yield from self._act(self.chance.choice(actions))
            elif drawn < 0.8 and self.process.facts:
                yield self._record(self.chance.choice(list(self.process.facts)))
            else:
                self._happen_elsewhere()
                yield self._told(None, None, self.answers(), applied=True)

    def _can_be_tried(self, action: ActionRules) -> bool:
        return action.name not in _RESERVED and not action.model.automatic

    def answers(self) -> dict[str, FactValue | None]:
        """What the conditions say that look outside, as a chart is told it."""
        at = Evaluation(self.stage, NOW, self.actor)
        truths = {name: evaluate(at, self.instance, told.node)[0] for name, told in self.inputs.items()}
        return {name: (False, None, True)[truth] for name, truth in truths.items()}

    def reads(self) -> dict[str, FactValue | None]:
        """What each fact of the instance reads as now."""
        at = Evaluation(self.stage, NOW, self.actor)
        return {name: current(at, self.instance, name).value for name in self.process.facts}

    def _act(self, action: ActionRules) -> Iterator[Walked]:
        """Put what the action asks, which may set off something already, then try it."""
        for fact in action.model.asks:
            self._put(fact)
        if action.model.asks:
            yield self._told(None, None, self.answers(), applied=True)
        before, held = self.answers(), self.reads()
        facts = {fact: value for fact in action.model.asks if (value := held[fact]) is not None}
        if len(facts) == len(action.model.asks):
            yield self._try(action, facts, before, held)

    def _try(
        self,
        action: ActionRules,
        facts: Mapping[str, FactValue],
        before: dict[str, FactValue | None],
        held: dict[str, FactValue | None],
    ) -> Walked:
        actor = self.actor if action.model.by else Actor(SYSTEM)
        attempt = Attempt("act", REF, actor, self.process.name, action.name, facts=facts)
        decision = decide(self.rules, self.stage, attempt, NOW)
        if isinstance(decision, Applied):
            self._apply(action.name, decision.moves)
            settled = self.answers() == before
            return self._told(action.name, None, before | held, applied=True, settled=settled)
        return self._told(action.name, None, before | held, applied=False)

    def _record(self, fact: str) -> Walked:
        before = self.answers()
        self._put(fact)
        alone = self.answers() == before
        return self._told(None, fact if alone else None, self.answers(), applied=True)

    def _told(
        self,
        action: str | None,
        recorded: str | None,
        known: Mapping[str, FactValue | None],
        *,
        applied: bool,
        settled: bool = True,
    ) -> Walked:
        known = {**self.reads(), **known}
        inputs = self.answers()
        self._come_to_rest()
        settled = settled and self.answers() == inputs
        states = {track: standing.state for track, standing in self.instance.tracks.items()}
        return Walked(action, recorded, known, applied, states, self.reads(), settled)

    def _come_to_rest(self) -> None:
        for _ in range(32):
            found = next_automatic(self.rules, by_the_house(self.stage, NOW), [self.instance])
            if found is None:
                return
            self._apply(found[1], found[2].moves)
        raise AssertionError(f"{self.process.name} does not come to rest")

    def _apply(self, action: str, moves: Mapping[str, tuple[str, str]]) -> None:
        self.order += 1
        old = self.instance
        tracks = {track: TrackAt(to, NOW, self.order) for track, (_, to) in moves.items()}
        times = old.done[action].times + 1 if action in old.done else 1
        done = {action: Done(NOW, PROBE, None, self.order, times)}
        self.stage.instances[REF] = replace(old, tracks={**old.tracks, **tracks}, done={**old.done, **done})

    def _put(self, fact: str) -> None:
        self.order += 1
        value = self.value(self.process.facts[fact].model)
        self.stage.instances[REF] = record(
            self.instance, {fact: value}, actor=self.actor, observed=None, now=NOW, seq=self.order, order=self.order
        )

    def value(self, fact: Fact) -> FactValue:
        """Some value that a fact can hold."""
        values: dict[str, Sequence[FactValue]] = {
            "choice": fact.values,
            "choices": [tuple(self.chance.sample(fact.values, self.chance.randint(0, len(fact.values))))],
            "yes_no": [True, True, False],
            "number": [0, 1, 2, 3, 17, 18],
            "date": ["2027-01-01", "2027-01-04", "2027-03-01"],
            "period": ["P1D", "P1M"],
            "document": ["0" * 64],
        }
        return self.chance.choice(values.get(fact.kind, [REF]))

    def _happen_elsewhere(self) -> None:
        """Another instance comes, moves or has something recorded."""
        self.order += 1
        if self.process.below and self.chance.random() < 0.4:
            self._open(self.chance.choice(self.process.below))
        others = [ref for ref in self.stage.instances if ref != REF]
        if not others:
            return
        other = self.stage.instances[self.chance.choice(others)]
        rules = self.rules.processes[other.process]
        states = {
            track: TrackAt(self.chance.choice(machine.states), NOW, self.order)
            for track, machine in rules.machines.items()
            if self.chance.random() < 0.5
        }
        facts = {name: self.value(fact.model) for name, fact in rules.facts.items() if self.chance.random() < 0.3}
        other = replace(other, tracks={**other.tracks, **states})
        self.stage.instances[other.ref] = record(
            other, facts, actor=self.actor, observed=None, now=NOW, seq=self.order, order=self.order
        )

    def _open(self, process: str) -> None:
        children = [one for one in self.stage.instances.values() if one.process == process]
        if len(children) == 3:
            return
        tracks = self.rules.processes[process].start_states.items()
        ref = f"{process}-{len(children)}"
        self.stage.instances[ref] = Instance(
            ref=ref,
            family="root",
            parent=REF,
            process=process,
            workflow=self.rules.hash,
            ordinal=len(self.stage.instances),
            opened_at=NOW,
            opened_by=PROBE,
            tracks={track: TrackAt(state, NOW, self.order) for track, state in tracks},
        )
