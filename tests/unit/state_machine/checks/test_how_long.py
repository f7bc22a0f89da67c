"""What `workflow.kept` finds when a composition lets values hold for another length than one of its parts."""

from __future__ import annotations

import pytest

from config.definition import Workflow
from state_machine.checks.tightening import losses
from tests.deadline_workflow import WATCHED
from tests.houses import rules_of

AWAY = "away: {kind: yes_no, starts: false, by: [manager]}"
SOURCE = "source: {house: director, decided: 2026-11-01, why: often}"


def lasting(lasts: str) -> Workflow:
    """The small workflow, in which somebody is away for so long."""
    assert WATCHED.count(AWAY) == 1
    return rules_of(WATCHED.replace(AWAY, f"{AWAY[:-1]}, lasts: {lasts}}}" if lasts else AWAY)).workflow


BOUNDED = "{for: P14D, at_least: P7D, at_most: P30D, " + SOURCE + "}"


@pytest.mark.parametrize(
    ("part", "whole", "says"),
    [
        (BOUNDED, BOUNDED, []),
        (BOUNDED, "{for: P10D, at_least: P7D, at_most: P20D, " + SOURCE + "}", []),
        (
            BOUNDED,
            "{for: P40D, at_least: P7D, at_most: P40D, " + SOURCE + "}",
            ["outside", "`lasts.at_most` is higher"],
        ),
        (BOUNDED, "{for: P14D, at_most: P30D, " + SOURCE + "}", ["`lasts.at_least` is lower, or gone"]),
        (BOUNDED, BOUNDED[:-1] + ", until: [{action: end}]}", ["`until` is another one"]),
        (BOUNDED, "", ["`lasts` is another one"]),
        ("", BOUNDED, ["`lasts` is another one"]),
        ("{for: P14D, " + SOURCE + "}", "{for: P10D, " + SOURCE + "}", ["`lasts.for` is another one"]),
    ],
)
def test_a_value_holds_for_another_length_only_inside_its_bounds(part: str, whole: str, says: list[str]) -> None:
    found = [loss.says for loss in losses(lasting(part), lasting(whole))]
    assert [wanted in said for wanted, said in zip(says, found, strict=True)] == [True] * len(says)
