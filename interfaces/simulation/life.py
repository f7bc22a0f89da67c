"""One synthetic case: what its people do next, and what they do about a refusal.

Nobody here knows the workflow. Who is asked to do something does it; else one of the actions that lead on from where
the case stands is tried. A refusal says what is missing and who can see to it: that is done first, as far as there are
hands, and then the action is tried again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from cases.answers import Answer
from cases.recipients import recipients
from cases.sweep import run_once
from config.definition import RESERVED_ACTIONS
from interfaces.simulation.hands import Hands
from interfaces.simulation.tally import Round, passed_through
from interfaces.simulation.ways import befalls, leads_back
from interfaces.simulation.wish import ToSee, Wish, of_a_task, to_see, with_more
from state_machine.automatic import by_the_house, is_over
from state_machine.decide import tracks_moved
from state_machine.view import Instance

STEPS_OF_A_TURN = 12
"""What a case gets done at most when its people turn to it."""
DEPTH = 4
"""How far what is missing for what is missing is followed."""
ROUNDS = 3
"""How often something is tried in one turn, each time after something that was missing is there."""
TRIES = 6
"""How many turns people try what they have set out to do, before they try something else."""
SOON = dt.timedelta(days=3)
"""Tasks that fall due so soon are done; the others lie."""
DECLINED = 0.4
"""Of what may be set out to do, the share that is nothing for a case."""
RARE = 0.02
"""How often one of the actions that nobody sets out to do is tried, where it is possible."""
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
    """A case with its people. `looked_at` is when they turn to it next (UTC), None once it is over.

    `endings` are the tracks that decide whether a case is over: nobody sets out to move them before `stays_until`.
    """

    hands: Hands
    number: int
    endings: frozenset[str]
    stays_until: dt.datetime
    looked_at: dt.datetime | None
    left: int = 0
    waits: bool = False
    giving: bool = False
    tried: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    turned_to: dt.datetime | None = None
    reached: set[str] = field(default_factory=set)
    rounds: set[Round] = field(default_factory=set)
    breached: set[Round] = field(default_factory=set)
    seen: Instance | None = None
    aim: Wish | None = None
    tries: int = 0
    lying: dict[tuple[str, str], tuple[int, dt.datetime]] = field(default_factory=dict)
    declined: dict[str, bool] = field(default_factory=dict)
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
            (one for one in ways if self._may_set_out(one, now) and self._leads_on(one, now)), 1 + tries // 2
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
        family = self.hands.family(now)
        if self.aim is None or self.tries == TRIES or not self._is_still_ahead(self.aim, family.instances):
            ways = [wish for one in self._living(now) for wish in self._ways_on(one, now)]
            new = [wish for wish in ways if self._leads_to_something_new(family.instances[wish.ref], wish)]
            self.aim, self.tries = (self.hands.chance.choice(new or ways), 0) if ways else (None, 0)
        if self.aim is not None:
            self.tries += 1
            if self._do(self.aim, now):
                self.aim = None
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
            sooner = min([now + dt.timedelta(days=days), *self._a_day_before(now)])
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

    def _living(self, now: dt.datetime) -> list[Instance]:
        family = self.hands.family(now)
        at = by_the_house(family, now)
        return [one for one in family.instances.values() if not is_over(self.hands.rules, at, one)]

    def _tasks(self, now: dt.datetime, until: dt.datetime) -> list[Task]:
        """What is asked of somebody here and falls due so soon."""
        return [
            Task(state.due, self.number, one.ref, name)
            for one in self._living(now)
            for name, state in one.deadlines.items()
            if state.state == "armed" and state.due <= until and not self._lies((one.ref, name), now)
        ]

    def _lies(self, task: tuple[str, str], now: dt.datetime) -> bool:
        return task in self.lying and now < self.lying[task][1]

    def _leads_to_something_new(self, instance: Instance, wish: Wish) -> bool:
        """Whether an action brings a track to a state in which the case has never been."""
        if wish.kind != "action" or instance.ref != self.hands.root:
            return False
        action = self.hands.rules.processes[instance.process].actions[wish.name]
        return any(
            f"{track}.{to}" not in self.reached for track, (_, to) in (tracks_moved(action, instance) or {}).items()
        )

    def _ways_on(self, one: Instance, now: dt.datetime) -> Iterator[Wish]:
        """The actions of people that lead to another state, and children that may be opened."""
        process = self.hands.rules.processes[one.process]
        for action in process.actions.values():
            wish = Wish(one.ref, "action", action.name)
            if action.name in RESERVED_ACTIONS or not action.model.by or not tracks_moved(action, one):
                continue
            if one.ref == self.hands.root and not self._in_the_cards(action.name):
                continue
            if self._may_set_out(wish, now) and (self._leads_on(wish, now) or self.hands.chance.random() < RARE):
                yield wish
        if self.hands.chance.random() < 0.3:
            yield from (Wish(one.ref, "child", below) for below in process.below)

    def _is_still_ahead(self, aim: Wish, instances: Mapping[str, Instance]) -> bool:
        """Whether what was set out to do would still move something."""
        instance = instances.get(aim.ref)
        if instance is None or aim.kind != "action":
            return instance is not None
        return bool(tracks_moved(self.hands.rules.processes[instance.process].actions[aim.name], instance))

    def _may_set_out(self, wish: Wish, now: dt.datetime) -> bool:
        """Nobody ends a case before its time."""
        if wish.kind != "action" or wish.ref != self.hands.root or now >= self.stays_until:
            return True
        root = self.hands.family(now).instances[wish.ref]
        action = self.hands.rules.processes[root.process].actions.get(wish.name)
        return action is None or self.endings.isdisjoint(tracks_moved(action, root) or ())

    def _leads_on(self, wish: Wish, now: dt.datetime) -> bool:
        """Whether an action brings a case on. What leads back happens, but nobody sets out to do it.

        What befalls a person comes by chance, as `befalls` says.
        """
        instance = self.hands.family(now).instance(wish.ref)
        if wish.kind != "action" or instance is None:
            return True
        process = self.hands.rules.processes[instance.process]
        moves = tracks_moved(process.actions[wish.name], instance) if wish.name in process.actions else None
        if moves is None or leads_back(process.machines, moves):
            return False
        return not befalls(process, process.actions[wish.name], moves)

    def _in_the_cards(self, action: str) -> bool:
        """Cases differ: some of what could be set out to do is nothing for this one."""
        if not self.declined:
            names = self.hands.rules.processes[self.hands.process].actions
            self.declined.update({name: self.hands.chance.random() < DECLINED for name in names})
        return not self.declined[action]

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
        under_way = [one for one in self._living(now) if one.parent == wish.ref and one.process == wish.name]
        return len(under_way) >= (MANY_BESIDE if wish.hints else BESIDE)

    def _see_to_all(self, found: ToSee, wish: Wish, now: dt.datetime, depth: int) -> bool:
        """Everything that is missing, one after the other; whether something of it was done."""
        done, before = False, self.giving
        self.giving = before or wish.kind == "role"
        for first in found.wishes:
            if first != wish and self._may_set_out(first, now):
                done |= self._do(first, now, depth + 1)
        self.giving = before
        return done

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
            if name not in self.reached:
                self.reached.add(name)
                if state != starts[track]:
                    tally.milestone(name, (now - root.opened_at) / dt.timedelta(days=1))
