"""The same stories across families on each store: who is woken, and whose step a correction elsewhere undermines."""

from __future__ import annotations

import pytest

from cases.correct import Correction, correct
from cases.elapse import elapse
from cases.ports import Store
from tests.houses import SmallHouse, small_house


@pytest.fixture
def house(store: Store) -> SmallHouse:
    """A house on the store."""
    return small_house(store)


def vetted_and_assigned(house: SmallHouse) -> tuple[str, str, int]:
    """A helper's own instance, a case to which the helper is assigned, and the entry of the vetting."""
    with house.store.look() as tx:
        heng = tx.person_ref("heng")
    assert heng is not None
    vetting = house.record("dir", heng, vetting="clear").seq
    case = house.open("sok")
    assert house.ask("assign", "sok", case, assigned="heng", role="helper").decision == "applied"
    return heng, case, vetting


class TestAVettingThatIsWithdrawn:
    def test_undermines_the_assignment_once(self, house: SmallHouse) -> None:
        heng, case, vetting = vetted_and_assigned(house)
        wrong = Correction(house.house.actor("dir"), heng, vetting, reason="another person of that name")
        correct(house.house, wrong, house.clock.now())
        with house.store.look() as tx:
            seen = tx.due_of(case)
        assert [(row.family, row.kind) for row in seen] == [(case, "undermined")]
        assert house.wait(seconds=0).taken == 1
        elapse(house.house, seen, house.clock.now())
        assert house.kinds(case).count("case:guard:undermined") == 1
        assert [one.process for one in house.family(case)] == ["case", "request"]


class TestAPartnerThatIsListedAgain:
    def test_wakes_the_case_that_waits_for_it(self, house: SmallHouse) -> None:
        partner = house.open("dara", "partner")
        house.act("dara", partner, "remove")
        case = house.open("sok", partner=partner, place_safe=True)
        with house.store.look() as tx:
            loaded = tx.load(case)
        assert loaded is not None
        assert loaded.family.watches == {partner}
        house.act("dara", partner, "relist")
        assert house.wait(seconds=0).followed == ((case, "trust_grows"),)
        with house.store.look() as tx:
            assert tx.due_of(case)[0].kind == "lapse"
            assert len(tx.due_of(case)) == 1
