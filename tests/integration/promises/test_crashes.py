"""Promise 1: killed at any statement, a use case has happened with all that follows from it, or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from storage.house_key import HomeKey
from tests.integration.promises.crash import KEYED
from tests.integration.promises.use_cases import USE_CASES

ROOT = Path(__file__).parents[3]
ALL = 10_000


def crash_everywhere(url: str, key: HomeKey, most: int, *torn: str) -> dict[str, object]:
    """Run the crashes in a program of their own, which forks; what it found."""
    command = [sys.executable, "-m", "tests.integration.promises.crash", url, str(key.path), str(most), *torn]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


class TestAKilledProcess:
    def test_it_leaves_all_of_a_step_or_nothing(self, url: str, key: HomeKey, full: bool) -> None:
        found = crash_everywhere(url, key, ALL if full else 5)
        killed = found["killed"]
        assert isinstance(killed, int)
        assert killed >= 5 * len(USE_CASES)
        assert found["wrong"] == []

    def test_one_that_takes_two_transactions_is_caught(self, url: str, key: HomeKey) -> None:
        wrong = crash_everywhere(url, key, 20, "torn")["wrong"]
        assert isinstance(wrong, list)
        for name in KEYED:
            assert any(str(one).startswith(name) for one in wrong), name
