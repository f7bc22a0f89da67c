"""`homeward workflow compose`: several workflows put together in memory, told, checked, and written as an overlay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from cases.errors import BadInput
from config.folder import shipped_folder
from config.loader import DefinitionError, Loaded, load_together
from config.problems import Problem
from config.yaml_tree import Table, plain
from interfaces.cli.check import check_document, proved, tell_errors, tell_report
from interfaces.cli.faults import tell_problem
from interfaces.cli.options import AsJson, Workflows
from interfaces.cli.output import Paper, tell
from interfaces.errors import ExitCode
from state_machine.checks.verdict import Report
from state_machine.words import listed

MOST_LETTERS = 80
"""A name of a workflow is no longer than this."""

COUNTED = ("tracks", "facts", "conditions", "guards", "actions", "deadlines", "invariants")
"""The tables of elements of a process that are counted."""


def compose(
    names: Workflows,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What the composition is called; made, if left out.")
    ] = None,
    calendar: Annotated[
        str | None,
        typer.Option("--calendar", metavar="NAME", help="Whose calendar counts, where they count by different ones."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="FOLDER", help="Write the overlay that puts them together: a new folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put workflows together in memory, say what comes of it, and check it as `check` does."""
    called = _name(names, name, into)
    says = f"{listed(sorted({Path(one).resolve().name for one in names}), 'and')}, put together"
    try:
        loaded = load_together(names, called, says, calendar_of=calendar)
    except DefinitionError as problem:
        errors = problem.problems
        tell(as_json, _document(called, None, None, errors), lambda paper: tell_errors(paper, called, errors))
        raise typer.Exit(ExitCode.FAILED) from None
    report = proved(loaded)
    if into is not None:
        _write(into, loaded)
    document = _document(called, loaded, report, loaded.unsafe) | {"into": str(into) if into is not None else None}
    tell(as_json, document, lambda paper: _tell(paper, loaded, report, into))
    if not report.ok or loaded.unsafe:
        raise typer.Exit(ExitCode.FAILED)


def _name(names: list[str], name: str | None, into: Path | None) -> str:
    """What the composition is called: as said, as its folder, or after what it is made of."""
    if into is not None:
        folder = into.resolve().name
        if name is not None and name != folder:
            raise BadInput(f"a workflow's folder bears its name: --name {name} does not go with the folder {folder}")
        return folder
    if name is not None:
        return name
    parts = sorted({Path(one).resolve().name for one in names})
    made = "-with-".join(parts) if len(parts) > 1 else f"{parts[0]}-alone"
    return made[:MOST_LETTERS].rstrip("-_")


def _write(folder: Path, loaded: Loaded) -> None:
    """Write the overlay into a folder that is not there yet, or is empty."""
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty; name a new folder")
    for layer in loaded.layers.ordered[:-1]:
        home = layer.folder.resolve().parent if layer.folder is not None else None
        if home not in (None, shipped_folder().resolve(), folder.resolve().parent):
            raise BadInput(f"{layer.name} lies in {home}; a folder that extends it must lie beside it")
    folder.mkdir(parents=True, exist_ok=True)
    workflow = loaded.workflow
    extended = ", ".join(sorted(name for name, _ in loaded.layers.top.extends))
    lines = [f"workflow: {workflow.workflow}", f'says: "{workflow.says}"', f"extends: [{extended}]"]
    calendar = loaded.layers.top.tree.entries.get("calendar")
    if calendar is not None:
        lines.append(yaml.safe_dump({"calendar": plain(calendar)}, default_flow_style=None, sort_keys=False).rstrip())
    (folder / "workflow.yaml").write_text("\n".join(lines) + "\n", "utf-8")


def _document(name: str, loaded: Loaded | None, report: Report | None, errors: tuple[Problem, ...]) -> dict[str, Any]:
    """What `check` says of the whole, with the layers."""
    return check_document(name, loaded, report, errors) | {"layers": _layers(loaded) if loaded else []}


def _layers(loaded: Loaded) -> list[dict[str, Any]]:
    """Every workflow in the composition, in canonical order, with how many elements it writes."""
    return [{"workflow": layer.name, "counts": _counts(layer.tree)} for layer in loaded.layers.ordered]


def _counts(tree: Table) -> dict[str, int]:
    processes = tree.entries.get("processes")
    written = list(processes.entries.values()) if isinstance(processes, Table) else []
    counts = {"processes": len(written)}
    for table in COUNTED:
        parts = [one.entries.get(table) for one in written if isinstance(one, Table)]
        counts[table] = sum(len(part.entries) for part in parts if isinstance(part, Table))
    return counts


def _tell(paper: Paper, loaded: Loaded, report: Report, into: Path | None) -> None:
    paper.title(f"{loaded.workflow.workflow} {loaded.hash[:12]}")
    rows = [[one["workflow"], *(str(number) for number in one["counts"].values())] for one in _layers(loaded)]
    paper.columns(rows, heads=["layer", "processes", *COUNTED])
    for problem in loaded.unsafe:
        tell_problem(paper, problem)
    tell_report(paper, report)
    if into is not None:
        paper.line(f"Written into {into}. Check it again after you have changed it:")
        paper.command(f"homeward workflow check {into}")
