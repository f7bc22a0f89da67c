"""Every test of every condition: the names exist, the test fits the fact, what is compared can be compared."""

from __future__ import annotations

from config.conditions import (
    ActionDoer,
    ActionMoment,
    ActorTest,
    Condition,
    Count,
    Elapsed,
    Every,
    FactMoment,
    FactRecorder,
    FactRef,
    FactTest,
    NoneOf,
    Some,
    TrackMoment,
    TrackTest,
    Within,
)
from config.crosscheck.context import Context
from config.crosscheck.figures import check_counted, check_positive, figure_fact
from config.crosscheck.leaves import Spot, child_of, conditions_of, spots
from config.crosscheck.places import check_children, place_of
from config.crosscheck.values import TESTS, comparable, expected_of, fits
from config.definition import Fact
from config.problems import listed, shown
from config.yaml_tree import Path


def check_conditions(ctx: Context) -> None:
    """Check every condition of every process; those of invariants are read on the process that they name."""
    for process in ctx.workflow.processes:
        for _, condition, path in conditions_of(ctx, process):
            check_condition(ctx, condition, path, process)


def check_condition(ctx: Context, condition: Condition, path: Path, process: str) -> None:
    """Check one condition that is written in, and read on, a process."""
    for spot in spots(ctx, condition, path, process, process):
        if spot.here is not None:
            _check(ctx, spot, spot.here)


def _check(ctx: Context, spot: Spot, here: str) -> None:
    match spot.part:
        case str():
            _check_name(ctx, spot.part, here, spot.path)
        case FactTest():
            _check_fact(ctx, spot.part, spot, here)
        case TrackTest():
            _check_track(ctx, spot.part, spot.path, here)
        case Elapsed() | Within():
            _check_clock(ctx, spot.part, spot, here)
        case Some() | NoneOf() | Every() | Count():
            key, child = child_of(spot.part)
            check_children(ctx, child, spot.part.of, here, spot.path, key)
            if isinstance(spot.part, Count):
                _check_bound(ctx, spot.part, spot)
        case ActorTest():
            _check_actor(ctx, spot.part, spot.path, here)


def _check_name(ctx: Context, name: str, here: str, path: Path) -> None:
    process = ctx.workflow.processes[here]
    if name in process.conditions or name in process.guards:
        return
    base: Path = ("processes", here)
    if (*base, "conditions", name) in ctx.broken or (*base, "guards", name) in ctx.broken:
        return
    ctx.unknown("condition or guard", name, (*process.conditions, *process.guards), path, f"of `{here}`")


def _check_fact(ctx: Context, test: FactTest, spot: Spot, here: str) -> None:
    place = place_of(ctx, test.of, here, (*spot.path, "of"))
    fact = ctx.fact(place, test.fact, (*spot.path, "fact")) if place else None
    allowed = TESTS[fact.kind] if fact else ()
    if fact and test.test not in allowed:
        ctx.problem_at_key(
            (*spot.path, test.test),
            f"a {fact.kind} cannot be tested with `{test.test}`",
            found=f"`{test.test}` on `{test.fact}`",
            expected=listed(allowed),
        )
        fact = None
    operand = {"is": test.is_, "includes": test.includes, "at_least": test.at_least, "at_most": test.at_most}.get(
        test.test
    )
    if operand is not None:
        _check_operand(ctx, fact, operand, (*spot.path, test.test), test.test, spot.home)


def _check_operand(ctx: Context, fact: Fact | None, operand: object, path: Path, test: str, home: str) -> None:
    if isinstance(operand, tuple):
        for index, part in enumerate(operand):
            _check_operand(ctx, fact, part, (*path, index), test, home)
    elif isinstance(operand, FactRef):
        place = place_of(ctx, operand.of, home, (*path, "of"))
        other = ctx.fact(place, operand.fact, (*path, "fact")) if place else None
        why = comparable(fact, other, test) if fact and other else ""
        if why:
            ctx.problem(path, f"these two facts cannot be compared: {why}", found=f"`{operand.fact}`")
    elif fact is not None and not fits(fact, operand):
        ctx.problem(path, "this value does not fit the fact", found=shown(operand), expected=expected_of(fact))


def _check_track(ctx: Context, test: TrackTest, path: Path, here: str) -> None:
    place = place_of(ctx, test.of, here, (*path, "of"))
    if place is None or ctx.track(place, test.track, (*path, "track")) is None:
        return
    for index, state in enumerate(test.states):
        ctx.state(place, test.track, state, (*path, "is") if isinstance(test.is_, str) else (*path, "is", index))


def _check_clock(ctx: Context, test: Elapsed | Within, spot: Spot, here: str) -> None:
    key = "elapsed" if isinstance(test, Elapsed) else "within"
    figure = test.elapsed if isinstance(test, Elapsed) else test.within
    path = (*spot.path, key)
    if isinstance(figure, FactRef):
        figure_fact(ctx, figure, spot.home, path)
    else:
        check_positive(ctx, figure, path)
        check_counted(ctx, figure, test.counts, path)
    check_moment(ctx, test.since, (*spot.path, "since"), here)


def check_moment(ctx: Context, moment: object, path: Path, here: str, *, children: bool = False) -> None:
    """Check a moment or an event that is read on a process: its instance, and the name on it."""
    if not isinstance(moment, FactMoment | ActionMoment | TrackMoment | ActionDoer | FactRecorder):
        return
    place = place_of(ctx, moment.of, here, (*path, "of"), children=children)
    if place is None:
        return
    match moment:
        case FactMoment() | FactRecorder():
            ctx.fact(place, moment.fact, (*path, "fact"))
        case ActionMoment() | ActionDoer():
            ctx.action(place, moment.action, (*path, "action"))
        case TrackMoment():
            ctx.track(place, moment.track, (*path, "track"))


def _check_bound(ctx: Context, test: Count, spot: Spot) -> None:
    for key, bound in (("at_least", test.at_least), ("at_most", test.at_most)):
        if isinstance(bound, FactRef):
            figure_fact(ctx, bound, spot.home, (*spot.path, key), kind="number")


def _check_actor(ctx: Context, test: ActorTest, path: Path, here: str) -> None:
    who = test.actor
    if not isinstance(who, str):
        check_moment(ctx, who, (*path, "actor"), here, children=True)
        return
    if who == "assigned":
        return
    fact = ctx.workflow.processes[here].facts.get(who)
    is_link = fact is not None and fact.kind == "link"
    if who in ctx.workflow.roles and is_link:
        ctx.problem((*path, "actor"), f"`actor: {who}` has two meanings here", found=f"the role and the link `{who}`")
    elif is_link and fact is not None and fact.to != ctx.person_process:
        ctx.problem((*path, "actor"), f"the link `{who}` names no person", found=f"a link to `{fact.to}`")
    elif who not in ctx.workflow.roles and not is_link and ("processes", here, "facts", who) not in ctx.broken:
        links = [name for name, other in ctx.workflow.processes[here].facts.items() if other.kind == "link"]
        ctx.lookup("role or link", who, dict.fromkeys((*ctx.workflow.roles, *links)), ("roles",), (*path, "actor"))
