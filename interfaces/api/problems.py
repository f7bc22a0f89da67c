"""Problems as the API tells them (RFC 9457): what kind, in words, and what to do. Nothing that was sent is in them."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cases.errors import BadInput, Failed, HomewardError, KeyReused, Stale, UnknownReference, UnknownWorkflow
from interfaces.errors import fault_of

LOG = logging.getLogger("homeward.api")
MEDIA = "application/problem+json"

Kind = Literal[
    "not_signed_in",
    "not_open_to_you",
    "scope_missing",
    "forged",
    "set_up_first",
    "not_found",
    "no_such_place",
    "not_allowed_here",
    "key_missing",
    "tag_unreadable",
    "refused",
    "not_yet",
    "changed",
    "too_large",
    "not_this_type",
    "bad_input",
    "unknown_name",
    "key_reused",
    "too_often",
    "unforeseen",
    "failed",
]


@dataclass(frozen=True, slots=True)
class About:
    """What a kind of problem is: its HTTP status, a title, and what is said where nothing nearer is known."""

    status: int
    title: str
    detail: str


PROBLEMS: Mapping[Kind, About] = {
    "not_signed_in": About(
        401, "Sign in first", "Send an API token as `Authorization: Bearer …`, or the cookie of a browser's session."
    ),
    "not_open_to_you": About(403, "Not open to you", "This part of the house is not open to your post."),
    "scope_missing": About(403, "The token may not do this", "Ask for a token with the scope that this needs."),
    "forged": About(403, "Not made by your own page", "Send the session's mark in the header `X-CSRF-Token`."),
    "set_up_first": About(403, "Set up a second factor first", "Your post needs a second factor; sign in and add one."),
    "not_found": About(404, "There is nothing here for you", "Check the reference, or ask your supervisor."),
    "no_such_place": About(404, "There is no such address", "Compare it with the description of this API."),
    "not_allowed_here": About(405, "Not in this way", "This address does not take this method."),
    "key_missing": About(
        400, "An idempotency key is needed", "Send `Idempotency-Key`: 1 to 200 letters, digits or . _ : - of your own."
    ),
    "tag_unreadable": About(400, "Unreadable If-Match", 'Send one tag as an answer gave it in `ETag`, such as "17".'),
    "refused": About(409, "Refused", "Each reason says what is missing, and who can see to it."),
    "not_yet": About(409, "Not yet", "Time alone will open it; see until when."),
    "changed": About(412, "Changed meanwhile", "It has changed since you looked; look again, then decide anew."),
    "too_large": About(413, "Too large", "Send less at once."),
    "not_this_type": About(415, "Not this type of content", "Send what this address takes."),
    "bad_input": About(422, "This cannot be understood", "Correct what is named, and send it again."),
    "unknown_name": About(422, "There is nothing of this name", "Correct what is named, and send it again."),
    "key_reused": About(
        422, "This key was used before", "The idempotency key was used for a different attempt; take a fresh one."
    ),
    "too_often": About(429, "Too often", "Wait as long as `Retry-After` says."),
    "unforeseen": About(500, "Homeward itself made a mistake", "It was written down, without anything of a case."),
    "failed": About(503, "It did not go through", "Nothing was changed; try again."),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with what was sent: where (a JSON pointer, or a header's name), and what is expected."""

    where: str
    expected: str

    def document(self) -> dict[str, str]:
        """As JSON."""
        return {"where": self.where, "expected": self.expected}


class ApiProblem(Exception):
    """A problem that ends a request. Its words are ours alone."""

    def __init__(
        self,
        kind: Kind,
        *,
        detail: str = "",
        wrong: Sequence[Wrong] = (),
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail or PROBLEMS[kind].detail
        self.wrong = tuple(wrong)
        self.more = dict(more or {})
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.kind].status

    def document(self) -> dict[str, Any]:
        """As JSON."""
        told: dict[str, Any] = {
            "type": f"urn:homeward:problem:{self.kind}",
            "title": PROBLEMS[self.kind].title,
            "status": self.status,
            "detail": self.detail,
            "kind": self.kind,
        }
        if self.wrong:
            told["errors"] = [one.document() for one in self.wrong]
        return told | self.more


def problem_of(error: HomewardError) -> ApiProblem:
    """How an error of the house is told: by its kind alone, for its message may repeat what was sent."""
    match error:
        case UnknownReference():
            return ApiProblem("not_found")
        case KeyReused():
            return ApiProblem("key_reused")
        case Stale():
            return ApiProblem("changed")
        case UnknownWorkflow():
            return ApiProblem("unknown_name")
        case BadInput():
            return ApiProblem("bad_input")
        case Failed():
            return ApiProblem("failed", headers={"Retry-After": "1"})
    return written_down(error)


def unforeseen(error: Exception) -> ApiProblem:
    """A mistake of Homeward itself, by its type and places alone."""
    trace = fault_of(error).trace
    where = trace[-1].rpartition("/")[2] if trace else "unknown"
    return ApiProblem("unforeseen", more={"error": type(error).__name__, "place": where})


def written_down(error: Exception) -> ApiProblem:
    """A mistake of Homeward itself, after it was written down: its message may hold what belongs to a case."""
    fault = fault_of(error)
    LOG.error("%s %s %s", type(error).__name__, fault.message, " · ".join(fault.trace))
    return unforeseen(error)


def seconds(delta: float) -> str:
    """A number of seconds for `Retry-After`: whole ones, never less than one."""
    return str(max(math.ceil(delta), 1))
