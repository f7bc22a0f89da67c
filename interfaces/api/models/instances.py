"""Instances, as lists have them and as somebody sees them."""

from __future__ import annotations

from typing import Any

from interfaces.api.models.base import (
    Instant,
    Told,
)


class ShortTold(Told):
    """What stands of an instance in clear."""

    ref: str
    process: str
    parent: str | None
    workflow: str
    opened_at: Instant
    opened_by: str
    tracks: dict[str, str]
    assigned: dict[str, str]


class ListedTold(ShortTold):
    """An instance in a list; `yours`: you hold a role on it."""

    yours: bool


class PageOfInstances(Told):
    """A part of a list, the newest first; `next` is the cursor of what comes after it."""

    process: str
    instances: list[ListedTold]
    next: str | None


class ChildrenTold(Told):
    """What stands directly below an instance, in the order of opening."""

    ref: str
    instances: list[ShortTold]


class FactTold(Told):
    """The latest value of a fact, with when it was seen, by whom, and the journal entry that holds it."""

    value: Any
    observed: Instant
    recorded: Instant
    by: str
    entry: int
    lapsed: bool


class SightTold(ShortTold):
    """What you see of an instance. What stands in `hidden` is not open to you."""

    family: str
    revision: int
    hash: str
    since: dict[str, Instant]
    facts: dict[str, FactTold]
    hidden: list[str]
    below: list[ShortTold]
    clear_only: bool


class OverrideTold(Told):
    """An attempt that waits for a second person."""

    attempt: str
    ref: str
    action: str
    asked_by: str
    on_behalf: str | None
    asked_at: Instant
    lapses_at: Instant


class OverridesTold(Told):
    """The attempts that wait for a second person, those that lapse first in front."""

    overrides: list[OverrideTold]
