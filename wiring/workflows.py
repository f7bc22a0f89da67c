"""Compiled workflow versions, each once, from what is published in the house's own store."""

from __future__ import annotations

import datetime as dt
import threading

from cases.errors import UnknownWorkflow
from cases.ports import Store
from config.loader import Loaded, from_canonical, load_workflow
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
        """Publish a shipped workflow (or a folder), unless it is already; new families follow it from now on.

        Raises DefinitionError with all problems of the definition.
        """
        loaded = load_workflow(source)
        self.take(loaded, Rules.compile(loaded.workflow, loaded.hash), now)
        self._default = loaded.workflow.workflow
        return loaded

    def take(self, loaded: Loaded, rules: Rules, now: dt.datetime) -> None:
        """Publish a version that is loaded and compiled already, and open new families in it."""
        name = loaded.workflow.workflow
        self._store.publish(loaded.hash, name, loaded.canonical, now)
        self._rules[loaded.hash] = rules
        self._current[name] = loaded.hash
