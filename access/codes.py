"""Codes: those of an authenticator (TOTP, RFC 6238) and those on paper for the day on which it is lost."""

from __future__ import annotations

import datetime as dt
import hashlib
from base64 import b32encode
from collections.abc import Callable

import pyotp
from pyotp.exceptions import OTPVerificationError

SECRET_BYTES = 20
DRIFT = 1
"""Steps of 30 seconds by which an authenticator's clock may be off, either way."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 10


def fresh_secret(random: Callable[[int], bytes]) -> str:
    """A secret of 160 random bits in base32, as authenticators take it."""
    return b32encode(random(SECRET_BYTES)).decode()


def address_of(secret: str, person: str, house: str) -> str:
    """The `otpauth:` address that an authenticator reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=house)


def step_of(secret: str, code: str, now: dt.datetime, last: int) -> int | None:
    """The time step whose code this is, if it is one later than `last`, so that no code is used twice; or None."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit()):
        return None
    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(typed, for_time=now, valid_window=DRIFT)
    except OTPVerificationError:
        return None
    return step if step > last else None


def fresh_recovery_codes(random: Callable[[int], bytes]) -> tuple[str, ...]:
    """Ten codes of 80 random bits, in four groups of four letters and digits."""
    return tuple(_grouped(b32encode(random(RECOVERY_BYTES)).decode().lower()) for _ in range(RECOVERY_CODES))


def recovery_digest(person: str, code: str) -> str:
    """What is kept of a recovery code. 80 random bits cannot be guessed back; the person keeps digests apart."""
    typed = "".join(sign for sign in code.casefold() if sign.isalnum())
    return hashlib.sha256(f"{person}\x00{typed}".encode("utf-8", "surrogatepass")).hexdigest()


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
