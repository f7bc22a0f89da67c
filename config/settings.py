"""Settings of a house: environment variables that begin with `HOMEWARD_`. Only `wiring` reads them."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

FlowName = Literal["follow_up", "reopen", "escalate", "review_providers", "deliver_notices", "seal_journal"]
FLOW_NAMES: tuple[FlowName, ...] = get_args(FlowName)
SHORTEST = dt.timedelta(milliseconds=100)
# What a workflow engine and its libraries may send to their makers is switched off before they are loaded.
_NOTHING_LEAVES = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


class Settings(BaseSettings):
    """Where a house keeps its data and key, and which workflow new cases follow.

    Raises pydantic's ValidationError for values that cannot be used.
    """

    model_config = SettingsConfigDict(env_prefix="HOMEWARD_", env_ignore_empty=True, extra="ignore", frozen=True)

    home: Path = Field(
        default=Path("var"), description="The folder of the house: database, key, people. Made at first start."
    )
    database_url: str | None = Field(
        default=None,
        description="A SQLAlchemy URL of a PostgreSQL database. Without it the house keeps SQLite in its folder.",
    )
    key_file: Path | None = Field(
        default=None, description="The file with the house key. Without it `house.key` in the folder of the house."
    )
    key_command: str | None = Field(
        default=None, description="A command that prints the house key, for a house whose key lies elsewhere."
    )
    workflow: str = Field(
        default="kh-2009", description="The workflow that new cases follow: the name of a published one."
    )

    tick_every: dt.timedelta = Field(
        default=dt.timedelta(seconds=1),
        ge=SHORTEST,
        description="How often the embedded ticker takes what is due and delivers notices.",
    )
    seal_every: dt.timedelta = Field(
        default=dt.timedelta(minutes=1),
        ge=SHORTEST,
        description="How often the embedded ticker gives new journal entries their place in the order of evidence.",
    )
    flow_every: dt.timedelta = Field(
        default=dt.timedelta(minutes=1), ge=dt.timedelta(seconds=1), description="How often Prefect starts each flow."
    )
    flow_schedules: dict[FlowName, dt.timedelta] = Field(
        default_factory=dict,
        description="Other intervals for some flows, as JSON.",
    )
    flow_concurrency: int = Field(
        default=2,
        ge=1,
        description="How many runs of one flow Prefect may have under way at once, and a serving process of all flows.",
    )
    max_late: dt.timedelta = Field(
        default=dt.timedelta(minutes=10),
        ge=dt.timedelta(0),
        description="How late the oldest due row may be before the watchdog alarms.",
    )
    watch_every: dt.timedelta = Field(
        default=dt.timedelta(minutes=1), ge=SHORTEST, description="How often the watchdog looks."
    )
    alarm_command: str | None = Field(
        default=None,
        description="A command that the watchdog calls without a shell, its message on standard input.",
    )

    @model_validator(mode="after")
    def _one_key(self) -> Settings:
        if self.key_file is not None and self.key_command is not None:
            raise ValueError("HOMEWARD_KEY_FILE and HOMEWARD_KEY_COMMAND: one of them says where the key is, not both")
        return self


def let_nothing_leave() -> None:
    """Tell libraries that are loaded from now on, and programs started from here, to send nothing to their makers."""
    os.environ.update(_NOTHING_LEAVES)
