"""Which of the facts that an action asks whoever may do it can always give.

Words, figures and dates can be said. A link needs an instance to point to: so whoever acts must be let open one there
and then, unless it points to people, of whom they are one. A document needs a paper that somebody else may have to make.
"""

from __future__ import annotations

from collections.abc import Iterator

from config.definition import Fact
from state_machine.checks.model import Model
from state_machine.rules import ActionRules, ProcessRules, Rules

PAPERS = ("link", "document")


def unanswerable(model: Model, process: ProcessRules, action: ActionRules) -> Iterator[tuple[str, str]]:
    """Each fact that an action asks and that may not be at hand, with the role that cannot bring it about."""
    yield from _unanswerable(model, process, action, frozenset())


def _unanswerable(
    model: Model, process: ProcessRules, action: ActionRules, asking: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for name in action.model.asks:
        declared = process.facts[name].model
        if declared.kind in PAPERS and declared.starts is None:
            roles = [role for role in action.model.by if not _can_bring(model, process, action, declared, role, asking)]
            if roles:
                yield name, roles[0]


def _can_bring(
    model: Model, process: ProcessRules, action: ActionRules, fact: Fact, role: str, asking: frozenset[str]
) -> bool:
    """Whether whoever acts in a role can open what a link points to, whatever stands in the house."""
    target = model.rules.processes.get(fact.to or "")
    if fact.kind != "link" or target is None or target.name in asking:
        return False
    if target.model.stands_for is not None:
        return True
    opening = target.actions.get("open")
    if opening is None or not _is_let(model.rules, process, action, target, opening, role):
        return False
    further = _unanswerable(model, target, opening, asking | {target.name})
    return next(further, None) is None and model.always_opens(target.name)


def _is_let(
    rules: Rules, process: ProcessRules, action: ActionRules, target: ProcessRules, opening: ActionRules, role: str
) -> bool:
    """Whether a role may open an instance, in the house or under one of the instances that are there already."""
    roles, above = rules.workflow.roles, target.above[0] if target.above else None
    there = process.above if action.name == "open" else (process.name, *process.above)
    if above is not None and above not in there:
        return False
    held_there = above is None or above == there[0] or not roles[role].assigned
    as_this = (other for other in opening.model.by if role in rules.titles_for[other])
    return held_there and any(other == role or above is None or not roles[other].assigned for other in as_this)
