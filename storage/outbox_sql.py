"""The statements of the outbox, and how its rows become values. Parameters of an update never bear a column's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, insert, literal_column, select, update

from cases.outbox import Delivery, InboxMessage, OutboxRow
from cases.outgoing import Outgoing
from storage import tables
from storage.rows import micros, micros_or_none, moment, moment_or_none
from storage.sql import Row, Speech

_NOTICE = (
    "family",
    "instance",
    "seq",
    "shown_as",
    "role",
    "template",
    "verb",
    "deadline",
    "generation",
    "dating",
    "rung",
    "rung_number",
    "repeat",
    "due",
    "urgent",
    "breach",
    "at",
)
_STAGE = ("next_at", "state", "tries")
_DELIVERY = (
    "id",
    "person",
    "channel",
    "state",
    "not_before",
    "made_at",
    "tries",
    "claims",
    "digest",
    "problem",
    "sent_at",
)
_ROW_KEY = ("instance", "seq", "rung", "template")
_rows, _deliveries, _inbox = tables.outbox.c, tables.deliveries.c, tables.inbox.c


class OutboxSql:
    """Everything that is asked of the outbox."""

    def __init__(self, speech: Speech) -> None:
        self.new_row = speech(insert(tables.outbox))
        self.any_row = speech(_rows_due(_rows.seq).limit(literal_column("1")))
        self.any_delivery = speech(_deliveries_due(_deliveries.claims).limit(literal_column("1")))
        rows = _rows_due(*_columns(_rows, _NOTICE + _STAGE)).limit(bindparam("limit"))
        due = _deliveries_due(*_delivery_columns()).limit(bindparam("limit"))
        if speech.locks_rows:
            # Whoever else sends takes others; nobody waits.
            rows = rows.with_for_update(skip_locked=True)
            due = due.with_for_update(skip_locked=True, of=tables.deliveries)
        self.due_rows = speech(rows)
        self.due_deliveries = speech(due)
        self._lists(speech)
        self._changes(speech)
        new_delivery = speech.insert(tables.deliveries)
        # Fanned out before, by a sender that lost its try, or for a digest that is there: what is there counts.
        self.new_delivery = speech(new_delivery.on_conflict_do_nothing(index_elements=["id"]))
        self.put_message = speech(speech.insert(tables.inbox).on_conflict_do_nothing(index_elements=["id"]))

    def _lists(self, speech: Speech) -> None:
        in_state: BindParameter[str] = bindparam("in_state")
        rows = select(*_columns(_rows, _NOTICE + _STAGE)).where(_rows.state == in_state)
        caused = select(*_columns(_rows, _NOTICE + _STAGE)).where(
            _rows.at >= bindparam("since"), _rows.at <= bindparam("until_then")
        )
        self.caused = speech(caused.order_by(_rows.at, *_columns(_rows, _ROW_KEY)))
        self.list_rows = speech(rows.order_by(_rows.at, *_columns(_rows, _ROW_KEY)).limit(bindparam("limit")))
        found = _delivered().where(_deliveries.state == in_state)
        self.list_deliveries = speech(found.order_by(_deliveries.made_at, _deliveries.id).limit(bindparam("limit")))
        held = (_deliveries.state == literal_column("'held'"), _deliveries.digest == bindparam("of_digest"))
        self.members = speech(_delivered().where(*held).order_by(_deliveries.made_at, _deliveries.id))
        mine = select(_inbox.id, _inbox.person, _inbox.at, _inbox.text, _inbox.urgent)
        mine = mine.where(_inbox.person == bindparam("of_person"), _inbox.at <= bindparam("until"))
        self.inbox = speech(mine.order_by(_inbox.at.desc(), _inbox.id.desc()).limit(bindparam("limit")))

    def _changes(self, speech: Speech) -> None:
        same_row = [_rows[name] == bindparam(f"of_{name}") for name in _ROW_KEY]
        stage: dict[str, Any] = {name: bindparam(f"to_{name}") for name in _STAGE}
        self.move_row = speech(update(tables.outbox).where(*same_row).values(stage))
        self.claim = speech(
            update(tables.deliveries)
            .where(_deliveries.id == bindparam("of_id"))
            .values(
                state="sending",
                not_before=bindparam("lease_ends"),
                tries=_deliveries.tries + 1,
                claims=_deliveries.claims + 1,
            )
        )
        changing = ("state", "not_before", "tries", "digest", "problem", "sent_at")
        changed: dict[str, Any] = {name: bindparam(f"to_{name}") for name in changing}
        same = _deliveries.id == bindparam("of_id")
        claimed = (_deliveries.state == literal_column("'sending'"), _deliveries.claims == bindparam("of_claims"))
        self.record = speech.fence(update(tables.deliveries).where(same, *claimed).values(changed))
        is_held = _deliveries.state == literal_column("'held'")
        self.record_member = speech(update(tables.deliveries).where(same, is_held).values(changed))
        may_retry = _deliveries.state.in_((literal_column("'dead'"), literal_column("'waiting'")))
        again = {"state": "waiting", "not_before": bindparam("again_at"), "tries": 0}
        self.retry = speech.fence(update(tables.deliveries).where(same, may_retry).values(again))
        is_open = _rows.state.in_((literal_column("'dead'"), literal_column("'waiting'")))
        again_row = {"state": "waiting", "next_at": bindparam("again_at"), "tries": 0}
        self.retry_row = speech.fence(update(tables.outbox).where(*same_row, is_open).values(again_row))


def _columns(columns: Any, names: tuple[str, ...]) -> list[Any]:
    return [columns[name] for name in names]


def _delivery_columns() -> list[Any]:
    return [*_columns(_deliveries, _DELIVERY), *_columns(_rows, _NOTICE)]


def _rows_due(*columns: Any) -> Select[Any]:
    # A literal, since a partial index is not used for a parameter.
    waits = _rows.state == literal_column("'waiting'")
    return select(*columns).where(waits, _rows.next_at <= bindparam("now")).order_by(_rows.next_at)


def _with_row(statement: Select[Any]) -> Select[Any]:
    """Each delivery with the row that it comes from; a digest comes from none."""
    of_row = [_rows[name] == _deliveries[name] for name in _ROW_KEY]
    joined = tables.deliveries
    condition = of_row[0] & of_row[1] & of_row[2] & of_row[3]
    return statement.select_from(joined.outerjoin(tables.outbox, condition))


def _delivered() -> Select[Any]:
    return _with_row(select(*_delivery_columns()))


def _deliveries_due(*columns: Any) -> Select[Any]:
    # Literals, for the partial index.
    to_send = _deliveries.state.in_((literal_column("'waiting'"), literal_column("'sending'")))
    due = _with_row(select(*columns)).where(to_send, _deliveries.not_before <= bindparam("now"))
    return due.order_by(_deliveries.not_before, _deliveries.id)


def notice_row(notice: Outgoing) -> dict[str, Any]:
    """The row of a notice that waits from its own moment on."""
    row = {name: getattr(notice, name) for name in _NOTICE if name not in ("shown_as", "due", "at")}
    moments = {"due": micros(notice.due), "at": micros(notice.at), "next_at": micros(notice.at)}
    return row | moments | {"shown_as": notice.case, "state": "waiting", "tries": 0}


def row_key(notice: Outgoing) -> dict[str, Any]:
    """The parameters that name the row of a notice."""
    return {f"of_{name}": getattr(notice, name) for name in _ROW_KEY}


def outbox_row(row: Row) -> OutboxRow:
    """A row of the first stage from what was stored."""
    next_at, state, tries = row[len(_NOTICE) :]
    return OutboxRow(_notice(row), moment(next_at), state, tries)


def _notice(row: Row) -> Outgoing:
    (*names, due, urgent, breach, at) = row[: len(_NOTICE)]
    family, instance, seq, shown_as, role, template, verb, deadline, generation, dating, rung, number, repeat = names
    return Outgoing(
        family=family,
        instance=instance,
        seq=seq,
        case=shown_as,
        role=role,
        template=template,
        verb=verb,
        deadline=deadline,
        generation=generation,
        dating=dating,
        rung=rung,
        rung_number=number,
        repeat=repeat,
        due=moment(due),
        urgent=bool(urgent),
        breach=bool(breach),
        at=moment(at),
    )


def delivery_row(one: Delivery) -> dict[str, Any]:
    """The row of a delivery."""
    row: dict[str, Any] = {name: getattr(one, name) for name in _DELIVERY}
    moments = {
        "not_before": micros(one.not_before),
        "made_at": micros(one.made_at),
        "sent_at": micros_or_none(one.sent_at),
    }
    return row | moments | {name: getattr(one.notice, name, None) for name in _ROW_KEY}


def delivery(row: Row) -> Delivery:
    """A delivery from what was stored, with its notice."""
    id_, person, channel, state, not_before, made_at, tries, claims, digest, problem, sent_at = row[: len(_DELIVERY)]
    of_row = row[len(_DELIVERY) :]
    return Delivery(
        id=id_,
        person=person,
        channel=channel,
        state=state,
        not_before=moment(not_before),
        made_at=moment(made_at),
        notice=None if of_row[0] is None else _notice(of_row),
        tries=tries,
        claims=claims,
        digest=digest,
        problem=problem,
        sent_at=moment_or_none(sent_at),
    )


def message(row: Row) -> InboxMessage:
    """A message from what was stored."""
    id_, person, at, text, urgent = row
    return InboxMessage(id_, person, moment(at), text, bool(urgent))


def message_row(one: InboxMessage) -> Mapping[str, Any]:
    """The row of a message."""
    return {
        "id": one.id,
        "person": one.person,
        "at": micros(one.at),
        "text": one.text,
        "urgent": one.urgent,
        "read_at": None,
    }
