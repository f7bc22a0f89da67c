"""Which deadlines of an instance start, are dated anew, pause, run again or are done after a step (semantics 15 to 17).

Pure: `settle` compares what runs with what should, and answers changes; the door writes them. A deadline runs while its
condition is a definite yes and its instance is not over; conditions of deadlines read no clock (semantics 4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from state_machine import dating
from state_machine.automatic import is_over
from state_machine.conditions import holds
from state_machine.dating import Dated, DeadlineRules
from state_machine.evaluation import Evaluation
from state_machine.view import DeadlineAt, Fired, Instance, Recorded

if TYPE_CHECKING:
    from state_machine.conditions import Touch
    from state_machine.rules import Rules

What = Literal["started", "redated", "carried", "paused", "resumed", "unspent", "done", "ended"]
"""`done`: what it waited for came; `ended`: its condition holds no more, or its instance is over; `unspent`: the
reason of a pause that had ended by itself is gone, so that the deadline may pause again; `carried`: the family was
moved to another version, in which it falls due when it did, perhaps with other rungs."""


@dataclass(frozen=True, slots=True)
class Step:
    """Which step settles: `order` numbers it, `seq` is the journal entry that will tell of the changes.

    `migrated`: the family has just moved to another version, whose figures may differ.
    """

    order: int
    seq: int
    migrated: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a deadline: its state afterwards (None: it is no longer there) and, where it was dated, how."""

    name: str
    what: What
    before: DeadlineAt | None
    after: DeadlineAt | None
    dated: Dated | None = None


def disturbed(rules: Rules, instance: Instance, touched: Set[Touch]) -> tuple[DeadlineRules, ...]:
    """The deadlines of an instance that may be otherwise after a step that changed this much in its family.

    Whatever is not among them was settled by the step before, and looks at nothing that can have changed since.
    """
    states, found = instance.deadlines, []
    for one in rules.processes[instance.process].deadlines.values():
        state = states.get(one.name)
        # Where no round is under way, only the condition counts.
        reach = one.begins_with if state is None or state.state == "done" else one.looks_at
        if reach is None or not reach.isdisjoint(touched):
            found.append(one)
    return tuple(found)


def under_way(rules: Rules, instance: Instance) -> tuple[DeadlineRules, ...]:
    """The deadlines of an instance that run, and may pause or fall due otherwise although nobody did anything."""
    declared = rules.processes[instance.process].deadlines
    running = [
        declared[name] for name, state in instance.deadlines.items() if name in declared and state.state != "done"
    ]
    return tuple(one for one in running if one.pauses_while is not None or one.can_move)


def settle(
    rules: Rules, at: Evaluation, instance: Instance, step: Step, some: Collection[DeadlineRules] | None = None
) -> Iterator[Change]:
    """The changes of the deadlines of an instance as it now stands, in canonical order; of all, or of some alone.

    `at` is an evaluation of the present moment by the house.
    """
    process = rules.processes[instance.process]
    if some is None:
        for name, state in instance.deadlines.items():
            if name not in process.deadlines or process.deadlines[name].model.strength == "off":
                yield Change(name, "ended", state, None)
    over = is_over(rules, at, instance)
    for deadline in process.deadlines.values() if some is None else some:
        if deadline.model.strength == "off":
            continue
        before = instance.deadlines.get(deadline.name)
        runs = not over and holds(at, instance, deadline.runs_while)
        if before is None:
            if runs:
                yield _start(rules, deadline, at, instance, step)
        elif not runs:
            yield Change(deadline.name, "ended", before, None)
        elif before.state != "done":
            yield from _running(rules, deadline, at, instance, before, step)


def _start(
    rules: Rules,
    deadline: DeadlineRules,
    at: Evaluation,
    instance: Instance,
    step: Step,
    base: dt.datetime | None = None,
    generation: int | None = None,
) -> Change:
    """A round begins, counted from `base` or from now.

    Where none ran before it, its number is that of its entry: higher than all before it, of which nothing is left.
    """
    base = base or at.now
    dated = dating.date(rules, deadline, at, instance, base)
    fired = dating.passed_over(rules.calendar, deadline, dated.due, at.now)
    number = step.seq if generation is None else generation
    after = DeadlineAt("armed", number, 0, base, step.order, at.now, dated.due, dated.due, step.seq, fired)
    return Change(deadline.name, "started", None, after, dated)


