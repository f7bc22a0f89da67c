"""Guards that protect are asked in addition, never instead: whoever somebody is, what they ask can be given.

A guard marked `protects` may read protected facts. For each action that asks it, all that the action asks is looked at
together: for every value of the protected facts there must be a situation in which all of it is met, and one in which
this guard is asked and met. So no value of a protected fact closes a way by itself. And wherever such a guard is part
of another condition, that it is met may only help: then taking the guard away never closes what it left open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from state_machine.checks.model import Model
from state_machine.checks.refused_for import steps_to_refusal
from state_machine.checks.relation import Relation
from state_machine.checks.sites import Site
from state_machine.checks.space import Set, Space, Value, Variable
from state_machine.checks.verdict import Proof, TraceStep, Verdict
from state_machine.conditions import ChildrenNode, CountNode, NameNode, Node, NotNode
from state_machine.guards import GuardRules
from state_machine.rules import ActionRules, ProcessRules, Rules
from state_machine.words import listed, spaced

METHOD = "all that each action asks, together, for every value of the protected facts (BDD)"

_OF_FACTS = ("fact", "word", "test")


def only_adds(model: Model) -> Iterator[Proof]:
    """One proof for each guard that is marked `protects` and can refuse."""
    for process in model.rules.processes.values():
        for guard in process.guards.values():
            if guard.model.protects and guard.refuses:
                yield _Guard(model.rules, model.relation(process.name), process, guard).proof()


@dataclass(frozen=True)
class Closed:
    """An action that is closed to whoever has these values, whatever else is so."""

    action: ActionRules
    values: tuple[tuple[Variable, Value], ...]


@dataclass(frozen=True)
class _Guard:
    rules: Rules
    relation: Relation
    process: ProcessRules
    guard: GuardRules

    def proof(self) -> Proof:
        """Whether it only adds."""
        against, trace = self._hindrance(), tuple[TraceStep, ...]()
        if not against:
            against, trace = self._closed()
        says = f"The guard `{self.guard.name}` of {self.process.name} asks for something that can be given to everybody"
        return Proof(
            f"{self.process.name}.protected_only_adds:{self.guard.name}",
            "independence",
            Verdict.VIOLATED if against else Verdict.HOLDS,
            f"{against or says}.",
            method=METHOD,
            counterexample=trace,
            where=("processes", self.process.name, "guards", self.guard.name),
        )

    def _hindrance(self) -> str:
        """Another condition in which it hinders that this guard is met."""
        for process in self.rules.processes.values():
            for other in process.guards.values():
                if other is self.guard or not other.refuses:
                    continue
                met = [(other.require, True)] + ([(other.when, False)] if other.when is not None else [])
                if any(_hinders(node, helps, self.process.name, self.guard.name) for node, helps in met):
                    return (
                        f"The guard `{other.name}` of {process.name} can refuse because `{self.guard.name}` is met:"
                        " what protects is asked in addition, never instead"
                    )
        return ""

    def _closed(self) -> tuple[str, tuple[TraceStep, ...]]:
        """An action that a value of a protected fact closes by itself, and the steps on which it does."""
        for action in self.process.actions.values():
            found = self.closes(action)
            if found is not None:
                who = listed([_said(variable, value) for variable, value in found.values], "and")
                told = f"The guard `{self.guard.name}` of {self.process.name} refuses `{action.name}` where {who},"
                return f"{told} whatever else is recorded", self._shown(found)
        return "", ()

    def _shown(self, closed: Closed) -> tuple[TraceStep, ...]:
        """Steps to a refusal of the action by this guard and, where that can be, by no other."""
        who = self._space.all(self._space.has(variable, value) for variable, value in closed.values)
        bad = who & ~self.relation.met(self.guard)
        return steps_to_refusal(self.relation, closed.action, self.guard, bad)

    def closes(self, action: ActionRules) -> Closed | None:
        """Values of protected facts for which an action can never be though it can for others.

        Also those for which it can never be as soon as this guard is asked.
        """
        asked = [guard for guard in self._asked_by(action) if guard.refuses]
        if self.guard not in asked:
            return None
        others = self._space.all(self.relation.met(guard) for guard in asked if guard is not self.guard)
        met = self.relation.legal(others & self.relation.met(self.guard))
        if met == self._space.empty:
            return None  # nobody can: that is a matter of structure
        when, require = self.guard.when, self.relation.said(self.guard.require).yes
        applies = ~self.relation.said(when).no if when is not None else self._space.everything
        may_ask, may_be_met = self.relation.legal(others & applies), self.relation.legal(others & applies & require)
        return self._without(action, self._space.everything, met) or self._without(action, may_ask, may_be_met)

    def _without(self, action: ActionRules, one: Set, other: Set) -> Closed | None:
        """Known values of protected facts that the first set has and the other has not."""
        sets = (one, other)
        protected = {v.name: v for each in sets for v in self._space.reads(each) if self._is_protected(v)}
        has, lacks = (self._space.keep(each, protected.values()) for each in sets)
        bad = self._space.all([has, ~lacks, *(self._known(variable) for variable in protected.values())])
        chosen = self._space.pick(bad)
        if chosen is None:
            return None
        return Closed(action, tuple((self._space.variables[name], value) for name, value in chosen.items()))

    def _asked_by(self, action: ActionRules) -> tuple[GuardRules, ...]:
        """The guards of an action; of `assign`, this one too where a role asks it."""
        of_roles = any(self.guard in guards for guards in self.process.role_guards.values())
        if action.name == "assign" and of_roles and self.guard not in action.guards:
            return (*action.guards, self.guard)
        return action.guards

    def _known(self, variable: Variable) -> Set:
        """Where a fact is known: that somebody has not said who they are is not a value of it."""
        known = [value for value in variable.values if value is not None]
        return self._space.among(variable, known)

    def _is_protected(self, variable: Variable) -> bool:
        kind, *means = variable.means
        if kind not in _OF_FACTS:
            return False
        site, fact = means[0], means[1]
        assert isinstance(site, Site)
        owner = self.rules.processes.get(site.process) if site.process is not None else None
        declared = owner.facts.get(fact) if owner is not None else None
        return declared is not None and declared.model.protected

    @property
    def _space(self) -> Space:
        return self.relation.space


def _hinders(node: Node, helps: bool, process: str, name: str) -> bool:
    """Whether a name stands in a condition in such a place that its yes can only hinder what `helps` says."""
    match node:
        case NameNode() if (node.process, node.name) == (process, name):
            return not helps
        case NotNode():
            return _hinders(node.part, not helps, process, name)
        case ChildrenNode(kind="none") | CountNode(at_least=False):
            helps = not helps
    return any(_hinders(part, helps, process, name) for part in node.parts)


def _said(variable: Variable, value: Value) -> str:
    """A value of a protected fact, in words."""
    kind, site, fact, *more = variable.means
    assert isinstance(site, Site)
    whose = spaced(str(fact)) + (f" of the {spaced(site.process or '')}" if not site.is_itself else "")
    if kind == "fact":
        only_known = set(variable.values) - {None} == {True}
        return f"{whose} is {'known' if only_known else _word(value)}"
    if kind == "word":
        return f"{whose} {'includes' if value is True else 'does not include'} {_word(more[0])}"
    holds = "is" if value == "yes" else "is not"
    return f"{whose} {holds} {_word(more[1])}"


def _word(value: object) -> str:
    return "yes" if value is True else "no" if value is False else spaced(str(value))
