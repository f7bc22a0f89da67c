"""What an overlay may do to a due time: move the figure inside its bounds, and narrow the bounds."""

from __future__ import annotations

from config.durations import Duration, compare
from config.problems import Report, shown
from config.yaml_tree import Leaf, Node, Table, plain

_MAY = ("after", "at_least", "at_most", "source")


def check_due(node: Node, base: Node | None, name: str, report: Report) -> bool:
    """Whether an overlay's `due` may stand beside the one of `base`; every reason why not is reported."""
    if not isinstance(node, Table) or not isinstance(base, Table):
        report.add(node.mark, "`due` has the wrong kind of value", found=shown(plain(node)), expected="a mapping")
        return False
    before = len(report.problems)
    for key, value in node.entries.items():
        if key not in _MAY:
            report.add(
                node.keys[key],
                f"an overlay may not set `due.{key}` on {name}",
                found=f"`{key}`: {shown(plain(value))}",
                expected="after, at_least, at_most, source",
            )
    changed = [key for key in _MAY[:3] if key in node.entries]
    if changed and "source" not in node.entries:
        report.add(
            node.keys[changed[0]], f"a changed figure says where it comes from ({name})", expected="`source` beside it"
        )
    least, most = _figure(base, "at_least"), _figure(base, "at_most")
    if "after" in node.entries:
        if least is None and most is None:
            report.add(
                node.keys["after"],
                f"`due.after` is fixed on {name}",
                found=shown(plain(node.entries["after"])),
                expected="no change: it has no bounds inside which an overlay may move it",
            )
        _between(node, "after", least, most, name, report)
    _between(node, "at_least", least, most, name, report)
    _between(node, "at_most", least, most, name, report)
    return len(report.problems) == before


def _between(node: Table, key: str, least: Duration | None, most: Duration | None, name: str, report: Report) -> None:
    """Report where a figure is not surely inside the bounds that it found."""
    given = node.entries.get(key)
    if given is None:
        return
    figure = _figure(node, key)
    if figure is None:
        report.add(
            given.mark, f"`due.{key}` is not a duration", found=shown(plain(given)), expected="a duration such as P14D"
        )
        return
    if least is not None and compare(figure, least) not in (0, 1):
        report.add(
            given.mark, f"`due.{key}` leaves the bounds of {name}", found=figure.text, expected=f"{least.text} or more"
        )
    if most is not None and compare(figure, most) not in (0, -1):
        report.add(
            given.mark, f"`due.{key}` leaves the bounds of {name}", found=figure.text, expected=f"{most.text} or less"
        )


def _figure(due: Table, key: str) -> Duration | None:
    node = due.entries.get(key)
    try:
        return Duration.parse(str(node.value)) if isinstance(node, Leaf) else None
    except ValueError:
        return None
