"""Children as sets: not how many there are, but of which kinds there is one.

Each `where` sorts the children of a process into three kinds: those of which it is yes, unknown, no. A model knows of
each kind whether there is such a child. That is exact (semantics 28) as long as every kind that is there has a child
which fits into what else is there; `legal` says so. Only counts above one are an approximation, and a sound one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from state_machine.checks.shapes import Shape, shape
from state_machine.checks.sites import Site, child
from state_machine.checks.space import Set, Variable
from state_machine.checks.symbols import Symbols
from state_machine.conditions import ChildrenNode, CountNode, Node

Calm = Callable[[Site], Set]
Read = Callable[[Node, Site, Site], tuple[Set, Set]]
"""Where a condition, read on one site and written for another, is yes and where it is no."""

TRUTHS = ("yes", "unknown", "no")


@dataclass(frozen=True, slots=True)
class Sorting:
    """How one `where` sorts children: where a child is of each kind, and what says whether there is one."""

    said: dict[str, Set]
    there: dict[str, Variable]


@dataclass(slots=True)
class Children:
    """The children of one process of one site, with all sortings that conditions make of them."""

    owner: Site
    process: str
    any_child: Site
    sortings: dict[tuple[Shape, str], Sorting] = field(default_factory=dict)
    counted: dict[str, Variable] = field(default_factory=dict)
    rules: list[Set] = field(default_factory=list)
    own: list[Set] = field(default_factory=list)
    laws: dict[tuple[int, bool], Set] = field(default_factory=dict)
    fitting: dict[tuple[int, bool], Set] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How much is told of them; what was worked out with less has to be worked out again."""
        return sum(1 + len(one.there) for one in self.sortings.values()) + len(self.rules)


