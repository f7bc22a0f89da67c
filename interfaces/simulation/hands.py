"""What the people of one case can do with their hands: somebody who is free tries something at the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from cases.answers import Answer
from cases.errors import BadInput, Failed
from cases.house import House
from cases.request import Request
from cases.take_step import take_step
from cases.workspace import Workspace
from config.definition import RESERVED_ACTIONS, FactValue
from interfaces.simulation.office import Office
from interfaces.simulation.tally import Tally
from interfaces.simulation.values import DIGEST, DOCUMENT, asked_value, some_value
from interfaces.simulation.wish import OPEN_ENDED, Wish
from state_machine.automatic import by_the_house, is_over
from state_machine.decision import Missing
from state_machine.facts import current
from state_machine.rules import Rules
from state_machine.view import Instance
from storage.memory_drained import DrainedStore
from wiring.clock import Chance

LEARNT = 0.7
"""How often people say of a fact what a refusal has asked of it before."""


class Upkeep(NamedTuple):
    """What was done on an instance of the house (a person, a partner) because a case needed it, and by which role."""

    ref: str
    role: str
    kind: Literal["act", "record"]
    action: str
    facts: Mapping[str, FactValue]


class _Try(NamedTuple):
    """An attempt before somebody is found for it."""

    kind: Literal["open", "act", "record"]
    roles: tuple[str, ...]
    name: str
    facts: Mapping[str, FactValue | None]


@dataclass
class Hands:
    """The people of one unit at one case, each with so much of the day left.

    After an attempt that nobody could make, `waits_for` is the role that has no hand free, `vacant` one that is to be
    given first, `lacks` a process of which an instance is to be opened first, `until` the moment before which it is not
    yet possible: nobody tries it again sooner, unless something was done there meanwhile.
    """

    rules: Rules
    house: House
    store: DrainedStore
    office: Office
    unit: Mapping[str, tuple[str, ...]]
    tally: Tally
    chance: Chance
    process: str
    rehearsing: bool = False
    root: str = ""
    waits_for: str | None = None
    vacant: str | None = None
    lacks: str | None = None
    until: dt.datetime | None = None
    done: int = 0
    upkeep: list[Upkeep] = field(default_factory=list)
    unfit: dict[str, set[str]] = field(default_factory=dict)
    _family: Workspace | None = None
    _learnt: dict[tuple[str, str], str] = field(default_factory=dict)
    _opened_with: dict[str, dict[str, str]] = field(default_factory=dict)
    _not_before: dict[tuple[str, str], dt.datetime] = field(default_factory=dict)

    # --- looking ----------------------------------------------------------------------------------------------

    def family(self, now: dt.datetime) -> Workspace:
        """The case as it is; the same look until something is done or time goes on."""
        if self._family is None or self._family.now < now:
            tx = self.store.glance()
            loaded = tx.load(self.root)
            if loaded is None:
                raise Failed(f"the simulated case {self.root} is not there")
            self._family = Workspace(self.house, tx, now, loaded)
        return self._family

    def living(self, now: dt.datetime) -> list[Instance]:
        """What of the case is not over."""
        family = self.family(now)
        at = by_the_house(family, now)
        return [one for one in family.instances.values() if not is_over(self.rules, at, one)]

    def learn(self, parts: Iterable[Missing]) -> None:
        """What refusals asked of facts is what people mostly say the next time."""
        for part in parts:
            there = self._family.instance(part.ref) if part.kind == "fact" and self._family is not None else None
            if there is not None and part.needed != "known":
                self._learnt[there.process, part.name] = part.needed

    def remember(self, wish: Wish) -> None:
        """What a child turned out to need besides, the next one of its kind is opened with at once."""
        known = {fact: "known" if dict(wish.hints).get(fact) == "known" else "" for fact in wish.besides}
        if known:
            self._opened_with.setdefault(wish.name, {}).update(known)

    def look_anew(self) -> None:
        """Something was done that nobody here did."""
        self._family = None

    # --- trying -----------------------------------------------------------------------------------------------

    def open(self, now: dt.datetime) -> bool:
        """The case itself is opened, if somebody who may has a hand free."""
        opening = self.rules.processes[self.process].actions["open"].model
        facts = {fact: self._value(None, self.process, fact, "", now) for fact in opening.asks}
        answer = self._made(None, _Try("open", opening.by, self.process, facts), now, (), there=False)
        if answer is None or answer.decision != "applied":
            return False
        self.root = answer.ref
        return True

    def attempt(
        self, wish: Wish, now: dt.datetime, among: Collection[str] = (), *, there: bool = False
    ) -> Answer | None:
        """What comes of a wish; None where nobody can try it now. `there`: no role is given for it first."""
        self.waits_for = self.vacant = self.lacks = self.until = None
        if now < self._not_before.get((wish.ref, wish.name), now):
            self.until = self._not_before[wish.ref, wish.name]
            return None
        instance = self.family(now).instance(wish.ref)
        if instance is None:
            return None
        if wish.kind == "role":
            return self._give(instance, wish.name, now)
        if instance.stands_for is not None and wish.kind == "fact" and self._is_known(instance, wish.name, now):
            return None
        attempt = self._attempt_of(wish, instance, now)
        answer = self._made(instance, attempt, now, among, there=there) if attempt is not None else None
        if answer is not None and answer.until is not None:
            self.until = self._not_before[wish.ref, wish.name] = answer.until
        elif answer is not None and answer.decision == "applied":
            # What was said or done since may have made an end of waiting.
            self._not_before = {key: at for key, at in self._not_before.items() if key[0] != wish.ref}
        return answer

    def _is_known(self, person: Instance, fact: str, now: dt.datetime) -> bool:
        """Whether it is known already of a person of the house, who does not become somebody else for a case."""
        declared = self.rules.processes[person.process].facts[fact].model
        known = current(by_the_house(self.family(now), now), person, fact).value is not None
        return known and declared.kind != "choices" and not self.rehearsing

    def _attempt_of(self, wish: Wish, instance: Instance, now: dt.datetime) -> _Try | None:
        process = self.rules.processes[instance.process]
        match wish.kind:
            case "action" if wish.name in process.actions and wish.name not in RESERVED_ACTIONS:
                model = process.actions[wish.name].model
                facts = {fact: self._said_or_new(instance, fact, now) for fact in model.asks}
                return _Try("act", model.by, wish.name, facts)
            case "fact" if wish.name in process.facts:
                asked = {wish.name: wish.needed, **dict(wish.hints)}
                values = {
                    fact: self._value(instance, process.name, fact, needed, now) for fact, needed in asked.items()
                }
                return _Try("record", process.facts[wish.name].recorders, "", values)
            case "child" if wish.name in process.below:
                return self._opening(wish, now)
        return None

    def _opening(self, wish: Wish, now: dt.datetime) -> _Try:
        """A child with what is asked, and with what it turned out to need besides, by somebody who may say all that."""
        process = self.rules.processes[wish.name]
        model = process.actions["open"].model
        besides = self._opened_with.get(wish.name, {}) | dict.fromkeys(wish.besides, "")
        hints = besides | dict(wish.hints)
        said = {
            fact: self._value(None, wish.name, fact, hints.get(fact, ""), now)
            for fact in dict.fromkeys((*model.asks, *besides))
        }
        able = tuple(role for role in model.by if all(role in process.facts[fact].recorders for fact in besides))
        return _Try("open", able or model.by, wish.name, said)

    def _made(
        self, instance: Instance | None, attempt: _Try, now: dt.datetime, among: Collection[str], *, there: bool
    ) -> Answer | None:
        """The attempt by somebody who has a hand free; None where nobody has, or a fact cannot be had."""
        given = {fact: value for fact, value in attempt.facts.items() if value is not None}
        if len(given) < len(attempt.facts):
            return None
        if instance is not None and instance.family != self.root:
            return self._kept_up(instance, attempt, given, now)
        person = self._somebody(instance, attempt.roles, now, among, there=there)
        return self._step(self._request(person, instance, attempt, given), person, now) if person is not None else None

    def _request(
        self, person: str, instance: Instance | None, attempt: _Try, facts: Mapping[str, FactValue]
    ) -> Request:
        return Request(
            kind=attempt.kind,
            actor=self.house.actor(person),
            ref=instance.ref if instance is not None else None,
            action=attempt.name if attempt.kind == "act" else "",
            process=attempt.name if attempt.kind == "open" else "",
            facts=facts,
            documents=((DIGEST, "text/plain", DOCUMENT),) if DIGEST in facts.values() else (),
        )

    def _kept_up(
        self, instance: Instance, attempt: _Try, facts: Mapping[str, FactValue], now: dt.datetime
    ) -> Answer | None:
        """What the house does once for all cases: at once, and counted as nobody's day."""
        titles = [role for role in attempt.roles if role in self.unit]  # nobody sees to another's own record
        roles = [role for role in titles if not self.rules.workflow.roles[role].assigned]
        if attempt.kind == "open" or not roles:
            return None
        request = self._request(self.unit[roles[0]][0], instance, attempt, facts)
        answer = self._at_the_door(request, now)
        if answer is not None and answer.decision == "applied":
            self.upkeep.append(Upkeep(instance.ref, roles[0], attempt.kind, attempt.name, facts))
        return answer

    def _step(self, request: Request, person: str, now: dt.datetime) -> Answer | None:
        self.office.works(person)
        self.tally.worked(self.office.role_of(person), now)
        self.done += 1
        return self._at_the_door(request, now)

    def _at_the_door(self, request: Request, now: dt.datetime) -> Answer | None:
        try:
            return take_step(self.house, request, now)
        except BadInput:
            return None  # a value that this fact does not take: time that was wasted, as it is in life
        except Failed:
            # More automatic actions follow than one step takes: nothing was changed, and the report tells where.
            self.tally.failed[f"{request.kind} {request.action or request.process or ', '.join(request.facts)}"] += 1
            return None
        finally:
            self.look_anew()

    # --- who does it ------------------------------------------------------------------------------------------

    def _somebody(
        self,
        instance: Instance | None,
        roles: tuple[str, ...],
        now: dt.datetime,
        among: Collection[str],
        *,
        there: bool,
    ) -> str | None:
        """Whoever holds a role on the case, or has it in the unit, and is free; the roles in their order."""
        busy = None
        for role in roles:
            people = self.unit[role]
            if instance is not None and self.rules.workflow.roles[role].assigned:
                holder = self._holder(instance, role, now)
                if holder is None and there:
                    continue
                if holder is None:
                    self.vacant = role
                    return None
                people = (holder,)
            free = self.office.free(people, among)
            if free is not None:
                return free
            busy = busy or role
        if busy is not None and not among:
            self.waits_for = busy
            self.tally.waits[busy] += 1
        return None

    def _holder(self, instance: Instance, role: str, now: dt.datetime) -> str | None:
        above: Instance | None = instance
        family = self.family(now)
        while above is not None:
            if role in above.holders:
                return above.holders[role]
            above = family.instances.get(above.parent) if above.parent is not None else None
        return None

    def _give(self, instance: Instance, role: str, now: dt.datetime) -> Answer | None:
        """A role on the case for whoever has it, fits and is free; by somebody who may."""
        root = self.family(now).instances[self.root]
        action = self.rules.processes[self.process].actions.get("assign")
        if action is None or role not in self.unit or instance.family != self.root:
            return None
        unfit = self.unfit.setdefault(role, set())
        wanted = self.office.free([one for one in self.unit[role] if one not in unfit] or self.unit[role])
        by = self._somebody(root, action.model.by, now, (), there=True)
        if wanted is None or by is None:
            self.waits_for = role
            return None
        answer = self._step(Request("assign", self.house.actor(by), self.root, assigned=wanted, role=role), by, now)
        if answer is not None and answer.decision != "applied":
            ref = self.store.glance().person_ref(wanted)
            parts = [part for reason in answer.reasons for part in reason.missing if part.ref == ref]
            if any(part.found not in OPEN_ENDED for part in parts):
                unfit.add(wanted)
        return answer

    def asked(self, ref: str, deadline: str, now: dt.datetime) -> str:
        """Before whom the task of a deadline lies: who holds its role, else whoever of it has done least today."""
        instance = self.family(now).instances[ref]
        model = self.rules.processes[instance.process].deadlines[deadline].model
        role = model.task_for or self.rules.workflow.fallback
        steps = self.office.today.steps
        return self._holder(instance, role, now) or min(self.unit[role], key=lambda one: (steps[one], one))

    # --- values -----------------------------------------------------------------------------------------------

    def _value(
        self, instance: Instance | None, process: str, fact: str, needed: str, now: dt.datetime
    ) -> FactValue | None:
        declared = self.rules.processes[process].facts[fact].model
        if declared.kind == "link":
            return self._link(declared.to)
        today = now.astimezone(self.rules.calendar.zone).date()
        if not needed and (process, fact) in self._learnt and self.chance.random() < LEARNT:
            needed = self._learnt[process, fact]
        if not needed:
            return some_value(declared, self.chance, today)
        held = instance.facts[fact].value if instance is not None and fact in instance.facts else None
        return asked_value(declared, needed, self.chance, today, held)

    def _said_or_new(self, instance: Instance, fact: str, now: dt.datetime) -> FactValue | None:
        """What an action asks: as it was said before, else something new."""
        said = current(by_the_house(self.family(now), now), instance, fact).value
        return said if said is not None else self._value(instance, instance.process, fact, "", now)

    def _link(self, process: str | None) -> str | None:
        """Any instance of a process: of this case, or of the house."""
        there = self.store.glance().list_instances(process, limit=50)
        if not there:
            self.lacks = process
            return None
        return self.chance.choice(there).ref
