"""`of:` — on which instance a name is read. Two meanings for one name are an error (language, section 4)."""

from __future__ import annotations

from collections.abc import Iterator

from config.crosscheck.context import Context
from config.problems import listed
from config.yaml_tree import Path


def place_of(ctx: Context, of: str | None, here: str, path: Path, *, children: bool = False) -> str | None:
    """The process of the instance that `of` names, read on an instance of the process `here`.

    With `children` a child process counts too (events, and who did something). None where nothing can be said:
    then the problem is reported at `path`, or the name belongs to something broken.
    """
    if of is None:
        return here
    meanings = list(_meanings(ctx, of, here, children))
    if len(meanings) > 1:
        ctx.problem(
            path,
            f"`of: {of}` has two meanings here",
            found=" and ".join(meaning for meaning, _ in meanings),
            expected="names that differ",
        )
        return None
    if not meanings:
        if not _belongs_to_something_broken(ctx, of, here):
            known = sorted(_known(ctx, here, children))
            ctx.unknown("instance", of, known, path, f"for `{here}`")
        return None
    meaning, process = meanings[0]
    if process is None and meaning != "a broken link":
        ctx.problem(path, f"`of: {of}` names a person", found=meaning, expected="a process with `stands_for: person`")
    return process if process in ctx.workflow.processes else None


def silent_place_of(ctx: Context, of: str | None, here: str, *, children: bool = True) -> str | None:
    """As `place_of`, for checks that come after it: what cannot be resolved is None, and nothing is reported."""
    if of is None:
        return here
    meanings = list(_meanings(ctx, of, here, children))
    process = meanings[0][1] if len(meanings) == 1 else None
    return process if process in ctx.workflow.processes else None


def _meanings(ctx: Context, of: str, here: str, children: bool) -> Iterator[tuple[str, str | None]]:
    processes = ctx.workflow.processes
    if of in ctx.ancestors(here):
        yield f"the process `{of}` above it", of
    fact = processes[here].facts.get(of)
    if fact is not None and fact.kind == "link":
        yield f"the link `{of}`", fact.to
    if of == "actor":
        yield "the one who acts", ctx.person_process
    if of == "assigned":
        yield "the person being assigned", ctx.person_process
    if of in ctx.workflow.roles:
        yield f"the holder of the role `{of}`", ctx.person_process
    if children and of in processes and processes[of].parent == here:
        yield f"the children `{of}`", of


def _known(ctx: Context, here: str, children: bool) -> Iterator[str]:
    processes = ctx.workflow.processes
    yield from ctx.ancestors(here)
    yield from (name for name, fact in processes[here].facts.items() if fact.kind == "link")
    yield from ("actor", "assigned")
    if children:
        yield from (name for name, process in processes.items() if process.parent == here)


def _belongs_to_something_broken(ctx: Context, of: str, here: str) -> bool:
    if ctx.has_broken_process():
        return True
    return ("processes", here, "facts", of) in ctx.broken or ("roles", of) in ctx.broken


def check_children(ctx: Context, process: str, of: str | None, here: str, path: Path, key: str) -> str | None:
    """The process whose children are counted, if it is a child of the instance that `of` names; else reported."""
    owner = place_of(ctx, of, here, (*path, "of"))
    child = ctx.process(process, (*path, key))
    if owner is None or child is None:
        return process if child is not None else None
    if child.parent != owner:
        known = [name for name, other in ctx.workflow.processes.items() if other.parent == owner]
        ctx.problem(
            (*path, key),
            f"`{process}` is no child of `{owner}`",
            found=f"its parent is `{child.parent}`" if child.parent else "it has no parent",
            expected=f"one of {listed(known)}" if known else f"a process with `parent: {owner}`",
        )
    return process
