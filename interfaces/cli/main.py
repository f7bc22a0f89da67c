"""The command `homeward`: its groups, and the one place where errors become words and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from interfaces.cli import (
    access,
    account,
    bench,
    case_reading,
    case_steps,
    due,
    flows,
    journeys,
    migrate,
    notices,
    people,
    publish,
    scenario,
    serve,
    simulate,
    watch,
    workflow,
)
from interfaces.cli.desk import before
from interfaces.cli.faults import tell_fault, tell_usage
from interfaces.errors import ExitCode, fault_of
from wiring.server import server_named
from wiring.settings import read_settings

PROGRAM = "homeward"

BEFORE_A_SERVER = ("case", "due")
"""What can be asked of a server."""

app = typer.Typer(
    name=PROGRAM,
    help="Runs the case process of an organisation that cares for victims of human trafficking.",
    epilog="\b\nExamples:\n  homeward serve --demo\n  homeward journeys\n  homeward workflow check kh-2009\n"
    "  homeward case list",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 80},
)
app.add_typer(workflow.app, name="workflow")
app.add_typer(case_steps.app, name="case")
app.add_typer(scenario.app, name="scenario")
app.add_typer(bench.app, name="bench")
app.add_typer(flows.app, name="flows")
app.add_typer(notices.app, name="notices")
app.add_typer(account.app, name="account")
app.add_typer(people.app, name="people")
app.add_typer(access.app, name="access")
case_reading.add_to(case_steps.app)
publish.add_to(workflow.app)
migrate.add_to(workflow.app)
journeys.add_to(app)
due.add_to(app)
watch.add_to(app)
simulate.add_to(app)
serve.add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {version(PROGRAM)}")
        raise typer.Exit


@app.callback()
def homeward(
    context: typer.Context,
    show_version: Annotated[  # noqa: ARG001 - it answers by itself, before anything else is done
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    server: Annotated[
        str | None,
        typer.Option("--server", metavar="URL", help="Ask this server, and not a house on this machine: case and due."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", metavar="FILE", help="The file with the API token by which it knows you."),
    ] = None,
) -> None:
    """Runs the case process of an organisation that cares for victims of human trafficking."""
    if context.invoked_subcommand in BEFORE_A_SERVER:
        context.with_resource(before(server_named(read_settings(), server, token_file)))
    elif server is not None or token_file is not None:
        said = f"{context.invoked_subcommand} works in the house itself; before a server: {', '.join(BEFORE_A_SERVER)}"
        raise typer.BadParameter(said, param_hint="--server")


def run() -> None:
    """The console script: run the command line that was typed, and exit."""
    sys.exit(main(sys.argv[1:]))


def main(words: Sequence[str]) -> int:
    """Run one command; answers its exit code. Expected errors are told in words, never as a traceback."""
    as_json = "--json" in words
    try:
        outcome = get_command(app).main(args=list(words), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as problem:
        return tell_usage(problem, as_json)
    except typer.Abort:
        return ExitCode.FAILED
    except BrokenPipeError:
        # Whoever read our output has gone (`… | head`); what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except Exception as problem:  # noqa: BLE001 - the outermost place: an error is told here or nowhere
        return tell_fault(fault_of(problem), as_json)
    return outcome if isinstance(outcome, int) else ExitCode.DONE
