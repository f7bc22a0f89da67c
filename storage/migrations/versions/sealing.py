"""The order of evidence, and whose turn it is to give it.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_SQLITE_APPEND_ONLY = (
    """
    CREATE TRIGGER leaves_never_change BEFORE UPDATE ON leaves
    BEGIN SELECT RAISE(ABORT, 'the order of evidence is append-only'); END
    """,
    """
    CREATE TRIGGER leaves_never_go BEFORE DELETE ON leaves
    BEGIN SELECT RAISE(ABORT, 'the order of evidence is append-only'); END
    """,
)
_POSTGRESQL_APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_to_change_the_evidence() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''the order of evidence is append-only''; END'
    """,
    """
    CREATE TRIGGER leaves_never_change BEFORE UPDATE OR DELETE ON leaves
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_evidence()
    """,
    """
    CREATE TRIGGER leaves_never_go BEFORE TRUNCATE ON leaves
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_evidence()
    """,
)


def upgrade() -> None:
    """Make both tables, free the turn, and let the leaves only grow."""
    op.create_table(
        "leaves",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("leaves_key")),
        sa.UniqueConstraint("instance", "seq", name=op.f("leaves_one_instance_seq")),
    )
    turns = op.create_table(
        "turns",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("turns_key")),
    )
    op.bulk_insert(turns, [{"name": "seal_journal", "number": 0, "until": 0}])
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE_APPEND_ONLY if on_sqlite else _POSTGRESQL_APPEND_ONLY:
        op.execute(statement)
