"""Bring the catalogues up to date with what pages and sentences say: `make words`.

Messages are gathered from the templates and from Python, in a fixed order and without line numbers, so that a catalogue
changes only where words do. What is said no more is taken out; nothing is guessed from what is alike. What is not yet
translated is listed, and the answer is 1.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from interfaces.words.catalogues import LOCALES, languages, missing, read_catalogue

ROOT = LOCALES.parent.parent
METHODS = [("web/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS = {"web/templates/**.html": {"encoding": "utf-8", "silent": "false"}}
Key = tuple[str, str]


def messages() -> dict[Key, Message]:
    """Every message of the pages by context and text, in a fixed order."""
    found: dict[Key, Message] = {}
    for file, _, text, _, context in extract_from_dir(str(ROOT), METHODS, OPTIONS):
        one = Message(text, context=context, locations=[(f"interfaces/{file}", 0)])
        before = found.get(key_of(one))
        if before is not None:
            both = {name for name, _ in (*before.locations, *one.locations)}
            plural = before if before.pluralizable else one
            one = Message(plural.id, context=context, locations=[(name, 0) for name in sorted(both)])
        one.flags |= {"python-format"} if one.python_format else set()
        found[key_of(one)] = one
    return dict(sorted(found.items(), key=lambda pair: (pair[0][1].lower(), pair[0])))


def key_of(message: Message) -> Key:
    """What a catalogue knows a message by: its context and its text, of a plural the text for one."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", text


def updated(language: str, wanted: dict[Key, Message]) -> bytes:
    """The catalogue of a language with exactly the wanted messages; translations that it has are kept."""
    there = read_catalogue(language)
    have = {key_of(one): one for one in there if one.id}
    fresh = Catalog(locale=language, header_comment=there.header_comment, charset="utf-8", fuzzy=False)
    for key, one in wanted.items():
        old = have.get(key)
        said = old.string if old is not None and old.pluralizable == one.pluralizable else None
        fresh.add(one.id, said, locations=one.locations, flags=one.flags, context=one.context)
    out = io.BytesIO()
    write_po(out, fresh, width=120, omit_header=True, include_lineno=False, sort_output=False)
    return _header(language, there, fresh) + out.getvalue()


def _header(language: str, there: Catalog, fresh: Catalog) -> bytes:
    """The head of a catalogue, without dates: they would change at each run."""
    lines = [
        *(there.header_comment or "").splitlines(),
        'msgid ""',
        'msgstr ""',
        '"Project-Id-Version: homeward\\n"',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: {fresh.plural_forms}\\n"',
    ]
    return ("\n".join(lines) + "\n\n").encode()


def main() -> int:
    """Write all catalogues anew; list what they lack."""
    wanted = messages()
    for language in languages():
        text = updated(language, wanted)
        catalogue_path(language).write_bytes(text)
    read_catalogue.cache_clear()
    lacking = {language: missing(language) for language in languages()}
    for language, texts in lacking.items():
        sys.stdout.write(f"{language}: {len(wanted)} messages, {len(texts)} not translated\n")
        sys.stdout.writelines(f"    {text}\n" for text in texts)
    return 1 if any(lacking.values()) else 0


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALES / language / "LC_MESSAGES" / "homeward.po"


if __name__ == "__main__":
    sys.exit(main())
