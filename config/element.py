"""One element of a composition: what its owner wrote, and how overlays add to it and tighten it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.due_bounds import check_figure, figure_keys
from config.durations import Duration
from config.overlay_rules import STRENGTHS, WIDTHS, Kind
from config.problems import Mark, Report, shown
from config.yaml_tree import Items, Leaf, Node, Path, Table, plain, same


@dataclass(frozen=True, slots=True)
class Touch:
    """What one overlay says about an element of a workflow that it extends."""

    layer: str
    node: Table


@dataclass(slots=True)
class Element:
    """An element, its owner, and the touches of overlays in canonical order."""

    path: Path
    kind: Kind
    owner: str
    node: Node
    key: Mark
    ancestors: Mapping[str, frozenset[str]]
    touches: list[Touch] = field(default_factory=list)

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"the {self.kind.says} `{self.path[-1]}` of the workflow `{self.owner}`"

    def touch(self, touch: Touch, report: Report) -> None:
        """Note what an overlay says; what it may not say is reported and left out."""
        base = self.seen(self.ancestors[touch.layer])
        allowed = Table(touch.node.mark, {}, {})
        for key, node in touch.node.entries.items():
            mark = touch.node.keys[key]
            if self._may(key, node, mark, base, touch.node, report):
                allowed.entries[key], allowed.keys[key] = node, mark
        if allowed.entries:
            self.touches.append(Touch(touch.layer, allowed))

    def _may(self, key: str, node: Node, mark: Mark, base: Table, whole: Table, report: Report) -> bool:
        tables = [table for table, _ in self.kind.tables]
        if key in tables:
            return False  # its elements are gathered one by one
        if key == self.kind.says and self.kind.says == "process":
            return False  # the file names its process again
        how = self.kind.how(key)
        if how is None:
            report.add(
                mark,
                f"an overlay may not set `{key}` on {self.name}",
                found=f"`{key}`: {shown(plain(node))}",
                expected=self.kind.may,
                suggestion=report.nearest(key, [name for name, _ in self.kind.allowed] + tables),
            )
            return False
        if how in ("add", "add_rungs", "add_opens"):
            return self._is_list(key, node, mark, report) and (
                how != "add_rungs" or self._rungs_are_new(node, base, report)
            )
        if how == "raise":
            return self._raises(node, base, whole, report)
        if how == "narrow":
            return self._narrows(key, node, base, report)
        if how == "mark":
            return self._marks(key, node, report)
        return how != "figure" or check_figure(key, node, base.entries.get(key), self.name, report)

    def _is_list(self, key: str, node: Node, mark: Mark, report: Report) -> bool:
        if isinstance(node, Items):
            return True
        report.add(
            mark, f"`{key}` has the wrong kind of value", found=shown(plain(node)), expected="a list of what is added"
        )
        return False

    def _marks(self, key: str, node: Node, report: Report) -> bool:
        if isinstance(node, Leaf) and node.value is True:
            return True
        report.add(
            node.mark,
            f"an overlay may only add `{key}` to {self.name}",
            found=shown(plain(node)),
            expected=f"`{key}: true`, or nothing",
        )
        return False

    def _narrows(self, key: str, node: Node, base: Table, report: Report) -> bool:
        """Whether it opens no more than before. What is not one of the words is left to validation."""
        before = _word(base, key, WIDTHS)
        after = node.value if isinstance(node, Leaf) else None
        if after not in WIDTHS or WIDTHS.index(str(after)) <= WIDTHS.index(before):
            return True
        report.add(
            node.mark,
            f"an overlay may only narrow `{key}` of {self.name}",
            found=f"`{after}`",
            expected=f"`{before}`, or nothing",
        )
        return False

    def _raises(self, node: Node, base: Table, whole: Table, report: Report) -> bool:
        before = _strength(base)
        after = node.value if isinstance(node, Leaf) else None
        if after not in STRENGTHS:
            report.add(
                node.mark,
                "`strength` does not know this word",
                found=shown(plain(node)),
                expected="must, should, may or off",
            )
            return False
        if STRENGTHS.index(str(after)) < STRENGTHS.index(before):
            report.add(
                node.mark,
                f"an overlay may only raise the strength of {self.name}",
                found=f"`{after}`",
                expected=f"`{before}` or stronger",
            )
            return False
        if after != before and self.kind.how("source") and "source" not in whole.entries:
            report.add(
                node.mark, f"a raised strength says where it comes from ({self.name})", expected="`source` beside it"
            )
        return True

    def _rungs_are_new(self, node: Node, base: Table, report: Report) -> bool:
        known = {_rung_name(rung): rung for rung in _items(base.entries.get("ladder"))}
        sound = True
        for rung in _items(node):
            name = _rung_name(rung)
            if name in known and not same(rung, known[name]):
                report.add(
                    rung.mark,
                    f"an overlay may not change the rung `{name}` of {self.name}",
                    expected="new rungs, under names of their own",
                )
                sound = False
        return sound

    def settle(self, report: Report) -> None:
        """Report where overlays that do not know each other set the same key differently."""
        for key in {key: None for touch in self.touches for key in touch.node.entries}:
            how = self.kind.how(key)
            if how in ("replace", "narrow"):
                self._agree(key, self._last(key, None), report)
            elif how == "figure":
                for inner in figure_keys(key):
                    self._agree(f"{key}.{inner}", self._last(key, None, inner), report)
            elif how == "add_rungs":
                self._agree_on_rungs(report)

    def _agree(self, key: str, last: list[tuple[str, Node]], report: Report) -> None:
        for layer, node in last[1:]:
            if not same(node, last[0][1]):
                report.add(
                    node.mark,
                    f"two workflows set `{key}` of {self.name} differently",
                    found=f"{shown(plain(node))}; `{last[0][0]}` has {shown(plain(last[0][1]))}",
                    expected=f"the same in both, or `{layer}` and `{last[0][0]}` in one line of `extends`",
                )

    def _agree_on_rungs(self, report: Report) -> None:
        seen: dict[str, Node] = {}
        for touch in self.touches:
            for rung in _items(touch.node.entries.get("ladder")):
                other = seen.setdefault(_rung_name(rung), rung)
                if not same(rung, other):
                    report.add(
                        rung.mark,
                        f"the rung `{_rung_name(rung)}` of {self.name} is another one in another overlay",
                        found=f"also in {other.mark}",
                        expected="the same in both, or another name",
                    )

    def seen(self, upto: frozenset[str] | None) -> Table:
        """Its own keys, without inner tables, as a workflow with these ancestors sees them (None: as they end up)."""
        tables = {table for table, _ in self.kind.tables}
        assert isinstance(self.node, Table)
        own = Table(self.node.mark, {}, {})
        for key, node in self.node.entries.items():
            if key not in tables or not isinstance(node, Table):
                own.entries[key], own.keys[key] = node, self.node.keys[key]
        touches = [touch for touch in self.touches if upto is None or touch.layer in upto]
        for key in {key: None for touch in touches for key in touch.node.entries}:
            how = self.kind.how(key)
            given = [touch.node for touch in touches if key in touch.node.entries]
            before = own.entries.get(key)
            own.keys.setdefault(key, given[0].keys[key])
            if how in ("add", "add_rungs", "add_opens"):
                own.entries[key] = _added(how, before, [table.entries[key] for table in given])
            elif how == "figure":
                own.entries[key] = self._figure(key, before, upto)
            else:
                own.entries[key] = self._last(key, upto)[0][1]
        return own

    def _figure(self, key: str, before: Node | None, upto: frozenset[str] | None) -> Node:
        table = Table(before.mark, dict(before.entries), dict(before.keys)) if isinstance(before, Table) else None
        if table is None:
            return before if before is not None else Table(self.node.mark, {}, {})
        for inner in figure_keys(key):
            last = self._last(key, upto, inner)
            if last:
                table.entries[inner] = last[0][1]
                table.keys[inner] = last[0][1].mark
        return table

    def _last(self, key: str, upto: frozenset[str] | None, inner: str = "") -> list[tuple[str, Node]]:
        """Who sets a key and is not overruled by an overlay further down; of strengths, the highest comes first."""
        given: list[tuple[str, Node]] = []
        strengths: dict[str, str] = {}
        for touch in self.touches:
            node = touch.node.entries.get(key)
            if inner:
                node = node.entries.get(inner) if isinstance(node, Table) else None
            if node is not None and (upto is None or touch.layer in upto):
                given.append((touch.layer, node))
                strengths[touch.layer] = _strength(touch.node)
        overruled = {name for layer, _ in given for name in self.ancestors[layer]}
        last = [(layer, node) for layer, node in given if layer not in overruled]
        if key == "strength":
            last.sort(key=lambda entry: -STRENGTHS.index(strengths[entry[0]]))
        if key == "source" and last:
            # The source belongs to whoever set the strength that counts.
            highest = max(STRENGTHS.index(strengths[layer]) for layer, _ in last)
            last = [entry for entry in last if STRENGTHS.index(strengths[entry[0]]) == highest]
        return last


def _strength(table: Table) -> str:
    node = table.entries.get("strength")
    return str(node.value) if isinstance(node, Leaf) and node.value in STRENGTHS else "must"


def _word(table: Table, key: str, words: tuple[str, ...]) -> str:
    """The word that a key has, or the first of those it can have."""
    node = table.entries.get(key)
    return str(node.value) if isinstance(node, Leaf) and node.value in words else words[0]


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Items) else ()


def _rung_name(rung: Node) -> str:
    node = rung.entries.get("name") if isinstance(rung, Table) else None
    return str(node.value) if isinstance(node, Leaf) else ""


def _added(how: str, before: Node | None, more: list[Node]) -> Node:
    """A list with what overlays add to it: each entry once, rungs in order of time, openings by process."""
    if before is not None and not isinstance(before, Items):
        return before
    items: list[Node] = []
    for node in [*_items(before), *(item for table in more for item in _items(table))]:
        if how == "add_opens":
            _add_opening(items, node)
        elif how == "add_rungs" and any(
            _rung_name(node) == _rung_name(other) for other in items[len(_items(before)) :]
        ):
            continue  # two overlays add it: the same, or reported as different
        elif not any(same(node, other) for other in items):
            items.append(node)
    if how == "add_rungs":
        items.sort(key=_rung_time)
    return Items(before.mark if before is not None else more[0].mark, tuple(items))


def _rung_time(rung: Node) -> float:
    node = rung.entries.get("at") if isinstance(rung, Table) else None
    try:
        return Duration.parse(str(node.value)).nominal_seconds if isinstance(node, Leaf) else 0.0
    except ValueError:
        return 0.0


def _add_opening(items: list[Node], node: Node) -> None:
    """An opening of a process that is opened already adds its copies to the one that is there."""
    for place, other in enumerate(items):
        if isinstance(other, Table) and isinstance(node, Table) and _process(other) == _process(node):
            nothing = Items(node.mark, ())
            copies = _added("add", other.entries.get("copies", nothing), [node.entries.get("copies", nothing)])
            entries, keys = {**other.entries, "copies": copies}, {**other.keys, "copies": copies.mark}
            items[place] = Table(other.mark, entries, keys)
            return
    items.append(node)


def _process(opening: Table) -> object:
    node = opening.entries.get("process")
    return plain(node) if node is not None else None
