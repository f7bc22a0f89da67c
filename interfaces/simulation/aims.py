"""What the people of a case set out to do: what leads on from where it stands, best to where it has never been."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from config.definition import RESERVED_ACTIONS
from interfaces.simulation.hands import Hands
from interfaces.simulation.ways import befalls, leads_back
from interfaces.simulation.wish import Wish
from state_machine.decide import tracks_moved
from state_machine.view import Instance

TRIES = 6
"""How many turns people try what they have set out to do, before they try something else."""
PATIENCE = dt.timedelta(days=30)
"""How long people wait for what needs nothing but time, before they try it again."""
DECLINED = 0.4
"""Of what may be set out to do, the share that is nothing for a case."""
RARE = 0.02
"""How often one of the actions that nobody sets out to do is tried, where it is possible."""


@dataclass
class Aims:
    """What is set out to do in one case. `reached` are the states in which the case has been (`track.state`).

    `endings` are the tracks that decide whether a case is over: nobody sets out to move them before `stays_until`
    (UTC).
    """

    hands: Hands
    endings: frozenset[str]
    stays_until: dt.datetime
    reached: set[str] = field(default_factory=set)
    aside: dict[Wish, dt.datetime] = field(default_factory=dict)
    _aim: Wish | None = None
    _tries: int = 0
    _declined: dict[str, bool] = field(default_factory=dict)

    def take_up(self, now: dt.datetime) -> Wish | None:
        """What they have set out to do, for one more try; something new where that is done, vain or no longer ahead."""
        instances = self.hands.family(now).instances
        if self._aim is None or self._tries == TRIES or not self._is_still_ahead(self._aim, instances):
            self._aim, self._tries = self._next(now), 0
        self._tries += 1
        return self._aim

    def done(self) -> None:
        """It is done."""
        self._aim = None

    def put_aside(self, aim: Wish, until: dt.datetime) -> None:
        """It needs nothing but time: others come first until then."""
        self.aside[aim], self._aim = until, None

    def was_no_try(self) -> None:
        """Nobody had a hand free for it."""
        self._tries -= 1

    def may_set_out(self, wish: Wish, now: dt.datetime) -> bool:
        """Nobody ends a case before its time."""
        if wish.kind != "action" or wish.ref != self.hands.root or now >= self.stays_until:
            return True
        root = self.hands.family(now).instances[wish.ref]
        action = self.hands.rules.processes[root.process].actions.get(wish.name)
        return action is None or self.endings.isdisjoint(tracks_moved(action, root) or ())

    def leads_on(self, wish: Wish, now: dt.datetime) -> bool:
        """Whether an action brings a case on. What leads back happens, but nobody sets out to do it.

        What befalls a person comes by chance, as `befalls` says.
        """
        instance = self.hands.family(now).instance(wish.ref)
        if wish.kind != "action" or instance is None:
            return True
        process = self.hands.rules.processes[instance.process]
        moves = tracks_moved(process.actions[wish.name], instance) if wish.name in process.actions else None
        if moves is None or leads_back(process, moves):
            return False
        return not befalls(process, process.actions[wish.name], moves)

    def _next(self, now: dt.datetime) -> Wish | None:
        """What was put aside until now, else something that leads on, if possible to where the case has never been."""
        family = self.hands.family(now)
        for aim in [wish for wish, until in self.aside.items() if until <= now]:
            del self.aside[aim]
            if self._is_still_ahead(aim, family.instances):
                return aim
        ways = [wish for one in self.hands.living(now) for wish in self._ways_on(one, now) if wish not in self.aside]
        new = [wish for wish in ways if self._leads_to_something_new(family.instances[wish.ref], wish)]
        return self.hands.chance.choice(new or ways) if ways else None

    def _ways_on(self, one: Instance, now: dt.datetime) -> Iterator[Wish]:
        """The actions of people that lead to another state, and children that may be opened."""
        process = self.hands.rules.processes[one.process]
        for action in process.actions.values():
            wish = Wish(one.ref, "action", action.name)
            if action.name in RESERVED_ACTIONS or not action.model.by or not tracks_moved(action, one):
                continue
            if one.ref == self.hands.root and not self._in_the_cards(action.name):
                continue
            if self.may_set_out(wish, now) and (self.leads_on(wish, now) or self.hands.chance.random() < RARE):
                yield wish
        if self.hands.chance.random() < 0.3:
            yield from (Wish(one.ref, "child", below) for below in process.below)

    def _leads_to_something_new(self, instance: Instance, wish: Wish) -> bool:
        """Whether an action brings a track to a state in which the case has never been."""
        if wish.kind != "action" or instance.ref != self.hands.root:
            return False
        action = self.hands.rules.processes[instance.process].actions[wish.name]
        return any(
            f"{track}.{to}" not in self.reached for track, (_, to) in (tracks_moved(action, instance) or {}).items()
        )

    def _is_still_ahead(self, aim: Wish, instances: Mapping[str, Instance]) -> bool:
        """Whether what was set out to do would still move something."""
        instance = instances.get(aim.ref)
        if instance is None or aim.kind != "action":
            return instance is not None
        return bool(tracks_moved(self.hands.rules.processes[instance.process].actions[aim.name], instance))

    def _in_the_cards(self, action: str) -> bool:
        """Cases differ: some of what could be set out to do is nothing for this one."""
        if not self._declined:
            names = self.hands.rules.processes[self.hands.process].actions
            self._declined.update({name: self.hands.chance.random() < DECLINED for name in names})
        return not self._declined[action]
