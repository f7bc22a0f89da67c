"""The matrix as one page of HTML that needs nothing beside it: to be read, printed and sent to an auditor."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from config.coverage import counts
from config.loader import Loaded
from interfaces.coverage.matrix import Line

WORDS = {
    "carried": "Carried",
    "attested": "Stated by a person",
    "scheduled": "To come",
    "outside": "Outside of software",
    "missing": "Missing",
}
"""What each status is called for people, in the order in which they are counted."""


def page(loaded: Loaded, lines: tuple[Line, ...]) -> str:
    """The whole page. Every word of the workflow is escaped."""
    pages = Environment(
        loader=PackageLoader("interfaces.coverage"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["breakable"] = _breakable
    found = counts(tuple(line.row for line in lines))
    return pages.get_template("coverage.html").render(
        workflow=loaded.workflow,
        version=loaded.hash,
        lines=lines,
        counts=[(WORDS[status], number) for status, number in found.items()],
        words=WORDS,
        complaints=[line for line in lines if line.complaint],
    )


def _breakable(name: str) -> Markup:
    """A long name that may be broken after a dot or an underline."""
    return Markup("").join(escape(part) + Markup("<wbr>") if part in "._" else escape(part) for part in name)
