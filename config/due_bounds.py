"""What an overlay may do to a figure with bounds: move it inside them, and narrow them.

Such figures are the `after` of a `due` and the `for` of a `lasts`.
"""

from __future__ import annotations

from config.durations import Duration, compare
from config.problems import Report, shown
from config.yaml_tree import Leaf, Node, Table, plain

FIGURES = {"due": "after", "lasts": "for"}
"""The keys that hold a figure with bounds, and the key of the figure in each."""


def figure_keys(key: str) -> tuple[str, ...]:
    """What an overlay may set in one of them: the figure, its bounds and where it comes from."""
    return (FIGURES[key], "at_least", "at_most", "source")


def check_figure(key: str, node: Node, base: Node | None, name: str, report: Report) -> bool:
    """Whether an overlay's `due` or `lasts` may stand beside that of `base`; every reason why not is reported."""
    if not isinstance(node, Table) or not isinstance(base, Table):
        missing = isinstance(node, Table)
        said = f"an overlay may not set `{key}` on {name}" if missing else f"`{key}` has the wrong kind of value"
        expected = f"no change: it has no `{key}`" if missing else "a mapping"
        report.add(node.mark, said, found=shown(plain(node)), expected=expected)
        return False
    before = len(report.problems)
    for inner, value in node.entries.items():
        if inner not in figure_keys(key):
            report.add(
                node.keys[inner],
                f"an overlay may not set `{key}.{inner}` on {name}",
                found=f"`{inner}`: {shown(plain(value))}",
                expected=", ".join(figure_keys(key)),
            )
    moved, *_ = figure_keys(key)
    changed = [inner for inner in figure_keys(key)[:3] if inner in node.entries]
    if changed and "source" not in node.entries:
        report.add(
            node.keys[changed[0]], f"a changed figure says where it comes from ({name})", expected="`source` beside it"
        )
    bounds = _figure(base, "at_least"), _figure(base, "at_most")
    if moved in node.entries and bounds == (None, None):
        report.add(
            node.keys[moved],
            f"`{key}.{moved}` is fixed on {name}",
            found=shown(plain(node.entries[moved])),
            expected="no change: it has no bounds inside which an overlay may move it",
        )
    for inner in figure_keys(key)[:3]:
        if inner in node.entries:
            _between(node, f"{key}.{inner}", inner, bounds, name, report)
    return len(report.problems) == before


def _between(
    node: Table, said: str, key: str, bounds: tuple[Duration | None, Duration | None], name: str, report: Report
) -> None:
    """Report where a figure is not surely inside the bounds that it found."""
    given, figure = node.entries[key], _figure(node, key)
    least, most = bounds
    if figure is None:
        report.add(
            given.mark, f"`{said}` is not a duration", found=shown(plain(given)), expected="a duration such as P14D"
        )
        return
    if least is not None and compare(figure, least) not in (0, 1):
        report.add(
            given.mark, f"`{said}` leaves the bounds of {name}", found=figure.text, expected=f"{least.text} or more"
        )
    if most is not None and compare(figure, most) not in (0, -1):
        report.add(
            given.mark, f"`{said}` leaves the bounds of {name}", found=figure.text, expected=f"{most.text} or less"
        )


def _figure(table: Table, key: str) -> Duration | None:
    node = table.entries.get(key)
    try:
        return Duration.parse(str(node.value)) if isinstance(node, Leaf) else None
    except ValueError:
        return None
