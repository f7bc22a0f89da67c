"""`homeward workflow coverage`: what becomes of each clause of the standards that a workflow answers for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import typer
from rich.text import Text

from config.coverage import Row, counts
from config.coverage import coverage as rows_of
from config.loader import Loaded, load_workflow
from interfaces.cli.options import AsJson, Workflow
from interfaces.cli.output import Paper, tell
from interfaces.errors import ExitCode
from interfaces.scenarios.library import scenario_files
from interfaces.scenarios.model import Step, read_scenario

STYLES = {"carried": "green", "attested": "green", "scheduled": "yellow", "outside": "dim", "missing": "bold red"}


def coverage(name: Workflow, as_json: AsJson = False) -> None:
    """List every clause of the register: carried, attested, scheduled, outside or missing, by what, and why."""
    loaded = load_workflow(name)
    rows = rows_of(loaded.workflow)
    scenarios = _scenarios(loaded)
    document = {
        "workflow": loaded.workflow.workflow,
        "hash": loaded.hash,
        "clauses": [_row_document(row, scenarios) for row in rows],
        "counts": counts(rows),
    }
    tell(as_json, document, lambda paper: _tell(paper, rows))
    raise typer.Exit(ExitCode.FAILED if counts(rows)["missing"] else ExitCode.DONE)


def _row_document(row: Row, scenarios: Mapping[str, list[str]]) -> dict[str, Any]:
    guards = [carrier.rpartition(".")[2] for carrier in row.carried_by if ".guard." in carrier]
    return {
        "id": row.id,
        "says": row.says,
        "where": row.where,
        "strength": row.strength,
        "kind": row.kind,
        "phase": row.phase,
        "status": row.status,
        "carried_by": list(row.carried_by),
        "scenarios": list(dict.fromkeys(name for guard in guards for name in scenarios.get(guard, ()))),
        "reason": row.reason or None,
    }


def _scenarios(loaded: Loaded) -> dict[str, list[str]]:
    """The names of the workflow's scenarios by the guards that they expect to speak."""
    found: dict[str, list[str]] = defaultdict(list)
    if not any((loaded.folder / "scenarios").rglob("*.yaml")):
        return found
    for path in scenario_files([str(loaded.folder)]):
        scenario = read_scenario(path)
        for guard in dict.fromkeys(guard for step in scenario.steps for guard in _speaking(step)):
            found[guard].append(scenario.name)
    return found


def _speaking(step: Step) -> list[str]:
    held_back = (guard for guards in (step.held_back or {}).values() for guard in guards)
    return [*step.because, *step.only_because, *(step.advised or ()), *held_back]


def _tell(paper: Paper, rows: tuple[Row, ...]) -> None:
    for row in rows:
        paper.line(Text.assemble((row.id, "bold"), f" ({row.strength})  ", (row.status, STYLES[row.status])))
        paper.line(row.says, indent=2)
        if row.carried_by:
            paper.field("by", ", ".join(row.carried_by))
        if row.reason:
            paper.field("how" if row.status == "attested" else "why", row.reason)
    paper.line()
    summed = ", ".join(f"{count} {status}" for status, count in counts(rows).items())
    paper.title(f"{len(rows)} clauses: {summed}")
