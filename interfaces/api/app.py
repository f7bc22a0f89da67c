"""The API of one running house, as an app of its own that the pages' app mounts at `/api/v1`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException

from cases.errors import HomewardError
from interfaces.api.answering import problem_response
from interfaces.api.asked import BY_ADDRESS, BY_TOKEN
from interfaces.api.examples import example, problem_example
from interfaces.api.models import ProblemBody
from interfaces.api.places import FORESEEN, TooLarge, tell_rate
from interfaces.api.problems import MEDIA, ApiProblem, Kind, Wrong, problem_of, written_down
from interfaces.api.routes import (
    description,
    documents,
    exports,
    instances,
    journal,
    notices,
    overrides,
    people,
    steps,
    time,
    workflows,
)
from interfaces.web.headers import App, Message, Receive, Scope, Send
from interfaces.web.served import Served
from wiring.rates import Rates

PREFIX = "/api/v1"
ROUTERS: tuple[APIRouter, ...] = tuple(
    one.places.router
    for one in (description, steps, instances, overrides, time, notices, people, workflows, journal, exports, documents)
)
ABOUT = """What the house knows and does, for programs. Every change passes the one door: it is applied, refused with
every reason, or not possible yet. See `docs/api.md`."""
HIDDEN = frozenset({"body", "query", "path", "header"})


def create_api(served: Served) -> FastAPI:
    """The API of a house. Its description lies at `/openapi.json`."""
    app = FastAPI(title="Homeward", version="1", description=ABOUT, docs_url=None, redoc_url=None, openapi_url=None)
    settings = served.running.settings
    app.state.served = served
    app.state.rates = Rates(**{BY_TOKEN: settings.api_rate, BY_ADDRESS: settings.api_rate_address})
    for router in ROUTERS:
        app.include_router(router)
    for kind in FORESEEN:
        app.add_exception_handler(kind, _tell)
    app.add_middleware(KeptByNobody)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]  # how FastAPI lets a description be made
    return app


class KeptByNobody:
    """Says with every answer that nobody on the way may keep it, nor guess what it is."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, send_with_headers)


def described(app: FastAPI) -> dict[str, Any]:
    """The description of the API (OpenAPI 3.1), made once."""
    if app.openapi_schema is None:
        told = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            servers=[{"url": PREFIX}],
        )
        parts = told.setdefault("components", {})
        parts["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": app.state.served.cookie,
                "description": "A browser's session; what changes something needs its mark in `X-CSRF-Token`.",
            },
        }
        body = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        parts["schemas"] |= body.pop("$defs", {}) | {ProblemBody.__name__: body}
        _fill_in_examples(told)
        app.openapi_schema = told
    return app.openapi_schema


def _fill_in_examples(told: dict[str, Any]) -> None:
    """Put an example into every answer. FastAPI leaves out what is null, and answers have it."""
    for operation in (one for path in told["paths"].values() for one in path.values()):
        for answer in operation["responses"].values():
            for media, content in answer.get("content", {}).items():
                if media == MEDIA:
                    kinds: dict[Kind, dict[str, Any]] = content["examples"]
                    content["examples"] = {kind: one | {"value": problem_example(kind)} for kind, one in kinds.items()}
                else:
                    content["example"] = example(operation["operationId"])


async def _tell(request: Request, error: Exception) -> Response:
    """An error as a problem."""
    problem = _problem(request, error)
    response = problem_response(problem)
    tell_rate(request, response)
    return response


def _problem(request: Request, error: Exception) -> ApiProblem:
    match error:
        case ApiProblem():
            return error
        case HomewardError():
            return problem_of(error)
        case RequestValidationError():
            return ApiProblem("bad_input", wrong=_wrong(request, error))
        case TooLarge():
            return ApiProblem("too_large", detail=f"At most {error.largest // 1024} kB may come at once here.")
        case HTTPException(status_code=404):
            return ApiProblem("no_such_place")
        case HTTPException(status_code=405):
            return ApiProblem("not_allowed_here", headers=error.headers)
        case HTTPException(status_code=400):
            return ApiProblem("bad_input")
    return written_down(error)


def _wrong(request: Request, error: RequestValidationError) -> list[Wrong]:
    """What is wrong and where. Names and values that were sent are not repeated: only those that we know ourselves."""
    route = request.scope.get("route")
    known = frozenset() if route is None else _names(route)
    told = []
    for one in error.errors()[:20]:
        where = "/".join(str(part) for part in one["loc"] if part in known or part in HIDDEN or isinstance(part, int))
        told.append(Wrong(where or "body", _EXPECTED.get(one["type"], _expected(one))))
    return told


_EXPECTED = {
    "extra_forbidden": "nothing else than what is described",
    "missing": "this to be there",
    "json_invalid": "JSON",
    "string_pattern_mismatch": "text of the described form",
    "string_type": "text",
    "dict_type": "an object",
    "list_type": "a list",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "model_attributes_type": "an object",
}


def _expected(one: dict[str, Any]) -> str:
    """What is expected, in words that hold our own limits alone."""
    context = one.get("ctx") or {}
    limits = {
        name: context[name]
        for name in ("ge", "le", "gt", "lt", "min_length", "max_length", "expected")
        if name in context
    }
    said = ", ".join(f"{name} {value}" for name, value in limits.items())
    return said or "a value of the described type"


def _names(route: Any) -> frozenset[str]:
    """The names that a route describes itself: of its parameters, and of the fields of its body."""
    dependant = route.dependant
    params = (*dependant.path_params, *dependant.query_params, *dependant.header_params, *dependant.body_params)
    names = {one.alias for one in params}
    for one in params:
        names |= set(getattr(one.field_info.annotation, "model_fields", ()))
    return frozenset(names | {"media", "content"})
