"""The hands of a house: who is there, and how much each still gets done today."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from interfaces.simulation.plan import Plan
from interfaces.simulation.tally import Day

UNIT = 8
"""How many people of one role work together. A larger house works in units, each with cases of its own."""


class Office:
    """People by role. A day gives each as many steps as their role has; who has done least today is asked first.

    A role with fewer people than there are units shares them.
    """

    def __init__(self, plan: Plan) -> None:
        self._a_day: dict[str, int] = {}
        self._role: dict[str, str] = {}
        most = max((hands.people for hands in plan.staff.values()), default=1)
        count = math.ceil(most / UNIT)
        self._units: list[dict[str, tuple[str, ...]]] = [{} for _ in range(count)]
        for role, hands in plan.staff.items():
            people = [f"{role}_{number}" for number in range(1, hands.people + 1)]
            self._a_day.update(dict.fromkeys(people, hands.steps_a_day))
            self._role.update(dict.fromkeys(people, role))
            for number, unit in enumerate(self._units):
                unit[role] = tuple(people[number::count]) or (people[number % len(people)],)
        self.today = Day()

    @property
    def units(self) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """The people of each unit, by role."""
        return tuple(self._units)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody."""
        return tuple(self._role)

    def new_day(self) -> Day:
        """Everybody is fresh; answers what each had on the day that is over."""
        over, self.today = self.today, Day()
        return over

    def free(self, people: Iterable[str], among: Collection[str] = ()) -> str | None:
        """Whoever of these people (of `among` alone, if given) did least today; None where all have done their day."""
        done = self.today.steps
        left = [(done[one], one) for one in people if done[one] < self._a_day[one] and (not among or one in among)]
        return min(left)[1] if left else None

    def works(self, person: str) -> None:
        """One step of somebody's day."""
        self.today.steps[person] += 1

    def role_of(self, person: str) -> str:
        """The role that a person was taken on for."""
        return self._role[person]
