"""Steps of a trace carried out by the real decisions, in a world that is arranged so that they can pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from config.definition import FactValue
from state_machine.automatic import by_the_house, next_automatic
from state_machine.checks.kin import TRUTHS
from state_machine.checks.recording import Recording
from state_machine.checks.relation import Relation
from state_machine.checks.samples import usual
from state_machine.checks.space import Set, Value
from state_machine.checks.staging import REF, Staging
from state_machine.checks.verdict import StepKind, TraceStep
from state_machine.checks.wording import given_steps, says_step
from state_machine.checks.world import HOUR, World
from state_machine.conditions import Node, evaluate
from state_machine.decide import subject
from state_machine.decision import Applied, Attempt, Decision, Fixed, Refused
from state_machine.evaluation import Evaluation, Truth
from state_machine.moments import Since
from state_machine.roles import holder_of, is_own_record
from state_machine.rules import ActionRules
from state_machine.view import SYSTEM, Actor

States = dict[str, str]
MOST_ROLES = 4
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Played:
    """A world that a trace has led to, and the steps that led there."""

    world: World
    steps: tuple[TraceStep, ...]

    @property
    def states(self) -> States:
        """How the tracks of the instance stand."""
        return self.world.states(REF)


@dataclass(slots=True)
class Player:
    """Plays attempts of one process. Everything that it answers was decided by `decide`.

    `claim` is a condition that is evaluated as the guards of an attempt see it: `claims` is what it said before each
    action of the steps that were played last. `endless`: what does not come to rest is what is sought. With `refusals`
    an attempt that is refused by a guard, or does not fit, is what is sought, and nothing else. `assigned_role` is the
    role into which somebody is put, if not the first that there is.
    """

    relation: Relation
    claim: Node | None = None
    claims: list[Truth] = field(default_factory=list)
    endless: bool = False
    refusals: bool = False
    people: int = 0
    assigned_role: str | None = None
    recording: Recording = field(init=False)

    def __post_init__(self) -> None:
        self.recording = Recording(self.relation)

    # --- configurations and worlds --------------------------------------------------------------------------------

    def at(self, states: Mapping[str, str]) -> Set:
        """The configuration in which the tracks stand so."""
        tracks = self.relation.tracks
        return self.relation.space.at({tracks[name].name: state for name, state in states.items()})

    def so_far(self, world: World) -> Set:
        """What a world already says: which actions are done, which children are there."""
        relation, said = self.relation, self.relation.space.everything
        one = world.instances.get(REF)
        for variable in relation.space.variables.values():
            if variable.means[0] == "done" and variable.means[1].is_itself:
                was = one is not None and variable.means[2] in one.done
                said &= relation.space.has(variable, was)
        for children in relation.reader.kin.all.values():
            if children.owner.is_itself and world.children(REF, children.process):
                first = next(iter(children.sortings.values()))
                said &= relation.space.any(relation.reader.kin.there(first, truth) for truth in TRUTHS)
        return said

    def pick(self, *wishes: Set, calm: bool = False) -> Iterator[dict[str, Value]]:
        """Values under which each wish holds, if there are any: the first wish is what is liked best."""
        for wish in wishes:
            found = self.relation.space.pick(self.relation.legal(wish, calm=calm))
            if found is not None:
                yield found

    # --- steps ----------------------------------------------------------------------------------------------------

    def begin(self) -> World:
        """A world in which nothing has happened, with the instances above the one that the trace is about."""
        world = World(self.relation.rules)
        parent = None
        for process in reversed(self.relation.process.above):
            parent = world.give(process, process, parent).ref
        return world

    def open(self, wish: Set | None = None) -> Played | None:
        """The instance opened."""
        relation, world = self.relation, self.begin()
        opening = relation.process.actions.get("open")
        if opening is None:
            world.give(relation.process.name, REF, self.recording.parent, self._person())
            name = relation.process.name
            step = TraceStep("open", name, name, "It is there.", after=world.states(REF))
            return self._followed(Played(world, (step,)))
        start = relation.start & (relation.answered(opening) if self.refusals else relation.asked(opening, "must"))
        wishes = [start] if self.refusals else [start & relation.met_all(opening.guards, "should"), start]
        if wish is not None:
            wishes = [one & wish for one in wishes]
        for values in self.pick(*wishes):
            for role in opening.model.by[:MOST_ROLES] or ("",):
                played = self._opened(world.copy(), opening, values, role)
                if played is not None:
                    return played
        return None

    def _person(self) -> str | None:
        return "somebody here" if self.relation.process.model.stands_for else None

    def _opened(self, world: World, opening: ActionRules, values: Mapping[str, Value], role: str) -> Played | None:
        staging, actor = self._arranged(world, values, role)
        facts = {name: value for name, value in staging.facts.items() if value is not None}
        facts |= self.recording.answers(opening, staging)
        self.recording.may_record(world, actor, facts)
        attempt = Attempt(
            "open",
            REF,
            world.actor(actor),
            self.relation.process.name,
            "open",
            self.recording.parent,
            facts,
            assigned=self._person(),
            by_skipped=not role,
        )
        return self._tried(Played(world, ()), attempt, role, staging, "open")

    def act(
        self, played: Played, action: ActionRules, *wishes: Set, calm: bool = False, by_time: bool = False
    ) -> Iterator[Played]:
        """An action taken from where a trace has led, so that one of the wishes holds before it.

        `calm`: nothing follows of its children; `by_time`: a rung does it, whoever else may.
        """
        states = self.at(played.states) & self.so_far(played.world)
        wishes = tuple(states & wish for wish in wishes)
        for values in self.pick(*wishes, calm=calm):
            for role in ("",) if by_time else action.model.by[:MOST_ROLES] or ("",):
                done = self._acted(played, action, values, role, calm=calm)
                if done is not None:
                    yield done

    def _acted(
        self, played: Played, action: ActionRules, values: Mapping[str, Value], role: str, *, calm: bool = False
    ) -> Played | None:
        world = played.world.copy()
        world.now += HOUR
        staging, actor = self._arranged(world, values, role, calm=calm)
        answers = self.recording.answers(action, staging)
        automatic = action.model.automatic
        here = self.recorded(Played(world, played.steps), staging, set(answers), last=automatic)
        if here is None or (here.states != played.states and not automatic):
            return None
        if automatic:
            return here if here.steps[len(played.steps) :] and here.steps[-1].kind == "follows" else None
        if not role:
            attempt = Attempt("act", REF, world.actor(SYSTEM), self.relation.process.name, action.name)
            return self._tried(here, attempt, "", staging, "elapse")
        return self._tried(here, self._attempt(world, action, actor, answers), role, staging, "act")

    def _attempt(self, world: World, action: ActionRules, actor: str, answers: dict[str, FactValue]) -> Attempt:
        process = self.relation.process.name
        if action.name not in ("assign", "unassign"):
            return Attempt("act", REF, world.actor(actor), process, action.name, facts=answers)
        role = self.assigned_role or self.relation.assigned_role
        world.people["newcomer"] = frozenset({role} if role is not None else ())
        if action.name == "unassign" and role is not None and role not in world.instances[REF].holders:
            world.hold(REF, role, "newcomer")
        return Attempt(
            "assign" if action.name == "assign" else "unassign",
            REF,
            world.actor(actor),
            process,
            action.name,
            facts=answers,
            assigned="newcomer",
            role=role,
        )

    def look(self, played: Played, *wishes: Set, calm: bool = False) -> Iterator[Played]:
        """Facts recorded, and relatives given, so that a wish holds where a trace has led; then what follows."""
        states = self.at(played.states) & self.so_far(played.world)
        for values in self.pick(*(states & wish for wish in wishes), calm=calm):
            world = played.world.copy()
            world.now += HOUR
            staging, _ = self._arranged(world, values, "", calm=calm)
            here = self.recorded(Played(world, played.steps), staging, set(), last=True)
            if here is not None:
                yield here

    def given(self, played: Played, event: Since) -> Played | None:
        """An event elsewhere, or a fact recorded once more."""
        world = played.world.copy()
        world.now += HOUR
        staging = Staging(self.relation, world, {}, "somebody else", before=dict(world.instances))
        if event.child is not None:
            there = world.children(REF, event.child)
            child = there[0].ref if there else world.give(event.child, f"{REF}/{event.child}-1", REF).ref
            if event.kind == "action":
                world.did(child, event.name, "somebody")
            else:
                declared = world.main.processes[event.child].facts[event.name].model
                world.put(child, event.name, usual(declared, world.now, world.main.calendar), "somebody")
        elif event.kind == "fact" and event.place.label == "":
            declared = self.relation.process.facts[event.name].model
            held = world.instances[REF].facts.get(event.name)
            staging.facts[event.name] = held.value if held else usual(declared, world.now, world.main.calendar)
            staging.recorded_by_actor.add(event.name)
        else:
            return None
        return self.recorded(Played(world, played.steps), staging, set(), last=True)

    def _arranged(
        self, world: World, values: Mapping[str, Value], role: str, *, calm: bool = False
    ) -> tuple[Staging, str]:
        """The world as the values say, and somebody in a role who is about to act."""
        self.claims.clear()
        self.people += 1
        actor = f"{role} {self.people}" if role else SYSTEM
        if role and is_own_record(self.relation.rules, role):
            actor = holder_of(self.relation.rules, world.instance, world.instances[REF], role) or actor
        elif role:
            world.people[actor] = frozenset({role})
            self.recording.hold(world, role, actor)
        staging = Staging(self.relation, world, values, actor, before=dict(world.instances), calm=calm)
        staging.arrange()
        return staging, actor

    def recorded(self, played: Played, staging: Staging, leave: set[str], *, last: bool = False) -> Played | None:
        """The facts of the instance recorded or withdrawn as the staging says, and what follows; None if refused.

        `leave`: those that the attempt itself will bring; `last`: there will be none.
        """
        world, steps = played.world, [*played.steps]
        before = world.states(REF)
        changed = self.recording.wanted(world, staging, leave)
        steps += self._given(staging)
        for name, value in changed.items():
            if not self.recording.record(world, staging, name, value):
                return None
        if changed:
            steps.append(self._step("record", world, before, facts=changed))
        return self._followed(Played(world, tuple(steps)), last=last)

    def _tried(self, played: Played, attempt: Attempt, role: str, staging: Staging, kind: StepKind) -> Played | None:
        """An attempt decided, with a second person's yes where only `should` guards are unmet; then what follows."""
        world = played.world
        before = world.states(REF)
        self._evaluate(world, attempt)
        decision = world.attempt(attempt)
        confirmed = False
        if self.refusals:
            return self._refused(played, attempt, decision, role, self._given(staging) if kind == "open" else [])
        if isinstance(decision, Refused) and decision.exception == "second_person":
            attempt, confirmed = replace(attempt, confirmed=True), True
            decision = world.attempt(attempt)
        if not isinstance(decision, Applied):
            return None
        given = self._given(staging) if kind == "open" else []
        step = self._step(
            kind,
            world,
            before,
            action=attempt.action,
            role=role,
            facts=dict(attempt.facts),
            confirmed=confirmed,
        )
        step = replace(step, person=attempt.actor.person)
        return self._followed(Played(world, (*played.steps, *given, step)))

    def _evaluate(self, world: World, attempt: Attempt | None) -> None:
        """What the claim says as the guards of an attempt would see it, or as things stand."""
        if self.claim is None:
            return
        attempted = partial(subject, self.relation.rules, world, attempt) if attempt is not None else None
        actor = attempt.actor if attempt is not None else Actor(SYSTEM)
        at = Evaluation(world, world.now, actor, attempted=attempted)
        instance = at.instance(REF)
        assert instance is not None
        self.claims.append(evaluate(at, instance, self.claim)[0])

    def says(self, world: World, condition: Node) -> Truth:
        """What a condition says of the instance as it stands."""
        at = Evaluation(world, world.now, Actor(SYSTEM))
        return evaluate(at, world.instances[REF], condition)[0]

    def rests(self, world: World) -> bool:
        """Whether nothing would follow by itself in the whole family."""
        one = world.instances[REF]
        family = [other for other in world.instances.values() if other.family == one.family]
        return next_automatic(world.main, by_the_house(world, world.now), family) is None

    def _refused(
        self, played: Played, attempt: Attempt, decision: Decision, role: str, given: list[TraceStep]
    ) -> Played | None:
        """The refusal that is sought: by a guard, or because the action does not go from here."""
        fixed = {str(one) for one in (Fixed.NOT_YOUR_ROLE, Fixed.NOT_OPEN_TO_YOU, Fixed.ANSWER_MISSING)}
        nobody_may = not role
        if isinstance(decision, Applied) or ({reason.guard for reason in decision.reasons} & fixed and not nobody_may):
            return None
        before = played.world.states(REF)
        step = self._step(
            "open" if attempt.kind == "open" else "act",
            played.world,
            before,
            action=attempt.action,
            role=role,
            facts=dict(attempt.facts),
        )
        told = " ".join(reason.message for reason in decision.reasons)
        step = replace(step, says=f"{step.says} It is refused: {told}", person=attempt.actor.person, refused=True)
        return Played(played.world, (*played.steps, *given, step))

    def _given(self, staging: Staging) -> list[TraceStep]:
        """What was arranged around the instance, as steps."""
        return list(given_steps(self.relation.process.name, REF, staging.before, staging.world))

    def _followed(self, played: Played, *, last: bool = True) -> Played | None:
        """What follows by itself, each as a step of its own; None where it does not come to rest.

        Unless that is what is sought: then the first of what follows are shown.
        """
        world, steps = played.world, [*played.steps]
        twin = world.copy()
        followed = world.settle(REF)
        if (followed is None) != (self.endless and last):
            return None
        for action in world.followed[:MOST_SHOWN] if followed is None else followed:
            before = twin.states(REF)
            self._evaluate(twin, None)
            twin.follow_one(REF)
            steps.append(self._step("follows", twin, before, action=action))
        if followed is not None:
            world.settle_deadlines(REF)
        return Played(world, tuple(steps))

    def _step(
        self,
        kind: StepKind,
        world: World,
        before: States,
        *,
        action: str = "",
        role: str = "",
        facts: Mapping[str, FactValue | None] | None = None,
        confirmed: bool = False,
    ) -> TraceStep:
        process, after = self.relation.process.name, world.states(REF)
        said = says_step(self.relation.process, kind, action, role, facts or {}, (before, after), confirmed=confirmed)
        waited, world.waited = world.waited, 0
        return TraceStep(
            kind,
            process,
            process,
            said,
            action,
            role,
            self.recording.parent or "",
            facts or {},
            before,
            after,
            waited,
            confirmed=confirmed,
        )
