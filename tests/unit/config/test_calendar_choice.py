"""One workflow of a composition gives the calendar; one marked `default` gives way to it, whatever the order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.loader import DefinitionError, Loaded, load_together, load_workflow
from tests.unit.config.houses import write

HOUSE = "workflow: {name}\nsays: A house\nfallback: manager\nroles: {{manager: {{says: Manager}}}}\n"
CASE = """\
process: case
tracks: {case: {starts: open, states: {open: {}, closed: {}}}}
actions: {open: {by: [manager]}, close: {by: [manager], moves: {case: {from: [open], to: closed}}}}
"""
KH = "calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon]}\n"
LA = "calendar: {time_zone: Asia/Vientiane, working_days: [fri]}\n"
MM = "calendar: {time_zone: Asia/Yangon, working_days: [sat]}\n"
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


def test_the_same_twice_is_no_conflict(tmp_path: Path) -> None:
    assert zone(composed(tmp_path, KH, KH)) == "Asia/Phnom_Penh"
    assert zone(composed(tmp_path, KH, KH, KH)) == "Asia/Phnom_Penh"


@pytest.mark.parametrize("chosen", [KH, LA])
def test_what_puts_them_together_chooses_one_of_those_that_differ(tmp_path: Path, chosen: str) -> None:
    assert zone(composed(tmp_path, KH, LA, chosen)) == ("Asia/Phnom_Penh" if chosen == KH else "Asia/Vientiane")


@pytest.mark.parametrize(
    ("one", "other", "together", "where", "says"),
    [
        (TH, VN, "", "other", "another default `calendar` stands in another workflow"),
        (KH, LA, "", "other", "the workflows that are put together count by different calendars"),
        (KH, LA, MM, "whole", "the workflows that are put together count by different calendars"),
        (KH, "", MM, "whole", "`calendar` is already given by another workflow"),
        (KH, KH, MM, "whole", "`calendar` is already given by another workflow"),
    ],
)
def test_those_that_differ_are_refused_in_one_place(
    tmp_path: Path, one: str, other: str, together: str, where: str, says: str
) -> None:
    with pytest.raises(DefinitionError) as error:
        composed(tmp_path, one, other, together)
    (problem,) = error.value.problems
    assert says in problem.message
    assert problem.file.endswith(f"{where}/workflow.yaml")
    assert problem.line == 4


def test_the_refusal_names_both_places_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as error:
        composed(tmp_path, KH, LA)
    (problem,) = error.value.problems
    assert re.search(r"Asia/Phnom_Penh, mon in .*/one/workflow\.yaml:4:1; Asia/Vientiane, fri in ", problem.found)
    assert "written out once more" in problem.expected


def test_putting_together_by_name_takes_the_calendar_of_one(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError):
        composed(tmp_path, KH, LA)
    folders = [tmp_path / "one", tmp_path / "other"]
    loaded = load_together(folders, "whole", "Both", calendar_of="other")
    assert zone(loaded) == "Asia/Vientiane"
    assert load_together(folders[::-1], "whole", "Both", calendar_of="other").hash == loaded.hash
    with pytest.raises(DefinitionError, match="there is no such calendar to count by") as error:
        load_together(folders, "whole", "Both", calendar_of="ground")
    assert error.value.problems[0].expected == "one that gives a calendar: one, other"


def test_it_is_the_same_whatever_the_order_of_extends(tmp_path: Path) -> None:
    first = composed(tmp_path / "a", TH, KH)
    second = composed(tmp_path / "b", TH, KH, extends="other, one")
    assert first.hash == second.hash
