"""Compiled workflow versions, each once, from what is published in the house's own store."""

from __future__ import annotations

import datetime as dt
import threading

from cases.errors import CannotStart, UnknownWorkflow
from cases.ports import Store
from config.loader import Loaded, from_canonical, load_workflow
from config.problems import listed
from state_machine.rules import Rules


class PublishedWorkflows:
    """The versions of a store. Compiled rules are shared by all threads; a published version never changes."""

    def __init__(self, store: Store, default: str) -> None:
        self._store = store
        self._default = default
        self._rules: dict[str, Rules] = {}
        self._current: dict[str, str] = {}
        self._lock = threading.Lock()

    def rules(self, hash_: str) -> Rules:
        """The compiled version of this hash. Raises UnknownWorkflow where it was never published here."""
        found = self._rules.get(hash_)
        if found is None:
            canonical = self._store.workflow(hash_)
            if canonical is None:
                raise UnknownWorkflow(f"workflow version {hash_[:12]} was never published in this house")
            with self._lock:
                found = self._rules.setdefault(hash_, Rules.compile(from_canonical(canonical), hash_))
        return found

    def current(self, name: str | None) -> Rules:
        """The version in which new families are opened: the newest of this name, or of the house's own workflow."""
        name = name or self._default
        hash_ = self._current.get(name)
        if hash_ is None:
            hash_ = self._store.newest_workflow(name)
            if hash_ is None:
                raise UnknownWorkflow(f"no workflow {name!r} is published in this house")
            self._current[name] = hash_
        return self.rules(hash_)

    def ship(self, source: str, now: dt.datetime) -> Loaded:
        """Load the house's own workflow. The first time it comes into force with the house; later only by publishing.

        What is in force stays in force, whatever the folder or the program holds by now: two persons change it
        (`cases.publish`). Raises DefinitionError with all problems of the definition, CannotStart for a workflow that
        was never published in a house that has another one.
        """
        loaded = load_workflow(source)
        name = self._default = loaded.workflow.workflow
        if self._store.newest_workflow(name) is None:
            self._is_the_first(name)
            self.take(loaded, Rules.compile(loaded.workflow, loaded.hash), now)
        return loaded

    def _is_the_first(self, name: str) -> None:
        """Only an empty house takes a workflow by itself. Raises CannotStart."""
        there = dict.fromkeys(one.name for one in self._store.versions.publications())
        if there:
            raise CannotStart(
                f"{name} was never published in this house, where {listed(tuple(there))} is in force; set "
                "HOMEWARD_WORKFLOW to that one, publish the new one (homeward workflow publish), then set it back"
            )

    def look_again(self) -> None:
        """See what was published meanwhile: new families follow it from now on."""
        for name, hash_ in tuple(self._current.items()):
            newest = self._store.newest_workflow(name)
            if newest is not None and newest != hash_:
                self._current[name] = newest

    def take(self, loaded: Loaded, rules: Rules, now: dt.datetime) -> None:
        """Publish a version that is loaded and compiled already, and open new families in it."""
        name = loaded.workflow.workflow
        self._store.publish(loaded.hash, name, loaded.canonical, now)
        self._rules[loaded.hash] = rules
        self._current[name] = loaded.hash
