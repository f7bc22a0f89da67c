"""The figures of signing in, and what its use cases answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from access.passwords import PasswordProblem
from access.sessions import Session, SessionFigures


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who this house is to an authenticator: the host of its pages, its name, and where its pages come from."""

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How long things last. `relying_party` is None where no passkeys can be used: the pages have no address yet."""

    sessions: SessionFigures = field(default_factory=SessionFigures)
    ceremony: dt.timedelta = dt.timedelta(minutes=5)
    link: dt.timedelta = dt.timedelta(days=3)
    device: dt.timedelta = dt.timedelta(days=180)
    token: dt.timedelta = dt.timedelta(days=90)
    longest_token: dt.timedelta = dt.timedelta(days=366)
    fresh: dt.timedelta = dt.timedelta(minutes=10)
    relying_party: RelyingParty | None = None
    house_name: str = "Homeward"


@dataclass(frozen=True, slots=True)
class Caller:
    """From where somebody asks: their address, and the token of their browser if it was here before."""

    address: str = ""
    device: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is signed in. `token` goes into the browser's cookie; `device` too, where the browser is new here.

    `codes` are recovery codes that were just made: they are shown this once.
    """

    session: Session
    token: str
    device: str | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declined:
    """It was not accepted; nothing says which part. `until`: no try is looked at before."""

    until: dt.datetime | None = None


RefusedBecause = Literal["signed_out", "demo", "confirm", "link", "password", "code", "passkey", "last_factor", "full"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A change of one's own account that was not made.

    `confirm`: say your password again, your sign-in is some time ago; `link`: there is no such link (any more);
    `password`: it may not be taken, see `problems`; `code`, `passkey`: it was not the right one, or too late;
    `last_factor`: the post needs one; `full`: there are as many as there may be.
    """

    reason: RefusedBecause
    problems: tuple[PasswordProblem, ...] = ()
