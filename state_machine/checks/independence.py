"""Nothing is withheld for who somebody is: what is never read, and what protected facts may do.

Three things are shown. What an invariant says is `never_reads` is read by no guard, by whatever way (`influences`);
with `all_but` nothing else than what is named. A `protected` fact is read, by whatever way, by guards and deadlines
alone that are marked `protects`, and what happens without a person hangs on none. And such a guard only adds: it can be
met whatever the value of the protected fact is, together with all that is asked beside it, and where its name stands in
another condition, its being met never closes what was open (`only_adds`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from config.definition import NeverReads
from state_machine.checks.grounds import says_a_ground
from state_machine.checks.influences import Influences, Path
from state_machine.checks.model import Model
from state_machine.checks.only_adds import only_adds
from state_machine.checks.refused_for import Concerns, refused_for
from state_machine.checks.verdict import Proof, TraceStep, Verdict
from state_machine.conditions import Node, Touch
from state_machine.dating import DeadlineRules
from state_machine.guards import GuardRules
from state_machine.moments import FactFigure
from state_machine.rules import ActionRules, ProcessRules, Rules
from state_machine.words import listed

LOOKED_AT = ("fact", "track", "action", "child")
"""What `all_but` speaks of; who acts, and for whom, is another matter."""

METHOD = "everything that is read, through names, relatives, copies and what happens without a person"


def check_independence(model: Model) -> Iterator[Proof]:
    """Every `never_reads`, every protected fact, every guard that protects, and the grounds that must be protected."""
    search = _Search(model)
    for process in model.rules.processes.values():
        for name, invariant in process.model.invariants.items():
            if invariant.never_reads is not None:
                yield search.never_reads(process.name, name, invariant.never_reads)
    for owner, fact in search.protected:
        yield search.protected_fact(owner, fact)
    yield search.grounds_are_marked()
    yield from search.tracks_of_grounds()
    yield from only_adds(model)


@dataclass(frozen=True)
class _Reading:
    """Somebody who reads: a guard or a standing condition, with all that it reads in the end."""

    says: str
    where: tuple[str, ...]
    protects: bool
    reached: Mapping[Touch, Path]
    guard: GuardRules | None = None


@dataclass(frozen=True)
class _Search:
    model: Model

    @property
    def rules(self) -> Rules:
        """The compiled workflow."""
        return self.model.rules

    @cached_property
    def influences(self) -> Influences:
        return Influences(self.rules)

    @cached_property
    def protected(self) -> tuple[tuple[str, str], ...]:
        """Every protected fact, with its process."""
        return tuple(
            (process.name, name)
            for process in self.rules.processes.values()
            for name, fact in process.facts.items()
            if fact.model.protected
        )

    def never_reads(self, process: str, name: str, promise: NeverReads) -> Proof:
        """Whether no guard of these actions, and no deadline that does one of them, reads any of these."""
        rules = self.rules.processes[promise.process]
        chosen = list(rules.actions) if promise.actions == "any" else list(promise.actions)

        def meant(kind: str, process: str | None, name: str) -> bool:  # noqa: ARG001 - the shape of Concerns
            named = {"fact": promise.facts, "track": promise.tracks}.get(kind, ())
            others = promise.all_but is not None and kind in LOOKED_AT and name not in promise.all_but
            return name in named or others

        found = [
            (reading, self._told(reading, touch, path))
            for reading in self._readings_of(rules, chosen)
            for touch, path in reading.reached.items()
            if meant(touch[1], touch[0], touch[2])
        ]
        texts = [text for _, text in found]
        never = listed([*promise.facts, *promise.tracks])
        if promise.all_but is not None:
            never = f"anything but {listed(promise.all_but)}" if promise.all_but else "anything"
        said = f"No guard of {promise.process} reads {never}" if not found else texts[0]

        return Proof(
            f"{process}.{name}",
            "independence",
            Verdict.VIOLATED if found else Verdict.HOLDS,
            f"{said}{_more(texts)}.",
            method=METHOD,
            counterexample=self._shown([reading for reading, _ in found], meant),
            where=("processes", process, "invariants", name),
        )

    def protected_fact(self, owner: str, fact: str) -> Proof:
        """Whether nothing but guards that are marked `protects` reads a protected fact, by whatever way."""
        found = [
            (reading, self._told(reading, touch, path))
            for reading in self._all_readings
            if not reading.protects
            for touch, path in reading.reached.items()
            if touch[1] == "fact" and touch[2] == fact and touch[0] in (owner, None)
        ]
        texts = [text for _, text in found]

        def meant(kind: str, process: str | None, name: str) -> bool:
            return (kind, process, name) == ("fact", owner, fact)

        said = texts[0] if texts else f"Nothing is withheld because of {fact}: only guards that add protection read it"
        return Proof(
            f"{owner}.protected:{fact}",
            "independence",
            Verdict.VIOLATED if found else Verdict.HOLDS,
            f"{said}{_more(texts)}.",
            method=METHOD,
            counterexample=self._shown([reading for reading, _ in found], meant),
            where=found[0][0].where if found else ("processes", owner, "facts", fact),
        )

    def grounds_are_marked(self) -> Proof:
        """Whether every fact whose name says a ground on which nothing may be withheld is marked as protected."""
        found = [
            (process.name, name)
            for process in self.rules.processes.values()
            if process.model.stands_for is None
            for name, fact in process.facts.items()
            if not fact.model.protected and says_a_ground(name, fact.model.values)
        ]
        said = "Every fact that names a ground on which nothing may be withheld, or lists one, is marked `protected`"
        if found:
            said = f"The fact {found[0][1]} of {found[0][0]} is a ground on which nothing may be withheld, and is not"
            said += " marked `protected: true`"
        return Proof(
            "workflow.grounds:marked",
            "independence",
            Verdict.VIOLATED if found else Verdict.HOLDS,
            f"{said}{_more(found)}.",
            method="the names of all facts, and the values that they list",
            where=("processes", found[0][0], "facts", found[0][1]) if found else (),
        )

    def tracks_of_grounds(self) -> Iterator[Proof]:
        """Whether no guard of another process reads a track whose states say such a ground."""
        for process in self.rules.processes.values():
            for name, track in process.model.tracks.items():
                if process.model.stands_for is None and says_a_ground("", track.states):
                    yield self._track_of_a_ground(process, name)

    def _track_of_a_ground(self, process: ProcessRules, name: str) -> Proof:
        found = [
            (reading, self._told(reading, touch, path))
            for reading in self._all_readings
            for touch, path in reading.reached.items()
            if touch[1] == "track" and touch[2] == name and touch[0] in (process.name, None)
        ]
        texts = [text for _, text in found]

        def meant(kind: str, owner: str | None, other: str) -> bool:
            return (kind, owner, other) == ("track", process.name, name)

        said = texts[0] if texts else f"Nothing hangs on {name}, whose states say a ground on which nothing is withheld"
        return Proof(
            f"{process.name}.protected_track:{name}",
            "independence",
            Verdict.VIOLATED if found else Verdict.HOLDS,
            f"{said}{_more(texts)}.",
            method=METHOD,
            counterexample=self._shown([reading for reading, _ in found], meant),
            where=found[0][0].where if found else ("processes", process.name, "tracks", name),
        )

    @cached_property
    def _all_readings(self) -> tuple[_Reading, ...]:
        """All guards, and all conditions by which something is ended, done or no longer watched without a person."""
        found: list[_Reading] = []
        for process in self.rules.processes.values():
            found += [self._guard(process, guard) for guard in process.guards.values()]
            found += self._by_themselves(process)
            if process.over is not None:
                found.append(self._standing(process, "what ends it", ("over",), process.over))
            for deadline in process.deadlines.values():
                does = any(rung.do is not None for rung in deadline.model.ladder)
                where = ("deadlines", deadline.name)
                if does or not deadline.model.protects:
                    found.append(self._standing(process, f"the deadline {deadline.name}", where, deadline.runs_while))
                if deadline.pauses_while is not None:
                    says = f"the pause of {deadline.name}"
                    found.append(self._standing(process, says, where, deadline.pauses_while))
                found.append(self._due(process, deadline))
        return tuple(found)

    def _readings_of(self, process: ProcessRules, actions: Iterable[str]) -> Iterator[_Reading]:
        """The guards of these actions, and the deadlines that do one of them."""
        chosen = [process.actions[name] for name in actions]
        guards: dict[str, GuardRules] = {}
        for action in chosen:
            guards |= {guard.name: guard for guard in _asked_by(process, action)}
        for guard in guards.values():
            if guard.model.strength != "off":
                yield self._guard(process, guard)
        names = {action.name for action in chosen}
        for deadline in process.deadlines.values():
            if any(rung.do in names for rung in deadline.model.ladder):
                says = f"the deadline {deadline.name}"
                for node in (deadline.runs_while, deadline.pauses_while):
                    if node is not None:
                        yield self._standing(process, says, ("deadlines", deadline.name), node)

    def _guard(self, process: ProcessRules, guard: GuardRules) -> _Reading:
        reached = self.influences.reached(self.influences.read_by(guard))
        where = ("processes", process.name, "guards", guard.name)
        return _Reading(f"the guard `{guard.name}` of {process.name}", where, guard.model.protects, reached, guard)

    def _standing(self, process: ProcessRules, says: str, where: tuple[str, ...], node: Node) -> _Reading:
        reached = self.influences.reached(self.influences.read(node))
        return _Reading(f"{says} of {process.name}", ("processes", process.name, *where), False, reached)

    def _shown(self, readings: Iterable[_Reading], meant: Concerns) -> tuple[TraceStep, ...]:
        """Steps to a refusal that hangs on what is read; none where it is read by a detour alone."""
        for guard in {reading.guard.name: reading.guard for reading in readings if reading.guard is not None}.values():
            steps = refused_for(self.model.relation(guard.process), guard, meant)
            if steps:
                return steps
        return ()

    def _by_themselves(self, process: ProcessRules) -> Iterator[_Reading]:
        """What happens without a person hangs on no protected fact at all, whatever mark its guards bear."""
        for action in process.actions.values():
            for guard in action.guards if action.by_house and not action.model.by else ():
                if guard.model.protects and guard.model.strength != "off":
                    reached = self.influences.reached(self.influences.read_by(guard))
                    says = f"what happens by itself as `{action.name}` of {process.name}, asking `{guard.name}`,"
                    yield _Reading(says, ("processes", process.name, "actions", action.name), False, reached)

    def _due(self, process: ProcessRules, deadline: DeadlineRules) -> _Reading:
        """The figure of a deadline, and the moment from which it counts."""
        read: dict[Touch, Path] = {}
        if isinstance(deadline.after, FactFigure):
            read[deadline.after.place.process, "fact", deadline.after.fact] = ()
        if deadline.since is not None and deadline.since.kind == "fact":
            read[deadline.since.child or deadline.since.place.process, "fact", deadline.since.name] = ()
        where = ("processes", process.name, "deadlines", deadline.name)
        says = f"the due time of {deadline.name} of {process.name}"
        return _Reading(says, where, False, self.influences.reached(read))

    def _told(self, reading: _Reading, touch: Touch, path: Path) -> str:
        """One thing that is read, in words: by whom, by which way, and what it is."""
        process, kind, name = touch
        way = "".join(f", through {step}" for step in path)
        text = f"{reading.says} reads the {kind} {name} of {process or 'somebody'}{way}"
        return f"{text[:1].upper()}{text[1:]}"


def _asked_by(process: ProcessRules, action: ActionRules) -> tuple[GuardRules, ...]:
    """The guards that an action asks; `assign` asks those of roles too."""
    if action.name != "assign":
        return action.guards
    of_roles = (guard for guards in process.role_guards.values() for guard in guards)
    return tuple(dict.fromkeys((*action.guards, *of_roles)))


def _more(found: list[str] | list[tuple[str, str]]) -> str:
    return f" (and {len(found) - 1} more)" if len(found) > 1 else ""
