"""An attempt and the answer to it. Values, never exceptions; handled in one `match`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

from config.definition import FactValue, Strength
from state_machine.view import Actor


class Outcome(StrEnum):
    """What a guard answered: yes, no, unknown; `not_asked` where its `when` is a definite no or it is off."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class Fixed(StrEnum):
    """The refusals that no guard of a workflow gives."""

    NOT_YOUR_ROLE = "not_your_role"  # none of the roles that may do this is yours
    NOT_FROM_HERE = "not_from_here"  # a track stands in a state from which the action does not go
    ANSWER_MISSING = "answer_missing"  # a fact that the action asks did not come along and is asked anew
    NOT_OPEN_TO_YOU = "not_open_to_you"  # you have the title, but are not assigned to this instance
    NOT_HELD = "not_held"  # somebody is to be taken out of a role that nobody holds on this instance


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody asks for. `action` is an action's name; for a plain record it is empty.

    For `open`, `ref` is the reference that the new instance will have and `parent` its parent or None;
    for `assign` and `unassign`, `assigned` and `role` say who and what.
    """

    kind: Literal["open", "act", "record", "assign", "unassign"]
    ref: str
    actor: Actor
    process: str
    action: str = ""
    parent: str | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    observed: dt.datetime | None = None
    assigned: str | None = None
    role: str | None = None
    by_skipped: bool = False  # `open` only: an action of the parent opens this child, so its `by` is not asked
    confirmed: bool = False  # a second person said yes: unmet `should` guards pass, all others are asked again
    seq: int = 0  # the journal entry that this attempt will be, so that what guards read of its own facts names it


MissingKind = Literal["fact", "action", "track", "child", "time", "role"]


class Missing(NamedTuple):
    """One thing that would have to change: on which instance, what was found and needed, and who can see to it."""

    ref: str
    kind: MissingKind
    name: str
    found: str
    needed: str
    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class Read(NamedTuple):
    """A value that a guard read: `what` names it for people (`medical_care`, `receiver.verified`, `consent×2`).

    `ref`, `fact` and `seq` say which journal entry of which instance holds it, so that a correction finds
    the steps that it undermines (semantics 14); seq is 0 where nothing was recorded.
    """

    what: str
    value: FactValue | None
    ref: str = ""
    fact: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not (or, as advice, what would be better): the guard with everything that explains it."""

    guard: str
    strength: Strength
    message: str
    remedy: str = ""
    clauses: tuple[str, ...] = ()
    read: tuple[Read, ...] = ()
    until: dt.datetime | None = None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """It may be. `moves` gives each track that moves with from and to; `role` is the role that let the actor."""

    moves: Mapping[str, tuple[str, str]]
    outcomes: Mapping[str, Outcome]
    role: str = ""
    advice: tuple[Reason, ...] = ()
    reads: Mapping[str, tuple[Read, ...]] = field(default_factory=dict)
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not be. `exception` is `second_person` where only `should` guards are unmet."""

    reasons: tuple[Reason, ...]
    outcomes: Mapping[str, Outcome]
    role: str = ""
    advice: tuple[Reason, ...] = ()
    reads: Mapping[str, tuple[Read, ...]] = field(default_factory=dict)
    exception: Literal["none", "second_person"] = "none"


@dataclass(frozen=True, slots=True)
class NotYet:
    """Time alone will open it: at `until` every unmet guard holds if all else stays as it is (semantics 13)."""

    until: dt.datetime
    reasons: tuple[Reason, ...]
    outcomes: Mapping[str, Outcome]
    role: str = ""
    advice: tuple[Reason, ...] = ()
    reads: Mapping[str, tuple[Read, ...]] = field(default_factory=dict)
    exception: Literal["none", "second_person"] = "none"


Decision = Applied | Refused | NotYet
