"""The actions of an instance in the groups in which pages show them, always in the order of the workflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from interfaces.words.remedies import Around, Explained, explained
from state_machine.decision import Fixed
from state_machine.explain import ActionAnswer
from state_machine.roles import has_title

if TYPE_CHECKING:
    from interfaces.web.staff.reading import CaseRead
    from interfaces.web.visit import Visit

NOT_BUTTONS = frozenset({"assign", "unassign"})
"""They have pages of their own."""


@dataclass(frozen=True, slots=True)
class Button:
    """An action that can be begun now, and the end of the address of its form."""

    name: str
    says: str
    address: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """An action that only others may do, and which roles."""

    name: str
    says: str
    roles: str


@dataclass(frozen=True, slots=True)
class Groups:
    """What is possible, the person's own decisions, what is not possible yet and why, what others can do."""

    possible: Sequence[Button] = field(default_factory=list)
    own: Sequence[Button] = field(default_factory=list)
    not_possible: Sequence[Explained] = field(default_factory=list)
    for_others: Sequence[Theirs] = field(default_factory=list)


def grouped(visit: Visit, case: CaseRead) -> Groups:
    """The actions of an instance for whoever looks, and the openings of what may stand under it."""
    possible, own, refused, others = [], [], [], []
    for one in case.answers:
        action = case.process.actions[one.action]
        if one.action in NOT_BUTTONS or (action.by_house and not action.model.by):
            continue
        says = case.labels.action(case.instance.process, one.action)
        button = Button(one.action, says, f"act/{one.action}")
        if not_theirs(one):
            others.append(Theirs(one.action, says, _roles(case, one.action)))
        elif _elsewhere(one):
            continue
        elif action.model.persons_own:
            own.append(button)
        elif one.decision == "applied" or one.only_answers:
            possible.append(button)
        else:
            refused.append(one)
    known = around(visit, case) if refused else None
    ways = [way_on(visit, case, one, known=known) for one in refused]
    return Groups(possible, [*own, *_own_openings(case)], ways, others)


def way_on(
    visit: Visit, case: CaseRead, answer: ActionAnswer, opens: str = "", known: Around | None = None
) -> Explained:
    """An answer explained to whoever looks: what they can do, what others can, what only time can.

    `known` is what is around the instance, where that was gathered for several answers.
    """
    return explained(visit.words, case.rules, case.instance, answer, visit.viewer, known or around(visit, case), opens)


def around(visit: Visit, case: CaseRead) -> Around:
    """What is known around the instance: its family, what people are called, who may give roles here."""
    others = (one.on_behalf for one in visit.house.on_behalf(visit.actor))
    return Around(
        {one.ref: one for one in case.sight.family},
        visit.names,
        _assigners(visit, case),
        frozenset(one for one in others if one is not None),
    )


def _assigners(visit: Visit, case: CaseRead) -> tuple[str, ...]:
    """Who may give roles in this family: whoever holds, or has the title of, a role that may."""
    root = case.rules.processes[case.sight.family[0].process]
    roles = root.actions["assign"].model.by if "assign" in root.actions else ()
    held = [case.holders[role] for role in roles if role in case.holders]
    titled = [
        one.name
        for one in visit.house.people.all()
        if not one.disabled
        and any(
            has_title(case.rules, one.titles, role) for role in roles if not case.rules.workflow.roles[role].assigned
        )
    ]
    return tuple(dict.fromkeys([*held, *titled]))


def not_theirs(one: ActionAnswer) -> bool:
    """Whether it is refused for the role of the reader alone."""
    return any(reason.guard in (Fixed.NOT_YOUR_ROLE, Fixed.NOT_OPEN_TO_YOU) for reason in one.reasons)


def _elsewhere(one: ActionAnswer) -> bool:
    """Whether a track stands where the action does not begin: it is not about now, and says nothing to the reader."""
    return any(reason.guard == Fixed.NOT_FROM_HERE for reason in one.reasons)


def _roles(case: CaseRead, action: str) -> str:
    return ", ".join(case.labels.role(role).lower() for role in case.process.actions[action].model.by)


def _own_openings(case: CaseRead) -> list[Button]:
    """What the person decides by something of its own under the case: a complaint, a look at the file."""
    found = []
    for process in case.process.below:
        if case.rules.processes[process].actions["open"].model.persons_own:
            found.append(Button(f"open.{process}", case.labels.action(process, "open"), f"in/{process}/new"))
    return found
