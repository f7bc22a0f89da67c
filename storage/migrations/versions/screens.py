"""What pages read: rows that steps leave for lists, marks of the journal's entries, the desk, and signs of life.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.screens.marks import marks_of_all

revision = "0008"
down_revision = "0007"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, and a mark for each entry that is there already."""
    _overview()
    _tasks()
    _journal()
    _drafts()
    _desk()
    op.add_column("inbox", sa.Column("read_at", sa.BigInteger(), nullable=True))
    marks_of_all(op.get_bind())


def _overview() -> None:
    op.create_table(
        "overview",
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["instances.ref"], name=op.f("overview_ref_known")),
        sa.PrimaryKeyConstraint("ref", name=op.f("overview_key")),
    )
    op.create_index(
        op.f("overview_by_process_opened_at_ref"), "overview", ["process", "opened_at", "ref"], unique=False
    )
    op.create_index(
        op.f("overview_by_process_over_opened_at_ref"),
        "overview",
        ["process", "over", "opened_at", "ref"],
        unique=False,
    )
    op.create_index(
        "overview_nobodys",
        "overview",
        ["opened_at", "ref"],
        unique=False,
        sqlite_where=sa.text("owner IS NULL"),
        postgresql_where=sa.text("owner IS NULL"),
    )
    op.create_table(
        "standings",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("track", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("standings_instance_known")),
        sa.PrimaryKeyConstraint("instance", "track", name=op.f("standings_key")),
    )
    op.create_index(
        op.f("standings_by_process_track_state_opened_at_instance"),
        "standings",
        ["process", "track", "state", "opened_at", "instance"],
        unique=False,
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=True),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("falls", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("tasks_instance_known")),
        sa.PrimaryKeyConstraint("instance", "name", "role", name=op.f("tasks_key")),
    )
    op.create_index(
        "tasks_held",
        "tasks",
        ["owner", "falls"],
        unique=False,
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index(
        "tasks_unheld",
        "tasks",
        ["role", "falls"],
        unique=False,
        sqlite_where=sa.text("owner IS NULL"),
        postgresql_where=sa.text("owner IS NULL"),
    )


def _journal() -> None:
    op.create_table(
        "sorts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sorts_key")),
    )
    op.create_table(
        "marks",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sort", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("on_behalf", TEXT, nullable=True),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("marks_key")),
    )
    op.create_index(op.f("marks_by_actor_sort_at_id"), "marks", ["actor", "sort", "at", "id"], unique=False)
    op.create_index(op.f("marks_by_at_id"), "marks", ["at", "id"], unique=False)
    op.create_index(op.f("marks_by_sort_at_id"), "marks", ["sort", "at", "id"], unique=False)
    op.create_index(
        "marks_on_behalf",
        "marks",
        ["on_behalf", "sort", "at", "id"],
        unique=False,
        sqlite_where=sa.text("on_behalf IS NOT NULL"),
        postgresql_where=sa.text("on_behalf IS NOT NULL"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("drafts_key")),
    )
    op.create_index(op.f("drafts_by_ends_at"), "drafts", ["ends_at"], unique=False)
    op.create_index(op.f("drafts_by_person_kind"), "drafts", ["person", "kind"], unique=False)
    op.create_table(
        "searches",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("searches_key")),
    )
    op.create_index(op.f("searches_by_ends_at"), "searches", ["ends_at"], unique=False)


def _desk() -> None:
    op.create_table(
        "views",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("views_key")),
    )
    op.create_index(op.f("views_by_person"), "views", ["person"], unique=False)
    op.create_table(
        "working_names",
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("working_names_instance_known")),
        sa.PrimaryKeyConstraint("instance", name=op.f("working_names_key")),
    )
    op.create_table(
        "beats",
        sa.Column("work", TEXT, nullable=False),
        sa.Column("worker", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("work", "worker", name=op.f("beats_key")),
    )
