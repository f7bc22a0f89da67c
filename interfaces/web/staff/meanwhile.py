"""Somebody was first: who changed the case since a form was made, and which of its questions are answered anew."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cases.journal import Kind
from cases.look import look
from cases.ports import StoredEntry
from interfaces.web.staff.fields import Question, Subject
from interfaces.web.staff.reading import opened_in
from interfaces.web.visit import Visit
from state_machine.view import SYSTEM

MADE = "made"
"""The field of a form that says when it was made."""
NO_CHANGE = frozenset({Kind.SEEN, Kind.REFUSED, Kind.NOT_YET, Kind.REMINDED, Kind.ACT_REFUSED})


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened since: the sentence for the reader, and by fact what is recorded now."""

    says: str
    changed: Mapping[str, str] = field(default_factory=dict)

    def mark(self, questions: Sequence[Question]) -> list[Question]:
        """The questions, those that somebody answered meanwhile with what was said."""
        return [replace(one, changed=self.changed.get(one.name, "")) for one in questions]


def changed_meanwhile(visit: Visit, subject: Subject | None = None, names: Collection[str] = ()) -> Meanwhile:
    """What happened in the family of the instance since the form was made that is sent now.

    `names` are the facts of the form, `subject` says them in words; those are opened that are open to the reader.
    """
    since = _moment(visit.sent.get(MADE))
    entries = _entries(visit, since)
    words = visit.words
    newest = max(entries, key=lambda one: one.at, default=None)
    if newest is None:
        says = words.gettext("This case changed meanwhile. Your answers are kept below; check them and send again.")
    else:
        by = str(json.loads(newest.clear).get("actor", SYSTEM))
        says = words.gettext(
            "%(who)s changed this case at %(time)s. Your answers are kept below; check them and send again.",
            who=words.gettext("The house") if by in ("", SYSTEM) else visit.names(by),
            time=words.when(newest.at, with_time=True),
        )
    if visit.sent.files:
        again = words.gettext("Choose your files again.")
        says = f"{says} {again}"
    return Meanwhile(says, _facts(visit, entries, subject, names) if subject is not None else {})


def _entries(visit: Visit, since: dt.datetime | None) -> list[StoredEntry]:
    """The entries of the family from a moment on by which something changed."""
    with visit.house.store.look() as tx:
        loaded = tx.load(visit.ref)
        if loaded is None or since is None:
            return []
        fresh = [ref for ref, head in loaded.heads.items() if head.at is not None and head.at > since]
        every = [one for ref in fresh for one in tx.entries(ref)]
    return [one for one in every if one.at > since and one.kind not in NO_CHANGE]


def _facts(visit: Visit, entries: Sequence[StoredEntry], subject: Subject, names: Collection[str]) -> Mapping[str, str]:
    fresh = {one.seq for one in entries if one.instance == visit.ref}
    if not fresh or not names:
        return {}
    sight = look(visit.house, visit.actor, visit.ref, visit.now, opened_in(visit), names)
    return {
        name: visit.words.gettext(
            "Changed meanwhile by %(who)s: %(said)s.", who=visit.names(held.by), said=subject.said(name, held.value)
        )
        for name, held in sight.facts.items()
        if held.seq in fresh
    }


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
