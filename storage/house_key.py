"""The house key: 32 random bytes that lie outside the database and without which nothing in it can be read.

In a file they are 64 hexadecimal digits and a line end. In the embedded default the file is made at the first start;
a key file or a key command that was set must give one.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cases.errors import CannotStart
from storage.vault import KEY_BYTES

COMMAND_SECONDS = 30


class KeySource(Protocol):
    """Where the house key comes from. `name` says it to people."""

    @property
    def name(self) -> str:
        """Such as `the key in /srv/homeward/house.key`."""

    def read(self) -> bytes | None:
        """The key, or None where there is none yet. Raises CannotStart where it cannot be used."""

    def create(self) -> bytes:
        """Make the key that is not there yet. Raises CannotStart where that is not ours to do."""


class HomeKey:
    """A key file of our own, made at the first start with mode 0600. `random_bytes(n)` gives its content."""

    def __init__(self, path: Path, random_bytes: Callable[[int], bytes]) -> None:
        self.path = path
        self._random = random_bytes
        self.name = f"the key in {path}"

    def read(self) -> bytes | None:
        """The key, or None where the file is not there."""
        if not os.path.lexists(self.path):
            return None
        return _read(self.path)

    def create(self) -> bytes:
        """Make the file; where another process was faster, its key is taken."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{self._random(8).hex()}.new")
        try:
            _write(draft, self._random(KEY_BYTES).hex() + "\n")
            with contextlib.suppress(FileExistsError):
                os.link(draft, self.path)
            draft.unlink()
            _to_disk(self.path.parent)
        except OSError as problem:
            raise CannotStart(f"{self.path} cannot be made: {problem.strerror}") from problem
        return _read(self.path)


class GivenKeyFile:
    """A key file that somebody else made and keeps (HOMEWARD_KEY_FILE)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"the key in {path}"

    def read(self) -> bytes | None:
        """The key; the file must be there."""
        if not os.path.lexists(self.path):
            raise CannotStart(f"there is no key file {self.path}; put it back, or correct HOMEWARD_KEY_FILE")
        return _read(self.path)

    def create(self) -> bytes:
        """Never: the key is somebody else's."""
        raise CannotStart(f"there is no key file {self.path}; put it there")


class KeyCommand:
    """A program that prints the key (HOMEWARD_KEY_COMMAND); it is called without a shell."""

    def __init__(self, command: str) -> None:
        self._words = shlex.split(command)
        self.name = f"the key that the command {self._words[0] if self._words else '(empty)'} prints"

    def read(self) -> bytes | None:
        """The key that the program prints."""
        try:
            done = subprocess.run(  # noqa: S603 - the administrator's own command, from the settings
                self._words, capture_output=True, timeout=COMMAND_SECONDS, check=True
            )
        except (OSError, IndexError, subprocess.SubprocessError) as problem:
            # What the program printed may be the key: it stays out of the message.
            raise CannotStart(
                f"the key command failed ({type(problem).__name__}); run it by hand, or correct HOMEWARD_KEY_COMMAND"
            ) from None
        return _parsed(done.stdout, self.name)

    def create(self) -> bytes:
        """Never: the key is somebody else's."""
        raise CannotStart("the key command printed no key")


def _read(path: Path) -> bytes:
    """The key in a file that is private, and a file. Raises CannotStart."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as problem:
        if path.is_symlink():
            raise CannotStart(f"{path} is a link; put the key file itself there") from problem
        raise CannotStart(f"{path} cannot be read: {problem.strerror}") from problem
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):
            raise CannotStart(f"{path} is not a file; put the key file there")
        mode = stat.S_IMODE(status.st_mode)
        if mode & 0o077:
            raise CannotStart(f"others may read {path} (mode {mode:o}); say: chmod 600 {path}")
        return _parsed(os.read(opened, 1024), f"the key in {path}")
    finally:
        os.close(opened)


def _parsed(text: bytes, name: str) -> bytes:
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise CannotStart(
            f"{name} is not a house key: {2 * KEY_BYTES} hexadecimal digits are expected; restore it from your backup"
        )
    return key


def _write(path: Path, text: str) -> None:
    """A new private file, on disk when this returns."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _to_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
