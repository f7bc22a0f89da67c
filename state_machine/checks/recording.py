"""What a trace records of the instance that it is about: in which order, by whom, and what an action asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.definition import FactValue
from state_machine.checks.relation import Relation
from state_machine.checks.samples import usual
from state_machine.checks.staging import REF, Staging
from state_machine.checks.world import World
from state_machine.decision import Applied, Attempt
from state_machine.evaluation import Evaluation
from state_machine.facts import current
from state_machine.rules import ActionRules
from state_machine.view import SYSTEM, Actor


@dataclass(frozen=True, slots=True)
class Recording:
    """Records facts of one process; each by a person who may, decided by `decide`."""

    relation: Relation

    @property
    def parent(self) -> str | None:
        """The reference of the instance above the one that a trace is about."""
        above = self.relation.process.above
        return above[0] if above else None

    def wanted(self, world: World, staging: Staging, leave: set[str]) -> dict[str, FactValue | None]:
        """The facts that have to be recorded or withdrawn, in an order in which none ends another."""
        return self._in_order(self._changed(world, staging, leave), staging, leave)

    def _changed(self, world: World, staging: Staging, leave: set[str]) -> dict[str, FactValue | None]:
        """The facts that have to be recorded or withdrawn; those that the attempt itself brings are left."""
        found: dict[str, FactValue | None] = {}
        for name, value in staging.facts.items():
            held = current(Evaluation(world, world.now, Actor(SYSTEM)), world.instances[REF], name).entry
            same = value is None if held is None else held.value == value
            if name not in leave and (not same or name in staging.recorded_by_actor):
                found[name] = value
        return found

    def _in_order(
        self, changed: dict[str, FactValue | None], staging: Staging, leave: set[str]
    ) -> dict[str, FactValue | None]:
        """The same with facts that others end recorded after these, again if need be."""
        ends = self.relation.process.disturbed_by
        wanted = {name: value for name, value in staging.facts.items() if name not in leave}
        for name in wanted:
            if wanted[name] is not None and any(name in ends[other] for other in changed if other != name):
                changed.setdefault(name, wanted[name])
        left, found = dict(changed), dict[str, FactValue | None]()
        while left:
            free = [name for name in left if not any(name in ends[other] for other in left if other != name)]
            for name in free or list(left)[:1]:
                found[name] = left.pop(name)
        return found

    def record(self, world: World, staging: Staging, name: str, value: FactValue | None) -> bool:
        """Record one fact, or withdraw it; False where nobody is let."""
        if value is None:
            world.put(REF, name, None, "somebody")
            return True
        for role in self.relation.process.facts[name].recorders:
            person = staging.actor if name in staging.recorded_by_actor else f"{role} who records"
            world.people[person] = world.titles(person) | {role}
            kept = world.instances[REF]
            self.hold(world, role, person)
            attempt = Attempt("record", REF, world.actor(person), self.relation.process.name, facts={name: value})
            decision = world.attempt(attempt)
            for held, who in kept.holders.items():
                world.hold(REF, held, who)
            if isinstance(decision, Applied):
                return True
        return False

    def hold(self, world: World, role: str, person: str) -> None:
        """Whoever acts in an assigned role holds it: on the instance, or on its parent before it is opened."""
        if self.relation.rules.workflow.roles[role].assigned:
            where = REF if REF in world.instances else self.parent
            if where is not None:
                world.hold(where, role, person)

    def answers(self, action: ActionRules, staging: Staging) -> dict[str, FactValue]:
        """What an action asks: as the values say, else any value."""
        world, found = staging.world, dict[str, FactValue]()
        for name in action.model.asks:
            value = staging.facts.get(name)
            declared = self.relation.process.facts[name].model
            if value is None and declared.starts is not None and not isinstance(declared.starts, tuple):
                value = declared.starts
            if value is None and declared.kind == "link" and declared.to is not None:
                value = f"{REF}.{name}"
                if value not in world.instances:
                    world.give(declared.to, value)
            found[name] = usual(declared, world.now, world.main.calendar) if value is None else value
        return found

    def may_record(self, world: World, actor: str, facts: Mapping[str, FactValue]) -> None:
        """Who opens an instance may have to have another title to record what comes along."""
        for name in facts:
            recorders = self.relation.process.facts[name].recorders
            roles = self.relation.rules.workflow.roles
            titles = world.titles(actor)
            if actor != SYSTEM and recorders and not titles & set(recorders):
                free = [role for role in recorders if not roles[role].assigned]
                world.people[actor] = titles | set(free[:1])
