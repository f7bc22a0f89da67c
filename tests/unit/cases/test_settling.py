"""A step looks only at what it can have changed; the full look at all deadlines and automatic actions never finds more.

Random walks over the shipped workflow: tracks, facts and actions done are changed at random, far from what guards would
let through, children are opened, time goes by with sweeps and without. After each step all deadlines of the family are
looked at in full: whatever that would still change was forgotten by the step.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from functools import lru_cache

import pytest

from cases.cascade import follow
from cases.commit import commit
from cases.effects import rows_of_facts
from cases.errors import Failed
from cases.journal import Kind
from cases.take_step import load_workspace
from cases.workspace import Trial, Workspace, changed_tracks
from config.definition import Fact, FactValue
from config.loader import load_workflow
from state_machine.automatic import by_the_house, next_automatic
from state_machine.conditions import touched
from state_machine.dating import DeadlineRules
from state_machine.deadlines import Step, settle
from state_machine.facts import record
from state_machine.rules import Rules
from state_machine.stored import changed
from state_machine.view import Actor, Done, Instance, TrackAt
from tests.houses import SmallHouse, staff

WALKS = [("case", seed) for seed in range(8)]
WALKS += [(root, seed) for root in ("provider", "partner", "staff_member", "department") for seed in (1, 2)]
STEPS = 60
TRUE_OFTEN = 0.7


@lru_cache(maxsize=1)
def rules() -> Rules:
    loaded = load_workflow("kh-2009")
    return Rules.compile(loaded.workflow, loaded.hash)


def deadlines() -> list[DeadlineRules]:
    return [one for process in rules().processes.values() for one in process.deadlines.values()]


class Walk:
    """One family and what happens to it."""

    def __init__(self, seed: int, root: str) -> None:
        self.random = random.Random(seed)
        self.rules = rules()
        titles = {name.replace("_", "-"): name for name in self.rules.workflow.roles}
        self.house = SmallHouse(self.rules, staff(**titles), seed=str(seed))
        self.unrest: list[str] = []
        with self.house.store.step() as tx:
            ws = Workspace(self.house.house, tx, self.now, None, fresh=("C", self.rules))
            self._open(ws, root, None)
            follow(ws)
            commit(tx, ws)

    @property
    def now(self) -> dt.datetime:
        return self.house.clock.now()

    def step(self) -> None:
        """Something happens: time goes by, is noticed or not, and somebody does something."""
        if self.random.random() < 0.4:
            ahead = dt.timedelta(days=self.random.choice([0, 1, 3, 30, 200]), hours=self.random.randrange(24))
            self.house.clock.move_to(self.now + ahead)
        if self.random.random() < 0.2:
            self._sweep()
        if self.random.random() < 0.3:
            self._lapse()
        with self.house.store.step() as tx:
            ws = load_workspace(self.house.house, tx, "C", self.now, Trial())
            for _ in range(self.random.choice([1, 1, 1, 2])):
                self._happen(ws)
            try:
                follow(ws)
            except Failed:
                return  # automatic actions that do not come to rest in a state that no guard would have let be
            commit(tx, ws)

    def _sweep(self) -> None:
        self.house.wait()
        self.unrest += self._unrest()

    def _lapse(self) -> None:
        """The clock ends a fact, and nobody does anything before the sweep notices."""
        with self.house.store.step() as tx:
            moments = [row.at for row in tx.due_of("C") if row.kind == "lapse"]
        self._sweep()
        if moments:
            self.house.clock.move_to(max(self.now, self.random.choice(moments)))
            self._sweep()

    def _happen(self, ws: Workspace) -> None:
        one = self.random.choice(list(ws.instances.values()))
        what = self.random.choice(["track", "track", "fact", "fact", "done", "open", "forget"])
        process = self.rules.processes[one.process]
        order = ws.next_order()
        if what == "track" and one.tracks:
            track = self.random.choice(list(one.tracks))
            to = self.random.choice(list(process.model.tracks[track].states))
            ws.put(changed_tracks(one, {track: ("", to)}, self.now, order))
        elif what == "fact" and process.facts:
            names = self.random.sample(list(process.facts), min(len(process.facts), self.random.choice([1, 3, 9])))
            facts = {name: self._value(ws, process.facts[name].model) for name in names}
            seen = self.now - dt.timedelta(days=self.random.choice([0, 0, 0, 2, 400]))
            actor, seq = Actor("director"), ws.next_seq(one.ref)
            ws.put(record(one, facts, actor=actor, observed=seen, now=self.now, seq=seq, order=order))
            rows_of_facts(ws, ws.instances[one.ref], names)
        elif what == "done" and process.actions:
            action = self.random.choice(list(process.actions))
            ws.put(_with_done(one, action, Done(self.now, "director", None, order, 1)))
        elif what == "open" and process.below and len(ws.instances) < 12:
            return self._open(ws, self.random.choice(process.below), one.ref)
        elif one.facts:
            name = self.random.choice(list(one.facts))
            ws.put(_without(one, name))
            ws.forget(one.ref, name)
        ws.entry(one.ref, Kind.APPLIED, {"actor": "director", "action": what}, {})
        return None

    def _open(self, ws: Workspace, process: str, parent: str | None) -> None:
        ref, order = "C" if parent is None else self.house.house.ids.reference(), ws.next_order()
        tracks = self.rules.processes[process].start_states.items()
        at = {name: TrackAt(state, self.now, order) for name, state in tracks}
        made = Instance(ref, "C", parent, process, self.rules.hash, len(ws.instances), self.now, "director", at)
        ws.put(made, new=True)
        ws.entry(ref, Kind.OPENED, {"actor": "director", "action": "open"}, {})

    def _value(self, ws: Workspace, fact: Fact) -> FactValue:
        day = (self.now + dt.timedelta(days=self.random.choice([-900, -3, 5, 80]))).date().isoformat()
        same = [one.ref for one in ws.instances.values() if one.process == fact.to]
        plain: dict[str, FactValue] = {
            "yes_no": self.random.random() < TRUE_OFTEN,
            "number": self.random.choice([0, 1, 4, 17]),
            "date": day,
            "period": self.random.choice(["P1D", "P14D", "P3M"]),
            "link": self.random.choice([*same, "0000-0000-0000"]),
        }
        if fact.kind == "choice":
            return self.random.choice(fact.values)
        if fact.kind == "choices":
            return tuple(value for value in fact.values if self.random.random() < TRUE_OFTEN)
        return plain.get(fact.kind, "words")

    def _unrest(self) -> list[str]:
        """What a full look after a sweep finds that the sweep did not: automatic actions, deadlines, other families."""
        with self.house.store.step() as tx:
            ws = load_workspace(self.house.house, tx, "C", self.now, Trial())
            following = next_automatic(self.rules, by_the_house(ws, self.now), ws.instances.values())
            forgotten = [f"{process}.{name} {what}" for process, name, what in self._changes(ws)]
            found = [following[1]] if following is not None else []
            return found + forgotten + sorted(ws.looked_at ^ ws.watched)

    def left_over(self) -> list[tuple[str, str, str]]:
        """What a full look would still change: (process, deadline or automatic action, what)."""
        with self.house.store.step() as tx:
            ws = load_workspace(self.house.house, tx, "C", self.now, Trial())
            following = next_automatic(self.rules, by_the_house(ws, self.now), ws.instances.values())
            follows = [(following[0].process, following[1], "follows")] if following is not None else []
            return follows + self._changes(ws)

    def _changes(self, ws: Workspace) -> list[tuple[str, str, str]]:
        """What becomes of deadlines that are looked at now.

        Those with a pause are left out: they are looked at after every step, and begin before they pause.
        """
        at = by_the_house(ws, self.now)
        return [
            (one.process, change.name, change.what)
            for one in ws.instances.values()
            for change in settle(self.rules, at, one, Step(ws.order, ws.next_seq(one.ref)))
            if self.rules.processes[one.process].deadlines[change.name].pauses_while is None
        ]


def _with_done(one: Instance, action: str, done: Done) -> Instance:
    return replace(one, done=changed(one.done, {action: done}))


def _without(one: Instance, name: str) -> Instance:
    return replace(one, facts={fact: value for fact, value in one.facts.items() if fact != name})


class TestAStep:
    @pytest.mark.parametrize(("root", "seed"), WALKS)
    def test_leaves_no_deadline_that_a_full_look_would_change(self, root: str, seed: int) -> None:
        walk = Walk(seed, root)
        for number in range(STEPS):
            walk.step()
            assert walk.left_over() == [], f"walk {seed} of a {root}, step {number}"


class TestASweep:
    @pytest.mark.parametrize(("root", "seed"), WALKS)
    def test_leaves_a_family_at_rest_also_where_it_does_not_look_at_everything(self, root: str, seed: int) -> None:
        walk = Walk(seed, root)
        for _ in range(STEPS):
            walk.step()
        assert walk.unrest == []


class TestTheReachOfDeadlines:
    def test_is_known_for_most_of_the_shipped_ones(self) -> None:
        known = [one for one in deadlines() if one.looks_at is not None]
        assert len(known) > len(deadlines()) * 2 // 3

    def test_takes_in_what_ends_the_instance(self) -> None:
        for process in rules().processes.values():
            over = touched(process.over) if process.over is not None else frozenset()
            assert all(over <= one.looks_at for one in process.deadlines.values() if one.looks_at is not None)

    def test_is_not_known_where_a_person_is_looked_at(self) -> None:
        assert rules().processes["case"].deadlines["name_a_case_manager"].looks_at is None

    def test_is_not_known_where_the_clock_ends_a_fact(self) -> None:
        assert rules().processes["partner"].deadlines["see_the_agreement"].looks_at is None

    def test_is_not_known_where_the_date_can_move_or_the_round_can_pause(self) -> None:
        can = [one for one in deadlines() if one.can_move or one.pauses_while is not None]
        assert can
        assert all(one.looks_at is None for one in can)
