"""Structure: every state can be reached and left for an end, every action can happen, every deadline can end.

What is possible is shown, not argued: by a trace that the real decisions have played. What no search reaches is
impossible; what the search reaches and no trace could be played to is not decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from state_machine.checks.loops import check_loops
from state_machine.checks.model import AT_REST, EXACT, Model
from state_machine.checks.relation import Relation, Way
from state_machine.checks.replay import Played
from state_machine.checks.space import Set
from state_machine.checks.staging import REF
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import Proof, TraceStep, Verdict
from state_machine.dating import DeadlineRules
from state_machine.view import DeadlineAt
from state_machine.words import spaced

Steps = tuple[TraceStep, ...]
State = tuple[str, str]
PLAYED = "a trace that the real decisions have played"
SEARCHED = "everything that can be reached, with facts and relatives free"
MOST_STARTS = 8
"""From how many configurations an action is tried; then it is not decided, unless the search rules it out."""


def check_structure(model: Model) -> Iterator[Proof]:
    """Prove of every process that nothing in it is out of reach, and that nothing in it goes on for ever."""
    for process in model.rules.processes:
        relation = model.relation(process)
        shown = Shown(model, relation, Explorer(relation))
        yield from shown.states()
        yield from shown.actions()
        yield from shown.deadlines()
        yield from shown.ends()
        yield check_loops(model, relation)
        _idle_guards(model, relation)


@dataclass(slots=True)
class Shown:
    """What has been shown of one process by playing it."""

    model: Model
    relation: Relation
    explorer: Explorer
    reached: dict[State, Steps] = field(default_factory=dict)
    worlds: dict[State, Played] = field(default_factory=dict)
    done: dict[str, Steps] = field(default_factory=dict)
    running: dict[str, Played] = field(default_factory=dict)
    ended: dict[str, Steps] = field(default_factory=dict)
    seen: int = 0

    def look(self) -> None:
        """Take note of everything that was played since the last look."""
        for played in self.explorer.played.values():
            if not self.reached or self.seen == 0:
                self._note(played)
        for before, after in self.explorer.steps[self.seen :]:
            self._note(after)
            self._deadlines(before, after)
        self.seen = len(self.explorer.steps)

    def _note(self, played: Played) -> None:
        for number, step in enumerate(played.steps, 1):
            if step.label != self.relation.process.name:
                continue
            if step.action:
                self.done.setdefault(step.action, played.steps[:number])
            for state in step.after.items():
                self.reached.setdefault(state, played.steps[:number])
        for state in played.states.items():
            self.worlds.setdefault(state, played)
        for name, at in _deadlines(played).items():
            if at.state == "armed":
                self.running.setdefault(name, played)

    def _deadlines(self, before: Played, after: Played) -> None:
        later = _deadlines(after)
        for name, at in _deadlines(before).items():
            if at.state != "done" and _has_ended(at, later.get(name)):
                self.ended.setdefault(name, after.steps)

    # --- states and actions ---------------------------------------------------------------------------------------

    def states(self) -> Iterator[Proof]:
        """Every state of every track can be reached."""
        space = self.relation.space
        self.look()
        for track, variable in self.relation.tracks.items():
            for state in variable.values:
                where = space.has(variable, state)
                if (track, str(state)) not in self.reached and self.relation.reached & where != space.empty:
                    self.explorer.reach(where)
                    self.look()
                    if (track, str(state)) not in self.reached:
                        for _ in self.explorer.provoke(where):
                            self.look()
                possible = (track, str(state)) in self.reached or self._may_come(track, where)
                yield self._proof(
                    f"reachable:{track}.{state}",
                    f"{spaced(track)} can come to be {spaced(str(state))}",
                    ("tracks", track, "states", str(state)),
                    self.reached.get((track, str(state))),
                    possible=possible,
                )

    def _may_come(self, track: str, where: Set) -> bool:
        """Whether the search cannot rule out that a track comes to stand there."""
        relation = self.relation
        if relation.reached & where == relation.space.empty:
            return False
        reads = [relation.tracks_of(way.from_tracks) for way in relation.ways if track in way.rules.model.moves]
        cascade = self.model.cascade(relation.process.name, {track}.union(*reads))
        return cascade.under_way & where != relation.space.empty

    def _may_happen(self, way: Way) -> bool:
        """Whether the search cannot rule out that an action is taken."""
        return self.model.before(self.relation, way, way.needs, EXACT) != self.relation.space.empty

    def actions(self) -> Iterator[Proof]:
        """Every action can happen."""
        ways = {way.name: way for way in self.relation.ways}
        # What follows by itself mostly has followed when everything else was tried.
        names = sorted(
            self.relation.process.actions, key=lambda one: self.relation.process.actions[one].model.automatic
        )
        for name in names:
            way = ways.get(name)
            possible = name == "open" or (
                way is not None and way.from_tracks & self.relation.reached != self.relation.space.empty
            )
            if way is not None and name not in self.done and possible:
                possible = self._show(way)
            yield self._proof(
                f"possible:{name}",
                f"{spaced(name)} can happen",
                ("actions", name),
                self.done.get(name),
                possible=possible
                and (name in self.done or way is None or self._may_happen(way))
                and (name != "open" or self.relation.begins != self.relation.space.empty),
            )

    def _show(self, way: Way) -> bool:
        """Try to play an action from a few of the places where it can be taken; whether there are any such."""
        relation, name = self.relation, way.name
        target = relation.configurations(self.model.before(relation, way, way.needs, AT_REST))
        if target == relation.space.empty:
            return False
        if way.rules.model.automatic:
            for _ in self.explorer.provoke(way.needs):
                self.look()
                if name in self.done:
                    return True
        for _ in range(MOST_STARTS):
            there = self.explorer.reach(target) if target != relation.space.empty else None
            if there is None:
                break
            self.explorer.take(there, way)
            self.look()
            if name in self.done:
                break
            target &= ~self.explorer.player.at(there.states)
        return True

    # --- deadlines ------------------------------------------------------------------------------------------------

    def deadlines(self) -> Iterator[Proof]:
        """Every deadline can run, and can end."""
        for name, deadline in self.relation.process.deadlines.items():
            if deadline.model.strength == "off":
                continue
            runs = self._runs(deadline)
            possible = self.relation.legal(runs & self.relation.reached) != self.relation.space.empty
            stops = self._can_be_done(deadline, runs) or self._can_stop(runs)
            if name not in self.running and possible:
                self._let_run(name, runs)
            if name in self.running and name not in self.ended:
                self._let_end(name, deadline)
            yield self._proof(
                f"deadline:{name}",
                f"{spaced(name)} can run, and can end",
                ("deadlines", name),
                self.ended.get(name),
                possible=possible and stops,
                shows=self._begun(name) if not stops else (),
            )

    def _begun(self, name: str) -> Steps:
        """The steps after which a deadline runs."""
        return self.running[name].steps if name in self.running else ()

    def _can_be_done(self, deadline: DeadlineRules, runs: Set) -> bool:
        """Whether the search cannot rule out that what a deadline waits for comes while its condition holds."""
        source = deadline.done_by.source if deadline.done_by is not None else None
        if source is None:
            return False
        own = source.child is None and source.place.label == ""
        if own and source.kind == "fact":
            return bool(self.relation.process.facts[source.name].recorders)
        if not own or source.kind != "action":
            return True
        way = next((one for one in self.relation.ways if one.name == source.name), None)
        there = self.relation.configurations(runs) & self.relation.reached
        return way is not None and way.from_tracks & there != self.relation.space.empty

    def _can_stop(self, runs: Set) -> bool:
        """Whether the search cannot rule out that a deadline's condition ends."""
        return self.relation.legal(self.relation.reached & ~runs) != self.relation.space.empty

    def _runs(self, deadline: DeadlineRules) -> Set:
        runs = self.relation.said(deadline.runs_while).yes
        over = self.relation.process.over
        return runs if over is None else runs & ~self.relation.said(over).yes

    def _let_run(self, name: str, runs: Set) -> None:
        wanted = runs & self.relation.rests
        there = self.explorer.reach(self.relation.configurations(wanted))
        if there is not None:
            for played in self.explorer.player.look(there, wanted, calm=True):
                if name in _deadlines(played):
                    self.running[name] = played
                    self._note(played)
                    return

    def _let_end(self, name: str, deadline: DeadlineRules) -> None:
        """By what it waits for, by what its condition reads, or by going on to where it holds no more."""
        begun = self.running[name]
        for played in self._endings(deadline, begun):
            if _has_ended(_deadlines(begun)[name], _deadlines(played).get(name)):
                self.ended[name] = played.steps
                return

    def _endings(self, deadline: DeadlineRules, begun: Played) -> Iterator[Played]:
        onward = Explorer(self.relation, begun)
        source = deadline.done_by.source if deadline.done_by is not None else None
        if source is not None and source.kind == "action" and source.child is None:
            for way in self.relation.ways:
                done = onward.take(begun, way) if way.name == source.name else None
                if done is not None:
                    yield done
        stopped = ~self._runs(deadline)
        yield from onward.player.look(begun, stopped & self.relation.rests, stopped, calm=True)
        there = onward.reach(self.relation.configurations(stopped & self.relation.rests))
        if there is not None:
            yield there
            yield from onward.player.look(there, stopped & self.relation.rests, calm=True)

    # --- ends -----------------------------------------------------------------------------------------------------

    def ends(self) -> Iterator[Proof]:
        """From every state an end can be reached."""
        ended = self._ended()
        if ended is None:
            return
        over = ended & self.relation.rests
        target = self.relation.configurations(over)
        led: dict[State, Steps] = {}
        for one in sorted(self.reached, key=lambda one: -len(self.reached[one])):
            if one not in led:
                end = self._end(one, over, target)
                led |= {passed: end for passed in _passed(end, self.relation.process.name) if passed not in led}
        for track, state in self.reached:
            shown = led.get((track, state))
            yield self._proof(
                f"ends:{track}.{state}",
                f"From where {spaced(track)} is {spaced(state)}, an end can be reached",
                ("tracks", track, "states", state),
                shown,
                possible=bool(shown) or self._may_end((track, state), target),
                shows=self.reached[track, state],
            )

    def _may_end(self, state: State, target: Set) -> bool:
        """Whether the search leads from a state to an end at all."""
        relation = self.relation
        here = relation.space.has(relation.track(state[0]), state[1]) & relation.reached
        ring = target & relation.reached
        leading = ring
        while ring != relation.space.empty and leading & here == relation.space.empty:
            before = relation.space.any(relation.before(way.rules, ring) & way.from_tracks for way in relation.ways)
            ring = before & relation.reached & ~leading
            leading |= ring
        return leading & here != relation.space.empty

    def _ended(self) -> Set | None:
        """Where an instance is over or, where nothing says so, every track that has a final state stands in one."""
        space, relation = self.relation.space, self.relation
        if relation.process.over is not None:
            return relation.said(relation.process.over).yes
        final = {
            track: [state for state, one in declared.states.items() if one.final]
            for track, declared in relation.process.model.tracks.items()
        }
        if not any(final.values()):
            return None
        return space.all(space.among(relation.track(track), states) for track, states in final.items() if states)

    def _end(self, state: State, over: Set, target: Set) -> Steps:
        start = self.worlds.get(state)
        if start is None:  # it is only passed through
            return self.reached[state] if self._ended_through(state, over, target) else ()
        onward = Explorer(self.relation, start)
        there = onward.reach(target)
        if there is None:
            return ()
        for played in onward.player.look(there, over, calm=True):
            return played.steps
        return ()

    def _ended_through(self, state: State, over: Set, target: Set) -> bool:
        """Whether an end can be reached from where a trace comes to rest that has passed through a state."""
        for before, after in self.explorer.steps:
            if any(state in step.after.items() for step in after.steps[len(before.steps) :]):
                onward = Explorer(self.relation, after)
                there = onward.reach(target)
                if there is not None and any(True for _ in onward.player.look(there, over, calm=True)):
                    return True
        return False

    def _proof(
        self,
        what: str,
        says: str,
        where: tuple[str, ...],
        witness: Steps | None,
        *,
        possible: bool,
        shows: Steps = (),
    ) -> Proof:
        """A property with its witness; `shows` is how far steps lead where it does not hold, if any do."""
        verdict = Verdict.HOLDS if witness else Verdict.NOT_DECIDED if possible else Verdict.VIOLATED
        process = self.relation.process.name
        return Proof(
            f"{process}.{what}",
            "structure",
            verdict,
            f"In a {spaced(process)}, {says}",
            self.relation.size,
            PLAYED if verdict is Verdict.HOLDS else SEARCHED,
            shows if verdict is Verdict.VIOLATED else (),
            witness=witness or (),
            where=("processes", process, *where),
        )


def _deadlines(played: Played) -> dict[str, DeadlineAt]:
    return dict(played.world.instances[REF].deadlines)


def _has_ended(before: DeadlineAt, after: DeadlineAt | None) -> bool:
    """Whether a round of a deadline has come to its end."""
    return after is None or after.state == "done" or after.generation != before.generation


def _passed(steps: Iterable[TraceStep], process: str) -> set[State]:
    return {state for step in steps if step.label == process for state in step.after.items()}


def _idle_guards(model: Model, relation: Relation) -> None:
    """Say which guards can never refuse where they are asked, and which never let anything pass."""
    for way in relation.ways:
        fits = relation.reached & relation.fits(way.rules) & relation.answered(way.rules)
        for guard in way.rules.guards:
            if guard.model.strength == "off":
                continue
            met = relation.met(guard)
            told = f"{relation.process.name}: the guard {guard.name} of {way.name}"
            if relation.legal(fits & ~met) == relation.space.empty:
                model.warnings.append(f"{told} can never refuse: it is met wherever the action goes from")
            elif guard.model.strength in ("should", "may") and relation.legal(fits & met) == relation.space.empty:
                model.warnings.append(f"{told} is never met where the action goes from")
