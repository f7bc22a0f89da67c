"""Routes of the API, each with its area, scope, and every answer that it may give: none can be declared without."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from access.account_store import Scope
from access.decide import Area
from cases.errors import HomewardError
from interfaces.api.asked import CHANGES, DECIDES, KEY, OF_A_CASE, SCOPE, TAG, admit
from interfaces.api.models import ProblemBody
from interfaces.api.problems import MEDIA, PROBLEMS, ApiProblem, Kind, Wrong, written_down
from interfaces.web.places import AREA
from wiring.rates import Rate

JSON = "application/json"
ANYTHING = "*/*"
LARGEST_JSON = 1024 * 1024
Handler = TypeVar("Handler", bound=Callable[..., Any])
Message = MutableMapping[str, Any]
FORESEEN = (ApiProblem, HomewardError, RequestValidationError, HTTPException)
LENGTH = "x-largest"
TAKES = "x-takes"


class ApiRoute(APIRoute):
    """A route that nobody enters without having been admitted, and whose body is looked at only then."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the admission."""
        inner = super().get_route_handler()
        extra: Mapping[str, Any] = self.openapi_extra or {}
        known = _asked_in_the_address(self)

        async def handle(request: Request) -> Response:
            try:
                return await enter(request)
            except FORESEEN:
                raise
            except Exception as error:  # noqa: BLE001 - told as a problem, and nobody prints its message
                raise written_down(error) from None

        async def enter(request: Request) -> Response:
            request.state.asked = await run_in_threadpool(admit, request, request.app.state.rates)
            unknown = set(request.query_params) - known
            if unknown:
                said = f"only {', '.join(sorted(known))}" if known else "nothing"
                raise ApiProblem("bad_input", wrong=(Wrong("query", said),))
            if request.method in CHANGES:
                _is_taken(request, extra.get(TAKES))
                request = Request(request.scope, _measured(request, extra.get(LENGTH, LARGEST_JSON)))
            response = await inner(request)
            tell_rate(request, response)
            return response

        return handle


def _asked_in_the_address(route: APIRoute) -> frozenset[str]:
    """The names that may stand in the query of a route."""
    names: set[str] = set()
    for one in route.dependant.query_params:
        fields: Mapping[str, Any] | None = getattr(one.field_info.annotation, "model_fields", None)
        names |= {one.alias} if fields is None else set(fields)
    return frozenset(names)


def tell_rate(request: Request, response: Response) -> None:
    """Say with an answer how many requests are left in this minute."""
    rate: Rate | None = getattr(request.state, "rate", None)
    if rate is not None:
        response.headers["RateLimit-Policy"] = f'"{rate.name}";q={rate.most};w=60'
        response.headers["RateLimit"] = f'"{rate.name}";r={rate.left};t={rate.reset}'


@dataclass(frozen=True, slots=True)
class Gives:
    """What a place answers when all is well: a document of this model, other media, or nothing.

    `tagged`: with the revision of the family as its `ETag`. `described`: it is part of the description.
    """

    model: type[BaseModel] | None = None
    status: int = 200
    media: tuple[str, ...] = ()
    tagged: bool = False
    described: bool = True


@dataclass(frozen=True, slots=True)
class Takes:
    """What a place that changes something takes: a body of this type, or none, of so many bytes at most.

    `decides`: the one door decides, and may refuse.
    """

    media: str | None = JSON
    largest: int = LARGEST_JSON
    decides: bool = False
    method: str = "POST"


STEP = Takes(decides=True)
NOTHING = Takes(media=None)


class ApiPlaces:
    """The routes of one resource. `router` is what the app takes in."""

    def __init__(self, name: str) -> None:
        self.router = APIRouter(route_class=ApiRoute, tags=[name])

    def get(
        self, path: str, gives: Gives, *, area: Area, named: str, scope: Scope | None = "read"
    ) -> Callable[[Handler], Handler]:
        """Answer GET. What is read changes nothing but who looked."""
        problems: list[Kind] = [*_always(area, scope), "bad_input"]
        if area != "public":
            problems.append("unknown_name")
        if "{" in path:
            problems.append("not_found")
        return self._at("GET", path, gives, problems, _described(path, area, scope), named)

    def change(
        self, path: str, gives: Gives, takes: Takes, *, area: Area, named: str, scope: Scope | None = "act"
    ) -> Callable[[Handler], Handler]:
        """Answer a request that changes something."""
        problems: list[Kind] = [*_always(area, scope), "bad_input", "key_missing", "forged"]
        if takes.decides:
            problems += ["not_found", "unknown_name", "key_reused", "refused", "not_yet", "changed", "tag_unreadable"]
        if takes.media is not None:
            problems += ["too_large", "not_this_type"]
        extra = _described(path, area, scope, decides=takes.decides, changes=True)
        extra |= {TAKES: takes.media, LENGTH: takes.largest, DECIDES: takes.decides}
        return self._at(takes.method, path, gives, problems, extra, named)

    def _at(
        self, method: str, path: str, gives: Gives, problems: Sequence[Kind], extra: Mapping[str, Any], named: str
    ) -> Callable[[Handler], Handler]:
        return self.router.api_route(
            path,
            methods=[method],
            status_code=gives.status,
            response_model=None,
            response_class=Response,
            responses={gives.status: _answer(gives), **_problems(problems)},
            operation_id=named,
            openapi_extra=dict(extra),
            include_in_schema=gives.described,
        )


