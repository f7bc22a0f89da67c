"""The people of a house, from `people.yaml`.

A line says `nita: {roles: [interviewer], stand_in: dara, facts: {vetting: clear}}`, or a bare list of roles. `notices`
says how the person wishes to be told; `display` how they are called on screens, `teams` in which teams they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from access.people_asked import apart
from cases.ports import Person
from config.definition import FactValue
from config.posts import HOUSE_POSTS
from config.problems import DefinitionError, Mark, Report, listed, nearest
from config.yaml_tree import Table, mark_of_key, plain, read_yaml
from state_machine.rules import Rules
from state_machine.values import BadValue, parse_value
from wiring.wishes import WishesSaid

Value = bool | int | str | Annotated[tuple[str, ...], Field(strict=False)]
Words = Annotated[tuple[str, ...], Field(strict=False)]


class PersonSaid(BaseModel):
    """What is written about one person. `disabled` people act no more; they stay, because journals name them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    roles: Words
    stand_in: str | None = None
    disabled: bool = False
    facts: dict[str, Value] = Field(default_factory=dict)
    notices: WishesSaid = WishesSaid()
    display: str = ""
    teams: Words = ()


class ListedPeople:
    """People in the order in which they were written down."""

    def __init__(self, people: Mapping[str, Person]) -> None:
        self._people = dict(people)

    def person(self, name: str) -> Person | None:
        """Somebody by name."""
        return self._people.get(name)

    def all(self) -> Sequence[Person]:
        """Everybody."""
        return tuple(self._people.values())


def read_people(path: Path, rules: Rules) -> ListedPeople:
    """Read `people.yaml` against the roles and facts of a workflow; no file is an empty house.

    Raises DefinitionError with every problem at its line.
    """
    if not path.exists():
        return ListedPeople({})
    report = Report()
    table = read_yaml(path.read_bytes(), str(path), report)
    people: dict[str, Person] = {}
    for name, node in table.entries.items() if table is not None else ():
        said = plain(node)
        assert table is not None
        person = _person(name, said, table, rules, report)
        if person is not None:
            people[name] = person
    if table is not None:
        _stand_ins(people, table, report)
    if report.problems:
        raise DefinitionError(report.problems)
    return ListedPeople(people)


def person_of(name: str, said: PersonSaid, rules: Rules) -> Person:
    """A person from what is said, facts as values. Raises BadValue or KeyError for what the workflow does not know."""
    process = rules.person_process
    declared = rules.workflow.processes[process].facts if process else {}
    facts: dict[str, FactValue] = {fact: parse_value(fact, declared[fact], raw) for fact, raw in said.facts.items()}
    return Person(
        name,
        frozenset(said.roles),
        said.stand_in,
        said.disabled,
        facts,
        said.notices.wishes,
        display=said.display,
        teams=frozenset(said.teams),
    )


def _person(name: str, said: object, table: Table, rules: Rules, report: Report) -> Person | None:
    where: Mark = mark_of_key(table, (name,))
    try:
        shaped = PersonSaid.model_validate({"roles": said} if isinstance(said, list) else said)
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            path = ".".join(str(part) for part in error["loc"])
            report.add(where, f"{name}: {path}: {error['msg']}", expected="roles, stand_in, disabled, facts, notices")
        return None
    known = (*rules.workflow.titles, *HOUSE_POSTS)
    for role in shaped.roles:
        if role not in known:
            report.add(where, "unknown role", found=role, expected=listed(known), suggestion=nearest(role, known))
    for objection in apart(name, frozenset(shaped.roles)):
        report.add(where, objection.says, found=listed(shaped.roles), expected="titles of the house or of the work")
    try:
        return person_of(name, shaped, rules)
    except BadValue as problem:
        report.add(where, f"{name}: {problem}")
    except KeyError as problem:
        fact = str(problem.args[0])
        declared = rules.workflow.processes[rules.person_process].facts if rules.person_process else {}
        report.add(where, "unknown fact", found=fact, expected=listed(declared), suggestion=nearest(fact, declared))
    return None


def _stand_ins(people: Mapping[str, Person], table: Table, report: Report) -> None:
    for name, person in people.items():
        if person.stand_in is not None and person.stand_in not in people:
            where = mark_of_key(table, (name,))
            suggestion = nearest(person.stand_in, people)
            report.add(
                where, f"{name}: nobody is called like this stand-in", found=person.stand_in, suggestion=suggestion
            )
