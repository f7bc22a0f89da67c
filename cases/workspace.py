"""One try of one step: the family as it was read, what is changed in it, and what else was read on the way.

The workspace is the `View` that decisions look at; every instance of another family that is looked at is remembered
with its family's revision, to be re-checked when the step is written (semantics 1). It lives as long as one try.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cases.house import House
from cases.journal import Draft, Kind, chained
from cases.outgoing import Outgoing
from cases.ports import Asking, Document, Due, DueKind, Found, Head, LoadedFamily, NewEntry, Reading, person_mark
from state_machine.conditions import Touch
from state_machine.decision import Read
from state_machine.rules import Rules
from state_machine.stored import changed, differing
from state_machine.view import SYSTEM, Actor, Instance, TrackAt

NO_HEAD = Head(0, "", None)


@dataclass(slots=True)
class Trial:
    """What one try tells the next: whether to lock before reading, and which other families were read."""

    lock: bool = False
    others: set[str] = field(default_factory=set)


class Workspace:
    """The family under change. `order` numbers what happens, so that "after" has a meaning inside one step."""

    watches: frozenset[str] | None = None
    """What the family watches from now on in other families; None: as before."""
    _touched: frozenset[Touch] | None = None

    def __init__(
        self,
        house: House,
        tx: Reading,
        now: dt.datetime,
        loaded: LoadedFamily | None,
        *,
        fresh: tuple[str, Rules] | None = None,
        trial: Trial | None = None,
    ) -> None:
        """A workspace on a family that was read, or on a `fresh` one: the reference of its root and its workflow."""
        self.trial = trial or Trial()
        self.house = house
        self.tx = tx
        # Where the clock went back, time stands still for this family until it has caught up (semantics 6).
        heads = loaded.heads.values() if loaded else ()
        self.now = max([now, *(head.at for head in heads if head.at is not None)])
        self.attempt_id = house.ids.attempt()
        if loaded is not None:
            self.family = loaded.family.id
            self.family_rules = house.workflows.rules(loaded.family.workflow)
        else:
            assert fresh is not None  # a family is either read or begun
            self.family, self.family_rules = fresh
        self.revision = loaded.family.revision if loaded else None
        self.order = 100 * ((self.revision or 0) + 1)
        self.instances: dict[str, Instance] = {one.ref: one for one in loaded.instances} if loaded else {}
        self._before = dict(self.instances)
        self.heads: dict[str, Head] = dict(loaded.heads) if loaded else {}
        self.others: dict[str, int] = {}
        self.entries: list[NewEntry] = []
        self.put_due: dict[tuple[str, str, str], Due] = {}
        self.drop_due: set[tuple[str, str, str]] = set()
        self.found: dict[tuple[str, str], Found] = {}
        self.watched = loaded.family.watches if loaded else frozenset[str]()
        self.looked_at: set[str] = set()  # in other families, since it was last emptied
        self.relied_on: set[tuple[str, int]] = set()  # entries of other families, by guards of steps that were applied
        self.corrections: list[tuple[str, int, int]] = []
        self.documents: tuple[Document, ...] = ()
        self.askings: list[Asking] = []
        self.outgoing: list[Outgoing] = []
        self.migrated = False  # to another workflow version, in this try
        self.unseen = False  # something changed that nobody can tell from what the family was and is
        self.second: Actor | None = None  # who says yes to what is tried, where that is a second person
        self.followed: list[tuple[str, str]] = []
        self.opened: list[str] = []
        self._new: list[str] = []
        self._changed: set[str] = set()
        self._foreign: dict[str, Instance] = {}
        self._people: dict[str, str | None] = {}
        self._children: dict[tuple[str, str], list[Instance]] | None = None

    # --- View -------------------------------------------------------------------------------------------------

    def instance(self, ref: str) -> Instance | None:
        """The instance of this reference as it stands in this try."""
        own = self.instances.get(ref)
        if own is not None:
            return own
        self.looked_at.add(ref)
        return self._foreign.get(ref) or self._fetch(ref)

    def children(self, ref: str, process: str) -> Sequence[Instance]:
        """The children of an instance of this process, in order of opening."""
        if ref not in self.instances:
            self.instance(ref)
            pool: Iterable[Instance] = self._foreign.values()
            return sorted(
                (one for one in pool if one.parent == ref and one.process == process), key=lambda one: one.ordinal
            )
        if self._children is None:
            self._children = {}
            for one in self.instances.values():
                if one.parent is not None:
                    self._children.setdefault((one.parent, one.process), []).append(one)
        return self._children.get((ref, process), ())

    def person(self, person: str) -> Instance | None:
        """The instance that stands for a person, or None (nobody stands for the system)."""
        if person == SYSTEM:
            return None
        if person not in self._people:
            self._people[person] = self.tx.person_ref(person)
        ref = self._people[person]
        if ref is None:
            self.looked_at.add(person_mark(person))
        return self.instance(ref) if ref else None

    def titles(self, person: str) -> frozenset[str]:
        """The roles that a person has in the house."""
        known = self.house.people.person(person)
        return known.titles if known and not known.disabled else frozenset()

    def people_with(self, role: str) -> tuple[str, ...]:
        """Everybody who has this title and is not disabled."""
        return tuple(one.name for one in self.house.people.all() if role in one.titles and not one.disabled)

    def rules(self, instance: Instance) -> Rules:
        """The workflow version to which the instance's family is pinned."""
        if instance.workflow == self.family_rules.hash:
            return self.family_rules
        return self.house.workflows.rules(instance.workflow)

    def _fetch(self, ref: str) -> Instance | None:
        loaded = self.tx.load(ref)
        if loaded is None:
            return None
        self.others[loaded.family.id] = loaded.family.revision
        self.trial.others.add(loaded.family.id)
        self._foreign.update((one.ref, one) for one in loaded.instances)
        return self._foreign.get(ref)

    # --- changes ----------------------------------------------------------------------------------------------

    def put(self, instance: Instance, *, new: bool = False) -> None:
        """Replace (or add) an instance of this family."""
        self.instances[instance.ref] = instance
        if new:
            self._new.append(instance.ref)
        elif instance.ref not in self._new:
            self._changed.add(instance.ref)
        self._children = self._touched = None

    def next_seq(self, ref: str) -> int:
        """The seq that the next journal entry of an instance will have."""
        return self.heads.get(ref, NO_HEAD).seq + 1

    def entry(self, ref: str, kind: Kind, clear: Mapping[str, Any], sealed: Mapping[str, Any]) -> NewEntry:
        """Chain an entry onto the journal of an instance of this family, with what every clear part holds."""
        instance = self.instances[ref]
        base = {
            "attempt": self.attempt_id,
            "process": instance.process,
            "family": self.family,
            "workflow": self.family_rules.hash,
            "calendar": self.family_rules.calendar.hash,
            "order": self.order,
        }
        draft = Draft(ref, kind, base | dict(clear), sealed)
        entry, self.heads[ref] = chained(draft, self.heads.get(ref, NO_HEAD), self.now, self.house.ids.salt())
        self.entries.append(entry)
        return entry

    def due(self, row: Due) -> None:
        """Write (or move) the due row of this instance, kind and name."""
        key = (row.instance, row.kind, row.name)
        self.drop_due.discard(key)
        # First match owns: what is no case belongs to the review of providers, whatever it is (design §6).
        reviewed = self.instances[self.family].process != "case"
        self.put_due[key] = replace(row, flow="review_providers") if reviewed else row

    def no_longer_due(self, ref: str, kind: DueKind, name: str) -> None:
        """Remove a due row, where there is one."""
        key = (ref, kind, name)
        self.put_due.pop(key, None)
        self.drop_due.add(key)

    def forget(self, ref: str, name: str) -> None:
        """A fact has no value any more: lists do not find it, and it lapses no more."""
        self.found[ref, name] = Found(ref, name, None)
        self.no_longer_due(ref, "lapse", name)

    def rely_on(self, reads: Iterable[Iterable[Read]]) -> None:
        """Remember which entries of other families hold the values that let a step be, for whoever corrects them."""
        held = {(read.ref, read.seq) for values in reads for read in values if read.seq}
        self.relied_on |= {(ref, seq) for ref, seq in held if ref not in self.instances}

    def next_order(self) -> int:
        """The order of the next follow-up in this step."""
        self.order += 1
        return self.order

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to write besides dropping due rows."""
        return bool(self.entries or self.put_due or self._changed or self._new or self.watches is not None)

    def watch(self) -> None:
        """From now on the family watches what it has looked at elsewhere; nothing is written where it did before."""
        self.watches = None if self.looked_at == self.watched else frozenset(self.looked_at)

    @property
    def wakes(self) -> tuple[str, ...]:
        """What other families may watch and this step changed: instances that were there, and those above them.

        A child that is opened or moved counts for all above it, through which alone it is found from elsewhere.
        """
        found = {person_mark(one.stands_for) for one in self.new if one.stands_for is not None}
        different = {entry.instance for entry in self.entries if entry.kind == Kind.LAPSED}
        different.update(one.ref for one in (*self.new, *self.changed) if self._reads_otherwise(one))
        for ref in different:
            above: str | None = ref
            while above is not None:
                found.add(above)
                above = self.instances[above].parent
        return tuple(sorted(ref for ref in found if ref not in self._new))

    def _reads_otherwise(self, one: Instance) -> bool:
        """Whether something differs that can be read from another family: anything but deadlines."""
        before = self._before.get(one.ref)
        if before is None:
            return True
        if any(
            differing(*both)
            for both in ((before.facts, one.facts), (before.tracks, one.tracks), (before.done, one.done))
        ):
            return True
        return replace(before, deadlines=one.deadlines, facts=one.facts, tracks=one.tracks, done=one.done) != one

    def before(self, ref: str) -> Instance | None:
        """The instance as it was read; None where this step opens it."""
        return self._before.get(ref)

    def is_new(self, ref: str) -> bool:
        """Whether this step opens the instance."""
        return ref not in self._before

    def touched(self) -> frozenset[Touch]:
        """What differs by now from what was read, in whatever instance of the family; the same until one is put."""
        if self._touched is None:
            self._touched = frozenset(self._differing())
        return self._touched

    def _differing(self) -> set[Touch]:
        found: set[Touch] = set()
        for ref in (*self._new, *self._changed):
            now, before = self.instances[ref], self._before.get(ref)
            process = now.process
            if before is None:
                found.add((process, "child", process))
            names = differing(before.facts if before else {}, now.facts)
            found.update((process, "fact", name) for name in names)
            names = differing(before.tracks if before else {}, now.tracks)
            found.update((process, "track", name) for name in names)
            names = differing(before.done if before else {}, now.done)
            found.update((process, "action", name) for name in names)
        return found

    @property
    def new(self) -> tuple[Instance, ...]:
        """Instances that this step opens, in order."""
        return tuple(self.instances[ref] for ref in self._new)

    @property
    def changed(self) -> tuple[Instance, ...]:
        """Instances that this step changes, in order of opening."""
        return tuple(one for one in self.instances.values() if one.ref in self._changed)


def changed_tracks(instance: Instance, moves: Mapping[str, tuple[str, str]], now: dt.datetime, order: int) -> Instance:
    """The instance with these tracks moved; a track that moves into the state it has keeps its `since`."""
    moved = {track: TrackAt(to, now, order) for track, (_, to) in moves.items() if instance.tracks[track].state != to}
    return replace(instance, tracks=changed(instance.tracks, moved)) if moved else instance
