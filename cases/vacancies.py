"""Posts that nobody fills: roles held by somebody who cannot be asked any more, and a fallback role that nobody has.

People are changed in a file, and no step tells of it. So when a house is opened, a row is put beside the instance of
the person whom it concerns; the sweep takes it and asks the fallback role by a `house_request`, and again each week for
as long as it is so (semantics 10). Where nobody has the fallback role, those are asked who may be a second person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cases.house import House
from cases.ports import Due, People, Reading
from cases.recipients import present, with_role
from cases.undermined import HOUSE_REQUEST
from cases.workspace import Workspace
from config.definition import FactValue
from state_machine.automatic import is_over
from state_machine.evaluation import Evaluation
from state_machine.rules import Rules
from state_machine.view import SYSTEM, Actor

VACANT = "vacant"
"""The name of such a row, whose kind is `request`, and the `kind` of what is asked."""
AGAIN = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Vacancy:
    """What nobody fills: (reference, role) held by a person who cannot be asked; the fallback role, if it is empty."""

    person: str
    held: tuple[tuple[str, str], ...]
    fallback: str | None

    @property
    def text(self) -> str:
        """The same for people to read."""
        said = [f"{role} on {ref}" for ref, role in self.held]
        parts = [f"{self.person} cannot be asked any more, and nobody stands in: {', '.join(said)}"] if said else []
        return "; ".join(parts + ([f"nobody has the role {self.fallback}"] if self.fallback else []))


def fallback_is_vacant(people: People, rules: Rules) -> bool:
    """Whether nobody who can be asked has the fallback role of a workflow."""
    return not with_role(people, rules, rules.workflow.fallback)


def look_for_vacancies(house: House, rules: Rules, now: dt.datetime) -> None:
    """Put the rows that are owed and not there yet; does nothing where the workflow could not ask about them.

    Safe to call at every start and by two at once: there is one row for each person.
    """
    if VACANT not in _kinds(rules):
        return
    with house.store.look() as tx:
        owed = [ref for ref in _concerned(house, rules, tx) if VACANT not in {row.name for row in tx.due_of(ref)}]
    for ref in owed:
        with house.store.step() as tx:
            tx.note(ref, [], put_due=[Due(ref, ref, "request", VACANT, now, flow="review_providers")])


def vacancy(house: House, tx: Reading, ref: str, now: dt.datetime) -> Vacancy | None:
    """What nobody fills by now, as far as it is told beside this person's instance; None where nothing is vacant."""
    rules = house.workflows.current(None)
    family = tx.load(ref)
    person = family.instances[0].stands_for if family is not None else None
    if person is None:
        return None
    held = () if present(house.people, person) else tuple(_held(house, tx, person, now))
    fallback = rules.workflow.fallback if fallback_is_vacant(house.people, rules) else None
    return Vacancy(person, held, fallback) if held or fallback else None


def stays(house: House, tx: Reading, ref: str, now: dt.datetime) -> bool:
    """Whether the row beside this person's instance is to be looked at again.

    So it is where all that the person holds is over, too: what is over may be opened again, and the row spares every
    start of a program from looking through it.
    """
    if vacancy(house, tx, ref, now) is not None:
        return True
    family = tx.load(ref)
    person = family.instances[0].stands_for if family is not None else None
    return person is not None and present(house.people, person) is None and bool(tx.held_by(person))


def asked_of(house: House, found: Vacancy) -> Mapping[str, FactValue]:
    """The facts of the `house_request` about a vacancy, as far as the workflow in force declares them."""
    rules = house.workflows.current(None)
    declared = rules.workflow.processes[HOUSE_REQUEST].facts
    facts: dict[str, FactValue] = {"about": found.text}
    if found.fallback is not None and "asked_role" in declared:
        others = [role for role in rules.workflow.second_person if role in (declared["asked_role"].values or ())]
        filled = next((role for role in others if with_role(house.people, rules, role)), None)
        facts |= {"asked_role": filled} if filled is not None else {}
    return {name: value for name, value in facts.items() if name in declared}


def _kinds(rules: Rules) -> tuple[str, ...]:
    """What a `house_request` of this workflow can be about."""
    asked = rules.workflow.processes.get(HOUSE_REQUEST)
    kind = asked.facts.get("kind") if asked is not None else None
    return tuple(kind.values or ()) if kind is not None else ()


def _concerned(house: House, rules: Rules, tx: Reading) -> Iterator[str]:
    """The instances of people who left a post empty; for an empty fallback role, the first person's."""
    known = tx.people()
    gone = [person for person in known if present(house.people, person) is None and tx.held_by(person)]
    if not gone and known and fallback_is_vacant(house.people, rules):
        gone = [known[0]]
    return (ref for ref in map(tx.person_ref, gone) if ref is not None)


def _held(house: House, tx: Reading, person: str, now: dt.datetime) -> Iterator[tuple[str, str]]:
    """The roles that a person holds on instances that are not over."""
    for ref, role in tx.held_by(person):
        loaded = tx.load(ref)
        if loaded is None:
            continue
        ws = Workspace(house, tx, now, loaded)
        if not is_over(ws.family_rules, Evaluation(ws, now, Actor(SYSTEM)), ws.instances[ref]):
            yield ref, role
