"""Which of the facts that an action asks whoever may do it can always give.

Words, figures and dates can be said by whoever may record them. A link needs an instance to point to: so whoever acts
must be let open one there and then, unless it points to people, of whom they are one. A document needs a paper that
somebody has to make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config.definition import Fact
from state_machine.rules import ActionRules, ProcessRules, Rules

PAPERS = ("link", "document")


Opens = Callable[[str], bool]
"""Says of a process whether opening one is never refused to whoever may open it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that an action asks, and a role that may do the action and cannot bring the fact about."""

    fact: Fact
    name: str
    role: str


def unanswerable(
    rules: Rules, process: ProcessRules, action: ActionRules, opens: Opens, asking: frozenset[str] = frozenset()
) -> Iterator[Missing]:
    """Each fact that an action asks and that may not be at hand. `asking` are processes that wait for an answer."""
    for name in action.model.asks:
        fact = process.facts[name].model
        further = fact.kind not in PAPERS or _further(rules, fact, opens, asking)
        for role in action.model.by:
            if not further or not may_say(rules, fact, role) or not _is_let(rules, process, action, fact, role):
                yield Missing(fact, name, role)
                break


def may_say(rules: Rules, fact: Fact, role: str) -> bool:
    """Whether somebody in a role may record a fact, so that an answer is his or hers to give."""
    return fact.by is None or any(role in rules.titles_for[one] for one in fact.by)


def _further(rules: Rules, fact: Fact, opens: Opens, asking: frozenset[str]) -> bool:
    """Whether what a link points to can be opened by whoever is let, with all that this asks in its turn."""
    target = rules.processes.get(fact.to or "")
    if fact.kind != "link" or target is None or target.name in asking:
        return False
    if target.model.stands_for is not None:
        return True
    opening = target.actions.get("open")
    if opening is None or not opens(target.name):
        return False
    return next(unanswerable(rules, target, opening, opens, asking | {target.name}), None) is None


def _is_let(rules: Rules, process: ProcessRules, action: ActionRules, fact: Fact, role: str) -> bool:
    """Whether a role may open what a link points to: in the house, or under an instance that is there already."""
    target, roles = rules.processes.get(fact.to or ""), rules.workflow.roles
    if fact.kind not in PAPERS or target is None or target.model.stands_for is not None:
        return True
    above = target.above[0] if target.above else None
    there = process.above if action.name == "open" else (process.name, *process.above)
    if above is not None and above not in there:
        return False
    held_there = above is None or above == there[0] or not roles[role].assigned
    as_this = (other for other in target.actions["open"].model.by if role in rules.titles_for[other])
    return held_there and any(other == role or above is None or not roles[other].assigned for other in as_this)
