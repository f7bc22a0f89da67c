"""What is sealed of a case, read by an auditor who was granted it: each look is journaled in the case."""

from __future__ import annotations

from fastapi.responses import Response

from access.opened import opened_for
from cases.read_history import read_history
from interfaces.web.places import Places
from interfaces.web.staff.fields import Subject
from interfaces.web.visit import NotHere, Visited
from interfaces.words.journal import Journal
from interfaces.words.tongues import together

places = Places()


@places.page("/audit/cases/{ref}/narrative", area="narrative")
def narrative_page(visit: Visited) -> Response:
    """The history of one instance with the facts and reasons that the grant opens."""
    opened = opened_for(visit.house, visit.viewer, visit.ref, visit.relation, visit.now)
    if opened is None:
        raise NotHere
    entries = read_history(visit.house, visit.actor, visit.ref, visit.now, opened)
    with visit.house.store.look() as tx:
        loaded = tx.load(visit.ref)
    if loaded is None:
        raise NotHere
    instance = next(one for one in loaded.instances if one.ref == visit.ref)
    rules = visit.house.workflows.rules(loaded.family.workflow)
    labels = visit.words.labels(rules.workflow)
    subject = Subject(visit.words, labels, instance.process, rules.processes[instance.process].model.facts)
    journal = Journal(visit.words, instance.process, visit.house.workflows.rules, visit.names)

    def said(name: str, value: object) -> str:
        plain = tuple(value) if isinstance(value, list) else value
        return together((labels.fact(instance.process, name), subject.said(name, plain)), ": ")  # type: ignore[arg-type] # as journaled

    return visit.page(
        "audit/narrative.html",
        ref=visit.ref,
        until=visit.words.when(opened.loan.until, with_time=True),
        rows=[
            (
                visit.words.when(one.entry.at, with_time=True),
                journal.sentence(one),
                [said(name, value) for name, value in one.facts.items()],
                one.reason or "",
            )
            for one in reversed(entries)
        ],
        others=[one for one in loaded.instances if one.ref != visit.ref],
        labels=labels,
    )
