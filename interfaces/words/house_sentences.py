"""Sentences for what the house itself does: workflows, people, leave, emergency access, and grants to auditors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from cases.journal import Kind
from cases.read_history import SeenEntry
from interfaces.words.labels import Labels
from interfaces.words.sentences import Telling

JUSTIFIED = "justified"
"""The verdict with which an emergency access was right."""


def _proposed(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s proposed a version of a workflow: %(name)s.",
        who=told.who(one.clear),
        name=one.clear.get("publishes"),
    )


def _published(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "A version of a workflow is in force: %(name)s. Proposed by %(one)s, approved by %(other)s.",
        name=one.clear.get("publishes"),
        one=told.names(str(one.clear.get("asked_by"))),
        other=told.names(str(one.clear.get("answered_by"))),
    )


def _not_published(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s asked to publish a workflow: %(name)s. Not possible yet.",
        who=told.who(one.clear),
        name=one.clear.get("publishes"),
    )


def _withdrawn(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s took back a proposed workflow: %(name)s.", who=told.who(one.clear), name=one.clear.get("publishes")
    )


def _migration_refused(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s asked to move cases to a workflow: %(name)s. Not possible yet.",
        who=told.who(one.clear),
        name=one.clear.get("publishes"),
    )


def _who_and_whom(told: Telling, one: SeenEntry) -> dict[str, str]:
    """Who did it, and about whom."""
    return {"who": told.who(one.clear), "person": told.names(str(one.clear.get("person") or "?"))}


def _person_added(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s added a person to the house: %(person)s.", **_who_and_whom(told, one))


def _person_changed(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s changed what is kept about %(person)s.", **_who_and_whom(told, one))


def _person_disabled(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s closed the account of %(person)s.", **_who_and_whom(told, one))


def _person_enabled(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s opened the account of %(person)s again.", **_who_and_whom(told, one))


def _leave_set(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s changed the leave of %(person)s.", **_who_and_whom(told, one))


def _wishes_set(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s changed how %(person)s is told of work.", **_who_and_whom(told, one))


def _person_refused(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s asked to change what is kept about %(person)s. Not possible yet.", **_who_and_whom(told, one)
    )


def _person_asked(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s asked a second person to agree to a change of titles or signing in: %(person)s.",
        **_who_and_whom(told, one),
    )


def _person_agreed(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s agreed to a change of titles or signing in: %(person)s.", **_who_and_whom(told, one)
    )


def _person_declined(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s declined a change of titles or signing in: %(person)s.", **_who_and_whom(told, one)
    )


def _link_made(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s made a one-time link for %(person)s.", **_who_and_whom(told, one))


def _factors_forgotten(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s took the second factors of %(person)s away and made a one-time link.", **_who_and_whom(told, one)
    )


def _handed_over(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s handed work over from %(one)s to %(other)s.",
        who=told.who(one.clear),
        one=told.names(str(one.clear.get("from"))),
        other=told.names(str(one.clear.get("to"))),
    )


def _until(told: Telling, one: SeenEntry) -> str:
    return told.words.when(dt.datetime.fromisoformat(str(one.clear["until"])), with_time=True)


def _emergency_taken(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s took emergency access until %(until)s. It is reviewed.",
        who=told.who(one.clear),
        until=_until(told, one),
    )


def _emergency_ended(told: Telling, _labels: Labels, _one: SeenEntry) -> str:
    return told.words.gettext("Emergency access ended.")


def _emergency_reviewed(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    if one.clear.get("verdict") == JUSTIFIED:
        return told.words.gettext("%(who)s reviewed an emergency access: it was justified.", who=told.who(one.clear))
    return told.words.gettext("%(who)s reviewed an emergency access: it was not justified.", who=told.who(one.clear))


def _emergency_refused(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s asked for emergency access. It was not given.", who=told.who(one.clear))


def _grant_asked(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s asked to read this as an auditor, until %(until)s.", who=told.who(one.clear), until=_until(told, one)
    )


def _grant_given(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s let %(person)s read this as an auditor, until %(until)s.",
        who=told.who(one.clear),
        person=told.names(str(one.clear.get("asked_by"))),
        until=_until(told, one),
    )


def _grant_declined(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext(
        "%(who)s did not let %(person)s read this as an auditor.",
        who=told.who(one.clear),
        person=told.names(str(one.clear.get("asked_by"))),
    )


def _grant_ended(told: Telling, _labels: Labels, _one: SeenEntry) -> str:
    return told.words.gettext("The time in which an auditor may read this is over.")


def _exported(told: Telling, _labels: Labels, one: SeenEntry) -> str:
    return told.words.gettext("%(who)s took a copy of what a list shows.", who=told.who(one.clear))


HOUSE_SAYS: Mapping[Kind, Callable[[Telling, Labels, SeenEntry], str]] = {
    Kind.PROPOSED: _proposed,
    Kind.PUBLISHED: _published,
    Kind.NOT_PUBLISHED: _not_published,
    Kind.WITHDRAWN: _withdrawn,
    Kind.MIGRATION_REFUSED: _migration_refused,
    Kind.PERSON_ADDED: _person_added,
    Kind.PERSON_CHANGED: _person_changed,
    Kind.PERSON_DISABLED: _person_disabled,
    Kind.PERSON_ENABLED: _person_enabled,
    Kind.LEAVE_SET: _leave_set,
    Kind.WISHES_SET: _wishes_set,
    Kind.PERSON_REFUSED: _person_refused,
    Kind.PERSON_ASKED: _person_asked,
    Kind.PERSON_AGREED: _person_agreed,
    Kind.PERSON_DECLINED: _person_declined,
    Kind.LINK_MADE: _link_made,
    Kind.FACTORS_FORGOTTEN: _factors_forgotten,
    Kind.HANDED_OVER: _handed_over,
    Kind.EMERGENCY_TAKEN: _emergency_taken,
    Kind.EMERGENCY_ENDED: _emergency_ended,
    Kind.EMERGENCY_REVIEWED: _emergency_reviewed,
    Kind.EMERGENCY_REFUSED: _emergency_refused,
    Kind.GRANT_ASKED: _grant_asked,
    Kind.GRANT_GIVEN: _grant_given,
    Kind.GRANT_DECLINED: _grant_declined,
    Kind.GRANT_ENDED: _grant_ended,
    Kind.EXPORTED: _exported,
}
