"""Templates: found, compiled once, and filled. Everything is escaped; an undefined name is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from interfaces.words.labels import lowered
from interfaces.words.tongues import parts_of, together

_FOLDED = re.compile(r"<details\b([^>]*)>")
TEMPLATES = Path(__file__).with_name("templates")


class Pages:
    """The templates of the house."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.filters |= {
            "tongue": tongue,
            "together": together,
            "lowered": lowered,
            "language": language_of,
        }

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """A template, filled."""
        return self._environment.get_template(template).render(values)

    def answer(
        self, template: str, values: Mapping[str, Any], status: int = 200, *, opened: bool = False
    ) -> HTMLResponse:
        """A template as an answer that nobody keeps; `opened`: everything that folds lies open, as for paper."""
        text = self.render(template, values)
        if opened:
            # Those with a name close each other; on paper all are read.
            text = _FOLDED.sub(_open, text)
        return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def tongue(text: str) -> str:
    """A text as it stands between tags: what is not in the language of the page says in which it is."""
    parts = parts_of(text)
    if all(not language for _, language in parts):
        return text
    return Markup().join(
        Markup('<span lang="{}">{}</span>').format(language, part) if language else escape(part)
        for part, language in parts
    )


def language_of(text: str) -> str:
    """The language of a text that is in one other than the page's as a whole; empty for any other: for attributes."""
    languages = {language for _, language in parts_of(text)}
    return languages.pop() if len(languages) == 1 else ""


def _open(folded: re.Match[str]) -> str:
    """A fold as it lies open: without the name by which those of a group close each other."""
    kept = re.sub(r' (?:open|name="[^"]*")(?= |$)', "", folded[1])
    return f"<details open{kept}>"