def _running(
    rules: Rules,
    deadline: DeadlineRules,
    at: Evaluation,
    instance: Instance,
    before: DeadlineAt,
    step: Step,
) -> Iterator[Change]:
    """What becomes of a round whose condition goes on: done, dated anew, paused, or run again."""
    if deadline.done_by is not None and deadline.done_by.came_after(at, instance, _mark(before)):
        yield _finish(rules, deadline, at, instance, before, step)
        return
    pauses = deadline.pauses_while is not None and holds(at, instance, deadline.pauses_while)
    if before.state == "paused":
        if not pauses:
            yield resume(rules, deadline, at, before, step.seq, spent=False)
        return
    if pauses and not before.spent:
        yield _pause(rules, deadline, at, before, step.seq)
        return
    if before.spent and not pauses:
        fresh = replace(before, spent=False)
        yield Change(deadline.name, "unspent", before, fresh)
        before = fresh
    yield from _redate(rules, deadline, at, instance, before, step)


def _redate(
    rules: Rules, deadline: DeadlineRules, at: Evaluation, instance: Instance, before: DeadlineAt, step: Step
) -> Iterator[Change]:
    """A fact in `after`, `since` or a bound reads otherwise than when the round was dated."""
    if not (step.migrated or deadline.can_move):
        return
    dated = dating.date(rules, deadline, at, instance, before.began)
    if dated.due == before.worked_out:
        if step.migrated:
            yield _carry(rules, deadline, at, before)
        return
    due = dated.due + (before.due - before.worked_out)
    fired = dating.kept(rules.calendar, deadline, due, before.fired, at.now)
    after = replace(
        before,
        due=due,
        worked_out=dated.due,
        dated=at.now,
        dating=before.dating + (due > at.now or _comes_again(deadline, before, fired)),
        fired=fired,
        seq=step.seq,
    )
    yield Change(deadline.name, "redated", before, after, dated)


def _carry(rules: Rules, deadline: DeadlineRules, at: Evaluation, before: DeadlineAt) -> Change:
    """The round goes on in another version. What had come does not come again, unless its rung now stands later."""
    fired = dating.kept(rules.calendar, deadline, before.due, before.fired, at.now)
    after = replace(before, dating=before.dating + _comes_again(deadline, before, fired), fired=fired)
    return Change(deadline.name, "carried", before, after)


def _comes_again(deadline: DeadlineRules, before: DeadlineAt, fired: Mapping[str, Fired]) -> bool:
    """Whether a rung that came is to come once more: then it is another dating, so that nothing has the same name."""
    ladder = {rung.name for rung in deadline.model.ladder}
    return any(one.times and name in ladder and name not in fired for name, one in before.fired.items())


def _finish(
    rules: Rules,
    deadline: DeadlineRules,
    at: Evaluation,
    instance: Instance,
    before: DeadlineAt,
    step: Step,
) -> Change:
    """The round is done; a repeating deadline begins its next one, counted from now or from this due."""
    repeats = deadline.model.repeats
    if repeats is None:
        return Change(deadline.name, "done", before, replace(before, state="done", seq=step.seq))
    base = at.now if repeats == "after_done" else before.due
    begun = _start(rules, deadline, at, instance, step, base, before.generation + 1)
    return replace(begun, what="done", before=before)


def _pause(rules: Rules, deadline: DeadlineRules, at: Evaluation, before: DeadlineAt, seq: int) -> Change:
    most = deadline.model.pauses_at_most
    assert most is not None  # the definition requires it with pauses_while
    after = replace(
        before,
        state="paused",
        paused=at.now,
        left=dating.left(rules.calendar, deadline, before.due, at.now),
        resumes=rules.calendar.add(at.now, most),
        seq=seq,
    )
    return Change(deadline.name, "paused", before, after)


def resume(
    rules: Rules, deadline: DeadlineRules, at: Evaluation, before: DeadlineAt, seq: int, *, spent: bool
) -> Change:
    """A paused round runs again, its due moved by the time that it was paused; `spent`: the pause ended by itself."""
    assert before.left is not None  # it is paused
    due = dating.resumed_due(rules.calendar, deadline, before.left, at.now)
    after = replace(
        before,
        state="armed",
        due=due,
        dated=at.now,
        dating=before.dating + (1 if due > at.now else 0),
        fired=dating.kept(rules.calendar, deadline, due, before.fired, at.now),
        paused=None,
        left=None,
        resumes=None,
        spent=spent,
        seq=seq,
    )
    return Change(deadline.name, "resumed", before, after)


def _mark(before: DeadlineAt) -> Recorded:
    """The beginning of a round, in the shape in which events are compared with what they end."""
    return Recorded("", before.began, before.began, "", None, 0, before.order, before.order)
