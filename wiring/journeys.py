"""A house of journeys: on SQLite, so that it can be explored afterwards, and never one in which real cases live.

It is made in a folder beside its place and put there when all has been played, so that a run that was interrupted
leaves the last one whole.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from cases.errors import CannotStart
from cases.ports import Person
from config.settings import Settings
from state_machine.view import SYSTEM
from wiring.house import key_source

if TYPE_CHECKING:
    from storage.sql_store import SqlStore

MARK = "journeys.json"
DATABASE = "house.db"
FILES = frozenset({MARK, "people.yaml", "house.key", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"})
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class JourneyHouse:
    """A fresh house into which journeys are played. `is_default` tells that nobody named another home."""

    home: Path
    is_default: bool
    store: SqlStore
    _made_in: Path

    def abandon(self) -> None:
        """Leave what was played where it is; the next run clears it away."""
        self.store.close()

    def finish(self, people: Mapping[str, Person], roots: Iterable[str]) -> None:
        """Write down who acted and what was opened, and put the house into its place, over the last one's journeys."""
        self.store.close()
        (self._made_in / "people.yaml").write_text(_people_text(people), "utf-8")
        (self._made_in / MARK).write_text(json.dumps({"journeys": sorted(roots)}) + "\n", "utf-8")
        _clear(self.home)
        self._made_in.rename(self.home)


def begin_journeys(settings: Settings) -> JourneyHouse:
    """A fresh house for journeys: in `HOMEWARD_HOME` if that is set, else in `journeys` below the default home.

    Raises CannotStart where that place holds anything but journeys; nothing there is touched then.
    """
    is_default = "home" not in settings.model_fields_set
    home = settings.home / "journeys" if is_default else settings.home
    if settings.database_url:
        raise CannotStart("journeys are played on SQLite; unset HOMEWARD_DATABASE_URL for this command")
    _check_place(home, settings)
    made_in = home.with_name(f"{home.name}.playing")
    if made_in.exists():
        _check_names(made_in)
        _clear(made_in)
    made_in.mkdir(mode=0o700, parents=True)
    (made_in / MARK).write_text("{}\n", "utf-8")
    return JourneyHouse(home, is_default, _store(settings, made_in), made_in)


def _store(settings: Settings, home: Path) -> SqlStore:
    # The database libraries take a second to load; see docs/why.md.
    from storage.sql_store import open_store

    key = key_source(settings.model_copy(update={"home": home}))
    return open_store(f"sqlite:///{home / DATABASE}", key, secrets.token_bytes)


def _check_place(home: Path, settings: Settings) -> None:
    """The place is free, or holds journeys and nothing that anybody added."""
    if not home.exists() or not any(home.iterdir()):
        return
    _check_names(home)
    known = set(json.loads((home / MARK).read_text("utf-8")).get("journeys", ()))
    if not (home / DATABASE).exists():
        return
    store = _store(settings, home)
    try:
        with store.look() as tx:
            roots = [one for one in tx.list_instances(None, limit=MOST) if one.parent is None]
    finally:
        store.close()
    added = [one.ref for one in roots if one.opened_by != SYSTEM and one.ref not in known]
    if added:
        raise CannotStart(
            f"{home} holds what is no journey ({added[0]} and {len(added) - 1} more), and that is never overwritten; "
            "set HOMEWARD_HOME to an empty folder for the journeys"
        )


def _check_names(home: Path) -> None:
    names = {path.name for path in home.iterdir()}
    if MARK not in names or not names <= FILES:
        raise CannotStart(
            f"{home} holds a house or files that are no journeys, and they are never overwritten; "
            "set HOMEWARD_HOME to an empty folder for the journeys"
        )


def _clear(home: Path) -> None:
    if home.exists():
        for path in home.iterdir():
            path.unlink()
        home.rmdir()


def _people_text(people: Mapping[str, Person]) -> str:
    said: dict[str, dict[str, Any]] = {}
    for name, person in people.items():
        said[name] = {"roles": sorted(person.titles)}
        if person.stand_in is not None:
            said[name]["stand_in"] = person.stand_in
        if person.facts:
            plain = {fact: list(value) if isinstance(value, tuple) else value for fact, value in person.facts.items()}
            said[name]["facts"] = plain
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
