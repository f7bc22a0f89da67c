"""`homeward bench`: how fast steps and sweeps are, side by side with the bare database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, tell
from storage.house_key import HomeKey
from wiring.clock import random_bytes

if TYPE_CHECKING:
    from interfaces.bench.house import Place
    from interfaces.bench.measure import Row
    from interfaces.bench.sweep import SweepRow
    from interfaces.bench.web import WebRow

SIZES = (10_000, 100_000)
ARMED = (10_000, 100_000, 1_000_000)
STEPS = 2_000
DUES = (0, 100, 2_000, 10_000)

app = typer.Typer(help="Measure this house on this machine.", no_args_is_help=True, rich_markup_mode=None)

Postgres = Annotated[
    str | None, typer.Option("--postgres", metavar="URL", help="An empty PostgreSQL database, measured too.")
]


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
    postgres: Postgres = None,
    as_json: AsJson = False,
) -> None:
    """Measure durable steps (a guarded action on cases picked at random) against the bare database doing the same
    row writes, and `why` for a case with all its actions. Works in a temporary folder; your house is not touched.
    """
    # What is measured loads the database libraries, which no other command should wait for.
    from interfaces.bench.measure import measure

    sizes = tuple(sorted(size)) if size else SIZES
    with _places(postgres) as places:
        rows = [row for place, _ in places for row in measure(place, sizes, steps, _progress)]
    tell(as_json, {"rows": [asdict(row) for row in rows]}, lambda paper: _steps_table(paper, rows))


@app.command(epilog="\b\nExamples:\n  homeward bench web\n  homeward bench web --size 10000 --users 20 --json")
def web(
    size: Annotated[int, typer.Option("--size", min=1000, help="Number of cases.")] = 100_000,
    users: Annotated[int, typer.Option("--users", min=2, max=110, help="How many people open pages at once.")] = 50,
    each: Annotated[int, typer.Option("--each", min=2, max=1000, help="How many pages each of them opens.")] = 20,
    think: Annotated[
        float, typer.Option("--think", min=0, help="Seconds for which a page is read before the next, on average.")
    ] = 5.0,
    home: Annotated[
        Path | None,
        typer.Option("--home", help="An empty folder for the full house; kept, and used again if it holds one."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure pages in a full house on SQLite: the time of the server for My work, the page of a case and the search
    of the trace, with many people at once; and read models beside the same queries asked of the bare driver.
    """
    # What is measured loads the web libraries, which no other command should wait for.
    from interfaces.bench.web import Wanted, fill, measure_web

    with _places(None) as (fresh,):
        place, folder = fresh if home is None else _kept(home)
        if not (folder / "house.db").exists():
            fill(place, folder, size, _progress)
        rows = list(measure_web(place, folder, Wanted(size, users, each, think), _progress))
    tell(as_json, {"rows": [asdict(row) for row in rows]}, lambda paper: _web_table(paper, rows))


def _kept(home: Path) -> tuple[Place, Path]:
    from interfaces.bench.house import Place

    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Place("sqlite", f"sqlite:///{home / 'house.db'}", HomeKey(home / "house.key", random_bytes)), home


@app.command(
    epilog="\b\nExamples:\n  homeward bench sweep\n  homeward bench sweep --size 1000000 --due 0 --due 2000\n"
    "  homeward bench sweep --others --postgres postgresql://homeward@/bench?host=/tmp"
)
def sweep(
    size: Annotated[
        list[int] | None,
        typer.Option("--size", min=100, help="Number of armed deadlines, smaller first; may be given again."),
    ] = None,
    due: Annotated[
        list[int] | None,
        typer.Option("--due", min=0, help="How many of them are due; may be given again. 0: an empty sweep."),
    ] = None,
    others: Annotated[
        bool,
        typer.Option("--others", help="Also take them by a job, a flow run and a durable timer each."),
    ] = False,
    postgres: Postgres = None,
    as_json: AsJson = False,
) -> None:
    """Measure sweeps against the bare database doing the same row writes, one by one and in batches, a user's step
    beside a sweep, and workers with a ticker. Works in a temporary folder, not in your house.
    """
    sizes, dues = sorted(size) if size else ARMED, sorted(due) if due else DUES
    with _places(postgres) as places:
        rows = [row for place, home in places for row in _sweeps(place, home, sizes, dues)]
        if others:
            rows += _others()
    tell(as_json, {"rows": [asdict(row) for row in rows]}, lambda paper: _sweeps_table(paper, rows))


def _sweeps(place: Place, home: Path, sizes: Sequence[int], dues: Sequence[int]) -> Iterator[SweepRow]:
    from interfaces.bench.sweep import measure_beside, measure_sweep
    from interfaces.bench.workers import measure_workers

    yield from measure_sweep(place, sizes, dues, _progress)
    yield from measure_beside(place, home, _progress)
    yield from measure_workers(place, home, _progress)


def _others() -> list[SweepRow]:
    from interfaces.bench.others import measure_others

    with _places(None) as ((place, home),):
        return list(measure_others(place, home, _progress))


@contextmanager
def _places(postgres: str | None) -> Iterator[list[tuple[Place, Path]]]:
    """Where to measure, each with the folder of its house."""
    from interfaces.bench.house import Place

    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as name:
        places = []
        for backend, url in (("sqlite", ""), ("postgresql", postgres)):
            if url is not None:
                home = Path(name) / backend
                home.mkdir(mode=0o700)
                key = HomeKey(home / "house.key", random_bytes)
                places.append((Place(backend, url or f"sqlite:///{home / 'house.db'}", key), home))
        yield places


def _progress(text: str) -> None:
    paper = Paper(to_stderr=True)
    if paper.console.is_terminal:
        paper.note(text)


def _steps_table(paper: Paper, rows: list[Row]) -> None:
    heads = ["what", "backend", "cases", "ours/s", "bare/s", "ratio", "p50 ms", "p99 ms", "bare p99"]
    cells = [
        [
            row.what,
            row.backend,
            str(row.size),
            f"{row.ours_per_s:.0f}",
            _number(row.bare_per_s, 0),
            _number(row.ratio),
            _number(row.p50_ms),
            _number(row.p99_ms),
            _number(row.bare_p99_ms),
        ]
        for row in rows
    ]
    paper.columns(cells, heads=heads)


def _sweeps_table(paper: Paper, rows: list[SweepRow]) -> None:
    heads = ["what", "backend", "armed", "due", "ours/s", "bare/s", "batched/s", "ratio", "of batched"]
    cells = [
        [
            row.what,
            row.backend,
            str(row.armed or ""),
            str(row.due),
            _number(row.ours_per_s, 1),
            _number(row.bare_per_s, 0),
            _number(row.bare_batch_per_s, 0),
            _number(row.ratio),
            _number(row.batch_ratio),
            _number(row.p50_ms),
            _number(row.p99_ms),
        ]
        for row in rows
    ]
    paper.columns(cells, heads=[*heads, "p50 ms", "p99 ms"])


def _web_table(paper: Paper, rows: list[WebRow]) -> None:
    heads = ["what", "cases", "at once", "asked", "p50 ms", "p95 ms", "bare p50", "ratio"]
    cells = [
        [
            row.what,
            str(row.cases),
            str(row.users),
            str(row.asked),
            _number(row.p50_ms, 1),
            _number(row.p95_ms, 1),
            _number(row.bare_p50_ms, 2),
            _number(row.ratio, 1),
        ]
        for row in rows
    ]
    paper.columns(cells, heads=heads)


def _number(value: float | None, places: int = 2) -> str:
    return "" if value is None else f"{value:.{places}f}"
