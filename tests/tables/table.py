"""The decision table of a workflow as text. Every cell is an answer of `decide`, not a copy of the definition.

    process case
      do close_successful
        by: case_manager
        case: open → closed_watched, closed_watched ✗, closed ✗
      record medical_care: health_worker

`✗` stands for `not_from_here`, `=` for a state in which the action leaves the track where it is. Tracks that are not
listed may stand anywhere. `by` has each title that lets somebody try, `house` where the system may.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from config.definition import Fact, FactValue
from state_machine.decide import decide
from state_machine.decision import Applied, Attempt, Fixed
from state_machine.rules import ActionRules, ProcessRules, Rules
from state_machine.view import SYSTEM, Actor, Instance, TrackAt

NOW = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
PROBE, OTHER, OWNER = "probe", "other", "owner"
_REF = "asked"
_ROLE_REFUSALS = {Fixed.NOT_YOUR_ROLE.value, Fixed.NOT_OPEN_TO_YOU.value}


class Stage:
    """A line of instances from a root down to the one that is asked; the probe holds every role that is assigned.

    What stands for a person stands for the owner, so that the probe acts there by title alone.
    """

    def __init__(self, rules: Rules, process: str, states: dict[str, str] | None = None) -> None:
        self.only_rules = rules
        self.instances: dict[str, Instance] = {}
        assigned = {name: PROBE for name, role in rules.workflow.roles.items() if role.assigned}
        parent = None
        for name in (*reversed(rules.processes[process].above), process):
            ref = _REF if name == process else name
            tracks = rules.processes[name].start_states | ((states or {}) if name == process else {})
            self.instances[ref] = Instance(
                ref=ref,
                family="root",
                parent=parent,
                process=name,
                workflow=rules.hash,
                ordinal=len(self.instances),
                opened_at=NOW,
                opened_by=PROBE,
                tracks={track: TrackAt(state, NOW, 100) for track, state in tracks.items()},
                holders=assigned if parent is None else {},
                stands_for=OWNER if rules.workflow.processes[name].stands_for else None,
            )
            parent = ref

    def instance(self, ref: str) -> Instance | None:
        return self.instances.get(ref)

    def children(self, ref: str, process: str) -> Sequence[Instance]:
        return [one for one in self.instances.values() if one.parent == ref and one.process == process]

    def person(self, person: str) -> Instance | None:  # noqa: ARG002 - the shape of a view; nobody is registered
        return None

    def titles(self, person: str) -> frozenset[str]:
        return frozenset(self.only_rules.workflow.roles) if person == OTHER else frozenset()

    def people_with(self, role: str) -> tuple[str, ...]:  # noqa: ARG002 - the shape of a view; nobody is registered
        return ()

    def rules(self, instance: Instance) -> Rules:  # noqa: ARG002 - the shape of a view; one version is enough
        return self.only_rules


def table(rules: Rules) -> str:
    """The whole table of a workflow."""
    lines: list[str] = []
    for process in rules.processes.values():
        lines += [f"process {process.name}", *process_lines(rules, process), ""]
    return "\n".join(lines)


def process_lines(rules: Rules, process: ProcessRules) -> list[str]:
    """The lines of one process: its actions, then its facts."""
    lines = [line for action in process.actions.values() for line in action_lines(rules, process, action)]
    return lines + [fact_line(rules, process, fact) for fact in process.facts]


def action_lines(rules: Rules, process: ProcessRules, action: ActionRules) -> list[str]:
    """Who may try an action, and what it does to each track that it moves from each of its states."""
    by = _who(rules, process, _attempt(process, action.name))
    lines = [f"  do {action.name}", f"    by: {by}"]
    return lines + [
        f"    {arrows.track}: " + ", ".join(_cells(rules, process, action, arrows.track)) for arrows in action.arrows
    ]


def fact_line(rules: Rules, process: ProcessRules, fact: str) -> str:
    """Who may record a fact."""
    facts = {fact: example(process.facts[fact].model)}
    attempt = Attempt("record", _REF, Actor(PROBE), process.name, facts=facts)
    return f"  record {fact}: {_who(rules, process, attempt)}"


def example(fact: Fact) -> FactValue:
    """Some value that a fact can hold."""
    values: dict[str, FactValue] = {
        "choices": fact.values[:1],
        "choice": fact.values[0] if fact.values else "",
        "yes_no": True,
        "number": 1,
        "date": "2027-01-04",
        "period": "P1D",
        "document": "0" * 64,
    }
    return values.get(fact.kind, "x")


def _attempt(process: ProcessRules, action: str) -> Attempt:
    kinds: dict[str, Literal["open", "assign", "unassign"]] = {
        "open": "open",
        "assign": "assign",
        "unassign": "unassign",
    }
    parent = process.above[0] if action == "open" and process.above else None
    ref = "new" if action == "open" else _REF
    return Attempt(kinds.get(action, "act"), ref, Actor(PROBE), process.name, action, parent)


def _who(rules: Rules, process: ProcessRules, attempt: Attempt) -> str:
    stage = Stage(rules, process.name)
    who = {name: OWNER if role.own_record else PROBE for name, role in rules.workflow.roles.items()}
    found = [title for title in who if _lets(rules, stage, attempt, Actor(who[title], frozenset({title})))]
    if attempt.kind == "act" and _lets(rules, stage, attempt, Actor(SYSTEM)):
        found.append("house")
    return ", ".join(found) or "nobody"


def _lets(rules: Rules, stage: Stage, attempt: Attempt, actor: Actor) -> bool:
    given = [replace(attempt, actor=actor)]
    if attempt.kind in ("assign", "unassign"):
        roles = [name for name, role in rules.workflow.roles.items() if role.assigned]
        given = [replace(given[0], assigned=OTHER, role=role) for role in roles]
    decisions = [decide(rules, stage, one, NOW) for one in given]
    lets = {not _ROLE_REFUSALS & {reason.guard for reason in getattr(one, "reasons", ())} for one in decisions}
    assert len(lets) == 1, f"who may {attempt.kind} depends on the role; the table has no place for that"
    return lets.pop()


def _cells(rules: Rules, process: ProcessRules, action: ActionRules, track: str) -> list[str]:
    return [_cell(rules, process, action, track, state) for state in process.model.tracks[track].states]


def _cell(rules: Rules, process: ProcessRules, action: ActionRules, track: str, state: str) -> str:
    fitting = {
        arrows.track: next(iter(arrows.sources or process.model.tracks[arrows.track].states))
        for arrows in action.arrows
        if arrows.track != track
    }
    stage = Stage(rules, process.name, {**fitting, track: state})
    attempt = replace(_attempt(process, action.name), actor=_somebody(rules, process.name, action))
    decision = decide(unguarded(rules), stage, attempt, NOW)
    if isinstance(decision, Applied):
        to = decision.moves.get(track)
        assert to is None or to[0] == state
        return f"{state} =" if to is None else f"{state} → {to[1]}"
    assert {reason.guard for reason in decision.reasons} == {Fixed.NOT_FROM_HERE}, decision
    return f"{state} ✗"


@lru_cache(maxsize=64)
def unguarded(rules: Rules) -> Rules:
    """The same workflow with nothing to ask but states, so that `decide` says where each track goes."""

    def bare(action: ActionRules) -> ActionRules:
        return replace(action, model=action.model.model_copy(update={"asks": ()}), guards=(), by_house=True)

    def open_(process: ProcessRules) -> ProcessRules:
        actions = {name: bare(action) for name, action in process.actions.items()}
        return replace(process, actions=actions, role_guards={})

    return replace(rules, processes={name: open_(process) for name, process in rules.processes.items()})


def _somebody(rules: Rules, process: str, action: ActionRules) -> Actor:
    """One who may try: everybody's titles, or the system."""
    return everybody(rules, process) if action.model.by else Actor(SYSTEM)


def everybody(rules: Rules, process: str) -> Actor:
    """One who has every role there: the owner of a record with all titles, else the probe."""
    own = rules.workflow.processes[process].stands_for
    return Actor(OWNER if own else PROBE, frozenset(rules.workflow.roles))
