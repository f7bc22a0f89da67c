"""`homeward workflow check`: every problem of a workflow at its line, and a proof of what it promises."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from config.loader import DefinitionError, Loaded, Problem, load_draft
from config.problems import Mark
from config.yaml_tree import Node, Table, mark_of_key
from interfaces.cli.faults import tell_problem
from interfaces.cli.options import AsJson, Workflow
from interfaces.cli.output import Paper, tell
from interfaces.cli.traces import Written, write_traces
from interfaces.documents.workflows import report_document
from interfaces.errors import ExitCode, problem_document
from notifications.catalogue import read_catalogues, untranslated
from state_machine.checks.verdict import Proof, Report, Verdict
from wiring import proving

STYLES = {Verdict.HOLDS: "green", Verdict.VIOLATED: "bold red", Verdict.NOT_DECIDED: "bold yellow"}
WORDS = {Verdict.HOLDS: "holds", Verdict.VIOLATED: "violated", Verdict.NOT_DECIDED: "not decided"}

Traces = Annotated[
    Path | None,
    typer.Option(
        "--traces", metavar="FOLDER", help="Write what breaks a property: a scenario that plays it, and a picture."
    ),
]
Every = Annotated[bool, typer.Option("--all", help="Name every property, not only those that do not hold.")]


def check(name: Workflow, as_json: AsJson = False, every: Every = False, traces: Traces = None) -> None:
    """Check a workflow: every problem at its line, and a proof of everything it promises.

    A property that is violated comes with the steps that break it. What cannot be decided counts as not proved.
    """
    try:
        loaded = load_draft(name)
    except DefinitionError as problem:
        errors = problem.problems
        document = check_document(name, None, None, errors)
        tell(as_json, document, lambda paper: tell_errors(paper, name, errors))
        raise typer.Exit(ExitCode.FAILED) from None
    report = proved(loaded)
    written = write_traces(traces, loaded, report) if traces is not None else []
    document = check_document(loaded.workflow.workflow, loaded, report, loaded.unsafe)
    if traces is not None:
        document["traces"] = [_written_document(one) for one in written]

    def human(paper: Paper) -> None:
        for one in (*_warnings(loaded), *loaded.unsafe):
            tell_problem(paper, one)
        tell_report(paper, report, every=every)
        for trace in written:
            where = str(trace.scenario) if trace.scenario is not None else f"no scenario: {trace.why_not}"
            paper.field("trace", f"{trace.invariant}: {where}; {trace.picture}")

    tell(as_json, document, human)
    if not report.ok or loaded.unsafe:
        raise typer.Exit(ExitCode.FAILED)


def proved(loaded: Loaded) -> Report:
    """All checks of a workflow, each proof with the place where its element is written."""
    return placed(proving.proved(loaded), loaded)


# --- the report as JSON -----------------------------------------------------------------------------------------------


def check_document(
    name: str, loaded: Loaded | None, report: Report | None, errors: tuple[Problem, ...]
) -> dict[str, Any]:
    """A workflow with its problems or, where there are none, what was proved of it."""
    nothing: dict[str, Any] = {"proofs": [], "unproved": [], "doubts": []}
    return {
        "workflow": name,
        "hash": loaded.hash if loaded else None,
        "ok": report is not None and report.ok and not errors,
        "errors": [problem_document(one) for one in errors],
        **(report_document(report) if report is not None else nothing),
        "warnings": [problem_document(one) for one in _warnings(loaded)] if loaded else [],
    }


def _written_document(one: Written) -> dict[str, Any]:
    return {
        "invariant": one.invariant,
        "scenario": str(one.scenario) if one.scenario is not None else None,
        "picture": str(one.picture),
        "why_not": one.why_not or None,
    }


# --- the report in words ----------------------------------------------------------------------------------------------


def tell_errors(paper: Paper, name: str, errors: tuple[Problem, ...]) -> None:
    """Every problem of a workflow that cannot be read, and how many there are."""
    for one in errors:
        tell_problem(paper, one)
    count = len(errors)
    paper.line(f"{name}: {count} {'problem' if count == 1 else 'problems'}", "bold red")


def tell_report(paper: Paper, report: Report, *, every: bool = False) -> None:
    """What was proved of a workflow, what was not, and what breaks it."""
    for proof in report.proofs:
        if every or proof.verdict is not Verdict.HOLDS:
            _tell_proof(paper, proof)
    for doubt in report.warnings:
        paper.note(doubt)
    if every:
        paper.title("Not proved, and not to be proved here")
        for one in report.unproved:
            paper.note(one)
    held = Counter(proof.kind for proof in report.proofs if proof.verdict is Verdict.HOLDS)
    whole = Counter(proof.kind for proof in report.proofs)
    counts = ", ".join(f"{kind} {held[kind]} of {number}" for kind, number in whole.items())
    style = "bold green" if report.ok else "bold red"
    paper.line(
        f"{report.workflow} {report.hash[:12]}: {held.total()} of {whole.total()} properties hold ({counts})", style
    )


def _tell_proof(paper: Paper, proof: Proof) -> None:
    where = f"{proof.file}:{proof.line}: " if proof.file else ""
    paper.plain(f"{where}{proof.kind} {proof.invariant}: {WORDS[proof.verdict]}")
    paper.field("says", proof.says, STYLES[proof.verdict])
    for number, step in enumerate(proof.counterexample, 1):
        paper.field(f"step {number}", step.says)
    if proof.kind == "structure" and proof.verdict is Verdict.VIOLATED:
        last = "from here on it never comes" if proof.counterexample else "none: no steps lead to what can never be"
        paper.field("trace", last)


def _warnings(loaded: Loaded) -> tuple[Problem, ...]:
    """What the loader warns of, and which of the house's own words a language lacks."""
    return (*loaded.warnings, *untranslated(read_catalogues()))


# --- where it is written ----------------------------------------------------------------------------------------------


def placed(report: Report, loaded: Loaded) -> Report:
    """The report with file and line of each element: where the last workflow of the composition writes it."""
    proofs = []
    for proof in report.proofs:
        mark = _mark(loaded, proof.where) if proof.where and not proof.file else None
        proofs.append(proof if mark is None else replace(proof, file=mark.file, line=mark.line))
    return replace(report, proofs=tuple(proofs))


def _mark(loaded: Loaded, path: tuple[str, ...]) -> Mark | None:
    for layer in reversed(loaded.layers.ordered):
        node: Node | None = layer.tree
        for step in path:
            node = node.entries.get(step) if isinstance(node, Table) else None
        if node is not None:
            return mark_of_key(layer.tree, path)
    return None
