"""What somebody puts down between two pages: drafts, searches, views, working names; words are sealed everywhere.

Free words never enter an address: a search and a draft are named by a random id, and only their owner may open them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

DraftKind = Literal["form", "new_case", "workflow"]
LIVES: Mapping[DraftKind, dt.timedelta] = {
    "form": dt.timedelta(minutes=30),
    "new_case": dt.timedelta(days=14),
    "workflow": dt.timedelta(days=14),
}
"""How long a draft is kept after it was last saved."""
SEARCH_LIVES = dt.timedelta(hours=12)
"""How long a search can be opened again by its address."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers of a form that were not sent yet. `about` is the address of the form, `content` its fields, as JSON."""

    id: str
    person: str
    kind: DraftKind
    about: str
    content: bytes
    saved_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Search:
    """Words that somebody searched for."""

    id: str
    person: str
    words: str
    asked_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class View:
    """A list that somebody keeps under a name: `address` holds its choices alone, and can be sent to a colleague."""

    id: str
    person: str
    name: str
    address: str
    made_at: dt.datetime


class Desk(Protocol):
    """Where it lies. What has ended is not found, and goes with the next thing that is put down."""

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft, in place of the one with its id."""

    def draft(self, id_: str, person: str, now: dt.datetime) -> Draft | None:
        """A draft of this person that has not ended."""

    def drafts(self, person: str, kind: DraftKind, now: dt.datetime) -> Sequence[Draft]:
        """The drafts of a person, the last saved first."""

    def drop_draft(self, id_: str, person: str) -> None:
        """Throw a draft away; one that is not there is no error."""

    def save_search(self, search: Search) -> None:
        """Keep a search."""

    def search(self, id_: str, person: str, now: dt.datetime) -> Search | None:
        """A search of this person that has not ended."""

    def save_view(self, view: View) -> None:
        """Keep a view, in place of the one with its id."""

    def views(self, person: str) -> Sequence[View]:
        """The views of a person, by name."""

    def drop_view(self, id_: str, person: str) -> None:
        """Throw a view away; one that is not there is no error."""

    def name_case(self, case: str, name: str | None) -> None:
        """Give a case a working name, or take it away. Raises Failed where the key of its family is gone."""

    def case_names(self, cases: Sequence[str]) -> Mapping[str, str]:
        """The working names of these cases, as far as they have one. Whoever asks has made sure who may see them."""
