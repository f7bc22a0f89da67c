"""The in-memory twin of versions of workflows."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence

from cases.ports import Lost
from cases.publications import Proposal, Publication, PublishingWrites
from storage.shelves import Shelves


class MemoryVersions:
    """The versions of a house that lives as long as the program, to read."""

    def __init__(self, shelves: Shelves, turning: threading.Lock) -> None:
        self._shelves = shelves
        self._turning = turning

    def open_proposal(self, name: str) -> Proposal | None:
        """The version of this workflow that waits for a second person."""
        with self._turning:
            return _open(self._shelves, name)

    def open_proposals(self) -> Sequence[Proposal]:
        """Every version that waits for a second person, the oldest first."""
        with self._turning:
            waiting = [one for one in self._shelves.proposals.values() if one.state == "open"]
            return sorted(waiting, key=lambda one: (one.asked_at, one.id))

    def proposal(self, id_: str) -> Proposal | None:
        """A version that was ever proposed, with what became of it."""
        with self._turning:
            return self._shelves.proposals.get(id_)

    def publications(self, name: str | None = None) -> Sequence[Publication]:
        """Everything that came into force, oldest first."""
        with self._turning:
            return [one for one in self._shelves.publications if name in (None, one.name)]

    def beginning(self, start: str) -> Sequence[tuple[str, str]]:
        """The versions whose hash begins so, as (hash, name)."""
        with self._turning:
            return sorted(
                (hash_, name) for hash_, (name, _) in self._shelves.workflows.items() if hash_.startswith(start)
            )

    def families(self, hash_: str) -> Sequence[str]:
        """The families that are pinned to this version."""
        with self._turning:
            return sorted(one.id for one in self._shelves.families.values() if one.workflow == hash_)

    def keep_calendar(self, hash_: str, content: bytes, at: dt.datetime) -> None:
        """Keep a calendar by its hash; the same again changes nothing."""
        with self._turning:
            self._shelves.calendars.setdefault(hash_, (content, at))

    def calendar(self, hash_: str) -> bytes | None:
        """The content of a calendar that was kept."""
        with self._turning:
            return self._shelves.calendars[hash_][0] if hash_ in self._shelves.calendars else None


def begin(shelves: Shelves, hash_: str, name: str, canonical: bytes, at: dt.datetime) -> None:
    """Keep a version and bring it into force by nobody's word, if it is new."""
    if hash_ not in shelves.workflows:
        shelves.workflows[hash_] = (name, canonical)
        shelves.publications.append(Publication(name, hash_, at))


def newest(shelves: Shelves, name: str) -> str | None:
    """The version of this name that came into force last."""
    return next((one.hash for one in reversed(shelves.publications) if one.name == name), None)


def check_publishing(shelves: Shelves, writes: PublishingWrites) -> None:
    """What the databases refuse. Raises Lost."""
    proposal = writes.proposal
    there = shelves.proposals.get(proposal.id)
    if writes.fresh:
        if there is not None or _open(shelves, proposal.name) is not None:
            raise Lost
    elif there is None or there.state != "open":
        raise Lost


def put_publishing(shelves: Shelves, writes: PublishingWrites) -> None:
    """Write a change that was checked, without its journal entries."""
    shelves.proposals[writes.proposal.id] = writes.proposal
    published = writes.publication
    if published is not None:
        shelves.workflows.setdefault(published.hash, (published.name, writes.proposal.canonical))
        shelves.publications.append(published)


def _open(shelves: Shelves, name: str) -> Proposal | None:
    return next((one for one in shelves.proposals.values() if one.name == name and one.state == "open"), None)
