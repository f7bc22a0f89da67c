"""A workflow with one use of a guard, one rung or one pause taken out.

If no scenario notices, nobody would notice it in the house either.
"""

from __future__ import annotations

from pathlib import Path

from config.definition import Deadline, Workflow
from interfaces.scenarios.library import house_for
from interfaces.scenarios.model import read_scenario
from interfaces.scenarios.run import Failure, play
from state_machine.rules import Rules
from tests.scenarios.uses import Use

_ASSIGN = "assign:"


def without(workflow: Workflow, use: Use) -> Workflow:
    """The workflow without this one use of a guard, on an action or a role; the guard itself stays."""
    process, action, guard = use
    if action.startswith(_ASSIGN):
        role = action.removeprefix(_ASSIGN)
        said = workflow.roles[role]
        poorer = said.model_copy(update={"guards": _left(said.guards, guard)})
        return workflow.model_copy(update={"roles": {**workflow.roles, role: poorer}})
    model = workflow.processes[process]
    weaker = model.actions[action].model_copy(update={"guards": _left(model.actions[action].guards, guard)})
    changed = model.model_copy(update={"actions": {**model.actions, action: weaker}})
    return workflow.model_copy(update={"processes": {**workflow.processes, process: changed}})


def _left(guards: tuple[str, ...], guard: str) -> tuple[str, ...]:
    return tuple(one for one in guards if one != guard)


def failure_under(path: Path, rules: Rules) -> Failure | None:
    """How a scenario fails where these rules hold; None where it notices nothing."""
    scenario = read_scenario(path)
    return play(scenario, house_for(scenario, rules=rules)).failure


def without_rung(workflow: Workflow, process: str, deadline: str, rung: str) -> Workflow:
    """The workflow without this one rung of a ladder."""
    model = workflow.processes[process].deadlines[deadline]
    left = tuple(one for one in model.ladder if one.name != rung)
    return _changed(workflow, process, deadline, model.model_copy(update={"ladder": left}))


def without_pause(workflow: Workflow, process: str, deadline: str) -> Workflow:
    """The workflow in which this deadline never pauses."""
    model = workflow.processes[process].deadlines[deadline]
    return _changed(workflow, process, deadline, model.model_copy(update={"pauses_while": None}))


def _changed(workflow: Workflow, process: str, name: str, deadline: Deadline) -> Workflow:
    model = workflow.processes[process]
    changed = model.model_copy(update={"deadlines": {**model.deadlines, name: deadline}})
    return workflow.model_copy(update={"processes": {**workflow.processes, process: changed}})
