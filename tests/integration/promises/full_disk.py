"""Run as a program: work until the disk takes no more, look at what is there, make room, and work on.

    python -m tests.integration.promises.full_disk URL KEYFILE

The disk is full as far as this process can tell: no file of it may grow beyond a limit. Prints what came of it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from sqlalchemy.engine import make_url

from cases.errors import Failed
from storage.house_key import HomeKey
from storage.sql_store import open_store
from tests.houses import SmallHouse, small_house
from tests.integration.promises.signs import broken_chains, signs


def limit_files(size: int) -> None:
    """No file of this process may grow beyond this from now on."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def work(house: SmallHouse, case: str, number: int) -> int:
    """One step under a key of its own; the revision that it made."""
    facts = {"note": f"{number} " + "long " * 500, "place_safe": bool(number % 2)}
    return house.ask("record", "sok", case, facts=facts, key=f"step {number}").revision


def main(url: str, key: str) -> None:
    """The program."""
    store = open_store(url, HomeKey(Path(key), os.urandom), os.urandom)
    house = small_house(store)
    case = house.open("sok")
    log = Path(f"{make_url(url).database}-wal")
    limit_files(log.stat().st_size + 400_000)
    number = 0
    refusals: list[str] = []
    whole: list[bool] = []
    while len(refusals) < 3 and number < 500:
        before = signs(store, case)
        try:
            work(house, case, number)
            number += 1
        except Failed as problem:
            refusals.append(str(problem))
            whole.append(signs(store, case) == before)
    limit_files(resource.RLIM_INFINITY)
    revision = work(house, case, number)
    found = {
        "steps": number,
        "refusals": refusals,
        "nothing_changed": whole,
        "goes_on": revision == 2 + number,
        "broken": [str(one) for one in broken_chains(store, case)],
    }
    store.close()
    print(json.dumps(found))  # noqa: T201 - it is what the program answers


if __name__ == "__main__":
    main(*sys.argv[1:])
