"""What the in-memory twin keeps for pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from access.desk import Draft, Search, View
from access.screens import Beat
from cases.ports import StepWrites
from cases.tasks import Overview, Task


@dataclass
class Shelf:
    """Tasks by deadline, roots with their episode, entries in the order in which they came, and the desk."""

    tasks: dict[tuple[str, str], tuple[Task, ...]] = field(default_factory=dict)
    roots: dict[str, tuple[Overview, int]] = field(default_factory=dict)
    found: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # (instance, fact) -> values
    order: list[tuple[str, int]] = field(default_factory=list)  # entries, by instance and seq
    read: dict[str, dt.datetime] = field(default_factory=dict)  # notice -> when it was read
    drafts: dict[str, Draft] = field(default_factory=dict)
    searches: dict[str, Search] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    beats: dict[tuple[str, str], Beat] = field(default_factory=dict)


def put_shown(shelf: Shelf, writes: StepWrites) -> None:
    """Put what a checked step shows onto the shelf."""
    for key in writes.shown.anew:
        shelf.tasks.pop(key, None)
    for task in writes.shown.tasks:
        key = (task.instance, task.name)
        shelf.tasks[key] = (*shelf.tasks.get(key, ()), task)
    root = writes.shown.overview
    if root is not None:
        before, episode = shelf.roots.get(root.ref, (root, 1))
        shelf.roots[root.ref] = (root, episode + (before.over and not root.over))
    for one in writes.found:
        shelf.found[one.instance, one.fact] = tuple(one.values or ())
