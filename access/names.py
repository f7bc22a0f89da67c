"""Working names: something that staff can remember a case by, and that says nothing about the person.

Seen by those alone who are assigned, and never in notices, titles or addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cases.errors import UnknownReference
from cases.house import House
from cases.ports import LoadedFamily
from config.definition import FactValue

LONGEST = 40
FEW_WORDS = 4
"""A recorded text of so many words may be somebody's name; in a longer one only the whole is compared."""

NameRefusal = Literal["empty", "too_long", "has_digits", "recorded", "staff"]
"""Why a name will not do: it is also what is recorded in the case, or what somebody who works here is called."""


def name_refusal(house: House, ref: str, name: str) -> NameRefusal | None:
    """Why a case must not be called so; None where it may. Raises UnknownReference.

    What is recorded is compared by the house and shown to nobody: the answer says only that another name is needed.
    """
    said = _plain(name)
    if not said:
        return "empty"
    if len(said) > LONGEST:
        return "too_long"
    if any(sign.isdigit() for sign in said):
        return "has_digits"
    if said in {_plain(called) for one in house.people.all() for called in (one.name, one.display) if called}:
        return "staff"
    with house.store.look() as tx:
        loaded = tx.load(ref)
        if loaded is None:
            raise UnknownReference(f"there is no instance {ref}; compare it with the one you were given, sign by sign")
        return "recorded" if said in set(_recorded(loaded)) else None


def _recorded(loaded: LoadedFamily) -> Iterator[str]:
    for instance in loaded.instances:
        for fact in instance.facts.values():
            yield from _said(fact.value)


def _said(value: FactValue) -> Iterator[str]:
    """A recorded text as it stands, and where it is short each of its words."""
    if not isinstance(value, str):
        return
    words = _plain(value).split()
    yield " ".join(words)
    if len(words) <= FEW_WORDS:
        yield from words


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
