"""Which calendar a composition counts by: one is given, and one marked `default` gives way to it.

Where those that are put together count by different ones, the workflow that puts them together says whose counts.
"""

from __future__ import annotations

from config.layers import Layers
from config.problems import Mark, Report
from config.yaml_tree import Leaf, Node, Table, plain, same

Written = tuple[Node, Mark]
"""A calendar as it was written, and the place of its key."""


def choose_calendar(layers: Layers, report: Report) -> Written | None:
    """The calendar of the composition with the place of its key, or None where no workflow gives one.

    Of several that differ and do not give way, the one that the top workflow writes out once more counts; where it
    names none of them, that is reported. So are two defaults that differ while nothing else is given.
    """
    written = [
        (layer.tree.entries["calendar"], layer.tree.keys["calendar"])
        for layer in layers.ordered
        if "calendar" in layer.tree.entries
    ]
    given = [one for one in written if not _gives_way(one[0])]
    if given:
        return _one_of(given, own="calendar" in layers.top.tree.entries and given[-1] is written[-1], report=report)
    for node, mark in written[1:]:
        if not same(node, written[0][0]):
            report.add(
                mark,
                "another default `calendar` stands in another workflow of this composition",
                found=f"first in {written[0][1]}",
                expected="a `calendar` without `default` in the workflow that puts them together",
            )
    return written[0] if written else None


def _one_of(given: list[Written], *, own: bool, report: Report) -> Written:
    """The calendar that counts among those that do not give way; `own`: the last is that of the top workflow."""
    others = given[:-1] if own else given
    differing = [one for one in others if not same(one[0], others[0][0])]
    if own and (not others or any(same(one[0], given[-1][0]) for one in others)):
        return given[-1]
    if not own and not differing:
        return given[0]
    node, mark = given[-1]
    if not differing:
        report.add(
            mark,
            "`calendar` is already given by another workflow of this composition",
            found=f"{_told(node)}; {_told(others[0][0])} in {others[0][1]}",
            expected="no `calendar` here: it is not an overlay's to change",
        )
        return given[0]
    places = [*others[:1], *differing[:1], *(given[-1:] if own else [])]
    report.add(
        mark,
        "the workflows that are put together count by different calendars",
        found="; ".join(f"{_told(node)} in {mark}" for node, mark in places),
        expected="one of them, written out once more in the workflow that puts them together "
        "(`homeward workflow compose … --calendar NAME` does)",
    )
    return given[0]


def _told(node: Node) -> str:
    values = [plain(one) for one in node.entries.values()] if isinstance(node, Table) else [plain(node)]
    return ", ".join(" ".join(map(str, one)) if isinstance(one, list) else str(one) for one in values)


def _gives_way(node: Node) -> bool:
    default = node.entries.get("default") if isinstance(node, Table) else None
    return isinstance(default, Leaf) and default.value is True
