"""The command as it is installed: one process a command, on one SQLite house."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HOMEWARD = Path(sys.executable).with_name("homeward")
PEOPLE = """\
vanna: [director]
sok: [case_manager]
dara: [supervisor]
"""


class Shell:
    """Types commands in an empty folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("HOMEWARD_", "_HOMEWARD"))
        }
        self.environment = inherited | {"TERM": "xterm-256color", "COLUMNS": "80"}

    def type(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [HOMEWARD, *words],
            cwd=self.folder,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def watch(self, *words: str, **environment: str) -> str:
        """What a command writes to a terminal."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [HOMEWARD, *words], cwd=self.folder, env=self.environment | environment, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            seen = b""
            # Reading from a terminal whose other end is closed fails on Linux; elsewhere it reads nothing.
            with contextlib.suppress(OSError):
                while piece := os.read(ours, 65536):
                    seen += piece
            process.wait(timeout=120)
        os.close(ours)
        return seen.decode()

    def read(self, *words: str) -> dict[str, Any]:
        ran = self.type(*words, "--json")
        assert ran.stderr == ""
        read: dict[str, Any] = json.loads(ran.stdout)
        return read


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder whose `var` holds people and nothing else."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "people.yaml").write_text(PEOPLE, "utf-8")
    return Shell(tmp_path)


class TestASession:
    def test_goes_on_in_the_next_process(self, shell: Shell) -> None:
        opened = shell.read("case", "open", "age_group=adult", "--as", "sok")
        assert opened["decision"] == "applied"
        shown = shell.read("case", "show", opened["ref"], "--as", "sok")
        assert shown["workflow"] == "kh-2009"
        assert shown["facts"]["age_group"]["value"] == "adult"

    def test_answers_a_key_again_in_the_next_process(self, shell: Shell) -> None:
        words = ("case", "open", "--as", "sok", "--key", "monday-1")
        first, second = shell.read(*words), shell.read(*words)
        assert (first["ref"], first["repeated"], second["repeated"]) == (second["ref"], False, True)
        assert len(shell.read("case", "list")["instances"]) == 1

    def test_keeps_its_key_to_itself(self, shell: Shell) -> None:
        shell.type("case", "open", "--as", "sok")
        key = shell.folder / "var" / "house.key"
        assert key.stat().st_mode & 0o777 == 0o600

    def test_refuses_the_key_of_another_house(self, shell: Shell) -> None:
        shell.type("case", "open", "--as", "sok")
        (shell.folder / "other.key").write_text("cd" * 32 + "\n", "utf-8")
        (shell.folder / "other.key").chmod(0o600)
        ran = shell.type("case", "list", HOMEWARD_KEY_FILE=str(shell.folder / "other.key"))
        assert ran.returncode == 1
        assert "key of another house" in " ".join(ran.stderr.split())
        assert "Traceback" not in ran.stderr


class TestExitCodes:
    def test_tell_what_came_of_it(self, shell: Shell) -> None:
        ref = shell.read("case", "open", "--as", "sok")["ref"]
        assert shell.type("case", "show", ref).returncode == 0
        assert shell.type("case", "show", "nonsense").returncode == 1
        assert shell.type("case", "show").returncode == 2
        assert shell.type("case", "act", ref, "start_interview", "--as", "sok").returncode == 3


class TestOutput:
    def test_has_no_colour_in_a_pipe(self, shell: Shell) -> None:
        ran = shell.type("case", "list", "--as", "nobody")
        assert "\x1b[" not in ran.stdout + ran.stderr

    @pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
    def test_has_colour_on_a_terminal(self, shell: Shell, environment: dict[str, str], coloured: bool) -> None:
        shell.type("case", "open", "--as", "sok")
        seen = shell.watch("case", "act", shell.read("case", "list")["instances"][0]["ref"], "receive", **environment)
        assert ("\x1b[1;31m" in seen) is coloured
        assert "say who does this" in seen

    def test_fits_eighty_columns(self, shell: Shell) -> None:
        ref = shell.read("case", "open", "--as", "sok")["ref"]
        out = shell.type("case", "why", ref, "--as", "sok").stdout
        assert max(map(len, out.splitlines())) <= 80

    def test_survives_a_reader_that_goes_away(self, shell: Shell) -> None:
        ran = subprocess.run(
            f"{HOMEWARD} workflow show kh-2009 | head -1",
            shell=True,
            cwd=shell.folder,
            env=shell.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stderr == ""
        assert ran.stdout.startswith("kh-2009")

    def test_completes_in_a_shell(self, shell: Shell) -> None:
        ran = shell.type(_HOMEWARD_COMPLETE="complete_bash", COMP_WORDS="homeward case o", COMP_CWORD="2")
        assert ran.stdout.split() == ["open", "override"]
