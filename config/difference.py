"""What one version of a workflow says otherwise than another, in words that somebody can approve or not.

Compared are the composed forms, element by element; the order in which things stand means nothing. What is said to
people when they are refused, and what leaves the house, is spelled out before and after; other wording is told as
changed. A process that comes or goes is told with everything in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from config.definition import Process, Workflow
from config.duration_words import in_words
from config.element_words import in_few_words, who_may

What = Literal["added", "removed", "changed"]

SECTIONS = {
    "tracks": "track",
    "facts": "fact",
    "conditions": "condition",
    "guards": "guard",
    "actions": "action",
    "deadlines": "deadline",
    "invariants": "invariant",
}
"""The tables of a process, and what one of their elements is called."""

HOUSE = {"roles": "role", "notices": "notice", "forms": "form"}
"""The tables of the workflow itself."""

_WORDING = {"says", "short", "task_says", "refusal", "remedy"}
_SPELLED_OUT = {"refusal", "remedy"}
"""Wording on which it hangs whether somebody knows what to do."""
_LISTS = {
    "guards": "guard",
    "asks": "asked fact",
    "offers": "offered fact",
    "by": "role",
    "values": "value",
    "clauses": "clause",
}
"""Lists of names inside an element, and what one entry is called."""
_OPENS = {"own": "what somebody holds a role in", "all": "every case"}
"""What somebody of a role opens."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise. `where` is a path such as `case.deadline.plan_review.due`; `says` is for people.

    `before` and `after` are what stood and stands there, as text; None where nothing does.
    """

    what: What
    where: str
    says: str
    before: str | None = None
    after: str | None = None


def differences(before: Workflow, after: Workflow) -> tuple[Difference, ...]:
    """Everything that is otherwise in `after`: of the whole workflow first, then process by process."""
    return tuple(_of_house(before, after)) + tuple(_of_processes(before, after))


def _of_house(before: Workflow, after: Workflow) -> Iterator[Difference]:
    skipped = {"processes", "clauses", "extends", *HOUSE}
    old, new = _plain(before, skipped), _plain(after, skipped)
    yield from _inside("the workflow", "workflow", old, new)
    for name in sorted(set(before.extends) ^ set(after.extends)):
        added = name in after.extends
        verb = "builds on" if added else "no longer builds on"
        yield Difference("added" if added else "removed", "workflow.extends", f"the workflow {verb} {name}")
    for table, word in HOUSE.items():
        yield from _table(word, word, "the workflow", getattr(before, table), getattr(after, table))
    for part in ("register_", "outside", "attested", "scheduled", "built_in"):
        was, is_ = getattr(before.clauses, part), getattr(after.clauses, part)
        name = part.removesuffix("_")
        yield from _table(f"clause under {name}", f"clauses.{name}", "the clause book", was, is_)


def _of_processes(before: Workflow, after: Workflow) -> Iterator[Difference]:
    names = [*before.processes, *(name for name in after.processes if name not in before.processes)]
    for name in names:
        old, new = before.processes.get(name), after.processes.get(name)
        if old is None or new is None:
            added = old is None
            says = f"the process {name} was {'added' if added else 'taken away'}"
            yield Difference("added" if added else "removed", name, says)
        empty = Process(process=name)
        yield from _of_process(old or empty, new or empty)


def _of_process(old: Process, new: Process) -> Iterator[Difference]:
    name = old.process
    skipped = {"process", *SECTIONS}
    yield from _inside(f"the process {name}", name, _plain(old, skipped), _plain(new, skipped))
    for table, word in SECTIONS.items():
        yield from _table(word, f"{name}.{word}", name, getattr(old, table), getattr(new, table))


def _table(word: str, where: str, of: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in [*before, *(one for one in after if one not in before)]:
        path = f"{where}.{name}"
        if name not in after:
            says = f"the {word} {name} was taken from {of}{_few(word, before[name])}"
            yield Difference("removed", path, says, before=_text(before[name]))
        elif name not in before:
            says = f"the {word} {name} was added to {of}{_few(word, after[name])}"
            yield Difference("added", path, says, after=_text(after[name]))
        elif before[name] != after[name]:
            yield from _element(word, name, of, path, before[name], after[name])


def _few(word: str, element: Any) -> str:
    plain = _plain(element, set()) if hasattr(element, "model_dump") else element
    few = in_few_words(word, plain) if isinstance(plain, Mapping) else ""
    return f": {few}" if few else ""


def _element(word: str, name: str, of: str, path: str, before: Any, after: Any) -> Iterator[Difference]:
    called = f"the {word} {name} of {of}" if of != "the workflow" else f"the {word} {name}"
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _inside(called, path, before, after)
    elif hasattr(before, "model_dump") and hasattr(after, "model_dump"):
        yield from _inside(called, path, _plain(before, set()), _plain(after, set()))
    else:
        yield _changed(called, path, before, after)


def _inside(called: str, path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """What is otherwise inside an element: names in lists one by one, figures in words, anything else as it stands."""
    worded = []
    for key in [*before, *(one for one in after if one not in before)]:
        was, is_ = before.get(key), after.get(key)
        if was == is_:
            continue
        here = f"{path}.{key}"
        told = _told(called, here, key, was, is_)
        if told is not None:
            yield told
        elif key in _WORDING:
            worded.append(key)
        elif key in _LISTS:
            yield from _entries(_LISTS[key], called, here, was or (), is_ or ())
        elif key in ("states", "moves"):
            yield from _table(key.rstrip("s"), here, called, was or {}, is_ or {})
        elif key == "ladder":
            old, new = ({rung["name"]: rung for rung in one or ()} for one in (was, is_))
            yield from _table("rung", here, called, old, new)
        elif key == "due":
            yield from _due(called, here, was or {}, is_ or {})
        else:
            yield _changed(f"{called}: {key}", here, was, is_)
    if worded:
        yield Difference("changed", f"{path}.{worded[0]}", f"{called}: its words ({', '.join(worded)})")


def _told(called: str, path: str, key: str, was: Any, is_: Any) -> Difference | None:
    """What has words of its own: what is said to people, who may read or record, and what a role opens."""
    if key in _SPELLED_OUT or (key == "says" and path.startswith("notice.")):
        says = f"{called}: its {key}: {_quoted(was)} → {_quoted(is_)}"
    elif key in ("by", "seen_by") and ".fact." in path and (was is None or is_ is None):
        says = f"{called}: {who_may(key, is_)}; before, {who_may(key, was)}"
    elif key == "opens_cases":
        says = f"{called} opens {_OPENS[str(is_)]}, and not {_OPENS[str(was)]}"
    else:
        return None
    return Difference("changed", path, says, _text(was), _text(is_))


def _quoted(words: Any) -> str:
    return f"“{words}”" if words else "nothing"


def _entries(word: str, called: str, path: str, before: Any, after: Any) -> Iterator[Difference]:
    for name in before:
        if name not in after:
            yield Difference("removed", path, f"the {word} {name} was taken from {called}", before=str(name))
    for name in after:
        if name not in before:
            yield Difference("added", path, f"the {word} {name} was added to {called}", after=str(name))


def _due(called: str, path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """When a deadline falls due, with the figure in words: `30 → 21 working days`."""
    keys = [key for key in ("after", "counts") if before.get(key) != after.get(key)]
    if keys:
        was, is_ = (in_words(one.get("after"), one.get("counts", "days")) for one in (before, after))
        if was.partition(" ")[2] == is_.partition(" ")[2]:
            was = was.partition(" ")[0]
        figures = (_text(one.get("after")) for one in (before, after))
        yield Difference("changed", f"{path}.after", f"{called}: {was} → {is_}", *figures)
    for key in ("since", "at_least", "at_most", "source"):
        if before.get(key) != after.get(key):
            yield _changed(f"{called}: {key}", f"{path}.{key}", before.get(key), after.get(key))


def _changed(called: str, path: str, before: Any, after: Any) -> Difference:
    was, is_ = _text(before), _text(after)
    return Difference("changed", path, f"{called}: {was or 'nothing'} → {is_ or 'nothing'}", was, is_)


def _plain(part: Any, skipped: set[str]) -> dict[str, Any]:
    """An element as plain values, with what holds where nothing is said."""
    dumped: dict[str, Any] = part.model_dump(mode="json", by_alias=True, exclude=skipped, exclude_none=True)
    return dumped


def _text(value: Any) -> str | None:
    """A value as it would be written, on one line."""
    if value is None:
        return None
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "{" + ", ".join(f"{key}: {_text(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(str(_text(one)) for one in value) + "]"
        case _:
            return str(value)
