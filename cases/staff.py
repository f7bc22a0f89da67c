"""The people of a house as values: who is there, who is away, and what was lent to whom for a time.

People are written in a file that the owner of a house edits, or kept in the store and changed by an administrator.
What is lent is emergency access of staff and the narrative that an auditor was granted; either ends by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from cases.wishes import NOTHING_SAID, Wishes

if TYPE_CHECKING:
    from cases.outbox import InboxMessage
    from cases.ports import Due, NewEntry
    from config.definition import FactValue

MOST_LOANS = 500
"""So many loans of one way are read at once, the newest."""

Way = Literal["emergency", "grant", "people"]
LoanState = Literal["asked", "open", "declined", "ended", "reviewed", "agreed", "done"]
Verdict = Literal["justified", "not_justified"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts: titles held in the house, who stands in, facts of their own instance, how to tell them.

    `away`: on leave at the moment, so that `stand_in` is told instead. `display` is how the person is called on
    screens, and empty where that is the name. `in_file`: written down in the file of the house, which alone changes it.
    """

    name: str
    titles: frozenset[str]
    stand_in: str | None = None
    disabled: bool = False
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    notices: Wishes = NOTHING_SAID
    away: bool = False
    display: str = ""
    teams: frozenset[str] = frozenset()
    in_file: bool = False


class People(Protocol):
    """Who is there."""

    def person(self, name: str) -> Person | None:
        """Somebody by name."""

    def all(self) -> Sequence[Person]:
        """Everybody, in a fixed order."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Away from `begins` until before `ends` (aware, UTC); `stand_in` acts and is told meanwhile."""

    begins: dt.datetime
    ends: dt.datetime
    stand_in: str


@dataclass(frozen=True, slots=True)
class Telling:
    """How a member of staff wishes to be told besides the inbox, which nobody turns off; said by themselves.

    `inbox_only`: nothing goes to their address. `quiet` is a stretch of the day in `time_zone` in which only what is
    urgent goes out; it may go over midnight. `digest_at`: what is not urgent goes out once a day, at this time.
    """

    inbox_only: bool = False
    time_zone: str | None = None
    quiet: tuple[dt.time, dt.time] | None = None
    digest_at: dt.time | None = None


AS_THE_HOUSE = Telling()
"""Nothing was said: each notice goes out by itself, in the zone of the house."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person as the store keeps them. `email` is where their notices go besides the inbox, if anywhere."""

    name: str
    display: str
    titles: frozenset[str]
    teams: frozenset[str] = frozenset()
    stand_in: str | None = None
    leave: Leave | None = None
    disabled: bool = False
    email: str | None = None
    language: str | None = None
    told: Telling = AS_THE_HOUSE


@dataclass(frozen=True, slots=True)
class Loan:
    """What was lent of a case: emergency access of a member of staff, or the narrative to an auditor.

    It is open while `state` is `open` and `until` lies ahead. `kind` is a reason in one word, `needed` what is read for
    it; `words` and `answer` are sealed at rest.

    What an administrator asks about people, which opens nothing, is kept as one too: `family` and `instance` are what
    stands for whoever asks, `kind` is what of, `needed` whom it is about, and `words` are titles.
    """

    id: str
    way: Way
    person: str
    family: str
    instance: str
    kind: str
    needed: str
    words: str
    asked_at: dt.datetime
    until: dt.datetime
    state: LoanState
    answered_by: str | None = None
    answered_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    verdict: Verdict | None = None
    answer: str = ""

    def is_open(self, now: dt.datetime) -> bool:
        """Whether it lets somebody read at `now`."""
        return self.state == "open" and now < self.until


@dataclass(frozen=True, slots=True)
class LoanChange:
    """A loan as it is from now on; `was` is the state in which it must still be, None for a new one."""

    loan: Loan
    was: LoanState | None


@dataclass(frozen=True, slots=True)
class Around:
    """What a relation hangs on, of one instance.

    `root` is the process of its family's root, `holders` is everybody who holds a role on the instance or above it,
    and `held` whether anybody does anywhere in the family; `lent` are the ways that are open to whoever asks, each
    with the id of the loan.
    """

    ref: str
    family: str
    root: str
    stands_for: str | None
    opened_by: str
    holders: frozenset[str]
    held: bool
    lent: Mapping[Way, str]


@dataclass(frozen=True, slots=True)
class HouseWrites:
    """A change of the house itself with its journal entries, in one transaction or not at all.

    `members` are written as they are from now on. With `revision` the people must still stand at it, and go on to the
    next: whoever looked at all of them before (is somebody left who holds this role?) has looked at these. `tried` are
    attempts at emergency access, which are counted: an id, and whose. `told` are messages for inboxes, each once, and
    `entries` are journal entries by family.
    """

    at: dt.datetime
    entries: Mapping[str, Sequence[NewEntry]]
    members: tuple[StaffMember, ...] = ()
    revision: int | None = None
    loans: tuple[LoanChange, ...] = ()
    tried: tuple[tuple[str, str], ...] = ()
    put_due: tuple[Due, ...] = ()
    told: tuple[InboxMessage, ...] = ()


class Staff(Protocol):
    """What can be read of people and of what was lent; it changes by `Transaction.administer`."""

    def revision(self) -> int:
        """How often people were changed so far: cheap, and asked at every request."""

    def members(self) -> Sequence[StaffMember]:
        """Everybody whom the store keeps, by name."""

    def around(self, ref: str, person: str, now: dt.datetime) -> Around | None:
        """What a relation of this person to an instance hangs on at `now`, by one statement; None: no such instance."""

    def loan(self, id_: str) -> Loan | None:
        """Something that was lent, or asked for."""

    def loans(self, way: Way, *, person: str | None = None, unanswered: bool = False) -> Sequence[Loan]:
        """What was lent, newest first, at most 500; of one person, or only what still waits for somebody."""

    def open_loans(self, person: str, now: dt.datetime) -> Sequence[Loan]:
        """What is open to somebody at `now`, oldest first: asked on every page, and cheap where there is nothing."""

    def tries(self, person: str, since: dt.datetime) -> int:
        """How often somebody tried to take emergency access since then."""
