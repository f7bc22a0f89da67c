"""A composition holds what each workflow in it holds, and leaves no way around it.

For each workflow that the composed one extends directly: its elements are all there, none weaker (`tightening`); what
others add brings no new way into one of its states without the `must` guards that all its own ways share, no wider
circle of those who may record one of its facts or open one of its processes, and no easier way into one of its roles;
no new state, value or role slips through what it says (`strangers`, `newcomers`), and neither time nor the engine is
made to do what it leaves to people (`own_hand`).
That the order of what is put together does not matter is shown by putting it together in the other orders. The
invariants of every layer are in the composition and are proved there, like all else that is checked; so two workflows
that are sound alone and block each other together are found by the checks of structure and liberty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from config.definition import Workflow
from state_machine.checks.model import Model
from state_machine.checks.new_ways import new_ways
from state_machine.checks.newcomers import new_roles
from state_machine.checks.own_hand import stays_in_their_hands
from state_machine.checks.shapes import shape
from state_machine.checks.strangers import no_stranger_slips_through
from state_machine.checks.tightening import losses
from state_machine.checks.verdict import Proof, Verdict
from state_machine.guards import GuardRules
from state_machine.rules import Rules
from state_machine.words import listed, spaced

Check = Callable[[Model], Iterator[Proof]]
CALENDAR = ("calendar",)


@dataclass(frozen=True, slots=True)
class Finding:
    """One way around what a workflow says. `where` is the element that makes it, as a path."""

    where: tuple[str, ...]
    says: str


def composition_of(parts: Mapping[str, Workflow], hash_: str, orders: Mapping[tuple[str, ...], str]) -> Check:
    """A check that a composition with this hash holds all that its parts hold.

    `parts` are the workflows that it extends directly, each composed by itself; `orders` the hashes that other orders
    of these give.
    """

    def check(model: Model) -> Iterator[Proof]:
        if len(parts) > 1:
            yield _commutes(hash_, orders)
        for name, part in parts.items():
            alone = Rules.compile(part, "")
            found = [Finding(loss.where, loss.says) for loss in losses(part, model.rules.workflow)]
            whose = _counted_by(name, parts, model.rules.workflow)
            if whose is not None:
                found = [one for one in found if one.where != CALENDAR]
                model.warnings.append(f"durations of {name} are counted on the calendar of {whose}, which was chosen")
            yield _proof(name, "kept", found, f"All of {name} is there, and nothing of it is weaker")
            yield from new_ways(model, alone, name)
            yield from no_stranger_slips_through(model, alone, name)
            yield stays_in_their_hands(model, alone, name)
            yield new_roles(model, alone, name)
            found = list(_wider(alone, model.rules))
            yield _proof(name, "closed", found, f"Nothing that is added lets more people act in what belongs to {name}")
            model.warnings.extend(_titles(part, model.rules.workflow))
            model.warnings.extend(_hurdles(alone, model.rules))

    return check


def _counted_by(name: str, parts: Mapping[str, Workflow], whole: Workflow) -> str | None:
    """The other part whose calendar was chosen for the whole; None where this part counts by its own.

    A whole has one calendar. Of parts that count by different ones, what puts them together chooses one.
    """
    own = parts[name].calendar
    if own.default or own == whole.calendar:
        return None
    return next((other for other, part in parts.items() if part.calendar == whole.calendar), None)


def _commutes(hash_: str, orders: Mapping[tuple[str, ...], str]) -> Proof:
    others = [order for order, other in orders.items() if other != hash_]
    says = f"In each of {len(orders) + 1} orders the same comes of it"
    if others:
        says = f"Put together in the order {listed(others[0], 'and')} it is another workflow"
    verdict = Verdict.VIOLATED if others else Verdict.HOLDS
    return Proof(
        "workflow.commutes:extends", "composition", verdict, f"{says}.", method="by doing it", where=("extends",)
    )


def _proof(part: str, what: str, found: list[Finding], otherwise: str) -> Proof:
    says = otherwise
    if found:
        element = ".".join(step for step in found[0].where if step != "processes")
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        says = f"{element}, of {part}: {found[0].says}{more}"
    return Proof(
        f"workflow.{what}:{part}",
        "composition",
        Verdict.VIOLATED if found else Verdict.HOLDS,
        f"{says}.",
        method="every element of the part against the whole",
        where=found[0].where if found else (),
    )


def _wider(alone: Rules, whole: Rules) -> Iterator[Finding]:
    """More people than a part says for its facts, its openings and its roles."""
    for process in alone.processes.values():
        yield from _recorders(process.name, alone, whole)
        yield from _openers(process.name, alone, whole)
    yield from _role_guards(alone, whole)


def _recorders(process: str, alone: Rules, whole: Rules) -> Iterator[Finding]:
    """Actions that ask a fact of those who may not record it."""
    before, after = alone.processes[process], whole.processes.get(process)
    for action in after.actions.values() if after is not None else ():
        known = before.actions.get(action.name)
        for name in action.model.asks:
            fact = before.facts.get(name)
            if fact is None or fact.model.by is None or (known is not None and name in known.model.asks):
                continue
            outsiders = [role for role in action.model.by if not _acts_as(role, fact.recorders, whole)]
            if outsiders:
                where = ("processes", process, "actions", action.name)
                said = f"it asks {spaced(name)} of {listed(outsiders)}, who may not record it"
                yield Finding(where, said)


def _openers(process: str, alone: Rules, whole: Rules) -> Iterator[Finding]:
    """Actions that open a process for those who may not open it: what an action opens asks nobody's `by`."""
    opening = alone.processes[process].actions.get("open")
    above = alone.processes[process].above
    before = alone.processes.get(above[0]) if above else None
    after = whole.processes.get(above[0]) if above else None
    if opening is None or before is None or after is None:
        return
    for action in after.actions.values():
        known = before.actions.get(action.name)
        opens_before = {opens.process for opens in known.model.opens} if known is not None else set()
        if process in {opens.process for opens in action.model.opens} - opens_before:
            outsiders = [role for role in action.model.by if not _acts_as(role, opening.model.by, whole)]
            if outsiders:
                where = ("processes", after.name, "actions", action.name)
                yield Finding(where, f"it opens a {spaced(process)} for {listed(outsiders)}, who may not open one")


