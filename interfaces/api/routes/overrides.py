"""Attempts that wait for a second person: listed, and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path
from fastapi.responses import Response

from access.screens import AskingRow
from cases.override import SecondAnswer, override
from cases.ports import Asking
from interfaces.api.answering import MOST_ROWS, answered, document
from interfaces.api.asked import An
from interfaces.api.models import Answering, AnswerTold, OverridesTold
from interfaces.api.places import STEP, ApiPlaces, Gives
from interfaces.api.problems import ApiProblem, Wrong

places = ApiPlaces("overrides")
AttemptId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{1,64}$", description="The attempt that waits.")]


@places.get("/overrides", Gives(OverridesTold), area="supervision", named="list_overrides")
def list_overrides(asked: An) -> Response:
    """All attempts of the house that wait for a second person, at most 100, those that lapse first in front."""
    rows = asked.screens.askings(asked.now, MOST_ROWS)
    return document({"overrides": [_told(one) for one in rows]})


@places.get("/instances/{ref}/overrides", Gives(OverridesTold), area="case", named="overrides_of_instance")
def overrides_of_instance(asked: An) -> Response:
    """The attempts on an instance that wait for a second person."""
    with asked.house.store.look() as tx:
        loaded = tx.load(asked.ref)
        open_ = tx.askings(loaded.family.id) if loaded is not None else ()
    mine = [one for one in open_ if one.instance == asked.ref and asked.now < one.lapses_at]
    mine.sort(key=lambda one: (one.lapses_at, one.attempt))
    return document({"overrides": [_told(one) for one in mine]})


@places.change(
    "/instances/{ref}/overrides/{attempt}",
    Gives(AnswerTold, tagged=True),
    STEP,
    area="case_act",
    named="answer_override",
)
def answer_override(asked: An, attempt: AttemptId, body: Answering) -> Response:
    """Answer, as a second person, an attempt that only `should` guards refused."""
    if not body.reason.strip():
        raise ApiProblem("bad_input", wrong=(Wrong("/reason", "some words that say why"),))
    with asked.house.store.look() as tx:
        asking = tx.asking(attempt)
    if asking is None or asking.instance != asked.ref:
        raise ApiProblem("unknown_name", wrong=(Wrong("/attempt", "an attempt that waits on this instance"),))
    said = SecondAnswer(asked.actor, attempt, body.answer == "yes", body.reason, asked.key, asked.if_revision)
    return answered(asked, override(asked.house, said, asked.now))


def _told(one: Asking | AskingRow) -> Mapping[str, Any]:
    return {
        "attempt": one.attempt,
        "ref": one.instance,
        "action": one.action,
        "asked_by": one.person,
        "on_behalf": one.on_behalf,
        "asked_at": one.asked_at,
        "lapses_at": one.lapses_at,
    }
