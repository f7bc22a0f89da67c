"""Sets of configurations: variables with a few values each, in CUDD and in plain Python alike."""

from __future__ import annotations

from itertools import product

import pytest

from state_machine.checks.space import Space, Value

COLOURS = ("red", "green", "blue")
EVERY: list[dict[str, Value]] = [
    dict(zip(("colour", "size", "known"), one, strict=True)) for one in product(COLOURS, (1, 2), (False, True))
]


@pytest.fixture(params=[False, True], ids=["cudd", "plain"])
def space(request: pytest.FixtureRequest) -> Space:
    made = Space(plain=request.param)
    made.variable("colour", COLOURS, ())
    made.variable("size", (1, 2), ())
    made.variable("known", (False, True), ())
    return made


class TestSets:
    def test_the_last_value_takes_the_spare_codes(self, space: Space) -> None:
        colour = space.variables["colour"]
        assert ~space.among(colour, ["red", "green"]) == space.has(colour, "blue")
        assert space.any(space.has(colour, value) for value in COLOURS) == space.everything

    def test_counts_combinations_of_values_and_not_codes(self, space: Space) -> None:
        everything = list(space.variables.values())
        assert space.count(space.everything, everything) == len(EVERY)
        assert space.count(space.has(space.variables["colour"], "blue"), everything) == len(EVERY) // len(COLOURS)

    def test_a_value_that_there_is_not_is_nowhere(self, space: Space) -> None:
        assert space.has(space.variables["colour"], "black") == space.empty

    def test_forgets_and_keeps_variables(self, space: Space) -> None:
        colour, size = space.variables["colour"], space.variables["size"]
        both = space.has(colour, "red") & space.has(size, 2)
        assert space.forget(both, [colour]) == space.has(size, 2)
        assert space.keep(both, [colour]) == space.has(colour, "red")
        assert space.fixed(both, size, 2) == space.has(colour, "red")
        assert space.fixed(both, size, 1) == space.empty

    def test_picks_what_is_in_the_set(self, space: Space) -> None:
        for one in EVERY:
            assert space.pick(space.at(one)) == one
        assert space.pick(space.empty) is None
        assert space.pick(space.everything) == {}

    def test_knows_what_a_set_depends_on(self, space: Space) -> None:
        both = space.at({"colour": "green", "known": True})
        assert [variable.name for variable in space.reads(both)] == ["colour", "known"]

    def test_a_variable_with_one_value_needs_no_bit(self, space: Space) -> None:
        only = space.variable("only", ("this",), ())
        assert space.has(only, "this") == space.everything
