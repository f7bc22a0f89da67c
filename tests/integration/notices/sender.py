"""Run as a program, to be killed: `python -m tests.integration.notices.sender URL KEYFILE PORT CHANNEL` sends."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.integration.notices.posted import at_work, opened


def main(url: str, key: str, port: str, channel: str) -> None:
    """Deliver until nothing is due."""
    store = opened(url, Path(key))
    made = at_work(store, int(port), channel)
    while made.deliver(limit=50).count:
        pass
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
