"""The tables of accounts, on the one metadata. What opens something is kept as a digest, or sealed by the house key."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Identity, Index, Integer, LargeBinary, Table

from storage.tables import TEXT, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("person", TEXT, primary_key=True),
    Column("handle", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("password", LargeBinary),  # an Argon2 hash, sealed: a copied database alone cannot be guessed against
    Column("totp_secret", LargeBinary),  # sealed
    Column("totp_last", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("language", TEXT),
    Column("theme", TEXT, nullable=False),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("person", ForeignKey(accounts.c.person), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)
# Those of somebody are asked for at every sign-in.
Index(None, passkeys.c.person)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person", ForeignKey(accounts.c.person), primary_key=True),
    Column("digest", TEXT, primary_key=True),
    Column("used_at", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", TEXT, primary_key=True),
    # Found by it at every request.
    Column("digest", TEXT, nullable=False, unique=True),
    Column("person", ForeignKey(accounts.c.person), nullable=False),
    Column("acting", TEXT),
    Column("csrf", TEXT, nullable=False),
    Column("strength", TEXT, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("signed_in_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("renewed_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    # And by this one, by requests that were under way at a rotation.
    Column("previous", TEXT, unique=True),
    Column("grace", BigInteger),
    Column("network", TEXT, nullable=False),
)
# Somebody looks at their own, and those that ended are swept away.
Index(None, sessions.c.person, sessions.c.signed_in_at)
Index(None, sessions.c.ends_at)

one_time_links = Table(
    "one_time_links",
    metadata,
    Column("digest", TEXT, primary_key=True),
    # No foreign key: whoever is invited has no account yet.
    Column("person", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("made_by", TEXT),
    Column("made_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)
# A new one puts an end to those of the same person.
Index(None, one_time_links.c.person)

tokens = Table(
    "tokens",
    metadata,
    Column("id", TEXT, primary_key=True),
    # Found by it at every call.
    Column("digest", TEXT, nullable=False, unique=True),
    Column("person", ForeignKey(accounts.c.person), nullable=False),
    Column("name", TEXT, nullable=False),
    Column("scopes", TEXT, nullable=False),  # in order, with a space between
    Column("made_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("revoked_at", BigInteger),
)
# Somebody looks at their own, newest first.
Index(None, tokens.c.person, tokens.c.made_at)

ceremonies = Table(
    "ceremonies",
    metadata,
    Column("digest", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("person", TEXT),
    Column("content", LargeBinary, nullable=False),  # sealed
    Column("ends_at", BigInteger, nullable=False),
    Column("used", Boolean, nullable=False),
)
# Those that ended are swept away.
Index(None, ceremonies.c.ends_at)

identities = Table(
    "identities",
    metadata,
    Column("issuer", TEXT, primary_key=True),
    Column("subject", TEXT, primary_key=True),
    Column("person", ForeignKey(accounts.c.person), nullable=False),
    Column("linked_by", TEXT, nullable=False),
    Column("linked_at", BigInteger, nullable=False),
)
# Asked for by person, too.
Index(None, identities.c.person)

devices = Table(
    "devices",
    metadata,
    Column("digest", TEXT, primary_key=True),
    Column("person", ForeignKey(accounts.c.person), nullable=False),
    Column("ends_at", BigInteger, nullable=False),
)
# All of a person are forgotten at once, and those that ended are swept away.
Index(None, devices.c.person)
Index(None, devices.c.ends_at)

throttles = Table(
    "throttles",
    metadata,
    # Blinded by the house key: a name that was tried may be a password in the wrong field.
    Column("key", TEXT, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("free_at", BigInteger, nullable=False),
    Column("forget_at", BigInteger, nullable=False),
)
# Those that ended are swept away.
Index(None, throttles.c.forget_at)

# Only grows. No foreign keys: it outlives everything that it tells about.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("person", TEXT),
    Column("what", TEXT, nullable=False),
    Column("how", TEXT, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Column("network", TEXT, nullable=False),
    Column("by", TEXT),
)
# That of one person, newest first.
Index(None, sign_ins.c.person, sign_ins.c.number)
