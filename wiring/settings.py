"""The settings of this run, read from the environment."""

from __future__ import annotations

from pydantic import ValidationError

from cases.errors import CannotStart
from config.settings import Settings


def read_settings() -> Settings:
    """What the environment says. Raises CannotStart, naming the variable, for a value that cannot be used."""
    try:
        return Settings()
    except ValidationError as problem:
        said = [
            f"{_variable(error['loc'])}{error['msg'].removeprefix('Value error, ')}"
            for error in problem.errors(include_url=False, include_input=False)
        ]
        raise CannotStart("; ".join(said)) from None


def _variable(loc: tuple[int | str, ...]) -> str:
    return f"HOMEWARD_{str(loc[0]).upper()}: " if loc else ""
