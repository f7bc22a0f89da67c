"""How the house is: one sentence first, then what is wrong with what to do, then the figures. No case content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from access.screens import Beat, Health
from interfaces.web.administration.works import named, told
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited

places = Places()
SILENT = dt.timedelta(minutes=5)
"""A worker that gave no sign for so long has stopped, or cannot reach the database."""
WORK = ("sweep", "deliver", "seal_journal")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong, and what to do about it."""

    says: str
    do: str


@places.page("/administration/health", area="administration")
def health_page(visit: Visited) -> Response:
    """The first page of administration."""
    health = visit.served.running.store.screens.health(visit.now)
    faults = faults_of(visit, health)
    words = visit.words
    versions = {one.hash: one.name for one in visit.house.store.versions.publications()}
    return visit.page(
        "administration/health.html",
        sentence=_sentence(visit, health, faults),
        faults=faults,
        beats=[
            (named(words, one.work), one.worker, words.when(one.at, with_time=True), told(words, one))
            for one in health.beats
        ],
        next_due=words.when(health.next_due, with_time=True)
        if health.next_due is not None
        else words.gettext("nothing"),
        stuck=health.stuck,
        oldest=words.late(visit.now - health.late[2]) if health.late is not None else words.gettext("none"),
        outbox=[(_state(visit, state), count) for state, count in sorted(health.outbox.items())],
        deliveries=[(_state(visit, state), count) for state, count in sorted(health.deliveries.items())],
        unsealed=health.unsealed,
        durability=health.durability,
        versions=[(versions.get(hash_, ""), hash_[:12], count) for hash_, count in health.versions.items()],
    )


def faults_of(visit: Visit, health: Health) -> list[Fault]:
    """What is wrong with the house, the gravest first."""
    words = visit.words
    found = []
    limit = visit.served.running.settings.max_late
    if health.late is not None and visit.now - health.late[2] > limit:
        late = words.late(visit.now - health.late[2])
        says = words.gettext("The oldest date, of %(ref)s, is %(late)s.", ref=health.late[0], late=late)
        found.append(Fault(says, words.gettext("See whether a ticker or worker runs, and read its log.")))
    if not health.durability.safe:
        says = words.gettext("A power cut could lose what was answered: the database is set so.")
        found.append(Fault(says, words.gettext("Set the database back to write through; see docs/operations.md.")))
    for work in WORK:
        newest = max((one.at for one in health.beats if one.work == work), default=None)
        if newest is None or visit.now - newest > SILENT:
            what = named(words, work)
            since = words.when(newest, with_time=True) if newest is not None else words.gettext("never")
            says = words.gettext("%(what)s stands still. Last sign: %(when)s.", what=what, when=since)
            found.append(Fault(says, words.gettext("Start the ticker, or the worker of this flow.")))
    found += [Fault(_failed(visit, one), words.gettext("Read its log.")) for one in health.beats if one.failed > 2]
    if health.stuck:
        says = words.ngettext(
            "%(num)s date could not be taken five times.", "%(num)s dates could not be taken five times.", health.stuck
        )
        found.append(Fault(says, words.gettext("A person has to look: each opened a request in its case.")))
    dead = health.deliveries.get("dead", 0)
    if dead:
        says = words.ngettext("%(num)s notice was given up.", "%(num)s notices were given up.", dead)
        found.append(Fault(says, words.gettext("See the notices page for why, and retry them.")))
    return found


def _sentence(visit: Visit, health: Health, faults: Sequence[Fault]) -> str:
    words = visit.words
    if faults:
        return words.ngettext("One thing is wrong.", "%(num)s things are wrong.", len(faults))
    newest = max((one.at for one in health.beats if one.work == "sweep"), default=None)
    if newest is None:
        return words.gettext("All is well.")
    return words.gettext("All is well. Last sweep %(time)s ago.", time=words.span(visit.now - newest))


def _failed(visit: Visit, beat: Beat) -> str:
    return visit.words.gettext(
        "%(what)s went wrong %(num)s times in a row.", what=named(visit.words, beat.work), num=beat.failed
    )


def _state(visit: Visit, state: str) -> str:
    """The state of a notice or message in words."""
    words = visit.words
    said = {
        "waiting": words.gettext("waiting"),
        "fanned_out": words.gettext("passed on to those who are told"),
        "held": words.gettext("held for the next digest"),
        "sending": words.gettext("being sent"),
        "sent": words.gettext("sent"),
        "cancelled": words.gettext("called off"),
        "superseded": words.gettext("overtaken by something newer"),
        "dead": words.gettext("given up"),
    }
    return said.get(state) or state.replace("_", " ")
