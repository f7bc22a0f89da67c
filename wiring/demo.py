"""The house of the demonstration: lived in memory up to the present moment, then put into its folder, marked for ever.

It is made in a folder beside its place and put there when it is whole. What was not made as a demonstration is never
overwritten and never served as one.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from access.members import Changes, add_person, change_person
from access.people import StoredPeople
from access.screens import Page
from cases.errors import CannotStart
from cases.house import House
from cases.ports import Person
from cases.staff import StaffMember
from config.loader import Loaded
from config.settings import Settings
from notifications import deliver
from notifications.office import Office
from state_machine.rules import Rules
from state_machine.view import SYSTEM
from wiring.clock import SecureIds
from wiring.house import key_source
from wiring.notices import open_office
from wiring.scenario_house import ScenarioHouse, scenario_house
from wiring.workflows import Known, PublishedWorkflows

if TYPE_CHECKING:
    from storage.moved import LivedStore
    from storage.sql_store import SqlStore

DATABASE = "house.db"
FILES = frozenset({"house.key", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"})
CHANCE = 0.5
MANY = 1_000_000
NEWS = dt.timedelta(days=2)
"""How old a notice may be and still be unread."""
READ_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class DemoHouse:
    """A house of virtual time in which a demonstration is played; `people` are those who act."""

    on: ScenarioHouse
    office: Office
    people: Mapping[str, Person]
    _store: LivedStore
    _loaded: Loaded

    def deliver(self) -> None:
        """Send what is due at the house's moment; it goes to inboxes alone."""
        deliver.run_once(self.office, self.on.clock.now(), MANY)

    @property
    def known(self) -> Known:
        """The workflow that it lives by, for the house that is opened next."""
        return Known(self._loaded.workflow.workflow, self._loaded, self.on.rules)

    def finish(self, settings: Settings, names: Mapping[str, str], now: dt.datetime) -> None:
        """Put the house into the folder that `settings_of_demo` names, over a demonstration that was there.

        `names` are working names of cases, by reference; `now` (aware, UTC) is the moment at which it was made. Raises
        CannotStart where something else lies there.
        """
        check_place(settings)
        made_in = settings.home.with_name(f"{settings.home.name}.making")
        _clear(made_in)
        made_in.mkdir(mode=0o700, parents=True)
        store = _open(settings, made_in)
        try:
            # The mark is the first thing in it: a house that was left half made is no house of real work.
            store.demonstration.mark(now)
            workflows = PublishedWorkflows(store, self._loaded.workflow.workflow)
            workflows.take(self._loaded, self.on.rules, now)
            store.move_in(self._store)
            self._take_on(store, workflows, now)
            for ref, name in names.items():
                store.screens.desk.name_case(ref, name)
            for person in self.people:
                _have_read(store, person, now)
        finally:
            store.close()
        _clear(settings.home)
        made_in.rename(settings.home)

    def _take_on(self, store: SqlStore, workflows: PublishedWorkflows, now: dt.datetime) -> None:
        """The people of the house, kept by the house, so that its administrators can change them."""
        staff = StoredPeople((), store.staff)
        staff.look_again(now)
        house = House(store, SecureIds(), staff, workflows)
        for person in self.people.values():
            add_person(house, SYSTEM, StaffMember(person.name, person.name.title(), person.titles), now)
        for person in self.people.values():
            if person.stand_in is not None:
                change_person(house, SYSTEM, person.name, Changes(stand_in=person.stand_in), now)


def _have_read(store: SqlStore, person: str, now: dt.datetime) -> None:
    """Somebody has read what came to their inbox long ago; only what is new is unread."""
    page: Page | None = Page(READ_AT_ONCE)
    while page is not None:
        found = store.screens.notices(person, page, now)
        old = [one.id for one in found.rows if one.read_at is None and one.at < now - NEWS]
        if old:
            store.screens.mark_read(person, old, now)
        page = Page(READ_AT_ONCE, found.next) if found.next is not None else None


def begin_demo(loaded: Loaded, rules: Rules, people: Mapping[str, Person], starts_at: dt.datetime) -> DemoHouse:
    """A house in which a demonstration begins at `starts_at` (aware)."""
    # The database libraries take a second to load; see docs/why.md.
    from storage.moved import LivedStore

    store = LivedStore()
    on = scenario_house(loaded, rules, people, starts_at, seed="the demonstration", store=store)
    # Nothing of it leaves the house, whatever the settings say of mail.
    office = open_office(Settings.model_construct(), on.house, loaded, lambda: CHANCE)
    return DemoHouse(on, office, people, store, loaded)


def settings_of_demo(settings: Settings) -> Settings:
    """The settings of the demonstration: in `HOMEWARD_HOME` if that is set, else in `demo` below the default home.

    Raises CannotStart where they name a database or a key of their own.
    """
    for named in ("database_url", "key_file", "key_command"):
        if getattr(settings, named) is not None:
            raise CannotStart(
                f"the demonstration keeps SQLite and a key in a folder of its own; unset HOMEWARD_{named.upper()}"
            )
    home = settings.home if "home" in settings.model_fields_set else settings.home / "demo"
    return settings.model_copy(update={"home": home})


def check_place(settings: Settings) -> dt.datetime | None:
    """When the demonstration in the folder was made; None where there is nothing. Raises CannotStart."""
    home = settings.home
    if not home.exists() or not any(home.iterdir()):
        return None
    if not (home / DATABASE).exists() or not {path.name for path in home.iterdir()} <= FILES:
        raise CannotStart(
            f"{home} holds files that are no demonstration, and they are never overwritten; set HOMEWARD_HOME to an "
            "empty folder for the demonstration"
        )
    store = _open(settings, home)
    try:
        made_at = store.demonstration.made_at
    finally:
        store.close()
    if made_at is None:
        raise CannotStart(
            f"{home} holds a house of real work, and it is never served as a demonstration; leave --demo out, or set "
            "HOMEWARD_HOME to an empty folder"
        )
    return made_at


def _open(settings: Settings, home: Path) -> SqlStore:
    # The database libraries take a second to load; see docs/why.md.
    from storage.sql_store import open_store

    key = key_source(settings.model_copy(update={"home": home}))
    return open_store(f"sqlite:///{home / DATABASE}", key, secrets.token_bytes)


def _clear(home: Path) -> None:
    if home.exists():
        for path in home.iterdir():
            path.unlink()
        home.rmdir()
