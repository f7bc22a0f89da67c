"""The statements about people and about what is lent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, insert, literal_column, select, true, union_all, update

from cases.staff import MOST_LOANS
from storage import tables, tables_staff
from storage.sql import Speech
from storage.staff_rows import LOAN

PEOPLE = "people"
"""The counter of changes of people."""


class StaffSql:
    """The statements, in the words of one database."""

    def __init__(self, speech: Speech) -> None:
        members, changes = tables_staff.members.c, tables_staff.changes.c
        loans, tries = tables_staff.loans.c, tables_staff.tries.c
        of_people = changes.name == literal_column(f"'{PEOPLE}'")
        self.revision = speech(select(changes.number).where(of_people))
        self.next_revision = speech.fence(
            update(tables_staff.changes)
            .where(of_people, changes.number == bindparam("expected", type_=BigInteger))
            .values(number=changes.number + literal_column("1"))
        )
        self.members = speech(
            select(members.name, members.said, members.disabled, members.email).order_by(members.name)
        )
        row: dict[str, Any] = {name: bindparam(name) for name in ("name", "said", "disabled", "email")}
        fresh = speech.insert(tables_staff.members).values(row)
        again = {name: fresh.excluded[name] for name in ("said", "disabled", "email")}
        self.put_member = speech(fresh.on_conflict_do_update(index_elements=["name"], set_=again))
        self.around = speech(_around())
        self.lend = speech(insert(tables_staff.loans).values({name: bindparam(name) for name in LOAN}))
        changed = ("state", "until", "answered_by", "answered_at", "ended_at", "verdict", "said")
        self.change_loan = speech.fence(
            update(tables_staff.loans)
            .where(loans.id == bindparam("loan"), loans.state == bindparam("was"))
            .values({name: bindparam(f"new_{name}") for name in changed})
        )
        all_ = select(*(loans[name] for name in LOAN), tables.families.c.wrapped_key).join(
            tables.families, tables.families.c.id == loans.family
        )
        newest = (loans.asked_at.desc(), loans.id)
        of_way = all_.where(loans.way == bindparam("way")).order_by(*newest).limit(literal_column(str(MOST_LOANS)))
        self.loan = speech(all_.where(loans.id == bindparam("id")))
        self.loans = speech(of_way)
        self.loans_of = speech(of_way.where(loans.person == bindparam("person")))
        open_now = (loans.state == literal_column("'open'"), loans.until > bindparam("now", type_=BigInteger))
        of_person = all_.where(loans.person == bindparam("person"), *open_now)
        self.open_loans = speech(of_person.order_by(loans.asked_at, loans.id))
        waiting = loans.state.in_([literal_column("'asked'"), literal_column("'open'"), literal_column("'ended'")])
        # A grant is answered before it opens, emergency access after it has ended.
        unanswered = waiting & loans.answered_at.is_(None)
        self.waiting = speech(of_way.where(unanswered))
        self.waiting_of = speech(of_way.where(unanswered, loans.person == bindparam("person")))
        message: dict[str, Any] = {name: bindparam(name) for name in ("id", "person", "at", "text", "urgent")}
        told = speech.insert(tables.inbox).values(message)
        self.tell = speech(told.on_conflict_do_nothing(index_elements=["id"]))
        self.try_ = speech(
            insert(tables_staff.tries).values({name: bindparam(name) for name in ("id", "person", "at")})
        )
        self.tries = speech(
            select(func.count()).where(tries.person == bindparam("person"), tries.at > bindparam("since"))
        )


def _around() -> Select[Any]:
    """An instance with its root, once for everybody who holds a role on it or above it, and for what is lent of it."""
    me, root = tables.instances.alias("me"), tables.instances.alias("root")
    start = select(tables.instances.c.ref, tables.instances.c.parent)
    above = start.where(tables.instances.c.ref == bindparam("ref")).cte("above", recursive=True)
    up = tables.instances.alias("up")
    above = above.union_all(select(up.c.ref, up.c.parent).join(above, up.c.ref == above.c.parent))
    held = tables.assignments.c
    loans = tables_staff.loans.c
    of_it = tables.instances.alias("of_it")
    family = select(of_it.c.family).where(of_it.c.ref == bindparam("ref")).scalar_subquery()
    elsewhere = tables.instances.alias("elsewhere")
    what = union_all(
        select(literal_column("'holder'").label("what"), held.person.label("whom")).join_from(
            tables.assignments, above, held.instance == above.c.ref
        ),
        # Somebody holds a role somewhere in the family: whoever opened it has handed it on.
        select(literal_column("'held'"), held.person)
        .join_from(tables.assignments, elsewhere, held.instance == elsewhere.c.ref)
        .where(elsewhere.c.family == family),
        select(loans.way, loans.id).where(
            loans.person == bindparam("person"),
            loans.family == family,
            loans.state == literal_column("'open'"),
            loans.until > bindparam("now", type_=BigInteger),
        ),
    ).subquery("around")
    return (
        select(me.c.ref, me.c.family, root.c.process, me.c.stands_for, me.c.opened_by, what.c.what, what.c.whom)
        .select_from(me)
        .join(root, root.c.ref == me.c.family)
        .outerjoin(what, true())
        .where(me.c.ref == bindparam("ref"))
    )
