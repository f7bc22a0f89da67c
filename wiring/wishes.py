"""What `people.yaml` says about notices: channels, language, zone, quiet hours, digest."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from cases.wishes import Wishes
from notifications.catalogue import read_catalogues

ChannelName = Literal["email", "messaging", "webhook"]


def _time(text: object) -> dt.time:
    """A time of day as it is written: `07:30`."""
    if isinstance(text, str):
        hour, _, minute = text.partition(":")
        if hour.isdigit() and minute.isdigit() and len(minute) == 2 and int(hour) < 24 and int(minute) < 60:
            return dt.time(int(hour), int(minute))
    raise ValueError("expected a time of day such as 07:30")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError("expected a time zone such as Asia/Phnom_Penh") from None
    return name


def _language(name: str) -> str:
    known = read_catalogues().of
    if name not in known:
        raise ValueError(f"expected a language for which there are words: {', '.join(known)}")
    return name


def _plain(address: str) -> str:
    if not address or any(not sign.isprintable() or sign.isspace() for sign in address):
        raise ValueError("expected an address without spaces")
    return address


TimeOfDay = Annotated[dt.time, BeforeValidator(_time)]


class QuietHours(BaseModel):
    """A stretch of the day, which may go over midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    from_: TimeOfDay = Field(alias="from")
    until: TimeOfDay


class WishesSaid(BaseModel):
    """How somebody wishes to be told."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    channels: dict[ChannelName, Annotated[str, AfterValidator(_plain)]] = Field(default_factory=dict)
    language: Annotated[str, AfterValidator(_language)] | None = None
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    quiet: QuietHours | None = None
    digest: TimeOfDay | None = None

    @property
    def wishes(self) -> Wishes:
        """The same, as the rest of the house knows it."""
        quiet = (self.quiet.from_, self.quiet.until) if self.quiet is not None else None
        return Wishes(
            {str(name): address for name, address in self.channels.items()},
            self.language,
            self.time_zone,
            quiet,
            self.digest,
        )
