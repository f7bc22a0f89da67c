"""The first look at a case that was just opened: what was taken for granted, and the first tasks with their dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interfaces.web.staff.reading import CaseRead
from interfaces.web.visit import Visit
from interfaces.words.remedies import base_of

FIRST_TASKS = 5


@dataclass(frozen=True, slots=True)
class FirstTask:
    """A task of whoever opened it: what, by when, and where it is done."""

    says: str
    when: str
    address: str


@dataclass(frozen=True, slots=True)
class JustOpened:
    """What the page of a new case says first. `change_at` is where one is changed, empty where none may be."""

    presumed: str
    change_at: str
    tasks: Sequence[FirstTask]


def just_opened(visit: Visit, case: CaseRead) -> JustOpened | None:
    """What is said of a case that the reader has opened this very day; None where its address does not ask for it."""
    asked = visit.request.query_params.get("new", "") and case.instance.parent is None
    if not asked or case.instance.opened_by != visit.person:
        return None
    words = visit.words
    presumed, fact = [words.gettext("Treated as a victim.")], ""
    if _unknown(case, "contact_way"):
        presumed.append(words.gettext("Contact in person only."))
        fact = "contact_way"
    if _unknown(case, "age_group"):
        presumed.insert(1, words.gettext("Age unsure: treated as a child."))
        fact = "age_group"
    at = base_of(case.instance)
    return JustOpened(
        " ".join([words.gettext("We took for granted:"), *presumed]),
        f"{at}/record?field={fact}#fact-{fact}" if fact in case.outlook.recordable else "",
        _first_tasks(visit, case),
    )


def _unknown(case: CaseRead, fact: str) -> bool:
    held = case.facts.get(fact)
    return fact in case.process.facts and (held is None or held.value == "uncertain")


def _first_tasks(visit: Visit, case: CaseRead) -> list[FirstTask]:
    mine = [one for one in case.lines if one.state.state == "armed" and visit.person in one.people.people]
    process, at = case.instance.process, base_of(case.instance)
    return [
        FirstTask(
            case.labels.deadline(process, one.name),
            visit.words.gettext("Due %(day)s", day=visit.words.when(one.due)),
            f"{at}/tasks/{one.name}",
        )
        for one in sorted(mine, key=lambda one: one.due)[:FIRST_TASKS]
    ]
