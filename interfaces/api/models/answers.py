"""What came of an attempt, what is possible, and problems."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from interfaces.api.models.base import (
    Decision,
    Exception_,
    Instant,
    Told,
)


class MissingTold(Told):
    """One thing that would have to change, and who can see to it. Exactly one of the six names is there."""

    ref: str
    fact: str | None = None
    action: str | None = None
    track: str | None = None
    child: str | None = None
    time: str | None = None
    role: str | None = None
    found: str
    needed: str
    roles: list[str]
    people: list[str]


class ReasonTold(Told):
    """Why not, or what would be better."""

    guard: str
    strength: Literal["must", "should", "may"]
    message: str
    remedy: str
    clauses: list[str]
    read: dict[str, Any]
    until: Instant | None
    missing: list[MissingTold]


class FollowedTold(Told):
    """An automatic action that followed."""

    ref: str
    action: str


class AnswerTold(Told):
    """What came of an attempt."""

    ref: str | None
    decision: Decision
    attempt: str
    revision: int
    seq: int
    moves: dict[str, list[str]]
    advice: list[ReasonTold]
    reasons: list[ReasonTold]
    until: Instant | None
    exception: Exception_
    pending: bool
    followed: list[FollowedTold]
    opened: list[str]
    repeated: bool


class WrongTold(Told):
    """One thing that is wrong with what was sent: where, and what is expected there."""

    where: str
    expected: str


class ProblemBody(Told):
    """A problem (RFC 9457). Of a refusal it holds everything that an answer does."""

    type: str
    title: str
    status: int
    detail: str
    kind: str
    errors: list[WrongTold] = Field(default_factory=list)
    scope: str | None = None
    error: str | None = None
    place: str | None = None
    ref: str | None = None
    decision: Decision | None = None
    attempt: str | None = None
    revision: int | None = None
    seq: int | None = None
    moves: dict[str, list[str]] | None = None
    advice: list[ReasonTold] | None = None
    reasons: list[ReasonTold] | None = None
    until: Instant | None = None
    exception: Exception_ | None = None
    pending: bool | None = None
    followed: list[FollowedTold] | None = None
    opened: list[str] | None = None
    repeated: bool | None = None


class ActionTold(Told):
    """What an attempt at an action, made now and without answers, would get."""

    action: str
    decision: Decision
    until: Instant | None
    met: int
    exception: Exception_
    asks: list[str]
    only_answers: bool
    advice: list[ReasonTold]
    reasons: list[ReasonTold]


class WhyTold(Told):
    """What is possible on an instance, and of all else why not."""

    ref: str
    actions: list[ActionTold]
