"""Run a command beside a PostgreSQL that is there for it alone: `python -m tests.with_postgres COMMAND … {url} …`.

The server is found as for the tests; `{url}` in the command becomes the address of an empty database. Where there is
none, the command runs without the words `--postgres {url}`, and a line says so.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.postgres import find, folders_with_programs, found_once, fresh_database, stop

URL = "{url}"


def main(words: Sequence[str]) -> int:
    """Find a server, run the command, end the server; answers the command's exit code."""
    with tempfile.TemporaryDirectory(prefix="homeward-pg-") as name:
        folder = Path(name)
        found = found_once(folder, lambda: find(folder, folders_with_programs()))
        if found.absent:
            sys.stderr.write(f"ABSENT: PostgreSQL. {found.absent}\n")
            kept = [word for word in words if word not in ("--postgres", URL)]
            return subprocess.run(kept, check=False).returncode
        try:
            with fresh_database(found.url) as url:
                command = [url if word == URL else word for word in words]
                return subprocess.run(command, check=False).returncode
        finally:
            stop(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
