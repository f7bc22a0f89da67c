"""The clauses of the standards as a workflow tells them, and what becomes of those that no element carries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from config.conditions import Name, Names
from config.shapes import Part

ClauseId = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9.]+)+$", max_length=80)]


class Clause(Part):
    """One line of a standard, in our own words."""

    says: str
    where: str
    strength: Literal["must", "should", "may"]
    kind: str
    phase: str


class Attested(Part):
    """How a clause that no software can enforce is stated by a person at a named step."""

    action: Name | None = None
    fact: Name | None = None
    by: Name
    every: str
    of: Name | None = None

    @model_validator(mode="after")
    def _action_or_fact(self) -> Attested:
        if (self.action is None) == (self.fact is None):
            raise ValueError("attested has exactly one of action, fact")
        return self


class ClauseBook(Part):
    """`clauses.yaml`: every clause of the texts, and what becomes of those that no element carries.

    `built_in` names what the program itself keeps for a clause (`config.built_in`), alone or beside elements.
    """

    register_: dict[ClauseId, Clause] = Field(default_factory=dict, alias="register")
    outside: dict[ClauseId, str] = Field(default_factory=dict)
    attested: dict[ClauseId, Attested] = Field(default_factory=dict)
    scheduled: dict[ClauseId, str] = Field(default_factory=dict)
    built_in: dict[ClauseId, Names] = Field(default_factory=dict)
