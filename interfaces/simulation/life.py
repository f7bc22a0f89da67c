"""One synthetic case: what its people do next, and what they do about a refusal.

Nobody here knows the workflow. Who is asked to do something does it; else one of the actions that lead on from where
the case stands is tried. A refusal says what is missing and who can see to it: that is done first, as far as there are
hands, and then the action is tried again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass, field
from itertools import islice

from cases.answers import Answer
from cases.recipients import recipients
from cases.sweep import run_once
from interfaces.simulation.aims import PATIENCE, Aims
from interfaces.simulation.hands import Hands
from interfaces.simulation.tally import Round, passed_through
from interfaces.simulation.wish import ToSee, Wish, of_a_task, to_see, with_more
from state_machine.automatic import by_the_house, is_over
from state_machine.guards import ask
from state_machine.view import Instance

STEPS_OF_A_TURN = 12
"""What a case gets done at most when its people turn to it."""
DEPTH = 4
"""How far what is missing for what is missing is followed."""
ROUNDS = 3
"""How often something is tried in one turn, each time after something that was missing is there."""
SOON = dt.timedelta(days=3)
"""Tasks that fall due so soon are done; the others lie."""
BESIDE = 3
"""How many children of one process are under way beside each other, before nobody begins another one."""
MANY_BESIDE = 15
"""The same, where another one is asked for that is not like those."""


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """A task of some case: the one that fell due first is seen to first, whosever it is."""

    due: dt.datetime
    number: int
    ref: str
    name: str


@dataclass
class Life:
    """A case with its people. `looked_at` is when they turn to it next (UTC), None once it is over."""

    hands: Hands
    number: int
    aims: Aims
    looked_at: dt.datetime | None
    left: int = 0
    waits: bool = False
    giving: bool = False
    tried: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    turned_to: dt.datetime | None = None
    rounds: set[Round] = field(default_factory=set)
    breached: set[Round] = field(default_factory=set)
    seen: Instance | None = None
    lying: dict[tuple[str, str], tuple[int, dt.datetime]] = field(default_factory=dict)
    until: dt.datetime | None = None
    over: bool = False

    def due(self) -> dt.datetime | None:
        """When the house has to do something about the case by itself."""
        return self.hands.store.next_due() if self.hands.root else None

    def sweep(self, now: dt.datetime) -> None:
        """What has fallen due by now."""
        run_once(self.hands.house, now)
        self.hands.look_anew()
        self._count(now)
        self._look_over(now)
        if self.looked_at is None and not self.over:
            self.looked_at = now
        elif self.looked_at is not None:
            self.looked_at = min([self.looked_at, *self._a_day_before(now)])

    # --- a turn -----------------------------------------------------------------------------------------------

    def turn(self, now: dt.datetime) -> list[Task]:
        """Its people turn to the case; answers what is asked of them and falls due soon."""
        self.left, self.waits, self.turned_to = STEPS_OF_A_TURN, False, now
        self.tried.clear()
        if not self.hands.root:
            opened = self.hands.open(now)
            self._count(now)
            if not opened:
                self.waits = True
                return []
            self.hands.tally.opened += 1
        asked = self._tasks(now, now + SOON)
        self.hands.office.today.tasks.update(self.hands.asked(task.ref, task.name, now) for task in asked)
        return asked

    def see_to(self, task: Task, now: dt.datetime) -> None:
        """One task, as far as there are hands; what cannot be done today is left for a while."""
        family = self.hands.family(now)
        instance = family.instances[task.ref]
        state = instance.deadlines.get(task.name)
        if state is None or state.state != "armed" or self.left <= 0:
            return
        deadline = self.hands.rules.processes[instance.process].deadlines[task.name]
        ways = of_a_task(self.hands.rules, by_the_house(family, now), instance, deadline)
        tries = self.lying.get((task.ref, task.name), (0, now))[0]
        waited = False
        # The first way is the usual one; others come to mind where it stays closed.
        for wish in islice(
            (one for one in ways if self.aims.may_set_out(one, now) and self.aims.leads_on(one, now)), 1 + tries // 2
        ):
            if self._do(wish, now):
                self.lying.pop((task.ref, task.name), None)
                return
            waited = waited or self.hands.waits_for is not None
        if not waited and self.left > 0:
            self.lying[task.ref, task.name] = (tries + 1, now + dt.timedelta(days=min(2**tries, 16)))

    def go_on(self, now: dt.datetime) -> None:
        """Something that leads the case on: what they have set out to do, or something new."""
        if self.left <= 0 or not self.hands.root:
            return
        aim = self.aims.take_up(now)
        if aim is not None:
            left, waited, self.waits, self.until = self.left, self.waits, False, None
            if self._do(aim, now):
                self.aims.done()
            elif self.until is not None:
                self.aims.put_aside(aim, min(self.until, now + PATIENCE))
            elif self.waits and self.left == left:
                self.aims.was_no_try()
            self.waits = self.waits or waited
        for task in sorted(self._tasks(now, now + dt.timedelta(days=1))):
            self.see_to(task, now)

    def rest(self, now: dt.datetime) -> None:
        """The turn is over; people say when they look again."""
        if not self.hands.root:
            self.looked_at = now + dt.timedelta(hours=20)
            return
        self._look_over(now)
        if self.over:
            self.looked_at = None
        elif self.waits:
            self.looked_at = now + dt.timedelta(hours=20)
        else:
            # In the first weeks people come every few days, later every few weeks; what falls due brings them sooner.
            age = (now - self.hands.family(now).instances[self.hands.root].opened_at) / dt.timedelta(days=1)
            days = self.hands.chance.expovariate(1 / min(5 + age / 6, 45))
            sooner = min([now + dt.timedelta(days=days), *self.aims.aside.values(), *self._a_day_before(now)])
            self.looked_at = max(sooner, now + dt.timedelta(hours=20))

    def _a_day_before(self, now: dt.datetime) -> Iterator[dt.datetime]:
        for one in self.hands.family(now).instances.values():
            yield from (state.due - dt.timedelta(days=1) for state in one.deadlines.values() if state.due > now)

    def _look_over(self, now: dt.datetime) -> None:
        family = self.hands.family(now)
        over = is_over(self.hands.rules, by_the_house(family, now), family.instances[self.hands.root])
        self.hands.tally.over += over - self.over
        self.over = over

    # --- what is wished for -----------------------------------------------------------------------------------

    def _tasks(self, now: dt.datetime, until: dt.datetime) -> list[Task]:
        """What is asked of somebody here and falls due so soon."""
        return [
            Task(state.due, self.number, one.ref, name)
            for one in self.hands.living(now)
            for name, state in one.deadlines.items()
            if state.state == "armed" and state.due <= until and not self._lies((one.ref, name), now)
        ]

    def _lies(self, task: tuple[str, str], now: dt.datetime) -> bool:
        return task in self.lying and now < self.lying[task][1]

    # --- doing it ---------------------------------------------------------------------------------------------

    def _do(self, wish: Wish, now: dt.datetime, depth: int = 0, among: Collection[str] = ()) -> bool:
        """Try something, see to what is missing, try again; whether it was done."""
        for _ in range(ROUNDS):
            answer = self._attempt(wish, now, depth, among)
            if answer is None:
                return False
            if answer.decision == "applied":
                return True
            self._note_refusal(answer, wish)
            if depth == DEPTH:
                return False
            found = to_see(self.hands.rules, self.hands.family(now).instance, answer)
            among = found.among or among
            fuller = with_more(self.hands.rules, self.hands.family(now).instance, wish, answer)
            self.hands.remember(fuller)
            if not self._see_to_all(found, wish, now, depth) and not found.among and fuller == wish:
                return False
            wish = fuller
        return False

    def _attempt(self, wish: Wish, now: dt.datetime, depth: int, among: Collection[str]) -> Answer | None:
        """One try; before it, the role or the child without which nobody can try."""
        again = (wish.ref, wish.kind, wish.name)
        if self.left <= 0 or self.tried[again] == ROUNDS or (wish.kind == "child" and self._enough(wish, now)):
            return None
        self.tried[again] += 1
        # While a role is being given, whoever is there does what that needs: nobody is given another role for it first.
        answer = self._counted(wish, now, among, there=self.giving)
        if answer is None and self.giving and self.hands.waits_for is None:
            answer = self._counted(wish, now, among)
        if answer is None and depth < DEPTH and self.left > 0:
            first = self._before(wish, now)
            if first is not None:
                self._do(first, now, depth + 1)
                answer = self._counted(wish, now, among, there=True)
        self.waits = self.waits or self.hands.waits_for is not None
        return answer

    def _counted(self, wish: Wish, now: dt.datetime, among: Collection[str], *, there: bool = False) -> Answer | None:
        before = self.hands.done
        answer = self.hands.attempt(wish, now, among, there=there)
        self.until = _sooner(self.until, self.hands.until)
        if self.hands.done > before:
            self.left -= 1
            self._count(now)
        return answer

    def _before(self, wish: Wish, now: dt.datetime) -> Wish | None:
        """The role that is to be given, or the child that is to be opened, so that somebody can try."""
        if self.hands.vacant is not None:
            return Wish(self.hands.root, "role", self.hands.vacant)
        above = self.hands.family(now).instance(wish.ref) if self.hands.lacks is not None else None
        while above is not None:
            if self.hands.lacks in self.hands.rules.processes[above.process].below:
                return Wish(above.ref, "child", str(self.hands.lacks))
            above = self.hands.family(now).instance(above.parent) if above.parent is not None else None
        return None

    def _enough(self, wish: Wish, now: dt.datetime) -> bool:
        """Whether so many of a kind are under way that nobody begins another one."""
        under_way = [one for one in self.hands.living(now) if one.parent == wish.ref and one.process == wish.name]
        return len(under_way) >= (MANY_BESIDE if wish.hints else BESIDE)

    def _see_to_all(self, found: ToSee, wish: Wish, now: dt.datetime, depth: int) -> bool:
        """Everything that is missing, one after the other; whether something of it was done."""
        done, before = False, self.giving
        self.giving = before or wish.kind == "role"
        until, under_way = self.until, set()
        for first, guards in found.wishes:
            # Nobody begins another child where one of its kind is being brought on, or needs nothing but time.
            begun = first.kind == "child" and first.name in under_way
            if first == wish or begun or not self.aims.may_set_out(first, now):
                continue
            if done and self._are_met(guards, wish, now):
                continue
            self.until = None
            did = self._do(first, now, depth + 1)
            instance = self.hands.family(now).instance(first.ref)
            if (did or self.until is not None) and instance is not None and first.kind != "child":
                under_way.add(instance.process)
            done, until = done or did, _sooner(until, self.until)
        self.until = until
        self.giving = before
        return done

    def _are_met(self, guards: Set[str], wish: Wish, now: dt.datetime) -> bool:
        """Whether what was done meanwhile was enough for these guards of an action: of several ways out one will do."""
        family = self.hands.family(now)
        instance = family.instance(wish.ref)
        if wish.kind != "action" or instance is None:
            return False
        asked = [
            one for one in self.hands.rules.processes[instance.process].actions[wish.name].guards if one.name in guards
        ]
        at = by_the_house(family, now)
        return len(asked) == len(guards) and all(ask(one, at, instance).met for one in asked)

    def _note_refusal(self, answer: Answer, wish: Wish) -> None:
        process = wish.name if wish.kind == "child" else None
        for reason in answer.reasons:
            if reason.strength in ("must", "should"):
                of = process or self._process_of(wish)
                self.hands.tally.refusals[f"{of}.{reason.guard}"] += 1
            self.hands.learn(reason.missing)

    def _process_of(self, wish: Wish) -> str:
        instance = self.hands.store.glance().load(wish.ref)
        return next((one.process for one in instance.instances if one.ref == wish.ref), "") if instance else ""

    # --- counting ---------------------------------------------------------------------------------------------

    def _count(self, now: dt.datetime) -> None:
        """What was written since the last time."""
        tally, drained = self.hands.tally, self.hands.store.drain()
        if not drained.entries or not self.hands.root:
            return
        for entry in drained.entries:
            tally.entry(entry, self.rounds, self.breached)
        family = self.hands.family(now)
        for notice in drained.notices:
            about = family.instance(notice.instance)
            if about is not None:
                found = recipients(family, self.hands.house.people, about, notice.role)
                tally.told(notice.role, now, len(found.people))
                self.hands.office.today.notices.update(found.people)
        root = family.instances[self.hands.root]
        if root is self.seen:
            return
        tally.moved(self.seen, root, now)
        self.seen = root
        starts = self.hands.rules.processes[root.process].start_states
        stands = {(track, standing.state): None for track, standing in root.tracks.items()}
        for track, state in passed_through(drained.entries, root.ref) | stands:
            name = f"{track}.{state}"
            if name not in self.aims.reached:
                self.aims.reached.add(name)
                if state != starts[track]:
                    tally.milestone(name, (now - root.opened_at) / dt.timedelta(days=1))


def _sooner(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
