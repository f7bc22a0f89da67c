"""The exact cascade: what follows by itself is followed with what it read carried along, until the family rests.

Slower than `Relation.reached`, and asked only to refute an alarm (semantics 28). Carried are the variables that
automatic guards read. A child that an action opens is there from then on, in its start states; what an action ends
(`lasts.until`) reads as its `starts`. Relatives that can move by themselves are free at every turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from state_machine.checks.kin import belongs, sites_of
from state_machine.checks.relation import Relation, Way
from state_machine.checks.sites import Site
from state_machine.checks.space import Set, Variable
from state_machine.checks.stirred import comes_by_itself, is_stirred
from state_machine.rules import ActionRules

MOST_COMBINATIONS = 4000


@dataclass(frozen=True, slots=True)
class Cone:
    """What has to be looked at to tell how some tracks can stand: automatic actions, tracks, what else they read."""

    automatic: tuple[ActionRules, ...]
    tracks: frozenset[str]
    carried: tuple[Variable, ...]


def cone_of(relation: Relation, tracks: Iterable[str]) -> Cone:
    """The cone of these tracks."""
    kept, taken, carried = set(tracks), list[ActionRules](), dict[str, Variable]()
    while True:
        fresh = [
            action
            for action in relation.process.automatic
            if action not in taken and _matters(relation, action, kept, carried)
        ]
        if not fresh:
            automatic = tuple(action for action in relation.process.automatic if action in taken)
            return Cone(automatic, frozenset(kept), tuple(carried.values()))
        taken += fresh
        for action in fresh:
            for variable in relation.space.reads(relation.legal(relation.follows(action))):
                if variable.means[:2] == ("track", relation.site):
                    kept.add(str(variable.means[2]))
                else:
                    carried[variable.name] = variable


def _matters(relation: Relation, action: ActionRules, tracks: set[str], carried: Mapping[str, Variable]) -> bool:
    """Whether an automatic action moves one of these tracks, or changes something that is carried."""
    if any(arrows.track in tracks for arrows in action.arrows):
        return True
    opened = {f"{relation.site.name}/{opens.process}#" for opens in action.model.opens}
    ended = [name for name, fact in relation.process.facts.items() if ends(relation, name, action)]
    changed = {variable.name for variable in relation.about(ended)} if ended else set()
    return any(name in changed or any(name.startswith(start) for start in opened) for name in carried)


def ends(relation: Relation, name: str, action: ActionRules) -> bool:
    """Whether doing an action, on the instance itself, ends a fact."""
    for event in relation.process.facts[name].ends_with:
        source = event.source
        its_own = source.child is None and source.place.process == relation.process.name
        if its_own and source.kind == "action" and source.name == action.name:
            return True
    return False


@dataclass(slots=True)
class Turn:
    """What an action does besides moving tracks: these variables become free, those have a value."""

    free: list[Variable] = field(default_factory=list)
    ended: list[Variable] = field(default_factory=list)
    becomes: Set | None = None
    follows: Set | None = None


class Cascade:
    """One process with its cascades followed exactly, as far as these tracks tell, and what they hang on.

    Looked at are the automatic actions that move one of these tracks, or change what such an action reads, and the
    tracks that these read. All else is free; leaving an automatic action out adds configurations and takes none away.
    """

    def __init__(self, relation: Relation, cone: Cone) -> None:
        self.relation = relation
        self.automatic = cone.automatic
        self.tracks = [variable for name, variable in relation.tracks.items() if name in cone.tracks]
        self.carried = list(cone.carried)
        self.space = relation.space
        self._turns: dict[str, Turn] = {}

    @cached_property
    def _rests(self) -> Set:
        """Where nothing that is looked at follows."""
        return self.space.all(~self.relation.follows(action) for action in self.automatic)

    def _follows(self, action: ActionRules) -> Set:
        """Where an automatic action follows: children come first, so nothing follows of them any more."""
        found = self._turn(action).follows
        if found is None:
            found = self.relation.legal(self.relation.follows(action) & self._children_are_calm, calm=True)
            self._turn(action).follows = found
        return found

    @cached_property
    def _children_are_calm(self) -> Set:
        """What holds of all children that are told of while nothing follows of any of them."""
        names = {self._told_of(one)[0].name for one in self.carried if one.means[0] in ("kin", "many")}
        kin = self.relation.reader.kin
        return self.space.all(kin.law(kin.all[name], calm=True) for name in sorted(names))

    @cached_property
    def restless(self) -> list[Variable]:
        """What relatives that move by themselves can change meanwhile."""
        processes = self.relation.rules.processes
        return [
            variable
            for variable in self.carried
            if any(site.process is None or processes[site.process].automatic for site in self._told_of(variable))
        ]

    @cached_property
    def resting(self) -> Set:
        """The configurations in which an instance can rest."""
        return self._searched[0]

    @cached_property
    def under_way(self) -> Set:
        """The configurations, with what is carried, through which it can come while something follows."""
        return self._searched[1]

    @cached_property
    def _searched(self) -> tuple[Set, Set]:
        space, relation = self.space, self.relation
        opening = relation.process.actions.get("open")
        begun = relation.start
        if opening is not None:
            asked = relation.legal(relation.start & relation.asked(opening, "must"), born=False)
            begun = self._after(opening, self._kept(asked))
        begun = self._kept(begun)
        under_way = self._closed(begun, self.restless)
        resting = self._rest(under_way)
        while True:
            reached = resting | space.empty
            moved = [self._after(way.rules, reached & needs) for way, needs in self._ordinary]
            under_way = self._closed(space.any([under_way, reached, *moved]), self.restless)
            resting = reached | self._rest(under_way)
            if resting == reached:
                return resting, under_way

    @cached_property
    def _surely_rests(self) -> Set:
        """Where nothing that is looked at would follow by now."""
        at_once = [one for one in self.automatic if self.relation.at_once(one)]
        above = [self.relation.calm(site) for site in self.relation.line[1:]]
        return self.space.all([*(~self.relation.follows(one) for one in at_once), *above])

    @cached_property
    def _ordinary(self) -> list[tuple[Way, Set]]:
        """Actions that somebody takes, with where they can be taken: where the family rests."""
        relation = self.relation
        return [
            (way, self._kept(relation.legal(way.needs & relation.before_asking(way.rules, self._surely_rests))))
            for way in relation.ways
            if not way.rules.model.automatic
        ]

    def _kept(self, one: Set) -> Set:
        """Said of the tracks and of what is carried alone."""
        return self.space.keep(one, [*self.tracks, *self.carried])

    def _rest(self, under_way: Set) -> Set:
        above = [self.relation.calm(site, surely=False) for site in self.relation.line[1:]]
        resting = self.relation.legal(self.space.all([under_way & self._rests, *above]), calm=True)
        return self.space.keep(resting, self.tracks)

    def _closed(self, one: Set, free: Sequence[Variable], only_end: Sequence[Variable] = ()) -> Set:
        """With everything that follows by itself, these variables free; kinds in `only_end` can cease to be."""
        space = self.space
        while True:
            before = one
            one = one | space.forget(one, free)
            for kind in only_end:
                one = one | (space.fixed(one, kind, True) & space.has(kind, False))
            for action in self.automatic:
                here = one & self._follows(action)
                if here != space.empty:
                    one = one | self._after(action, self._kept(here))
            if one == before:
                return one

    def rests_after(self, action: ActionRules, needs: Set) -> Set:
        """Where an instance can rest after an action that is taken under these needs, and all that follows from it.

        The family rested before, with other values of what the action asks; nothing else comes along with the attempt.
        """
        asked = self.relation.legal(needs & self.relation.rests_before(action), calm=True)
        after = self._after(action, self.resting & self._kept(asked))
        told = {one.name: self._told_of(one) for one in self.restless}
        stirred = [one for one in self.restless if any(is_stirred(self.relation, by, action) for by in told[one.name])]
        only_end = [
            one
            for one in stirred
            if one.means[0] == "kin" and not comes_by_itself(self.relation, one, told[one.name][0])
        ]
        return self._closed(after, [one for one in stirred if one not in only_end], only_end) & self._rests

    def endless(self, restless: frozenset[str]) -> Set:
        """Where automatic actions can go on for ever, what they read carried along.

        `restless` are the processes that could themselves go on for ever: what is read of these is free at every turn.
        All others come to rest after finitely many steps, so that in an endless sequence they change no more.
        """
        space = self.space
        free = [one for one in self.carried if any(site.process in restless for site in self._told_of(one))]
        found = self._kept(self.relation.reached)
        while True:
            after = space.forget(found, free)
            further = found & space.any(
                self._follows(action) & self._before(action, after) for action in self.automatic
            )
            if further == found:
                return found
            found = further

    def _told_of(self, variable: Variable) -> list[Site]:
        """The sites of others of which a variable tells; of children, any of them."""
        if variable.means[0] in ("kin", "many"):
            return [self.relation.reader.kin.all[variable.name.split("#")[0]].any_child]
        return [site for site in sites_of(variable) if not site.is_itself]

    def _before(self, action: ActionRules, one: Set) -> Set:
        """The configurations, with what is carried, after which an action can lead into these."""
        turn, space = self._turn(action), self.space
        for opens in reversed(action.model.opens):
            one = self._opening(opens.process, tuple(opens.copies), one)
        if turn.becomes is not None:
            one = one & turn.becomes
        one = space.forget(one, [*turn.free, *turn.ended])
        return self.relation.before(action, one)

    # --- what an action does --------------------------------------------------------------------------------------

    def _after(self, action: ActionRules, one: Set) -> Set:
        """The configurations, with what is carried, after an action was taken from these."""
        turn = self._turn(action)
        one = self.relation.image(action, one)
        one = self.space.forget(one, turn.free)
        if turn.becomes is not None:
            one = one & turn.becomes
        for opens in action.model.opens:
            one = self._opened(opens.process, tuple(opens.copies), one)
        return self._kept(one)

    def _turn(self, action: ActionRules) -> Turn:
        found = self._turns.get(action.name)
        if found is None:
            found = self._turns[action.name] = self._made(action)
        return found

    def _made(self, action: ActionRules) -> Turn:
        """What becomes of the carried variables: facts that end, and everything that depends on what is changed."""
        relation, space = self.relation, self.space
        ended = [name for name, fact in relation.process.facts.items() if ends(relation, name, action)]
        changed = {one.name: one for one in relation.about([*ended, *action.model.asks])}
        moved = {relation.tracks[arrows.track].name: relation.tracks[arrows.track] for arrows in action.arrows}
        free = {**changed, **self._depend_on({**changed, **moved})}
        asked = {
            one.name
            for one in free.values()
            if one.means[0] in ("fact", "word", "recorded") and self._asked(one, action)
        }
        carried = {one.name for one in self.carried}
        becomes, reset = space.everything, list[Variable]()
        for name in ended:
            variable = relation.symbols.fact(relation.site, name)
            if variable.name in carried and name not in action.model.asks:
                becomes &= space.has(variable, variable.values[0])
                reset.append(variable)
        return Turn([one for one in free.values() if one.name not in asked], reset, becomes)

    def _asked(self, variable: Variable, action: ActionRules) -> bool:
        """What comes along has its value before the moves and after them."""
        return variable.means[1].is_itself and variable.means[2] in action.model.asks

    def _depend_on(self, changed: dict[str, Variable]) -> dict[str, Variable]:
        """What tells of children that are sorted by what changes."""
        found: dict[str, Variable] = {}
        while True:
            known = {**changed, **found}
            more = [
                one
                for one in self.space.variables.values()
                if one.name not in known and self.relation.sorts_by(one, known)
            ]
            if not more:
                return found
            found |= {one.name: one for one in more}

    def _opened(self, process: str, copies: tuple[str, ...], one: Set) -> Set:
        """With one more child: of each sorting it is of one kind, and there is such a child from now on."""
        free, added = self._one_more(process, copies)
        for variable, so in added:
            was, was_not = self.space.fixed(one, variable, True), self.space.fixed(one, variable, False)
            is_there = self.space.has(variable, True)
            one = (is_there & (was | (was_not & so))) | (~is_there & was_not & ~so)
        return self.space.forget(one, free)

    def _opening(self, process: str, copies: tuple[str, ...], one: Set) -> Set:
        """Where one more child leads into these."""
        free, added = self._one_more(process, copies)
        one = self.space.forget(one, free)
        for variable, so in added:
            there, not_there = self.space.fixed(one, variable, True), self.space.fixed(one, variable, False)
            is_there = self.space.has(variable, True)
            one = (there & (is_there | so)) | (not_there & ~is_there & ~so)
        return one

    def _one_more(self, process: str, copies: tuple[str, ...]) -> tuple[list[Variable], list[tuple[Variable, Set]]]:
        """What is free after a child was opened, and which kinds of children there are for sure, and where."""
        children = self.relation.reader.kin.all.get(f"{self.relation.site.name}/{process}")
        if children is None:
            return [], []
        free, added = list(children.counted.values()), list[tuple[Variable, Set]]()
        for sorting in children.sortings.values():
            kinds = {truth: self._as_begun(children.any_child, said, copies) for truth, said in sorting.said.items()}
            pairs = (("yes", "no"), ("yes", "unknown"), ("no", "unknown"))
            sure = all(kinds[one] & kinds[other] == self.space.empty for one, other in pairs)
            if sure and not self.relation.rules.processes[process].automatic:
                added += [(variable, kinds[truth]) for truth, variable in sorting.there.items()]
            else:
                free += sorting.there.values()
        return free, added

    def _as_begun(self, child: Site, said: Set, copies: tuple[str, ...]) -> Set:
        """Where a child that has just been opened is of a kind."""
        space = self.space
        begun, own = space.everything, list[Variable]()
        for variable in space.reads(said):
            if not any(belongs(site, child) for site in sites_of(variable)):
                continue
            own.append(variable)
            match variable.means[0]:
                case "track":
                    begun &= space.has(variable, variable.values[0])
                case "fact" | "recorded" | "word" if variable.means[1] == child and variable.means[2] in copies:
                    begun &= self._copied(variable)
                case "fact" | "recorded" | "done" | "kin":
                    begun &= space.has(variable, variable.values[0])
        return space.forget(said & begun, own)

    def _copied(self, variable: Variable) -> Set:
        """A copied fact is as the parent's is."""
        mine = self.relation.symbols.fact(self.relation.site, str(variable.means[2]))
        if variable.means[0] != "fact":
            return self.space.everything
        same = [value for value in variable.values if value in mine.values]
        return self.space.any(self.space.has(variable, value) & self.space.has(mine, value) for value in same)

    # --- seen from elsewhere --------------------------------------------------------------------------------------

    def combinations(self, tracks: list[str]) -> list[dict[str, str]] | None:
        """How these tracks can stand together while the instance rests; None where there are too many to list."""
        space, wanted = self.space, [self.relation.tracks[track] for track in tracks]
        left = space.keep(self.resting, wanted)
        found: list[dict[str, str]] = []
        while left != space.empty:
            if len(found) == MOST_COMBINATIONS:
                return None
            picked = space.pick(left) or {}
            states = {
                track: str(picked.get(one.name, one.values[0])) for track, one in zip(tracks, wanted, strict=True)
            }
            found.append(states)
            left &= ~space.at({self.relation.tracks[track].name: state for track, state in states.items()})
        return found
