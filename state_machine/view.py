"""What a decision may look at: instances as they stand, and the people around them.

Values only. All times are aware datetimes in UTC. `order` numbers put events of one family into the order in
which they happened: 100 × the family's revision, plus the place in the cascade of that step.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

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
class Fired:
    """A rung that came: `instant` is the moment for which it stood, `at` when it was taken, `times` how often so far.

    `times` 0: it was already past, and before the due, when the deadline was dated; it is passed over (semantics 16).
    """

    instant: dt.datetime
    at: dt.datetime
    times: int


@dataclass(frozen=True, slots=True)
class DeadlineAt:
    """A deadline that runs on an instance (semantics 15 to 17).

    `generation` numbers its rounds, each higher than all before it on this instance; `dating` counts how often the due
    of this round moved to later than the moment of moving.
    `began` and `order` say when this round began, `dated` when the due was last set, `due` is the due (UTC) and
    `worked_out` what the figures alone gave, before pauses moved it.
    `seq` is the journal entry of the instance that tells how it was dated. While `paused`, `left` holds the time that
    remained, in days of the deadline's own counting and seconds, and `resumes` the moment at which the pause ends by
    itself; `spent` is true once it did. A `done` round lies until its `while` ends, so that it does not begin again.
    """

    state: Literal["armed", "paused", "done"]
    generation: int
    dating: int
    began: dt.datetime
    order: int
    dated: dt.datetime
    due: dt.datetime
    worked_out: dt.datetime
    seq: int
    fired: Mapping[str, Fired] = field(default_factory=dict)
    paused: dt.datetime | None = None
    left: tuple[int, int] | None = None
    resumes: dt.datetime | None = None
    spent: bool = False


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
    deadlines: Mapping[str, DeadlineAt] = field(default_factory=dict)


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
