"""Strict YAML: text to a tree of plain values whose every key and value knows its line and column.

PyYAML's own loaders keep the last of two equal keys, expand aliases and read `no` as a boolean. This one
works on the parser's events: no aliases, no tags, no duplicate or merge keys, one document, limits on size,
depth and number; `true` and `false` are the only booleans, whole numbers the only numbers, all else is text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from config.problems import Mark, Report, shown

MAX_FILE_BYTES = 512 * 1024
MAX_DEPTH = 32
MAX_NODES = 60_000
MAX_TEXT = 10_000
MAX_NUMBER = 2**53 - 1
"""The greatest whole number that every JSON reader keeps exactly (semantics 0)."""

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"0|-?[1-9][0-9]*")
_EMPTY = {"", "~", "null", "Null", "NULL"}
# Controls; line ends that editors do not count; marks that make text read in another order than it is stored.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)

Scalar = bool | int | str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, whole number or boolean. `broken` leaves stand where a problem was already reported."""

    mark: Mark
    value: Scalar
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    mark: Mark
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping in file order; `keys` says where each key stands."""

    mark: Mark
    entries: dict[str, Node]
    keys: dict[str, Mark]


Node = Leaf | Items | Table
Path = tuple[str | int, ...]


class _Unreadable(Exception):
    """The rest of the file cannot be read; the problem is already reported."""


def read_yaml(content: bytes, file: str, report: Report) -> Table | None:
    """Read one file into a tree; problems go to `report`, under the name `file`.

    Returns None where nothing usable could be read. Nodes that have a problem of their own are `broken` leaves.
    """
    text = _text(content, file, report)
    if text is None:
        return None
    events = yaml.parse(text, Loader=_PARSER)
    try:
        return _Reader(events, file, report).document()
    except _Unreadable:
        return None
    except yaml.MarkedYAMLError as problem:
        at = problem.problem_mark or problem.context_mark
        mark = Mark(file, at.line + 1, at.column + 1) if at else Mark(file)
        report.add(mark, f"this is not YAML: {problem.problem or problem.context}")
        return None
    except yaml.YAMLError as problem:
        report.add(Mark(file), f"this is not YAML: {problem}")
        return None


def _text(content: bytes, file: str, report: Report) -> str | None:
    """The text of a file, if it is UTF-8 of allowed size and has no hidden characters."""
    if len(content) > MAX_FILE_BYTES:
        report.add(
            Mark(file), "this file is too long", found=f"{len(content)} bytes", expected=f"at most {MAX_FILE_BYTES}"
        )
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        before = content[: problem.start]
        column = problem.start - (before.rfind(b"\n") + 1) + 1
        report.add(
            Mark(file, before.count(b"\n") + 1, column),
            "this file is not UTF-8",
            found=f"byte 0x{content[problem.start]:02x}",
            expected="a text file saved as UTF-8",
        )
        return None
    hidden = _HIDDEN.search(text)
    if hidden:
        line = text.count("\n", 0, hidden.start()) + 1
        column = hidden.start() - (text.rfind("\n", 0, hidden.start()) + 1) + 1
        report.add(
            Mark(file, line, column),
            "a character that cannot be seen",
            found=f"U+{ord(hidden.group()):04X}",
            expected="visible text; save the file as UTF-8 without a byte order mark",
        )
        return None
    return text


@dataclass(slots=True)
class _Reader:
    """Builds the tree from the parser's events, one event at a time."""

    events: Iterator[yaml.Event]
    file: str
    report: Report
    count: int = field(default=0)

    def document(self) -> Table | None:
        """The one document of the file, which must be a mapping."""
        root: Table | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problem(event, "a second document begins here", expected="one document in each file, no ---")
                    return None
                if event.version or event.tags:
                    self._problem(event, "a directive", expected="no lines that begin with %")
            elif isinstance(event, yaml.NodeEvent):
                root = self._root(event)
        if not documents:
            self.report.add(Mark(self.file), "this file is empty")
        return root

    def _root(self, event: yaml.NodeEvent) -> Table | None:
        node = self._node(event, 1)
        if isinstance(node, Table):
            return node
        if not (isinstance(node, Leaf) and node.broken):
            self._problem(event, "this file is not a mapping", expected="keys with values, such as `process: case`")
        return None

    def _node(self, event: yaml.NodeEvent, depth: int) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            self._problem(event, "this file holds too many values", expected=f"at most {MAX_NODES}")
            raise _Unreadable
        if depth > MAX_DEPTH:
            self._problem(event, "this is nested too deeply", expected=f"at most {MAX_DEPTH} levels")
            raise _Unreadable
        mark = self._mark(event)
        if isinstance(event, yaml.AliasEvent):
            return self._broken(
                event, "an alias", f"*{event.anchor}", "the value itself, written out; aliases are not read"
            )
        sound = True
        if event.anchor:
            self._problem(
                event, "an anchor", found=f"&{event.anchor}", expected="the value alone; anchors are not read"
            )
            sound = False
        tag = getattr(event, "tag", None)
        if tag:
            self._problem(event, "a tag", found=tag, expected="the value alone; tags are not read")
            sound = False
        node: Node
        if isinstance(event, yaml.SequenceStartEvent):
            node = self._items(mark, depth)
        elif isinstance(event, yaml.MappingStartEvent):
            node = self._table(mark, depth, flow=bool(event.flow_style))
        else:
            assert isinstance(event, yaml.ScalarEvent)
            node = self._leaf(event, mark)
        return node if sound else Leaf(mark, "", broken=True)

    def _items(self, mark: Mark, depth: int) -> Items:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            assert isinstance(event, yaml.NodeEvent)
            items.append(self._node(event, depth + 1))
        return Items(mark, tuple(items))

    def _table(self, mark: Mark, depth: int, *, flow: bool) -> Table:
        table = Table(mark, {}, {})
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            assert isinstance(event, yaml.NodeEvent)
            key = self._key(event, depth, table)
            value = next(self.events)
            assert isinstance(value, yaml.NodeEvent)
            if key is not None and flow and self._is_nothing(value):
                node: Node = self._broken(
                    value, f"`{key}` has no value", "nothing", "a value; a text with a comma in it needs quotes here"
                )
            else:
                node = self._node(value, depth + 1)
            if key is not None:
                table.entries[key] = node
                table.keys[key] = self._mark(event)
        return table

    def _key(self, event: yaml.NodeEvent, depth: int, table: Table) -> str | None:
        """The key as text, or None where it cannot be one; whatever it is, its events are consumed."""
        before = len(self.report.problems)
        node = self._node(event, depth + 1)
        if len(self.report.problems) > before:
            return None
        if not isinstance(node, Leaf) or not isinstance(node.value, str):
            found = shown(node.value) if isinstance(node, Leaf) else "a list or mapping"
            self._problem(
                event, "a key that is not a word", found=found, expected="a word; put it in quotes if it must be"
            )
            return None
        if node.value == "<<":
            self._problem(event, "a merge key", found="<<", expected="the keys themselves, written out")
            return None
        if node.value in table.keys:
            self._problem(
                event,
                f"the key `{node.value}` stands here twice",
                found=f"`{node.value}`, first in line {table.keys[node.value].line}",
                expected="every key once",
            )
            return None
        return node.value

    def _leaf(self, event: yaml.ScalarEvent, mark: Mark) -> Leaf:
        text = event.value
        plain = not event.style
        if not text or (plain and text in _EMPTY):
            return self._broken(
                event, "an empty value", f"`{text}`" if text else "nothing", "a value, or leave the key out"
            )
        if plain and text in ("true", "false"):
            return Leaf(mark, text == "true")
        if plain and _NUMBER.fullmatch(text):
            if len(text) > 17 or abs(int(text)) > MAX_NUMBER:
                return self._broken(event, "a number that is too great", shown(text), f"at most {MAX_NUMBER}")
            return Leaf(mark, int(text))
        if len(text) > MAX_TEXT:
            return self._broken(event, "a text that is too long", f"{len(text)} signs", f"at most {MAX_TEXT}")
        hidden = _HIDDEN.search(text)
        if hidden:
            return self._broken(
                event, "a character that cannot be seen", f"U+{ord(hidden.group()):04X}", "visible text"
            )
        return Leaf(mark, text)

    @staticmethod
    def _is_nothing(event: yaml.Event) -> bool:
        return isinstance(event, yaml.ScalarEvent) and not event.style and not event.value and not event.tag

    def _broken(self, event: yaml.Event, message: str, found: str, expected: str) -> Leaf:
        self._problem(event, message, found=found, expected=expected)
        return Leaf(self._mark(event), "", broken=True)

    def _problem(self, event: yaml.Event, message: str, *, found: str = "", expected: str = "") -> None:
        self.report.add(self._mark(event), message, found=found, expected=expected)

    def _mark(self, event: yaml.Event) -> Mark:
        start = event.start_mark
        return Mark(self.file, start.line + 1, start.column + 1) if start else Mark(self.file)


def plain(node: Node) -> object:
    """The tree as plain dicts, lists, texts, numbers and booleans."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


def same(one: Node, other: Node) -> bool:
    """Whether two trees say the same, wherever they stand and in whatever order their keys come."""
    return json.dumps(plain(one), sort_keys=True) == json.dumps(plain(other), sort_keys=True)


def is_broken(node: Node) -> bool:
    """Whether something in this tree has a problem that was already reported."""
    if isinstance(node, Leaf):
        return node.broken
    parts = node.items if isinstance(node, Items) else node.entries.values()
    return any(is_broken(part) for part in parts)


def at(node: Node, path: Path) -> Node:
    """The node at a path of keys and indices; as deep as the path can be followed."""
    for step in path:
        if isinstance(node, Table) and step in node.entries:
            node = node.entries[str(step)]
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            break
    return node


def mark_of_key(node: Node, path: Path) -> Mark:
    """Where the key at the end of a path stands; where there is none, the place that the path leads to."""
    parent = at(node, path[:-1])
    if isinstance(parent, Table) and path and path[-1] in parent.keys:
        return parent.keys[str(path[-1])]
    return parent.mark
