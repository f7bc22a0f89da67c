"""Publishing as the store sees it: versions that wait for a second person, and versions that are in force.

Two persons put a version into force: one proposes it, another one approves. The first workflow of a house comes with
its opening, by nobody. What was published never changes, and every publication stays on record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from cases.ports import Due, NewEntry


@dataclass(frozen=True, slots=True)
class Proposal:
    """A version that somebody wants published. `replaces` is the one that was in force then, if there was one."""

    id: str
    name: str
    hash: str
    canonical: bytes
    replaces: str | None
    asked_by: str
    asked_at: dt.datetime
    state: Literal["open", "published", "withdrawn"] = "open"
    answered_by: str | None = None
    answered_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A version that came into force, when and by whom; by nobody where it came with the opening of the house."""

    name: str
    hash: str
    at: dt.datetime
    asked_by: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class PublishingWrites:
    """One change of a proposal with everything that belongs to it, written in one transaction or not at all.

    A proposal that is `fresh` is written down; any other one must still be open, and takes its new state. With a
    `publication` its version is kept and comes into force. `entries` are journal entries by family; `put_due` are rows
    that owe something beside them.
    """

    proposal: Proposal
    fresh: bool
    entries: Mapping[str, Sequence[NewEntry]]
    publication: Publication | None = None
    put_due: tuple[Due, ...] = ()


class Versions(Protocol):
    """What can be read of versions, and the calendars on which their dates were counted."""

    def open_proposal(self, name: str) -> Proposal | None:
        """The version of this workflow that waits for a second person; there is at most one."""

    def open_proposals(self) -> Sequence[Proposal]:
        """Every version that waits for a second person, the oldest first, whatever it is called."""

    def proposal(self, id_: str) -> Proposal | None:
        """A version that was ever proposed, with what became of it."""

    def publications(self, name: str | None = None) -> Sequence[Publication]:
        """Everything that came into force, oldest first; of one workflow or of all."""

    def beginning(self, start: str) -> Sequence[tuple[str, str]]:
        """The versions whose hash begins so, as (hash, name), in order of hashes."""

    def families(self, hash_: str) -> Sequence[str]:
        """The families that are pinned to this version, in order of ids."""

    def keep_calendar(self, hash_: str, content: bytes, at: dt.datetime) -> None:
        """Keep a calendar by the hash that journal entries name; the same again changes nothing."""

    def calendar(self, hash_: str) -> bytes | None:
        """The content of a calendar that was kept."""
