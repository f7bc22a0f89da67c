"""New states and values: what others add to a track or a fact of a workflow must not slip through what it says.

A test matches what is listed, and lists nothing that is new. Where a guard refuses or a deadline runs because something
matches, what is new escapes it. Then others must make good what escapes, by a guard or a deadline of their own that
takes the new one as the part takes one that it lists; or, of a state, enter it no more easily than the part itself
leaves the states that it lists there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from config.conditions import Condition
from config.definition import Deadline, Due, Invariant, Never
from config.durations import Duration
from state_machine.checks.implied import asked_of, implied, shared_by
from state_machine.checks.model import Model
from state_machine.checks.new_ways import outsiders_among
from state_machine.checks.oversight import runs_where, tells
from state_machine.checks.own_hand import never_refused
from state_machine.checks.relation import Relation
from state_machine.checks.safety import enters_only
from state_machine.checks.sites import above
from state_machine.checks.space import Set, Variable
from state_machine.checks.verdict import Proof, TraceStep, Verdict
from state_machine.conditions import ChildrenNode, CountNode, Node, NotNode, TrackNode
from state_machine.guards import GuardRules
from state_machine.leaves import FactNode
from state_machine.rules import ActionRules, ProcessRules, Rules
from state_machine.words import listed, spaced

METHOD = "every test of the part, with what it lists and what the others make good (BDD)"
Kind = Literal["track", "fact"]


@dataclass(frozen=True, slots=True)
class Stranger:
    """A state or a value that a part does not know, with those that it knows."""

    process: str
    kind: Kind
    name: str
    new: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One place at which something of a part hangs on which of the known ones it is. `where` is the element.

    `matches`: what is listed there; whatever is not escapes it.
    """

    process: str
    where: tuple[str, ...]
    matches: frozenset[str]


def strangers(alone: Rules, whole: Rules) -> Iterator[Stranger]:
    """Everything that is new on the tracks and in the choices of a part."""
    for process in alone.processes.values():
        after = whole.processes[process.name].model
        for name, track in process.model.tracks.items():
            known = tuple(track.states)
            for state in after.tracks[name].states:
                if state not in known:
                    yield Stranger(process.name, "track", name, state, known)
        for name, fact in process.model.facts.items():
            for value in after.facts[name].values if fact.kind == "choice" else ():
                if value not in fact.values:
                    yield Stranger(process.name, "fact", name, value, fact.values)


def escaped(alone: Model, whole: Rules, stranger: Stranger) -> Iterator[Test]:
    """The tests of a part that a stranger escapes, by the strength that the whole gives them."""
    for process in alone.rules.processes.values():
        for where, node, escapes_by in _elements(alone, process, whole.processes[process.name]):
            for matches, helps in _leaves(node, stranger, helps=True):
                if escapes_by is None or helps is escapes_by:
                    yield Test(process.name, ("processes", process.name, *where), matches)


Element = tuple[tuple[str, ...], Node, bool | None]
"""An element, its condition, and by what one escapes it: that a test which helps the condition does not match (True),
that one which hinders it does not (False), or either (None)."""


def _elements(alone: Model, process: ProcessRules, whole: ProcessRules) -> Iterator[Element]:
    automatic = {guard.name for action in process.automatic for guard in action.guards}
    for guard in _asked(process):
        if whole.guards[guard.name].refuses:
            where = ("guards", guard.name)
            yield where, guard.require, None if guard.name in automatic else False
            if guard.when is not None:
                yield where, guard.when, None if guard.name in automatic else True
    for name, deadline in process.deadlines.items():
        if whole.deadlines[name].model.strength == "must":
            does = any(rung.do is not None for rung in deadline.model.ladder)
            yield ("deadlines", name), deadline.runs_while, None if does else True
            if deadline.pauses_while is not None:
                yield ("deadlines", name), deadline.pauses_while, False
    if process.over is not None:
        yield ("over",), process.over, False
    for name, invariant in process.model.invariants.items():
        for of, condition, escapes_by in _promised(invariant):
            yield ("invariants", name), alone.compiler.node(condition, of), escapes_by


def _asked(process: ProcessRules) -> list[GuardRules]:
    """The guards that some action or role of a process asks."""
    asked = [guard for action in process.actions.values() for guard in action.guards]
    of_roles = [guard for guards in process.role_guards.values() for guard in guards]
    return list({guard.name: guard for guard in (*asked, *of_roles)}.values())


