"""New ways into a state of a workflow: each must ask what all its own ways into that state share.

What is shared is what each of its own ways implies, under whatever name; a new way must imply it too. The loader asks
for the names of the guards, and only of workflows that know each other; here it is proved, and of all together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.definition import Never
from state_machine.checks.implied import asked_of, implied, shared_by
from state_machine.checks.model import Model
from state_machine.checks.relation import Relation
from state_machine.checks.safety import enters_only
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import Proof, TraceStep, Verdict
from state_machine.rules import ActionRules, Rules
from state_machine.words import listed, spaced

METHOD = "what the new way asks implies what the others share (BDD)"


def new_ways(model: Model, alone: Rules, part: str) -> Iterator[Proof]:
    """One proof for each action that is not of the part and leads into a state of it."""
    for process in alone.processes.values():
        whole = model.rules.processes.get(process.name)
        for action in whole.actions.values() if whole is not None else ():
            if action.name in process.actions:
                continue
            for arrows in action.arrows:
                track = process.model.tracks.get(arrows.track)
                if track is not None and arrows.to in track.states:
                    way = _NewWay(model, alone, part, process.name, action, arrows.track, arrows.to)
                    if way.others:
                        yield way.proof()


@dataclass(frozen=True)
class _NewWay:
    model: Model
    alone: Rules
    part: str
    process: str
    action: ActionRules
    track: str
    state: str

    @property
    def others(self) -> list[ActionRules]:
        """The part's own ways into the state."""
        into = self.alone.processes[self.process].actions.values()
        return [
            other
            for other in into
            if any(arrows.track == self.track and arrows.to == self.state for arrows in other.arrows)
        ]

    def proof(self) -> Proof:
        """Whether the new way asks all that the others share."""
        verdict, missing, trace = self._goes_around()
        way = f"`{self.action.name}` into {spaced(self.state)}"
        says = f"The new way {way} of {self.process} asks all that the ways of {self.part} share"
        if missing:
            around = listed([f"`{one}`" for one in missing], "and")
            others = listed([f"`{other.name}`" for other in self.others], "and")
            says = (
                f"The action {way} of {self.process} goes around {around},"
                f" which every way of {self.part} asks ({others})"
            )
        outsiders = outsiders_among(self.action, self.others, self.alone, self.model.rules)
        if outsiders and verdict is not Verdict.VIOLATED:
            verdict, trace = Verdict.VIOLATED, self._taken()
            says = (
                f"The new way {way} of {self.process} is open to {listed(outsiders)}, who may go no way of {self.part}"
            )
        self._doubt()
        return Proof(
            f"{self.process}.new_way:{self.action.name}.{self.track}.{self.state}.{self.part}",
            "composition",
            verdict,
            f"{says}.",
            method=METHOD,
            counterexample=trace,
            where=("processes", self.process, "actions", self.action.name),
        )

    def _taken(self) -> tuple[TraceStep, ...]:
        """Steps on which the new way is gone."""
        explorer = Explorer(self._relation)
        way = next((one for one in self._relation.ways if one.name == self.action.name), None)
        there = explorer.reach(way.from_tracks) if way is not None else None
        taken = explorer.take(there, way) if there is not None and way is not None else None
        return taken.steps if taken is not None else ()

    def _doubt(self) -> None:
        """Say what a new way does not ask, and which new roles may go it: a house's own choice, told to its people."""
        asks = set.intersection(*(set(other.model.asks) for other in self.others)) - set(self.action.model.asks)
        known = self.alone.workflow.roles
        fresh = [
            role for role in self.action.model.by if role not in known and not known.keys() & _counts(self.model, role)
        ]
        way = f"{self.process}: the new way {self.action.name} into {spaced(self.state)}"
        if asks and self.action.model.by:
            self.model.warnings.append(
                f"{way} does not ask {listed(sorted(asks), 'and')}, as the ways of {self.part} do"
            )
        if fresh:
            self.model.warnings.append(f"{way} is open to {listed(fresh, 'and')}, whom {self.part} does not know")

    def _goes_around(self) -> tuple[Verdict, list[str], tuple[TraceStep, ...]]:
        """The guards that the new way goes around, with the steps on which it does.

        A guard that it does not ask, and without which the state is entered nowhere all the same, is not gone around.
        """
        around, trace, worst = list[str](), tuple[TraceStep, ...](), Verdict.HOLDS
        for guard in shared_by(self._relation, self.alone, self.others):
            if implied(self._relation, asked_of(self._relation, self.action), guard):
                continue
            never = Never(process=self.process, enters={self.track: self.state}, unless=guard.name)
            verdict, steps = enters_only(self.model, never)
            if verdict is not Verdict.HOLDS:
                around.append(guard.name)
                trace = trace or steps
                worst = verdict if worst is not Verdict.VIOLATED else worst
        return worst, around, trace

    @property
    def _relation(self) -> Relation:
        return self.model.relation(self.process)


def outsiders_among(action: ActionRules, others: Sequence[ActionRules], alone: Rules, whole: Rules) -> list[str]:
    """The roles of a part that may do an action, though they may do none of these others."""
    may = {title for other in others for role in other.model.by for title in whole.titles_for[role]}
    return [role for role in action.model.by if role in alone.workflow.roles and role not in may]


def _counts(model: Model, role: str) -> set[str]:
    """The roles as which somebody acts who has this one."""
    return {other for other, titles in model.rules.titles_for.items() if role in titles and other != role}
