"""The calendars on which dates were counted, kept by their hash; none of them ever changes.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_SQLITE = (
    """
    CREATE TRIGGER calendars_never_change BEFORE UPDATE ON calendars
    BEGIN SELECT RAISE(ABORT, 'a calendar that was used never changes'); END
    """,
    """
    CREATE TRIGGER calendars_never_go BEFORE DELETE ON calendars
    BEGIN SELECT RAISE(ABORT, 'a calendar that was used never changes'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION refuse_to_change_a_calendar() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''a calendar that was used never changes''; END'
    """,
    """
    CREATE TRIGGER calendars_never_change BEFORE UPDATE OR DELETE ON calendars
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_a_calendar()
    """,
    """
    CREATE TRIGGER calendars_never_go BEFORE TRUNCATE ON calendars
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_a_calendar()
    """,
)


def upgrade() -> None:
    """Make the table, and let it only grow."""
    op.create_table(
        "calendars",
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("calendars_key")),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if on_sqlite else _POSTGRESQL:
        op.execute(statement)
