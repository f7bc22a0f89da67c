"""Tests of facts, clocks and people as sets: where each is a definite yes and where a definite no."""

from __future__ import annotations

from state_machine.checks.shapes import figure_shape, since_shape
from state_machine.checks.sites import Site, find
from state_machine.checks.space import Set, Variable
from state_machine.checks.symbols import Symbols
from state_machine.conditions import ClockNode
from state_machine.leaves import ActorNode, FactNode, Right
from state_machine.moments import FactFigure, Since

Pair = tuple[Set, Set]
"""Where a test is yes, and where it is no."""


class LeafTruth:
    """Reads the leaves of conditions into sets of one space."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.space = symbols.space

    def fact(self, node: FactNode, here: Site, home: Site) -> Pair:
        """A test of a fact: unknown where the fact is, or the right side; `known` never is."""
        site = find(self.symbols.rules, node.place, here)
        known = self.symbols.known(site, node.source.fact)
        if node.test == "known":
            return (known, ~known) if node.source.known else (~known, known)
        answers = [self._against(node, site, right, home) for right in node.rights]
        yes, no = [one[0] for one in answers], [one[1] for one in answers]
        if node.test == "is":
            return known & self.space.any(yes), known & self.space.all(no)
        return known & self.space.all(yes), known & self.space.any(no)

    def _against(self, node: FactNode, site: Site, right: Right, home: Site) -> Pair:
        """The fact, which is known, against one thing on the right side."""
        if right.place is None:
            return self._against_value(node, site, right.value)
        other = find(self.symbols.rules, right.place, home)
        there = self.symbols.known(other, right.fact)
        yes = self._against_fact(node, site, other, right.fact)
        no = ~yes
        if node.test in ("at_least", "at_most"):
            no &= ~self._order(site, node.source.fact, other, right.fact, "unclear")
        return there & yes, there & no

    def _against_value(self, node: FactNode, site: Site, value: bool | int | str | None) -> Pair:
        fact, test = node.source.fact, node.test
        declared = self.symbols.declared(site, fact)
        kind = declared.kind if declared is not None else None
        variable = self.symbols.fact(site, fact)
        if kind in ("choice", "yes_no", "number"):
            yes = self.space.among(variable, [one for one in variable.values if _passes(test, one, value)])
            return yes, ~yes
        if declared is not None and kind == "choices":
            words = [word for word in declared.values if word != value]
            has = self.symbols.word(site, fact, str(value))
            others = self.space.any(self.symbols.word(site, fact, word) for word in words)
            yes = has if test == "includes" else has & ~others
            return yes, ~yes
        means = ("test", site, fact, test, value)
        said = self.space.variable(f"{site.name}.{fact} {test} {value!r}", ("no", "yes", "unclear"), means)
        never = ("unclear",) if test in ("is", "includes") else ()
        return self.space.has(said, "yes"), self.space.among(said, ["no", *never])

    def _against_fact(self, node: FactNode, site: Site, other: Site, name: str) -> Set:
        """Where the test holds, both facts being known."""
        fact, test = node.source.fact, node.test
        one, two = self.symbols.declared(site, fact), self.symbols.declared(other, name)
        kinds = (one.kind if one is not None else None, two.kind if two is not None else None)
        if kinds in (("choice", "choice"), ("yes_no", "yes_no")):
            left, right = self.symbols.fact(site, fact), self.symbols.fact(other, name)
            return self._equal(left, right)
        if one is not None and two is not None and kinds[0] == "choices" and kinds[1] in ("choice", "choices"):
            return self._words(node, site, other, name)
        if test == "at_least":
            return self._order(site, fact, other, name, "more", "same")
        if test == "at_most":
            return self._order(site, fact, other, name, "less", "same")
        return self._order(site, fact, other, name, "same")

    def _equal(self, left: Variable, right: Variable) -> Set:
        shared = [value for value in left.values if value is not None and value in right.values]
        return self.space.any(self.space.has(left, value) & self.space.has(right, value) for value in shared)

    def _words(self, node: FactNode, site: Site, other: Site, name: str) -> Set:
        """A `choices` fact that equals or includes what another fact holds."""
        fact = node.source.fact
        one, two = self.symbols.declared(site, fact), self.symbols.declared(other, name)
        assert one is not None
        assert two is not None
        pairs = []
        for word in dict.fromkeys((*one.values, *two.values)):
            left = self.symbols.word(site, fact, word) if word in one.values else self.space.empty
            wanted = self.space.empty
            if word in two.values and two.kind == "choices":
                wanted = self.symbols.word(other, name, word)
            elif word in two.values:
                wanted = self.space.has(self.symbols.fact(other, name), word)
            pairs.append(~wanted | left if node.test == "includes" else (wanted & left) | (~wanted & ~left))
        return self.space.all(pairs)

    def _order(self, site: Site, fact: str, other: Site, name: str, *ways: str) -> Set:
        """How two facts stand to each other whose values are too many to be told apart."""
        if (site, fact) == (other, name):
            return self.space.everything if "same" in ways else self.space.empty
        means = ("order", site, fact, other, name)
        values = ("less", "same", "more", "unclear")
        return self.space.among(self.space.variable(f"{site.name}.{fact} <> {other.name}.{name}", values, means), ways)

    def clock(self, node: ClockNode, here: Site, home: Site) -> Pair:
        """A clock: unknown while its moment or its figure is; else free, for time is."""
        known = self._moment(node.since, here)
        if isinstance(node.figure, FactFigure):
            figure_at = find(self.symbols.rules, node.figure.place, home)
            known &= self.symbols.known(figure_at, node.figure.fact)
        name = (
            f"{here.name} {node.kind} {figure_shape(node.figure)} {since_shape(node.since)} {node.counts} {home.name}"
        )
        passed = self.symbols.flag(name, ("clock", here, home, node))
        return known & passed, known & ~passed

    def _moment(self, since: Since, here: Site) -> Set:
        """Where a moment came at all."""
        if since.child is not None:
            return self.symbols.flag(f"{here.name} came {since_shape(since)}", ("came", here, since))
        site = find(self.symbols.rules, since.place, here)
        if since.kind == "action":
            return self.symbols.done(site, since.name)
        if since.kind == "track":
            return self.symbols.present(site) if self.symbols.track(site, since.name) is not None else self.space.empty
        declared = self.symbols.declared(site, since.name)
        if declared is not None and declared.kind == "date":
            return self.symbols.known(site, since.name)
        return self.symbols.recorded(site, since.name)

    def actor(self, node: ActorNode, here: Site) -> Pair:
        """Who acts: free, but unknown where nobody is known with whom to compare."""
        since = since_shape(node.since) if node.since is not None else ()
        is_it = self.symbols.flag(f"{here.name} actor {node.kind} {node.name} {since}", ("actor", here, node))
        match node.kind:
            case "role" | "assigned":
                known = self.space.everything
            case "link":
                known = self.symbols.known(here, node.name)
            case _:
                assert node.since is not None
                site = find(self.symbols.rules, node.since.place, here)
                if node.kind == "fact" and node.since.child is None:
                    known = self.symbols.recorded(site, node.name)
                else:
                    known = self._moment(node.since, here)
        return known & is_it, known & ~is_it


def _passes(test: str, value: object, bound: bool | int | str | None) -> bool:
    if value is None:
        return False
    if test == "is":
        return value == bound
    if not isinstance(value, int) or not isinstance(bound, int):
        return False
    return value >= bound if test == "at_least" else value <= bound
