"""What somebody may open, as SQL: the same predicate as `access.relation`, for lists.

`visible(speech, of)` is a condition on a table (or alias) of instances; `parameters(reach)` are the values of its bind
parameters, whose names all begin with `v_`. A query that starts from what somebody holds is quicker than one that asks
every row: `held(speech)` selects exactly those instances.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from access.relation import Reach
from storage import tables, tables_staff
from storage.rows import micros
from storage.sql import Speech

_ONE: ColumnElement[int] = literal_column("1")
_OPEN = tables_staff.loans.c.state == literal_column("'open'")


def visible(
    speech: Speech, of: FromClause = tables.instances, held_there: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """A condition that holds for instances to which somebody has any relation; `of` has the columns of `instances`.

    `held_there` holds for those on which, or above which, somebody holds a role, where a query can ask that in a way
    that is quicker for it than finding all of them: `held_at` or `held_above`.
    """
    me = of.c
    root = tables.instances.alias("v_root")
    roots = exists().where(root.c.ref == me.family, root.c.process.in_(_listed(speech, "v_processes")))
    as_staff = or_(
        _flag("v_everything"),
        me.ref.in_(held(speech)) if held_there is None else held_there,
        and_(me.opened_by == _text("v_person"), _unheld(me.family)),
        roots,
        me.family.in_(_lent("emergency")),
    )
    as_auditor = me.family.in_(_lent("grant"))
    own = me.stands_for == _text("v_person")
    return or_(own, and_(_flag("v_staff"), as_staff), and_(_flag("v_auditor"), as_auditor))


def newest(speech: Speech) -> Select[Any]:
    """The references of the instances that somebody may open, newest first; parameters also `process` and `limit`.

    An empty `process` stands for all of them.
    """
    of = tables.instances.c
    process = bindparam("process", type_=tables.TEXT)
    return (
        select(of.ref)
        .where(visible(speech), or_(process == literal_column("''"), of.process == process))
        .order_by(of.opened_at.desc(), of.family.desc(), of.ordinal.desc())
        .limit(bindparam("limit", type_=BigInteger))
    )


def held(speech: Speech) -> Select[Any]:
    """The references of the instances on which somebody, or a person for whom they stand in, holds a role, or above."""
    return select(_below(speech).c.ref)


def held_at(speech: Speech, of: FromClause) -> ColumnElement[bool]:
    """Whether a role is held on this very instance: all that can be, on one that has nothing above it."""
    own = tables.assignments.c
    return of.c.ref.in_(select(own.instance).where(own.person.in_(_listed(speech, "v_persons"))))


def held_above(speech: Speech, of: FromClause) -> ColumnElement[bool]:
    """Whether a role is held on this instance or above it, found upwards from it: for queries of few instances."""
    above, own = tables.instances.alias("v_above"), tables.assignments.alias("v_by_whom")
    start = select(of.c.ref, of.c.parent).correlate(of).cte("v_up", recursive=True, nesting=True)
    up = start.union(select(above.c.ref, above.c.parent).join(start, above.c.ref == start.c.parent))
    mine = own.c.person.in_(_listed(speech, "v_persons"))
    found = exists(select(_ONE).select_from(up.join(own, own.c.instance == up.c.ref)).where(mine).correlate(of))
    # Most are ruled out by their family, which is a look into a small set.
    at, held_in = tables.instances.alias("v_in"), tables.assignments.alias("v_held_in")
    families = select(at.c.family).join(held_in, held_in.c.instance == at.c.ref)
    return and_(of.c.family.in_(families.where(held_in.c.person.in_(_listed(speech, "v_persons")))), found)


def holds(owner: ColumnElement[str | None]) -> ColumnElement[bool]:
    """Whether somebody who asks as staff is the owner that a row names, which is a relation by itself."""
    return and_(_flag("v_staff"), owner == _text("v_person"))


def parameters(reach: Reach) -> Mapping[str, Any]:
    """The values of the bind parameters of `visible` and `held`."""
    return {
        "v_person": reach.person,
        "v_persons": json.dumps(sorted({reach.person, *reach.stands_in_for})),
        "v_processes": json.dumps(sorted(reach.processes)),
        "v_everything": int(reach.every_case),
        "v_staff": int(reach.staff),
        "v_auditor": int(reach.auditor),
        "v_now": micros(reach.now),
    }


def as_setting(reach: Reach) -> str:
    """The same for the policies of PostgreSQL, which look at whole families; `*` where everything is seen."""
    if reach.staff and reach.every_case:
        return "*"
    ways = [way for way, may in (("emergency", reach.staff), ("grant", reach.auditor)) if may]
    return json.dumps(
        {
            "person": reach.person,
            "persons": sorted({reach.person, *reach.stands_in_for}),
            "processes": sorted(reach.processes),
            "staff": reach.staff,
            "ways": ways,
            "now": micros(reach.now),
        }
    )


def _below(speech: Speech) -> CTE:
    """What is held, and everything below it in the same family."""
    at, own = tables.instances.alias("v_at"), tables.assignments.alias("v_own")
    start = (
        select(at.c.ref, at.c.family)
        .join(own, own.c.instance == at.c.ref)
        .where(own.c.person.in_(_listed(speech, "v_persons")))
    )
    below = start.cte("v_below", recursive=True)
    child = tables.instances.alias("v_child")
    # By the family as well, since that has an index.
    more = select(child.c.ref, child.c.family).join(
        below, and_(child.c.family == below.c.family, child.c.parent == below.c.ref)
    )
    return below.union(more)


def _unheld(family: ColumnElement[str]) -> ColumnElement[bool]:
    """Nobody holds a role anywhere in the family."""
    of_it, by = tables.instances.alias("v_of_it"), tables.assignments.alias("v_by")
    return ~exists().where(of_it.c.family == family, by.c.instance == of_it.c.ref)


def _lent(way: str) -> Select[Any]:
    loans = tables_staff.loans.c
    return select(loans.family).where(
        loans.person == _text("v_person"),
        _OPEN,
        loans.way == literal_column(f"'{way}'"),
        loans.until > bindparam("v_now", type_=BigInteger),
    )


def _listed(speech: Speech, name: str) -> Select[Any]:
    """The texts of a JSON array that is given as one parameter, so that the text of a statement stays one."""
    given = bindparam(name, type_=String)
    if speech.dialect.name == "postgresql":
        each = func.jsonb_array_elements_text(given.cast(JSONB))
        return select(each.column_valued(f"{name}_each"))
    rows = func.json_each(given).table_valued(column("value", String), name=f"{name}_each")
    return select(rows.c.value)


def _text(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=tables.TEXT)


def _flag(name: str) -> ColumnElement[bool]:
    return bindparam(name, type_=BigInteger) == _ONE
