"""Facts as they are typed: `name=value`, lists as `a,b`, links by reference, documents as `@path`."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cases.errors import BadInput, UnknownName
from cases.reference import read_reference
from config.definition import Fact, FactValue
from config.problems import listed, nearest
from state_machine.values import BadValue, parse_value

LARGEST_DOCUMENT = 10 * 1024 * 1024
"""Bytes. A scan of some pages fits; the house is no archive of films."""


@dataclass(frozen=True, slots=True)
class Given:
    """Facts that came with a command, and the documents that they name as (digest, media type, content)."""

    facts: Mapping[str, FactValue]
    documents: tuple[tuple[str, str, bytes], ...] = ()


def split_process(words: Iterable[str], otherwise: str) -> tuple[str, list[str]]:
    """The process that stands before the facts, if one does."""
    given = list(words)
    if given and "=" not in given[0]:
        return given[0], given[1:]
    return otherwise, given


def read_facts(words: Iterable[str], process: str, declared: Mapping[str, Fact]) -> Given:
    """What the words say. Raises BadInput, UnknownName, OSError (a document that cannot be read)."""
    facts: dict[str, FactValue] = {}
    documents: dict[str, tuple[str, str, bytes]] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign:
            raise BadInput(f"found {word!r}, expected FACT=VALUE such as {next(iter(declared), 'fact')}=…")
        if name not in declared:
            raise UnknownName(_unknown(name, process, declared))
        if name in facts:
            raise BadInput(f"{name} is given twice")
        if declared[name].kind == "document" and text.startswith("@"):
            document = _document(name, Path(text[1:]))
            documents[document[0]] = document
            text = document[0]
        facts[name] = _value(name, declared[name], text)
    return Given(facts, tuple(documents.values()))


def _value(name: str, declared: Fact, text: str) -> FactValue:
    if declared.kind == "link":
        text = read_reference(text)
    try:
        return parse_value(name, declared, text)
    except BadValue as problem:
        raise BadInput(str(problem)) from problem


def _document(name: str, path: Path) -> tuple[str, str, bytes]:
    size = path.stat().st_size
    if size > LARGEST_DOCUMENT:
        limit = LARGEST_DOCUMENT // 1024**2
        raise BadInput(f"{name}: {path} has {size / 1024**2:.1f} MB; a document may have {limit} MB at most")
    content = path.read_bytes()
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return hashlib.sha256(content).hexdigest(), media, content


def _unknown(name: str, process: str, declared: Mapping[str, Fact]) -> str:
    near = nearest(name, declared)
    hint = f"; did you mean {near}?" if near else ""
    return f"{process} has no fact called {name!r}{hint} Known: {listed(declared, 40) or 'none'}"
