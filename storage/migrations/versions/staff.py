"""People whom the store keeps, what is lent for a time, and on PostgreSQL rows that hide themselves from readers.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# The table, and the column that names an instance of the family to which a row belongs (or the family itself).
HIDDEN = {
    "instances": "ref",
    "entries": "instance",
    "found": "instance",
    "documents": "family",
    "assignments": "instance",
    "due": "instance",
    "askings": "instance",
    "outbox": "instance",
}

# Who looks is told by the setting `homeward.viewer`: nothing (a step, a sweep), `*` (everything) or a reach in JSON.
# The function empties it while it reads, or its own reading would ask for itself again; it puts it back at its end, and
# where it fails the transaction fails with it. (`CREATE FUNCTION … SET` would do that, and takes a superuser.)
_SHOWS = """
    CREATE FUNCTION homeward_shows(of_instance text, viewer text) RETURNS boolean
    LANGUAGE plpgsql STABLE AS $$
    DECLARE shows boolean;
    BEGIN
    PERFORM set_config('homeward.viewer', '', true);
    shows := EXISTS (
        SELECT 1
        FROM (SELECT viewer::jsonb AS said) AS v, instances AS me JOIN instances AS root ON root.ref = me.family
        WHERE me.ref = of_instance AND (
            (v.said->>'staff')::boolean AND (
                EXISTS (
                    SELECT 1 FROM instances AS of_it JOIN assignments AS held ON held.instance = of_it.ref
                    WHERE of_it.family = me.family AND v.said->'persons' ? held.person
                )
                OR root.stands_for = v.said->>'person'
                OR v.said->'processes' ? root.process
                OR (
                    EXISTS (
                        SELECT 1 FROM instances AS of_it
                        WHERE of_it.family = me.family AND of_it.opened_by = v.said->>'person'
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM instances AS of_it JOIN assignments AS held ON held.instance = of_it.ref
                        WHERE of_it.family = me.family
                    )
                )
            )
            OR EXISTS (
                SELECT 1 FROM loans
                WHERE loans.person = v.said->>'person' AND loans.family = me.family AND loans.state = 'open'
                    AND loans.until > (v.said->>'now')::bigint AND v.said->'ways' ? loans.way
            )
        )
    );
    PERFORM set_config('homeward.viewer', viewer, true);
    RETURN shows;
    END
    $$
    """
_POLICY = """
    CREATE POLICY need_to_know ON {table} USING (
        coalesce(current_setting('homeward.viewer', true), '') IN ('', '*')
        OR homeward_shows({column}, current_setting('homeward.viewer', true))
    )
    """


def upgrade() -> None:
    """Make the tables; on PostgreSQL, let rows be seen by those alone who have to do with their family."""
    _members()
    _loans()
    op.create_table(
        "tries",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("tries_key")),
    )
    op.create_index(op.f("tries_by_person_at"), "tries", ["person", "at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_SHOWS)
        for table, column in HIDDEN.items():
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(_POLICY.format(table=table, column=column))


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("members_key")),
    )
    op.create_table(
        "changes",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("changes_key")),
    )
    op.execute("INSERT INTO changes (name, number) VALUES ('people', 0)")


def _loans() -> None:
    op.create_table(
        "loans",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("way", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("family", TEXT, nullable=False),
        sa.Column("instance", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("needed", TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("answered_by", TEXT, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("verdict", TEXT, nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("loans_key")),
        sa.ForeignKeyConstraint(["family"], ["families.id"], name=op.f("loans_family_known")),
        sa.ForeignKeyConstraint(["instance"], ["instances.ref"], name=op.f("loans_instance_known")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("loans_open", "loans", ["person", "family"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index(op.f("loans_by_way_asked_at"), "loans", ["way", "asked_at"], unique=False)
