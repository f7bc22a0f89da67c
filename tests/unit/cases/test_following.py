"""What follows from a step: children that it opens and automatic actions, all of it or nothing."""

from __future__ import annotations

import orjson
import pytest

from cases.errors import Failed
from tests.houses import SmallHouse, rules_of, small_house, staff

RESTLESS = """
workflow: restless
says: Never at rest, and a door that stays shut
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon]}
fallback: director
second_person: [director]
roles: {manager: {says: Manager}, director: {says: Director}}
processes:
  - process: top
    tracks: {spin: {starts: left, states: {left: {}, right: {}}}, step: {starts: at0, states: {%(states)s}}}
    facts:
      dizzy: {kind: yes_no, by: [manager]}
      tall: {kind: yes_no, by: [manager]}
      open_gate: {kind: yes_no, by: [manager]}
    guards:
      is_dizzy: {require: {fact: dizzy, is: true}}
      is_tall: {require: {fact: tall, is: true}}
    actions:
      open: {by: [manager]}
      go_right: {automatic: true, moves: {spin: {from: [left], to: right}}, guards: [is_dizzy]}
      go_left: {automatic: true, moves: {spin: {from: [right], to: left}}, guards: [is_dizzy]}
      knock: {by: [manager], opens: [{process: porch, copies: [open_gate]}]}
%(climbs)s
  - process: porch
    parent: top
    tracks: {porch: {starts: here, states: {here: {}}}}
    facts: {open_gate: {kind: yes_no, by: [manager]}}
    actions: {open: {by: [manager], opens: [{process: gate}]}}
  - process: gate
    parent: porch
    tracks: {gate: {starts: here, states: {here: {}}}}
    guards: {gate_is_open: {require: {fact: open_gate, of: porch, is: true}}}
    actions: {open: {by: [manager], guards: [gate_is_open]}}
"""


def restless(steps: int) -> SmallHouse:
    """A house in which a tall case climbs so many steps by itself."""
    climb = "      climb{0}: {{automatic: true, moves: {{step: {{from: [at{0}], to: at{1}}}}}, guards: [is_tall]}}"
    text = RESTLESS % {
        "states": ", ".join(f"at{n}: {{}}" for n in range(steps + 1)),
        "climbs": "\n".join(climb.format(n, n + 1) for n in range(steps)),
    }
    return SmallHouse(rules_of(text), staff(sok="manager", dir="director"))


class TestAutomaticActions:
    def test_they_follow_in_the_same_attempt_and_order(self) -> None:
        house = small_house()
        case = house.open("sok")
        answer = house.act("maly", case, "raise_alarm")
        assert answer.followed == ((case, "alarm_begins"),)
        assert len(answer.opened) == 1
        with house.store.look() as tx:
            clears = [orjson.loads(one.clear) for ref in (case, answer.opened[0]) for one in tx.entries(ref)]
        mine = sorted((one for one in clears if one["attempt"] == answer.attempt), key=lambda one: one["order"])
        assert [one["action"] for one in mine] == ["raise_alarm", "open", "alarm_begins"]
        assert [one["actor"] for one in mine] == ["maly", "maly", "system"]
        assert [one["order"] - mine[0]["order"] for one in mine] == [0, 1, 2]

    def test_they_are_one_revision_with_what_they_follow(self) -> None:
        house = small_house()
        case = house.open("sok")
        before = house.revision(case)
        assert house.act("maly", case, "raise_alarm").revision == before + 1

    def test_they_look_at_the_whole_family(self) -> None:
        house = small_house()
        case = house.open("sok")
        crisis = house.act("sok", case, "raise_alarm").opened[0]
        assert house.act("sok", crisis, "end").followed == ((case, "alarm_ends"),)
        assert house.instance(case).tracks["safety"].state == "calm"

    def test_thirty_two_may_follow(self) -> None:
        house = restless(32)
        assert len(house.record("sok", house.open("sok", "top"), tall=True).followed) == 32

    @pytest.mark.parametrize(("steps", "fact"), [(33, "tall"), (1, "dizzy")])
    def test_more_roll_everything_back(self, steps: int, fact: str) -> None:
        house = restless(steps)
        top = house.open("sok", "top")
        before, kinds = house.family(top), house.kinds(top)
        with pytest.raises(Failed, match="more than 32"):
            house.record("sok", top, **{fact: True})
        assert (house.family(top), house.kinds(top)) == (before, kinds)


class TestOpenedChildren:
    def test_they_take_the_facts_of_equal_name_along(self) -> None:
        house = small_house()
        case = house.open("sok", group="child")
        crisis = house.act("sok", case, "raise_alarm").opened[0]
        child = house.instance(crisis)
        assert (child.parent, child.facts["group"].value, child.opened_by) == (case, "child", "sok")

    def test_they_open_theirs(self) -> None:
        house = restless(1)
        top = house.open("sok", "top", open_gate=True)
        answer = house.act("sok", top, "knock")
        assert [house.instance(ref).process for ref in answer.opened] == ["porch", "gate"]

    def test_one_that_is_refused_refuses_the_whole(self) -> None:
        house = restless(1)
        top = house.open("sok", "top", open_gate=False)
        before = house.family(top)
        answer = house.act("sok", top, "knock")
        assert (answer.decision, [reason.guard for reason in answer.reasons]) == ("refused", ["gate_is_open"])
        assert house.family(top) == before
        assert house.kinds(top) == ["case:instance:opened", "case:action:refused"]
        assert (answer.opened, answer.followed) == ((), ())
