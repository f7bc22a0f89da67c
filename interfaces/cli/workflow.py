"""`homeward workflow list | check | show | diagram | coverage`: what an administrator asks of a workflow."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from cases.errors import BadInput
from config.loader import DefinitionError, Loaded, Problem, list_shipped, load_workflow
from interfaces.cli.case_steps import CASE
from interfaces.cli.coverage import coverage
from interfaces.cli.desk import Found, facts_of, sit_down
from interfaces.cli.faults import tell_problem
from interfaces.cli.options import AsJson, Workflow
from interfaces.cli.output import Paper, tell, write_json, write_raw
from interfaces.cli.workflow_text import show_document, tell_workflow
from interfaces.errors import ExitCode, problem_document
from notifications.catalogue import read_catalogues, untranslated
from state_machine.diagram import mermaid, picture
from state_machine.rules import Rules
from state_machine.svg import svg

app = typer.Typer(
    help="Workflows: what they say, whether they are sound, what they carry.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def example(*lines: str) -> str:
    """Examples for the end of a command's help, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  homeward workflow {line}" for line in lines)


@app.command("list", epilog=example("list", "list --json"))
def list_workflows(as_json: AsJson = False) -> None:
    """List the shipped workflows."""
    told = [_short(name) for name in list_shipped()]

    def human(paper: Paper) -> None:
        for one in told:
            paper.title(one["workflow"])
            if one["says"]:
                paper.field("says", one["says"])
            if one["extends"]:
                paper.field("extends", ", ".join(one["extends"]))
            paper.field("version", one["hash"][:12] if one["hash"] else "none of its own; others extend it")

    tell(as_json, {"workflows": told}, human)


def _short(name: str) -> dict[str, Any]:
    try:
        loaded = load_workflow(name)
    except DefinitionError:
        # A workflow that is only extended (base) is not whole by itself; `check` says what it lacks.
        return {"workflow": name, "says": None, "extends": [], "hash": None, "complete": False}
    workflow = loaded.workflow
    extends = list(workflow.extends)
    return {"workflow": name, "says": workflow.says, "extends": extends, "hash": loaded.hash, "complete": True}


@app.command(epilog=example("check kh-2009", "check ./my-house --json"))
def check(name: Workflow, as_json: AsJson = False) -> None:
    """Check a workflow: every problem with its file, line and column, and the nearest known name."""
    try:
        loaded = load_workflow(name)
    except DefinitionError as problem:
        errors = problem.problems
        document = _check_document(name, None, errors)
        tell(as_json, document, lambda paper: _tell_errors(paper, name, errors))
        raise typer.Exit(ExitCode.FAILED) from None
    tell(as_json, _check_document(loaded.workflow.workflow, loaded, ()), lambda paper: _tell_sound(paper, loaded))


def _check_document(name: str, loaded: Loaded | None, errors: tuple[Problem, ...]) -> dict[str, Any]:
    return {
        "workflow": name,
        "hash": loaded.hash if loaded else None,
        "ok": not errors,
        "errors": [problem_document(one) for one in errors],
        "proofs": [],
        "unproved": _invariants(loaded) if loaded else [],
        "warnings": [problem_document(one) for one in _warnings(loaded)] if loaded else [],
    }


def _warnings(loaded: Loaded) -> tuple[Problem, ...]:
    """What the loader warns of, and which of the house's own words a language lacks."""
    return (*loaded.warnings, *untranslated(read_catalogues()))


def _invariants(loaded: Loaded) -> list[str]:
    """The invariants that are written down, as `process.name`; this version reads them and proves none."""
    processes = loaded.workflow.processes
    return [f"{process}.{name}" for process, one in processes.items() for name in one.invariants]


def _tell_errors(paper: Paper, name: str, errors: tuple[Problem, ...]) -> None:
    for one in errors:
        tell_problem(paper, one)
    count = len(errors)
    paper.line(f"{name}: {count} {'problem' if count == 1 else 'problems'}", "bold red")


def _tell_sound(paper: Paper, loaded: Loaded) -> None:
    warnings = _warnings(loaded)
    for one in warnings:
        tell_problem(paper, one)
    name = loaded.workflow.workflow
    warned = f", {len(warnings)} warnings" if warnings else ""
    paper.line(f"{name} {loaded.hash[:12]}: no problems{warned}", "bold green")
    stated = len(_invariants(loaded))
    if stated:
        paper.note(f"{stated} invariants are stated; this version reads them and does not prove them.")


@app.command(epilog=example("show kh-2009"))
def show(name: Workflow, as_json: AsJson = False) -> None:
    """Show a workflow: its roles, and of every process the tracks, states, actions, facts and deadlines."""
    loaded = load_workflow(name)
    tell(as_json, show_document(loaded), lambda paper: tell_workflow(paper, loaded))


@app.command(
    epilog=example("diagram kh-2009 > case.mmd", "diagram kh-2009 --process referral --format svg > referral.svg")
)
def diagram(
    name: Workflow,
    process: Annotated[
        str | None, typer.Option("--process", metavar="P", help="The process to draw; case, if left out.")
    ] = None,
    format_: Annotated[
        Literal["mermaid", "svg"], typer.Option("--format", metavar="mermaid|svg", help="How it is written.")
    ] = "mermaid",
    case: Annotated[
        str | None, typer.Option("--case", metavar="REF", help="Mark the states in which this instance stands.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a process: its tracks, states and actions, as Mermaid or SVG."""
    loaded = load_workflow(name)
    rules, tracks, current = Rules.compile(loaded.workflow, loaded.hash), None, dict[str, str]()
    if case is not None:
        with sit_down() as desk:
            found = desk.find(case)
            rules, tracks = found.rules, desk.tracks_shown(found)
        _fits(found, loaded, process)
        process, current = found.instance.process, {track: at.state for track, at in found.instance.tracks.items()}
    process = process or CASE
    facts_of(rules, process)
    if format_ == "svg":
        drawn = svg(f"{loaded.workflow.workflow}: {process}", picture(rules, process, current, tracks))
    else:
        drawn = mermaid(rules, process, current, tracks)
    if as_json:
        document = {"workflow": loaded.workflow.workflow, "hash": rules.hash, "process": process}
        write_json(document | {"format": format_, "current": current, "diagram": drawn})
    else:
        write_raw(drawn)


def _fits(found: Found, loaded: Loaded, process: str | None) -> None:
    """The instance follows the workflow that was named, and is of the process that was named."""
    follows = found.rules.workflow.workflow
    if follows != loaded.workflow.workflow:
        raise BadInput(f"{found.ref} follows {follows}, not {loaded.workflow.workflow}; draw {follows}")
    if process not in (None, found.instance.process):
        raise BadInput(f"{found.ref} is a {found.instance.process}, not a {process}; leave out --process")


app.command("coverage", epilog=example("coverage kh-2009", "coverage kh-2009 --json"))(coverage)
