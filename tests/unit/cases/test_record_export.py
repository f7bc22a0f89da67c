"""Who takes data out of the house has it in their own journal."""

from __future__ import annotations

import orjson
import pytest

from cases.errors import BadInput
from cases.record_export import record_export
from state_machine.view import Actor
from tests.houses import small_house


def test_an_export_is_an_entry_with_what_was_chosen() -> None:
    house = small_house()
    record_export(house.house, house.house.actor("dara"), "cases", {"late": "True"}, house.clock.now())
    with house.store.look() as tx:
        ref = tx.person_ref("dara")
        assert ref is not None
        entry = tx.entries(ref)[-1]
    clear = orjson.loads(entry.clear)
    assert (entry.kind, clear["actor"]) == ("house:data:exported", "dara")
    assert (clear["exports"], clear["asked"]) == ("cases", {"late": "True"})


def test_what_cannot_be_journaled_is_not_taken_out() -> None:
    house = small_house()
    with pytest.raises(BadInput, match="cannot be journaled"):
        record_export(house.house, Actor("stranger", frozenset()), "cases", {}, house.clock.now())
