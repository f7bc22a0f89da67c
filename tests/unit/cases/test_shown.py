"""What a step shows: with whom deadlines lie as tasks, and how the root stands; nothing where nothing changed."""

from __future__ import annotations

import pytest

from cases.tasks import Task
from storage.memory import MemoryStore
from tests.conformance.screens_house import listed_house
from tests.houses import SmallHouse


@pytest.fixture
def house() -> SmallHouse:
    return listed_house(MemoryStore())


@pytest.fixture
def case(house: SmallHouse) -> str:
    """A case whose plan sok agreed, three days after he was assigned."""
    ref = house.open("sok")
    house.ask("assign", "dara", ref, assigned="sok", role="manager")
    house.record("sok", ref, group="adult")
    house.wait(days=3)
    assert house.act("sok", ref, "agree").decision == "applied"
    return ref


def tasks(house: SmallHouse, name: str) -> list[tuple[str, str, str | None]]:
    """(role, kind, owner) of the tasks of a deadline."""
    assert isinstance(house.store, MemoryStore)
    found: list[Task] = [task for task in house.store.screens._tasks() if task.name == name]
    return [(task.role, task.kind, task.owner) for task in found]


def root(house: SmallHouse, ref: str) -> tuple[bool, str | None, int]:
    """Whether it is over, who owns it, and in which episode it is."""
    assert isinstance(house.store, MemoryStore)
    overview, episode = house.store._shelves.shown.roots[ref]
    return overview.over, overview.owner, episode


@pytest.mark.usefixtures("case")
class TestATask:
    def test_lies_with_whoever_holds_its_role(self, house: SmallHouse) -> None:
        assert tasks(house, "plan_review") == [("manager", "task", "sok")]

    def test_lies_with_nobody_where_nobody_holds_its_role(self, house: SmallHouse) -> None:
        assert tasks(house, "health_look") == [("nurse", "task", None)]

    def test_of_a_deadline_that_is_nobodys_is_a_follow_up_of_whom_it_tells(self, house: SmallHouse) -> None:
        assert tasks(house, "contact") == [("manager", "follow_up", "sok")]

    def test_lies_with_each_role_that_a_rung_has_reached(self, house: SmallHouse) -> None:
        house.wait(days=12)
        assert tasks(house, "plan_review") == [("manager", "task", "sok"), ("supervisor", "told", None)]
        house.wait(days=4)
        assert [role for role, _, _ in tasks(house, "plan_review")] == ["manager", "supervisor", "director"]

    def test_goes_over_to_who_is_assigned(self, house: SmallHouse, case: str) -> None:
        house.ask("assign", "dara", case, assigned="vuth", role="manager")
        assert tasks(house, "plan_review") == [("manager", "task", "vuth")]
        assert tasks(house, "contact") == [("manager", "follow_up", "vuth")]
        house.ask("unassign", "dara", case, role="manager")
        assert tasks(house, "plan_review") == [("manager", "task", None)]

    def test_below_lies_with_who_holds_the_role_above(self, house: SmallHouse, case: str) -> None:
        house.open("sok", "visit", under=case)
        assert tasks(house, "visit_held") == [("helper", "task", None)]
        house.ask("assign", "dara", case, assigned="heng", role="helper")
        assert tasks(house, "visit_held") == [("helper", "task", "heng")]

    def test_lies_with_a_title_that_counts_as_its_role(self, house: SmallHouse, case: str) -> None:
        house.ask("unassign", "dara", case, role="manager")
        house.ask("assign", "dara", case, assigned="vuth", role="elder")
        assert tasks(house, "plan_review") == [("manager", "task", "vuth")]

    def test_is_gone_when_it_is_done_and_comes_again(self, house: SmallHouse, case: str) -> None:
        house.wait(days=12)
        assert house.act("sok", case, "review").decision == "applied"
        assert tasks(house, "plan_review") == [("manager", "task", "sok")]

    def test_ends_with_the_case(self, house: SmallHouse, case: str) -> None:
        house.record("sok", case, lessons="Many")
        assert house.act("sok", case, "close").decision == "applied"
        assert tasks(house, "plan_review") == []


class TestARoot:
    def test_is_over_when_it_is_closed_and_begins_another_episode_when_opened_again(
        self, house: SmallHouse, case: str
    ) -> None:
        assert root(house, case) == (False, "sok", 1)
        house.record("sok", case, lessons="Many")
        house.act("sok", case, "close")
        assert root(house, case) == (True, "sok", 1)
        house.act("dara", case, "reopen")
        assert root(house, case) == (False, "sok", 2)

    def test_is_owned_by_the_first_of_its_roles_that_is_held(self, house: SmallHouse, case: str) -> None:
        house.ask("assign", "dara", case, assigned="vuth", role="elder")
        assert root(house, case)[1] == "sok"
        house.ask("unassign", "dara", case, role="manager")
        assert root(house, case)[1] == "vuth"
        house.ask("unassign", "dara", case, role="elder")
        assert root(house, case)[1] is None