def _promised(invariant: Invariant) -> Iterator[tuple[str, Condition, bool]]:
    """The conditions of a promise, each with its process and by what one escapes it."""
    never, refused, watched = invariant.never, invariant.never_refused, invariant.always_watched
    if never is not None and never.rests is not None:
        yield never.process, never.rests, True
    if never is not None and never.unless is not None:
        yield never.process, never.unless, False
    if refused is not None and refused.when is not None:
        yield refused.process, refused.when, True
    if watched is not None and watched.except_ is not None:
        yield watched.process, watched.except_, False


def _takes_the_place(one: Deadline, of: Deadline) -> bool:
    """Whether a deadline asks the same of the same people, and no later."""
    latest = _latest(one.due)
    bound = _latest(of.due)
    in_time = latest is not None and bound is not None and latest <= bound
    same = (one.task_for, one.verb, one.done_by, one.repeats) == (of.task_for, of.verb, of.done_by, of.repeats)
    never_pauses = one.pauses_while is None or one.pauses_while == of.pauses_while
    return one.strength == "must" and tells(one) and in_time and same and never_pauses and one.due.since == of.due.since


def _latest(due: Due) -> float | None:
    figure = due.at_most if isinstance(due.at_most, Duration) else due.after
    return figure.nominal_seconds if isinstance(figure, Duration) else None


def _leaves(node: Node, stranger: Stranger, *, helps: bool) -> Iterator[tuple[frozenset[str], bool]]:
    """What each test of the track or fact of a stranger matches, and whether matching helps the condition."""
    match node:
        case TrackNode() if (stranger.kind, stranger.name) == ("track", node.source.track):
            if node.place.process in (None, stranger.process):
                yield node.states, helps
        case FactNode(test="is") if (stranger.kind, stranger.name) == ("fact", node.source.fact):
            if node.place.process in (None, stranger.process):
                listed = {one.value for one in node.rights if isinstance(one.value, str)}
                if listed and len(listed) == len(node.rights):
                    yield frozenset(listed), helps
        case NotNode():
            yield from _leaves(node.part, stranger, helps=not helps)
        case ChildrenNode(kind="none") | CountNode(at_least=False):
            for part in node.parts:
                yield from _leaves(part, stranger, helps=not helps)
        case _:
            for part in node.parts:
                yield from _leaves(part, stranger, helps=helps)


# --- what is made good ------------------------------------------------------------------------------------------------


def no_stranger_slips_through(model: Model, alone: Rules, part: str) -> Iterator[Proof]:
    """One proof for each state and each value that is added to a track or a choice of a part."""
    own = Model(alone)
    for stranger in strangers(alone, model.rules):
        yield _Newcomer(model, own, part, stranger).proof()


