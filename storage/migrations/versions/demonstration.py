"""The mark of a demonstration, which stays for ever: what was made for show never becomes a house of real work.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_SQLITE = (
    """
    CREATE TRIGGER demonstration_never_changes BEFORE UPDATE ON demonstration
    BEGIN SELECT RAISE(ABORT, 'a demonstration stays one'); END
    """,
    """
    CREATE TRIGGER demonstration_never_goes BEFORE DELETE ON demonstration
    BEGIN SELECT RAISE(ABORT, 'a demonstration stays one'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION refuse_to_end_a_demonstration() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''a demonstration stays one''; END'
    """,
    """
    CREATE TRIGGER demonstration_never_changes BEFORE UPDATE OR DELETE ON demonstration
    FOR EACH ROW EXECUTE FUNCTION refuse_to_end_a_demonstration()
    """,
    """
    CREATE TRIGGER demonstration_never_goes BEFORE TRUNCATE ON demonstration
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_end_a_demonstration()
    """,
)


def upgrade() -> None:
    """Make the table, and let nothing of it go."""
    op.create_table(
        "demonstration",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("demonstration_key")),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if on_sqlite else _POSTGRESQL:
        op.execute(statement)
