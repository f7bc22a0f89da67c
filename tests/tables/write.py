"""Write the decision tables of the shipped workflows anew: `python -m tests.tables.write`.

Read the difference before you keep it: each line of it is somebody who may do more, or less, than before.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from config.loader import list_shipped, load_workflow
from config.problems import DefinitionError
from state_machine.rules import Rules
from tests.tables.table import table

FOLDER = Path(__file__).parent


@lru_cache
def shipped() -> tuple[str, ...]:
    """The shipped workflows that stand by themselves; the others are only there to be extended."""
    names = []
    for name in list_shipped():
        try:
            load_workflow(name)
        except DefinitionError:
            continue
        names.append(name)
    return tuple(names)


@lru_cache
def rules_of(name: str) -> Rules:
    """A shipped workflow as compiled."""
    loaded = load_workflow(name)
    return Rules.compile(loaded.workflow, loaded.hash)


def main() -> None:
    """Write a file for each."""
    for name in shipped():
        (FOLDER / f"{name}.txt").write_text(table(rules_of(name)), "utf-8")


if __name__ == "__main__":
    main()
