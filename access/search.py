"""Searching by one's own words, over what one may see: references, working names, coded values, and open facts.

Facts are sealed, so that no index knows their words. They are opened for the newest cases alone in which somebody holds
a role, fact by fact where they may see it. What of few is shown is journaled as a sight, as everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from access.relation import Reach
from access.screens import CaseFilter, CaseRow, Page, Screens
from access.work import with_names
from cases.effects import who
from cases.house import House
from cases.journal import Kind
from cases.look import looks_as
from cases.ports import LoadedFamily, Transaction
from cases.reference import ALPHABET, BODY
from cases.take_step import at_the_door, load_workspace
from cases.workspace import Trial, Workspace
from config.definition import FactValue
from state_machine.evaluation import Evaluation
from state_machine.roles import may_see
from state_machine.view import Actor

OWN = 200
"""The newest cases of somebody whose names and facts are looked through."""
SHOWN = 30
"""The most that a search answers."""
LEAST = 4
"""Signs of a reference that are looked for; fewer would be found everywhere."""
LONGEST = 200
"""Signs of what is searched for."""
_MISREAD = str.maketrans("OIL", "011")

By = Literal["reference", "name", "value", "fact"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found, and by what; `instance` and `fact` where it was by a fact."""

    case: CaseRow
    by: By
    instance: str | None = None
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, each case once. Facts were opened in `looked_through` cases; `all_`: those are all of theirs."""

    hits: tuple[Hit, ...]
    looked_through: int
    all_: bool


def search(house: House, screens: Screens, reach: Reach, actor: Actor, words: str) -> Hits:
    """What somebody finds by these words at the moment of their reach. Raises Failed from the store."""
    asked = words.strip()[:LONGEST]
    tokens = asked.casefold().split()
    if not tokens:
        return Hits((), 0, True)
    own, all_ = _own(screens, reach)
    found = [Hit(row, "reference") for row in _by_reference(screens, reach, asked)]
    found += [Hit(row, "name") for row in with_names(screens, reach, own) if _holds(row.name or "", tokens)]
    found += [Hit(row, "value") for row in screens.by_value(reach, _values(tokens), SHOWN)]
    by_fact = _by_fact(house, reach, actor, own, tokens)
    seen = {hit.case.ref for hit in found}
    found += [hit for hit in by_fact if hit.case.ref not in seen]
    once = tuple({hit.case.ref: hit for hit in reversed(found)}.values())[::-1][:SHOWN]
    _journal(house, actor, [hit for hit in once if hit.by == "fact"], reach.now)
    named = {row.ref: row for row in with_names(screens, reach, [hit.case for hit in once])}
    return Hits(tuple(Hit(named[hit.case.ref], hit.by, hit.instance, hit.fact) for hit in once), len(own), all_)


def _own(screens: Screens, reach: Reach) -> tuple[list[CaseRow], bool]:
    """The newest cases on which somebody, or a person for whom they stand in, holds a role; and whether that is all."""
    found: dict[str, CaseRow] = {}
    all_ = True
    for person in (reach.person, *sorted(reach.stands_in_for)):
        some = screens.cases(reach, CaseFilter(owner=person), Page(OWN), reach.now)
        found.update((row.ref, row) for row in some.rows)
        all_ = all_ and some.next is None
    newest = sorted(found.values(), key=lambda row: (row.opened_at, row.ref), reverse=True)
    return newest[:OWN], all_ and len(newest) <= OWN


def _by_reference(screens: Screens, reach: Reach, asked: str) -> Sequence[CaseRow]:
    signs = "".join(sign for sign in asked.upper() if sign not in "- ").translate(_MISREAD)
    if not LEAST <= len(signs) <= BODY + 1 or any(sign not in ALPHABET for sign in signs):
        return ()
    start = "-".join(signs[place : place + 4] for place in range(0, len(signs), 4))
    return screens.by_reference(reach, start, SHOWN)


def _values(tokens: Sequence[str]) -> list[str]:
    """Coded values are names of the workflow: words joined by lines below."""
    return list(dict.fromkeys([*tokens, "_".join(tokens)]))


def _by_fact(house: House, reach: Reach, actor: Actor, own: Sequence[CaseRow], tokens: Sequence[str]) -> list[Hit]:
    rows = {row.ref: row for row in own}
    with house.store.look() as tx:
        families = tx.load_all(list(rows))
        found: list[Hit] = []
        for ref, loaded in families.items():
            ws = Workspace(house, tx, reach.now, loaded)
            hit = next(_facts_with(ws, loaded, actor, tokens), None)
            if hit is not None:
                found.append(Hit(rows[ref], "fact", *hit))
    order = list(rows)
    return sorted(found, key=lambda hit: order.index(hit.case.ref))


def _facts_with(ws: Workspace, loaded: LoadedFamily, actor: Actor, tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    for instance in loaded.instances:
        looking = looks_as(ws, instance, actor)
        at = Evaluation(ws, ws.now, looking)
        declared = ws.family_rules.workflow.processes[instance.process].facts
        for name in instance.facts:
            if name not in declared or declared[name].kind != "text":
                continue
            if may_see(ws.family_rules, at, instance, looking, name) and _holds(instance.facts[name].value, tokens):
                yield instance.ref, name


def _holds(value: FactValue, tokens: Sequence[str]) -> bool:
    text = value.casefold() if isinstance(value, str) else ""
    return bool(text) and all(token in text for token in tokens)


def _journal(house: House, actor: Actor, hits: Sequence[Hit], now: dt.datetime) -> None:
    """Journal what of few the answer tells: that their words stand in it."""
    for hit in hits:
        assert hit.instance is not None  # it was found by a fact of that instance
        assert hit.fact is not None
        at_the_door(house, partial(_note, house, actor, hit, now))


def _note(house: House, actor: Actor, hit: Hit, now: dt.datetime, tx: Transaction, trial: Trial) -> None:
    assert hit.instance is not None  # the caller made sure
    ws = load_workspace(house, tx, hit.instance, now, trial)
    instance = ws.instances[hit.instance]
    declared = ws.family_rules.workflow.processes[instance.process].facts[hit.fact or ""]
    if declared.seen_by is not None:
        looking = looks_as(ws, instance, actor)
        tx.note(ws.family, [ws.entry(hit.instance, Kind.SEEN, who(looking), {"seen": [hit.fact]})])
