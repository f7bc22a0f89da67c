"""People and what is lent, in a database: read here, and written within the transaction of the journal entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from access.relation import Reach
from cases.staff import Around, HouseWrites, Loan, LoanChange, StaffMember, Way
from storage.rows import micros
from storage.sql import Change, Line, Row, Speech, Sql
from storage.staff_rows import loan_of, loan_row, loan_said, member_of, member_said
from storage.staff_sql import StaffSql
from storage.vault import Vault, email_place, loan_place
from storage.visible import newest, parameters


class LinesToRead(Protocol):
    """Where lines to a database come from."""

    def to_read(self) -> AbstractContextManager[Line]:
        """A line on a snapshot."""


class SqlStaff:
    """The staff of one house, to read."""

    def __init__(self, lines: LinesToRead, sql: StaffSql, speech: Speech, vault: Vault) -> None:
        self._lines = lines
        self._sql = sql
        self._vault = vault
        self._visible = speech(newest(speech))

    def revision(self) -> int:
        """How often people were changed so far."""
        return int(self._rows(self._sql.revision, {})[0][0])

    def members(self) -> Sequence[StaffMember]:
        """Everybody whom the store keeps, by name."""
        return [
            member_of(name, said, bool(disabled), self._email(name, email))
            for name, said, disabled, email in self._rows(self._sql.members, {})
        ]

    def around(self, ref: str, person: str, now: dt.datetime) -> Around | None:
        """What a relation of this person to an instance hangs on at `now`."""
        return around_of(self._rows(self._sql.around, {"ref": ref, "person": person, "now": micros(now)}))

    def loan(self, id_: str) -> Loan | None:
        """Something that was lent, or asked for."""
        rows = self._rows(self._sql.loan, {"id": id_})
        return self._loan(rows[0]) if rows else None

    def loans(self, way: Way, *, person: str | None = None, unanswered: bool = False) -> Sequence[Loan]:
        """What was lent, newest first."""
        if person is None:
            rows = self._rows(self._sql.waiting if unanswered else self._sql.loans, {"way": way})
        else:
            of_person = self._sql.waiting_of if unanswered else self._sql.loans_of
            rows = self._rows(of_person, {"way": way, "person": person})
        return [self._loan(row) for row in rows]

    def open_loans(self, person: str, now: dt.datetime) -> Sequence[Loan]:
        """What is open to somebody at `now`, oldest first."""
        return [self._loan(row) for row in self._rows(self._sql.open_loans, {"person": person, "now": micros(now)})]

    def tries(self, person: str, since: dt.datetime) -> int:
        """How often somebody tried to take emergency access since then."""
        return int(self._rows(self._sql.tries, {"person": person, "since": micros(since)})[0][0])

    def visible(self, reach: Reach, process: str | None = None, limit: int = 1000) -> Sequence[str]:
        """The references of the instances to which somebody has any relation, newest first; of one process or all."""
        given = {**parameters(reach), "process": process or "", "limit": limit}
        return [row[0] for row in self._rows(self._visible, given)]

    def _email(self, name: str, sealed: bytes | None) -> str | None:
        return self._vault.unseal_own(email_place(name), bytes(sealed)).decode() if sealed is not None else None

    def _loan(self, row: Row) -> Loan:
        *own, wrapped = row
        id_, family, said = own[0], own[3], own[-1]
        opened = self._vault.unseal(family, wrapped, loan_place(id_), bytes(said)) if wrapped is not None else None
        return loan_of(tuple(own), opened)

    def _rows(self, sql: Sql, parameters: dict[str, Any]) -> list[Row]:
        with self._lines.to_read() as line:
            return line.rows(sql, parameters)


def around_of(rows: Sequence[Row]) -> Around | None:
    """What a relation hangs on, from the rows of the one statement."""
    if not rows:
        return None
    ref, family, root, stands_for, opened_by = rows[0][:5]
    holders = frozenset(row[6] for row in rows if row[5] == "holder")
    held = any(row[5] == "held" for row in rows)
    lent: dict[Way, str] = {row[5]: row[6] for row in rows if row[5] in ("emergency", "grant")}
    return Around(ref, family, root, stands_for, opened_by, holders, held, lent)


def house_changes(sql: StaffSql, vault: Vault, writes: HouseWrites, key_of: Callable[[str], bytes]) -> Iterator[Change]:
    """The statements of a change of the house, without its journal entries and due rows.

    `key_of(family)` is the wrapped key of a family.
    """
    if writes.revision is not None:
        yield Change(sql.next_revision, {"expected": writes.revision}, fenced=True)
    for member in sorted(writes.members, key=lambda one: one.name):
        place = email_place(member.name)
        email = vault.seal_own(place, member.email.encode()) if member.email is not None else None
        row = {"name": member.name, "said": member_said(member), "disabled": member.disabled, "email": email}
        yield Change(sql.put_member, row)
    for change in writes.loans:
        yield _loan(sql, vault, change, key_of(change.loan.family))
    for one in writes.told:
        message = {"id": one.id, "person": one.person, "at": micros(one.at), "text": one.text, "urgent": one.urgent}
        yield Change(sql.tell, message)
    for id_, person in writes.tried:
        yield Change(sql.try_, {"id": id_, "person": person, "at": micros(writes.at)})


def _loan(sql: StaffSql, vault: Vault, change: LoanChange, wrapped: bytes) -> Change:
    loan = change.loan
    row = loan_row(loan, vault.seal(loan.family, wrapped, loan_place(loan.id), loan_said(loan)))
    if change.was is None:
        return Change(sql.lend, row)
    return Change(
        sql.change_loan,
        {"loan": loan.id, "was": change.was} | {f"new_{name}": value for name, value in row.items()},
        fenced=True,
    )
