"""Bringing an empty database to the present tables, and refusing one that is of another version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from cases.errors import CannotStart

# Any number will do, as long as nobody else of this database takes it: "homeward" in letters of a telephone.
ONE_AT_A_TIME = 46639273


def upgrade(connection: Connection) -> None:
    """Make the tables where there are none, in the transaction of this connection. Raises CannotStart.

    Two that start at once wait for each other: on SQLite the transaction has locked the file already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:one)"), {"one": ONE_AT_A_TIME})
    if version(connection) is None:
        settings = _settings()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    check_version(connection)


def version(connection: Connection) -> str | None:
    """The revision that a database is at, or None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def check_version(connection: Connection) -> None:
    """Refuse a database that another version of the program made. Raises CannotStart."""
    found, expected = version(connection), ScriptDirectory.from_config(_settings()).get_current_head()
    if found != expected:
        raise CannotStart(
            f"this database is at schema {found}, and this version of homeward works with {expected}; "
            "use the version that made it, or a newer one"
        )


def _settings() -> Config:
    settings = Config()
    # A % would be read as the start of a variable.
    folder = str(Path(__file__).with_name("migrations")).replace("%", "%%")
    settings.set_main_option("script_location", folder)
    settings.set_main_option("path_separator", "os")
    return settings
