"""What a decision may look at: instances as they stand, and the people around them.

Values only. All times are aware datetimes in UTC. `order` numbers put events of one family into the order in
which they happened: 100 × the family's revision, plus the place in the cascade of that step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from config.definition import FactValue
    from state_machine.rules import Rules

SYSTEM = "system"
"""The actor of automatic actions, elapses and migrations (semantics 9)."""


@dataclass(frozen=True, slots=True)
class TrackAt:
    """The state in which a track stands, since when, and at which order it got there."""

    state: str
    since: dt.datetime
    order: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """The latest value of a fact: greatest (observed, seq) of what was not withdrawn (semantics 14).

    `observed` is claimed by the recorder and never later than `recorded`, which is ours. `seq` is the journal
    entry that holds it; `order` when it was recorded; `touched` when the fact was last recorded at all
    (a later entry may speak of an earlier time).
    """

    value: FactValue
    observed: dt.datetime
    recorded: dt.datetime
    by: str
    on_behalf: str | None
    seq: int
    order: int
    touched: int


@dataclass(frozen=True, slots=True)
class Done:
    """When an action was last done, by whom (and on whose behalf), and how often so far."""

    at: dt.datetime
    by: str
    on_behalf: str | None
    order: int
    times: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One running process as it stands. `ref` names it everywhere; a family is named by its root's ref."""

    ref: str
    family: str
    parent: str | None
    process: str
    workflow: str  # hash of the family's workflow version
    ordinal: int  # place in the family, in order of opening
    opened_at: dt.datetime
    opened_by: str
    tracks: Mapping[str, TrackAt]
    facts: Mapping[str, Recorded] = field(default_factory=dict)
    done: Mapping[str, Done] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)  # role -> person
    stands_for: str | None = None  # the person whom this instance stands for


@dataclass(frozen=True, slots=True)
class Actor:
    """Who attempts something. `titles` are the roles of the person in the house; `role` narrows to one of them."""

    person: str
    titles: frozenset[str] = frozenset()
    role: str | None = None
    on_behalf: str | None = None

    @property
    def is_system(self) -> bool:
        """Whether nobody but the house itself acts."""
        return self.person == SYSTEM


class View(Protocol):
    """The instances that a decision can reach; what it reads of other families is remembered by the implementation."""

    def instance(self, ref: str) -> Instance | None:
        """The instance of this reference, in whatever family, or None where there is none."""

    def children(self, ref: str, process: str) -> Sequence[Instance]:
        """The children of an instance that are of this process, in order of opening."""

    def person(self, person: str) -> Instance | None:
        """The instance that stands for a person, or None."""

    def titles(self, person: str) -> frozenset[str]:
        """The roles that a person has in the house."""

    def people_with(self, role: str) -> tuple[str, ...]:
        """Everybody who has this title in the house, by name."""

    def rules(self, instance: Instance) -> Rules:
        """The compiled workflow version to which the instance's family is pinned."""
