"""`homeward journeys`: plays the shipped journeys onto a SQLite house, as a timeline, and leaves it to be explored."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from cases.house import House
from cases.ports import Person
from interfaces.cli.case_steps import CASE
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, write_json
from interfaces.cli.reasons import Words
from interfaces.cli.timeline import Timeline
from interfaces.cli.year import tell_year, year_document
from interfaces.errors import ExitCode
from interfaces.scenarios.library import house_for, people_of, scenario_files, workflow_of, year_file
from interfaces.scenarios.model import Scenario, read_scenario
from interfaces.scenarios.run import Played, Result, ends_at, play
from interfaces.scenarios.year_model import YearStory, named_in, read_year
from interfaces.scenarios.year_play import YearPlayed, play_year
from state_machine.view import Instance
from wiring.journeys import JourneyHouse, begin_journeys
from wiring.settings import read_settings
from wiring.year import Year, open_year, sum_up

DEFAULT = "kh-2009"


@dataclass(frozen=True, slots=True)
class _Told:
    """A journey that was played, with the case that it is about and somebody who may read it."""

    scenario: Scenario
    result: Result
    case: Instance | None
    ended: dt.datetime

    @property
    def person(self) -> str:
        """Somebody who holds a role on the case, else whoever acts first."""
        holders = list(self.case.holders.values()) if self.case is not None else []
        return (holders or list(self.scenario.people))[0]


@dataclass(frozen=True, slots=True)
class _Passed:
    """A year that went by: its file, what came of its story, and what the house holds of it."""

    story: YearStory
    played: YearPlayed
    year: Year


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="\b\nExamples:\n  homeward journeys\n  HOMEWARD_HOME=/tmp/journeys homeward journeys --quiet --no-year"
    )(journeys)


def journeys(
    workflow: Annotated[
        str, typer.Option("--workflow", metavar="NAME-or-FOLDER", help="Whose journeys to play.")
    ] = DEFAULT,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only one line for each journey.")] = False,
    year: Annotated[
        bool, typer.Option("--year/--no-year", help="Whether a year goes by afterwards, if the workflow tells one.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Play the shipped journeys and a year of time, and leave a house in which to look around.

    The house lies in var/journeys, or in HOMEWARD_HOME. What holds anything but journeys is never overwritten.
    """
    scenarios = _journeys(workflow)
    place = begin_journeys(read_settings())
    paper = Paper()
    people: dict[str, Person] = {}
    try:
        told = _play_all(scenarios, place, people, paper, quiet=quiet, silent=as_json)
        failed = sum(one.result.failure is not None for one in told)
        passed = _year(told, place, people) if year and not failed else None
    except BaseException:
        place.abandon()
        raise
    roots = {ref for one in told for ref in one.result.names.values()}
    place.finish(people, roots.union(passed.played.roots if passed else ()))
    if as_json:
        document = _document(told, place, failed, passed)
        write_json(document | ({"year": year_document(passed.story, passed.played, passed.year)} if passed else {}))
    else:
        rules = workflow_of(told[0].scenario)[1] if told else None
        if passed is not None and rules is not None:
            tell_year(paper, rules, passed.story, passed.played, passed.year)
        _tell_end(paper, told, place, failed, passed)
    failed += passed is not None and passed.played.failure is not None
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.DONE)


def _journeys(workflow: str) -> list[Scenario]:
    read = [read_scenario(path) for path in scenario_files([workflow])]
    return sorted((one for one in read if one.journey is not None), key=lambda one: (one.journey or 0, one.name))


def _play_all(
    scenarios: Sequence[Scenario],
    place: JourneyHouse,
    people: dict[str, Person],
    paper: Paper,
    *,
    quiet: bool,
    silent: bool,
) -> list[_Told]:
    """Play all, and tell them in the order of their numbers.

    What ends last is played first: while a journey waits, everything falls due that is due in its house, and the cases
    of others must not be carried beyond their own end.
    """
    last_first = sorted(scenarios, key=lambda one: ends_at(one, workflow_of(one)[1]), reverse=True)
    told: dict[str, _Told] = {}
    said: dict[str, str] = {}
    waiting = list(scenarios)
    for scenario in last_first:
        with paper.console.capture() as captured:
            told[scenario.file] = _play(scenario, place, people, paper, quiet=quiet, silent=silent)
        said[scenario.file] = captured.get()
        while waiting and waiting[0].file in said:
            paper.as_said(said[waiting.pop(0).file])
    return [told[one.file] for one in scenarios]


def _play(
    scenario: Scenario, place: JourneyHouse, people: dict[str, Person], paper: Paper, *, quiet: bool, silent: bool
) -> _Told:
    on = house_for(scenario, place.store)
    for person in on.house.people.all():
        people[person.name] = _both(people.get(person.name), person)
    on_step: Callable[[Played], None] = _unseen
    if not silent:
        paper.title(f"{scenario.journey}  {scenario.name}")
    if not silent and not quiet:
        if scenario.says:
            paper.note(scenario.says)
        words = Words(on.rules.calendar.zone, on.rules.workflow.clauses.register_)
        on_step = Timeline(paper, words, on.rules.workflow).step
    result = play(scenario, on, on_step)
    if not silent:
        _tell_result(paper, result)
    return _Told(scenario, result, _case(on.house, result), on.clock.now())


