"""`homeward workflow list | check | show | diagram | coverage`: what an administrator asks of a workflow."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cases.errors import BadInput
from config.loader import DefinitionError, Loaded, list_shipped, load_workflow
from interfaces.cli.case_steps import CASE
from interfaces.cli.check import check
from interfaces.cli.compose import compose
from interfaces.cli.coverage import coverage
from interfaces.cli.desk import Found, facts_of, sit_down_here
from interfaces.cli.diagram_proof import write_proof
from interfaces.cli.diagram_trace import write_trace
from interfaces.cli.export import export
from interfaces.cli.options import AsJson, Workflow
from interfaces.cli.output import Paper, tell, write_json, write_raw
from interfaces.cli.workflow_text import show_document, tell_workflow
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
    proof: Annotated[
        str | None,
        typer.Option("--proof", metavar="PROPERTY", help="Draw the steps that break this property, as SVG."),
    ] = None,
    trace: Annotated[
        Path | None,
        typer.Option(
            "--trace",
            metavar="FILE",
            help="Draw the steps of a check's JSON (--proof names one) or of a scenario.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a process: its tracks, states and actions, as Mermaid or SVG."""
    if trace is not None:
        if case is not None:
            raise BadInput("--trace draws the steps of a file; leave out --case")
        write_trace(name, trace, proof, process, as_json=as_json)
        return
    if proof is not None:
        if process is not None or case is not None:
            raise BadInput("--proof draws the process that the property is about; leave out --process and --case")
        write_proof(name, proof, as_json=as_json)
        return
    loaded = load_workflow(name)
    rules, tracks, current = Rules.compile(loaded.workflow, loaded.hash), None, dict[str, str]()
    if case is not None:
        with sit_down_here() as desk:
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


app.command("check", epilog=example("check kh-2009", "check ./my-house --json", "check ./draft --traces broken"))(check)
app.command(
    "compose", epilog=example("compose kh-2009 commit-adopted vse-3-adopted", "compose kh-2009 ./house --into ./ours")
)(compose)
app.command("coverage", epilog=example("coverage kh-2009", "coverage kh-2009 --json"))(coverage)
app.command("export", epilog=example("export kh-2009 --process visit > visit.scxml"))(export)
