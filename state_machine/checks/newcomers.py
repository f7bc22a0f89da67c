"""New roles: whoever is put into one is asked what everybody is asked who is put into a role of the part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from state_machine.checks.model import Model
from state_machine.checks.traces import Explorer
from state_machine.checks.verdict import Proof, TraceStep, Verdict
from state_machine.rules import Rules
from state_machine.words import listed, spaced

METHOD = "the guards that all assigned roles of the part share, against those of each role that is added"


def new_roles(model: Model, alone: Rules, part: str) -> Proof:
    """Whether every assigned role that is added asks the guards that all assigned roles of the part share."""
    asked = [set(role.guards) for role in alone.workflow.roles.values() if role.assigned]
    shared = set.intersection(*asked) if asked else set[str]()
    found = {name: sorted(missing) for name, missing in _asking_less(alone, model.rules, shared) if missing}
    says = f"Whoever comes into a new role is asked what all roles of {part} ask"
    trace: tuple[TraceStep, ...] = ()
    if found:
        role, missing = next(iter(found.items()))
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        says = f"The new role {role} does not ask {listed([f'`{one}`' for one in missing], 'and')}, which all assigned"
        says += f" roles of {part} ask{more}"
        trace = _put_into(model, role)
    return Proof(
        f"workflow.new_roles:{part}",
        "composition",
        Verdict.VIOLATED if found else Verdict.HOLDS,
        f"{says}.",
        method=METHOD,
        counterexample=trace,
        where=("roles", next(iter(found))) if found else ("roles",),
    )


def _asking_less(alone: Rules, whole: Rules, shared: set[str]) -> Iterator[tuple[str, set[str]]]:
    for name, role in whole.workflow.roles.items():
        if role.assigned and name not in alone.workflow.roles:
            yield name, shared - set(role.guards)


def _put_into(model: Model, role: str) -> tuple[TraceStep, ...]:
    """Steps on which somebody of whom nothing is known is put into a role; none where no process takes anybody."""
    for process in model.rules.processes.values():
        assign = process.actions.get("assign")
        if assign is None or not assign.model.by:
            continue
        relation = model.relation(process.name)
        explorer = Explorer(relation)
        explorer.player.assigned_role = role
        needs = relation.asked(assign, "must") & relation.rests_before(assign)
        there = explorer.reach(relation.configurations(needs))
        softly = needs & relation.met_all(assign.guards, "should")
        for played in explorer.player.act(there, assign, softly, needs) if there is not None else ():
            *before, last = played.steps
            return (
                *before,
                replace(
                    last, kind="assign", says=f"{last.says} A newcomer, of whom nothing is known, is {spaced(role)}."
                ),
            )
    return ()
