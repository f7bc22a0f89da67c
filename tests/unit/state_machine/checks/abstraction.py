"""A town as a model sees it: what each variable of a relation is, read off the instances one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from state_machine.checks.kin import Sorting
from state_machine.checks.relation import Relation
from state_machine.checks.sites import Site
from state_machine.checks.space import Value, Variable
from state_machine.checks.symbols import ENUMERATED
from state_machine.conditions import Node
from state_machine.evaluation import Evaluation, Scope, Trace, Truth
from state_machine.facts import current
from state_machine.places import holder
from state_machine.values import compare
from state_machine.view import Instance


@dataclass
class Abstraction:
    """One instance of a town, looked at in one evaluation. `child` is whom the conditions about any child speak of."""

    relation: Relation
    at: Evaluation
    itself: Instance
    child: tuple[str, Instance] | None = None

    def values(self, variables: Sequence[Variable]) -> dict[str, Value]:
        """What these variables are."""
        return {one.name: self.value(one) for one in variables}

    def value(self, variable: Variable) -> Value:
        """What a variable is; a value that does not matter where its site is not there is the first one."""
        found = self._value(variable.means)
        return found if found in variable.values else variable.values[0]

    def find(self, site: Site) -> Instance | None:
        """The instance that a site names."""
        if self.child is not None and site.name == self.child[0]:
            return self.child[1]
        if site.is_itself:
            return self.itself
        base = self.find(site.base) if site.base is not None else self.itself
        if site.kind == "person":
            name = {"actor": self.at.actor.person, "assigned": self.at.assigned}.get(site.label, "")
            name = holder(self.at, base, site.label) if name == "" else name
            return self.at.person(name) if name is not None else None
        if base is None:
            return None
        if site.kind == "linked":
            value = current(self.at, base, site.label).value
            return self.at.instance(value) if isinstance(value, str) else None
        found: Instance | None = base
        while found is not None and found.process != site.process:
            found = self.at.instance(found.parent) if found.parent is not None else None
        return found

    def _value(self, means: tuple[Any, ...]) -> Value:
        match means:
            case ("present", site):
                return self.find(site) is not None
            case ("track", site, name):
                found = self.find(site)
                return found.tracks[name].state if found is not None else None
            case ("fact", site, name):
                return self._fact(site, name)
            case ("word", site, name, word):
                held = self._held(site, name)
                return word in held if isinstance(held, tuple) else False
            case ("recorded", site, name):
                found = self.find(site)
                return found is not None and current(self.at, found, name).entry is not None
            case ("done", site, action):
                found = self.find(site)
                return found is not None and action in found.done
        return self._derived(means)

    def _derived(self, means: tuple[Any, ...]) -> Value:
        match means:
            case ("test", site, name, test, value):
                return self._test(self._held(site, name), test, value)
            case ("order", site, name, other, other_name):
                return self._order(self._held(site, name), self._held(other, other_name))
            case ("kin" | "many", *_):
                return self._of_children(means)
            case _:
                return self._asked(means)

    def _of_children(self, means: tuple[Any, ...]) -> Value:
        match means:
            case ("kin", owner, key, truth):
                children = self.relation.reader.kin.all[f"{owner.name}/{key_process(self.relation, owner, key)}"]
                return self._children(owner, children.sortings[key], truth) > 0
            case ("many", owner, sorting, bound):
                sure = self._children(owner, sorting, "yes")
                possible = sure + self._children(owner, sorting, "unknown")
                return "enough" if sure >= bound else "maybe" if possible >= bound else "fewer"
        raise ValueError(f"nothing about children: {means}")

    def _asked(self, means: tuple[Any, ...]) -> Value:
        match means:
            case ("clock", here, home, node) | ("count", here, home, node):
                said = self._evaluate(node, here, home)
                if means[0] == "clock":
                    return said is Truth.YES
                return {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "unclear"}[said]
            case ("actor", here, node):
                return self._evaluate(node, here, here) is Truth.YES
            case ("came", here, since):
                found = self.find(here)
                assert found is not None
                return since.find(Scope(self.at, found, found, Trace()), waiting=True) is not None
        raise ValueError(f"no such variable: {means}")

    def _children(self, owner: Site, sorting: Sorting, truth: str) -> int:
        """How many children of a site there are of a kind."""
        found = self.find(owner)
        name, children = next(
            (one.any_child.name, one)
            for one in self.relation.reader.kin.all.values()
            if sorting in one.sortings.values()
        )
        if found is None:
            return 0
        space, reads = self.relation.space, self.relation.space.reads(sorting.said[truth])
        return sum(
            space.at(Abstraction(self.relation, self.at, self.itself, (name, one)).values(reads)) & sorting.said[truth]
            != space.empty
            for one in self.at.children(found.ref, children.process)
        )

    def _evaluate(self, node: Node, here: Site, home: Site) -> Truth:
        standing, written = self.find(here), self.find(home)
        if standing is None or written is None:
            return Truth.UNKNOWN
        return node.evaluate(Scope(self.at, written, standing, Trace()))

    def _held(self, site: Site, name: str) -> Any:
        found = self.find(site)
        return current(self.at, found, name).value if found is not None else None

    def _fact(self, site: Site, name: str) -> Value:
        held, declared = self._held(site, name), self.relation.symbols.declared(site, name)
        if held is None or declared is None or declared.kind not in ENUMERATED:
            return None if held is None else True
        if declared.kind == "number":
            regions = [one for one in self.relation.symbols.fact(site, name).values if isinstance(one, int)]
            return min(regions, key=lambda one: abs(one - held))
        assert isinstance(held, bool | int | str)
        return held

    def _test(self, held: Any, test: str, value: Any) -> str:
        if held is None:
            return "no"
        if test == "is":
            return "yes" if held == value else "no"
        order = compare(held, value, self.relation.rules.calendar)
        if order is None:
            return "unclear"
        return "yes" if (order >= 0 if test == "at_least" else order <= 0) else "no"

    def _order(self, one: Any, other: Any) -> str:
        if one is None or other is None:
            return "less"
        if one == other:
            return "same"
        order = compare(one, other, self.relation.rules.calendar) if not isinstance(one, tuple) else None
        return "unclear" if order is None else {-1: "less", 0: "same", 1: "more"}[order]


def key_process(relation: Relation, owner: Site, key: Any) -> str:
    """The process of the children whom a sorting sorts."""
    return next(
        one.process for one in relation.reader.kin.all.values() if one.owner.name == owner.name and key in one.sortings
    )
