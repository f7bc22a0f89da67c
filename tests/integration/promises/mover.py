"""Run as a program: moves every family to another version, and is killed in the middle of a step.

    python -m tests.integration.promises.mover URL KEYFILE FAMILIES STATEMENT

The families before the FAMILIES-th are moved whole; in the step of that one the process kills itself (SIGKILL) just
before its STATEMENT-th statement. With FAMILIES = -1 it is not killed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cases.migrate_all import Order, migrate_all, pinned
from storage.house_key import HomeKey
from storage.sql_store import open_store
from tests.houses import SmallHouse
from tests.integration.promises.crash import Fuse
from tests.two_versions import OLD, SOONER, hash_of, pier

ORDER = Order(hash_of(OLD), hash_of(SOONER), by="dir")


def move(house: SmallHouse, families: int = -1, statement: int = 0) -> list[str]:
    """Move all that are still pinned to the old version; answers what became of each."""
    done: list[str] = []
    steps = migrate_all(house.house, pinned(house.house, ORDER), ORDER, house.clock)
    while True:
        if len(done) == families:
            sys.settrace(Fuse(statement))
        one = next(steps, None)
        if one is None:
            return done
        done.append(one.what)


def main(url: str, key: str, families: str, statement: str) -> None:
    """The program."""
    store = open_store(url, HomeKey(Path(key), os.urandom), os.urandom)
    move(pier(SOONER, store=store, seed=f"{families} {statement}"), int(families), int(statement))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
