"""The words of the house itself in every language, from `texts/<language>.yaml`; no code is needed to add one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.problems import DefinitionError, Mark, Problem, Report, listed
from config.yaml_tree import plain, read_yaml

FOLDER = Path(__file__).with_name("texts")
ENGLISH = "en"
SLOTS: Mapping[str, frozenset[str]] = {
    "built_in": frozenset(("case", "verb", "due", "link", "rung")),
    "repeated": frozenset(("number",)),
    "at": frozenset(("weekday", "day", "month", "year", "time")),
    "end_of": frozenset(("weekday", "day", "month", "year")),
}
"""What each text may have filled in; a text that is not named here has nothing."""

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
_Words = Annotated[tuple[str, ...], Field(strict=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Verbs(_Part):
    """The neutral words for what is to be done."""

    act: str
    call: str
    visit: str
    review: str
    decide: str
    renew: str
    record: str
    tell: str
    find: str


class DueWords(_Part):
    """How a moment is said, and the end of a day."""

    at: str
    end_of: str


class Catalogue(_Part):
    """The words of one language, whole. `digits` are its ten digits, where it writes its own."""

    language: str
    subject: str
    subject_urgent: str
    subject_digest: str
    built_in: str
    repeated: str
    verbs: Verbs
    due: DueWords
    weekdays: Annotated[_Words, Field(min_length=7, max_length=7)]
    months: Annotated[_Words, Field(min_length=12, max_length=12)]
    digits: Annotated[str, Field(min_length=10, max_length=10)] = "0123456789"


@dataclass(frozen=True, slots=True)
class Catalogues:
    """All languages, each made whole from English; `missing` says which texts each of them lacks."""

    of: Mapping[str, Catalogue]
    missing: Mapping[str, tuple[str, ...]]

    def find(self, language: str) -> Catalogue:
        """The words of a language, or of English where there is no such file."""
        return self.of.get(language) or self.of[ENGLISH]


@lru_cache(maxsize=8)
def read_catalogues(*more: Path) -> Catalogues:
    """Read the languages that come with the program, and those of more folders, whose words go before them.

    Raises DefinitionError with every problem: an unknown key, slot or shape.
    """
    report = Report()
    files: dict[str, Path] = {}
    raw: dict[str, dict[str, Any]] = {}
    for path in (path for folder in (FOLDER, *more) for path in sorted(folder.glob("*.yaml"))):
        files[path.stem] = path
        raw[path.stem] = _completed(raw.get(path.stem, {}), _tree(path, report))
    english = raw.get(ENGLISH, {})
    found: dict[str, Catalogue] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for language, said in raw.items():
        missing[language] = tuple(_lacking(english, said))
        try:
            found[language] = Catalogue.model_validate(_completed(english, said))
        except ValidationError as problem:
            for error in problem.errors(include_url=False):
                where = ".".join(str(part) for part in error["loc"])
                report.add(Mark(str(files[language]), 1, 1), f"{where}: {error['msg']}")
    if report.problems or ENGLISH not in found:
        raise DefinitionError(report.problems)
    return Catalogues(found, missing)


def untranslated(catalogues: Catalogues) -> tuple[Problem, ...]:
    """A warning for each language that lacks texts of the house itself; they are said in English."""
    report = Report()
    for language, missing in catalogues.missing.items():
        if missing:
            said = f"{len(missing)} texts of notices are not translated"
            report.add(Mark(f"{language}.yaml", 1, 1), said, found=listed(missing, 3))
    return tuple(report.problems)


def _tree(path: Path, report: Report) -> dict[str, Any]:
    table = read_yaml(path.read_bytes(), str(path), report)
    if table is None:
        return {}
    said = plain(table)
    assert isinstance(said, dict)  # the root of a file that could be read is a table
    for name, text in _texts(said):
        for match in _BRACES.finditer(text):
            if match.group(1) not in SLOTS.get(name, ()):
                expected = ", ".join(f"{{{slot}}}" for slot in sorted(SLOTS.get(name, ()))) or "no slot"
                report.add(table.mark, f"`{name}` has an unknown slot", found=f"`{match.group()}`", expected=expected)
    return said


def _texts(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, list):
            yield from ((name, one) for one in value if isinstance(one, str))


def _lacking(english: Mapping[str, Any], said: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in english.items():
        if name not in said:
            yield f"{path}{name}"
        elif isinstance(value, Mapping) and isinstance(said[name], Mapping):
            yield from _lacking(value, said[name], f"{path}{name}.")


def _completed(english: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    whole = {**english, **said}
    for name, value in english.items():
        if isinstance(value, Mapping) and isinstance(said.get(name), Mapping):
            whole[name] = _completed(value, said[name])
    return whole
