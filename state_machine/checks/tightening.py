"""Whether a composition holds all of a workflow that it was made from: nothing removed, nothing weakened.

Written from the meaning of the elements, not from the loader's list of what an overlay may write, so that each of the
two finds a gap in the other. Texts for people may always change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.definition import (
    Action,
    Deadline,
    Due,
    Fact,
    Guard,
    Lasts,
    Process,
    Rung,
    Track,
    Workflow,
)
from config.durations import Duration

STRENGTHS = ("off", "may", "should", "must")

Where = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """What a composition has lost of a workflow in it. `where` is the element as a path, `says` what happened to it."""

    where: Where
    says: str


def losses(part: Workflow, whole: Workflow) -> Iterator[Loss]:
    """Everything that `whole`, which was made from `part` and others, removes from it or makes weaker."""
    if not part.calendar.default:  # a default gives way
        yield from _same(("calendar",), "calendar", part, whole)
    for key in ("fallback", "second_person", "second_person_within"):
        yield from _same((key,), key, part, whole)
    yield from _kept((), "forbidden word", part.forbidden_words, whole.forbidden_words)
    yield from _each(("roles",), part.roles, whole.roles, _role)
    yield from _each(("notices",), part.notices, whole.notices, _same_keys("urgent"))
    yield from _each(("forms",), part.forms, whole.forms, _same_keys("version", "file"))
    yield from _each(("processes",), part.processes, whole.processes, _process)
    for book in ("register_", "outside", "attested", "scheduled", "built_in"):
        yield from _each(
            ("clauses", book.rstrip("_")), getattr(part.clauses, book), getattr(whole.clauses, book), _equal
        )


Compare = Callable[[Where, Any, Any], Iterator[Loss]]


def _each(where: Where, part: Mapping[str, Any], whole: Mapping[str, Any], compare: Compare) -> Iterator[Loss]:
    for name, one in part.items():
        if name not in whole:
            yield Loss((*where, name), "it is gone")
        else:
            yield from compare((*where, name), one, whole[name])


def _same(where: Where, key: str, one: object, other: object) -> Iterator[Loss]:
    if getattr(one, key) != getattr(other, key):
        yield Loss(where, f"`{key.rstrip('_')}` is another one")


def _same_keys(*keys: str) -> Compare:
    def compare(where: Where, one: object, other: object) -> Iterator[Loss]:
        for key in keys:
            yield from _same(where, key, one, other)

    return compare


def _equal(where: Where, one: object, other: object) -> Iterator[Loss]:
    if one != other:
        yield Loss(where, "it says something else")


def _kept(where: Where, what: str, before: Iterable[object], after: Iterable[object]) -> Iterator[Loss]:
    there = list(after)
    for one in before:
        if one not in there:
            yield Loss(where, f"the {what} `{one}` is gone")


def _stronger(where: Where, one: str, other: str) -> Iterator[Loss]:
    if STRENGTHS.index(other) < STRENGTHS.index(one):
        yield Loss(where, f"its strength went from {one} down to {other}")


_role_keys = _same_keys("assigned", "counts_as", "own_record")


def _role(where: Where, one: Any, other: Any) -> Iterator[Loss]:
    yield from _role_keys(where, one, other)
    yield from _kept(where, "guard", one.guards, other.guards)
    if (one.opens_cases, other.opens_cases) == ("own", "all"):
        yield Loss(where, "it opens every case")


_process_keys = _same_keys("parent", "stands_for", "over")


def _process(where: Where, one: Process, other: Process) -> Iterator[Loss]:
    yield from _process_keys(where, one, other)
    yield from _each((*where, "tracks"), one.tracks, other.tracks, _track)
    yield from _each((*where, "facts"), one.facts, other.facts, _fact)
    yield from _each((*where, "conditions"), one.conditions, other.conditions, _equal)
    yield from _each((*where, "guards"), one.guards, other.guards, _guard)
    yield from _each((*where, "actions"), one.actions, other.actions, _action)
    yield from _each((*where, "deadlines"), one.deadlines, other.deadlines, _deadline)
    promises = _same_keys("never", "never_refused", "always_watched", "never_reads")
    yield from _each((*where, "invariants"), one.invariants, other.invariants, promises)


def _track(where: Where, one: Track, other: Track) -> Iterator[Loss]:
    yield from _same(where, "starts", one, other)
    yield from _each((*where, "states"), one.states, other.states, _same_keys("final"))


_fact_keys = _same_keys("kind", "to", "form", "starts", "by", "seen_by", "find_by")


def _fact(where: Where, one: Fact, other: Fact) -> Iterator[Loss]:
    yield from _fact_keys(where, one, other)
    yield from _lasts(where, one.lasts, other.lasts)
    yield from _kept(where, "value", one.values, other.values)
    if one.protected and not other.protected:
        yield Loss(where, "it is no longer protected")


_guard_keys = _same_keys("require", "when", "second_person", "protects")


def _guard(where: Where, one: Guard, other: Guard) -> Iterator[Loss]:
    yield from _guard_keys(where, one, other)
    yield from _stronger(where, one.strength, other.strength)


_action_keys = _same_keys("by", "moves", "automatic")


def _action(where: Where, one: Action, other: Action) -> Iterator[Loss]:
    yield from _action_keys(where, one, other)
    yield from _kept(where, "guard", one.guards, other.guards)
    yield from _kept(where, "question", one.asks, other.asks)
    opened = {opens.process: opens for opens in other.opens}
    for opens in one.opens:
        if opens.process not in opened:
            yield Loss(where, f"it no longer opens a {opens.process}")
        else:
            yield from _kept(where, "copy of", opens.copies, opened[opens.process].copies)


_deadline_keys = _same_keys(
    "while_", "task_for", "verb", "protects", "due_clear", "done_by", "repeats", "pauses_while", "pauses_at_most"
)


def _deadline(where: Where, one: Deadline, other: Deadline) -> Iterator[Loss]:
    yield from _deadline_keys(where, one, other)
    yield from _stronger(where, one.strength, other.strength)
    yield from _due(where, one.due, other.due)
    rungs = {rung.name: rung for rung in other.ladder}
    for rung in one.ladder:
        yield from _rung((*where, rung.name), rung, rungs.get(rung.name))


_rung_keys = _same_keys("at", "tell", "do", "as_", "breach", "again")


def _rung(where: Where, one: Rung, other: Rung | None) -> Iterator[Loss]:
    if other is None:
        yield Loss(where, "this rung is gone")
    else:
        yield from _rung_keys(where, one, other)


def _due(where: Where, one: Due, other: Due) -> Iterator[Loss]:
    yield from _same_keys("since", "counts")(where, one, other)
    yield from _figure(where, "due", "after", one, other)


def _lasts(where: Where, one: Lasts | None, other: Lasts | None) -> Iterator[Loss]:
    """A value holds for another length only inside the bounds of the figure, and ends with the same events."""
    if one is None or other is None:
        if one != other:
            yield Loss(where, "`lasts` is another one")
        return
    yield from _same(where, "until", one, other)
    yield from _figure(where, "lasts", "for", one, other)


def _figure(where: Where, table: str, key: str, one: Due | Lasts, other: Due | Lasts) -> Iterator[Loss]:
    least, most = _seconds(one.at_least), _seconds(one.at_most)
    was, is_ = (part.after if isinstance(part, Due) else part.for_ for part in (one, other))
    if was != is_:
        figure = _seconds(is_)
        if figure is None or (least is None and most is None):
            yield Loss(where, f"`{table}.{key}` is another one")
        elif (most is not None and figure > most) or (least is not None and figure < least):
            yield Loss(where, f"`{table}.{key}` {_said(is_)} lies outside its bounds")
    after_least, after_most = _seconds(other.at_least), _seconds(other.at_most)
    if least is not None and (after_least is None or after_least < least):
        yield Loss(where, f"`{table}.at_least` is lower, or gone")
    if most is not None and (after_most is None or after_most > most):
        yield Loss(where, f"`{table}.at_most` is higher, or gone")


def _seconds(figure: object) -> float | None:
    return figure.nominal_seconds if isinstance(figure, Duration) else None


def _said(figure: object) -> str:
    return figure.text if isinstance(figure, Duration) else str(figure)
