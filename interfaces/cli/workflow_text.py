"""A workflow, told: roles, and of every process its tracks, states, actions, facts and deadlines."""

from __future__ import annotations

from typing import Any

import orjson

from config.definition import Action, Fact, Process
from config.loader import Loaded
from interfaces.cli.output import Paper
from interfaces.documents.workflows import definition_document


def show_document(loaded: Loaded) -> dict[str, Any]:
    """A workflow as JSON; `definition` is the canonical composed form, whose SHA-256 is `hash`."""
    return definition_document(loaded.workflow, loaded.hash) | {
        "folder": str(loaded.folder),
        "languages": list(loaded.texts),
        "definition": orjson.loads(loaded.canonical),
    }


def tell_workflow(paper: Paper, loaded: Loaded) -> None:
    """A workflow in words."""
    workflow = loaded.workflow
    paper.title(f"{workflow.workflow} {loaded.hash[:12]}")
    paper.line(workflow.says)
    if workflow.extends:
        paper.field("extends", ", ".join(workflow.extends), indent=0)
    calendar = workflow.calendar
    days = ", ".join(calendar.working_days)
    paper.field("calendar", f"{calendar.time_zone}; works {days}; holidays {calendar.holidays or 'none'}", indent=0)
    paper.line()
    paper.title("Roles")
    paper.columns([[name, role.says] for name, role in workflow.roles.items()], indent=2)
    for name, process in workflow.processes.items():
        paper.line()
        _tell_process(paper, name, process)


def _tell_process(paper: Paper, name: str, process: Process) -> None:
    under = f" (under {process.parent})" if process.parent else ""
    paper.title(f"Process {name}{under}")
    if process.says:
        paper.line(process.says, indent=2)
    _tell_tracks(paper, process)
    if process.actions:
        paper.line("actions", "dim", indent=2)
        paper.columns([[one, _action(action)] for one, action in process.actions.items()], indent=4)
    if process.facts:
        paper.line("facts", "dim", indent=2)
        paper.columns([[one, _fact(fact)] for one, fact in process.facts.items()], indent=4)
    if process.deadlines:
        paper.line("deadlines", "dim", indent=2)
        rows = [
            [one, f"{deadline.verb}, {deadline.task_for or 'nobody'}"] for one, deadline in process.deadlines.items()
        ]
        paper.columns(rows, indent=4)


def _tell_tracks(paper: Paper, process: Process) -> None:
    if process.tracks:
        paper.line("tracks (first the state in which each starts)", "dim", indent=2)
        rows = []
        for name, track in process.tracks.items():
            others = [state for state in track.states if state != track.starts]
            rows.append([name, ", ".join([track.starts, *others])])
        paper.columns(rows, indent=4)


def _action(action: Action) -> str:
    who = ", ".join(action.by) or ("by itself" if action.automatic else "the house")
    asks = f"; asks {', '.join(action.asks)}" if action.asks else ""
    guards = f"; guards {', '.join(action.guards)}" if action.guards else ""
    return f"{who}{asks}{guards}"


def _fact(fact: Fact) -> str:
    values = f": {', '.join(fact.values)}" if fact.values else ""
    to = f" to {fact.to}" if fact.to else ""
    seen = f"; seen by {', '.join(fact.seen_by)}" if fact.seen_by is not None else ""
    return f"{fact.kind}{to}{values}{seen}"
