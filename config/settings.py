"""Settings of a house: environment variables that begin with `HOMEWARD_`. Only `wiring` reads them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


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

    @model_validator(mode="after")
    def _one_key(self) -> Settings:
        if self.key_file is not None and self.key_command is not None:
            raise ValueError("HOMEWARD_KEY_FILE and HOMEWARD_KEY_COMMAND: one of them says where the key is, not both")
        return self
