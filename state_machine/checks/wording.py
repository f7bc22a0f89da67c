"""Steps of a trace in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.definition import FactValue
from state_machine.checks.verdict import StepKind, TraceStep
from state_machine.checks.world import World
from state_machine.rules import ProcessRules
from state_machine.view import Instance
from state_machine.words import listed, spaced, with_article

_VERBS = {"follows": "It follows by itself", "elapse": "Time comes"}


def says_step(
    process: ProcessRules,
    kind: StepKind,
    action: str,
    role: str,
    facts: Mapping[str, FactValue | None],
    moved: tuple[Mapping[str, str], Mapping[str, str]],
    *,
    confirmed: bool = False,
) -> str:
    """One step: who did what with which answers, and what moved."""
    if kind == "record":
        return f"Recorded: {_facts(facts)}."
    who = _VERBS.get(kind) or (with_article(role).capitalize() if role else "Somebody")
    declared = process.actions.get(action)
    says = (declared.model.says if declared is not None else None) or spaced(action)
    said = f"{who}: {says.rstrip('.')}"
    if facts:
        said += f"; with {_facts(facts)}"
    if confirmed:
        said += "; a second person says yes"
    before, after = moved
    moves = [
        f"{spaced(track)} from {spaced(before[track])} to {spaced(state)}"
        for track, state in after.items()
        if track in before and before[track] != state
    ]
    return f"{said}. {listed(moves, 'and').capitalize()}." if moves else f"{said}."


def given_steps(process: str, ref: str, before: Mapping[str, Instance], world: World) -> Iterator[TraceStep]:
    """What a trace takes as given of other instances, where that is otherwise than before."""
    for one in world.instances.values():
        old = before.get(one.ref)
        if one.ref == ref or one is old:
            continue
        held = {name: at.value for name, at in one.facts.items()}
        was = {name: at.value for name, at in old.facts.items()} if old is not None else {}
        facts: dict[str, FactValue | None] = {name: v for name, v in held.items() if was.get(name) != v}
        facts |= dict.fromkeys(name for name in was if name not in held)
        states = {name: at.state for name, at in one.tracks.items()}
        stood = {name: at.state for name, at in old.tracks.items()} if old is not None else {}
        if old is not None and states == stood and not facts:
            continue
        label = label_of(process, ref, one.ref)
        stands = [f"{spaced(track)} is {spaced(state)}" for track, state in states.items() if stood.get(track) != state]
        said = f"Given: {label}" + (f", where {listed(stands, 'and')}" if stands else "")
        said += f", with {_facts(facts)}." if facts else "."
        parent = label_of(process, ref, one.parent) if one.parent is not None else ""
        yield TraceStep("given", one.process, label, said, parent=parent, facts=facts, before=stood, after=states)


def label_of(process: str, ref: str, other: str) -> str:
    """How a trace calls an instance."""
    if other == ref:
        return process
    inner = other.removeprefix(f"{ref}/").removeprefix(f"{ref}.")
    return inner.replace("/", " ").replace(".", " ").replace("-", " ").replace("_", " ")


def _facts(facts: Mapping[str, FactValue | None]) -> str:
    return listed([f"{spaced(name)} {_value(value)}" for name, value in facts.items()], "and")


def _value(value: FactValue | None) -> str:
    match value:
        case None:
            return "withdrawn"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return listed([spaced(word) for word in value], "and") or "none"
        case str() if len(value) == 64:
            return "a document"
        case _:
            return spaced(str(value))
