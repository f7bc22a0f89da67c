"""The clause register: everything cited is in it, and everything in it is answered for in exactly one way."""

from __future__ import annotations

from collections.abc import Iterator

from config.built_in import BUILT_IN
from config.clause_book import Attested
from config.coverage import carried, statuses
from config.crosscheck.context import Context
from config.problems import listed
from config.yaml_tree import Items, Leaf, Node, Path, Table


def check_clauses(ctx: Context) -> None:
    """Check every citation and every entry of the clause book."""
    if not _register_is_broken(ctx):
        _check_citations(ctx)
    _check_built_in(ctx)
    _check_answers(ctx)
    for clause, attested in ctx.workflow.clauses.attested.items():
        _check_attested(ctx, attested, ("clauses", "attested", clause))


def _check_citations(ctx: Context) -> None:
    book = ctx.workflow.clauses
    known = list(book.register_)
    processes = ctx.tree.entries.get("processes")
    cited = list(_cited(processes, ("processes",))) if processes is not None else []
    for clause, path in cited:
        if clause not in book.register_:
            ctx.problem(
                path,
                f"unknown clause `{clause}`",
                found=f"`{clause}`",
                expected="a clause of the register in clauses.yaml",
                suggestion=ctx.report.nearest(clause, known),
            )
    for part in ("outside", "attested", "scheduled", "built_in"):
        for clause in getattr(book, part):
            if clause not in book.register_:
                ctx.problem_at_key(
                    ("clauses", part, clause),
                    f"unknown clause `{clause}`",
                    found=f"`{clause}`",
                    expected="a clause of the register",
                )


def _check_built_in(ctx: Context) -> None:
    """What the program keeps exists, and is about who gets to know what: nothing else is kept for every workflow."""
    book = ctx.workflow.clauses
    for clause, names in book.built_in.items():
        for index, name in enumerate(names):
            path: Path = ("clauses", "built_in", clause, index)
            if name not in BUILT_IN:
                ctx.unknown("word for what the program keeps", name, BUILT_IN, path, "at all")
        entry = book.register_.get(clause)
        if entry is not None and entry.kind != "access":
            ctx.problem_at_key(
                ("clauses", "built_in", clause),
                f"the program keeps what clauses of the kind `access` ask; `{clause}` is of the kind `{entry.kind}`",
                found=f"`{clause}` under `built_in`",
                expected="an element that cites it",
            )


def _check_answers(ctx: Context) -> None:
    """Each clause is carried, attested, scheduled or outside: one of them, and not several."""
    carriers = carried(ctx.workflow)
    for clause in ctx.workflow.clauses.register_:
        found = statuses(ctx.workflow.clauses, carriers, clause)
        entry: Path = ("clauses", "register", clause)
        if found == ("missing",) and not ctx.broken:
            ctx.problem_at_key(
                entry,
                f"nothing answers for the clause `{clause}`",
                found=f"`{clause}`",
                expected="an element that cites it, or an entry under outside, attested, scheduled or built_in",
            )
        elif len(found) > 1:
            by = f" by {listed(carriers[clause], 3)}" if clause in carriers else ""
            ctx.problem_at_key(
                entry,
                f"the clause `{clause}` is answered for twice",
                found=f"{listed(found)}{by}",
                expected="one of them",
            )


def _register_is_broken(ctx: Context) -> bool:
    return any(path[:2] == ("clauses", "register") or path == ("clauses",) for path in ctx.broken)


def _cited(node: Node, path: Path) -> Iterator[tuple[str, Path]]:
    """Every clause that stands under `clauses`, or as the `clause` of a source."""
    if isinstance(node, Items):
        for index, item in enumerate(node.items):
            yield from _cited(item, (*path, index))
    elif isinstance(node, Table):
        for key, value in node.entries.items():
            here = (*path, key)
            if key == "clauses" and isinstance(value, Items):
                yield from (
                    (str(item.value), (*here, index))
                    for index, item in enumerate(value.items)
                    if isinstance(item, Leaf)
                )
            elif key == "clause" and path[-1] == "source" and isinstance(value, Leaf):
                yield str(value.value), here
            else:
                yield from _cited(value, here)


def _check_attested(ctx: Context, attested: Attested, path: Path) -> None:
    """The step at which a person states it exists, on the process named or on the only one that has it."""
    ctx.role(attested.by, (*path, "by"))
    kind, name = ("action", attested.action) if attested.action else ("fact", attested.fact)
    assert name is not None
    where = (*path, kind)
    if attested.of is not None:
        if ctx.process(attested.of, (*path, "of")) is not None:
            (ctx.action if kind == "action" else ctx.fact)(attested.of, name, where)
        return
    processes = ctx.workflow.processes
    having = [
        process for process, found in processes.items() if name in (found.actions if kind == "action" else found.facts)
    ]
    if len(having) > 1:
        ctx.problem(
            where,
            f"several processes have the {kind} `{name}`",
            found=listed(having),
            expected="`of: process` beside it",
        )
    elif not having and not ctx.broken:
        known = {
            other for found in processes.values() for other in (found.actions if kind == "action" else found.facts)
        }
        ctx.unknown(kind, name, known, where, "of any process")
