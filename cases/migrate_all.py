"""Moving all families of a version: previewed as a whole, then one step after the other, each in its own transaction.

Whoever is killed in the middle starts again: what was moved is no longer pinned to the old version, so nothing is done
twice. Families whose root is over stay where they are, unless they are asked for too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cases.errors import BadInput, Failed, UnknownReference
from cases.house import House
from cases.migrate import NO_DECISIONS, Decisions, Migration, migrate, preview_migration
from cases.ports import Clock
from cases.workspace import Workspace
from state_machine.automatic import by_the_house, is_over


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one family: moved, moved already, closed and left, or not moved and why."""

    ref: str
    what: Literal["moved", "already", "closed", "undecided", "failed"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: from which version to which (hashes), what was decided, who orders it, and for whom.

    `closed_too`: families that are over are moved as well. `second`: who stands beside whoever orders it.
    """

    from_: str
    to: str
    decisions: Decisions = NO_DECISIONS
    by: str = ""
    closed_too: bool = False
    second: str = ""


def pinned(house: House, order: Order) -> Sequence[str]:
    """The families that are still pinned to the old version, in a fixed order. Raises UnknownWorkflow."""
    house.workflows.rules(order.from_)
    house.workflows.rules(order.to)
    return house.store.versions.families(order.from_)


def preview_all(house: House, families: Sequence[str], order: Order, now: dt.datetime) -> Iterator[Migration | None]:
    """What moving each family would do, one after the other; None for one that is over and stays."""
    for ref in families:
        closed = not order.closed_too and _is_closed(house, ref, now)
        yield None if closed else preview_migration(house, ref, order.to, now, order.decisions)


def migrate_all(house: House, families: Sequence[str], order: Order, clock: Clock) -> Iterator[Moved]:
    """Move each family in a step of its own, and tell what became of it. What cannot be moved stalls no other."""
    for ref in families:
        now = clock.now()
        if not order.closed_too and _is_closed(house, ref, now):
            yield Moved(ref, "closed")
            continue
        try:
            answer = migrate(house, ref, order.to, now, order.decisions, order.by, order.second)
        except BadInput as problem:
            yield Moved(ref, "undecided", str(problem))
        except Failed as problem:
            yield Moved(ref, "failed", str(problem))
        else:
            yield Moved(ref, "already" if answer.repeated else "moved")


def _is_closed(house: House, ref: str, now: dt.datetime) -> bool:
    """Whether the root of a family is over, by the version that it follows."""
    with house.store.look() as tx:
        loaded = tx.load(ref)
        if loaded is None:
            raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
        ws = Workspace(house, tx, now, loaded)
        return is_over(ws.family_rules, by_the_house(ws, ws.now), ws.instances[ref])
