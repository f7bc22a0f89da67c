"""`homeward scenario run`: scripted cases with virtual time on an in-memory house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from config.loader import Loaded, load_draft
from config.problems import DefinitionError
from interfaces.cli.faults import tell_problem
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, write_json
from interfaces.cli.reasons import Words
from interfaces.cli.timeline import Timeline, played_document
from interfaces.errors import ExitCode, problem_document
from interfaces.scenarios.library import house_for, house_of, scenario_files
from interfaces.scenarios.model import read_scenario
from interfaces.scenarios.run import Played, Result, play
from state_machine.rules import Rules

app = typer.Typer(help="An administrator's tests: scripted cases.", no_args_is_help=True, rich_markup_mode=None)


@dataclass(slots=True)
class _Outcome:
    """What came of one file: a result, or the problems for which it could not be read."""

    path: Path
    result: Result | None = None
    problem: DefinitionError | None = None
    trace: list[Played] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the scenario was played to its end, all as expected."""
        return self.result is not None and self.result.failure is None


@app.callback()
def scenario() -> None:
    """An administrator's tests: scripted cases."""


@app.command(
    epilog="\b\nExamples:\n  homeward scenario run kh-2009\n  homeward scenario run my-house/scenarios --trace\n"
    "  homeward scenario run one.yaml --json"
)
def run(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="Scenario files, folders of them, or names of shipped workflows."),
    ],
    trace: Annotated[bool, typer.Option("--trace", help="Show every step and what came of it.")] = False,
    workflow: Annotated[
        str | None,
        typer.Option("--workflow", metavar="NAME-or-FOLDER", help="Play them in this workflow, whatever they name."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play scenarios with virtual time on an in-memory house, and say which fail and where."""
    files = scenario_files(sources)
    loaded = load_draft(workflow) if workflow is not None else None
    other = (loaded, Rules.compile(loaded.workflow, loaded.hash)) if loaded is not None else None
    paper = Paper()
    outcomes = []
    with _progress() as progress:
        task = progress.add_task("scenarios", total=len(files))
        for path in files:
            outcome = _run_one(path, paper, other, traced=trace, told=not as_json)
            outcomes.append(outcome)
            progress.advance(task)
    failed = sum(not one.ok for one in outcomes)
    if as_json:
        told = [_document(one, traced=trace) for one in outcomes]
        write_json({"scenarios": told, "passed": len(outcomes) - failed, "failed": failed})
    else:
        paper.line(f"{len(outcomes) - failed} passed, {failed} failed", "bold red" if failed else "bold green")
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.DONE)


def _progress() -> Progress:
    console = Paper(to_stderr=True).console
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _run_one(path: Path, paper: Paper, other: tuple[Loaded, Rules] | None, *, traced: bool, told: bool) -> _Outcome:
    """Play one file, in the workflow that it names or in another one."""
    outcome = _Outcome(path)
    try:
        said = read_scenario(path)
        house = house_of(said, *other) if other is not None else house_for(said)
        on_step: Callable[[Played], None] = outcome.trace.append
        if traced and told:
            paper.title(said.name)
            words = Words(house.rules.calendar.zone, house.rules.workflow.clauses.register_)
            on_step = Timeline(paper, words, house.rules.workflow, names=True).step
        outcome.result = play(said, house, on_step)
    except DefinitionError as problem:
        outcome.problem = problem
    if told:
        _tell(paper, outcome)
    return outcome


def _tell(paper: Paper, outcome: _Outcome) -> None:
    if outcome.problem is not None:
        for problem in outcome.problem.problems:
            tell_problem(paper, problem)
        return
    assert outcome.result is not None  # it was either played or could not be read
    result = outcome.result
    if result.failure is None:
        paper.field("ok", f"{result.scenario.name} ({result.steps} steps)", "green", indent=0)
        return
    paper.field("FAILED", result.scenario.name, "bold red", indent=0)
    paper.field("where", f"{result.scenario.file}:{result.failure.line}, step {result.failure.step}")
    paper.field("expected", result.failure.expected)
    paper.field("found", result.failure.found)


def _document(outcome: _Outcome, *, traced: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": outcome.path.stem, "file": str(outcome.path), "ok": outcome.ok, "steps": 0}
    told |= {"failed_step": None, "line": None, "expected": None, "found": None}
    if outcome.problem is not None:
        told |= {"expected": "a scenario that can be read", "found": str(outcome.problem)}
        told["errors"] = [problem_document(one) for one in outcome.problem.problems]
    if outcome.result is not None:
        told |= {"name": outcome.result.scenario.name, "steps": outcome.result.steps}
        failure = outcome.result.failure
        if failure is not None:
            told |= {"failed_step": failure.step, "line": failure.line}
            told |= {"expected": failure.expected, "found": failure.found}
    if traced:
        told["trace"] = [played_document(one) for one in outcome.trace]
    return told
