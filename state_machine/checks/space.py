"""Sets of configurations as binary decision diagrams, over variables with a handful of values each.

CUDD does the work where the installed `dd` has it, else `dd` in plain Python: slower, with the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

SMALL = 1024
"""A cache to begin with: a workflow has many small processes; it grows where it has to."""
MEMORY = 2**28
"""Bytes that one manager may aim at. By how much it may aim at, its beginning takes long."""

Value = bool | int | str | None
"""A value of a variable: a state, a value of a fact, True or False; None is unknown."""


class Set(Protocol):
    """A set of configurations: `&`, `|`, `~` as of sets. Equal sets are equal."""

    def __and__(self, other: Set) -> Set:
        """Those in both."""

    def __or__(self, other: Set) -> Set:
        """Those in one of them."""

    def __invert__(self) -> Set:
        """All others."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the model, the `place`-th that was declared. `means` says what it stands for (see `symbols`).

    Its last value takes all spare codes.
    """

    name: str
    values: tuple[Value, ...]
    bits: tuple[str, ...]
    means: tuple[Any, ...]
    place: int


class Space:
    """A diagram manager with its variables. Sets of one space must not be mixed with those of another."""

    def __init__(self, *, plain: bool = False) -> None:
        self._diagrams = _manager(plain=plain)
        self._diagrams.configure(reordering=False)
        self.empty: Set = self._of(False)
        self.everything: Set = self._of(True)
        self.variables: dict[str, Variable] = {}
        self._by_bit: dict[str, Variable] = {}
        self._values: dict[tuple[str, Value], Set] = {}
        self._read: dict[Set, tuple[Variable, ...]] = {}

    def variable(self, name: str, values: Iterable[Value], means: tuple[Any, ...]) -> Variable:
        """The variable of this name, declared with these values the first time that it is asked for."""
        found = self.variables.get(name)
        if found is not None:
            return found
        taken = tuple(values)
        count = max(1, (len(taken) - 1).bit_length())
        bits = tuple(f"v{len(self.variables)}_{place}" for place in range(count)) if len(taken) > 1 else ()
        if bits:
            self._diagrams.declare(*bits)
        made = self.variables[name] = Variable(name, taken, bits, means, len(self.variables))
        self._by_bit |= dict.fromkeys(bits, made)
        for code, value in enumerate(taken):
            self._values[name, value] = self._code(made, code)
        return made

    def _code(self, variable: Variable, code: int) -> Set:
        """Where the variable has the value of this place."""
        if code == len(variable.values) - 1:
            return ~self.any(self._values[variable.name, value] for value in variable.values[:-1])
        return self._cube({bit: bool(code >> place & 1) for place, bit in enumerate(variable.bits)})

    def _of(self, everything: bool) -> Set:
        made: Set = self._diagrams.true if everything else self._diagrams.false
        return made

    def _cube(self, bits: Mapping[str, bool]) -> Set:
        made: Set = self._diagrams.cube(bits)
        return made

    def has(self, variable: Variable, value: Value) -> Set:
        """Where the variable has this value: nowhere, if it is none of its values."""
        return self._values.get((variable.name, value), self.empty)

    def among(self, variable: Variable, values: Iterable[Value]) -> Set:
        """Where the variable has one of these values."""
        return self.any(self.has(variable, value) for value in values)

    def all(self, sets: Iterable[Set]) -> Set:
        """Where all of them hold."""
        found = self.everything
        for one in sets:
            found = found & one
        return found

    def any(self, sets: Iterable[Set]) -> Set:
        """Where one of them holds."""
        found = self.empty
        for one in sets:
            found = found | one
        return found

    def forget(self, one: Set, variables: Iterable[Variable]) -> Set:
        """The set with these variables free."""
        bits = [bit for variable in variables for bit in variable.bits]
        found: Set = self._diagrams.exist(bits, one) if bits else one
        return found

    def forget_both(self, one: Set, other: Set, variables: Iterable[Variable]) -> Set:
        """Where both hold, with these variables free."""
        return self.forget(one & other, variables)

    def keep(self, one: Set, variables: Iterable[Variable]) -> Set:
        """The set with all variables free but these."""
        kept = {variable.name for variable in variables}
        return self.forget(one, [other for other in self.reads(one) if other.name not in kept])

    def fixed(self, one: Set, variable: Variable, value: Value) -> Set:
        """The set as it is where the variable has this value, said without the variable."""
        return self.forget(one & self.has(variable, value), [variable])

    def reads(self, one: Set) -> tuple[Variable, ...]:
        """The variables on which a set depends, in order of declaration."""
        known = self._read.get(one)
        if known is None:
            found = {self._by_bit[bit].place: self._by_bit[bit] for bit in self._diagrams.support(one)}
            known = self._read[one] = tuple(found[place] for place in sorted(found))
        return known

    def count(self, one: Set, variables: Iterable[Variable]) -> int:
        """How many combinations of values of these variables the set has; it must depend on no others."""
        taken = list(variables)
        proper = [self._proper(variable) for variable in taken]
        bits = sum(len(variable.bits) for variable in taken)
        return int(self._diagrams.count(self.all([one, *proper]), bits))

    def _proper(self, variable: Variable) -> Set:
        """Without the spare codes of the last value."""
        last = len(variable.values) - 1
        code = self._cube({bit: bool(last >> place & 1) for place, bit in enumerate(variable.bits)})
        return self.among(variable, variable.values[:-1]) | code if variable.bits else self.everything

    def pick(self, one: Set) -> dict[str, Value] | None:
        """One configuration of a set, as values of the variables that it depends on; None if the set is empty."""
        if one == self.empty:
            return None
        chosen = self._leading_to_it(one)
        found: dict[str, Value] = {}
        for variable in self.reads(one):
            code = sum(1 << place for place, bit in enumerate(variable.bits) if chosen.get(bit))
            found[variable.name] = variable.values[min(code, len(variable.values) - 1)]
        return found

    def _leading_to_it(self, one: Set) -> dict[str, bool]:
        """The first way down a diagram that leads to *yes*, each bit False where it can be."""
        diagrams, chosen = self._diagrams, dict[str, bool]()
        node: Any = one
        negated = node.negated
        while node.var is not None:
            _, low, high = diagrams.succ(node)
            # Of a branch that is no end, some way leads to yes.
            takes_high = low.var is None and low.negated is not negated
            chosen[node.var] = takes_high
            node = high if takes_high else low
            negated = negated is not node.negated
        return chosen

    def at(self, values: Mapping[str, Value]) -> Set:
        """All configurations with these values."""
        return self.all(self.has(self.variables[name], value) for name, value in values.items())


def _manager(*, plain: bool) -> Any:
    """A manager of diagrams; `plain` is the one in Python."""
    # What `dd` brings along takes a tenth of a second to load, and no start of a house has to wait for it.
    from dd import autoref

    if plain:
        return autoref.BDD()
    try:
        from dd import cudd
    except ImportError:
        return autoref.BDD()
    return cudd.BDD(memory_estimate=MEMORY, initial_cache_size=SMALL)
