"""What two houses are compared by: everything that is stored about a family, but for references, times and hashes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from audit.chain import Broken, verify_chain
from cases.ports import LoadedFamily, Store

FAR = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Signs:
    """A family as it stands: state by instance in order of opening, journals, askings and due rows."""

    revision: int
    instances: tuple[object, ...]
    journals: tuple[tuple[str, ...], ...]
    askings: tuple[object, ...]
    due: tuple[object, ...]


def loaded(store: Store, ref: str) -> LoadedFamily:
    """The family of an instance."""
    with store.look() as tx:
        found = tx.load(ref)
    assert found is not None
    return found


def signs(store: Store, ref: str) -> Signs:
    """Everything that is stored about a family, comparable with that of another house."""
    with store.look() as tx:
        family = tx.load(ref)
        assert family is not None
        places = {one.ref: number for number, one in enumerate(family.instances)}
        journals = tuple(tuple(entry.kind for entry in tx.entries(one.ref)) for one in family.instances)
        askings = tuple((one.action, one.person, one.state) for one in tx.askings(family.family.id))
        rows = [row for row in tx.due(FAR, 10_000) if row.family == family.family.id]
    due = sorted((places[row.instance], row.kind, _name(row.kind, row.name)) for row in rows)
    instances = tuple(
        (
            one.process,
            places.get(one.parent or ""),
            {track: at.state for track, at in one.tracks.items()},
            {fact: _value(held.value, places) for fact, held in one.facts.items()},
            {action: (done.by, done.times) for action, done in one.done.items()},
            dict(one.holders),
        )
        for one in family.instances
    )
    return Signs(family.family.revision, instances, journals, askings, tuple(due))


def _name(kind: str, name: str) -> str:
    return name if kind == "lapse" else ""


def _value(value: object, places: Mapping[str, int]) -> object:
    """A link to another family is compared by being one."""
    is_link = isinstance(value, str) and len(value) == 14 and value.count("-") == 2
    return places.get(str(value), "elsewhere") if is_link else value


def broken_chains(store: Store, ref: str) -> list[Broken]:
    """The journals of a family that are not what was written, against their heads."""
    family = loaded(store, ref)
    with store.look() as tx:
        found = [verify_chain(one.ref, tx.entries(one.ref), family.heads[one.ref]) for one in family.instances]
    return [one for one in found if one is not None]
