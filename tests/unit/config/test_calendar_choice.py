"""One workflow of a composition gives the calendar; one marked `default` gives way to it, whatever the order."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.loader import DefinitionError, Loaded, load_workflow
from tests.unit.config.houses import write

HOUSE = "workflow: {name}\nsays: A house\nfallback: manager\nroles: {{manager: {{says: Manager}}}}\n"
CASE = """\
process: case
tracks: {case: {starts: open, states: {open: {}, closed: {}}}}
actions: {open: {by: [manager]}, close: {by: [manager], moves: {case: {from: [open], to: closed}}}}
"""
KH = "calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon]}\n"
TH = "calendar: {time_zone: Asia/Bangkok, working_days: [tue], default: true}\n"
VN = "calendar: {time_zone: Asia/Ho_Chi_Minh, working_days: [wed], default: true}\n"


def composed(folder: Path, one: str, other: str, together: str = "", extends: str = "one, other") -> Loaded:
    """Two workflows on the same ground with these calendars, put together."""
    write(folder / "ground", {"workflow.yaml": HOUSE.format(name="ground"), "case.yaml": CASE})
    for name, calendar in (("one", one), ("other", other)):
        write(folder / name, {"workflow.yaml": f"workflow: {name}\nsays: One part\nextends: [ground]\n{calendar}"})
    top = f"workflow: whole\nsays: Both\nextends: [{extends}]\n{together}"
    write(folder / "whole", {"workflow.yaml": top})
    return load_workflow(folder / "whole")


def zone(loaded: Loaded) -> str:
    return loaded.workflow.calendar.time_zone


@pytest.mark.parametrize(("one", "other"), [(KH, TH), (TH, KH), (KH, "")])
def test_a_default_gives_way(tmp_path: Path, one: str, other: str) -> None:
    loaded = composed(tmp_path, one, other)
    assert zone(loaded) == "Asia/Phnom_Penh"
    assert not loaded.workflow.calendar.default


def test_what_puts_them_together_may_give_its_own(tmp_path: Path) -> None:
    assert zone(composed(tmp_path, TH, VN, KH)) == "Asia/Phnom_Penh"


def test_a_default_counts_where_nothing_else_is_given(tmp_path: Path) -> None:
    assert zone(composed(tmp_path, TH, "")) == "Asia/Bangkok"
    assert zone(composed(tmp_path, TH, TH)) == "Asia/Bangkok"


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        (TH, VN, "another default `calendar` stands in another workflow"),
        (KH, KH, "`calendar` is already given by another workflow"),
    ],
)
def test_two_that_do_not_give_way_are_refused_at_the_second(tmp_path: Path, one: str, other: str, says: str) -> None:
    with pytest.raises(DefinitionError) as error:
        composed(tmp_path, one, other)
    (problem,) = error.value.problems
    assert says in problem.message
    assert problem.file.endswith("other/workflow.yaml")
    assert problem.line == 4


def test_it_is_the_same_whatever_the_order_of_extends(tmp_path: Path) -> None:
    first = composed(tmp_path / "a", TH, KH)
    second = composed(tmp_path / "b", TH, KH, extends="other, one")
    assert first.hash == second.hash
