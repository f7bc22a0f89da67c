"""What lets somebody read more than their roles do: emergency access, or the narrative that an auditor was granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.staff import Loan


@dataclass(frozen=True, slots=True)
class Opened:
    """A loan that is open now, and the facts that it opens, as process and name; None: all of them.

    Each sight by it is journaled, whatever the fact, and names the loan. `reasons`: words of reasons are open too.
    """

    loan: Loan
    facts: frozenset[tuple[str, str]] | None
    reasons: bool

    def shows(self, process: str, fact: str) -> bool:
        """Whether a fact of a process is opened."""
        return self.facts is None or (process, fact) in self.facts

    @property
    def clear(self) -> Mapping[str, Any]:
        """What the entry of a sight says of it."""
        return {"by": self.loan.way, "loan": self.loan.id}
