"""The variables of a model: tracks, facts and what else conditions read of an instance, each with its possible values.

Facts have the values that the workflow gives them, numbers only those around the figures that are mentioned: between
two of them nothing can tell numbers apart. What a variable stands for is in its `means`:

(track, site, name) · (fact, site, name) · (word, site, name, word) of a `choices` fact · (recorded, site, name) where
a fact has a value even if nobody recorded it · (done, site, action) · (order …) of two facts and (test …) of a fact
against a value, where they have too many values to be told apart · (kin …) and (many …) of children · (clock …) ·
(came …) · (count …) · (actor …) · (present, site) of a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from config.definition import Fact
from state_machine.checks.sites import Site
from state_machine.checks.space import Set, Space, Variable
from state_machine.conditions import NameNode, Node
from state_machine.leaves import FactNode

if TYPE_CHECKING:
    from state_machine.rules import Rules

ENUMERATED = ("choice", "yes_no", "number")
"""Kinds of facts whose values the variables have one by one."""


class Symbols:
    """The variables of one model, by what they stand for."""

    def __init__(self, rules: Rules, space: Space, figures: dict[tuple[str, str], set[int]]) -> None:
        self.rules = rules
        self.space = space
        self.figures = figures

    def declared(self, site: Site, fact: str) -> Fact | None:
        """The fact as the process of a site declares it, None where that is not known."""
        process = self.rules.processes.get(site.process) if site.process is not None else None
        found = process.facts.get(fact) if process is not None else None
        return found.model if found is not None else None

    def present(self, site: Site) -> Set:
        """Where there is such an instance at all: the link is set, the person has one."""
        if site.kind == "linked" and site.base is not None:
            return self.known(site.base, site.label)
        if site.kind == "person":
            there = self.space.variable(f"{site.name}?", (True, False), ("present", site))
            return self.space.has(there, True)
        return self.space.everything

    def track(self, site: Site, track: str) -> Variable | None:
        """The variable of a track, None where the site has no such track."""
        process = self.rules.processes.get(site.process) if site.process is not None else None
        declared = process.model.tracks.get(track) if process is not None else None
        if declared is None:
            return None
        first = [declared.starts, *(state for state in declared.states if state != declared.starts)]
        return self.space.variable(f"{site.name}:{track}", first, ("track", site, track))

    def fact(self, site: Site, fact: str) -> Variable:
        """The variable of a fact: its values where they are told apart, else whether it is known (True or None)."""
        return self.space.variable(f"{site.name}.{fact}", self._values(site, fact), ("fact", site, fact))

    def _values(self, site: Site, fact: str) -> Iterable[bool | int | str | None]:
        declared = self.declared(site, fact)
        if declared is None:
            return (None, True)
        values: list[bool | int | str | None]
        match declared.kind:
            case "choice":
                values = list(declared.values)
            case "yes_no":
                values = [True, False]
            case "number":
                values = list(self._regions(site, fact))
            case _:
                values = [True]
        if declared.starts is None:
            return [None, *values]
        if declared.kind not in ENUMERATED:
            return values
        given = declared.starts
        assert not isinstance(given, tuple)
        return [given, *(one for one in values if one != given)]

    def _regions(self, site: Site, fact: str) -> list[int]:
        """Numbers that stand for all others: the figures mentioned, what lies between them, below and above."""
        named = set(self.figures.get((site.process or "", fact), ()))
        declared = self.declared(site, fact)
        if declared is not None and isinstance(declared.starts, int):
            named.add(declared.starts)
        return sorted({number + step for number in named or {0} for step in (-1, 0, 1)})

    def known(self, site: Site, fact: str) -> Set:
        """Where a fact has a value."""
        variable = self.fact(site, fact)
        return self.present(site) & ~self.space.has(variable, None)

    def recorded(self, site: Site, fact: str) -> Set:
        """Where somebody recorded the value that a fact has; one that it `starts` with nobody did."""
        declared = self.declared(site, fact)
        if declared is None or declared.starts is None:
            return self.known(site, fact)
        said = self.space.variable(f"{site.name}.{fact}!", (False, True), ("recorded", site, fact))
        return self.present(site) & self.space.has(said, True)

    def done(self, site: Site, action: str) -> Set:
        """Where an action was done at least once."""
        variable = self.space.variable(f"{site.name}>{action}", (False, True), ("done", site, action))
        return self.present(site) & self.space.has(variable, True)

    def word(self, site: Site, fact: str, word: str) -> Set:
        """Where a `choices` fact has this word among its values; it says nothing where the fact is unknown."""
        variable = self.space.variable(f"{site.name}.{fact}={word}", (False, True), ("word", site, fact, word))
        return self.space.has(variable, True)

    def flag(self, name: str, means: tuple[object, ...]) -> Set:
        """A yes or no of its own."""
        return self.space.has(self.space.variable(name, (False, True), means), True)


def figures(rules: Rules, nodes: Iterable[Node]) -> dict[tuple[str, str], set[int]]:
    """The whole numbers with which these conditions compare each `number` fact, by process and fact.

    A fact that is read where its process is not known counts for every process.
    """
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, NameNode):
            continue
        waiting += node.parts
        if isinstance(node, FactNode):
            numbers = {
                one.value for one in node.rights if isinstance(one.value, int) and not isinstance(one.value, bool)
            }
            process = node.place.process
            for name in [process] if process is not None else rules.processes:
                found[name, node.source.fact] |= numbers
    return dict(found)
