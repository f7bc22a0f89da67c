"""What a worker last told of its work, in the reader's language: it is kept as counts in English (`flows/turns.py`)."""

from __future__ import annotations

import datetime as dt
import re

from access.screens import Beat
from interfaces.web.audit.integrity import Check, read_check
from interfaces.words.words import Words

SWEPT = re.compile(r"taken (\d+), postponed (\d+), latest by (\d+) s")
SENT = re.compile(r"sent (\d+), put off (\d+), given up (\d+)")
SEALED = re.compile(r"sealed (\d+)")
LATE = 60
"""Seconds; less is not worth a word."""
BUSY = "somebody else is sealing"


def named(words: Words, work: str) -> str:
    """What a kind of work is called."""
    match work:
        case "sweep":
            return words.gettext("Taking what is due")
        case "deliver" | "deliver_notices":
            return words.gettext("Sending notices")
        case "seal_journal":
            return words.gettext("Ordering the journal")
        case "check_journal":
            return words.gettext("Checking the journal")
    return work.replace("_", " ")


def told(words: Words, beat: Beat) -> str:
    """What it told last; the type of an error, and whatever else is not known, stay as they came."""
    check = read_check(beat)
    if check is not None:
        return _checked(words, check)
    if found := SWEPT.fullmatch(beat.said):
        taken, postponed, late = (int(number) for number in found.groups())
        said = words.gettext("Taken: %(taken)s. Put off: %(postponed)s.", taken=taken, postponed=postponed)
        if late < LATE:
            return said
        by = words.gettext("Latest by %(time)s.", time=words.span(dt.timedelta(seconds=late)))
        return f"{said} {by}"
    if found := SENT.fullmatch(beat.said):
        sent, off, dead = found.groups()
        return words.gettext(
            "Sent: %(sent)s. Put off: %(postponed)s. Given up: %(dead)s.", sent=sent, postponed=off, dead=dead
        )
    if found := SEALED.fullmatch(beat.said):
        return words.gettext("Entries put in order: %(num)s.", num=found[1])
    return words.gettext("Somebody else is doing it.") if beat.said == BUSY else beat.said


def _checked(words: Words, check: Check) -> str:
    if check.broken:
        return words.gettext(
            "Broken at %(where)s. Instances checked: %(num)s.", where=check.first or "?", num=check.checked
        )
    if check.ended:
        return words.gettext("Whole. Instances checked: %(num)s.", num=check.checked)
    return words.gettext("Whole so far. Newest instances checked: %(num)s. Older ones are not.", num=check.checked)
