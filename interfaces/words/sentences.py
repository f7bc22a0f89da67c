"""A sentence for each kind of journal entry: person, verb, thing, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cases.journal import Kind
from cases.read_history import SeenEntry
from interfaces.words.labels import Labels, lowered
from interfaces.words.words import Words
from state_machine.view import SYSTEM

LATE = 60
"""From so many seconds on a time that came is called late."""

Names = Callable[[str], str]
"""What a person is called to this reader."""


class Telling:
    """The parts of which the sentences about one process are made."""

    def __init__(self, words: Words, process: str, names: Names) -> None:
        self.words = words
        self.process = process
        self.names = names

    def who(self, clear: Mapping[str, Any]) -> str:
        """Who acted: a name, with the one for whom, or the house itself."""
        actor = str(clear.get("actor", ""))
        if actor == SYSTEM:
            return self.words.gettext("The house")
        name = self.names(actor)
        if clear.get("on_behalf"):
            return self.words.gettext("%(who)s for %(other)s", who=name, other=self.names(str(clear["on_behalf"])))
        return name

    def what(self, labels: Labels, clear: Mapping[str, Any]) -> str:
        """The verb phrase of what was asked for."""
        action = str(clear.get("action") or "")
        if "opens" in clear:
            return labels.task(str(clear["opens"]), "open")
        if action == "record":
            return self.words.gettext("record something")
        return labels.task(self.process, action) if action else ""

    def says(self, labels: Labels, clear: Mapping[str, Any]) -> str:
        """What an action does, with a small letter."""
        return lowered(labels.action(self.process, str(clear.get("action"))).rstrip("."))

    def moved(self, labels: Labels, clear: Mapping[str, Any]) -> str:
        """Where tracks have come to, as sentences after the first."""
        said = [
            self.words.gettext(
                "%(track)s: %(state)s.",
                track=labels.track(self.process, track),
                state=labels.short(self.process, track, after),
            )
            for track, (_, after) in clear.get("moves", {}).items()
        ]
        return "".join(f" {one}" for one in said)

    def facts(self, labels: Labels, names: Iterable[str]) -> str:
        """Names of facts, one after the other."""
        return "; ".join(lowered(labels.fact(self.process, name).rstrip(".?")) for name in names)

    def late(self, clear: Mapping[str, Any]) -> str:
        """How late a time was answered, as a sentence after the first; nothing within a minute."""
        seconds = int(clear.get("late_seconds", 0))
        if seconds < LATE:
            return ""
        return " " + self.words.gettext("This came %(time)s late.", time=self.words.span(dt.timedelta(seconds=seconds)))


# --- a sentence for each kind ----------------------------------------------------------------------------------


def _opened(told: Telling, labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s opened this: %(what)s.", who=told.who(one.clear), what=lowered(labels.process(told.process))
    )


def _applied(told: Telling, labels: Labels, one: SeenEntry) -> str:
    what = told.says(labels, one.clear)
    if one.clear.get("actor") == SYSTEM:
        said = told.words.gettext("By itself: %(what)s.", what=what)
    else:
        said = told.words.gettext("%(who)s did this: %(what)s.", who=told.who(one.clear), what=what)
    if one.clear.get("overridden"):
        said += " " + told.words.gettext("With an exception.")
    return said + told.moved(labels, one.clear)


def _tried(told: Telling, labels: Labels, clear: Mapping[str, Any]) -> str:
    return told.words.gettext("%(who)s asked to %(task)s.", who=told.who(clear), task=told.what(labels, clear))


def _refused(told: Telling, labels: Labels, one: SeenEntry) -> str:
    reasons = len(one.clear.get("because", ()))
    outcome = told.words.ngettext(
        "Not possible yet, %(num)s reason.", "Not possible yet, %(num)s reasons.", max(1, reasons)
    )
    return f"{_tried(told, labels, one.clear)} {outcome}"


def _not_yet(told: Telling, labels: Labels, one: SeenEntry) -> str:
    until = dt.datetime.fromisoformat(str(one.clear["until"]))
    when = told.words.when(until, with_time=True)
    possible = told.words.gettext("Possible from %(when)s.", when=when)
    return f"{_tried(told, labels, one.clear)} {possible}"


def _recorded(told: Telling, labels: Labels, one: SeenEntry) -> str:
    who = told.who(one.clear)
    if one.facts:
        return told.words.gettext("%(who)s recorded: %(what)s.", who=who, what=told.facts(labels, one.facts))
    return told.words.gettext("%(who)s recorded something that you may not see.", who=who)


def _corrected(told: Telling, labels: Labels, one: SeenEntry) -> str:
    who = told.who(one.clear)
    if one.withdrawn:
        return told.words.gettext("%(who)s corrected: %(what)s.", who=who, what=told.facts(labels, one.withdrawn))
    return told.words.gettext("%(who)s corrected entry %(number)s.", who=who, number=one.clear.get("corrects"))


def _lapsed(told: Telling, labels: Labels, one: SeenEntry) -> str:
    if one.lapsed:
        return told.words.gettext("This holds no longer: %(what)s.", what=told.facts(labels, one.lapsed))
    return told.words.gettext("An answer holds no longer.")


def _seen(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s looked at what few may see.", who=told.who(one.clear))


def _assigned(told: Telling, labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s gave a role to %(person)s: %(role)s.",
        who=told.who(one.clear),
        person=told.names(str(one.clear.get("assigned"))),
        role=lowered(labels.role(str(one.clear.get("to")))),
    )


def _unassigned(told: Telling, labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s ended a role here: %(role)s.",
        who=told.who(one.clear),
        role=lowered(labels.role(str(one.clear.get("to")))),
    )


def _exception_asked(told: Telling, labels: Labels, one: SeenEntry) -> str:
    said = told.words.gettext("Asked for an exception. A second person decides.")
    return f"{_tried(told, labels, one.clear)} {said}"


def _exception_granted(told: Telling, labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s agreed to an exception: %(task)s.", who=told.who(one.clear), task=told.what(labels, one.clear)
    )


def _exception_denied(told: Telling, labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s did not agree to an exception: %(task)s.",
        who=told.who(one.clear),
        task=told.what(labels, one.clear),
    )


def _exception_lapsed(told: Telling, labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "No second person answered in time about an exception: %(task)s.", task=told.what(labels, one.clear)
    )


def _undermined(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "Entry %(number)s relied on an answer that was corrected. Somebody is asked to look.",
        number=one.clear.get("undermines"),
    )


def _migrated(told: Telling, _labels: Labels, _one: SeenEntry) -> str:
    return told.words.gettext("From here on another version of the workflow applies.")


def _dated(told: Telling, labels: Labels, one: SeenEntry) -> str:
    names = [lowered(labels.deadline(told.process, name).rstrip(".")) for name in one.clear.get("deadlines", {})]
    return told.words.gettext("Dates were worked out: %(what)s.", what="; ".join(names))


def _reminded(told: Telling, labels: Labels, one: SeenEntry) -> str:
    said = told.words.gettext(
        "Reminded, %(role)s: %(what)s.",
        role=lowered(labels.role(str(one.clear.get("tell")))),
        what=lowered(labels.deadline(told.process, str(one.clear.get("deadline"))).rstrip(".")),
    )
    return said + told.late(one.clear)


def _breached(told: Telling, labels: Labels, one: SeenEntry) -> str:
    due, at = dt.datetime.fromisoformat(str(one.clear["due"])), one.entry.at
    return told.words.gettext(
        "%(late)s: %(what)s. This role was told: %(role)s.",
        late=told.words.late(at - due, first=True),
        what=lowered(labels.deadline(told.process, str(one.clear.get("deadline"))).rstrip(".")),
        role=lowered(labels.role(str(one.clear.get("tell")))),
    )


def _acted(told: Telling, labels: Labels, one: SeenEntry) -> str:
    said = told.words.gettext("The time came: %(what)s.", what=told.says(labels, one.clear))
    return said + told.late(one.clear)


def _act_refused(told: Telling, labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("The time came, and it is not possible yet: %(what)s.", what=told.says(labels, one.clear))


def _postponed(told: Telling, _labels: Labels, _one: SeenEntry) -> str:
    return told.words.gettext("Something due here could not be done and is tried again.")


SAYS: Mapping[Kind, Callable[[Telling, Labels, SeenEntry], str]] = {
    Kind.OPENED: _opened,
    Kind.APPLIED: _applied,
    Kind.REFUSED: _refused,
    Kind.NOT_YET: _not_yet,
    Kind.RECORDED: _recorded,
    Kind.CORRECTED: _corrected,
    Kind.LAPSED: _lapsed,
    Kind.SEEN: _seen,
    Kind.ASSIGNED: _assigned,
    Kind.UNASSIGNED: _unassigned,
    Kind.OVERRIDE_ASKED: _exception_asked,
    Kind.OVERRIDE_GRANTED: _exception_granted,
    Kind.OVERRIDE_DENIED: _exception_denied,
    Kind.OVERRIDE_LAPSED: _exception_lapsed,
    Kind.UNDERMINED: _undermined,
    Kind.MIGRATED: _migrated,
    Kind.DATED: _dated,
    Kind.REMINDED: _reminded,
    Kind.BREACHED: _breached,
    Kind.ACTED: _acted,
    Kind.ACT_REFUSED: _act_refused,
    Kind.POSTPONED: _postponed,
}
