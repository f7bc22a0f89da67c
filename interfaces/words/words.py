"""The words of one answer: one language, one zone, one present moment."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from config.conditions import Counts
from config.definition import Workflow
from config.durations import Duration
from interfaces.words import times
from interfaces.words.catalogues import ENGLISH, PSEUDO, known, needs_native_reader, translations
from interfaces.words.labels import Labels
from interfaces.words.tongues import filled


class Translated(Protocol):
    """Where the translations of a workflow's own texts come from."""

    def text(self, workflow: str, language: str, path: str) -> str | None:
        """The text at a path (`processes.case.says`) in a language, or None where it is not translated."""


class Words:
    """Says everything in one language (BCP 47 tag), with times in one zone, seen from `now` (aware, UTC).

    `house_zone` is the house's own zone: where the reader's differs, times with a clock part say which they are in.
    `translated` brings the translations of workflows; without it their own texts are used.
    """

    def __init__(
        self,
        language: str,
        zone: ZoneInfo,
        now: dt.datetime,
        *,
        house_zone: dt.tzinfo | None = None,
        translated: Translated | None = None,
    ) -> None:
        self.language = known(language)
        self.zone = zone
        self.now = now
        self.house_zone = house_zone
        self._translated = translated
        self._texts = translations(self.language)

    @property
    def locale(self) -> str:
        """The name under which Babel knows the language."""
        return ENGLISH if self.language == PSEUDO else self.language

    @property
    def needs_native_reader(self) -> bool:
        """Whether no native speaker has read this language's catalogue yet."""
        return needs_native_reader(self.language)

    def gettext(self, message: str, /, **values: Any) -> str:
        """A message in this language, its slots `%(name)s` filled with the values."""
        said = self._texts.gettext(message) if message else ""
        return filled(said.__mod__, values) if values else said

    def ngettext(self, one: str, many: str, number: int, /, **values: Any) -> str:
        """A message for a number of things; the slot `%(num)s` is the number in digits unless `num` is given."""
        return filled(self._texts.ngettext(one, many, number).__mod__, {"num": number, **values})

    def pgettext(self, context: str, message: str, /, **values: Any) -> str:
        """A message that means different things in different places, for one of them."""
        said = self._texts.pgettext(context, message)
        return said % values if values else said

    def npgettext(self, context: str, one: str, many: str, number: int, /, **values: Any) -> str:
        """`ngettext` for one of several places."""
        return self._texts.npgettext(context, one, many, number) % {"num": number, **values}

    def when(self, moment: dt.datetime | dt.date, *, with_time: bool = False) -> str:
        """`today`, `tomorrow`, `yesterday` or `Thu 3 Dec` (with the year where it is another), in the reader's zone.

        `with_time` adds the time of day. A moment that is midnight to the minute is the end of the day before.
        """
        return times.said_moment(self, moment, with_time=with_time)

    def clock(self, moment: dt.datetime) -> str:
        """The time of day alone: `15:40`."""
        return times.said_clock(self, moment)

    def late(self, delta: dt.timedelta, *, first: bool = False) -> str:
        """`late by 2 days`; with `first` it begins a sentence. Less than an hour is said as such."""
        return times.said_late(self, delta, first=first)

    def span(self, delta: dt.timedelta) -> str:
        """A length of time in its largest whole unit: `2 days`, `3 hours`, `5 minutes`."""
        return times.said_span(self, delta)

    def length(self, duration: Duration, counts: Counts = "days") -> str:
        """A duration of a workflow without its sign: `20 working days`."""
        return times.said_length(self, duration, counts)

    def number(self, number: int, *, first: bool = False) -> str:
        """A number in a sentence: up to eleven as a word, from twelve on in digits; `first` begins a sentence."""
        return times.said_number(self, number, first=first)

    def join(self, parts: list[str] | tuple[str, ...], *, last: str = "and") -> str:
        """`a, b and c`; with `last="or"`: `a, b or c`."""
        return times.said_list(self, parts, last=last)

    def label(self, workflow: Workflow, *keys: str, otherwise: str = "") -> str:
        """A text of a workflow (`"processes", "case", "tracks", "safety", "says"`) in this language.

        Where it is not translated it comes as the workflow has it; `otherwise` where the workflow says nothing.
        """
        return self.labels(workflow).at(*keys) or otherwise

    def labels(self, workflow: Workflow) -> Labels:
        """What the elements of a workflow are called in this language."""
        return Labels(workflow, self.language, self._translated)
