"""The in-memory twin of people and of what is lent."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from itertools import islice

from access.decide import Relation
from access.relation import Reach, relation_in
from cases.ports import Lost
from cases.staff import MOST_LOANS, Around, HouseWrites, Loan, StaffMember, Way
from storage.shelves import Shelves


class MemoryStaff:
    """The staff of a house that lives as long as the program, to read."""

    def __init__(self, shelves: Shelves, turning: threading.Lock) -> None:
        self._shelves = shelves
        self._turning = turning

    def revision(self) -> int:
        """How often people were changed so far."""
        with self._turning:
            return self._shelves.people_revision

    def members(self) -> Sequence[StaffMember]:
        """Everybody whom the store keeps, by name."""
        with self._turning:
            return [one for _, one in sorted(self._shelves.staff.items())]

    def around(self, ref: str, person: str, now: dt.datetime) -> Around | None:
        """What a relation of this person to an instance hangs on at `now`."""
        with self._turning:
            return around(self._shelves, ref, person, now)

    def visible(self, reach: Reach, process: str | None = None, limit: int = 1000) -> Sequence[str]:
        """The references of the instances to which somebody has any relation, newest first; of one process or all."""
        with self._turning:
            shelves = self._shelves
            fitting = [one for one in shelves.instances.values() if process in (None, one.process)]
            fitting.sort(key=lambda one: (one.opened_at, one.family, one.ordinal), reverse=True)
            may = (
                one.ref
                for one in fitting
                if relation_in(reach, around(shelves, one.ref, reach.person, reach.now)) is not Relation.NONE
            )
            return list(islice(may, limit))

    def loan(self, id_: str) -> Loan | None:
        """Something that was lent, or asked for."""
        with self._turning:
            return self._shelves.loans.get(id_)

    def loans(self, way: Way, *, person: str | None = None, unanswered: bool = False) -> Sequence[Loan]:
        """What was lent, newest first."""
        with self._turning:
            all_ = [one for one in self._shelves.loans.values() if one.way == way and person in (None, one.person)]
        if unanswered:
            all_ = [one for one in all_ if one.answered_at is None and one.state in ("asked", "open", "ended")]
        all_.sort(key=lambda one: one.id)
        return sorted(all_, key=lambda one: one.asked_at, reverse=True)[:MOST_LOANS]

    def open_loans(self, person: str, now: dt.datetime) -> Sequence[Loan]:
        """What is open to somebody at `now`, oldest first."""
        with self._turning:
            found = [one for one in self._shelves.loans.values() if one.person == person and one.is_open(now)]
        return sorted(found, key=lambda one: (one.asked_at, one.id))

    def tries(self, person: str, since: dt.datetime) -> int:
        """How often somebody tried to take emergency access since then."""
        with self._turning:
            return sum(1 for who, at in self._shelves.tries.values() if who == person and at > since)


def around(shelves: Shelves, ref: str, person: str, now: dt.datetime) -> Around | None:
    """What a relation hangs on, as it stands on these shelves."""
    me = shelves.instances.get(ref)
    if me is None:
        return None
    holders: set[str] = set()
    above: str | None = ref
    while above is not None:
        holders.update(shelves.instances[above].holders.values())
        above = shelves.instances[above].parent
    held = any(shelves.instances[one].holders for one in shelves.members[me.family])
    lent: dict[Way, str] = {
        one.way: one.id
        for one in shelves.loans.values()
        if one.person == person and one.family == me.family and one.is_open(now)
    }
    root = shelves.instances[me.family].process
    return Around(ref, me.family, root, me.stands_for, me.opened_by, frozenset(holders), held, lent)


def check_house(shelves: Shelves, writes: HouseWrites) -> None:
    """What the databases refuse. Raises Lost."""
    if writes.revision is not None and writes.revision != shelves.people_revision:
        raise Lost
    for change in writes.loans:
        there = shelves.loans.get(change.loan.id)
        if (there.state if there is not None else None) != change.was:
            raise Lost
    if any(id_ in shelves.tries for id_, _ in writes.tried):
        raise Lost


def put_house(shelves: Shelves, writes: HouseWrites) -> None:
    """Write a change that was checked, without its journal entries and due rows."""
    if writes.revision is not None:
        shelves.people_revision += 1
    shelves.staff.update((one.name, one) for one in writes.members)
    shelves.loans.update((change.loan.id, change.loan) for change in writes.loans)
    for one in writes.told:
        shelves.messages.setdefault(one.id, one)
    shelves.tries.update((id_, (person, writes.at)) for id_, person in writes.tried)
