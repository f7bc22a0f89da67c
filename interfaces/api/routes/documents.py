"""Documents that facts name: sealed with the step that records them, opened by right."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from cases.open_document import open_document
from cases.request import Request as StepRequest
from cases.take_step import take_step
from interfaces.api.answering import answered
from interfaces.api.asked import An, Asked
from interfaces.api.given import LARGEST_DOCUMENT, Reading, find
from interfaces.api.models import NAME, AnswerTold
from interfaces.api.places import ANYTHING, ApiPlaces, Gives, Takes
from interfaces.api.problems import ApiProblem
from interfaces.documents.media import MEDIA, safe_media

places = ApiPlaces("documents")
FILE = Takes(media=ANYTHING, largest=LARGEST_DOCUMENT, decides=True)
ANY_MEDIA = ("application/octet-stream",)
FactName = Annotated[str, Path(pattern=NAME, description="A fact that holds a document.")]


@places.change(
    "/instances/{ref}/documents/{fact}", Gives(AnswerTold, tagged=True), FILE, area="case_act", named="put_document"
)
async def put_document(asked: An, fact: FactName, request: Request) -> Response:
    """Seal a file with the case and record it as the value of a fact; its content is the body, 10 MB at most."""
    media = request.headers["content-type"].partition(";")[0].strip()
    return await run_in_threadpool(_put, asked, fact, media, await request.body())


def _put(asked: Asked, fact: str, media: str, content: bytes) -> Response:
    found, reading = find(asked.house, asked.ref), Reading(asked.now)
    known = [name for name, one in found.facts.items() if one.kind == "document"]
    reading.known("/fact", fact, known)
    if not content:
        reading.add("body", "the content of the document")
    if MEDIA.fullmatch(media) is None:
        reading.add("Content-Type", "a media type such as application/pdf")
    reading.done()
    digest = hashlib.sha256(content).hexdigest()
    request = StepRequest(
        "record",
        asked.actor,
        asked.ref,
        facts={fact: digest},
        documents=((digest, media, content),),
        key=asked.key,
        if_revision=asked.if_revision,
    )
    return answered(asked, take_step(asked.house, request, asked.now))


@places.get("/instances/{ref}/documents/{fact}", Gives(media=ANY_MEDIA), area="case", named="get_document")
def get_document(asked: An, fact: FactName) -> Response:
    """Open the document that a fact names, where you may read the fact; a sight of what few may see is journaled."""
    found = open_document(asked.house, asked.actor, asked.ref, fact, asked.now)
    if found is None:
        raise ApiProblem("not_found")
    # Never shown in the window of the house, whatever it says it is.
    headers = {"Content-Disposition": "attachment", "Content-Security-Policy": "sandbox; default-src 'none'"}
    return Response(found.content, headers=headers, media_type=safe_media(found.media))
