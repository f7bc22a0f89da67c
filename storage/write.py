"""Writing to a database: one step, one note, or some due rows to a transaction, and then it is over.

The order of the statements is the lock order (semantics 7): the own family, the families that were read in id order,
heads in order of reference, then what hangs on them, and due rows, which others write too, last and in key order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from cases.errors import Failed
from cases.ports import Asking, Document, Due, Found, KeyedAttempt, Lost, NewEntry, StepWrites
from cases.publications import PublishingWrites
from cases.staff import HouseWrites
from state_machine.view import Instance
from storage.outbox_sql import notice_row
from storage.read import ReadSql, SqlReading, in_fixed_numbers
from storage.rows import clear_text, facts_bytes, instance_row, micros, micros_or_none
from storage.screens import written
from storage.sql import Change, Line
from storage.staff import house_changes
from storage.vault import Vault, asking_place, attempt_place, document_place, entry_place, facts_place
from storage.versions import publishing_changes
from storage.write_sql import WriteSql


class SqlTransaction(SqlReading):
    """A writing transaction over one line."""

    def __init__(self, line: Line, read: ReadSql, write: WriteSql, vault: Vault, people: dict[str, str]) -> None:
        super().__init__(line, read, vault, people)
        self._write = write

    def commit_step(self, writes: StepWrites) -> int:
        """Write a step and commit; answers the new revision. Raises Lost, KeyTaken or Failed, with nothing written."""
        self._commit(self.changes(writes))
        return 1 if writes.expected is None else writes.expected + 1

    def awaited(self) -> bool:
        """Whether somebody waits for this transaction to be over."""
        return self._line.awaited()

    def commit_steps(self, steps: Sequence[StepWrites]) -> None:
        """Write several steps in one transaction. Raises Lost, KeyTaken or Failed, with nothing written."""
        self._commit([change for writes in steps for change in self.changes(writes)])

    def changes(self, writes: StepWrites) -> list[Change]:
        """The statements of a step, sealed and in lock order."""
        family = writes.family
        wrapped = self._vault.new_family_key(family) if writes.expected is None else self._key(family)
        sealer = Sealer(self._vault, family, wrapped)
        return [
            *self._families(writes, wrapped),
            *self._new_instances(writes, sealer),
            *self._moved_heads(writes.entries, {one.ref for one in writes.new}),
            *self._entries(writes.entries, sealer),
            *self._keyed(writes.keyed, writes.replaces, sealer),
            *self._changed_instances(writes.changed, sealer),
            *self._found(writes.found),
            *self._readings(writes),
            *self._askings(writes.askings, sealer),
            *self._documents(writes.documents, sealer),
            *self._due(writes.put_due, writes.drop_due),
            *self._wakes(writes),
            *self._undermined(writes),
            *(Change(self._write.notice, notice_row(one)) for one in writes.outgoing),
            *written.lists(self._write.shown, writes, self._tracks),
        ]

    def put_attempt(self, keyed: KeyedAttempt, wrapped: bytes) -> Iterator[Change]:
        """The statements of an attempt under a key, of a family with this wrapped key."""
        yield from self._keyed(keyed, None, Sealer(self._vault, keyed.family, wrapped))

    def note(
        self,
        family: str,
        entries: Sequence[NewEntry],
        *,
        keyed: KeyedAttempt | None = None,
        replaces: str | None = None,
        askings: Sequence[Asking] = (),
        put_due: Sequence[Due] = (),
        read: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Write journal entries that change no state and commit. Raises Lost, KeyTaken or Failed."""
        sealer = Sealer(self._vault, family, self._key(family))
        self._commit(
            [
                *self._unchanged(read),
                *self._moved_heads(entries, set()),
                *self._entries(entries, sealer),
                *self._keyed(keyed, replaces, sealer),
                *self._askings(askings, sealer),
                *self._due(put_due, ()),
            ]
        )

    def publish(self, writes: PublishingWrites) -> None:
        """Write what became of a proposal, and commit. Raises Lost or Failed."""
        changes = list(publishing_changes(self._write.versions, writes))
        changes += self._moved_heads([entry for entries in writes.entries.values() for entry in entries], set())
        for family, entries in writes.entries.items():
            changes += self._entries(entries, Sealer(self._vault, family, self._key(family)))
        changes += self._due(writes.put_due, ())
        self._commit(changes)

    def administer(self, writes: HouseWrites) -> None:
        """Write a change of people or of what is lent, and commit. Raises Lost or Failed."""
        changes = list(house_changes(self._write.staff, self._vault, writes, self._key))
        changes += self._moved_heads([entry for entries in writes.entries.values() for entry in entries], set())
        for family, entries in writes.entries.items():
            changes += self._entries(entries, Sealer(self._vault, family, self._key(family)))
        changes += self._due(writes.put_due, ())
        self._commit(changes)

    def drop_due(self, rows: Sequence[Due], others: Mapping[str, int] = MappingProxyType({})) -> None:
        """Remove due rows that turned out to need nothing, and commit; one put anew meanwhile stays. Raises Lost."""
        in_order = sorted(rows, key=lambda row: (row.instance, row.kind, row.name))
        dropped = (Change(self._write.drop_same_due, due_row(row)) for row in in_order)
        self._commit([*self._unchanged(others), *dropped])

    def postpone_due(self, row: Due, at: dt.datetime, *, stuck: bool) -> None:
        """Push a failing row on, count the try, and commit; one put anew meanwhile stays as it is."""
        later = {"instance": row.instance, "kind": row.kind, "name": row.name, "at": micros(row.at)}
        self._commit([Change(self._write.postpone_due, {**later, "later": micros(at), "is_stuck": stuck})])

    def _commit(self, changes: Sequence[Change]) -> None:
        line = self._line
        self.end()
        line.write(changes)
        written.learn(self._write.shown, changes)

    def _key(self, family: str) -> bytes:
        """The wrapped key of a family that exists."""
        if family not in self._keys:
            rows = self._line.rows(self._read.key, {"id": family})
            if not rows:
                raise Lost
            self._keys[family] = rows[0][0]
        wrapped = self._keys[family]
        if wrapped is None:
            raise Failed("the key of this family was destroyed; nothing can be added to it any more", family=family)
        return wrapped

    def _families(self, writes: StepWrites, wrapped: bytes) -> Iterator[Change]:
        if writes.expected is None:
            row = {"id": writes.family, "revision": 1, "workflow": writes.workflow, "watches": ""}
            sealed = {"wrapped_key": wrapped, "created_at": micros(writes.at)}
            yield Change(self._write.new_family, {**row, **sealed})
        else:
            own = {"family": writes.family, "expected": writes.expected, "workflow": writes.workflow}
            yield Change(self._write.next_revision, own, fenced=True)
        yield from self._unchanged(writes.others)

    def _unchanged(self, others: Mapping[str, int]) -> Iterator[Change]:
        """The families that were read are what they were, in id order."""
        for other in sorted(others):
            read = {"family": other, "expected": others[other]}
            yield Change(self._write.same_revision, read, fenced=True)

    def _new_instances(self, writes: StepWrites, sealer: Sealer) -> Iterator[Change]:
        newest = {entry.instance: entry for entry in writes.entries}
        for one in sorted(writes.new, key=lambda one: one.ordinal):
            yield Change(self._write.new_instance, instance_row(one, sealer.facts(one)))
            entry = newest.get(one.ref)
            head = _head(entry) if entry else {"seq": 0, "hash": "", "at": None}
            yield Change(self._write.new_head, {"instance": one.ref, **head})
            for role, person in one.holders.items():
                yield Change(self._write.assign, {"instance": one.ref, "role": role, "person": person})

    def _moved_heads(self, entries: Sequence[NewEntry], new: set[str]) -> Iterator[Change]:
        """The head of each instance moves from where its first entry continues to its last."""
        first: dict[str, NewEntry] = {}
        last: dict[str, NewEntry] = {}
        for entry in entries:
            if entry.instance not in new:
                first.setdefault(entry.instance, entry)
                last[entry.instance] = entry
        for ref in sorted(first):
            begin, to = first[ref], _head(last[ref])
            before = {"before": begin.seq - 1, "before_hash": begin.previous if begin.seq > 1 else ""}
            moved = {"ref": ref, "to_seq": to["seq"], "to_hash": to["hash"], "to_at": to["at"], **before}
            yield Change(self._write.move_head, moved, fenced=True)

    def _entries(self, entries: Sequence[NewEntry], sealer: Sealer) -> Iterator[Change]:
        for entry in entries:
            row = {
                "instance": entry.instance,
                "seq": entry.seq,
                "at": micros(entry.at),
                "kind": entry.kind,
                "clear": entry.clear,
                "sealed": sealer.seal(entry_place(entry.instance, entry.seq), entry.sealed),
                "previous": entry.previous,
                "hash": entry.hash,
            }
            yield Change(self._write.entry, row)
        yield from written.marks(self._write.shown, entries)

    def _keyed(self, keyed: KeyedAttempt | None, replaces: str | None, sealer: Sealer) -> Iterator[Change]:
        if keyed is None:
            return
        row = {
            "person": keyed.person,
            "key": keyed.key,
            "fingerprint": sealer.seal(attempt_place(keyed.person, keyed.key), keyed.fingerprint.encode()),
            "attempt": keyed.attempt,
            "outcome": keyed.outcome,
            "family": keyed.family,
            "instance": keyed.instance,
            "seq": keyed.seq,
            "revision": keyed.revision,
            "until": micros_or_none(keyed.until),
        }
        if replaces is None:
            yield Change(self._write.new_attempt, row)
        else:
            renamed = {f"new_{name}": value for name, value in row.items()}
            yield Change(self._write.replace_attempt, {**renamed, "replaced": replaces}, fenced=True)

    def _changed_instances(self, changed: Sequence[Instance], sealer: Sealer) -> Iterator[Change]:
        for one in changed:
            row: dict[str, Any] = {"changed": one.ref, "new_clear": clear_text(one)}
            if one.facts is self._facts.get(one.ref):
                yield Change(self._write.change_clear, row)
            else:
                yield Change(self._write.change_instance, {**row, "new_facts": sealer.facts(one)})
            if one.holders != self._holders.get(one.ref):
                yield Change(self._write.unassign_all, {"changed": one.ref})
                for role, person in one.holders.items():
                    yield Change(self._write.assign, {"instance": one.ref, "role": role, "person": person})

    def _found(self, found: Iterable[Found]) -> Iterator[Change]:
        """What lists may find."""
        for one in found:
            yield Change(self._write.forget_found, {"ref": one.instance, "of_fact": one.fact})
            for value in dict.fromkeys(one.values or ()):
                yield Change(self._write.find, {"instance": one.instance, "fact": one.fact, "value": value})

    def _readings(self, writes: StepWrites) -> Iterator[Change]:
        """At whom of other families this one looks by itself, and on whom a step of it has relied."""
        if writes.watches is not None:
            targets = sorted(writes.watches)
            yield Change(self._write.now_watches, {"reader": writes.family, "targets": "\n".join(targets)})
            yield Change(self._write.unwatch, {"reader": writes.family})
            for target in targets:
                yield Change(self._write.watch, {"family": writes.family, "target": target})
        for target, seq in sorted(writes.relied_on):
            yield Change(self._write.rely, {"family": writes.family, "target": target, "seq": seq})

    def _askings(self, askings: Iterable[Asking], sealer: Sealer) -> Iterator[Change]:
        for one in askings:
            row = {
                "attempt": one.attempt,
                "family": one.family,
                "instance": one.instance,
                "action": one.action,
                "person": one.person,
                "on_behalf": one.on_behalf,
                "asked_at": micros(one.asked_at),
                "lapses_at": micros(one.lapses_at),
                "state": one.state,
                "asked": sealer.seal(asking_place(one.attempt), one.asked),
            }
            yield Change(self._write.asking, row)

    def _documents(self, documents: Iterable[Document], sealer: Sealer) -> Iterator[Change]:
        for one in documents:
            sealed = sealer.seal(document_place(one.digest), one.content)
            row = {"family": one.family, "digest": sealer.blinded(one.digest), "media": one.media, "sealed": sealed}
            yield Change(self._write.document, row)

    def _due(self, put: Iterable[Due], drop: Iterable[tuple[str, str, str]]) -> Iterator[Change]:
        """Due rows in key order; where one is both dropped and put, it is put."""
        changes: dict[tuple[str, str, str], Change] = {
            key: Change(self._write.drop_due, {"ref": key[0], "of_kind": key[1], "named": key[2]}) for key in drop
        }
        for row in put:
            changes[row.instance, row.kind, row.name] = Change(self._write.put_due, due_row(row))
        return iter([changes[key] for key in sorted(changes)])

    def _wakes(self, writes: StepWrites) -> Iterator[Change]:
        """Wake whoever watches what this step changed; they are those of now, when the family is fenced."""
        named = {"own": writes.family, "woken_at": micros(writes.at)}
        for refs in in_fixed_numbers(writes.wakes):
            yield Change(self._write.wake, {**named, **refs})

    def _undermined(self, writes: StepWrites) -> Iterator[Change]:
        """Tell whoever ever relied on what this step corrects; again those of now."""
        for ref, seq, withdrawn in writes.corrections:
            named = {"own": writes.family, "named": f"{ref}:{seq}", "told_at": micros(writes.at)}
            yield Change(self._write.undermine, {**named, "corrected": ref, "withdrawn": withdrawn})


class Sealer:
    """Seals for one family."""

    def __init__(self, vault: Vault, family: str, wrapped: bytes) -> None:
        self._vault = vault
        self._family = family
        self._wrapped = wrapped

    def seal(self, place: str, content: bytes) -> bytes:
        """A value, sealed for its place."""
        return self._vault.seal(self._family, self._wrapped, place, content)

    def blinded(self, value: str) -> str:
        """What stands for a value by which a row is found."""
        return self._vault.blinded(self._family, self._wrapped, value)

    def facts(self, one: Instance) -> bytes:
        """The facts of an instance, sealed."""
        return self.seal(facts_place(one.ref), facts_bytes(one))


def _head(entry: NewEntry) -> Mapping[str, Any]:
    return {"seq": entry.seq, "hash": entry.hash, "at": micros(entry.at)}


def due_row(row: Due) -> Mapping[str, Any]:
    """The row of something due."""
    return {
        "instance": row.instance,
        "kind": row.kind,
        "name": row.name,
        "family": row.family,
        "at": micros(row.at),
        "tries": row.tries,
        "stuck": row.stuck,
        "flow": row.flow,
        "falls": micros_or_none(row.falls),
    }
