"""Every test that asks for `url` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Engine, create_engine

from storage.house_key import HomeKey
from storage.sql_store import SqlStore, open_store

Open = Callable[[], SqlStore]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'house.db'}"
    return cast("str", request.getfixturevalue("postgres_url"))


@pytest.fixture
def key(tmp_path: Path) -> HomeKey:
    """The key of the house, which is not there yet."""
    return HomeKey(tmp_path / "house.key", os.urandom)


@pytest.fixture
def store(url: str, key: HomeKey) -> Iterator[SqlStore]:
    """An empty house in this database."""
    opened = open_store(url, key, os.urandom)
    yield opened
    opened.close()


@pytest.fixture
def raw(url: str) -> Iterator[Engine]:
    """The database as somebody sees it who passes by the house."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    yield engine
    engine.dispose()
