"""Data taken out: what the filters choose, as CSV or JSON Lines, line by line; who took it out is journaled first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import Response, StreamingResponse

from access.exports import as_csv, as_json_lines
from access.screens import CaseFilter, CaseRow, Page
from access.trace import ClausesOf
from cases.record_export import record_export
from interfaces.api.answering import to_json
from interfaces.api.asked import An, Asked
from interfaces.api.places import ApiPlaces, Gives
from interfaces.api.routes.instances import CasesChosen
from interfaces.api.routes.journal import EntriesWanted, chosen_of
from interfaces.documents.codes import Codes

CSV, LINES = "text/csv", "application/jsonl"
ENDINGS = {CSV: "csv", LINES: "jsonl"}
AT_ONCE = 500
places = ApiPlaces("exports")
Form = Literal["csv", "jsonl"]
CASES = ("ref", "process", "workflow", "opened_at", "over", "episode", "tracks", "assigned")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CasesTaken(CasesChosen):
    """Cases, and how they are written."""

    format: Form = "csv"


class EntriesTaken(EntriesWanted):
    """Journal entries, and how they are written."""

    format: Form = "csv"


@places.get("/exports/cases", Gives(media=(CSV, LINES)), area="staff", scope="export", named="export_cases")
def export_cases(asked: An, wanted: Annotated[CasesTaken, Query()]) -> Response:
    """The cases that you may open and that fit, the newest first: what stands of them in clear."""
    _journal(asked, "cases", wanted.model_dump())
    rows = _cases(asked, wanted.chosen())
    if wanted.format == "jsonl":
        return _streamed(LINES, (to_json(row) + b"\n" for row in rows))
    return _streamed(CSV, _csv(rows))


@places.get("/exports/trace", Gives(media=(CSV, LINES)), area="audit", scope="export", named="export_trace")
def export_trace(asked: An, wanted: Annotated[EntriesTaken, Query()]) -> Response:
    """The journal entries that fit, the oldest first: their clear parts, with codes instead of names."""
    codes = Codes(asked.house)
    chosen = chosen_of(asked, wanted, codes)
    _journal(asked, "trace", wanted.model_dump())
    rows = asked.screens.stream(chosen, ClausesOf(asked.house.workflows))
    if wanted.format == "jsonl":
        return _streamed(LINES, as_json_lines(rows, codes.now()))
    return _streamed(CSV, as_csv(rows, codes.now()))


def _journal(asked: Asked, what: str, given: Mapping[str, Any]) -> None:
    said = {name: str(value) for name, value in given.items() if value is not None}
    record_export(asked.house, asked.actor, what, said, asked.now)


def _cases(asked: Asked, wanted: CaseFilter) -> Iterator[dict[str, Any]]:
    reach, page = asked.reach, Page(AT_ONCE)
    while True:
        part = asked.screens.cases(reach, wanted, page, asked.now)
        yield from map(_case, part.rows)
        if part.next is None:
            return
        page = Page(AT_ONCE, part.next)


def _case(row: CaseRow) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "process": row.process,
        "workflow": row.workflow,
        "opened_at": row.opened_at,
        "over": row.over,
        "episode": row.episode,
        "tracks": dict(row.tracks),
        "assigned": dict(row.holders),
    }


def _streamed(media: str, lines: Iterable[str] | Iterable[bytes]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="homeward.{ENDINGS[media]}"'}
    return StreamingResponse(lines, headers=headers, media_type=media)


def _csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield _line(CASES)
    for row in rows:
        yield _line([_cell(row[column]) for column in CASES])


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """A cell; what a spreadsheet would take for a formula is quoted, so that it stays text."""
    text = value if isinstance(value, str) else to_json(value).decode().strip('"')
    return f"'{text}" if text.startswith(FORMULA) else text
