"""Every test here runs once on each store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from cases.ports import Store
from storage.house_key import HomeKey
from storage.memory import MemoryStore
from storage.sql_store import open_store


@pytest.fixture(params=["twin", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty house."""
    if request.param == "twin":
        yield MemoryStore()
        return
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'house.db'}"
    else:
        url = cast("str", request.getfixturevalue("postgres_url"))
    opened = open_store(url, HomeKey(tmp_path / "house.key", os.urandom), os.urandom)
    yield opened
    opened.close()