def _described(
    path: str, area: Area, scope: Scope | None, *, decides: bool = False, changes: bool = False
) -> dict[str, Any]:
    """What the description of a place says besides what its handler takes."""
    parameters = []
    if "{ref}" in path:
        parameters.append(_parameter("path", "ref", "Reference of an instance, such as 7K3M-9XQT-2HDJ.", longest=40))
    if changes:
        said = "A key of your own: the same request again changes nothing, and is answered as before."
        parameters.append(_parameter("header", "Idempotency-Key", said, pattern=f"^{KEY.pattern}$"))
    if decides:
        said = "The revision that you saw, as `ETag` told it; without it the door decides anew."
        parameters.append(_parameter("header", "If-Match", said, required=False, pattern=f"^({TAG.pattern}|\\*)$"))
    if area != "public":
        said = "Ask in this one of your roles alone."
        parameters.append(_parameter("header", "Homeward-Role", said, required=False, longest=64))
    security: list[dict[str, list[str]]] = [] if area == "public" else [{"token": []}, {"session": []}]
    return {AREA: area, SCOPE: scope, "security": security, "parameters": parameters}


def _parameter(
    where: str, name: str, said: str, *, required: bool = True, pattern: str | None = None, longest: int = 0
) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    schema |= {"pattern": pattern} if pattern else {"minLength": 1, "maxLength": longest}
    return {"in": where, "name": name, "description": said, "required": required, "schema": schema}


def _always(area: Area, scope: Scope | None) -> list[Kind]:
    """What may come of any request to an area."""
    found: list[Kind] = ["too_often", "failed"]
    if area != "public":
        found += ["not_signed_in", "set_up_first"]
    if scope is not None:
        found.append("scope_missing")
    if area not in ("public", "account", "case"):
        found.append("not_open_to_you")
    if area in OF_A_CASE:
        found.append("not_found")
    return found


def _answer(gives: Gives) -> dict[str, Any]:
    """What an answer of the described status is."""
    headers: dict[str, Any] = {
        name: {"description": said, "schema": {"type": "string"}}
        for name, said in (
            ("RateLimit-Policy", "How many requests there may be in a minute."),
            ("RateLimit", "How many of them are left, and when the count moves on."),
        )
    }
    if gives.tagged:
        headers["ETag"] = {"description": "The revision of the family.", "schema": {"type": "string"}}
    if gives.model is None and not gives.media:
        return {"description": "Done.", "headers": headers}
    if gives.model is None:
        content = {one: {"schema": {"type": "string"}} for one in gives.media}
        return {"description": "What was asked for.", "headers": headers, "content": content}
    return {
        "description": (gives.model.__doc__ or "").strip(),
        "model": gives.model,
        "headers": headers,
    }


def _problems(kinds: Sequence[Kind]) -> dict[int | str, dict[str, Any]]:
    """The problems of a route by status, each kind with an example of its own."""
    by_status: dict[int, list[Kind]] = {}
    for kind in dict.fromkeys(kinds):
        by_status.setdefault(PROBLEMS[kind].status, []).append(kind)
    return {
        status: {
            "description": "; ".join(PROBLEMS[kind].title for kind in some),
            "content": {
                MEDIA: {
                    "schema": {"$ref": f"#/components/schemas/{ProblemBody.__name__}"},
                    "examples": {kind: {"summary": PROBLEMS[kind].title} for kind in some},
                }
            },
        }
        for status, some in sorted(by_status.items())
    }


def _is_taken(request: Request, takes: str | None) -> None:
    """Whether a body comes as something that this place takes. Raises ApiProblem."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if takes is None or (takes == ANYTHING and "/" in said) or said == takes:
        return
    expected = "the media type of the document" if takes == ANYTHING else takes
    raise ApiProblem("not_this_type", wrong=(Wrong("Content-Type", expected),))


class TooLarge(HTTPException):
    """More was sent than may come at once."""

    def __init__(self, largest: int) -> None:
        super().__init__(413)
        self.largest = largest


def _measured(request: Request, largest: int) -> Callable[[], Awaitable[Message]]:
    """The body of a request as it comes, up to so many bytes. Raises TooLarge."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > largest:
        raise TooLarge(largest)
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > largest:
            raise TooLarge(largest)
        return message

    return receive
