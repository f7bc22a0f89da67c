"""Sound workflows and ways to break them: a fault changes the composed tree, past everything that the loader refuses.

A fault is data: `on` which workflow, what it `breaks` (the kind of check), the property that `falls`, and the
change: `set` a path to a value, `add` entries to a list, `remove` what stands at a path. A path has dots between its
keys; a step into a list is the name of an entry, or the entry itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from config.composition import compose
from config.definition import Workflow
from config.loader import load_workflow
from config.parts import parts_of
from config.problems import Report
from config.yaml_tree import plain, read_yaml
from state_machine.rules import ProcessRules, Rules

HERE = Path(__file__).parent
SMALL = "small"

Tree = Any
"""A workflow, or a part of one, as plain dicts, lists, texts, numbers and booleans."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break a workflow. `steps` is how long the trace must be, where that matters.

    `undecided`: it is not proved that the property falls, only that it does not hold. `bare`: there is nothing that a
    trace could show. `shown`: a trace leads to where it shows. `looks_the_same`: what the trace shows can be played in
    the sound workflow as well.
    """

    name: str
    on: str
    breaks: str
    falls: str
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    remove: Sequence[str] = ()
    steps: int | None = None
    undecided: bool = False
    bare: bool = False
    shown: bool = False
    looks_the_same: bool = False

    @property
    def process(self) -> str:
        """The process in which it is looked for."""
        return self.falls.partition(".")[0]

    def __str__(self) -> str:
        """How a test names it."""
        return f"{self.on}-{self.name}"


def read_faults(file: str) -> tuple[Fault, ...]:
    """The faults of a file beside this one."""
    return tuple(Fault(**one) for one in _read(HERE / file)["faults"])


def broken(fault: Fault) -> Rules:
    """The workflow of a fault with the fault in it, compiled."""
    return compiled(broken_tree(fault), fault.name)


class Narrow(Mapping[str, ProcessRules]):
    """All processes to whoever asks for one by name; one alone to whoever goes through them."""

    def __init__(self, whole: Mapping[str, ProcessRules], process: str) -> None:
        self.whole = whole
        self.process = process

    def __getitem__(self, name: str) -> ProcessRules:
        return self.whole[name]

    def __iter__(self) -> Iterator[str]:
        return iter([self.process])

    def __len__(self) -> int:
        return 1


def only(rules: Rules, process: str) -> Rules:
    """The workflow as a check looks at one process of it."""
    return replace(rules, processes=Narrow(rules.processes, process)) if process in rules.processes else rules


def broken_tree(fault: Fault) -> Tree:
    """The composed tree of a fault's workflow with the fault in it; what is sound is shared and not touched."""
    tree = sound_tree(fault.on)
    for path in fault.remove:
        tree = _at(tree, path.split("."), _taken_away)
    for path, value in fault.set.items():
        tree = _at(tree, path.split("."), _put(value))
    for path, entries in fault.add.items():
        tree = _at(tree, path.split("."), _added(entries))
    return tree


def compiled(tree: Tree, hash_: str) -> Rules:
    """A tree as rules, without the loader's cross-checks."""
    return Rules.compile(Workflow.model_validate(tree), hash_)


@lru_cache(maxsize=8)
def sound_tree(name: str) -> Tree:
    """A sound workflow as plain values, composed."""
    if name == SMALL:
        return _read(HERE / "small.yaml")
    return plain(compose(load_workflow(name).layers, Report())[0])


@lru_cache(maxsize=8)
def sound(name: str) -> Rules:
    """A sound workflow, compiled."""
    return compiled(sound_tree(name), name)


@lru_cache(maxsize=8)
def parts(name: str) -> Mapping[str, Workflow]:
    """What a shipped workflow is made of; the small house stands for a part of a composition that adds nothing."""
    if name == SMALL:
        return {SMALL: sound(SMALL).workflow}
    return parts_of(load_workflow(name))


def _read(path: Path) -> Tree:
    report = Report()
    table = read_yaml(path.read_bytes(), path.name, report)
    assert table is not None, report.problems
    assert report.problems == []
    return plain(table)


Change = Callable[[Tree, str], Tree]
"""Makes from a mapping or a list, and the last step of a path, what stands there afterwards."""


def _at(tree: Tree, path: list[str], change: Change) -> Tree:
    """A copy of the tree with a change at a path; what is not on the path is shared."""
    first, *rest = path
    if not rest:
        return change(tree, first)
    if isinstance(tree, list):
        place = _place(tree, first)
        return [*tree[:place], _at(tree[place], rest, change), *tree[place + 1 :]]
    return {**tree, first: _at(tree.get(first, {}), rest, change)}


def _put(value: Any) -> Change:
    return lambda there, key: {**there, key: value}


def _added(entries: Sequence[Any]) -> Change:
    return lambda there, key: {**there, key: [*there.get(key, []), *entries]}


def _taken_away(there: Tree, key: str) -> Tree:
    if isinstance(there, list):
        place = _place(there, key)
        return [*there[:place], *there[place + 1 :]]
    assert key in there, f"there is no {key} to take away"
    return {name: value for name, value in there.items() if name != key}


def _place(entries: list[Any], name: str) -> int:
    """Where in a list the entry of this name stands, or the entry itself."""
    named = [one.get("name", one.get("process")) if isinstance(one, dict) else one for one in entries]
    return named.index(name)
