"""The house key: made once, private, and never made up where one was lost."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from pathlib import Path

import pytest

from cases.errors import CannotStart
from storage.house_key import GivenKeyFile, HomeKey, KeyCommand

KEY = bytes(range(32))


def written(path: Path, content: str = KEY.hex() + "\n", mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


def printing(text: str) -> str:
    return shlex.join([sys.executable, "-c", f"print({text!r})"])


class TestAKeyOfTheHome:
    def test_is_not_there_at_first(self, tmp_path: Path) -> None:
        assert HomeKey(tmp_path / "house.key", os.urandom).read() is None

    def test_is_made_private_with_the_folder(self, tmp_path: Path) -> None:
        path = tmp_path / "var" / "house.key"
        assert HomeKey(path, lambda count: KEY[:count]).create() == KEY
        assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
        assert [one.name for one in path.parent.iterdir()] == ["house.key"]

    def test_is_read_again(self, tmp_path: Path) -> None:
        key = HomeKey(tmp_path / "house.key", os.urandom)
        assert key.create() == key.read() == HomeKey(tmp_path / "house.key", os.urandom).read()

    def test_is_never_overwritten(self, tmp_path: Path) -> None:
        path = written(tmp_path / "house.key")
        assert HomeKey(path, os.urandom).create() == KEY

    def test_that_cannot_be_made_says_why(self, tmp_path: Path) -> None:
        (tmp_path / f"house.key.{KEY[:8].hex()}.new").mkdir()
        with pytest.raises(CannotStart, match="cannot be made"):
            HomeKey(tmp_path / "house.key", lambda count: KEY[:count]).create()


class TestAKeyFile:
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
    def test_that_others_may_read_is_refused(self, tmp_path: Path, mode: int) -> None:
        path = written(tmp_path / "house.key", mode=mode)
        with pytest.raises(CannotStart, match="chmod 600"):
            HomeKey(path, os.urandom).read()

    def test_that_is_a_link_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "house.key").symlink_to(written(tmp_path / "elsewhere"))
        with pytest.raises(CannotStart, match="is a link"):
            HomeKey(tmp_path / "house.key", os.urandom).read()

    def test_that_is_a_link_to_nothing_is_not_taken_for_absent(self, tmp_path: Path) -> None:
        (tmp_path / "house.key").symlink_to(tmp_path / "nothing")
        with pytest.raises(CannotStart, match="is a link"):
            HomeKey(tmp_path / "house.key", os.urandom).read()

    def test_that_is_a_folder_or_a_pipe_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir(mode=0o700)
        os.mkfifo(tmp_path / "pipe", 0o600)
        for name in ("folder", "pipe"):
            with pytest.raises(CannotStart, match="is not a file"):
                GivenKeyFile(tmp_path / name).read()

    @pytest.mark.parametrize("content", ["", "00", "g" * 64, KEY.hex() + "00", "é" * 64])
    def test_without_a_key_in_it_is_refused(self, tmp_path: Path, content: str) -> None:
        path = written(tmp_path / "house.key", content)
        with pytest.raises(CannotStart, match="is not a house key") as raised:
            HomeKey(path, os.urandom).read()
        assert not content or content not in str(raised.value)


class TestAGivenKeyFile:
    def test_is_read(self, tmp_path: Path) -> None:
        assert GivenKeyFile(written(tmp_path / "given")).read() == KEY

    def test_must_be_there_and_is_never_made(self, tmp_path: Path) -> None:
        given = GivenKeyFile(tmp_path / "given")
        with pytest.raises(CannotStart, match="there is no key file"):
            given.read()
        with pytest.raises(CannotStart, match="there is no key file"):
            given.create()
        assert list(tmp_path.iterdir()) == []


class TestAKeyCommand:
    def test_prints_the_key(self) -> None:
        assert KeyCommand(printing(KEY.hex())).read() == KEY

    def test_is_called_without_a_shell(self, tmp_path: Path) -> None:
        command = f"{printing(KEY.hex())} ; touch {tmp_path / 'touched'}"
        assert KeyCommand(command).read() == KEY
        assert not (tmp_path / "touched").exists()

    @pytest.mark.parametrize("command", ["", "/nowhere/at/all", shlex.join([sys.executable, "-c", "exit(3)"])])
    def test_that_fails_is_said(self, command: str) -> None:
        with pytest.raises(CannotStart, match="the key command failed"):
            KeyCommand(command).read()

    def test_that_fails_does_not_tell_what_it_printed(self) -> None:
        code = f"print({KEY.hex()!r}); exit(1)"
        with pytest.raises(CannotStart) as raised:
            KeyCommand(shlex.join([sys.executable, "-c", code])).read()
        assert KEY.hex() not in str(raised.value)
        assert raised.value.__cause__ is None

    def test_that_prints_something_else_is_said_without_repeating_it(self) -> None:
        with pytest.raises(CannotStart, match="is not a house key") as raised:
            KeyCommand(printing(KEY.hex()[:60])).read()
        assert KEY.hex()[:60] not in str(raised.value)

    def test_makes_no_key(self) -> None:
        with pytest.raises(CannotStart, match="printed no key"):
            KeyCommand("true").create()
