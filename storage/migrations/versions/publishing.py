"""What was proposed and what came into force; versions that were published never change.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ONLY_GROW = ("workflows", "publications")

_SQLITE = (
    """
    CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
    """,
    """
    CREATE TRIGGER {table}_never_go BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, 'what was published never changes'); END
    """,
)
_POSTGRESQL_REFUSAL = """
    CREATE FUNCTION refuse_to_change_what_was_published() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''what was published never changes''; END'
    """
_POSTGRESQL = (
    """
    CREATE TRIGGER {table}_never_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_what_was_published()
    """,
    """
    CREATE TRIGGER {table}_never_go BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_what_was_published()
    """,
)


def upgrade() -> None:
    """Make both tables, and let what was published only grow."""
    _publications()
    _proposals()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.execute(_POSTGRESQL_REFUSAL)
    for table in ONLY_GROW:
        for statement in _SQLITE if on_sqlite else _POSTGRESQL:
            op.execute(statement.format(table=table))


def _publications() -> None:
    """What is there already came into force by itself, in the order in which it was kept."""
    op.create_table(
        "publications",
        sa.Column(
            "ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", TEXT, nullable=True),
        sa.Column("approved_by", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("ordinal", name=op.f("publications_key")),
        sa.ForeignKeyConstraint(["hash"], ["workflows.hash"], name=op.f("publications_hash_known")),
    )
    op.create_index(op.f("publications_by_name_ordinal"), "publications", ["name", "ordinal"], unique=False)
    op.drop_index(op.f("workflows_by_name_ordinal"), table_name="workflows")
    op.execute(
        "INSERT INTO publications (name, hash, at) SELECT name, hash, published_at FROM workflows ORDER BY ordinal"
    )


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("replaces", TEXT, nullable=True),
        sa.Column("asked_by", TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("answered_by", TEXT, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("proposals_key")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "proposals_open", "proposals", ["name"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
