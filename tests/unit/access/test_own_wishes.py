"""How somebody is told: said by themselves or an administrator, journaled without their figures, and used at once."""

from __future__ import annotations

import datetime as dt

import pytest

from access.members import OwnWishes, set_wishes
from cases.errors import BadInput
from cases.staff import AS_THE_HOUSE, Person, Telling
from tests.staffed_house import StaffedHouse

NIGHT = (dt.time(21), dt.time(6, 30))
SAID = Telling(inbox_only=False, time_zone="Asia/Ho_Chi_Minh", quiet=NIGHT, digest_at=dt.time(7))


@pytest.fixture
def at() -> StaffedHouse:
    return StaffedHouse(in_file={"paper": Person("paper", frozenset({"reporter"}))})


class TestOnesOwnWishes:
    def test_are_said_by_the_person_and_used_from_now_on(self, at: StaffedHouse) -> None:
        assert set_wishes(at.house, "sok", "sok", OwnWishes("km", SAID), at.now).outcome == "changed"
        sok = at.house.people.person("sok")
        assert sok is not None
        wishes = sok.notices
        assert (wishes.language, wishes.time_zone, wishes.quiet, wishes.digest_at) == (
            "km",
            "Asia/Ho_Chi_Minh",
            NIGHT,
            dt.time(7),
        )

    def test_are_journaled_as_said_and_not_what(self, at: StaffedHouse) -> None:
        set_wishes(at.house, "sok", "sok", OwnWishes("km", SAID), at.now)
        (entry,) = at.journal_of("sok", "house:wishes:")
        assert entry["changed"] == ["language", "told"]
        assert "21:00" not in str(entry)

    @pytest.mark.parametrize(("by", "outcome"), [("vanna", "changed"), ("dara", "refused"), ("rith", "refused")])
    def test_are_nobody_elses_but_an_administrators(self, at: StaffedHouse, by: str, outcome: str) -> None:
        assert set_wishes(at.house, by, "sok", OwnWishes(None, SAID), at.now).outcome == outcome

    def test_keep_nothing_from_the_inbox_and_all_from_the_address(self, at: StaffedHouse) -> None:
        member = at.people.member("sok")
        assert member is not None
        only_here = OwnWishes(None, Telling(inbox_only=True))
        set_wishes(at.house, "sok", "sok", only_here, at.now)
        sok = at.house.people.person("sok")
        assert sok is not None
        assert sok.notices.channels == {}

    def test_of_the_file_stay_in_the_file(self, at: StaffedHouse) -> None:
        assert set_wishes(at.house, "paper", "paper", OwnWishes("km", SAID), at.now).outcome == "refused"

    @pytest.mark.parametrize(
        "told", [Telling(time_zone="Asia/Nowhere"), Telling(quiet=(dt.time(7), dt.time(7)))], ids=["zone", "hours"]
    )
    def test_that_cannot_be_kept_are_an_error(self, at: StaffedHouse, told: Telling) -> None:
        with pytest.raises(BadInput):
            set_wishes(at.house, "sok", "sok", OwnWishes(None, told), at.now)
        member = at.people.member("sok")
        assert member is not None
        assert member.told == AS_THE_HOUSE
