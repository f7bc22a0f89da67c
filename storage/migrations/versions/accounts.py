"""Accounts: passwords, second factors, sessions, one-time links, API tokens, and the record of sign-ins.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_SQLITE = (
    """
    CREATE TRIGGER sign_ins_never_change BEFORE UPDATE ON sign_ins
    BEGIN SELECT RAISE(ABORT, 'the record of sign-ins is append-only'); END
    """,
    """
    CREATE TRIGGER sign_ins_never_go BEFORE DELETE ON sign_ins
    BEGIN SELECT RAISE(ABORT, 'the record of sign-ins is append-only'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION refuse_to_change_the_sign_ins() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''the record of sign-ins is append-only''; END'
    """,
    """
    CREATE TRIGGER sign_ins_never_change BEFORE UPDATE OR DELETE ON sign_ins
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_sign_ins()
    """,
    """
    CREATE TRIGGER sign_ins_never_go BEFORE TRUNCATE ON sign_ins
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_sign_ins()
    """,
)


def upgrade() -> None:
    """Make the tables, and let the record of sign-ins only grow."""
    _accounts()
    _sessions()
    _ceremonies()
    _counts()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if on_sqlite else _POSTGRESQL:
        op.execute(statement)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last", sa.BigInteger(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("language", TEXT, nullable=True),
        sa.Column("theme", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("accounts_key")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("passkeys_key")),
        sa.ForeignKeyConstraint(["person"], ["accounts.person"], name=op.f("passkeys_person_known")),
    )
    op.create_index(op.f("passkeys_by_person"), "passkeys", ["person"])
    op.create_table(
        "recovery_codes",
        sa.Column("person", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person", "digest", name=op.f("recovery_codes_key")),
        sa.ForeignKeyConstraint(["person"], ["accounts.person"], name=op.f("recovery_codes_person_known")),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("acting", TEXT, nullable=True),
        sa.Column("csrf", TEXT, nullable=False),
        sa.Column("strength", TEXT, nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("renewed_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("previous", TEXT, nullable=True),
        sa.Column("grace", sa.BigInteger(), nullable=True),
        sa.Column("network", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sessions_key")),
        sa.UniqueConstraint("digest", name=op.f("sessions_one_digest")),
        sa.ForeignKeyConstraint(["person"], ["accounts.person"], name=op.f("sessions_person_known")),
        sa.UniqueConstraint("previous", name=op.f("sessions_one_previous")),
    )
    op.create_index(op.f("sessions_by_ends_at"), "sessions", ["ends_at"])
    op.create_index(op.f("sessions_by_person_signed_in_at"), "sessions", ["person", "signed_in_at"])
    op.create_table(
        "one_time_links",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("made_by", TEXT, nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("one_time_links_key")),
    )
    op.create_index(op.f("one_time_links_by_person"), "one_time_links", ["person"])


def _ceremonies() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("scopes", TEXT, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("tokens_key")),
        sa.UniqueConstraint("digest", name=op.f("tokens_one_digest")),
        sa.ForeignKeyConstraint(["person"], ["accounts.person"], name=op.f("tokens_person_known")),
    )
    op.create_index(op.f("tokens_by_person_made_at"), "tokens", ["person", "made_at"])
    op.create_table(
        "ceremonies",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("ceremonies_key")),
    )
    op.create_index(op.f("ceremonies_by_ends_at"), "ceremonies", ["ends_at"])
    op.create_table(
        "identities",
        sa.Column("issuer", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("linked_by", TEXT, nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("identities_key")),
        sa.ForeignKeyConstraint(["person"], ["accounts.person"], name=op.f("identities_person_known")),
    )
    op.create_index(op.f("identities_by_person"), "identities", ["person"])


def _counts() -> None:
    op.create_table(
        "devices",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("devices_key")),
        sa.ForeignKeyConstraint(["person"], ["accounts.person"], name=op.f("devices_person_known")),
    )
    op.create_index(op.f("devices_by_ends_at"), "devices", ["ends_at"])
    op.create_index(op.f("devices_by_person"), "devices", ["person"])
    op.create_table(
        "throttles",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.Column("forget_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("throttles_key")),
    )
    op.create_index(op.f("throttles_by_forget_at"), "throttles", ["forget_at"])
    op.create_table(
        "sign_ins",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person", TEXT, nullable=True),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("how", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("network", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("sign_ins_key")),
    )
    op.create_index(op.f("sign_ins_by_person_number"), "sign_ins", ["person", "number"])
