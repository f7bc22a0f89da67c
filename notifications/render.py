"""A notice as somebody reads it: a template, five slots, and nothing else (design §7).

No fact, no name and no free text can get in: what fills a slot is a reference, a neutral verb from the catalogue, a
moment, a link made of the house's own address and that reference, or the number of a rung.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from cases.outgoing import Outgoing
from cases.rungs import BUILT_IN
from notifications.catalogue import Catalogue, Catalogues
from state_machine.rules import Rules

_SLOT = re.compile(r"\{(\w+)\}")
_LAST_MINUTE = dt.time(23, 59)


class Translated(Protocol):
    """Where the translations of a workflow's own texts come from."""

    def text(self, workflow: str, language: str, path: str) -> str | None:
        """The text at a path (`notices.work_soon.says`) in a language, or None where it is not translated."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a notice is written: language, and the zone in which they read times."""

    language: str
    zone: dt.tzinfo


@dataclass(frozen=True, slots=True)
class Rendered:
    """A subject that says nothing, and the notice."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Renderer:
    """Everything that is needed to write notices. `link_base`: the address of the house's pages, or none.

    `language` is that of the house, in which workflows are written: a text that is not translated comes in it whole,
    not half in one language and half in another.
    """

    catalogues: Catalogues
    translated: Translated
    language: str
    link_base: str | None = None

    def render(self, notice: Outgoing, rules: Rules, reader: Reader) -> Rendered:
        """A notice of a workflow, for a reader."""
        words = self.catalogues.find(reader.language)
        subject = words.subject_urgent if notice.urgent else words.subject
        return Rendered(subject, self._text(notice, rules, reader))

    def digest(self, notices: list[tuple[Outgoing, Rules]], reader: Reader) -> Rendered:
        """Several notices as one, a line each, in the order of their due times."""
        words = self.catalogues.find(reader.language)
        in_order = sorted(notices, key=lambda one: (one[0].due, one[0].case, one[0].deadline))
        lines = dict.fromkeys(self._text(notice, rules, reader) for notice, rules in in_order)
        return Rendered(words.subject_digest, "\n".join(lines))

    def _text(self, notice: Outgoing, rules: Rules, reader: Reader) -> str:
        template, words = self._template(notice, rules, reader.language)
        slots = {
            "case": notice.case,
            "verb": getattr(words.verbs, notice.verb),
            "due": said_moment(notice.due, reader.zone, words),
            "link": f"{self.link_base.rstrip('/')}/{notice.case}" if self.link_base else "",
            "rung": _digits(notice.rung_number, words),
        }
        text = _filled(template, slots)
        if notice.repeat > 1:
            text = f"{text} {_filled(words.repeated, {'number': _digits(notice.repeat, words)})}"
        return " ".join(text.split())

    def _template(self, notice: Outgoing, rules: Rules, language: str) -> tuple[str, Catalogue]:
        """The text of a template, and the words in which its slots are filled."""
        words = self.catalogues.find(language)
        own = rules.workflow.notices.get(notice.template)
        if notice.template == BUILT_IN or own is None:
            return words.built_in, words
        path = f"notices.{notice.template}.says"
        translated = self.translated.text(rules.workflow.workflow, language, path)
        return (translated, words) if translated else (own.says, self.catalogues.find(self.language))


def said_moment(moment: dt.datetime, zone: dt.tzinfo, words: Catalogue) -> str:
    """A moment in the words of a language and the time of a zone; midnight is the end of the day before."""
    here = moment.astimezone(zone)
    ends_day = here.time().replace(second=0, microsecond=0) in (dt.time(0), _LAST_MINUTE)
    if ends_day and here.time() < dt.time(0, 1):
        here -= dt.timedelta(days=1)
    slots = {
        "weekday": words.weekdays[here.weekday()],
        "day": _digits(here.day, words),
        "month": words.months[here.month - 1],
        "year": _digits(here.year, words),
        "time": _translate(f"{here:%H:%M}", words),
    }
    return _filled(words.due.end_of if ends_day else words.due.at, slots)


def zone_of(name: str | None, otherwise: dt.tzinfo) -> dt.tzinfo:
    """The zone of a name, or another one where there is no name."""
    return ZoneInfo(name) if name is not None else otherwise


def _digits(number: int, words: Catalogue) -> str:
    return _translate(str(number), words)


def _translate(text: str, words: Catalogue) -> str:
    return text.translate({ord(plain): own for plain, own in zip("0123456789", words.digits, strict=True)})


def _filled(template: str, slots: Mapping[str, str]) -> str:
    """The template with its slots filled, in one pass: what was filled in is not looked at again."""
    fill: Callable[[re.Match[str]], str] = lambda match: slots[match.group(1)]  # noqa: E731 - typed here, used once
    return _SLOT.sub(fill, template)
