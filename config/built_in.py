"""What the program itself keeps for every workflow, so that a clause about it needs no element: a closed list.

Each is kept by code that tests make fail; `docs/architecture.md` says where. Whoever cites one answers for its being
what the clause means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "built_in"
"""Before the name, where what carries a clause is listed among elements of the workflow."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """What is kept, and where somebody finds afterwards that it was."""

    says: str
    look_up: str


BUILT_IN: Mapping[str, BuiltIn] = {
    "confidential": BuiltIn(
        "Every fact and document is confidential, for whoever is assigned; highly so where `seen_by` says who reads "
        "it; only states and `find_by` values appear in lists",
        "the workflow version: `seen_by` and `find_by` of each fact",
    ),
    "sealing": BuiltIn(
        "Facts, documents and texts lie sealed with a key of their case, in the database and in every copy of it",
        "the health page: where the house key lies; `homeward audit verify`",
    ),
    "need_to_know": BuiltIn(
        "A case opens to whoever is assigned, stands in, or has a title that opens cases; to others it is not there",
        "the register of sights: who looked, in which role; refused looks in the trace",
    ),
    "lending": BuiltIn(
        "Whoever else needs a case gives a reason; it ends by itself, a second person hears at once and reviews it",
        "the register of emergency access and of grants, each with reason, end and review",
    ),
    "taking_out": BuiltIn(
        "What is taken out of the house shows no name, is taken by an auditor alone, and is journaled",
        "the register of sights: each export with its filters",
    ),
}
