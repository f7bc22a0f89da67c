"""With which facts somebody can be put into a role: of the person, and of the instance on which the role is held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.definition import FactValue
from state_machine.checks.model import Model
from state_machine.checks.relation import Relation
from state_machine.checks.samples import sample
from state_machine.checks.sites import Site
from state_machine.checks.space import Set, Value
from state_machine.checks.world import BEGIN
from state_machine.rules import ProcessRules

_NAMED = ("choice", "yes_no", "number")
"""Kinds of facts whose values the model has one by one; of the others it knows that there is one."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """Facts with which the guards of a role are met. `own` are to be recorded where the person is assigned."""

    person: dict[str, Any]
    own: dict[str, FactValue]


def fitting(model: Model, process: ProcessRules, role: str) -> Fitting:
    """Facts of a person, and as few as can be of the instance, with which all guards of assigning a role are met."""
    relation = model.relation(process.name)
    guards = (*process.actions["assign"].guards, *process.role_guards[role])
    met = _left_as_it_is(relation, relation.legal(relation.met_all(guards, "must", "should")))
    picked = relation.space.pick(met) or {}
    person = _facts(relation, picked, lambda site: site.kind == "person" and site.label == "assigned")
    own = _facts(relation, picked, lambda site: site.is_itself)
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in person.items()}
    return Fitting(said, own)


def _left_as_it_is(relation: Relation, met: Set) -> Set:
    """The part of a set in which as much as can be of the instance is as it begins."""
    space = relation.space
    for variable in space.reads(met):
        if len(variable.means) > 1 and isinstance(variable.means[1], Site) and variable.means[1].is_itself:
            same = met & space.has(variable, variable.values[0])
            met = same if same != space.empty else met
    return met


def _facts(relation: Relation, picked: dict[str, Value], at: Callable[[Site], bool]) -> dict[str, FactValue]:
    """The facts that the picked values say of a site, but those that are as they begin."""
    facts: dict[str, FactValue] = {}
    for name, value in picked.items():
        variable = relation.space.variables[name]
        kind, site, *means = variable.means
        if kind not in ("fact", "word") or not isinstance(site, Site) or not at(site):
            continue
        fact = str(means[0])
        declared = relation.symbols.declared(site, fact)
        if declared is None or value is None or (kind == "fact" and value == declared.starts):
            continue
        if kind == "word":
            held = facts.get(fact, ())
            assert isinstance(held, tuple)
            facts[fact] = (*held, str(means[1])) if value is True else held
        elif declared.kind in _NAMED:
            assert isinstance(value, bool | int | str)
            facts[fact] = value
        elif declared.kind == "choices":
            facts.setdefault(fact, ())
        elif declared.kind != "link":
            found = sample(declared, BEGIN, relation.rules.calendar)
            if found is not None:
                facts[fact] = found
    return facts
