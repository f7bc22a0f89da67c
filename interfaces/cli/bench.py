"""`homeward bench steps`: how fast steps are, side by side with the bare database."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from interfaces.bench.measure import Row, measure
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, tell
from storage.house_key import HomeKey
from wiring.clock import random_bytes

SIZES = (10_000, 100_000)
STEPS = 2_000

app = typer.Typer(help="Measure this house on this machine.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def bench() -> None:
    """Measure this house on this machine."""


@app.command(
    epilog="\b\nExamples:\n  homeward bench steps\n  homeward bench steps --size 10000 --steps 500 --json\n"
    "  homeward bench steps --postgres postgresql://homeward@/bench?host=/tmp"
)
def steps(
    size: Annotated[
        list[int] | None,
        typer.Option("--size", min=1000, help="Number of cases, smaller first; may be given again."),
    ] = None,
    steps: Annotated[int, typer.Option("--steps", min=100, help="Steps to measure for each size.")] = STEPS,
    postgres: Annotated[
        str | None, typer.Option("--postgres", metavar="URL", help="An empty PostgreSQL database, measured too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure durable steps (a guarded action on cases picked at random) against the bare database doing the same
    row writes, and `why` for a case with all its actions. Works in a temporary folder; your house is not touched.
    """
    sizes = tuple(sorted(size)) if size else SIZES
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as folder:
        places = [("sqlite", f"sqlite:///{folder}/house.db")]
        if postgres:
            places.append(("postgresql", postgres))
        for backend, url in places:
            key = HomeKey(Path(folder) / f"{backend}.key", random_bytes)
            rows += measure(url, key, backend, sizes, steps, _progress)
    tell(as_json, {"rows": [asdict(row) for row in rows]}, lambda paper: _table(paper, rows))


def _progress(text: str) -> None:
    paper = Paper(to_stderr=True)
    if paper.console.is_terminal:
        paper.note(text)


def _table(paper: Paper, rows: list[Row]) -> None:
    heads = ["what", "backend", "cases", "ours/s", "bare/s", "ratio", "p50 ms", "p99 ms", "bare p99"]
    cells = [
        [
            row.what,
            row.backend,
            str(row.size),
            f"{row.ours_per_s:.0f}",
            "" if row.bare_per_s is None else f"{row.bare_per_s:.0f}",
            "" if row.ratio is None else f"{row.ratio:.2f}",
            f"{row.p50_ms:.2f}",
            f"{row.p99_ms:.2f}",
            "" if row.bare_p99_ms is None else f"{row.bare_p99_ms:.2f}",
        ]
        for row in rows
    ]
    paper.columns(cells, heads=heads)
