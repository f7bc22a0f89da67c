"""Notices: what has to go out, to whom it is on its way, and what lies in the inboxes.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the three tables."""
    _outbox()
    _deliveries()
    op.create_table(
        "inbox",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("inbox_key")),
    )
    op.create_index(op.f("inbox_by_person_at"), "inbox", ["person", "at"], unique=False)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rung", TEXT, nullable=False),
        sa.Column("template", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("shown_as", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("verb", TEXT, nullable=False),
        sa.Column("deadline", TEXT, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("dating", sa.Integer(), nullable=False),
        sa.Column("rung_number", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("breach", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("instance", "seq", "rung", "template", name=op.f("outbox_key")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("outbox_next", "outbox", ["next_at"], unique=False, sqlite_where=waiting, postgresql_where=waiting)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("rung", TEXT, nullable=True),
        sa.Column("template", TEXT, nullable=True),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=True),
        sa.Column("problem", TEXT, nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("deliveries_key")),
    )
    to_send, held = sa.text("state IN ('waiting', 'sending')"), sa.text("state = 'held'")
    op.create_index(
        "deliveries_next",
        "deliveries",
        ["not_before", "id"],
        unique=False,
        sqlite_where=to_send,
        postgresql_where=to_send,
    )
    op.create_index("deliveries_held", "deliveries", ["digest"], unique=False, sqlite_where=held, postgresql_where=held)
