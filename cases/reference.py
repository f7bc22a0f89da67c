"""References name instances: 55 random bits in Crockford's base 32, and a check character (ISO 7064, mod 37, 36).

They hold no date, country, initials or sequence, so that they say nothing about the person (promise 23). The check
character finds every single wrong sign and nearly every swap of neighbours.
"""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

from cases.errors import UnknownReference

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY = 11
BITS = 5 * BODY
"""Random bits to draw; a check character that is easily misread is drawn again, which costs less than one bit."""
_MISREAD = str.maketrans("OIL", "011")
_FORM = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def reference_of(number: int) -> str | None:
    """The reference that a random number of 55 bits makes, such as `7K3M-9XQT-2HDJ`.

    None where its check character would be I, L, O or U: draw another number.
    """
    body = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(BODY))
    check = str(mod_37_36.calc_check_digit(body))
    return _grouped(body + check) if check in ALPHABET else None


def read_reference(text: str) -> str:
    """A reference as somebody typed it, brought into its one form: capitals, three groups of four.

    O is read as 0, I and L as 1. Raises UnknownReference where it cannot be one,
    which spares a search for what was only mistyped.
    """
    signs = "".join(sign for sign in text.upper() if sign not in "- ").translate(_MISREAD)
    shape = "a reference is three groups of four signs, such as 7K3M-9XQT-2HDJ"
    if len(signs) != BODY + 1 or any(sign not in ALPHABET for sign in signs):
        raise UnknownReference(f"{text!r} is not a reference: {shape}")
    try:
        mod_37_36.validate(signs)
    except ValidationError as problem:
        raise UnknownReference(
            f"{text!r} is mistyped: its last sign, which checks the others, does not fit; compare it sign by sign"
        ) from problem
    return _grouped(signs)


def find_reference(text: str) -> str | None:
    """The first reference in a text that has its form and its check character; None where there is none."""
    for found in _FORM.findall(text):
        try:
            return read_reference(found)
        except UnknownReference:
            continue
    return None


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
