"""Deadlines: figures in their bounds, moments that exist, and ladders that never end in silence."""

from __future__ import annotations

from config.conditions import FactMoment, FactRef
from config.crosscheck.conditions import check_moment
from config.crosscheck.context import Context
from config.crosscheck.figures import check_bounds, check_counted, check_positive, figure_fact
from config.crosscheck.places import silent_place_of
from config.definition import RESERVED_ACTIONS, Deadline, Rung
from config.durations import Duration
from config.yaml_tree import Path


def check_deadlines(ctx: Context) -> None:
    """Check every deadline of every process; `while` and `pauses_while` are checked with the conditions."""
    for process, found in ctx.workflow.processes.items():
        for name, deadline in found.deadlines.items():
            path: Path = ("processes", process, "deadlines", name)
            if deadline.task_for is not None:
                ctx.role(deadline.task_for, (*path, "task_for"))
            _check_due(ctx, process, deadline, (*path, "due"))
            if deadline.done_by is not None:
                check_moment(ctx, deadline.done_by, (*path, "done_by"), process, children=True)
            if deadline.pauses_at_most is not None:
                check_positive(ctx, deadline.pauses_at_most, (*path, "pauses_at_most"))
                check_counted(ctx, deadline.pauses_at_most, deadline.due.counts, (*path, "pauses_at_most"))
            _check_repeats(ctx, deadline, path)
            _check_ladder(ctx, process, deadline, (*path, "ladder"))


def _check_due(ctx: Context, process: str, deadline: Deadline, path: Path) -> None:
    due = deadline.due
    if isinstance(due.after, FactRef):
        figure_fact(ctx, due.after, process, (*path, "after"))
    if due.since is not None:
        check_moment(ctx, due.since, (*path, "since"), process)
        _check_clear(ctx, process, deadline, path)
    for key, figure in (("after", due.after), ("at_least", due.at_least), ("at_most", due.at_most)):
        if isinstance(figure, Duration):
            check_counted(ctx, figure, due.counts, (*path, key))
    check_bounds(ctx, "after", due.after, (due.at_least, due.at_most), path)


def _check_clear(ctx: Context, process: str, deadline: Deadline, path: Path) -> None:
    """A due time stands readable in the database: of a fact that not everybody may see, only if that is said."""
    since = deadline.due.since
    if not isinstance(since, FactMoment) or deadline.due_clear:
        return
    owner = silent_place_of(ctx, since.of, process)
    fact = ctx.workflow.processes[owner].facts.get(since.fact) if owner else None
    if fact is not None and fact.seen_by is not None:
        ctx.problem(
            (*path, "since"),
            f"not everybody may see `{since.fact}`, but a due time can be read by everybody",
            found="`seen_by` on the fact",
            expected="`due_clear: true` on the deadline, if that is meant",
        )


def _check_repeats(ctx: Context, deadline: Deadline, path: Path) -> None:
    after = deadline.due.after
    if deadline.repeats is None:
        return
    if isinstance(after, Duration) and not after.is_positive:
        ctx.problem_at_key(
            (*path, "repeats"), "a deadline that repeats needs time between its rounds", found=f"due.after {after.text}"
        )
    if deadline.repeats == "after_done" and deadline.done_by is None:
        ctx.problem_at_key(
            (*path, "repeats"), "nothing says when a round is done", expected="`done_by`, or `repeats: after_due`"
        )


def _check_ladder(ctx: Context, process: str, deadline: Deadline, path: Path) -> None:
    seen: dict[str, int] = {}
    for index, rung in enumerate(deadline.ladder):
        where = (*path, index)
        if rung.name in seen:
            ctx.problem((*where, "name"), f"the rung `{rung.name}` stands here twice", found=f"`{rung.name}`")
        seen[rung.name] = index
        _check_rung(ctx, process, rung, where)
        check_counted(ctx, rung.at, deadline.due.counts, (*where, "at"))
        before = deadline.ladder[index - 1].at if index else None
        if before is not None and before.nominal_seconds > rung.at.nominal_seconds:
            ctx.problem(
                (*where, "at"),
                "the ladder is not in order of time",
                found=f"{rung.at.text} after {before.text}",
                expected="the earliest rung first",
            )
    if not any(rung.tell and rung.again for rung in deadline.ladder):
        ctx.problem(
            path,
            "this ladder ends in silence",
            found="no telling rung with `again`",
            expected="`again` on a rung that tells somebody",
        )


def _check_rung(ctx: Context, process: str, rung: Rung, path: Path) -> None:
    if rung.tell is not None:
        ctx.role(rung.tell, (*path, "tell"))
    if rung.do is not None:
        _check_done(ctx, process, rung.do, (*path, "do"))
        for key, given in (("as", rung.as_), ("again", rung.again)):
            if given is not None:
                ctx.problem_at_key((*path, key), f"`{key}` is for a rung that tells somebody", found="a rung with `do`")
    if rung.as_ is not None:
        ctx.lookup("notice", rung.as_, ctx.workflow.notices, ("notices",), (*path, "as"))
    if rung.again is not None:
        check_positive(ctx, rung.again, (*path, "again"))


def _check_done(ctx: Context, process: str, name: str, path: Path) -> None:
    """What time does: an action of the same process that needs no answer from anybody."""
    action = ctx.action(process, name, path)
    if name in RESERVED_ACTIONS:
        ctx.problem(path, f"time cannot do `{name}`", expected="an action of this process")
    elif action is not None and action.asks:
        ctx.problem(path, f"time cannot answer what `{name}` asks", found=f"asks {', '.join(action.asks)}")
