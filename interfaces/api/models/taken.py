"""What is sent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from interfaces.api.models.base import (
    MOMENT,
    FactsIn,
    Name,
    Taken,
    Text,
    Value,
)

Observed = Annotated[
    str | None,
    Field(
        pattern=MOMENT,
        description="When the facts were seen, if not now: a day, a local time of the workflow's zone, or a time with "
        "its distance from UTC.",
    ),
]
Why = Annotated[str | None, Field(min_length=1, max_length=100_000, description="Why; it is sealed in the journal.")]


class DocumentIn(Taken):
    """A file that a fact of the same request names by the SHA-256 of its content."""

    media: Annotated[str, Field(pattern=r"^[a-z]{1,32}/[A-Za-z0-9.+\-]{1,64}$", description="Its media type.")]
    content: Annotated[str, Field(max_length=14_000_000, description="Its content in base64.")]


Documents = Annotated[list[DocumentIn], Field(max_length=10)]


class Opening(Taken):
    """A case to be opened."""

    facts: FactsIn = Field(default_factory=dict)
    observed: Observed = None
    reason: Why = None
    workflow: Annotated[
        str | None, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,63}$", description="The workflow that the case follows.")
    ] = None
    documents: Documents = Field(default_factory=list)


class OpeningOfAny(Opening):
    """An instance to be opened, under another one or alone."""

    process: Name
    under: Annotated[str | None, Field(max_length=40, description="The reference under which it stands.")] = None


class Recording(Taken):
    """Facts to be recorded."""

    facts: Annotated[dict[Name, Value], Field(min_length=1, max_length=200)]
    observed: Observed = None
    documents: Documents = Field(default_factory=list)


class Correcting(Taken):
    """A journal entry whose facts are withdrawn, with those that are right."""

    entry: Annotated[int, Field(ge=1, le=2**53 - 1, description="Number of the journal entry.")]
    facts: FactsIn = Field(default_factory=dict, description="The right values.")
    only: Annotated[
        list[Name], Field(max_length=200, description="What is withdrawn; all facts of the entry, if left out.")
    ] = Field(default_factory=list)
    reason: Why = None


class Acting(Taken):
    """An action to be attempted, with the answers that it asks. With a reason, a second person may be asked."""

    facts: FactsIn = Field(default_factory=dict)
    observed: Observed = None
    reason: Why = None
    documents: Documents = Field(default_factory=list)


class Assigning(Taken):
    """Somebody who gets a role; who holds it now is replaced."""

    person: Annotated[str, Field(min_length=1, max_length=100)]
    role: Name
    reason: Why = None


class Unassigning(Taken):
    """A role that nobody shall hold here."""

    role: Name
    reason: Why = None


class Answering(Taken):
    """What a second person says to an attempt that waits."""

    answer: Literal["yes", "no"]
    reason: Text
