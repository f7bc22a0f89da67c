"""Moving cases to another version of a workflow, as pages ask for it: which, what was decided, and what it would do.

References, counts, states and dates alone: nothing here opens a recorded value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cases.migrate import Decisions, Migration, Undecided
from cases.migrate_all import Order, pinned, preview_all
from interfaces.web.visit import NotHere, Visit
from interfaces.words.labels import Labels
from interfaces.words.tongues import together
from state_machine.rules import Rules

LOOKED_AT = 200
"""So many families are looked at for one page."""
SHOWN = 50
"""So many dates are shown side by side."""

_PUT = re.compile(r"put ([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)=([a-z][a-z0-9_]*)")
_SAME = re.compile(r"same ([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)=([a-z][a-z0-9_]*)")
_PAIR = re.compile(r"(drop|forget|end) ([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Choice:
    """A version from which, and the one to which its cases may be moved; `count` families follow the first."""

    name: str
    from_: str
    to: str
    count: int


@dataclass(frozen=True, slots=True)
class Open:
    """Something that somebody has to decide before these families can be moved.

    `answers` are (value, words) to choose from; empty where no decision lets them.
    """

    says: str
    count: int
    example: str
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DateMoved:
    """A date before and after: `late`: it is late from the moment of moving on, and was not before."""

    ref: str
    says: str
    was: str
    due: str
    late: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """A fact that the new version does not ask any more: it stays in the journal and counts as not known."""

    says: str
    count: int


@dataclass
class Seen:
    """What moving would do to the families that were looked at. `after` is where looking goes on, empty at the end."""

    all: int = 0
    looked: int = 0
    goes: int = 0
    stays: int = 0
    waits: int = 0
    late: int = 0
    moved: int = 0
    after: str = ""
    open: list[Open] = field(default_factory=list)
    dates: list[DateMoved] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    follows: list[tuple[str, int]] = field(default_factory=list)


def choices(visit: Visit) -> list[Choice]:
    """The versions that are followed and not in force, each with what is in force under its name."""
    versions = visit.house.store.versions
    newest = {one.name: one.hash for one in versions.publications()}
    older = {one.hash: one.name for one in versions.publications() if newest[one.name] != one.hash}
    counted = [(name, hash_, len(versions.families(hash_))) for hash_, name in older.items()]
    return [Choice(name, hash_, newest[name], count) for name, hash_, count in counted if count]


def order_of(visit: Visit, asked: Mapping[str, Sequence[str]], by: str = "") -> Order | None:
    """What is to be moved, as an address or a form says it; None where it names no versions. Raises NotHere."""
    from_, to = (_one(asked, name) for name in ("from", "to"))
    if not from_ and not to:
        return None
    found = {text: [one for one, _ in visit.house.store.versions.beginning(text)] for text in (from_, to) if text}
    if len(found) != 2 or any(len(hashes) != 1 for hashes in found.values()):
        raise NotHere
    return Order(found[from_][0], found[to][0], decisions_of(asked.get("decide", ())), by, "closed_too" in asked)


def decisions_of(said: Iterable[str]) -> Decisions:
    """What was decided: `put P.T.OLD=NEW`, `drop P.T`, `forget P.F`, `end P.D`, `same P.OLD=NEW`; else nothing."""
    states: dict[tuple[str, str, str], str] = {}
    renamed: dict[tuple[str, str], str] = {}
    pairs: dict[str, set[tuple[str, str]]] = {"drop": set(), "forget": set(), "end": set()}
    for text in said:
        put, same, pair = _PUT.fullmatch(text), _SAME.fullmatch(text), _PAIR.fullmatch(text)
        if put is not None:
            states[put[1], put[2], put[3]] = put[4]
        elif same is not None:
            renamed[same[1], same[2]] = same[3]
        elif pair is not None:
            pairs[pair[1]].add((pair[2], pair[3]))
    return Decisions(states, frozenset(pairs["drop"]), frozenset(pairs["forget"]), frozenset(pairs["end"]), renamed)


def said_decisions(visit: Visit, order: Order) -> list[tuple[str, str]]:
    """The decisions as a form sends them again, and in words."""
    labels = _labels(visit, order)
    made = order.decisions
    found = [
        (f"put {process}.{track}.{old}={new}", _put(visit, labels, (process, track, old), new))
        for (process, track, old), new in sorted(made.states.items())
    ]
    found += [(f"drop {process}.{track}", _drop(visit, process, track)) for process, track in sorted(made.dropped)]
    found += [(f"end {process}.{one}", _end(visit, process, one)) for process, one in sorted(made.ended)]
    found += [
        (f"same {process}.{old}={new}", _same(visit, labels, (process, old), new))
        for (process, old), new in sorted(made.same.items())
    ]
    return found + [
        (f"forget {process}.{fact}", _forget(visit, labels, process, fact)) for process, fact in sorted(made.forgotten)
    ]


def seen_of(visit: Visit, order: Order, after: str = "") -> Seen:
    """Look at what moving would do, from one family on; nothing is changed."""
    every = pinned(visit.house, order)
    some = [ref for ref in every if ref > after][:LOOKED_AT]
    seen = Seen(all=len(every), looked=len(some))
    seen.after = some[-1] if some and some[-1] != max(every) else ""
    undecided: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], Undecided] = {}
    lost: Counter[str] = Counter()
    follows: Counter[str] = Counter()
    for one in preview_all(visit.house, some, order, visit.now):
        if one is None:
            seen.stays += 1
        elif one.undecided:
            seen.waits += 1
            for problem in one.undecided:
                key = (problem.process, problem.why, problem.decide)
                undecided[key] += 1
                examples.setdefault(key, problem)
        else:
            seen.goes += 1
            lost.update(name for _, name in one.unread)
            follows.update(action for _, action in one.follows)
            _take_dates(visit, order, seen, one)
    rules = visit.house.workflows.rules(order.to)
    seen.open = [_open(visit, rules, examples[key], count) for key, count in undecided.most_common()]
    seen.lost = [Lost(name, count) for name, count in lost.most_common()]
    seen.follows = follows.most_common()
    return seen


def _take_dates(visit: Visit, order: Order, seen: Seen, one: Migration) -> None:
    words, labels = visit.words, _labels(visit, order)
    for date in one.deadlines:
        late = date.due is not None and date.due < visit.now and (date.was is None or date.was >= visit.now)
        seen.moved += 1
        seen.late += late
        seen.dates.append(
            DateMoved(
                date.ref,
                labels.deadline(date.process, date.deadline),
                words.when(date.was) if date.was is not None else words.gettext("none"),
                words.when(date.due) if date.due is not None else words.gettext("none"),
                late,
            )
        )
    # What becomes late stands first; the order is otherwise that of the families.
    seen.dates = sorted(seen.dates, key=lambda moved: not moved.late)[:SHOWN]


def _open(visit: Visit, rules: Rules, one: Undecided, count: int) -> Open:
    labels = visit.words.labels(rules.workflow)
    says = together((labels.process(one.process), one.why), ": ")
    verb, _, rest = one.decide.partition(" ")
    match verb, rest.partition("=")[0].split("."):
        case "put", [process, track, old]:
            states = rules.workflow.processes[process].tracks[track].states
            answers = [
                (f"put {process}.{track}.{old}={new}", _put(visit, labels, (process, track, old), new))
                for new in states
            ]
        case "drop", [process, track]:
            answers = [(one.decide, _drop(visit, process, track))]
        case "end" | "same", [process, old]:
            new_ones = rules.workflow.processes[process].deadlines
            answers = [
                (f"end {process}.{old}", _end(visit, process, old)),
                *((f"same {process}.{old}={new}", _same(visit, labels, (process, old), new)) for new in new_ones),
            ]
        case "forget", [process, fact]:
            answers = [(one.decide, _forget(visit, labels, process, fact))]
        case _:
            answers = []
    return Open(says, count, one.ref, answers)


def _put(visit: Visit, labels: Labels, old: tuple[str, str, str], new: str) -> str:
    process, track, state = old
    return visit.words.gettext(
        "Who stands in “%(old)s” stands in “%(new)s” then", old=state, new=labels.short(process, track, new)
    )


def _drop(visit: Visit, process: str, track: str) -> str:
    what = f"{process}.{track}"
    return visit.words.gettext("The track “%(what)s” ends with the old version", what=what)


def _end(visit: Visit, process: str, deadline: str) -> str:
    what = f"{process}.{deadline}"
    return visit.words.gettext("The deadline “%(what)s” ends undone, also where it is overdue", what=what)


def _same(visit: Visit, labels: Labels, old: tuple[str, str], new: str) -> str:
    process, deadline = old
    return visit.words.gettext(
        "“%(old)s” goes on as “%(new)s”, date and all", old=deadline, new=labels.deadline(process, new)
    )


def _forget(visit: Visit, labels: Labels, process: str, fact: str) -> str:
    said = labels.fact(process, fact)
    return visit.words.gettext("The recorded value counts no more: %(what)s", what=said)


def _labels(visit: Visit, order: Order) -> Labels:
    return visit.words.labels(visit.house.workflows.rules(order.to).workflow)


def _one(asked: Mapping[str, Sequence[str]], name: str) -> str:
    values = asked.get(name, ())
    return values[-1].strip() if values else ""
