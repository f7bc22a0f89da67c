"""Answers of the API: JSON as the command line writes it, decisions as their status, cursors that say nothing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import Query
from fastapi.responses import Response

from access.screens import Page
from cases.answers import Answer
from interfaces.api.asked import Asked
from interfaces.api.models import CURSOR
from interfaces.api.problems import MEDIA, ApiProblem, Wrong, seconds
from interfaces.documents.answers import answer_document

JSON = "application/json"
MOST_ROWS = 100
LONGEST_NUMBER = 18
"""Digits: more do not fit into a column."""

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="So many rows at once.")]
Cursor = Annotated[
    str | None,
    Query(pattern=CURSOR, description="Where the list goes on, as the page before told it in `next`."),
]


def document(told: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    """A JSON document. Times are UTC with `Z`."""
    return Response(to_json(told), status, {name.replace("_", "-"): said for name, said in headers.items()}, JSON)


def to_json(told: Any) -> bytes:
    """JSON as all of Homeward writes it."""
    return orjson.dumps(told, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def tag(revision: int) -> str:
    """The `ETag` of a family at a revision."""
    return f'"{revision}"'


def answered(asked: Asked, answer: Answer, *, opened: bool = False) -> Response:
    """What the door answered: done, or a problem with every reason."""
    told = answer_document(answer)
    if answer.decision == "applied":
        if not opened:
            return document(told, ETag=tag(answer.revision))
        return document(told, 201, ETag=tag(answer.revision), Location=f"/api/v1/instances/{answer.ref}")
    headers = {}
    if answer.until is not None:
        headers["Retry-After"] = seconds((answer.until - asked.now).total_seconds())
    raise ApiProblem("not_yet" if answer.decision == "not_yet" else "refused", more=told, headers=headers)


def problem_response(problem: ApiProblem) -> Response:
    """A problem as an answer."""
    return Response(to_json(problem.document()), problem.status, problem.headers, MEDIA)


def page(limit: int, cursor: str | None) -> Page:
    """The part of a list that is asked for. Raises ApiProblem for what no page has given."""
    if cursor is None:
        return Page(limit)
    try:
        after = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise bad_cursor() from None
    if any(len(number) > LONGEST_NUMBER for number in re.findall(r"\d+", after)):
        raise bad_cursor()
    return Page(limit, after)


def cursor_of(after: str | None) -> str | None:
    """The cursor of what comes after a part of a list: a place in its order. What may be seen does not hang on it."""
    return None if after is None else base64.urlsafe_b64encode(after.encode("ascii")).decode().rstrip("=")


def bad_cursor() -> ApiProblem:
    """A cursor that no page of this list has given."""
    return ApiProblem("bad_input", wrong=(Wrong("cursor", "what the page before told in `next`, or nothing"),))
