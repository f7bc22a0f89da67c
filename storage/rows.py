"""How values become rows and rows become values, at the least cost: what nobody asks for stays as it was stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar, overload

import orjson

from cases.errors import Damaged
from config.definition import FactValue
from state_machine.stored import Stored
from state_machine.view import DeadlineAt, Done, Fired, Instance, Recorded, TrackAt

T = TypeVar("T")
V = TypeVar("V")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DAY = 86_400


def micros(moment: dt.datetime) -> int:
    """Whole microseconds since 1970 of an aware moment."""
    passed = moment - EPOCH
    return (passed.days * DAY + passed.seconds) * 1_000_000 + passed.microseconds


def moment(stored: int) -> dt.datetime:
    """The moment, in UTC, of so many microseconds since 1970."""
    return EPOCH + dt.timedelta(microseconds=stored)


def micros_or_none(moment_: dt.datetime | None) -> int | None:
    """As `micros`, where there may be no moment."""
    return None if moment_ is None else micros(moment_)


def moment_or_none(stored: int | None) -> dt.datetime | None:
    """As `moment`, where there may be none."""
    return None if stored is None else moment(stored)


class Lying(Stored[V]):
    """Values that lie as JSON, by name. `read` fetches them when first needed, `freeze` and `thaw` convert one."""

    __slots__ = ("_frozen", "_read", "_thawed", "freeze", "thaw")

    def __init__(
        self,
        read: Callable[[], dict[str, Any]],
        freeze: Callable[[V], list[Any]],
        thaw: Callable[[list[Any]], V],
    ) -> None:
        self._read = read
        self._frozen: dict[str, Any] | None = None
        self._thawed: dict[str, V] = {}
        self.freeze = freeze
        self.thaw = thaw

    def frozen(self) -> dict[str, Any]:
        """All of them as they lie."""
        if self._frozen is None:
            self._frozen = self._read()
        return self._frozen

    def changed(self, changes: Mapping[str, V]) -> Lying[V]:
        """The same with these values put in or replaced."""
        freeze = self.freeze
        after = Lying(dict, freeze, self.thaw)
        after._frozen = self.frozen() | {name: freeze(value) for name, value in changes.items()}
        after._thawed = self._thawed | dict(changes)
        return after

    def differing(self, after: Stored[V]) -> Collection[str]:
        """The names whose values lie otherwise in another one, or lie in one of the two alone."""
        assert isinstance(after, Lying)  # a store has one kind of them
        here, there = self.frozen(), after.frozen()
        if here is there:
            return ()
        return [name for name in here.keys() | there.keys() if here.get(name) != there.get(name)]

    def __getitem__(self, name: str) -> V:
        value = self._thawed.get(name)
        if value is None:
            value = self._thawed[name] = self.thaw(self.frozen()[name])
        return value

    @overload
    def get(self, name: str, /) -> V | None: ...
    @overload
    def get(self, name: str, /, default: T) -> V | T: ...
    def get(self, name: str, /, default: T | None = None) -> V | T | None:
        """A value, or the default where there is none; asked so often that it does not go the way of an error."""
        value = self._thawed.get(name)
        if value is None:
            frozen = self.frozen().get(name)
            if frozen is None:
                return default
            value = self._thawed[name] = self.thaw(frozen)
        return value

    def __contains__(self, name: object) -> bool:
        return name in self.frozen()

    def __iter__(self) -> Iterator[str]:
        return iter(self.frozen())

    def __len__(self) -> int:
        return len(self.frozen())

    def __repr__(self) -> str:
        return f"Lying({', '.join(self.frozen())})"


def freeze_track(track: TrackAt) -> list[Any]:
    """A track as it lies in a row."""
    return [track.state, micros(track.since), track.order]


def thaw_track(frozen: list[Any]) -> TrackAt:
    """The reverse of `freeze_track`."""
    state, since, order = frozen
    return TrackAt(state, moment(since), order)


def freeze_done(done: Done) -> list[Any]:
    """An action done as it lies in a row."""
    return [micros(done.at), done.by, done.on_behalf, done.order, done.times]


def thaw_done(frozen: list[Any]) -> Done:
    """The reverse of `freeze_done`."""
    at, by, on_behalf, order, times = frozen
    return Done(moment(at), by, on_behalf, order, times)


def freeze_fact(fact: Recorded) -> list[Any]:
    """A recorded fact as it lies, sealed, in a row."""
    observed, recorded = micros(fact.observed), micros(fact.recorded)
    return [fact.value, observed, recorded, fact.by, fact.on_behalf, fact.seq, fact.order, fact.touched]


def thaw_fact(frozen: list[Any]) -> Recorded:
    """The reverse of `freeze_fact`."""
    stored, observed, recorded, by, on_behalf, seq, order, touched = frozen
    value: FactValue = tuple(stored) if isinstance(stored, list) else stored
    return Recorded(value, moment(observed), moment(recorded), by, on_behalf, seq, order, touched)


def freeze_deadline(deadline: DeadlineAt) -> list[Any]:
    """A deadline as it lies in a row."""
    fired = {name: [micros(one.instant), micros(one.at), one.times] for name, one in deadline.fired.items()}
    pause = None
    if deadline.paused is not None:
        pause = [micros(deadline.paused), deadline.left, micros_or_none(deadline.resumes)]
    dates = [micros(deadline.began), micros(deadline.dated), micros(deadline.due), micros(deadline.worked_out)]
    count = [deadline.generation, deadline.dating, deadline.order, deadline.seq]
    return [deadline.state, count, dates, fired, pause, deadline.spent]


def thaw_deadline(frozen: list[Any]) -> DeadlineAt:
    """The reverse of `freeze_deadline`."""
    state, (generation, dating, order, seq), dates, fired, pause, spent = frozen
    began, dated, due, worked_out = map(moment, dates)
    paused, left, resumes = pause or (None, None, None)
    return DeadlineAt(
        state,
        generation,
        dating,
        began,
        order,
        dated,
        due,
        worked_out,
        seq,
        {name: Fired(moment(instant), moment(at), times) for name, (instant, at, times) in fired.items()},
        moment_or_none(paused),
        tuple(left) if left is not None else None,
        moment_or_none(resumes),
        spent,
    )


def clear_text(instance: Instance) -> str:
    """What of an instance may be read without a key: tracks, actions done, holders, deadlines."""
    clear = {
        "tracks": _frozen(instance.tracks, freeze_track),
        "done": _frozen(instance.done, freeze_done),
        "holders": instance.holders if isinstance(instance.holders, dict) else dict(instance.holders),
        "deadlines": _frozen(instance.deadlines, freeze_deadline),
    }
    return orjson.dumps(clear).decode()


def facts_bytes(instance: Instance) -> bytes:
    """The facts of an instance, ready to be sealed."""
    return orjson.dumps(_frozen(instance.facts, freeze_fact))


def _frozen(values: Mapping[str, V], freeze: Callable[[V], list[Any]]) -> dict[str, Any]:
    if isinstance(values, Lying):
        return values.frozen()
    return {name: freeze(value) for name, value in values.items()}


INSTANCE_COLUMNS = (
    "ref",
    "family",
    "parent",
    "process",
    "ordinal",
    "opened_at",
    "opened_by",
    "stands_for",
    "clear",
    "facts",
)
"""The order in which `instance` below expects a row."""


def instance(row: tuple[Any, ...], workflow: str, unseal: Callable[[str, bytes], bytes]) -> Instance:
    """An instance from its row; `unseal(ref, sealed)` is called when a fact is first asked for."""
    ref, family, parent, process, ordinal, opened_at, opened_by, stands_for, clear, facts = row
    parts = _parts(ref, clear)
    return Instance(
        ref=ref,
        family=family,
        parent=parent,
        process=process,
        workflow=workflow,
        ordinal=ordinal,
        opened_at=moment(opened_at),
        opened_by=opened_by,
        tracks=Lying(lambda: _dict(parts["tracks"]), freeze_track, thaw_track),
        facts=Lying(lambda: _dict(orjson.loads(unseal(ref, facts))), freeze_fact, thaw_fact),
        done=Lying(lambda: _dict(parts["done"]), freeze_done, thaw_done),
        holders=parts["holders"],
        stands_for=stands_for,
        deadlines=Lying(lambda: _dict(parts["deadlines"]), freeze_deadline, thaw_deadline),
    )


_PARTS = ("tracks", "done", "holders", "deadlines")


def _parts(ref: str, clear: str) -> dict[str, Any]:
    try:
        parts: dict[str, Any] = orjson.loads(clear)
        return {part: parts[part] for part in _PARTS}
    except (ValueError, KeyError, TypeError) as problem:
        raise Damaged(
            f"what is written of {ref} cannot be read: it was changed from outside; compare it with a backup", ref=ref
        ) from problem


def _dict(parsed: Any) -> dict[str, Any]:
    assert isinstance(parsed, dict)
    return parsed


def instance_row(one: Instance, sealed: bytes) -> dict[str, Any]:
    """The row of a new instance."""
    return {
        "ref": one.ref,
        "family": one.family,
        "parent": one.parent,
        "process": one.process,
        "ordinal": one.ordinal,
        "opened_at": micros(one.opened_at),
        "opened_by": one.opened_by,
        "stands_for": one.stands_for,
        "clear": clear_text(one),
        "facts": sealed,
    }
