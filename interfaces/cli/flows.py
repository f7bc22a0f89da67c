"""`homeward flows`: what runs by the clock. Embedded by default; on a Prefect server for more than one machine."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import typer

from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, tell
from wiring.house import open_house
from wiring.settings import intervals, read_settings

# Prefect and APScheduler are loaded by the commands that need them: the others would wait seconds for it.

app = typer.Typer(
    help="Run what runs by the clock: follow up, reopen, escalate, review, deliver, seal.",
    epilog="\b\nExamples:\n  homeward flows run\n  homeward flows serve\n  homeward flows deploy --pool house",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog="\b\nExample:\n  homeward flows run")
def run() -> None:
    """Run everything in this process, until it is told to end. Needs no Prefect server.

    Any number of these may run on one PostgreSQL. HOMEWARD_TICK_EVERY and HOMEWARD_SEAL_EVERY say how often.
    """
    from flows.ticker import ticker

    settings = read_settings()
    ended = _told_to_end()
    house = open_house(settings, sweeps=False)
    try:
        with ticker(house, settings.tick_every, settings.seal_every):
            for warning in house.warnings:
                Paper(to_stderr=True).note(f"Warning: {warning}.")
            Paper().line("Running; end with Ctrl-C.")
            ended.wait()
    finally:
        house.close()


@app.command(epilog="\b\nExample:\n  PREFECT_API_URL=http://127.0.0.1:4200/api homeward flows serve")
def serve() -> None:
    """Run all flows from this process for the Prefect server at PREFECT_API_URL, until it is told to end.

    HOMEWARD_FLOW_EVERY, HOMEWARD_FLOW_SCHEDULES and HOMEWARD_FLOW_CONCURRENCY say how often and how many.
    """
    from flows.serving import Serving

    settings = read_settings()
    every = intervals(settings)
    ended = _told_to_end()
    _tell_intervals(every)
    Serving(every, settings.flow_concurrency).serve(ended)


@app.command(epilog="\b\nExample:\n  PREFECT_API_URL=http://127.0.0.1:4200/api homeward flows deploy --pool house")
def deploy(
    pool: Annotated[str, typer.Option("--pool", metavar="NAME", help="The work pool; made if it is not there.")],
    as_json: AsJson = False,
) -> None:
    """Put all flows into a work pool of the Prefect server at PREFECT_API_URL; workers on any machine run them.

    Each worker needs this program and the settings of the house, with HOMEWARD_DATABASE_URL.
    """
    from flows.deployments import deploy_flows

    settings = read_settings()
    names = deploy_flows(pool, intervals(settings), settings.flow_concurrency)

    def human(paper: Paper) -> None:
        paper.line(f"{len(names)} flows lie in the work pool {pool}: {', '.join(names)}.")
        paper.line("Run them, on any machine that has this program and the settings of the house:")
        paper.command(f"prefect worker start --pool {pool}")

    tell(as_json, {"pool": pool, "deployments": names}, human)


def _told_to_end() -> threading.Event:
    """An event that is set when this process is told to end, by Ctrl-C or by whoever supervises it."""
    ended = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: ended.set())
    return ended


def _tell_intervals(every: Mapping[str, timedelta]) -> None:
    paper = Paper()
    for name, interval in every.items():
        paper.line(f"{name} every {interval.total_seconds():g} s", indent=2)
    paper.line("Serving; end with Ctrl-C.")
