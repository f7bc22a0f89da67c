"""One process as the relation that is searched: what its actions need, where they lead, where it rests.

A configuration is the state of every track. Facts, and everything that is read elsewhere, are free between steps: any
permitted recorder may record anything (semantics 28), so they are quantified away for each action by itself. Automatic
actions count as ordinary ones at first, which only adds configurations; `at_rest` takes ordinary actions only from
configurations in which nothing follows by itself any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from weakref import ref

from config.conditions import Condition
from state_machine.checks.kin import sites_of
from state_machine.checks.sites import Site, above, itself
from state_machine.checks.space import Set, Space, Variable
from state_machine.checks.symbols import Symbols
from state_machine.checks.truth import Reader, Said
from state_machine.compiling import Compiler
from state_machine.conditions import Node, touched
from state_machine.guards import GuardRules
from state_machine.rules import ActionRules, ProcessRules, Rules

Figures = dict[tuple[str, str], set[int]]


@dataclass(frozen=True, slots=True)
class Way:
    """One action as the relation knows it: where it may be taken (`must` guards alone), and on which tracks."""

    name: str
    rules: ActionRules
    needs: Set
    from_tracks: Set


class Relation:
    """One process of a composed workflow. `tracks` are the variables that make a configuration."""

    def __init__(self, rules: Rules, process: ProcessRules, compiler: Compiler, figures: Figures) -> None:
        self.rules = rules
        self.process = process
        self.compiler = compiler
        self.space = Space()
        self.symbols = Symbols(rules, self.space, figures)
        self.site = itself(process.name)
        self.tracks: dict[str, Variable] = {}
        self._disturbed: dict[tuple[frozenset[str], int], list[Variable]] = {}
        for name in process.model.tracks:
            variable = self.symbols.track(self.site, name)
            assert variable is not None
            self.tracks[name] = variable
        self.reader = Reader(self.symbols, self.site, _calm(self))
        self.start = self.space.at({self.tracks[name].name: state for name, state in process.start_states.items()})

    def said(self, node: Node) -> Said:
        """Where a condition of the process is yes, and where no."""
        return self.reader.said(node, self.site, self.site)

    def condition(self, condition: Condition) -> Said:
        """The same for a condition as it is written in an invariant."""
        return self.said(self.compiler.node(condition, self.process.name))

    def met(self, guard: GuardRules, site: Site | None = None) -> Set:
        """Where a guard lets an attempt pass on the instance, or on another site of the guard's process."""
        if guard.model.strength == "off":
            return self.space.everything
        where = site or self.site
        passes = self.reader.said(guard.require, where, where).yes
        return passes if guard.when is None else passes | self.reader.said(guard.when, where, where).no

    def met_all(self, guards: Iterable[GuardRules], *strengths: str) -> Set:
        """Where all guards of these strengths let an attempt pass."""
        return self.space.all(self.met(guard) for guard in guards if guard.model.strength in strengths)

    def legal(self, one: Set, *, calm: bool = False, born: bool = True) -> Set:
        """Without what no children could make true; `calm`: without children of whom something would follow."""
        return self.reader.kin.legal(one, calm=calm, born=born)

    def configurations(self, one: Set, *, calm: bool = False, born: bool = True) -> Set:
        """The configurations of tracks for which there are facts, relatives and people such that it holds."""
        return self.space.keep(self.legal(one, calm=calm, born=born), self.tracks.values())

    def count(self, one: Set) -> int:
        """How many configurations of tracks a set of them has."""
        return self.space.count(one, self.tracks.values())

    def fits(self, action: ActionRules, site: Site | None = None) -> Set:
        """Where the tracks stand so that an action's moves fit."""
        parts = []
        for arrows in action.arrows:
            if not arrows.stays and arrows.sources is not None:
                parts.append(self.space.among(self.track(arrows.track, site), arrows.sources))
        return self.space.all(parts)

    def changes(self, action: ActionRules, site: Site | None = None) -> Set:
        """Where an action, if it fits, moves a track to another state."""
        moving = []
        for arrows in action.arrows:
            variable = self.track(arrows.track, site)
            sources = self.space.everything if arrows.sources is None else self.space.among(variable, arrows.sources)
            moving.append(sources & ~self.space.has(variable, arrows.to))
        return self.space.any(moving)

    def track(self, name: str, site: Site | None = None) -> Variable:
        """The variable of a track of the instance, or of another site whose process has that track."""
        found = self.symbols.track(site or self.site, name)
        assert found is not None
        return found

    def answered(self, action: ActionRules) -> Set:
        """Where all facts that an action asks have come along: known, unless their clock may have run out already."""
        parts = []
        for name in action.model.asks:
            if self.process.facts[name].lasts_for is None:
                parts.append(self.symbols.known(self.site, name) & self.symbols.recorded(self.site, name))
        return self.space.all(parts)

    def asked(self, action: ActionRules, *strengths: str) -> Set:
        """Where an attempt of an action passes: its moves fit, its answers are there, its guards are met."""
        needs = self.fits(action) & self.answered(action) & self.met_all(action.guards, *strengths)
        if not action.model.by and not action.model.automatic and action.by_house:
            ladders = [
                deadline
                for deadline in self.process.deadlines.values()
                if any(rung.do == action.name for rung in deadline.model.ladder)
            ]
            # What reads clocks or other families may have ended without the deadline having been looked at since.
            if all(self._changes_by_steps_alone(deadline.runs_while) for deadline in ladders):
                needs &= self.space.any(self.said(deadline.runs_while).yes for deadline in ladders)
        return needs

    @cached_property
    def assigned_role(self) -> str | None:
        """The role into which traces put somebody: the first that is assigned."""
        roles = self.rules.workflow.roles
        return next((name for name, one in roles.items() if one.assigned), None)

    def guards_of(self, action: ActionRules) -> tuple[GuardRules, ...]:
        """The guards that an attempt of an action asks; for `assign` also those of the role that traces assign."""
        if action.name != "assign" or self.assigned_role is None:
            return action.guards
        return (*action.guards, *self.process.role_guards[self.assigned_role])

    def can_happen(self, action: ActionRules) -> bool:
        """Whether anybody, a rung, or the engine itself can attempt it at all."""
        return bool(action.model.by) or action.by_house

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """All actions of the process but `open`, in canonical order."""
        found = []
        for action in self.process.actions.values():
            if action.name != "open" and self.can_happen(action):
                needs = self.asked(action, "must")
                if action.model.automatic:
                    needs &= self.changes(action) & self.met_all(action.guards, "should")
                found.append(Way(action.name, action, needs, self.configurations(needs)))
        return tuple(found)

    @cached_property
    def opening(self) -> ActionRules | None:
        """The action that opens an instance; None where instances are there without one."""
        return self.process.actions.get("open")

    @cached_property
    def begins_when(self) -> Set:
        """How an instance that is about to be opened stands, and what must be so, by `must` guards alone."""
        return self.start if self.opening is None else self.start & self.asked(self.opening, "must")

    @cached_property
    def begins(self) -> Set:
        """The configurations in which an instance can begin to be."""
        if self.legal(self.begins_when, born=False) == self.space.empty:
            return self.space.empty
        return self.opens_in

    @cached_property
    def opens_in(self) -> Set:
        """The configuration that opening leads to."""
        return self.start if self.opening is None else self.image(self.opening, self.start)

    def image(self, action: ActionRules, one: Set) -> Set:
        """The configurations after an action that is taken from these."""
        for arrows in action.arrows:
            variable = self.tracks[arrows.track]
            moved = one if arrows.sources is None else one & self.space.among(variable, arrows.sources)
            arrived = self.space.forget(moved, [variable]) & self.space.has(variable, arrows.to)
            if arrows.sources is not None and arrows.stays:
                arrived |= one & ~self.space.among(variable, arrows.sources)
            one = arrived
        return one

    def before(self, action: ActionRules, one: Set, site: Site | None = None) -> Set:
        """The configurations from which an action's moves, on the instance or another site, lead into these."""
        for arrows in action.arrows:
            variable = self.track(arrows.track, site)
            there = self.space.fixed(one, variable, arrows.to)
            if arrows.sources is None:
                one = there
                continue
            sources = self.space.among(variable, arrows.sources)
            one = (there & sources) | (one & ~sources if arrows.stays else self.space.empty)
        return one

    def after(self, configuration: Set, one: Set) -> Set:
        """What is free apart from the tracks so that it holds where they stand so."""
        return self.space.forget(self.legal(one) & configuration, self.tracks.values())

    # --- what follows by itself ---------------------------------------------------------------------------------

    def follows(self, action: ActionRules, site: Site | None = None) -> Set:
        """Where an automatic action follows: it moves something, and no guard that refuses is unmet."""
        where = site or self.site
        met = [self.met(guard, where) for guard in action.guards if guard.refuses]
        return self.space.all([self.fits(action, where), self.changes(action, where), *met])

    def calm(self, site: Site, *, surely: bool = True) -> Set:
        """Where nothing follows by itself on a site.

        `surely`: that the last step of the family has not already brought about. What the clock ends and what other
        families change follows only when the sweep comes, so that somebody may act before it.
        """
        process = self.rules.processes[site.process or self.process.name]
        return self.space.all(
            ~self.follows(action, site) for action in process.automatic if not surely or self.at_once(action)
        )

    def tracks_of(self, one: Set) -> set[str]:
        """The tracks of the instance on which a set depends."""
        return {
            str(variable.means[2]) for variable in self.space.reads(one) if variable.means[:2] == ("track", self.site)
        }

    @cached_property
    def line(self) -> tuple[Site, ...]:
        """The instance itself and those above it."""
        return (self.site, *(above(self.rules, self.site, process) for process in self.process.above))

    @cached_property
    def rests_itself(self) -> Set:
        """Where nothing follows by itself on the instance, whatever may follow around it."""
        return self.calm(self.site, surely=False)

    def rests_before(self, action: ActionRules) -> Set:
        """The same before the facts came that an action asks, said of how things stand with them."""
        asked = [name for name in action.model.asks if name in self.process.facts]
        return self.space.forget(self.rests_itself, self.about(asked)) if asked else self.rests_itself

    @cached_property
    def rests(self) -> Set:
        """Where nothing follows by itself, neither on the instance nor above it."""
        return self.space.all(self.calm(site, surely=False) for site in self.line)

    @cached_property
    def legally_rests(self) -> Set:
        """The same without what no children could make true."""
        return self.legal(self.rests)

    @cached_property
    def surely_rests(self) -> Set:
        """Where nothing follows by itself that would not already have followed from the last step of the family."""
        return self.space.all(self.calm(site) for site in self.line)

    def at_once(self, action: ActionRules) -> bool:
        """Whether an automatic action reads nothing that changes without a step of the family."""
        nodes = [node for guard in action.guards for node in (guard.require, guard.when) if node is not None]
        return all(self._changes_by_steps_alone(node) for node in nodes)

    def _changes_by_steps_alone(self, node: Node) -> bool:
        """Whether a condition reads nothing that changes without a step of the family."""
        for process, kind, name in touched(node):
            if process is None or kind in ("link", "person", "actor", "assigned"):
                return False
            fact = self.rules.processes[process].facts.get(name) if kind == "fact" else None
            if fact is not None and fact.lasts_for is not None:
                return False
        return True

    def about(self, facts: Iterable[str]) -> list[Variable]:
        """The variables that can be otherwise once these facts of the instance are recorded."""
        names = {self.process.disturbed_by[fact] for fact in facts}
        disturbed = frozenset[str]().union(*names)
        found = {one.name: one for one in self.space.variables.values() if self._tells_of(one, disturbed)}
        while True:
            more = [one for one in self.space.variables.values() if one.name not in found and self.sorts_by(one, found)]
            if not more:
                return list(found.values())
            found |= {one.name: one for one in more}

    def _tells_of(self, variable: Variable, facts: frozenset[str]) -> bool:
        means, sites = variable.means, sites_of(variable)
        match means[0]:
            case "fact" | "word" | "recorded" | "test":
                if sites[0].is_itself:
                    return means[2] in facts
            case "order":
                if any(site.is_itself and name in facts for site, name in zip(sites, means[2::2], strict=True)):
                    return True
            case "clock" | "came" | "actor" | "count":
                return True  # seldom, and in many ways: let it be free
        return any(
            one.kind == "linked" and one.label in facts and one.base is not None and one.base.is_itself
            for site in sites
            for one in site.chain
        )

    def sorts_by(self, variable: Variable, disturbed: Mapping[str, Variable]) -> bool:
        """Whether it tells of children who are sorted by what is disturbed."""
        if variable.means[0] == "kin":
            sorting = self.reader.kin.sorting_of(variable)
        elif variable.means[0] == "many":
            sorting = variable.means[2]
        else:
            return False
        return any(read.name in disturbed for said in sorting.said.values() for read in self.space.reads(said))

    def before_asking(self, action: ActionRules, one: Set) -> Set:
        """What was so before the facts came along with an attempt, said of how things stand with them.

        Whoever acts brings what the action asks, and may bring everything else that somebody may record.
        """
        return self.space.forget(self.legal(one, calm=True), self._brought(action))

    def _brought(self, action: ActionRules) -> list[Variable]:
        """The variables that can be otherwise before and after the facts of an attempt have come."""
        facts = [name for name, fact in self.process.facts.items() if fact.recorders or name in action.model.asks]
        key = (frozenset(facts), len(self.space.variables))
        if key not in self._disturbed:
            self._disturbed[key] = self.about(facts)
        return self._disturbed[key]

    # --- reachability -------------------------------------------------------------------------------------------

    @cached_property
    def reached(self) -> Set:
        """All configurations that can be reached, automatic actions counted as ordinary ones."""
        return self._closure({way.name: way.from_tracks for way in self.ways})

    @cached_property
    def size(self) -> int:
        """How many configurations can be reached."""
        return self.count(self.reached)

    @cached_property
    def carefully_reached(self) -> Set:
        """The same with ordinary actions taken only from where nothing would have followed by itself."""
        sources = {way.name: way.from_tracks for way in self.ways}
        for way in self.ways:
            if not way.rules.model.automatic:
                resting = self.before_asking(way.rules, self.surely_rests)
                sources[way.name] = self.configurations(way.needs & resting)
        return self._closure(sources)

    def _closure(self, sources: Mapping[str, Set]) -> Set:
        """Everything that the actions lead to, each taken from its sources as often as it leads further."""
        reached, before = self.begins, self.space.empty
        while reached != before:
            before = reached
            for way in self.ways:
                reached |= self.image(way.rules, reached & sources[way.name])
        return reached

    def done_while(self, action: str, runs: Set) -> Set:
        """The configurations in which an action may have been taken since a condition last began to hold.

        The condition may have held without a break wherever it can hold.
        """
        can_run = self.configurations(runs)
        way = next(one for one in self.ways if one.name == action)
        found = ring = self.image(way.rules, self.reached & way.from_tracks & can_run) & can_run
        while ring != self.space.empty:
            fresh = self.space.any(self.image(one.rules, ring & one.from_tracks) for one in self.ways)
            ring = fresh & can_run & ~found
            found |= ring
        return found


def _calm(relation: Relation) -> Callable[[Site], Set]:
    """What a relation says of where a site is calm; it does not keep the relation, so that nothing goes in a circle."""
    known = ref(relation)

    def calm(site: Site) -> Set:
        found = known()
        assert found is not None
        return found.calm(site)

    return calm
