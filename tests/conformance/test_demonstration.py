"""The mark of a demonstration: set once, for ever."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.memory import MemoryStore
    from storage.sql_store import SqlStore

MADE = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)


def test_a_house_is_none_until_it_is_marked(store: MemoryStore | SqlStore) -> None:
    assert store.demonstration.made_at is None
    store.demonstration.mark(MADE)
    assert store.demonstration.made_at == MADE


def test_the_first_mark_stays(store: MemoryStore | SqlStore) -> None:
    store.demonstration.mark(MADE)
    store.demonstration.mark(MADE + dt.timedelta(days=1))
    assert store.demonstration.made_at == MADE
