"""What an overlay may do to an element of a workflow that it extends: add and tighten, by whitelist.

Everything that is not named here is refused, also a key that the extended workflow left out: `when`, `otherwise`,
`pauses_while` and `automatic` weaken by being added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.due_bounds import FIGURES

How = Literal["add", "add_rungs", "add_opens", "mark", "replace", "raise", "narrow", "figure"]

STRENGTHS = ("off", "may", "should", "must")
"""From weakest to strongest."""

WIDTHS = ("own", "all")
"""From narrow to wide; the first is what holds where nothing is said."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of element: what it is called, the tables of elements inside it, and what an overlay may do to it."""

    says: str
    tables: tuple[tuple[str, str], ...] = ()
    allowed: tuple[tuple[str, How], ...] = ()

    def how(self, key: str) -> How | None:
        """In what way an overlay may give this key; None where it may not."""
        return dict(self.allowed).get(key)

    @property
    def may(self) -> str:
        """What an overlay may do, as a message says it."""
        words = {
            "add": "add to",
            "add_rungs": "add to",
            "add_opens": "add to",
            "mark": "add",
            "replace": "replace",
            "raise": "raise",
            "narrow": "narrow",
        }
        said = [f"{words[how]} {key}" for key, how in self.allowed if how in words]
        for key, inner in FIGURES.items():
            if self.how(key):
                said.append(f"set {key}.{inner} inside its bounds, narrow the bounds, replace {key}.source")
        said += [f"add {table}" for table, _ in self.tables]
        return "an overlay may only " + ", ".join(said) if said else "an overlay may not change it"


_TEXT: tuple[tuple[str, How], ...] = (("says", "replace"), ("clauses", "add"))

KINDS: dict[str, Kind] = {
    "workflow": Kind(
        "workflow",
        tables=(("roles", "role"), ("notices", "notice"), ("forms", "form"), ("processes", "process")),
    ),
    "role": Kind("role", allowed=(("says", "replace"), ("guards", "add"), ("opens_cases", "narrow"))),
    "notice": Kind("notice", allowed=(("says", "replace"),)),
    "form": Kind("form", allowed=(("says", "replace"),)),
    "process": Kind(
        "process",
        tables=(
            ("tracks", "track"),
            ("facts", "fact"),
            ("conditions", "condition"),
            ("guards", "guard"),
            ("actions", "action"),
            ("deadlines", "deadline"),
            ("invariants", "invariant"),
        ),
        allowed=_TEXT,
    ),
    "track": Kind("track", tables=(("states", "state"),), allowed=(*_TEXT, ("short", "replace"))),
    "state": Kind("state", allowed=(*_TEXT, ("short", "replace"))),
    "fact": Kind("fact", allowed=(*_TEXT, ("values", "add"), ("protected", "mark"), ("lasts", "figure"))),
    "condition": Kind("condition"),
    "guard": Kind(
        "guard",
        allowed=(*_TEXT, ("strength", "raise"), ("refusal", "replace"), ("remedy", "replace"), ("source", "replace")),
    ),
    "action": Kind(
        "action",
        allowed=(
            *_TEXT,
            ("task_says", "replace"),
            ("guards", "add"),
            ("asks", "add"),
            ("offers", "add"),
            ("persons_own", "mark"),
            ("opens", "add_opens"),
        ),
    ),
    "deadline": Kind("deadline", allowed=(*_TEXT, ("strength", "raise"), ("ladder", "add_rungs"), ("due", "figure"))),
    "invariant": Kind("invariant", allowed=_TEXT),
}
"""Every kind of element. The clause book has rules of its own: its registers add up."""
