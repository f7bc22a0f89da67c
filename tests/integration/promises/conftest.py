"""Every promise is tested on both databases; how often, the environment says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from cases.ports import Store
from storage.house_key import HomeKey
from storage.sql_store import open_store


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether the figures of a release are asked for, and not the smaller ones of every day."""
    return os.environ.get("HOMEWARD_PROMISES") == "full"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'house.db'}"
    return cast("str", request.getfixturevalue("postgres_url"))


@pytest.fixture
def key(tmp_path: Path) -> HomeKey:
    """The key of the house."""
    return HomeKey(tmp_path / "house.key", os.urandom)


@pytest.fixture
def store(url: str, key: HomeKey) -> Iterator[Store]:
    """An empty house."""
    opened = open_store(url, key, os.urandom)
    yield opened
    opened.close()
