"""`homeward simulate`: what a workflow asks of a house, tried on synthetic people and staff before it is in force."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from cases.errors import BadInput
from config.loader import Loaded, load_workflow
from interfaces.cli.options import AsJson, Workflow
from interfaces.cli.output import Paper, tell
from interfaces.simulation.ground import CASE
from interfaces.simulation.plan import Plan, staffing
from interfaces.simulation.report import write_report
from interfaces.simulation.run import simulate
from interfaces.simulation.summary import summary
from state_machine.rules import Rules

STARTS = dt.date(2027, 1, 4)
"""A Monday. The first day of every simulation, so that the same plan is the same simulation on every day."""

Cases = Annotated[int, typer.Option("--cases", metavar="N", min=1, max=1_000_000, help="How many cases come.")]
Years = Annotated[float, typer.Option("--years", metavar="Y", min=0.02, max=20, help="How long it lasts.")]
Seed = Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same simulation.")]
Against = Annotated[
    str | None, typer.Option("--against", metavar="NAME-or-FOLDER", help="A second workflow, played by the same plan.")
]
Staff = Annotated[
    Path | None, typer.Option("--staff", metavar="FILE", help="How many people each role has; YAML, see docs/cli.md.")
]
Into = Annotated[
    Path | None, typer.Option("--into", metavar="FOLDER", help="Write report.html, figures.json and the pictures here.")
]


def _simulate(
    name: Workflow,
    *,
    cases: Cases = 100,
    years: Years = 1.0,
    seed: Seed = 1,
    against: Against = None,
    staff: Staff = None,
    into: Into = None,
    as_json: AsJson = False,
) -> None:
    """Play a workflow with synthetic people and staff: work, notices, breaches, waiting, time to each milestone."""
    days = max(1, round(years * 365))
    drafts = [load_workflow(one) for one in (name, against) if one is not None]
    told = [_play(loaded, cases, days, seed, staff) for loaded in drafts]
    written = write_report(told, into) if into is not None else []
    document = {"simulations": told, "files": [str(path) for path in written]}
    tell(as_json, document, lambda paper: _tell(paper, told, written))


def _play(loaded: Loaded, cases: int, days: int, seed: int, staff: Path | None) -> dict[str, Any]:
    workflow = loaded.workflow
    if CASE not in workflow.processes or workflow.processes[CASE].parent is not None:
        raise BadInput(f"{workflow.workflow} has no process `{CASE}` that stands alone; a simulation opens cases")
    rules = Rules.compile(workflow, loaded.hash)
    begins = dt.datetime.combine(STARTS, dt.time(0), rules.calendar.zone)
    plan = Plan(cases, days, seed, begins.astimezone(dt.UTC), staffing(workflow, cases, days, staff))
    if not sys.stderr.isatty():
        return summary(simulate(loaded, rules, plan))
    with Progress(transient=True, console=Paper(to_stderr=True).console) as progress:
        task = progress.add_task(workflow.workflow, total=days)
        return summary(simulate(loaded, rules, plan, lambda day: progress.update(task, completed=day)))


def _tell(paper: Paper, told: list[dict[str, Any]], written: list[Path]) -> None:
    for one in told:
        paper.title(f"{one['workflow']} {one['hash'][:12]}")
        paper.field("cases", f"{one['opened']:,}, of which {one['over']:,} over after {one['days']:,} days")
        paper.field("steps", f"{one['steps']:,}, of which {one['refused']:,} refused")
        for kind in ("steps", "tasks", "notices"):
            found = one[f"{kind}_of_a_person_and_day"]
            said = f"average {found['average']}, median {found['median']}, p90 {found['p90']}, most {found['most']}"
            paper.field("a day", f"{kind} of a person: {said}")
        _few(paper, "breached", [f"{name} {told['breached']} of {told['rounds']}" for name, told in _worst(one)])
        _few(paper, "waits", [f"{role} {count:,}" for role, count in one["waited_for"].items()])
        if one["failed"]:
            _few(paper, "failed", [f"{attempt} {count:,}" for attempt, count in one["failed"].items()])
        _few(paper, "refused", [f"{guard} {count:,}" for guard, count in one["refused_by"].items()])
        _few(
            paper,
            "reached",
            [
                f"{state} {found['cases']:,} (median {found['median_days']} days)"
                for state, found in sorted(one["milestones"].items(), key=lambda pair: -pair[1]["cases"])
            ],
        )
        paper.line()
    for path in written[:1]:
        paper.line(f"Written: {path}, and beside it {len(written) - 1} files")


def _worst(one: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    breached = [(name, found) for name, found in one["breached"].items() if found["breached"]]
    return sorted(breached, key=lambda pair: -pair[1]["breached"])


def _few(paper: Paper, label: str, said: list[str], count: int = 6) -> None:
    more = f", and {len(said) - count} more" if len(said) > count else ""
    paper.field(label, (", ".join(said[:count]) + more) or "none")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    epilog = (
        "\b\nExamples:\n  homeward simulate kh-2009 --cases 50 --into var/simulation"
        "\n  homeward simulate ./draft --against kh-2009"
    )
    app.command("simulate", epilog=epilog)(_simulate)
