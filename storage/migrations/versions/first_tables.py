"""The first tables.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_SQLITE_APPEND_ONLY = (
    """
    CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)
_POSTGRESQL_APPEND_ONLY = (
    """
    CREATE FUNCTION refuse_to_change_the_journal() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''the journal is append-only''; END'
    """,
    """
    CREATE TRIGGER entries_never_change BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_journal()
    """,
    """
    CREATE TRIGGER entries_never_go BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_journal()
    """,
)
# What is sealed looks like chance: to try to compress it only costs time.
_POSTGRESQL_SEALED = (
    "ALTER TABLE instances ALTER facts SET STORAGE EXTERNAL",
    "ALTER TABLE entries ALTER sealed SET STORAGE EXTERNAL",
    "ALTER TABLE askings ALTER asked SET STORAGE EXTERNAL",
    "ALTER TABLE documents ALTER sealed SET STORAGE EXTERNAL",
)


def upgrade() -> None:
    """Make all tables, and let the journal only grow."""
    _house()
    _families()
    _journal()
    _queue()
    _lists()
    _readers()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE_APPEND_ONLY if on_sqlite else (*_POSTGRESQL_APPEND_ONLY, *_POSTGRESQL_SEALED):
        op.execute(statement)


def _house() -> None:
    op.create_table(
        "house",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_check", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("house_key")),
    )
    op.create_table(
        "workflows",
        sa.Column(
            "ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name=op.f("workflows_key")),
        sa.UniqueConstraint("hash", name=op.f("workflows_one_hash")),
    )
    op.create_index(op.f("workflows_by_name_ordinal"), "workflows", ["name", "ordinal"], unique=False)


def _families() -> None:
    op.create_table(
        "families",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("workflow", TEXT, nullable=False),
        sa.Column("watches", TEXT, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("families_key")),
    )
    op.create_table(
        "instances",
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", TEXT, nullable=False),
        sa.Column("stands_for", TEXT, nullable=True),
        sa.Column("clear", TEXT, nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["family"], ["families.id"], name=op.f("instances_family_known")),
        sa.ForeignKeyConstraint(["parent"], ["instances.ref"], name=op.f("instances_parent_known")),
        sa.PrimaryKeyConstraint("ref", name=op.f("instances_key")),
        sa.UniqueConstraint("family", "ordinal", name=op.f("instances_one_family_ordinal")),
        sa.UniqueConstraint("stands_for", name=op.f("instances_one_stands_for")),
    )
    op.create_index(
        op.f("instances_by_opened_at_family_ordinal"), "instances", ["opened_at", "family", "ordinal"], unique=False
    )
    op.create_index(
        op.f("instances_by_process_opened_at_family_ordinal"),
        "instances",
        ["process", "opened_at", "family", "ordinal"],
        unique=False,
    )
    op.create_table(
        "documents",
        sa.Column("family", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("media", TEXT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["family"], ["families.id"], name=op.f("documents_family_known")),
        sa.PrimaryKeyConstraint("family", "digest", name=op.f("documents_key")),
    )


def _journal() -> None:
    op.create_table(
        "entries",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("clear", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("previous", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("instance", "seq", name=op.f("entries_key")),
    )
    op.create_table(
        "heads",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("heads_instance_known")),
        sa.PrimaryKeyConstraint("instance", name=op.f("heads_key")),
    )
    op.create_table(
        "attempts",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("attempt", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person", "key", name=op.f("attempts_key")),
    )
    op.create_table(
        "askings",
        sa.Column("attempt", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("on_behalf", TEXT, nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("lapses_at", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["family"], ["families.id"], name=op.f("askings_family_known")),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("askings_instance_known")),
        sa.PrimaryKeyConstraint("attempt", name=op.f("askings_key")),
    )
    op.create_index(
        "askings_open",
        "askings",
        ["family", "asked_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _queue() -> None:
    op.create_table(
        "due",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("stuck", sa.Boolean(), nullable=False),
        sa.Column("flow", TEXT, nullable=False),
        sa.Column("falls", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("due_instance_known")),
        sa.PrimaryKeyConstraint("instance", "kind", "name", name=op.f("due_key")),
    )
    op.create_index(
        "due_next",
        "due",
        ["at", "instance", "kind", "name"],
        unique=False,
        sqlite_where=sa.text("stuck = false"),
        postgresql_where=sa.text("stuck = false"),
    )
    op.create_index(
        "due_falling",
        "due",
        ["falls"],
        unique=False,
        sqlite_where=sa.text("falls IS NOT NULL"),
        postgresql_where=sa.text("falls IS NOT NULL"),
    )
    op.create_index(
        "due_next_of_flow",
        "due",
        ["flow", "at"],
        unique=False,
        sqlite_where=sa.text("stuck = false"),
        postgresql_where=sa.text("stuck = false"),
    )


def _lists() -> None:
    op.create_table(
        "found",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("fact", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("found_instance_known")),
        sa.PrimaryKeyConstraint("instance", "fact", "value", name=op.f("found_key")),
    )
    op.create_index(op.f("found_by_fact_value"), "found", ["fact", "value"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("assignments_instance_known")),
        sa.PrimaryKeyConstraint("instance", "role", name=op.f("assignments_key")),
    )
    op.create_index(op.f("assignments_by_person"), "assignments", ["person"], unique=False)


def _readers() -> None:
    """Which families look at which instances of others."""
    op.create_table(
        "watches",
        sa.Column("family", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["family"], ["families.id"], name=op.f("watches_family_known")),
        sa.PrimaryKeyConstraint("family", "target", name=op.f("watches_key")),
    )
    op.create_index(op.f("watches_by_target"), "watches", ["target"], unique=False)
    op.create_table(
        "relied_on",
        sa.Column("family", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["family"], ["families.id"], name=op.f("relied_on_family_known")),
        sa.PrimaryKeyConstraint("family", "target", "seq", name=op.f("relied_on_key")),
    )
    op.create_index(op.f("relied_on_by_target_seq"), "relied_on", ["target", "seq"], unique=False)
