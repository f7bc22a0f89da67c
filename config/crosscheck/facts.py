"""Declarations of facts: each key fits the kind, and what it names exists."""

from __future__ import annotations

from config.conditions import FactRef
from config.crosscheck.conditions import check_moment
from config.crosscheck.context import Context
from config.crosscheck.figures import check_bounds, check_positive, figure_fact
from config.crosscheck.values import expected_of, starts_fit
from config.definition import Fact
from config.problems import shown
from config.yaml_tree import Path

FINDABLE = ("choice", "choices", "yes_no", "number", "date")
"""The kinds whose coded value may stand readable in the database; all others exist only sealed."""


def check_facts(ctx: Context) -> None:
    """Check every fact of every process."""
    for process, found in ctx.workflow.processes.items():
        for name, fact in found.facts.items():
            path: Path = ("processes", process, "facts", name)
            _check_kind(ctx, fact, path)
            _check_lasts(ctx, fact, path, process)
            ctx.roles(fact.by, (*path, "by"))
            ctx.roles(fact.seen_by, (*path, "seen_by"))


def _check_kind(ctx: Context, fact: Fact, path: Path) -> None:
    """`values`, `to`, `form`, `starts` and `find_by` belong to some kinds only, and some kinds need them."""
    words = fact.kind in ("choice", "choices")
    if words and not fact.values:
        ctx.problem(path, f"a {fact.kind} needs `values`", expected="values: [one, another]")
    if fact.values and not words:
        _only(ctx, path, "values", "choice and choices", fact)
    if fact.kind == "link":
        if fact.to is None:
            ctx.problem(path, "a link needs `to`", expected="to: the process that it links to")
        else:
            ctx.process(fact.to, (*path, "to"))
    elif fact.to is not None:
        _only(ctx, path, "to", "link", fact)
    if fact.form is not None:
        if fact.kind != "document":
            _only(ctx, path, "form", "document", fact)
        ctx.lookup("form", fact.form, ctx.workflow.forms, ("forms",), (*path, "form"))
    if not starts_fit(fact):
        ctx.problem(
            (*path, "starts"), "this value does not fit the fact", found=shown(fact.starts), expected=expected_of(fact)
        )
    if fact.find_by and fact.kind not in FINDABLE:
        _only(ctx, path, "find_by", ", ".join(FINDABLE), fact)


def _only(ctx: Context, path: Path, key: str, kinds: str, fact: Fact) -> None:
    ctx.problem_at_key((*path, key), f"`{key}` is for {kinds} only", found=f"a {fact.kind}")


def _check_lasts(ctx: Context, fact: Fact, path: Path, process: str) -> None:
    if fact.lasts is None:
        return
    where = (*path, "lasts")
    if isinstance(fact.lasts.for_, FactRef):
        figure_fact(ctx, fact.lasts.for_, process, (*where, "for"))
    elif fact.lasts.for_ is not None:
        check_positive(ctx, fact.lasts.for_, (*where, "for"))
    for key, bound in (("at_least", fact.lasts.at_least), ("at_most", fact.lasts.at_most)):
        if bound is not None:
            check_positive(ctx, bound, (*where, key))
    check_bounds(ctx, "for", fact.lasts.for_, (fact.lasts.at_least, fact.lasts.at_most), where)
    for index, event in enumerate(fact.lasts.until):
        check_moment(ctx, event, (*where, "until", index), process, children=True)