class Kin:
    """All children of all sites of one model. `own` is the instance itself, one of its parent's children once it is
    open; `calm` says where nothing follows by itself on a site.
    """

    def __init__(self, symbols: Symbols, own: Site, calm: Calm) -> None:
        self._symbols = symbols
        self._own = own
        self._calm = calm
        self._space = symbols.space
        self.all: dict[str, Children] = {}
        self._owners: set[str] = set()

    def said(self, node: ChildrenNode | CountNode, owner: Site, home: Site, read: Read) -> tuple[Set, Set]:
        """Where a condition about the children of `owner` is yes, and where no; `read` reads what is asked of each."""
        children = self._children(owner, node.process)
        sorting = self._sorting(children, node.where, home, read)
        there = self._symbols.present(owner)
        yes, unknown = self.there(sorting, "yes"), self.there(sorting, "unknown")
        if isinstance(node, CountNode):
            sure = self._counted(node, children, sorting, home)
            return there & sure[0], there & sure[1]
        some = (yes, ~yes & ~unknown)
        said = (some[1], some[0]) if node.kind == "none" else some
        if node.kind == "every":
            no = self._asked_for_no(children, sorting)
            said = (yes & ~unknown & ~no, no | (~yes & ~unknown))
        return there & said[0], there & said[1]

    def _children(self, owner: Site, process: str) -> Children:
        any_child = child(owner, process)
        found = self.all.get(any_child.name)
        if found is None:
            found = self.all[any_child.name] = Children(owner, process, any_child)
            self._owners.add(owner.name)
        return found

    def _sorting(self, children: Children, where: Node | None, home: Site, read: Read) -> Sorting:
        key = (shape(where), home.name)
        found = children.sortings.get(key)
        if found is None:
            number = len(children.sortings)
            name = f"{children.any_child.name}#{number}"
            sorts = self._sorts(where, children.any_child, home, read)
            asked = [truth for truth in ("yes", "unknown") if sorts[truth] != self._space.empty]
            there = {
                truth: self._space.variable(f"{name} {truth}", (False, True), ("kin", children.owner, key, truth))
                for truth in asked
            }
            found = Sorting(sorts, there)
            children.sortings[key] = found
            if children.process == self._own.process and children.owner.base == self._own:
                for truth, so in self._sorts(where, self._own, home, read).items():
                    children.own.append(~so | self.there(found, truth))
        return found

    def there(self, sorting: Sorting, truth: str) -> Set:
        """Where there is a child of a kind. Of the third kind, which only `every` asks for, there may always be one."""
        variable = sorting.there.get(truth)
        if variable is not None:
            return self._space.has(variable, True)
        return self._space.everything if truth == "no" else self._space.empty

    def _asked_for_no(self, children: Children, sorting: Sorting) -> Set:
        """Where there is a child of which the condition is no: from now on this is told of too."""
        if "no" not in sorting.there:
            key = next(key for key, one in children.sortings.items() if one is sorting)
            name = f"{children.any_child.name}#{list(children.sortings).index(key)} no"
            sorting.there["no"] = self._space.variable(name, (False, True), ("kin", children.owner, key, "no"))
        return self.there(sorting, "no")

    def _sorts(self, where: Node | None, here: Site, home: Site, read: Read) -> dict[str, Set]:
        """Where a child is of each kind."""
        yes, no = (self._space.everything, self._space.empty) if where is None else read(where, here, home)
        return {"yes": yes, "no": no, "unknown": ~yes & ~no}

    def _counted(self, node: CountNode, children: Children, sorting: Sorting, home: Site) -> tuple[Set, Set]:
        """At least, or at most, so many: those that are like that for sure, and those that may be."""
        yes = self.there(sorting, "yes")
        maybe = yes | self.there(sorting, "unknown")
        number = next(place for place, one in enumerate(children.sortings.values()) if one is sorting)
        name = f"{children.any_child.name}#{number} {shape(node)[4:]}"
        if not isinstance(node.bound, int):
            means = ("count", children.owner, home, node)
            said = self._space.variable(f"{name} {home.name}", ("no", "yes", "unclear"), means)
            return self._space.has(said, "yes"), self._space.has(said, "no")
        bound = node.bound if node.at_least else node.bound + 1
        if bound <= 0:
            sure = possible = self._space.everything
        elif bound == 1:
            sure, possible = yes, maybe
        else:
            values = ("fewer", "maybe", "enough")
            key = f"{children.any_child.name}#{number} {bound}"
            many = self._space.variable(key, values, ("many", children.owner, sorting, bound))
            if key not in children.counted:
                children.counted[key] = many
                children.rules += [~self._space.has(many, "enough") | yes, self._space.has(many, "fewer") | maybe]
            sure, possible = self._space.has(many, "enough"), ~self._space.has(many, "fewer")
        return (sure, ~possible) if node.at_least else (~possible, sure)

    def legal(self, one: Set, *, calm: bool = False, born: bool = True) -> Set:
        """The set without what no children could make true; `calm`: without what would not rest.

        `born` is False where the instance itself is about to be opened: its parent does not have it yet.
        """
        done: set[str] = set()
        while True:
            names = {name for variable in self._space.reads(one) for name in [self._whose(variable)] if name}
            waiting = sorted(names - done)
            if not waiting:
                return one
            for name in waiting:
                one = one & self.law(self.all[name], calm=calm)
                if born:
                    one = one & self._space.all(self.all[name].own)
                done.add(name)

    def of(self, owner: Site) -> list[Children]:
        """The children of a site of which something is told."""
        return [one for one in self.all.values() if one.owner.name == owner.name] if owner.name in self._owners else []

    def sorting_of(self, variable: Variable) -> Sorting:
        """The sorting of which a variable tells."""
        return self.all[self._whose(variable)].sortings[variable.means[2]]

    def _whose(self, variable: Variable) -> str:
        """The children of whom a variable tells that there are some."""
        if variable.means[0] in ("kin", "many"):
            return variable.name.split("#")[0]
        return ""

    def law(self, children: Children, *, calm: bool) -> Set:
        """Every kind that is there has a child that fits into all that is there."""
        key = (children.size, calm)
        found = children.laws.get(key)
        if found is None:
            fits = self.fits(children, calm=calm)
            parts = list(children.rules)
            for sorting in children.sortings.values():
                for truth, variable in sorting.there.items():
                    such = self.without_child(children, fits & sorting.said[truth])
                    parts.append(~self._space.has(variable, True) | such)
            found = children.laws[key] = self._space.all(parts)
        return found

    def fits(self, children: Children, *, calm: bool) -> Set:
        """A child whose every kind is said to be there."""
        key = (children.size, calm)
        found = children.fitting.get(key)
        if found is None:
            found = self._space.all(
                self._space.any(one.said[truth] & self.there(one, truth) for truth in TRUTHS)
                for one in children.sortings.values()
            )
            if calm:
                found = found & self._calm(children.any_child)
            inner = [one for one in self.all.values() if belongs(one.owner, children.any_child)]
            found = self._space.all([found, *(self.law(one, calm=calm) for one in inner if self._touches(found, one))])
            children.fitting[key] = found
        return found

    def _touches(self, one: Set, children: Children) -> bool:
        return any(self._whose(variable) == children.any_child.name for variable in self._space.reads(one))

    def without_child(self, children: Children, one: Set) -> Set:
        """The set with everything free that is said of the child itself."""
        of_child = [
            variable
            for variable in self._space.reads(one)
            if any(belongs(site, children.any_child) for site in sites_of(variable))
        ]
        return self._space.forget(one, of_child)


def sites_of(variable: Variable) -> list[Site]:
    """The sites of which a variable tells."""
    return [part for part in variable.means if isinstance(part, Site)]


def belongs(site: Site, to: Site) -> bool:
    """Whether one reaches a site from another by looking further: it is that one, its child, its link …"""
    return any(one.name == to.name for one in site.chain)
