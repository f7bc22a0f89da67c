"""The description of the API: whole, with examples that fit the models and look like what is really answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from interfaces.api.app import ROUTERS, create_api
from interfaces.api.examples import examples
from interfaces.api.models import ProblemBody
from interfaces.api.places import ApiRoute
from interfaces.api.problems import PROBLEMS
from tests.integration.api.serving import Api
from tests.integration.api.walk import Walked, walk

Models = dict[str, type[BaseModel]]


@pytest.fixture(scope="module")
def described(api: Api) -> dict[str, Any]:
    """The description."""
    return create_api(api.served).openapi()


@pytest.fixture(scope="module")
def models() -> Models:
    """The model of each operation's answer, where it answers with a document."""
    found = {}
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, ApiRoute)
            answer = route.responses[route.status_code or 200]
            if "model" in answer and route.operation_id is not None:
                found[route.operation_id] = answer["model"]
    return found


@pytest.fixture(scope="module")
def walked(api: Api) -> Walked:
    """What every place really answers."""
    return walk(api)


def answers(described: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Every answer that is described: its operation, status, media type and content."""
    for path in described["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                for media, content in answer.get("content", {}).items():
                    yield operation["operationId"], status, media, content


def shape(value: Any) -> Any:
    """The names in a document, whatever stands in lists or under names of a workflow."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return shape(value[0]) if isinstance(value, list) and value else type(value).__name__


class TestTheDescription:
    def test_has_an_example_of_every_answer(self, described: dict[str, Any]) -> None:
        lacking = [
            (operation, status)
            for operation, status, _media, content in answers(described)
            if content.get("example") is None and not content.get("examples")
        ]
        assert lacking == []

    def test_has_examples_that_fit_the_models(self, described: dict[str, Any], models: Models) -> None:
        for operation, _status, media, content in answers(described):
            if media == "application/problem+json":
                for one in content["examples"].values():
                    ProblemBody.model_validate(one["value"])
            elif media == "application/json":
                models[operation].model_validate(content["example"])

    def test_has_no_problem_without_an_example_of_its_kind(self, described: dict[str, Any]) -> None:
        shown = {
            kind
            for _operation, _status, media, content in answers(described)
            if media == "application/problem+json"
            for kind in content["examples"]
        }
        # An unknown address, a wrong method and a mistake of ours belong to no place.
        assert shown == set(PROBLEMS) - {"no_such_place", "not_allowed_here", "unforeseen"}

    def test_says_of_every_place_to_whom_it_is_open(self, described: dict[str, Any]) -> None:
        for path in described["paths"].values():
            for operation in path.values():
                assert operation["x-area"], operation["operationId"]
                assert operation.get("description"), operation["operationId"]


class TestTheExamples:
    def test_are_what_every_place_answers(self, walked: Walked) -> None:
        assert set(examples()) == set(walked.documents)

    def test_have_the_names_of_real_answers(self, walked: Walked) -> None:
        for named, told in walked.documents.items():
            example = examples()[named]
            if isinstance(told, dict):
                assert set(example) == set(told), named
                for name, value in told.items():
                    if isinstance(value, list) and value and isinstance(value[0], dict) and example[name]:
                        assert set(example[name][0]) == set(value[0]), (named, name)

    def test_and_real_answers_fit_the_models(self, models: Models, walked: Walked) -> None:
        for named, told in walked.documents.items():
            model = ProblemBody if named in ("refused", "not_yet") else models.get(named)
            if model is not None:
                model.model_validate(told)
