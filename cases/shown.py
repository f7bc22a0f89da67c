"""What lists show of a family, worked out from its state and its workflow when a step is written.

A list of a hundred thousand cases cannot open each of them. So a step leaves beside the family what lists ask for: with
whom its running deadlines lie as tasks, and whether its root is over. All of it follows from the instances and can be
made anew from them at any time; nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from cases.tasks import Overview, Shown, Task, TaskKind
from cases.workspace import Workspace
from state_machine.automatic import by_the_house, is_over
from state_machine.conditions import Touch, touched
from state_machine.roles import Find, holder_of
from state_machine.stored import differing

if TYPE_CHECKING:
    from state_machine.rules import Rules
    from state_machine.view import Instance

"""What finds an instance of the family by its reference."""


def shown(ws: Workspace) -> Shown:
    """What the step that this workspace holds changes of what lists show."""
    anew: list[tuple[str, str]] = []
    tasks: list[Task] = []
    changed = ws.changed
    rehung = ws.migrated or any(_rehung(ws, one) for one in changed)
    for one in ws.instances.values() if rehung else (*ws.new, *changed):
        before = ws.before(one.ref)
        for name in _names(before, one, rehung):
            old = () if before is None else tuple(tasks_of(ws.family_rules, ws.before, before, name))
            new = tuple(tasks_of(ws.family_rules, ws.instances.get, one, name))
            if ws.migrated or old != new:
                if before is not None and name in before.deadlines:
                    anew.append((one.ref, name))
                tasks.extend(new)
    root = ws.instances[ws.family]
    return Shown(tuple(anew), tuple(tasks), _overview(ws, root) if _looks_otherwise(ws, root) else None)


def shown_of(rules: Rules, instances: Mapping[str, Instance], over: bool = False) -> Shown:
    """The same for a family that comes to be as it is: all its tasks, and its root."""
    tasks = [
        task
        for one in instances.values()
        for name in one.deadlines
        for task in tasks_of(rules, instances.get, one, name)
    ]
    root = next(one for one in instances.values() if one.parent is None)
    return Shown((), tuple(tasks), Overview(root.ref, root.process, root.opened_at, over, owner(rules, root)))


def tasks_of(rules: Rules, at: Find, instance: Instance, name: str) -> Iterator[Task]:
    """With whom a deadline of an instance lies: its own role, then each other role that a rung has reached."""
    state = instance.deadlines.get(name)
    deadline = rules.processes[instance.process].deadlines.get(name)
    if state is None or deadline is None or state.state != "armed":
        return
    model = deadline.model
    own = model.task_for or next((rung.tell for rung in model.ladder if rung.tell), None)
    roles: dict[str, TaskKind] = {} if own is None else {own: "task" if model.task_for else "follow_up"}
    for rung in model.ladder:
        fired = state.fired.get(rung.name)
        if rung.tell is not None and fired is not None and fired.times:
            roles.setdefault(rung.tell, "told")
    for role, kind in roles.items():
        yield Task(instance.ref, name, role, kind, holder_of(rules, at, instance, role), state.due)


def owner(rules: Rules, root: Instance) -> str | None:
    """Who holds the first assigned role of a root that anybody holds, in the order of the workflow."""
    named = (name for name, role in rules.workflow.roles.items() if role.assigned and name in root.holders)
    first = next(named, None)
    return root.holders[first] if first is not None else None


def _names(before: Instance | None, one: Instance, rehung: bool) -> Collection[str]:
    """The deadlines of an instance that may lie with others than before, or be due at another time."""
    if before is None:
        return tuple(one.deadlines)
    if rehung:
        return tuple(dict.fromkeys((*before.deadlines, *one.deadlines)))
    return differing(before.deadlines, one.deadlines)


def _rehung(ws: Workspace, one: Instance) -> bool:
    before = ws.before(one.ref)
    return before is not None and before.holders != one.holders


def _looks_otherwise(ws: Workspace, root: Instance) -> bool:
    """Whether the root is new, has other holders, or something differs that its `over` looks at."""
    if ws.is_new(root.ref) or ws.migrated or ws.unseen or _rehung(ws, root):
        return True
    looks_at, tracks = _over_looks_at(ws.family_rules, root.process)
    if tracks is None:
        return not looks_at.isdisjoint(ws.touched())
    before = ws.before(root.ref)
    return before is not None and not tracks.isdisjoint(differing(before.tracks, root.tracks))


@lru_cache(maxsize=64)
def _over_looks_at(rules: Rules, process: str) -> tuple[frozenset[Touch], frozenset[str] | None]:
    """What the `over` of a process looks at; and the names of its own tracks, where it looks at nothing else."""
    node = rules.processes[process].over
    looks_at = touched(node) if node is not None else frozenset()
    own = all((whose, kind) == (process, "track") for whose, kind, _ in looks_at)
    return looks_at, frozenset(name for _, _, name in looks_at) if own else None


def _overview(ws: Workspace, root: Instance) -> Overview:
    over = is_over(ws.family_rules, by_the_house(ws, ws.now), root)
    return Overview(root.ref, root.process, root.opened_at, over, owner(ws.family_rules, root))
