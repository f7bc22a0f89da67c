"""Run as a program: every use case is killed at the k-th statement, for each k, and what it leaves is looked at.

    python -m tests.integration.promises.crash URL KEYFILE MOST [torn]

All families are prepared first. Then each use case runs in a process of its own, forked while no database is open,
which kills itself (SIGKILL) just before the k-th line at which a store calls its driver; the last one only after all
of them. Then the house is opened again. Prints what is wrong, as JSON, and how often it killed. `torn` is the variant
in which a step takes two transactions, and which must be caught.

The lines are found by tracing the modules that talk to a driver, because both drivers are compiled and take no wrapper.
"""

from __future__ import annotations

import json
import linecache
import os
import re
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from cases.errors import HomewardError
from storage.house_key import HomeKey
from storage.sql_store import SqlStore, open_store
from tests.integration.promises.loose import Torn
from tests.integration.promises.signs import Signs, broken_chains, signs
from tests.integration.promises.use_cases import OWED, USE_CASES, Prepared, house_on

# Enough of them to see that a torn step is caught.
KEYED = ("record", "assign")
MODULES = ("/storage/sqlite.py", "/storage/postgres.py", "/storage/postgres_wire.py")
TO_THE_DRIVER = re.compile(r"\bexecute\(|_run\(|\bpg\.\w+\(|_pg\.(?:exec|prepare)\w*\(")


class Fuse:
    """Counts the calls of the drivers, and kills this process before the k-th. With k = 0 it only counts."""

    def __init__(self, k: int) -> None:
        self.k = k
        self.count = 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        """What Python calls for every frame, and for every line of those that we look into."""
        if event == "call":
            return self if frame.f_code.co_filename.endswith(MODULES) else None
        if event == "line" and TO_THE_DRIVER.search(linecache.getline(frame.f_code.co_filename, frame.f_lineno)):
            self.count += 1
            if self.count == self.k:
                kill()
        return self


def kill() -> None:
    """Die as from a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Run:
    """One use case that is to be killed at its k-th statement: its family before, and where it was killed."""

    name: str
    k: int
    seed: str
    prepared: Prepared
    before: list[Signs]


class Crashes:
    """All crashes in one house."""

    def __init__(self, url: str, key: Path, most: int, *, torn: bool = False) -> None:
        self._torn = torn
        self._open: Callable[[], SqlStore] = lambda: open_store(url, HomeKey(key, os.urandom), os.urandom)
        self._most = most
        self.killed = 0
        self.wrong: list[str] = []

    def all(self) -> None:
        """Every use case at every statement, at most so many of each, evenly spread."""
        expected = {name: self._whole(name) for name in (KEYED if self._torn else USE_CASES)}
        runs = self._prepared({name: count for name, (count, _) in expected.items()})
        for run in runs:
            if self._forked(run) == -signal.SIGKILL:
                self.killed += 1
            else:
                self._complain(run, "it was not killed")
        store = self._open()
        for run in runs:
            self._check(store, run, expected[run.name][1])
        self._check_owed(store, sum(run.name == OWED for run in runs) + (OWED in expected))
        store.close()

    def _whole(self, name: str) -> tuple[int, list[Signs]]:
        """How many statements a use case has, and what it leaves when it is not killed."""
        store = self._open()
        run = self._prepare(store, name, 0)
        store.close()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, str(self._do(run)).encode())
            os._exit(0)
        os.waitpid(child, 0)
        count = int(os.read(reading, 20))
        os.close(reading)
        os.close(writing)
        store = self._open()
        after = self._signs(store, run)
        store.close()
        if count < 4 or (after == run.before):
            self._complain(run, f"it did nothing in its {count} statements")
        return count, after

    def _prepared(self, counts: dict[str, int]) -> list[Run]:
        store = self._open()
        runs = []
        for name, count in counts.items():
            chosen = range(1, count + 2)
            step = max(1, len(chosen) // self._most)
            runs += [self._prepare(store, name, k) for k in sorted({*chosen[::step], *chosen[-4:]})]
        store.close()
        return runs

    def _prepare(self, store: SqlStore, name: str, k: int) -> Run:
        seed = f"{name} {k}"
        prepared = USE_CASES[name].prepare(house_on(store, seed))
        run = Run(name, k, f"{seed} again", prepared, [])
        return replace(run, before=self._signs(store, run))

    def _forked(self, run: Run) -> int:
        child = os.fork()
        if child == 0:
            self._do(run)
            kill()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _do(self, run: Run) -> int:
        """The use case itself, in a process of its own; how many statements it took."""
        store: Any = Torn(self._open()) if self._torn else self._open()
        house = house_on(store, run.seed)
        fuse = Fuse(run.k)
        sys.settrace(fuse)
        USE_CASES[run.name].do(house, run.prepared)
        sys.settrace(None)
        return fuse.count

    def _signs(self, store: SqlStore, run: Run) -> list[Signs]:
        roots = run.prepared.roots or self._opened(store, run)
        return [signs(store, root) for root in roots]

    def _opened(self, store: SqlStore, run: Run) -> tuple[str, ...]:
        with store.look() as tx:
            keyed = tx.keyed("sok", run.prepared.also["key"])
            there = [one.ref for one in tx.list_instances("case", limit=100_000) if one.parent is None]
        if keyed is not None and keyed.family not in there:
            self._complain(run, "its key names a family that is not there")
        return (keyed.family,) if keyed is not None else ()

    def _check(self, store: SqlStore, run: Run, whole: list[Signs]) -> None:
        """Nothing or all of it; the chain holds; said again, it is done once."""
        found = self._signs(store, run)
        done = found == whole
        if not done and found != run.before:
            self._complain(run, f"half a step: {found}")
        house = house_on(store, f"{run.seed} and again")
        try:
            answer = None if done and USE_CASES[run.name].anew else USE_CASES[run.name].do(house, run.prepared)
        except HomewardError as problem:
            self._complain(run, f"asked again it fails: {problem}")
            return
        if answer is not None and answer.repeated != done:
            self._complain(run, f"asked again it says repeated={answer.repeated}, having been done={done}")
        after = self._signs(store, run)
        if after != whole:
            self._complain(run, f"after asking again: {after}, expected {whole}")
        for root in run.prepared.roots or self._opened(store, run):
            self.wrong += [f"{run.name} at {run.k}: {broken}" for broken in broken_chains(store, root)]

    def _check_owed(self, store: SqlStore, count: int) -> None:
        """Opening what the house owes and dropping the row are two transactions, and yet it is opened once."""
        with store.look() as tx:
            found = len(tx.list_instances("house_request"))
        if found != count:
            self.wrong.append(f"{OWED}: {found} were opened, expected {count}")

    def _complain(self, run: Run, what: str) -> None:
        self.wrong.append(f"{run.name} at {run.k}: {what}")


def main(url: str, key: str, most: str, *torn: str) -> None:
    """The program."""
    crashes = Crashes(url, Path(key), int(most), torn="torn" in torn)
    crashes.all()
    print(json.dumps({"killed": crashes.killed, "wrong": crashes.wrong}))  # noqa: T201 - it is what the program answers


if __name__ == "__main__":
    main(*sys.argv[1:])