@dataclass(frozen=True)
class _Newcomer:
    model: Model
    own: Model
    part: str
    stranger: Stranger

    def proof(self) -> Proof:
        """Whether all that it escapes is made good."""
        found, trace, verdict = list[str](), tuple[TraceStep, ...](), Verdict.HOLDS
        for test in escaped(self.own, self.model.rules, self.stranger):
            if self._covered(test):
                continue
            entered, around, steps = (
                self._entered(test) if self.stranger.kind == "track" else (Verdict.VIOLATED, "", ())
            )
            if entered is not Verdict.HOLDS:
                found.append(f"{'.'.join(test.where[1:])}, which lists {listed(sorted(test.matches), 'and')}{around}")
                trace = trace or steps
                verdict = entered if verdict is not Verdict.VIOLATED else verdict
        one = self.stranger
        what = f"{spaced(one.new)}, which is new on the {one.kind} {spaced(one.name)} of {one.process}"
        says = f"Nothing of {self.part} is escaped by {what}"
        if found:
            says = f"The {what}, escapes {found[0]}" + (f" (and {len(found) - 1} more)" if len(found) > 1 else "")
        return Proof(
            f"{one.process}.stranger:{one.name}.{one.new}.{self.part}",
            "composition",
            verdict,
            f"{says}.",
            method=METHOD,
            counterexample=trace,
            where=("processes", one.process, f"{one.kind}s", one.name),
        )

    # --- a state is entered as the part leaves what it lists ------------------------------------------------------

    def _entered(self, test: Test) -> tuple[Verdict, str, tuple[TraceStep, ...]]:
        """Whether the state is entered, from where the test matches, without what the part asks to leave it there."""
        leaving = self._leaving(test)
        asked = shared_by(self._relation, self.own.rules, leaving) if leaving else None
        for action in self._relation.process.actions.values():
            for state in self._matched_before(action, test):
                if asked is None:
                    return Verdict.VIOLATED, f"; {self.part} never leaves {spaced(state)} otherwise", ()
                outsiders = outsiders_among(action, leaving, self.own.rules, self.model.rules)
                if outsiders:
                    return Verdict.VIOLATED, f", by `{action.name}`, which is open to {listed(outsiders, 'and')}", ()
                for guard in asked:
                    if not implied(self._relation, asked_of(self._relation, action), guard):
                        verdict, steps = self._goes_around(guard)
                        if verdict is not Verdict.HOLDS:
                            return verdict, f", by `{action.name}` without `{guard.name}`", steps
        return Verdict.HOLDS, "", ()

    def _matched_before(self, action: ActionRules, test: Test) -> list[str]:
        """The states of the test from which an action leads into the new one."""
        into = (one for one in action.arrows if (one.track, one.to) == (self.stranger.name, self.stranger.new))
        return [
            state
            for arrows in into
            for state in sorted(test.matches)
            if arrows.sources is None or state in arrows.sources
        ]

    def _leaving(self, test: Test) -> list[ActionRules]:
        """The ways by which the part itself leaves what the test lists; what a person decides measures nobody else."""
        process = self.own.rules.processes[self.stranger.process]
        free = {action.name for of, action in never_refused(self.own.rules) if of is process}
        return [
            action
            for action in process.actions.values()
            if action.name not in free and not action.model.persons_own
            for arrows in action.arrows
            if arrows.track == self.stranger.name
            and arrows.to not in test.matches
            and (arrows.sources is None or arrows.sources & test.matches)
        ]

    def _goes_around(self, guard: GuardRules) -> tuple[Verdict, tuple[TraceStep, ...]]:
        one = self.stranger
        return enters_only(self.model, Never(process=one.process, enters={one.name: one.new}, unless=guard.name))

    @cached_property
    def _relation(self) -> Relation:
        return self.model.relation(self.stranger.process)

    # --- others take it as the part takes another -----------------------------------------------------------------

    def _covered(self, test: Test) -> bool:
        """Whether a guard or deadline of others takes the new one as this element takes one that it lists."""
        relation = self.model.relation(test.process)
        variable = self._variable(relation)
        if variable is None:
            return False
        kind, name = test.where[2], test.where[-1]
        if kind == "deadlines":
            return self._deadlines_cover(relation, variable, test, name)
        return kind == "guards" and self._guards_cover(relation, variable, test, name)

    def _variable(self, relation: Relation) -> Variable | None:
        one, site = self.stranger, relation.site
        if relation.process.name != one.process:
            if one.process not in relation.process.above:
                return None
            site = above(self.model.rules, site, one.process)
        return relation.track(one.name, site) if one.kind == "track" else relation.symbols.fact(site, one.name)

    def _deadlines_cover(self, relation: Relation, variable: Variable, test: Test, name: str) -> bool:
        known, own = self.own.rules.processes[test.process].deadlines, relation.process.deadlines[name].model
        added = [
            runs_where(relation, deadline)
            for other, deadline in relation.process.deadlines.items()
            if other not in known and _takes_the_place(deadline.model, own)
        ]
        runs = runs_where(relation, relation.process.deadlines[name])
        given = relation.space.fixed(relation.space.any(added), variable, self.stranger.new)
        return any(self._within(relation, relation.space.fixed(runs, variable, one), given) for one in test.matches)

    def _guards_cover(self, relation: Relation, variable: Variable, test: Test, name: str) -> bool:
        own, space = self.own.rules.processes[test.process], relation.space
        asking = [action.name for action in own.actions.values() if name in action.model.guards]
        if not asking:
            return False
        unmet = ~relation.met(relation.process.guards[name])
        for action in asking:
            added = [one for one in relation.process.actions[action].guards if one.name not in own.guards]
            refused = space.any(~relation.met(one) for one in added if one.model.strength == "must")
            given = space.fixed(refused, variable, self.stranger.new)
            if not any(self._within(relation, space.fixed(unmet, variable, one), given) for one in test.matches):
                return False
        return True

    def _within(self, relation: Relation, one: Set, other: Set) -> bool:
        return relation.legal(one & ~other) == relation.space.empty
