"""A house to sign in to."""

from __future__ import annotations

import pytest

from tests.unit.access.front_door import FrontDoor, opened_house


@pytest.fixture
def door() -> FrontDoor:
    """Nobody has an account yet."""
    return opened_house()