def _role_guards(alone: Rules, whole: Rules) -> Iterator[Finding]:
    """Processes in which somebody is put into a role of the part by guards that are not those of the part."""
    for role, model in alone.workflow.roles.items():
        for name in model.guards:
            known = [guard for process in alone.processes.values() for guard in [process.guards.get(name)] if guard]
            for process in whole.processes.values():
                guard = process.guards.get(name)
                if process.name in alone.processes or "assign" not in process.actions or guard is None or not known:
                    continue
                if not any(_as_strict(guard, other) for other in known):
                    where = ("processes", process.name, "guards", name)
                    yield Finding(where, f"here it asks less of whoever becomes {spaced(role)}")


def _as_strict(guard: GuardRules, other: GuardRules) -> bool:
    same = shape(guard.require) == shape(other.require) and shape(guard.when) == shape(other.when)
    return same and guard.model.strength == other.model.strength


def _acts_as(role: str, roles: tuple[str, ...], rules: Rules) -> bool:
    return any(role in rules.titles_for.get(one, ()) for one in roles)


def _titles(part: Workflow, whole: Workflow) -> Iterator[str]:
    """New titles that count as a role of the part: a house's own choice, told because it widens every `by`."""
    for name, role in whole.roles.items():
        if name not in part.roles and role.opens_cases == "all":
            yield f"whoever is {spaced(name)} may open every case, put into no role"
        wider = [one for one in role.counts_as if one in part.roles]
        if name not in part.roles and wider:
            yield f"whoever is {spaced(name)} may do all that a {listed([spaced(one) for one in wider], 'and')} may"


def _hurdles(alone: Rules, whole: Rules) -> Iterator[str]:
    """New guards that ask more of some for who they are, and deadlines for some alone: people judge them."""
    for process in alone.processes.values():
        after = whole.processes[process.name]
        for name, guard in after.guards.items():
            if guard.model.protects and guard.refuses and name not in process.guards:
                yield f"{process.name}: the new guard {name} asks more of some for who they are; judge whether it helps"
        for name, deadline in after.deadlines.items():
            if deadline.model.protects and name not in process.deadlines:
                yield f"{process.name}: the new deadline {name} is for some alone; judge whether others lack something"
