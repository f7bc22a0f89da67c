"""The settings of this run, read from the environment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pydantic import ValidationError

from cases.errors import CannotStart
from config.settings import FLOW_NAMES, Settings, let_nothing_leave

__all__ = ["Settings", "intervals", "let_nothing_leave", "read_settings"]


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


def intervals(settings: Settings) -> Mapping[str, dt.timedelta]:
    """How often Prefect starts each flow."""
    return {name: settings.flow_schedules.get(name, settings.flow_every) for name in FLOW_NAMES}


def _variable(loc: tuple[int | str, ...]) -> str:
    return f"HOMEWARD_{str(loc[0]).upper()}: " if loc else ""
