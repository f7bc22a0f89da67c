"""A workflow version as compiled: worked out once, looked up by every decision, shared by all instances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.calendars import DecreedDay, WorkCalendar
from config.definition import Action, Fact, FactValue, Process, Role, Workflow
from config.durations import Duration
from state_machine.compiling import Compiler
from state_machine.conditions import Node, Touch, clocked, touched
from state_machine.dating import DeadlineRules
from state_machine.facts import Reading
from state_machine.guards import GuardRules
from state_machine.moments import Ending, FactFigure, figure, since
from state_machine.places import Linked, ancestors, person_process
from state_machine.reach import reach
from state_machine.track_machine import Arrows, TrackMachine
from state_machine.words import sentence


@dataclass(frozen=True, slots=True, eq=False)
class FactRules:
    """A fact of a process: what it reads as while nothing is in force, what ends it, who may record it."""

    name: str
    model: Fact
    starts: FactValue | None
    unrecorded: Reading
    lasts_for: Duration | FactFigure | None
    ends_with: tuple[Ending, ...]
    recorders: tuple[str, ...]
    calendar: WorkCalendar

    @property
    def lapses(self) -> bool:
        """Whether it can stop holding: by the clock or by an event."""
        return self.lasts_for is not None or bool(self.ends_with)


@dataclass(frozen=True, slots=True, eq=False)
class ActionRules:
    """An action of a process with its guards; `arrows` says from where to where it moves each track.

    `looks_at`, of an automatic one, is all that can set it off in a step of its family (see `state_machine.reach`);
    None where no list can tell.
    """

    name: str
    model: Action
    guards: tuple[GuardRules, ...]
    arrows: tuple[Arrows, ...]
    by_house: bool  # automatic, or done by a rung: the system may do it
    looks_at: frozenset[Touch] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ProcessRules:
    """A process as compiled. `above` are the processes over it, nearest first; `below` those directly under it.

    `figured` are the facts that last as long as another one says, with the names of the facts that say it.
    """

    name: str
    model: Process
    above: tuple[str, ...]
    below: tuple[str, ...]
    facts: Mapping[str, FactRules]
    guards: Mapping[str, GuardRules]
    actions: Mapping[str, ActionRules]
    machines: Mapping[str, TrackMachine]
    over: Node | None
    shown_when: Mapping[str, Node]
    automatic: tuple[ActionRules, ...]
    lapsing: tuple[str, ...]
    figured: Mapping[str, frozenset[str]]
    links: Mapping[str, str]
    found_by: tuple[str, ...]
    role_guards: Mapping[str, tuple[GuardRules, ...]]
    deadlines: Mapping[str, DeadlineRules]
    disturbed_by: Mapping[str, frozenset[str]] = field(repr=False)

    @property
    def start_states(self) -> dict[str, str]:
        """The state in which each track begins."""
        return {name: track.starts for name, track in self.model.tracks.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """A compiled workflow version; `hash` is that of its canonical form.

    `titles_for` has the titles that let somebody act as a role: the role itself, and local titles that count as it.
    """

    workflow: Workflow
    hash: str
    calendar: WorkCalendar
    processes: Mapping[str, ProcessRules]
    titles_for: Mapping[str, tuple[str, ...]]
    person_process: str | None

    @classmethod
    def compile(cls, workflow: Workflow, hash_: str, decreed: tuple[DecreedDay, ...] = ()) -> Rules:
        """Compile a loaded workflow; `decreed` are days off that the house adds to its calendar.

        Raises ValueError for names that mean nothing or go round in a circle.
        """
        calendar = WorkCalendar.of(workflow.calendar, decreed)
        compiler = Compiler(workflow, calendar)
        compiler.fill_book()
        processes = {name: _process(compiler, process) for name, process in workflow.processes.items()}
        _refuse_circles(processes)
        return cls(
            workflow,
            hash_,
            calendar,
            processes,
            _titles_for(workflow.roles),
            person_process(workflow),
        )


def _process(compiler: Compiler, model: Process) -> ProcessRules:
    workflow, name = compiler.workflow, model.process
    guards = {key: _guard(compiler, name, key) for key in model.guards}
    actions = {key: _action(compiler, model, key, guards) for key in model.actions}
    over = compiler.node(model.over, name) if model.over is not None else None
    automatic = tuple(action for action in actions.values() if action.model.automatic)
    facts = {key: _fact(compiler, model, key) for key in model.facts}
    deadlines = {key: _deadline(compiler, name, key) for key in model.deadlines}
    return ProcessRules(
        name=name,
        model=model,
        above=ancestors(workflow, name),
        below=tuple(key for key, other in workflow.processes.items() if other.parent == name),
        facts=facts,
        guards=guards,
        actions=actions,
        machines={key: TrackMachine(model, key) for key in model.tracks},
        over=over,
        shown_when={
            key: compiler.node(track.shown_when, name)
            for key, track in model.tracks.items()
            if track.shown_when is not None
        },
        automatic=automatic,
        lapsing=tuple(key for key, fact in facts.items() if fact.lasts_for is not None),
        figured={
            key: frozenset({fact.lasts_for.fact, fact.lasts_for.place.label})
            for key, fact in facts.items()
            if isinstance(fact.lasts_for, FactFigure)
        },
        links={key: fact.to for key, fact in model.facts.items() if fact.kind == "link" and fact.to},
        found_by=tuple(key for key, fact in model.facts.items() if fact.find_by),
        role_guards={key: _role_guards(workflow.roles, key, guards) for key in workflow.roles},
        deadlines=deadlines,
        disturbed_by=_disturbances(model),
    )


def _guard(compiler: Compiler, process: str, name: str) -> GuardRules:
    model = compiler.workflow.processes[process].guards[name]
    require = compiler.node(model.require, process)
    when = compiler.node(model.when, process) if model.when is not None else None
    touches = touched(require) | (touched(when) if when is not None else frozenset())
    made = f"This is needed first: {sentence(compiler.workflow, process, model.require)}."
    return GuardRules(
        name=name,
        process=process,
        model=model,
        require=require,
        when=when,
        touches=touches,
        clocked=clocked(require) or (when is not None and clocked(when)),
        needs_assigned=any(kind == "assigned" for _, kind, _ in touches),
        refusal=model.refusal or made,
    )


def _action(compiler: Compiler, process: Process, name: str, guards: Mapping[str, GuardRules]) -> ActionRules:
    model = process.actions[name]
    rungs = {rung.do for deadline in process.deadlines.values() for rung in deadline.ladder}
    arrows = tuple(
        Arrows(track, None if move.from_ == "any" else frozenset(move.from_), move.to, move.otherwise == "stay")
        for track, move in model.moves.items()
    )
    asked = tuple(guards[guard] for guard in model.guards)
    looks_at = _sets_off(compiler, process.process, asked, arrows) if model.automatic else None
    return ActionRules(name, model, asked, arrows, model.automatic or name in rungs, looks_at)


def _sets_off(
    compiler: Compiler, process: str, guards: Iterable[GuardRules], arrows: Iterable[Arrows]
) -> frozenset[Touch] | None:
    nodes = [node for guard in guards for node in (guard.require, guard.when) if node is not None]
    found = reach(compiler, process, nodes, None)
    return found | {(process, "track", one.track) for one in arrows} if found is not None else None


def _deadline(compiler: Compiler, process: str, name: str) -> DeadlineRules:
    model, workflow = compiler.workflow.processes[process].deadlines[name], compiler.workflow
    over = workflow.processes[process].over
    runs = compiler.node(model.while_, process)
    pauses = compiler.node(model.pauses_while, process) if model.pauses_while is not None else None
    after = figure(workflow, process, model.due.after)
    done_by = since(workflow, process, model.done_by) if model.done_by is not None else None
    stands_still = pauses is None and model.due.since is None and isinstance(after, Duration)
    nodes = (runs,) if over is None else (runs, compiler.node(over, process))
    return DeadlineRules(
        name=name,
        model=model,
        runs_while=runs,
        pauses_while=pauses,
        after=after,
        since=since(workflow, process, model.due.since) if model.due.since is not None else None,
        done_by=Ending(done_by) if done_by is not None else None,
        looks_at=reach(compiler, process, nodes, done_by) if stands_still else None,
        begins_with=reach(compiler, process, nodes, None),
    )


def _role_guards(roles: Mapping[str, Role], role: str, guards: Mapping[str, GuardRules]) -> tuple[GuardRules, ...]:
    """The guards of a role and of all that it counts as: a local title is no way around the vetting of the role."""
    named: dict[str, None] = {}
    waiting, seen = [role], {role}
    while waiting:
        said = roles[waiting.pop(0)]
        named.update(dict.fromkeys(said.guards))
        fresh = [other for other in said.counts_as if other in roles and other not in seen]
        seen.update(fresh)
        waiting += fresh
    return tuple(guards[name] for name in named if name in guards)


def _fact(compiler: Compiler, process: Process, name: str) -> FactRules:
    model, workflow = process.facts[name], compiler.workflow
    lasts = model.lasts
    until = tuple(Ending(since(workflow, process.process, event)) for event in (lasts.until if lasts else ()))
    length = figure(workflow, process.process, lasts.for_) if lasts and lasts.for_ is not None else None
    acting = tuple(dict.fromkeys(role for action in process.actions.values() for role in action.by))
    recorders = acting if model.by is None else model.by
    unrecorded = Reading(model.starts, None, 0)
    return FactRules(name, model, model.starts, unrecorded, length, until, recorders, compiler.calendar)


def _disturbances(process: Process) -> dict[str, frozenset[str]]:
    """For each fact, the facts of the same process that may read otherwise once it is recorded, itself included."""
    found: dict[str, set[str]] = {name: {name} for name in process.facts}
    for name, fact in process.facts.items():
        if fact.lasts is None:
            continue
        others = [event for event in fact.lasts.until if hasattr(event, "fact")]
        for event in [*others, fact.lasts.for_]:
            other = getattr(event, "fact", None)
            if other in found:
                found[other].add(name)
    return {name: frozenset(facts) for name, facts in found.items()}


def _refuse_circles(processes: Mapping[str, ProcessRules]) -> None:
    """Raise ValueError where one would have to know whether a fact still holds to find out whether it still holds."""

    def follow(process: str | None, name: str, above: tuple[tuple[str | None, str], ...]) -> None:
        if (process, name) in above:
            raise ValueError(f"process {process}: how long {name} lasts depends on itself")
        fact = processes[process].facts.get(name) if process is not None else None
        if process is None or fact is None or not isinstance(fact.lasts_for, FactFigure):
            return
        way = fact.lasts_for.place
        if isinstance(way, Linked):
            follow(process, way.fact, (*above, (process, name)))
        follow(way.process, fact.lasts_for.fact, (*above, (process, name)))

    for process in processes.values():
        for name in process.lapsing:
            follow(process.name, name, ())


def _titles_for(roles: Mapping[str, Role]) -> dict[str, tuple[str, ...]]:
    def counts_as(title: str, seen: frozenset[str]) -> frozenset[str]:
        for role in roles[title].counts_as:
            if role not in seen:
                seen = counts_as(role, seen | {role}) if role in roles else seen | {role}
        return seen

    reach = {title: counts_as(title, frozenset({title})) for title in roles}
    return {role: tuple(dict.fromkeys([role, *(t for t in roles if role in reach[t])])) for role in roles}
