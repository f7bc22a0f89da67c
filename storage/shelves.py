"""What the in-memory twin holds, and how a step that was checked is put there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from cases.outbox import Delivery, InboxMessage, OutboxRow
from cases.outgoing import Outgoing
from cases.ports import (
    Asking,
    Document,
    Due,
    DueKind,
    Family,
    Flow,
    Head,
    KeyedAttempt,
    NewEntry,
    StepWrites,
    StoredEntry,
)
from cases.publications import Proposal, Publication
from cases.staff import Loan, StaffMember
from state_machine.view import Instance
from storage.screens.shelf import Shelf, put_shown

NO_HEAD = Head(0, "", None)


@dataclass
class Shelves:
    """Everything that is stored. `copy` is a snapshot: all values are frozen, and journals only grow."""

    families: dict[str, Family] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)  # family -> refs in order of opening
    instances: dict[str, Instance] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    journals: dict[str, list[StoredEntry]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # person -> ref
    attempts: dict[tuple[str, str], KeyedAttempt] = field(default_factory=dict)
    askings: dict[str, Asking] = field(default_factory=dict)
    due: dict[tuple[str, str, str], Due] = field(default_factory=dict)
    relied_on: dict[str, frozenset[tuple[str, int]]] = field(default_factory=dict)  # family -> entries of others
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    outbox: dict[tuple[str, int, str, str], OutboxRow] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    messages: dict[str, InboxMessage] = field(default_factory=dict)
    workflows: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # hash -> name and canonical form
    calendars: dict[str, tuple[bytes, dt.datetime]] = field(default_factory=dict)  # hash -> content, since when kept
    publications: list[Publication] = field(default_factory=list)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    staff: dict[str, StaffMember] = field(default_factory=dict)
    people_revision: int = 0
    loans: dict[str, Loan] = field(default_factory=dict)
    tries: dict[str, tuple[str, dt.datetime]] = field(default_factory=dict)  # id -> whose, when
    shown: Shelf = field(default_factory=Shelf)  # read where it lies: no snapshot has it

    def copy(self) -> Shelves:
        """A snapshot. Journals are shared: a reader looks no further than the heads that it knows."""
        return Shelves(
            families=self.families.copy(),
            members=self.members.copy(),
            instances=self.instances.copy(),
            heads=self.heads.copy(),
            journals=self.journals.copy(),
            people=self.people.copy(),
            attempts=self.attempts.copy(),
            askings=self.askings.copy(),
            due=self.due.copy(),
            relied_on=self.relied_on.copy(),
            documents=self.documents.copy(),
            outbox=self.outbox.copy(),
            deliveries=self.deliveries.copy(),
            messages=self.messages.copy(),
            workflows=self.workflows.copy(),
            calendars=self.calendars.copy(),
            publications=self.publications.copy(),
            proposals=self.proposals.copy(),
            staff=self.staff.copy(),
            people_revision=self.people_revision,
            loans=self.loans.copy(),
            tries=self.tries.copy(),
        )

    def tell(self, kind: DueKind, name: str, families: Iterable[str], writes: StepWrites) -> None:
        """A due row of this kind and name on the root of each of these families but the one that writes."""
        for family in sorted(set(families) - {writes.family}):
            flow: Flow = "follow_up" if self.instances[family].process == "case" else "review_providers"
            self.due[family, kind, name] = Due(family, family, kind, name, writes.at, flow=flow)


def put_step(shelves: Shelves, writes: StepWrites) -> int:
    """Put a checked step onto the shelves; answers the new revision."""
    revision = 1 if writes.expected is None else writes.expected + 1
    before = shelves.families.get(writes.family)
    watches = (before.watches if before else frozenset()) if writes.watches is None else writes.watches
    shelves.families[writes.family] = Family(writes.family, revision, writes.workflow, watches)
    _put_instances(shelves, writes)
    put_entries(shelves, writes.entries)
    _put_rest(shelves, writes)
    put_shown(shelves.shown, writes)
    return revision


def drop_same(shelves: Shelves, rows: Sequence[Due]) -> None:
    """Drop due rows that are as they were seen."""
    for row in rows:
        key = (row.instance, row.kind, row.name)
        if key in shelves.due and shelves.due[key].at == row.at:
            del shelves.due[key]


def _put_instances(shelves: Shelves, writes: StepWrites) -> None:
    for one in writes.new:
        shelves.members[one.family] = (*shelves.members.get(one.family, ()), one.ref)
        shelves.heads[one.ref] = NO_HEAD
        if one.stands_for is not None:
            shelves.people[one.stands_for] = one.ref
    shelves.instances.update((one.ref, one) for one in (*writes.new, *writes.changed))
    if writes.expected is not None:
        _move(shelves, writes.family, writes.workflow)


def _move(shelves: Shelves, family: str, workflow: str) -> None:
    """An instance names the workflow of its family, whichever of the two was written."""
    for ref in shelves.members[family]:
        if shelves.instances[ref].workflow != workflow:
            shelves.instances[ref] = replace(shelves.instances[ref], workflow=workflow)


def put_entries(shelves: Shelves, entries: Sequence[NewEntry]) -> None:
    for entry in entries:
        stored = StoredEntry(
            entry.instance,
            entry.seq,
            entry.at,
            entry.kind,
            entry.clear,
            entry.sealed,
            entry.previous,
            entry.hash,
        )
        shelves.journals.setdefault(entry.instance, []).append(stored)
        shelves.heads[entry.instance] = Head(entry.seq, entry.hash, entry.at)
        shelves.shown.order.append((entry.instance, entry.seq))


def _put_rest(shelves: Shelves, writes: StepWrites) -> None:
    if writes.keyed is not None:
        shelves.attempts[writes.keyed.person, writes.keyed.key] = writes.keyed
    shelves.askings.update((one.attempt, one) for one in writes.askings)
    for key in writes.drop_due:
        shelves.due.pop(key, None)
    shelves.due.update(((row.instance, row.kind, row.name), row) for row in writes.put_due)
    watching = [one.id for one in shelves.families.values() if not one.watches.isdisjoint(writes.wakes)]
    shelves.tell("wake", writes.family, watching, writes)
    for ref, seq, withdrawn in writes.corrections:
        relying = [family for family, entries in shelves.relied_on.items() if (ref, withdrawn) in entries]
        shelves.tell("undermined", f"{ref}:{seq}", relying, writes)
    if writes.relied_on:
        shelves.relied_on[writes.family] = shelves.relied_on.get(writes.family, frozenset()) | writes.relied_on
    shelves.documents.update(((one.family, one.digest), one) for one in writes.documents)
    shelves.outbox.update((row_key(one), OutboxRow(one, one.at)) for one in writes.outgoing)


def row_key(notice: Outgoing) -> tuple[str, int, str, str]:
    """What makes a row of the outbox one: its entry, rung and template."""
    return notice.instance, notice.seq, notice.rung, notice.template
