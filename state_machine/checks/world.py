"""A house of a few instances in memory: the view on which traces are replayed by the real decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from config.definition import FactValue
from state_machine.automatic import by_the_house, next_automatic
from state_machine.deadlines import Step, settle
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt, Decision
from state_machine.evaluation import Evaluation
from state_machine.facts import current, record
from state_machine.permission import beginning
from state_machine.rules import Rules
from state_machine.view import SYSTEM, Actor, Done, Instance, Recorded, TrackAt

BEGIN = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
"""When every trace begins: a Monday morning in Asia."""

HOUR = dt.timedelta(hours=1)
MOST_FOLLOWING = 32


class World:
    """Instances and people, changed by decided attempts alone, and by what a trace takes as given."""

    def __init__(self, rules: Rules) -> None:
        self.main = rules
        self.now = BEGIN
        self.instances: dict[str, Instance] = {}
        self.people: dict[str, frozenset[str]] = {}
        self.order = 100
        self.waited = 0
        self.followed: list[str] = []

    def copy(self) -> World:
        """Another world that stands as this one does."""
        twin = World(self.main)
        twin.now, twin.order, twin.waited = self.now, self.order, self.waited
        twin.instances, twin.people = dict(self.instances), dict(self.people)
        return twin

    # --- what decisions look at -----------------------------------------------------------------------------------

    def instance(self, ref: str) -> Instance | None:
        """The instance of this reference."""
        return self.instances.get(ref)

    def children(self, ref: str, process: str) -> Sequence[Instance]:
        """The children of an instance of this process, in order of opening."""
        return [one for one in self.instances.values() if one.parent == ref and one.process == process]

    def person(self, person: str) -> Instance | None:
        """The instance that stands for a person."""
        return next((one for one in self.instances.values() if one.stands_for == person), None)

    def titles(self, person: str) -> frozenset[str]:
        """The roles that a person has in the house."""
        return self.people.get(person, frozenset())

    def people_with(self, role: str) -> tuple[str, ...]:
        """Everybody who has this title, by name."""
        return tuple(sorted(name for name, titles in self.people.items() if role in titles))

    def rules(self, instance: Instance) -> Rules:  # noqa: ARG002 - the shape of View
        """There is one version here."""
        return self.main

    # --- what is given --------------------------------------------------------------------------------------------

    def give(self, process: str, ref: str, parent: str | None = None, stands_for: str | None = None) -> Instance:
        """An instance that is there, its tracks in their start states."""
        above = self.instances[parent] if parent is not None else None
        states = self.main.processes[process].start_states
        made = Instance(
            ref=ref,
            family=above.family if above is not None else ref,
            parent=parent,
            process=process,
            workflow=self.main.hash,
            ordinal=len(self.instances),
            opened_at=self.now,
            opened_by="somebody",
            tracks={track: TrackAt(state, self.now, self.order) for track, state in states.items()},
            stands_for=stands_for,
        )
        self.instances[ref] = made
        return made

    def stand(self, ref: str, tracks: Mapping[str, str], since: dt.datetime | None = None) -> None:
        """How the tracks of an instance stand."""
        self.order += 100
        one = self.instances[ref]
        moved = {name: TrackAt(state, since or self.now, self.order) for name, state in tracks.items()}
        self.instances[ref] = replace(one, tracks={**one.tracks, **moved})

    def put(self, ref: str, fact: str, value: FactValue | None, by: str, at: dt.datetime | None = None) -> None:
        """What an instance holds as a fact; None: nothing."""
        self.order += 100
        one = self.instances[ref]
        facts = {name: held for name, held in one.facts.items() if name != fact}
        if value is not None:
            when = at or self.now
            facts[fact] = Recorded(value, when, when, by, None, self.order // 100, self.order, self.order)
        self.instances[ref] = replace(one, facts=facts)

    def did(self, ref: str, action: str, by: str, at: dt.datetime | None = None) -> None:
        """An action that an instance has behind it."""
        self.order += 100
        one = self.instances[ref]
        self.instances[ref] = replace(one, done={**one.done, action: Done(at or self.now, by, None, self.order, 1)})

    def hold(self, ref: str, role: str, person: str | None) -> None:
        """Who holds a role on an instance; None: nobody."""
        one = self.instances[ref]
        holders = {name: held for name, held in one.holders.items() if name != role}
        self.instances[ref] = replace(one, holders=holders if person is None else {**holders, role: person})

    # --- what is decided ------------------------------------------------------------------------------------------

    def actor(self, person: str) -> Actor:
        """Somebody as an actor; the engine itself under its own name."""
        return Actor(person, frozenset() if person == SYSTEM else self.titles(person))

    def attempt(self, attempt: Attempt) -> Decision:
        """Decide an attempt and, if it is applied, carry it out with all that follows by itself."""
        decision = decide(self.main, self, attempt, self.now)
        if not isinstance(decision, Applied):
            return decision
        kept = dict(self.instances)
        refused = self._carry_out(attempt, decision)
        if refused is None:
            return decision
        self.instances = kept
        return refused

    def _carry_out(self, attempt: Attempt, decision: Applied) -> Decision | None:
        """The effects of an applied attempt; answers the refusal of a child that it would have opened."""
        self.order += 1
        if attempt.kind == "open":
            begun = beginning(self.main, Evaluation(self, self.now, attempt.actor), attempt)
            self.instances[attempt.ref] = replace(begun, ordinal=len(self.instances))
        one = self.instances[attempt.ref]
        moved = {name: TrackAt(to, self.now, self.order) for name, (_, to) in decision.moves.items()}
        one = replace(one, tracks={**one.tracks, **moved})
        if attempt.kind != "record":
            times = one.done[attempt.action].times + 1 if attempt.action in one.done else 1
            done = Done(self.now, attempt.actor.person, None, self.order, times)
            one = replace(one, done={**one.done, attempt.action: done})
        if attempt.kind == "assign" and attempt.role and attempt.assigned:
            one = replace(one, holders={**one.holders, attempt.role: attempt.assigned})
        if attempt.kind == "unassign" and attempt.role:
            one = replace(one, holders={role: who for role, who in one.holders.items() if role != attempt.role})
        self.instances[attempt.ref] = record(
            one, attempt.facts, actor=attempt.actor, observed=None, now=self.now, seq=self.order, order=self.order
        )
        return self._open_children(attempt)

    def _open_children(self, attempt: Attempt) -> Decision | None:
        if attempt.kind not in ("act", "open"):
            return None
        parent = self.instances[attempt.ref]
        for opens in self.main.processes[parent.process].actions[attempt.action].model.opens:
            at = Evaluation(self, self.now, attempt.actor)
            entries = {name: current(at, parent, name).entry for name in opens.copies}
            copied = {name: entry.value for name, entry in entries.items() if entry is not None}
            ref = f"{opens.process}-{len(self.instances)}"
            child = Attempt("open", ref, attempt.actor, opens.process, "open", parent.ref, copied, by_skipped=True)
            decision = decide(self.main, self, child, self.now)
            if not isinstance(decision, Applied):
                return decision
            refused = self._carry_out(child, decision)
            if refused is not None:
                return refused
        return None

    def settle(self, ref: str) -> list[str] | None:
        """All automatic actions of an instance that follow now, by name; None where they do not come to rest."""
        self.followed = []
        while len(self.followed) <= MOST_FOLLOWING:
            action = self.follow_one(ref)
            if action is None:
                return self.followed
            self.followed.append(action)
        return None

    def follow_one(self, ref: str) -> str | None:
        """The next automatic action of an instance, carried out; None where it is at rest.

        What its relatives would do by themselves is not looked at: how they stand is given. Raises ValueError where
        the action opens a child that is refused: then its whole step fails.
        """
        following = next_automatic(self.main, by_the_house(self, self.now), [self.instances[ref]])
        if following is None:
            return None
        one, action, decision = following
        attempt = Attempt("act", one.ref, Actor(SYSTEM), one.process, action)
        if self._carry_out(attempt, decision) is not None:
            raise ValueError(f"the automatic action {action} opens a child that is refused")
        return action

    def settle_deadlines(self, ref: str) -> None:
        """What becomes of the deadlines of an instance, after a step of its family that came to rest."""
        self.order += 1
        one = self.instances[ref]
        deadlines = dict(one.deadlines)
        step = Step(self.order, self.order)
        for change in settle(self.main, by_the_house(self, self.now), one, step):
            deadlines.pop(change.name, None)
            if change.after is not None:
                deadlines[change.name] = change.after
        self.instances[ref] = replace(one, deadlines=deadlines)

    def states(self, ref: str) -> dict[str, str]:
        """How the tracks of an instance stand."""
        one = self.instances.get(ref)
        return {name: at.state for name, at in one.tracks.items()} if one is not None else {}
