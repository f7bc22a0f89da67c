"""Whether a notice still has to go out when its turn comes: a breach always, a reminder while it stands."""

from __future__ import annotations

from cases.outgoing import Outgoing
from state_machine.rules import Rules
from state_machine.view import Instance


def still_matters(notice: Outgoing, rules: Rules, instance: Instance) -> bool:
    """Whether the round and dating that a reminder speaks of still run, and nothing later was said to the same role."""
    if notice.breach:
        return True
    state = instance.deadlines.get(notice.deadline)
    if state is None or state.state == "done":
        return False
    if (state.generation, state.dating) != (notice.generation, notice.dating):
        return False
    declared = rules.processes[instance.process].deadlines.get(notice.deadline)
    if declared is None:
        return False
    fired = state.fired.get(notice.rung)
    if fired is not None and fired.times > notice.repeat:
        return False
    ladder = declared.model.ladder
    place = next((number for number, rung in enumerate(ladder) if rung.name == notice.rung), None)
    if place is None:
        return False
    later = [
        state.fired[rung.name] for rung in ladder[place + 1 :] if rung.tell == notice.role and rung.name in state.fired
    ]
    return not any(one.times > 0 for one in later)
