"""Everything that can go wrong besides a refusal (which is a value).

    HomewardError
    ├── BadInput             the request itself is broken; nothing was tried
    │   ├── UnknownReference
    │   ├── UnknownName
    │   └── KeyReused
    ├── UnknownWorkflow
    ├── CannotStart          the house is set up in a way in which it must not run
    ├── Failed               something that may go through when tried again
    │   ├── Stale
    │   └── Overtaken
    └── Damaged              stored data is not what was stored

The docstring of each class is its default message; messages say what to do next.
"""

from __future__ import annotations


class HomewardError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None, **facts: object) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.facts = facts


class BadInput(HomewardError):
    """The request cannot be understood; correct it and try again."""


class UnknownReference(BadInput):
    """There is no instance with this reference; compare it with the one you were given, sign by sign."""


class UnknownName(BadInput):
    """There is nothing of this name here."""


class KeyReused(BadInput):
    """This idempotency key was used for a different attempt; take a fresh key."""


class UnknownWorkflow(HomewardError):
    """This workflow was never published in this house; publish it first."""


class CannotStart(HomewardError):
    """The house cannot start as it is set up."""


class Failed(HomewardError):
    """It did not go through, and nothing was changed; try again."""


class Stale(Failed):
    """It has changed since you looked; look again, then decide anew."""


class Overtaken(Failed):
    """Somebody else has taken this work over meanwhile; nothing was changed, and nothing has to be done."""


class Damaged(HomewardError):
    """Stored data is not what was stored: it was changed from outside, or the wrong key is set."""
