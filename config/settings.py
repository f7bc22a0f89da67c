"""Settings of a house: environment variables that begin with `HOMEWARD_`. Only `wiring` reads them."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

FlowName = Literal["follow_up", "reopen", "escalate", "review_providers", "deliver_notices", "seal_journal"]
FLOW_NAMES: tuple[FlowName, ...] = get_args(FlowName)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
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
        description="How many runs of one flow Prefect may have under way at once; a serving process so many, and of "
        "delivery besides.",
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

    link_base: str | None = Field(
        default=None,
        description="The address of the house's pages, such as `https://cases.example.org`, to which notices link.",
    )
    ticker: bool = Field(
        default=True,
        description="Whether `homeward serve` takes what is due itself. On PostgreSQL workers may do it instead.",
    )
    trusted_proxies: str = Field(
        default="",
        description="The addresses or networks of the servers with TLS before the house, which are believed about who "
        "asks: `127.0.0.1,10.0.0.0/24`.",
    )
    body_limit: int = Field(
        default=12_000_000, ge=10_000, description="How many bytes a request may bring at most, documents included."
    )
    body_within: dt.timedelta = Field(
        default=dt.timedelta(minutes=2),
        ge=dt.timedelta(seconds=1),
        description="Within which time a request must have arrived whole.",
    )
    exit_address: str = Field(
        default="https://www.wikipedia.org/",
        pattern=r"^https://[^\s/?#@]+(/[^\s]*)?$",
        description="Where the quick exit leads: an ordinary page that says nothing of its reader.",
    )
    emergency_numbers: str = Field(
        default="", description="The numbers to call when somebody is in danger, as they are shown: `117 police · 119`."
    )
    session_idle: dt.timedelta = Field(
        default=dt.timedelta(minutes=30),
        ge=dt.timedelta(minutes=1),
        le=dt.timedelta(hours=12),
        description="After how long without a request somebody is signed out.",
    )
    session_lasts: dt.timedelta = Field(
        default=dt.timedelta(hours=12),
        ge=dt.timedelta(minutes=5),
        le=dt.timedelta(days=7),
        description="After how long somebody is signed out in any case.",
    )
    link_lasts: dt.timedelta = Field(
        default=dt.timedelta(days=3),
        ge=dt.timedelta(minutes=5),
        le=dt.timedelta(days=14),
        description="For how long a one-time link to set a password can be used.",
    )
    token_lasts: dt.timedelta = Field(
        default=dt.timedelta(days=366),
        ge=dt.timedelta(hours=1),
        le=dt.timedelta(days=3660),
        description="For how long an API token may be made at most.",
    )
    api_rate: int = Field(
        default=600, ge=1, description="How many requests an API token or session may make in a minute."
    )
    api_rate_address: int = Field(
        default=1200, ge=1, description="How many requests to the API may come from one address in a minute."
    )
    server: str | None = Field(
        default=None,
        description="The address of a server, such as `https://cases.example.org`: commands about cases then ask it.",
    )
    token: SecretStr | None = Field(default=None, description="The API token by which that server knows the person.")
    token_file: Path | None = Field(default=None, description="A file with that token, which nobody else can read.")
    provider_issuer: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#@]+$",
        description="The issuer of an OpenID Connect provider through which people may sign in.",
    )
    provider_client: str | None = Field(default=None, description="The client id of this house at the provider.")
    provider_secret: SecretStr | None = Field(
        default=None, description="The secret that belongs to it, if there is one."
    )
    provider_name: str = Field(default="your organisation", description="What the sign-in page calls the provider.")
    provider_domain: str | None = Field(
        default=None,
        description="The domain of the organisation's own mail. A verified address there names its person by what "
        "stands before the @. Without it an administrator links people by hand.",
    )
    language: str = Field(default="en", description="The language of notices for people who wish for none.")
    smtp_host: str | None = Field(default=None, description="The server that takes mail. Without it there is no mail.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection is encrypted: `starttls`, `tls`, or `none` for a server on this machine alone.",
    )
    smtp_sender: str | None = Field(default=None, description="The address from which mail comes.")
    smtp_user: str | None = Field(default=None, description="The name with which to sign in to the mail server.")
    smtp_password: SecretStr | None = Field(default=None, description="The password that belongs to it.")
    messaging_services: str = Field(
        default="",
        description="The messaging services that may be used, by the beginnings of their addresses: `tgram,signal`.",
    )
    webhook_hosts: str = Field(
        default="", description="The hosts that webhooks may call: `one.example.org,two.example.org:8443`."
    )
    webhook_secrets: Path | None = Field(
        default=None, description="A file with a line for each of these hosts: the host, a space, its secret `whsec_…`."
    )

    @model_validator(mode="after")
    def _one_key(self) -> Settings:
        if self.key_file is not None and self.key_command is not None:
            raise ValueError("HOMEWARD_KEY_FILE and HOMEWARD_KEY_COMMAND: one of them says where the key is, not both")
        return self

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, said: str) -> str:
        for one in filter(None, (part.strip() for part in said.split(","))):
            ipaddress.ip_network(one)
        return said

    @model_validator(mode="after")
    def _whole_mail(self) -> Settings:
        if self.smtp_host is not None and not self.smtp_sender:
            raise ValueError("HOMEWARD_SMTP_SENDER: mail needs an address from which it comes")
        if self.smtp_security == "none" and self.smtp_host not in (None, *LOOPBACK):
            raise ValueError("HOMEWARD_SMTP_SECURITY: none is for a mail server on this machine; use starttls or tls")
        return self

    @model_validator(mode="after")
    def _whole_provider(self) -> Settings:
        if self.provider_issuer is None:
            return self
        if self.provider_client is None or self.link_base is None:
            raise ValueError(
                "HOMEWARD_PROVIDER_ISSUER: a provider needs HOMEWARD_PROVIDER_CLIENT, and HOMEWARD_LINK_BASE to come "
                "back to"
            )
        if self.provider_issuer.startswith("http://") and urlsplit(self.provider_issuer).hostname not in LOOPBACK:
            raise ValueError("HOMEWARD_PROVIDER_ISSUER: http is for a provider on this machine; use https")
        return self


def let_nothing_leave() -> None:
    """Tell libraries that are loaded from now on, and programs started from here, to send nothing to their makers."""
    os.environ.update(_NOTHING_LEAVES)
