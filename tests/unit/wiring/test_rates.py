"""Counts of requests in the last minute, each under a name with a figure of its own."""

from __future__ import annotations

import pytest

from wiring.rates import Rates


def test_so_many_are_allowed_and_the_next_is_not() -> None:
    rates = Rates(token=2, address=5)
    taken = [rates.take("token", "a") for _ in range(3)]
    assert [(one.allowed, one.left) for one in taken] == [(True, 1), (True, 0), (False, 0)]
    assert all(0 < one.reset <= 60 for one in taken)


def test_everybody_and_every_name_is_counted_apart() -> None:
    rates = Rates(token=1, address=2)
    assert rates.take("token", "a").allowed
    assert rates.take("token", "b").allowed
    assert rates.take("address", "a").left == 1


def test_a_name_without_a_figure_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Rates(token=1).take("address", "a")
