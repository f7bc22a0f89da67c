"""People and loans as rows of a database, and back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import orjson

from cases.staff import Leave, Loan, StaffMember, Telling
from storage.rows import micros, micros_or_none, moment, moment_or_none
from storage.sql import Row

LOAN = (
    "id",
    "way",
    "person",
    "family",
    "instance",
    "kind",
    "needed",
    "asked_at",
    "until",
    "state",
    "answered_by",
    "answered_at",
    "ended_at",
    "verdict",
    "said",
)
"""The columns of a loan, in the order in which rows hold them."""

_MOMENTS = ("asked_at", "until", "answered_at", "ended_at")


def member_said(member: StaffMember) -> str:
    """What is said of a person, as one text."""
    leave = member.leave
    said = {
        "display": member.display,
        "titles": sorted(member.titles),
        "teams": sorted(member.teams),
        "stand_in": member.stand_in,
        "leave": [micros(leave.begins), micros(leave.ends), leave.stand_in] if leave is not None else None,
        "language": member.language,
        "told": _told_said(member.told),
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def member_of(name: str, said: str, disabled: bool, email: str | None) -> StaffMember:
    """A person from what is stored."""
    read = json.loads(said)
    leave = read["leave"]
    return StaffMember(
        name,
        read["display"],
        frozenset(read["titles"]),
        frozenset(read["teams"]),
        read["stand_in"],
        Leave(moment(leave[0]), moment(leave[1]), leave[2]) if leave is not None else None,
        disabled,
        email,
        read["language"],
        _told_of(read.get("told", {})),
    )


def _told_said(told: Telling) -> dict[str, Any]:
    """What is said about notices; what nobody said is left out."""
    said = {
        "inbox_only": told.inbox_only or None,
        "time_zone": told.time_zone,
        "quiet": [one.isoformat("minutes") for one in told.quiet] if told.quiet is not None else None,
        "digest_at": told.digest_at.isoformat("minutes") if told.digest_at is not None else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _told_of(said: Mapping[str, Any]) -> Telling:
    """The same from what is stored; people who were stored before it could be said have said nothing."""
    quiet, digest = said.get("quiet"), said.get("digest_at")
    return Telling(
        bool(said.get("inbox_only")),
        said.get("time_zone"),
        (dt.time.fromisoformat(quiet[0]), dt.time.fromisoformat(quiet[1])) if quiet is not None else None,
        dt.time.fromisoformat(digest) if digest is not None else None,
    )


def loan_row(loan: Loan, said: bytes) -> dict[str, Any]:
    """A loan as its row, with its words sealed."""
    row: dict[str, Any] = {name: getattr(loan, name) for name in LOAN if name != "said"}
    moments: dict[str, dt.datetime | None] = {name: row[name] for name in _MOMENTS}
    return row | {name: micros_or_none(at) for name, at in moments.items()} | {"said": said}


def loan_said(loan: Loan) -> bytes:
    """The words of a loan, before they are sealed."""
    return orjson.dumps({"words": loan.words, "answer": loan.answer})


def loan_of(row: Row, said: bytes | None) -> Loan:
    """A loan from its row; its words are empty where the key of the family is gone."""
    found = dict(zip(LOAN, row, strict=True))
    found |= {name: moment_or_none(found[name]) for name in _MOMENTS}
    words: Mapping[str, str] = orjson.loads(said) if said is not None else {"words": "", "answer": ""}
    del found["said"]
    found |= words
    return Loan(**found)
