"""Finding scenario files, and the house that each one plays in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cases.ports import Person
from config.loader import Loaded, list_shipped, load_draft, load_workflow
from config.posts import HOUSE_POSTS
from config.problems import DefinitionError, Mark, Report, listed, nearest
from interfaces.scenarios.model import Scenario, read_scenario
from interfaces.scenarios.run import Played, Result, play
from state_machine.rules import Rules
from state_machine.values import BadValue
from wiring.people import PersonSaid, person_of
from wiring.scenario_house import ScenarioHouse, scenario_house

if TYPE_CHECKING:
    from storage.memory import MemoryStore
    from storage.sql_store import SqlStore


def scenario_files(sources: list[str]) -> list[Path]:
    """The scenario files behind these names: files, folders of them, workflow folders, or shipped workflows.

    Raises DefinitionError where there is none.
    """
    found: list[Path] = []
    report = Report()
    for source in sources:
        files = list(_files(source))
        if not files:
            expected = f"a file, a folder, or one of {listed(list_shipped())}"
            report.add(Mark(source), "there is no scenario here", expected=expected)
        found.extend(files)
    if report.problems:
        raise DefinitionError(report.problems)
    return found


def _files(source: str) -> Iterator[Path]:
    path = Path(source)
    if path.is_file():
        yield path
        return
    folder = load_workflow(source).folder if source in list_shipped() and not path.is_dir() else path
    inner = folder / "scenarios"
    yield from sorted((inner if inner.is_dir() else folder).rglob("*.yaml"))


def house_for(
    scenario: Scenario, store: MemoryStore | SqlStore | None = None, rules: Rules | None = None
) -> ScenarioHouse:
    """The house in which a scenario plays: its workflow (shipped, or the folder around the file) and its people.

    `rules` play in the place of the compiled workflow: what a scenario says of a workflow that was changed.
    Raises DefinitionError for an unknown workflow, role or fact.
    """
    loaded, compiled = workflow_of(scenario)
    return house_of(scenario, loaded, rules or compiled, store)


def house_of(
    scenario: Scenario, loaded: Loaded, rules: Rules, store: MemoryStore | SqlStore | None = None
) -> ScenarioHouse:
    """The house of a scenario in a workflow that is at hand, whatever workflow the scenario names.

    Raises DefinitionError for an unknown role or fact.
    """
    people = people_of(scenario.file, scenario.people, rules)
    return scenario_house(loaded, rules, people, scenario.starts_at, seed=scenario.name, store=store)


def year_file(loaded: Loaded) -> Path | None:
    """The file that tells a year of this workflow, or None. Raises DefinitionError where there are several."""
    folder = loaded.folder / "years"
    found = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if len(found) > 1:
        report = Report()
        report.add(Mark(str(found[1])), "a workflow has one year", found=f"{len(found)} files", expected="one file")
        raise DefinitionError(report.problems)
    return found[0] if found else None


def people_of(file: str, said: Mapping[str, PersonSaid], rules: Rules) -> dict[str, Person]:
    """The people that a file names. Raises DefinitionError for an unknown role or fact."""
    report = Report()
    people: dict[str, Person] = {}
    for name, one in said.items():
        mark = Mark(file)
        for role in one.roles:
            known = (*rules.workflow.roles, *HOUSE_POSTS)
            if role not in known:
                report.add(mark, f"{name}: unknown role", found=role, suggestion=nearest(role, known))
        try:
            people[name] = person_of(name, one, rules)
        except BadValue as problem:
            report.add(mark, f"{name}: {problem}")
        except KeyError as problem:
            report.add(mark, f"{name}: unknown fact", found=str(problem.args[0]))
    if report.problems:
        raise DefinitionError(report.problems)
    return people


def run_scenario(path: Path, on_step: Callable[[Played], None] = lambda _: None) -> Result:
    """Read a scenario, make its house, play it. Raises DefinitionError where the file itself is broken."""
    scenario = read_scenario(path)
    return play(scenario, house_for(scenario), on_step)


def workflow_of(scenario: Scenario) -> tuple[Loaded, Rules]:
    """The workflow of a scenario, loaded and compiled; a draft that is unsafe too. Raises DefinitionError."""
    return _workflow(scenario.workflow, _around(scenario))


@lru_cache(maxsize=8)
def _workflow(name: str, around: Path | None) -> tuple[Loaded, Rules]:
    loaded = load_draft(around if around is not None else name)
    return loaded, Rules.compile(loaded.workflow, loaded.hash)


def _around(scenario: Scenario) -> Path | None:
    """The folder of the scenario's own workflow, where the file lies in that workflow's `scenarios/`."""
    for folder in Path(scenario.file).resolve().parents:
        if folder.name == scenario.workflow and (folder / "workflow.yaml").is_file():
            return folder
    return None
