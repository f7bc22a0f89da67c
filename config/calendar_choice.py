"""Which calendar a composition counts by: exactly one is given, and one marked `default` gives way to it."""

from __future__ import annotations

from config.layers import Layers
from config.problems import Mark, Report
from config.yaml_tree import Leaf, Node, Table, same

Written = tuple[Node, Mark]
"""A calendar as it was written, and the place of its key."""


def choose_calendar(layers: Layers, report: Report) -> Written | None:
    """The calendar of the composition with the place of its key, or None where no workflow gives one.

    A second one that does not give way is reported, and so are two defaults that differ while nothing else is given.
    """
    written = [
        (layer.tree.entries["calendar"], layer.tree.keys["calendar"])
        for layer in layers.ordered
        if "calendar" in layer.tree.entries
    ]
    given = [one for one in written if not _gives_way(one[0])]
    if given:
        for _, mark in given[1:]:
            report.add(
                mark,
                "`calendar` is already given by another workflow of this composition",
                found=f"first in {given[0][1]}",
                expected="exactly one workflow that gives it",
            )
        return given[0]
    for node, mark in written[1:]:
        if not same(node, written[0][0]):
            report.add(
                mark,
                "another default `calendar` stands in another workflow of this composition",
                found=f"first in {written[0][1]}",
                expected="a `calendar` without `default` in the workflow that puts them together",
            )
    return written[0] if written else None


def _gives_way(node: Node) -> bool:
    default = node.entries.get("default") if isinstance(node, Table) else None
    return isinstance(default, Leaf) and default.value is True
