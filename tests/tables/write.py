"""Write the tables of the shipped workflows anew: `python -m tests.tables.write`.

Read the difference before you keep it. Each line of a decision table is somebody who may do more, or less, than before;
each line of a list of clauses is a judgement that these elements do what the clause asks, which no machine makes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from config.coverage import coverage
from config.definition import Workflow
from config.loader import list_shipped, load_workflow
from config.problems import DefinitionError
from state_machine.rules import Rules
from tests.tables.table import table

FOLDER = Path(__file__).parent
CLAUSES = FOLDER / "clauses"


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


def clauses_of(workflow: Workflow) -> str:
    """Which elements were judged to do what a clause asks: a clause with what it asks, then its elements."""
    lines = []
    for row in coverage(workflow):
        if row.status == "carried":
            lines += [f"{row.id} ({row.strength}, {row.kind}): {row.says}", *(f"  {one}" for one in row.carried_by)]
    return "\n".join((*lines, ""))


def main() -> None:
    """Write both files for each."""
    CLAUSES.mkdir(exist_ok=True)
    for name in shipped():
        (FOLDER / f"{name}.txt").write_text(table(rules_of(name)), "utf-8")
        (CLAUSES / f"{name}.txt").write_text(clauses_of(rules_of(name).workflow), "utf-8")


if __name__ == "__main__":
    main()
