"""The translations of the pages: Babel catalogues (`.po`), read once for each language when they are first needed.

They lie in `interfaces/web/locales/<language>/LC_MESSAGES/homeward.po`. Nothing is compiled beforehand, so that a
checkout, an editable install and a wheel hold the same files.
"""

from __future__ import annotations

import gettext
import io
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent.parent / "web" / "locales"
ENGLISH = "en"
PSEUDO = "en-XA"
"""A language for tests: English with accents, 40 % longer."""

NATIVE_READER = "needs a native reader"
"""What the header of a catalogue holds while no native speaker has read it."""

_KEPT = re.compile(r"%\(\w+\)[sd]|%%|<[^>]*>|&\w+;|\{\w+\}")
_ACCENTS = str.maketrans("aeiouyncAEIOUYNC", "áéíóúýñçÁÉÍÓÚÝÑÇ")


def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, English first; BCP 47 tags."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/homeward.po"))
    return tuple(sorted(found, key=lambda one: one != ENGLISH))


def known(language: str) -> str:
    """The language of a catalogue that serves a tag: itself, its language without region, or English."""
    if language in (PSEUDO, *languages()):
        return language
    short = language.replace("_", "-").partition("-")[0].lower()
    return short if short in languages() else ENGLISH


@cache
def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language as it lies on disk. Raises OSError where there is none."""
    with (LOCALES / language / "LC_MESSAGES" / "homeward.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The translations into a language; what is not translated comes in English. Raises OSError for an unknown one."""
    if language == PSEUDO:
        return _Pseudo()
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def needs_native_reader(language: str) -> bool:
    """Whether the catalogue of a language was not yet read by a native speaker."""
    return language != PSEUDO and NATIVE_READER in (read_catalogue(language).header_comment or "")


def missing(language: str) -> tuple[str, ...]:
    """The messages that a catalogue does not translate; of English, whose messages are their own text, none is."""
    if language in (ENGLISH, PSEUDO):
        return ()
    found = []
    for message in read_catalogue(language):
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(said)):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return tuple(found)


def lengthened(text: str) -> str:
    """An English text as the pseudo-language says it; slots, tags and entities are kept."""
    parts, last = [], 0
    for match in _KEPT.finditer(text):
        parts += [text[last : match.start()].translate(_ACCENTS), match.group()]
        last = match.end()
    parts.append(text[last:].translate(_ACCENTS))
    words = _KEPT.sub("", text)
    pad = " ~".join("~" * 5 for _ in range(max(1, round(len(words) * 0.4 / 6.5))))
    return "".join(parts) + (f" {pad}" if words.strip() else "")


class _Pseudo(gettext.NullTranslations):
    """English, longer."""

    def gettext(self, message: str) -> str:
        return lengthened(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return lengthened(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return message if "pattern" in context else lengthened(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.pgettext(context, msgid1 if n == 1 else msgid2)
