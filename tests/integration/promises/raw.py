"""Every byte that a house has written: files of the database, write-ahead log, tables as they lie, the server's log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

PREFIX = "canarymark"
OWN_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def everything_written(url: str) -> Iterator[tuple[str, bytes]]:
    """(where, content) of everything that belongs to a database."""
    if url.startswith("sqlite"):
        database = Path(str(make_url(url).database))
        for path in sorted(database.parent.iterdir()):
            yield path.name, path.read_bytes()
        return
    yield from _tables(url)
    with psycopg.connect(url, autocommit=True) as connection:
        yield from _files(connection)


def _tables(url: str) -> Iterator[tuple[str, bytes]]:
    with psycopg.connect(url) as connection:
        for (name,) in connection.execute(OWN_TABLES).fetchall():
            with connection.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT binary)'.encode()) as rows:
                yield f"table {name}", b"".join(bytes(row) for row in rows)


def _files(connection: psycopg.Connection) -> Iterator[tuple[str, bytes]]:
    """What the server keeps of this database on its disk, where that is this machine's."""
    connection.execute("CHECKPOINT")
    row = connection.execute(
        "SELECT current_setting('data_directory'), (SELECT oid FROM pg_database WHERE datname = current_database()),"
        " pg_walfile_name(pg_current_wal_lsn())"
    ).fetchone()
    assert row is not None
    folder, oid, newest = Path(str(row[0])), row[1], str(row[2])
    if not folder.is_dir():
        return
    logs = [path for path in (folder / "pg_wal").iterdir() if path.name == newest]
    for path in [*(folder / "base" / str(oid)).iterdir(), *logs, *folder.parent.glob("*.log")]:
        # The server throws its own notes of the catalogue away while it is read; they hold no row.
        if not path.name.startswith("pg_internal.init"):
            yield path.name, path.read_bytes()


def found_in_clear(
    markers: Mapping[str, bytes], places: Iterator[tuple[str, bytes]], *, hashed: bool = False
) -> list[str]:
    """`marker in place` for each marker that lies somewhere as it is, in UTF-16 or in hexadecimal; or as a bare hash.

    Most begin alike, and where no beginning is found there is no need to look for each. Hashes begin like nothing, so
    that looking for them takes long.
    """
    hashes = {name: hashlib.sha256(marker) for name, marker in markers.items()} if hashed else {}
    found = []
    for where, content in places:
        is_any = any(form in content for form in _forms(PREFIX.encode()))
        for name, marker in markers.items():
            asked = is_any or not marker.startswith(PREFIX.encode())
            forms = _forms(marker) if asked else []
            if hashed:
                forms += [hashes[name].digest(), hashes[name].hexdigest().encode()]
            if any(form in content for form in forms):
                found.append(f"{name} in {where}")
    return found


def _forms(marker: bytes) -> list[bytes]:
    text = marker.decode()
    return [marker, text.encode("utf-16-le"), text.encode("utf-16-be"), marker.hex().encode()]
