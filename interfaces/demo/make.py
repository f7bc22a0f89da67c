"""Making the demonstration: read what it tells, play it up to the present moment, put it into its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cases.errors import CannotStart
from cases.ports import Person
from config.loader import Loaded, load_workflow
from interfaces.demo.model import Demonstration, demo_file, read_demonstration
from interfaces.demo.play import DemoPlayed, play_demonstration
from interfaces.demo.strand import Strand, strand
from interfaces.scenarios.library import people_of, year_file
from interfaces.scenarios.year_model import read_year
from state_machine.rules import Rules
from wiring.demo import DemoHouse, begin_demo
from wiring.people import PersonSaid
from wiring.settings import Settings
from wiring.workflows import Known

WORKFLOW = "kh-2009"
SEED = "homeward"
BEFORE = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A demonstration that is ready to be played: `strands` are its stories as this house lives them."""

    loaded: Loaded
    rules: Rules
    demo: Demonstration
    strands: tuple[Strand, ...]
    people: Mapping[str, Person]


def prepare(now: dt.datetime, seed: str = SEED) -> Prepared:
    """Read the demonstration of the shipped workflow, with everything dated before `now` (aware).

    The same moment and seed give the same stories, people and references. Raises DefinitionError, CannotStart.
    """
    loaded = load_workflow(WORKFLOW)
    rules = Rules.compile(loaded.workflow, loaded.hash)
    year, path = year_file(loaded), demo_file(loaded)
    if path is None:
        raise CannotStart(f"{WORKFLOW} has no demonstration")
    demo = read_demonstration(path, rules, read_year(year, rules) if year is not None else None)
    strands = tuple(strand(number, told, demo.stories[told.story], now, seed) for number, told in enumerate(demo.told))
    return Prepared(loaded, rules, demo, strands, _people(demo, strands, rules))


def play(prepared: Prepared, now: dt.datetime) -> tuple[DemoHouse, DemoPlayed]:
    """Play it in memory, up to `now` (aware)."""
    starts_at = min(one.scenario.starts_at for one in prepared.strands) - BEFORE
    house = begin_demo(prepared.loaded, prepared.rules, prepared.people, starts_at)
    played = play_demonstration(prepared.strands, prepared.demo.everyday, house.on, now, house.deliver)
    return house, played


def make(settings: Settings, now: dt.datetime) -> tuple[Known, DemoPlayed]:
    """Make the demonstration in the folder that `settings_of_demo` names; answers its workflow and what was played.

    Raises CannotStart, DefinitionError.
    """
    prepared = prepare(now)
    house, played = play(prepared, now)
    called = {one.number: one.told.called for one in prepared.strands}
    house.finish(settings, {ref: name for number, ref in played.roots.items() if (name := called[number])}, now)
    return house.known, played


def _people(demo: Demonstration, strands: Iterable[Strand], rules: Rules) -> dict[str, Person]:
    """Everybody who acts; somebody who takes part in several stories has all the roles and facts of them."""
    said: list[tuple[str, Mapping[str, PersonSaid]]] = [(demo.file, demo.people)]
    said += [(one.scenario.file, one.scenario.people) for one in strands]
    people: dict[str, Person] = {}
    for file, some in said:
        for person in people_of(file, some, rules).values():
            known = people.get(person.name)
            people[person.name] = person if known is None else _both(known, person)
    return people


def _both(known: Person, person: Person) -> Person:
    facts = {**person.facts, **known.facts}
    return replace(known, titles=known.titles | person.titles, stand_in=known.stand_in or person.stand_in, facts=facts)
