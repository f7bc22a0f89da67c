"""What the checks share: the compiled workflow, its processes as relations, and what they warn of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from config.definition import Invariant
from state_machine.checks.cascade import Cascade, cone_of
from state_machine.checks.relation import Relation, Way
from state_machine.checks.space import Set
from state_machine.checks.symbols import figures
from state_machine.compiling import Compiler
from state_machine.conditions import Node
from state_machine.rules import Rules

REACHED = "every configuration of tracks that can be reached, with facts and relatives free"
AT_REST = "the same, with nobody acting before what follows by itself has followed"
EXACT = "the same, with each cascade followed exactly, and parents only where they can rest"
"""How far a proof had to look: each is slower and nearer to what happens than the one before."""


class Model:
    """A compiled workflow as the checks look at it. `warnings` gathers what they doubt besides what they prove."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.warnings: list[str] = []
        self.compiler = Compiler(rules.workflow, rules.calendar)
        self.compiler.fill_book()
        self._relations: dict[str, Relation] = {}
        self._cascades: dict[tuple[str, frozenset[str], tuple[str, ...]], Cascade] = {}

    @cached_property
    def figures(self) -> dict[tuple[str, str], set[int]]:
        """The whole numbers with which each `number` fact is compared anywhere in the workflow."""
        return figures(self.rules, self._nodes())

    def relation(self, process: str) -> Relation:
        """A process as the relation that is searched; built once."""
        found = self._relations.get(process)
        if found is None:
            rules = self.rules.processes[process]
            found = self._relations[process] = Relation(self.rules, rules, self.compiler, self.figures)
        return found

    def cascade(self, process: str, tracks: Iterable[str] = ()) -> Cascade:
        """A process with its cascades followed exactly, as far as these tracks tell; built once for the same cone."""
        relation = self.relation(process)
        cone = cone_of(relation, tracks)
        key = (process, cone.tracks, tuple(action.name for action in cone.automatic))
        found = self._cascades.get(key)
        if found is None:
            found = self._cascades[key] = Cascade(relation, cone)
        return found

    def before(self, relation: Relation, way: Way, needs: Set, method: str) -> Set:
        """Where an action is taken under these needs, by one of the methods: nothing there is left out."""
        automatic = way.rules.model.automatic
        if method == REACHED:
            return relation.legal(needs & relation.reached)
        if method == AT_REST:
            here = needs & relation.carefully_reached
            return relation.legal(
                here if automatic else here & relation.before_asking(way.rules, relation.surely_rests)
            )
        cascade = self.cascade(relation.process.name, relation.tracks_of(needs))
        if automatic:
            return relation.legal(needs & cascade.under_way & relation.carefully_reached)
        here = (
            needs
            & cascade.resting
            & relation.carefully_reached
            & relation.before_asking(way.rules, relation.surely_rests)
        )
        return self.around(relation, relation.legal(here))

    def opening(self, relation: Relation, needs: Set, method: str) -> Set:
        """Where an instance is opened under these needs, by one of the methods: nothing there is left out."""
        if method == REACHED:
            return relation.legal(needs, born=False)
        calm = relation.space.all(relation.calm(site) for site in relation.line[1:])
        here = relation.legal(needs & calm, calm=True, born=False)
        return here if method == AT_REST else self.around(relation, here)

    def resting(self, relation: Relation, needs: Set, method: str) -> Set:
        """Where a family rests under these needs, by one of the methods: nothing there is left out."""
        if method == REACHED:
            return relation.legal(needs & relation.reached)
        if method == AT_REST:
            return relation.legal(needs & relation.carefully_reached, calm=True)
        cascade = self.cascade(relation.process.name, relation.tracks_of(needs))
        return self.around(relation, relation.legal(needs & cascade.resting & relation.carefully_reached, calm=True))

    def around(self, relation: Relation, one: Set) -> Set:
        """The set without configurations in which the instances above could not rest."""
        space = relation.space
        for site in relation.line[1:]:
            tracks = [str(v.means[2]) for v in space.reads(one) if v.means[:2] == ("track", site)]
            ways = self.cascade(site.process or "", tracks).combinations(tracks) if tracks else None
            if ways is not None:
                one &= space.any(
                    space.all(space.has(relation.track(track, site), state) for track, state in stand.items())
                    for stand in ways
                )
        return one

    def _nodes(self) -> Iterator[Node]:
        """Every condition of the workflow, those of invariants included."""
        yield from self.compiler.book.values()
        for process in self.rules.processes.values():
            for guard in process.guards.values():
                if guard.when is not None:
                    yield guard.when
            for deadline in process.deadlines.values():
                yield deadline.runs_while
                if deadline.pauses_while is not None:
                    yield deadline.pauses_while
            if process.over is not None:
                yield process.over
            for invariant in process.model.invariants.values():
                yield from self._in_invariant(invariant)

    def _in_invariant(self, invariant: Invariant) -> Iterator[Node]:
        never, refused, watched = invariant.never, invariant.never_refused, invariant.always_watched
        written = [(never.process, never.unless), (never.process, never.rests)] if never is not None else []
        written += [(refused.process, refused.when)] if refused is not None else []
        written += [(watched.process, watched.except_)] if watched is not None else []
        for process, condition in written:
            if condition is not None:
                yield self.compiler.node(condition, process)
