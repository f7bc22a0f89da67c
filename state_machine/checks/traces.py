"""Ways through a process: found in the relation, played by the real decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from state_machine.checks.relation import Relation, Way
from state_machine.checks.replay import Played, Player
from state_machine.checks.space import Set
from state_machine.moments import Since

MOST_TRIES = 12
LONGEST = 40


@dataclass(slots=True)
class Explorer:
    """Plays one process towards what is sought, and keeps every world that it came through.

    `played` has one world for each configuration that was reached, the shortest way to it first; `steps` every step
    taken, as the worlds before and after it. It begins with the opening, or with `start`.
    """

    relation: Relation
    start: Played | None = None
    player: Player = field(init=False)
    played: dict[tuple[tuple[str, str], ...], Played] = field(default_factory=dict)
    steps: list[tuple[Played, Played]] = field(default_factory=list)
    visited: Set = field(init=False)
    _worlds: list[tuple[Set, Played]] = field(default_factory=list)
    _wanted: dict[str, tuple[Set, Set]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.player = Player(self.relation)
        self.visited = self.relation.space.empty
        begun = self.player.open() if self.start is None else self.start
        if begun is not None:
            self.keep(begun)

    def keep(self, played: Played) -> None:
        """Remember a world, unless there is one already whose tracks stand so."""
        key = tuple(sorted(played.states.items()))
        if key not in self.played:
            self.played[key] = played
            here = self.player.at(played.states)
            self.visited |= here
            self._worlds.append((here, played))

    def reach(self, target: Set) -> Played | None:
        """A world whose tracks stand as in one of these configurations; None where none could be played."""
        barred: dict[str, Set] = {}
        for _ in range(MOST_TRIES):
            found = self._among(target)
            if found is not None:
                return found
            path = self._path(target, barred)
            if path is None:
                return None
            self._play(path, barred)
        return self._among(target)

    def provoke(self, bad: Set, *, endless: bool = False) -> Iterator[Played]:
        """Worlds after steps that ought to lead through one of these configurations, facts and relatives included.

        First by what is recorded or given where the tracks stand so; then by opening, or by an action that leads there,
        after which something follows by itself. `endless`: and does not come to rest.
        """
        for played in self._provoked(bad):
            self.player.endless = endless
            yield from played()
            self.player.endless = False

    def _provoked(self, bad: Set) -> Iterator[Callable[[], Iterator[Played]]]:
        """The last steps that may lead through these configurations; what comes before each is played already."""
        relation, space = self.relation, self.relation.space
        there = self.reach(relation.configurations(bad))
        if there is not None:
            yield partial(self.player.look, there, bad)
        if self.start is None:
            yield partial(self._opened, relation.after(relation.opens_in, bad))
        tracks = relation.configurations(bad)
        sources = {way.name: way.from_tracks & relation.before(way.rules, tracks) for way in relation.ways}
        # From where it has been already, if it can be.
        for way in sorted(relation.ways, key=lambda one: self.visited & sources[one.name] == space.empty):
            source = sources[way.name]
            before = self.reach(source) if relation.reached & source != space.empty else None
            if before is None:
                continue
            arrives = relation.image(way.rules, self.player.at(before.states)) & tracks
            wanted = relation.after(arrives, bad)
            needs, softly = self._needs(way)
            yield partial(self._acted, before, way, softly & wanted, needs & wanted)

    def _opened(self, wish: Set) -> Iterator[Played]:
        begun = self.player.open(wish)
        if begun is not None:
            yield begun

    def _acted(self, before: Played, way: Way, *wishes: Set) -> Iterator[Played]:
        for played in self.player.act(before, way.rules, *wishes):
            self.steps.append((before, played))
            yield played

    def happens(self, played: Played, event: Since) -> Played | None:
        """An event that comes about: an action of the instance is taken, one of a child is given, a fact recorded."""
        if event.kind == "action" and event.child is None and event.place.label == "":
            ways = [way for way in self.relation.ways if way.name == event.name]
            return self.take(played, ways[0]) if ways else None
        return self.player.given(played, event)

    def _among(self, target: Set) -> Played | None:
        if self.visited & target == self.relation.space.empty:
            return None
        return next(played for here, played in self._worlds if here & target != self.relation.space.empty)

    def _path(self, target: Set, barred: dict[str, Set]) -> list[tuple[Set, Way | None]] | None:
        """The shortest continuation of what was played: sets of configurations with the action that leads on."""
        space, relation = self.relation.space, self.relation
        sources = {way.name: way.from_tracks & ~barred.get(way.name, space.empty) for way in relation.ways}
        rings, reached = [self.visited], self.visited
        while rings[-1] & target == space.empty:
            ring = space.empty
            for way in relation.ways:
                here = rings[-1] & sources[way.name]
                if here != space.empty:
                    ring |= relation.image(way.rules, here)
            ring &= ~reached
            if ring == space.empty:
                return None
            rings.append(ring)
            reached |= ring
        goal = self._one(rings[-1] & target)
        path: list[tuple[Set, Way | None]] = [(goal, None)]
        for ring in reversed(rings[:-1]):
            for way in relation.ways:
                from_here = ring & sources[way.name]
                if from_here != space.empty:
                    from_here &= relation.before(way.rules, goal)
                if from_here != space.empty:
                    goal = self._one(from_here)
                    path.append((goal, way))
                    break
        return path[::-1]

    def _one(self, one: Set) -> Set:
        picked = self.relation.space.pick(one) or {}
        states = {
            name: str(picked.get(variable.name, variable.values[0])) for name, variable in self.relation.tracks.items()
        }
        return self.player.at(states)

    def _play(self, path: Sequence[tuple[Set, Way | None]], barred: dict[str, Set]) -> None:
        """Play a path as far as it goes; a step that does not go is barred."""
        for (here, way), (there, _) in pairwise(path):
            played = self._among(here)
            if played is None or way is None:
                return
            done = self.take(played, way, there)
            if done is None or self.player.at(done.states) != there:
                barred[way.name] = barred.get(way.name, self.relation.space.empty) | self.player.at(played.states)
            if done is None or self.player.at(done.states) & there == self.relation.space.empty:
                return

    def take(self, played: Played, way: Way, there: Set | None = None) -> Played | None:
        """An action taken from a world, if it can be: so that it rests afterwards where it is wanted, if it can."""
        relation = self.relation
        needs, softly = self._needs(way)
        after = relation.image(way.rules, self.player.at(played.states))
        resting = relation.after(after, relation.legally_rests)
        last = None
        for done in self.player.act(played, way.rules, softly & resting, needs & resting, softly, needs):
            self.keep(done)
            self.steps.append((played, done))
            last = done
            if there is None or self.player.at(done.states) == there:
                return done
        return last

    def _needs(self, way: Way) -> tuple[Set, Set]:
        """What an action needs to be taken from where nothing follows by itself; and with nothing advised against."""
        found = self._wanted.get(way.name)
        if found is None:
            relation = self.relation
            needs = way.needs if way.rules.model.automatic else way.needs & relation.rests_before(way.rules)
            needs &= relation.met_all(relation.guards_of(way.rules), "must")
            found = self._wanted[way.name] = (needs, needs & relation.met_all(way.rules.guards, "should"))
        return found
