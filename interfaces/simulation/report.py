"""The report of a simulation: one page of HTML with its pictures inside, and the pictures beside it as PNG."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

TITLES = {
    "work": ("Work of each role and week", "A step is one thing that somebody does: a talk, a record, a decision."),
    "days": (
        "What a person has in a day",
        "Steps that a person takes, tasks that lie before a person and notices that come, on a working day.",
    ),
    "breached": ("Deadlines that are breached", "Of the times that each deadline ran, the share that was breached."),
    "waits": ("Whom cases wait for", "How often a case had to wait because nobody of a role had a hand free."),
    "stays": ("Where cases stand", "Days of all cases together in a state, before they went on to the next one."),
    "milestones": ("How long it takes", "Days until a case first reached a state: the median of those that did."),
}


def write_report(summaries: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Write `report.html`, `figures.json` and the pictures into a folder, made if need be; answers all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    # Drawing loads a large library, which no other command should wait for.
    from interfaces.simulation.pictures import pictures

    drawn = pictures(summaries)
    written = []
    for name, png in drawn.items():
        path = folder / f"{name}.png"
        path.write_bytes(png)
        written.append(path)
    page = folder / "report.html"
    page.write_text(_page(summaries, drawn), "utf-8")
    figures = folder / "figures.json"
    figures.write_bytes(orjson.dumps({"simulations": list(summaries)}, option=orjson.OPT_INDENT_2))
    return [page, figures, *written]


def _page(summaries: Sequence[Mapping[str, Any]], drawn: Mapping[str, bytes]) -> str:
    pages = Environment(
        loader=PackageLoader("interfaces.simulation"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = [(*TITLES[name], base64.b64encode(png).decode()) for name, png in drawn.items()]
    return pages.get_template("report.html").render(summaries=summaries, pictures=shown)
