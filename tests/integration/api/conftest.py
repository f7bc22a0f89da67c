"""A house that answers over HTTP: one for all tests of a file, each of which opens the cases that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.api.serving import Api, answering, make_home


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A house that answers."""
    with answering(make_home(tmp_path_factory.mktemp("api") / "house")) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty house with its people, for a test that opens it itself."""
    return make_home(tmp_path / "house")


@pytest.fixture
def case(api: Api) -> str:
    """A case that sok leads, with nita as its interviewer."""
    return api.case()
