"""What all shapes share: names, references, moments, and that nothing else may be in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

CURSOR = r"^[A-Za-z0-9_\-]{1,400}$"
NAME = r"^[a-z][a-z0-9_]{0,63}$"
MOMENT = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$"

Name = Annotated[str, Field(pattern=NAME)]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Value = bool | int | str | list[str]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]
FactsIn = Annotated[dict[Name, Value], Field(max_length=200)]
Decision = Literal["applied", "refused", "not_yet"]
Exception_ = Literal["none", "second_person"]


class Taken(BaseModel):
    """Something that is sent: nothing but what is described may be in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Told(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")
