"""`homeward workflow coverage`: what becomes of each clause of the standards that a workflow answers for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from config.coverage import counts
from config.loader import load_workflow
from interfaces.cli.options import AsJson, Workflow
from interfaces.cli.output import Paper, tell, write_raw
from interfaces.coverage.matrix import Line, matrix
from interfaces.coverage.page import page
from interfaces.documents.workflows import clause_document
from interfaces.errors import ExitCode

STYLES = {"carried": "green", "attested": "green", "scheduled": "yellow", "outside": "dim", "missing": "bold red"}


class Format(StrEnum):
    """How the matrix is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


As = Annotated[Format, typer.Option("--format", help="html writes one page that needs nothing beside it.")]


def coverage(name: Workflow, as_json: AsJson = False, form: As = Format.TEXT) -> None:
    """List every clause: what carries it, which scenarios show it, and where the journal shows it afterwards."""
    loaded = load_workflow(name)
    lines = matrix(loaded)
    complaints = [line for line in lines if line.complaint]
    if form is Format.HTML and not as_json:
        write_raw(page(loaded, lines))
    else:
        document = {
            "workflow": loaded.workflow.workflow,
            "hash": loaded.hash,
            "clauses": [_document(line) for line in lines],
            "counts": counts(tuple(line.row for line in lines)),
            "complaints": len(complaints),
        }
        tell(as_json or form is Format.JSON, document, lambda paper: _tell(paper, lines))
    raise typer.Exit(ExitCode.FAILED if complaints else ExitCode.DONE)


def _document(line: Line) -> dict[str, Any]:
    shown = {"scenarios": list(line.scenarios), "look_up": list(line.look_up), "complaint": line.complaint or None}
    return clause_document(line.row) | shown | {"weaker": list(line.weaker)}


def _tell(paper: Paper, lines: tuple[Line, ...]) -> None:
    for line in lines:
        row = line.row
        paper.line(Text.assemble((row.id, "bold"), f" ({row.strength})  ", (row.status, STYLES[row.status])))
        paper.line(row.says, indent=2)
        if row.carried_by:
            paper.field("by", ", ".join(row.carried_by))
        if line.scenarios:
            paper.field("shown in", _few(line.scenarios))
        if row.reason:
            paper.field("how" if row.status == "attested" else "why", row.reason)
        for why in line.weaker:
            paper.field("weaker", why)
        if line.complaint:
            paper.field("mend", line.complaint, "bold red")
    paper.line()
    summed = ", ".join(f"{count} {status}" for status, count in counts(tuple(line.row for line in lines)).items())
    paper.title(f"{len(lines)} clauses: {summed}")
    complaints = sum(bool(line.complaint) for line in lines)
    if complaints:
        paper.line(f"{complaints} of them want mending: see `mend` above", "bold red")


def _few(names: tuple[str, ...]) -> str:
    rest = len(names) - 1
    return names[0] if not rest else f"{names[0]}, and {rest} more"
