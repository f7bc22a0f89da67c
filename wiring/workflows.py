"""Compiled workflow versions, each once, from what is published in the house's own store.

Each counts on the calendar that it declares with the days that the house adds, and that calendar is kept by its hash.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from pathlib import Path

import orjson

from cases.errors import CannotStart, UnknownWorkflow
from cases.ports import Store
from config.calendars import DecreedDay, WorkCalendar
from config.definition import Calendar, Workflow
from config.folder import shipped_folder
from config.loader import Loaded, from_canonical, load_workflow
from config.problems import DefinitionError, Problem, listed
from state_machine.rules import Rules


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What the folder of the house's own workflow holds: a version, or the problems because of which it holds none."""

    loaded: Loaded | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What this process has loaded from `source` (a name or a folder) and compiled, without added days, already."""

    source: str
    loaded: Loaded
    rules: Rules


class PublishedWorkflows:
    """The versions of a store. Compiled rules are shared by all threads; a published version never changes.

    What is `known` is not read and compiled again.
    """

    def __init__(
        self, store: Store, default: str, decreed: tuple[DecreedDay, ...] = (), known: Known | None = None
    ) -> None:
        self._store = store
        self._default = default
        self._decreed = decreed
        self._known = known
        self._kept: set[str] = set()
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
                found = self._rules.setdefault(hash_, self._compiled_from(canonical, hash_))
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

    def ship(self, source: str, now: dt.datetime) -> OnDisk:
        """Load the house's own workflow. The first time it comes into force with the house; later only by publishing.

        What is in force stays in force, whatever the folder or the program holds by now: two persons change it
        (`cases.publish`). A folder that cannot be read keeps nobody from the cases of a house that has a version in
        force; the answer says what is wrong with it. The first version of a house has to be proved, unless it is one
        that comes with the program, which was proved when that was made.

        Raises DefinitionError with all problems of the definition where the house has nothing to go on with, and
        CannotStart for a first version that is not proved, or a workflow that was never published in a house that
        has another one.
        """
        try:
            loaded = self._loaded(source)
        except DefinitionError as broken:
            name = self._meant(source)
            if name is None:
                raise
            self._default = name
            return OnDisk(None, broken.problems)
        name = self._default = loaded.workflow.workflow
        if self._store.newest_workflow(name) is None:
            self._is_the_first(name)
            self._is_proved(source, loaded)
            self.take(loaded, self._compiled(loaded.workflow, loaded.hash), now)
        return OnDisk(loaded)

    def _meant(self, source: str) -> str | None:
        """The workflow in force that a folder which cannot be read stands for: of its name, or the only one."""
        there = self._published
        named = Path(source).resolve().name
        return named if named in there else there[0] if len(there) == 1 else None

    @property
    def _published(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.name for one in self._store.versions.publications()))

    def _is_the_first(self, name: str) -> None:
        """Only an empty house takes a workflow by itself. Raises CannotStart."""
        there = self._published
        if there:
            raise CannotStart(
                f"{name} was never published in this house, where {listed(there)} is in force; set "
                "HOMEWARD_WORKFLOW to that one, publish the new one (homeward workflow publish), then set it back"
            )

    def _is_proved(self, source: str, loaded: Loaded) -> None:
        """A folder of one's own comes into force in an empty house as elsewhere: proved. Raises CannotStart."""
        if loaded.folder.resolve().parent == shipped_folder().resolve():
            return
        # What proves is large, and no other start of a house needs it.
        from state_machine.checks.verdict import Verdict
        from wiring.proving import proved

        open_ = [one for one in proved(loaded).proofs if one.verdict is not Verdict.HOLDS]
        if open_:
            raise CannotStart(
                f"{len(open_)} properties of {loaded.workflow.workflow} do not hold or are not decided, the first: "
                f"{open_[0].says}; see: homeward workflow check {source}"
            )

    def look_again(self, now: dt.datetime) -> None:
        """See what was published meanwhile: new families follow it from now on, and its calendar is kept."""
        before = set(self._current.values())
        for name, hash_ in tuple(self._current.items()):
            newest = self._store.newest_workflow(name)
            if newest is not None and newest != hash_:
                self._current[name] = newest
        if before != set(self._current.values()):
            self.keep_calendars(now)

    def keep_calendars(self, now: dt.datetime) -> None:
        """Keep the calendars of all versions that were ever in force, so that dates counted on them can be explained.

        Never inside a step, which it would wait for.
        """
        for hash_ in dict.fromkeys(one.hash for one in self._store.versions.publications()):
            if hash_ not in self._kept:
                canonical = self._store.workflow(hash_)
                assert canonical is not None  # what came into force was kept with it
                declared = Calendar.model_validate_json(orjson.dumps(orjson.loads(canonical)["calendar"]))
                calendar = WorkCalendar.of(declared, self._decreed)
                if self._store.versions.calendar(calendar.hash) is None:
                    self._store.versions.keep_calendar(calendar.hash, calendar.content, now)
                self._kept.add(hash_)

    def _loaded(self, source: str) -> Loaded:
        known = self._known
        return known.loaded if known is not None and known.source == source else load_workflow(source)

    def _compiled_from(self, canonical: bytes, hash_: str) -> Rules:
        known = self._known
        if known is not None and known.loaded.hash == hash_ and not self._decreed:
            return known.rules
        return self._compiled(from_canonical(canonical), hash_)

    def _compiled(self, workflow: Workflow, hash_: str) -> Rules:
        return Rules.compile(workflow, hash_, self._decreed)

    def take(self, loaded: Loaded, rules: Rules, now: dt.datetime) -> None:
        """Publish a version that is loaded and compiled already, and open new families in it."""
        name = loaded.workflow.workflow
        self._store.publish(loaded.hash, name, loaded.canonical, now)
        self._rules[loaded.hash] = rules
        self._current[name] = loaded.hash
