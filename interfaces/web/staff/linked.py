"""What a fact can point at: so that nobody has to know a reference by heart to name a partner or an interpreter."""

from __future__ import annotations

from collections.abc import Sequence

from config.definition import Fact
from interfaces.web.visit import Visit
from interfaces.words.labels import Labels
from state_machine import shelf
from state_machine.rules import ProcessRules, Rules
from state_machine.view import Instance

MOST = 200
"""So many are offered, those of one name the newest first. In a house with more, the reference is asked."""


def linked(visit: Visit, rules: Rules, labels: Labels, fact: Fact) -> Sequence[tuple[str, str]]:
    """The (reference, words) that a link may name: people by their names, else what is listed and not over.

    Cases, and what stands under them, are never listed; there the answer is empty, and a reference is typed.
    """
    process = rules.processes.get(fact.to) if fact.to is not None else None
    if process is None or process.model.parent is not None or process.name == "case":
        return ()
    with visit.house.store.look() as tx:
        found = tx.list_instances(process.name, limit=MOST + 1)
    if len(found) > MOST:
        return ()
    open_ones = [one for one in found if not shelf.is_over(process, one)]
    newest_first = [(one.ref, _said(visit, one, process, labels)) for one in reversed(open_ones)]
    return sorted(newest_first, key=lambda one: one[1].rpartition(" · ")[0] or one[1])


def _said(visit: Visit, one: Instance, process: ProcessRules, labels: Labels) -> str:
    """What it is called: a person's name, or the first text that everybody may see, with its reference."""
    if one.stands_for is not None:
        return visit.names(one.stands_for)
    return f"{called(one, process) or labels.process(process.name)} · {one.ref}"


def called(one: Instance, process: ProcessRules) -> str:
    """The first text of those that opening asks which everybody may see who may open it; empty where there is none."""
    for name in process.model.actions["open"].asks:
        fact, held = process.model.facts[name], one.facts.get(name)
        if fact.kind == "text" and fact.seen_by is None and held is not None:
            return str(held.value)
    return ""
