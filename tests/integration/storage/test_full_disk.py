"""A disk that takes no more: a clear error, nothing half done, and work goes on when there is room again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# A limit on the size of files stands for the end of the disk; it can be lifted again without a restart.
PROGRAM = """
import os, resource, signal, sys
from pathlib import Path
from cases.errors import Failed
from storage.house_key import HomeKey
from storage.sql_store import open_store
from tests.conformance.making import change, commit, load, opening, recorded
from dataclasses import replace

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
home = Path(sys.argv[1])
store = open_store(f"sqlite:///{home / 'house.db'}", HomeKey(home / "house.key", os.urandom), os.urandom)
commit(store, opening("C1"))
size = (home / "house.db-wal").stat().st_size
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100_000, hard))
for done in range(1, 100):
    loaded = load(store, "C1")
    assert loaded.family.revision == done
    fuller = replace(loaded.instances[0], facts={"text": recorded("x" * 20_000)})
    try:
        commit(store, change(loaded, changed=(fuller,)))
    except Failed as problem:
        print("failed:", problem)
        break
assert load(store, "C1") == loaded
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print("afterwards:", commit(store, change(loaded, changed=(fuller,))) == done + 1)
store.close()
again = open_store(f"sqlite:///{home / 'house.db'}", HomeKey(home / "house.key", os.urandom), os.urandom)
assert load(again, "C1").family.revision == done + 1
again.close()
"""


class TestAFullDisk:
    def test_is_told_and_survived(self, tmp_path: Path) -> None:
        root = Path(__file__).resolve().parents[3]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        failed, afterwards = done.stdout.splitlines()
        assert failed.startswith("failed: the disk")
        assert "nothing was changed, try again" in failed
        assert afterwards == "afterwards: True"
