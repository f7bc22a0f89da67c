"""The mark of a demonstration, in memory."""

from __future__ import annotations

import datetime as dt


class MemoryDemonstration:
    """Whether a house was made as a demonstration."""

    def __init__(self) -> None:
        self.made_at: dt.datetime | None = None
        """When it was made as one; None for a house of real work."""

    def mark(self, at: dt.datetime) -> None:
        """Mark it, at a moment (aware); the first mark stays."""
        self.made_at = self.made_at or at.astimezone(dt.UTC)
