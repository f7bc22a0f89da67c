"""The tables of people and of what is lent for a time. Times are whole microseconds since 1970 in UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table

from storage.tables import TEXT, families, instances, metadata

members = Table(
    "members",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("said", TEXT, nullable=False),  # titles, teams, stand-in, leave and language: nothing about a case
    Column("disabled", Boolean, nullable=False),
    Column("email", LargeBinary),  # sealed
)

# Counters that somebody asks for at every request, to know whether something changed.
changes = Table(
    "changes",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

loans = Table(
    "loans",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("way", TEXT, nullable=False),
    Column("person", TEXT, nullable=False),
    Column("family", ForeignKey(families.c.id), nullable=False),
    Column("instance", ForeignKey(instances.c.ref), nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("needed", TEXT, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("answered_by", TEXT),
    Column("answered_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("verdict", TEXT),
    Column("said", LargeBinary, nullable=False),  # sealed: the words of both
)
# Every relation asks what is open to a person; what has ended stays for ever and costs it nothing.
Index(
    "loans_open",
    loans.c.person,
    loans.c.family,
    sqlite_where=loans.c.state == "open",
    postgresql_where=loans.c.state == "open",
)
# Registers list them newest first.
Index(None, loans.c.way, loans.c.asked_at)

tries = Table(
    "tries",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("person", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
)
# How often did somebody try lately?
Index(None, tries.c.person, tries.c.at)
