"""What every check has at hand: the workflow, where its lines stand, what is broken, and where problems go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from config.definition import Action, Fact, Process, Track, Workflow
from config.layers import Layers
from config.problems import Report, listed
from config.yaml_tree import Path, Table, at, mark_of_key

Value = TypeVar("Value")


@dataclass(frozen=True)
class Context:
    """One workflow under examination. Paths are keys of the composed tree, in the words of the language."""

    workflow: Workflow
    tree: Table
    broken: frozenset[Path]
    layers: Layers
    report: Report
    warnings: Report

    def problem(self, path: Path, message: str, *, found: str = "", expected: str = "", suggestion: str = "") -> None:
        """Report a problem at the value that stands at a path, or as near to it as something stands."""
        self.report.add(at(self.tree, path).mark, message, found=found, expected=expected, suggestion=suggestion)

    def unsafe(self, path: Path, message: str, *, found: str, expected: str) -> None:
        """Report at the value at a path what is whole and must not be used."""
        self.report.add_unsafe(at(self.tree, path).mark, message, found=found, expected=expected)

    def problem_at_key(self, path: Path, message: str, *, found: str = "", expected: str = "") -> None:
        """Report a problem at the key at the end of a path."""
        self.report.add(mark_of_key(self.tree, path), message, found=found, expected=expected)

    def warn(self, path: Path, message: str, *, found: str = "", expected: str = "") -> None:
        """Note something doubtful at the key at the end of a path."""
        self.warnings.add(mark_of_key(self.tree, path), message, found=found, expected=expected)

    def lookup(
        self, kind: str, name: str, table: Mapping[str, Value], home: Path, path: Path, whose: str = ""
    ) -> Value | None:
        """The element of a name, or None: reported at `path` unless it exists and is merely broken.

        `home` is the path of the table in which it would stand, `whose` says in words where that is.
        """
        if name in table:
            return table[name]
        if (*home, name) not in self.broken and home not in self.broken:
            self.unknown(kind, name, table, path, whose)
        return None

    def unknown(self, kind: str, name: str, known: Iterable[str], path: Path, whose: str = "") -> None:
        """Report a name that means nothing."""
        known = list(known)
        self.problem(
            path,
            f"unknown {kind} `{name}`" + (f" {whose}" if whose else ""),
            found=f"`{name}`",
            expected=f"one of {listed(known)}" if known else f"there is no {kind} here",
            suggestion=self.report.nearest(name, known),
        )

    def process(self, name: str, path: Path) -> Process | None:
        """A process by name."""
        return self.lookup("process", name, self.workflow.processes, ("processes",), path)

    def fact(self, process: str, name: str, path: Path) -> Fact | None:
        """A fact of a process by name."""
        facts = self.workflow.processes[process].facts
        return self.lookup("fact", name, facts, ("processes", process, "facts"), path, f"of `{process}`")

    def track(self, process: str, name: str, path: Path) -> Track | None:
        """A track of a process by name."""
        tracks = self.workflow.processes[process].tracks
        return self.lookup("track", name, tracks, ("processes", process, "tracks"), path, f"of `{process}`")

    def state(self, process: str, track: str, name: str, path: Path) -> None:
        """Report a state that its track does not have; the track is known."""
        states = self.workflow.processes[process].tracks[track].states
        self.lookup(
            "state", name, states, ("processes", process, "tracks", track, "states"), path, f"of the track `{track}`"
        )

    def action(self, process: str, name: str, path: Path) -> Action | None:
        """An action of a process by name."""
        actions = self.workflow.processes[process].actions
        return self.lookup("action", name, actions, ("processes", process, "actions"), path, f"of `{process}`")

    def guard(self, process: str, name: str, path: Path) -> None:
        """Report a guard that a process does not have."""
        guards = self.workflow.processes[process].guards
        self.lookup("guard", name, guards, ("processes", process, "guards"), path, f"of `{process}`")

    def role(self, name: str, path: Path) -> None:
        """Report a role that the workflow does not have, or one of people's own records where it means nobody."""
        role = self.lookup("role", name, self.workflow.roles, ("roles",), path)
        if role is not None and role.own_record and not self._is_beside_a_person(path):
            self.problem(
                path,
                f"`{name}` is held by everybody on the record that stands for them, and nowhere else",
                found=f"`{name}` where no such record is at hand",
                expected="a role that is held by title or by assignment",
            )

    def _is_beside_a_person(self, path: Path) -> bool:
        """Whether a path leads into an element of the process that stands for people, or of one below it."""
        if path[0] != "processes" or path[-2] == "second_person":
            return False
        process = str(path[1])
        return self.person_process in (process, *self.ancestors(process))

    def roles(self, names: Iterable[str] | None, path: Path) -> None:
        """Report each role in a list that the workflow does not have."""
        for place, name in enumerate(names or ()):
            self.role(name, (*path, place))

    def ancestors(self, process: str) -> tuple[str, ...]:
        """The parent of a process, its parent, and so on; a circle of parents ends where it closes."""
        return self._ancestors.get(process, ())

    @cached_property
    def _ancestors(self) -> dict[str, tuple[str, ...]]:
        processes = self.workflow.processes
        found: dict[str, tuple[str, ...]] = {}
        for name in processes:
            chain: list[str] = []
            parent = processes[name].parent
            while parent in processes and parent not in chain and parent is not None:
                chain.append(parent)
                parent = processes[parent].parent
            found[name] = tuple(chain)
        return found

    @cached_property
    def person_process(self) -> str | None:
        """The process whose instances are the people who act."""
        standing = [name for name, process in self.workflow.processes.items() if process.stands_for]
        return standing[0] if standing else None

    def has_broken_process(self) -> bool:
        """Whether a whole process is missing because its file has problems of its own."""
        return any(path[:1] == ("processes",) and len(path) == 2 for path in self.broken)