def _year(told: Sequence[_Told], place: JourneyHouse, people: dict[str, Person]) -> _Passed | None:
    """A year goes by in the house of the journeys, from the end of the first on; None where the workflow tells none."""
    loaded, rules = workflow_of(told[0].scenario)
    path = year_file(loaded)
    if path is None:
        return None
    story = read_year(path, rules)
    for person in people_of(story.file, story.people, rules).values():
        people[person.name] = _both(people.get(person.name), person)
    played = {(one.scenario.journey, name): ref for one in told for name, ref in one.result.names.items()}
    house = open_year(place.store, read_settings(), loaded, rules, people, min(one.ended for one in told))
    until = rules.calendar.add(house.began, story.said.lasts)
    done = play_year(story, house.on, named_in(story, played), until, lambda _: house.deliver())
    return _Passed(story, done, sum_up(house))


def _unseen(_: Played) -> None:
    """A step that nobody watches."""


def _both(known: Person | None, person: Person) -> Person:
    """Somebody who comes in several journeys has all the roles of them."""
    if known is None:
        return person
    stand_in = person.stand_in or known.stand_in
    facts = {**known.facts, **person.facts}
    return replace(person, titles=known.titles | person.titles, stand_in=stand_in, facts=facts)


def _case(house: House, result: Result) -> Instance | None:
    """The instance that the journey is about: the first that it opened on its own, of the workflow's main process."""
    for ref in result.names.values():
        with house.store.look() as tx:
            loaded = tx.load(ref)
        if loaded is not None and loaded.family.id == ref and loaded.instances[0].process == CASE:
            return loaded.instances[0]
    return None


def _tell_result(paper: Paper, result: Result) -> None:
    if result.failure is None:
        paper.line(f"ok, {result.steps} steps", "green", indent=2)
    else:
        paper.line(f"FAILED at step {result.failure.step}, line {result.failure.line}", "bold red", indent=2)
        paper.field("expected", result.failure.expected)
        paper.field("found", result.failure.found)
    paper.line()


def _commands(told: Sequence[_Told], place: JourneyHouse, passed: _Passed | None) -> list[str]:
    """What to type next, with a real reference and a person who may read it."""
    with_case = [one for one in told if one.case is not None]
    if not with_case:
        return []
    first, last = with_case[0], with_case[-1]
    assert first.case is not None  # they were just chosen by it
    assert last.case is not None
    program = _program()
    return [
        f"export HOMEWARD_HOME={place.home}",
        f"{program} case list",
        f"{program} case show {first.case.ref} --as {first.person}",
        f"{program} case history {first.case.ref} --as {first.person}",
        f"{program} case why {last.case.ref} --as {last.person}",
        *(_year_commands(program, passed.year) if passed is not None else ()),
    ]


def _year_commands(program: str, year: Year) -> list[str]:
    """What to type to look into the year: a ladder that was climbed, and the fullest inbox."""
    ladder = [f"{program} due {one.ref} --explain" for one in year.ladders[:1]]
    fullest = max(year.inbox, key=lambda name: year.inbox[name].of_year, default=None)
    return ladder + ([f"{program} notices inbox {fullest}"] if fullest is not None else [])


def _program() -> str:
    """How this program was called, so that what is shown can be typed in the same way."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "homeward" and not called.is_absolute() else "homeward"


def _tell_end(paper: Paper, told: Sequence[_Told], place: JourneyHouse, failed: int, passed: _Passed | None) -> None:
    done = f"{len(told) - failed} of {len(told)} journeys came to their end."
    paper.line(done, "bold red" if failed else "bold green")
    paper.line(f"Their house lies in {place.home}. Look around:")
    for command in _commands(told, place, passed):
        paper.command(command)


def _document(told: Sequence[_Told], place: JourneyHouse, failed: int, passed: _Passed | None) -> dict[str, Any]:
    played = [
        {
            "number": one.scenario.journey,
            "name": one.scenario.name,
            "file": one.scenario.file,
            "ok": one.result.failure is None,
            "steps": one.result.steps,
            "failed_step": one.result.failure.step if one.result.failure else None,
            "expected": one.result.failure.expected if one.result.failure else None,
            "found": one.result.failure.found if one.result.failure else None,
            "case": one.case.ref if one.case else None,
            "person": one.person,
        }
        for one in told
    ]
    commands = _commands(told, place, passed)
    return {
        "home": str(place.home),
        "journeys": played,
        "passed": len(told) - failed,
        "failed": failed,
        "try": commands,
    }
