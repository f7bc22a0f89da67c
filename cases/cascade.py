"""What follows by itself from a step: children that an action opens, automatic actions to quiescence, deadlines."""

from __future__ import annotations

from collections.abc import Callable

from cases.deadlines import settle_deadlines, settle_rounds
from cases.effects import effect, move_lapses, opened_child
from cases.errors import Failed
from cases.workspace import Workspace
from state_machine.automatic import by_the_house, next_automatic
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt, NotYet, Refused
from state_machine.evaluation import Evaluation
from state_machine.rules import ActionRules
from state_machine.view import SYSTEM, Actor, Instance

FOLLOW_UPS = 32
"""More automatic actions than this in one step roll everything back (semantics 3)."""


def open_children(ws: Workspace, attempt: Attempt) -> Refused | NotYet | None:
    """Open what the action `opens`; a child whose own `open` guards refuse refuses the whole attempt (language §2)."""
    if attempt.kind not in ("act", "open"):
        return None
    action = ws.family_rules.workflow.processes[attempt.process].actions[attempt.action]
    for opens in action.opens:
        parent = ws.instances[attempt.ref]
        child = opened_child(ws, parent, opens, ws.house.ids.reference(), attempt.actor)
        decision = decide(ws.family_rules, ws, child, ws.now)
        if not isinstance(decision, Applied):
            return decision
        effect(ws, child, decision)
        refused = open_children(ws, child)
        if refused is not None:
            return refused
    return None


def follow(ws: Workspace) -> None:
    """What follows from a change: automatic actions until the family is at rest, then what becomes of its deadlines.

    What it looked at elsewhere when it came to rest it watches from now on: only a change there can set off more, and
    wakes it (semantics 3).
    """
    move_lapses(ws)
    settle_deadlines(ws, _cascade(ws))
    ws.watch()


def look_again(ws: Workspace) -> None:
    """Where rungs only told somebody: nothing follows from that, and what the family watches is what it watched.

    Whatever else could have changed is told by a row of its own: a fact that lapses, another family that wakes this
    one. Looked at are the rounds under way that may pause, or whose date may move.
    """
    settle_rounds(ws, by_the_house(ws, ws.now))


def _set_off(ws: Workspace) -> Callable[[Instance, ActionRules], bool]:
    """Which automatic actions this step can have set off: the family was at rest before it."""
    touched = None if ws.unseen or ws.migrated else ws.touched()

    def may(instance: Instance, action: ActionRules) -> bool:
        if touched is None or action.looks_at is None or ws.is_new(instance.ref):
            return True
        return not action.looks_at.isdisjoint(touched)

    return may


def _cascade(ws: Workspace) -> Evaluation:
    """All automatic actions of the family whose guards hold, as entries of the same attempt (semantics 3).

    Answers the look at the family at rest. Raises Failed where it does not come to rest; the caller's transaction then
    leaves nothing behind.
    """
    while True:
        ws.looked_at.clear()
        at = by_the_house(ws, ws.now)
        following = next_automatic(ws.family_rules, at, ws.instances.values(), _set_off(ws))
        if following is None:
            return at
        if len(ws.followed) == FOLLOW_UPS:
            raise Failed(f"more than {FOLLOW_UPS} automatic actions follow from this step; nothing was changed")
        instance, action, decision = following
        attempt = Attempt("act", instance.ref, Actor(SYSTEM), instance.process, action)
        effect(ws, attempt, decision)
        if open_children(ws, attempt) is not None:
            raise Failed(f"the automatic action {action} opens a child that is refused; nothing was changed")
        ws.followed.append((instance.ref, action))
