"""The base of all models of a definition, and how a field that takes several shapes tells them apart.

A value is judged by the shape that it was written in (text, number, list …), so that an error names one
expectation and not one for each member of a union. Tags begin with `?`: no key of the language does.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Discriminator, Tag

YES_NO = Tag("?yes_no")
NUMBER = Tag("?number")
TEXT = Tag("?text")
LIST = Tag("?list")
MAPPING = Tag("?mapping")


class Part(BaseModel):
    """Base of every model of a definition: frozen, strict, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_by_alias=True)


def _shape(value: Any) -> str:
    """The tag of a value by the shape in which it was written."""
    match value:
        case bool():
            return YES_NO.tag
        case int():
            return NUMBER.tag
        case list() | tuple():
            return LIST.tag
        case dict() | BaseModel():
            return MAPPING.tag
        case _:
            return TEXT.tag


def by_shape(expected: str) -> Discriminator:
    """Choose among the members of a union by shape; `expected` says in words what the field takes."""
    return Discriminator(_shape, custom_error_type="shape", custom_error_message=expected)
