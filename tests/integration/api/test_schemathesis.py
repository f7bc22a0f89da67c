"""Promise 25: the whole API under generated requests, as four identities.

No mistake of ours, no answer that is not described, no invalid body taken, and nothing that was sent is repeated in a
problem.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from interfaces.api.app import PREFIX, create_api
from interfaces.web.headers import App, Receive, Send
from tests.integration.api.serving import Api, answering, make_home

FULL = os.environ.get("HOMEWARD_PROMISES") == "full"
EXAMPLES = 40 if FULL else 2
PLANTED = "zqx7319planted"
IDENTITIES: tuple[str | None, ...] = (None, "sok", "adam", "rithy")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
generated = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not FULL,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@dataclass
class Generated:
    """A house that has something in it, and its API as it describes itself, both in this process."""

    api: Api
    schema: Any
    client: Any
    known: dict[str, str]
    asked: int = 0

    def operations(self) -> list[Any]:
        """Every operation that is described."""
        return [found.ok() for found in self.schema.get_all_operations()]

    def headers(self, who: str | None) -> dict[str, str]:
        """The headers by which somebody is known."""
        return {"Authorization": f"Bearer {self.api.tokens[who]}"} if who is not None else {}

    def call(self, case: Case[Any], who: str | None) -> Any:
        """What a generated request is answered, with a key of its own where it has none."""
        self.asked += 1
        return case.call(session=self.client, headers=self.headers(who))


Message = dict[str, Any]


def everywhere(app: App) -> Any:
    """The API at every address: where dots or ends of lines in one lead out of it, the pages would answer."""

    async def below(scope: Message, receive: Receive, send: Send) -> None:
        inside = scope["type"] == "http" and scope["path"].startswith(PREFIX + "/")
        await app({**scope, "root_path": PREFIX} if inside else scope, receive, send)

    return below


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    """The house."""
    folder = make_home(tmp_path_factory.mktemp("generated") / "house")
    with answering(folder, api_rate=10**6, api_rate_address=10**6) as api:
        mine = {"Authorization": f"Bearer {api.tokens['sok']}"}
        app = everywhere(create_api(api.served))
        (workflow,) = api.get("sok", "/workflows").told["workflows"]
        known = {
            "ref": api.case(),
            "action": "start_interview",
            "fact": "consent_form",
            "name": workflow["workflow"],
            "version": workflow["hash"],
        }
        schema = schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", app, headers=mine)
        with asgi.get_client(app) as client:
            yield Generated(api, schema, client, known)


@pytest.mark.parametrize("who", IDENTITIES)
@pytest.mark.parametrize("mode", MODES)
def test_every_answer_is_one_that_is_described(house: Generated, who: str | None, mode: GenerationMode) -> None:
    before = house.asked
    for operation in house.operations():

        @generated
        @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
        def ask(case: Case[Any], known: bool) -> None:
            if known and mode is GenerationMode.POSITIVE:
                _where_something_is(case, house)
            case.validate_response(house.call(case, who), checks=CHECKS)

        ask()
    assert house.asked - before >= 40


@pytest.mark.parametrize("who", IDENTITIES)
def test_nothing_that_was_sent_is_repeated_in_a_problem(house: Generated, who: str | None) -> None:
    problems = 0
    for operation in house.operations():

        @generated
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), where=st.integers(0, 3))
        def ask(case: Case[Any], where: int) -> None:
            nonlocal problems
            _where_something_is(case, house)
            _plant(case, where)
            answer = house.call(case, who)
            if answer.status_code >= 400:
                problems += 1
                assert PLANTED not in answer.text.lower(), (case.operation.label, where)
            assert all(PLANTED not in value.lower() for values in answer.headers.values() for value in values)

        ask()
    assert problems > 20


def _where_something_is(case: Case[Any], house: Generated) -> None:
    """Let a request go to an instance, a workflow or a fact that is there."""
    for name in case.path_parameters or {}:
        if name in house.known:
            case.path_parameters[name] = house.known[name]


def _plant(case: Case[Any], where: int) -> None:
    """Put what is found nowhere else into a part of a request: its body, its facts, its address, or a header."""
    body = case.body if isinstance(case.body, dict) else None
    if where == 0 and body is not None:
        body[PLANTED] = PLANTED
    elif where == 1 and body is not None:
        body["facts"] = {"wishes": PLANTED, "age_group": PLANTED, PLANTED: PLANTED}
        body |= {"reason": PLANTED, "observed": PLANTED, "person": PLANTED, "process": PLANTED, "role": PLANTED}
    elif where == 2 and case.path_parameters:
        name = next(iter(case.path_parameters))
        case.path_parameters[name] = PLANTED
    else:
        case.headers["Homeward-Role"] = PLANTED
        case.query[PLANTED] = PLANTED
