"""The people of the house: who works here in which roles, leave, invitations, disabling. No case content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from access.hand_over import holdings
from access.members import (
    Changed,
    Changes,
    add_person,
    change_person,
    disable_person,
    enable_person,
    set_leave,
    stored_people,
)
from access.people_answered import make_link
from access.people_asked import needs_second
from cases.errors import BadInput
from cases.staff import Leave, Person, StaffMember
from config.posts import HOUSE_POSTS
from interfaces.web.days import beginning_of
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.labels import spelt
from interfaces.words.objections import said_objections, said_problem

places = Places()
FEWEST_SIGNS = 10


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the list."""

    name: str
    shown: str
    titles: str
    said: str
    holds: int


@places.page("/administration/people", area="administration")
def people_page(visit: Visited, show: str = "") -> Response:
    """Everybody, with roles and on how many open cases they hold one: a count, never which."""
    words = visit.words
    loads = {load.person: load.cases for load in visit.served.running.store.screens.loads(visit.now)}
    rows = []
    for one in visit.house.people.all():
        if show == "disabled" and not one.disabled:
            continue
        rows.append(
            Row(
                one.name,
                visit.names(one.name),
                words.join(_titles(visit, one.titles)) or "–",
                _said(visit, one),
                loads.get(one.name, 0),
            )
        )
    return visit.page("administration/people.html", rows=rows, show=show)


@places.page("/administration/people/new", area="administration")
def new_page(visit: Visited) -> Response:
    """The form that adds somebody."""
    return _form(visit, None)


@places.form("/administration/people/new", area="administration")
def add(visit: Visited) -> Response:
    """Add somebody."""
    sent = visit.sent
    member = StaffMember(
        sent.get("name").lower(),
        sent.get("display"),
        frozenset(sent.all("titles")),
        frozenset(one for one in sent.get("teams").split() if one),
        sent.get("stand_in") or None,
        email=sent.get("email") or None,
        language=sent.get("language") or None,
    )
    try:
        done = add_person(visit.house, visit.person, member, visit.now)
    except BadInput as problem:
        return _form(visit, None, problem=said_problem(visit.words, problem), status=422)
    return _after(visit, done, member.name)


@places.page("/administration/people/{name}", area="administration")
def person_page(visit: Visited, name: str) -> Response:
    """One person: roles, leave, invitation, hand-over, disabling."""
    return _form(visit, _person(visit, name))


@places.form("/administration/people/{name}", area="administration")
def change(visit: Visited, name: str) -> Response:
    """Change somebody."""
    person, sent = _person(visit, name), visit.sent
    changes = Changes(
        sent.get("display"),
        frozenset(sent.all("titles")),
        frozenset(one for one in sent.get("teams").split() if one),
        sent.get("stand_in") if "stand_in" in sent.fields else None,
        sent.get("email"),
        sent.get("language"),
    )
    try:
        done = change_person(visit.house, visit.person, name, changes, visit.now)
    except BadInput as problem:
        return _form(visit, person, problem=said_problem(visit.words, problem), status=422)
    return _after(visit, done, name)


@places.form("/administration/people/{name}/leave", area="administration")
def leave(visit: Visited, name: str) -> Response:
    """Say when somebody is away, and who stands in; without days they are not."""
    person, sent = _person(visit, name), visit.sent
    try:
        wanted = leave_of(visit, sent.get("begins"), sent.get("ends"), sent.get("stand_in"))
        done = set_leave(visit.house, visit.person, name, wanted, visit.now)
    except BadInput as problem:
        return _form(visit, person, problem=said_problem(visit.words, problem), status=422)
    return _after(visit, done, name)


@places.form("/administration/people/{name}/disable", area="administration")
def disable(visit: Visited, name: str) -> Response:
    """Disable somebody, at once and everywhere, or let them act again."""
    person, reason = _person(visit, name), visit.sent.get("reason")
    if person.disabled:
        done = enable_person(visit.house, visit.person, name, visit.now)
        visit.served.accounts.links.set_disabled(name, False, visit.now, visit.person)
        return _after(visit, done, name)
    if len(reason) < FEWEST_SIGNS:
        says = visit.words.gettext("Say in at least ten signs why.")
        return _form(visit, person, problem=says, status=422)
    done = disable_person(visit.house, visit.person, name, reason, visit.now)
    if done.outcome != "refused":
        visit.served.accounts.links.set_disabled(name, True, visit.now, visit.person)
    return _after(visit, done, name)


@places.form("/administration/people/{name}/invite", area="administration")
def invite(visit: Visited, name: str) -> Response:
    """Make a one-time link by which somebody sets a password; it is shown this once.

    For somebody of the staff who can sign in already, a second person has to agree first.
    """
    person = _person(visit, name)
    links, forget = visit.served.accounts.links, bool(visit.sent.get("forget"))
    try:
        done = make_link(visit.house, links, visit.person, name, forget, visit.now)
    except BadInput as problem:
        return _form(visit, person, problem=said_problem(visit.words, problem), status=422)
    if done.outcome == "waits":
        says = visit.words.gettext(
            "Somebody who supervises has been asked. Once they have agreed, make the link here again."
        )
        return _form(visit, person, notice=says)
    if done.made is None:
        return _form(visit, person, problem=said_objections(visit.words, done.objections), status=409)
    made = done.made
    return visit.page(
        "administration/invited.html",
        name=visit.names(name),
        person=person.name,
        link=f"{visit.served.base}/welcome/{made.token}",
        until=visit.words.when(made.link.ends_at, with_time=True),
    )


def leave_of(visit: Visit, begins: str, ends: str, stand_in: str) -> Leave | None:
    """The leave that a form means; None where no days are given. Raises BadInput."""
    if not begins and not ends:
        return None
    zone = visit.house.workflows.current(None).calendar.zone
    start, end = beginning_of(begins, zone), beginning_of(ends, zone, 1)
    if start is None or end is None:
        raise BadInput(visit.words.gettext("Give the first and the last day of the leave."))
    return Leave(start, end, stand_in)


def _person(visit: Visit, name: str) -> Person:
    person = visit.house.people.person(name)
    if person is None:
        raise NotHere
    return person


def _titles(visit: Visit, titles: Sequence[str] | frozenset[str]) -> list[str]:
    labels = visit.words.labels(visit.house.workflows.current(None).workflow)
    return [spelt(one) if one in HOUSE_POSTS else labels.role(one) for one in sorted(titles)]


def _said(visit: Visit, person: Person) -> str:
    words = visit.words
    said = []
    if person.disabled:
        said.append(words.gettext("disabled"))
    if person.away:
        said.append(words.gettext("on leave"))
    if person.in_file:
        said.append(words.gettext("written in people.yaml"))
    return ", ".join(said)


def _form(visit: Visit, person: Person | None, *, problem: str = "", notice: str = "", status: int = 200) -> Response:
    rules = visit.house.workflows.current(None)
    labels = visit.words.labels(rules.workflow)
    member = stored_people(visit.house).member(person.name) if person is not None else None
    zone = rules.calendar.zone
    away = member.leave if member is not None else None
    return visit.page(
        "administration/person.html",
        status=status,
        person=person,
        member=member,
        shown=visit.names(person.name) if person is not None else "",
        problem=problem,
        notice=notice,
        titles=[
            *((role, labels.role(role), "") for role in rules.workflow.titles),
            *((post, spelt(post), visit.words.gettext("Needs a second factor. Sees no case.")) for post in HOUSE_POSTS),
        ],
        others=[
            ("", visit.words.gettext("Nobody")),
            *(
                (one.name, visit.names(one.name))
                for one in visit.house.people.all()
                if person is None or one.name != person.name
            ),
        ],
        says_stand_in=not needs_second(visit.house, visit.person),
        holds=len(holdings(visit.house, person.name)) if person is not None else 0,
        begins=away.begins.astimezone(zone).date().isoformat() if away is not None else "",
        ends=(away.ends.astimezone(zone) - dt.timedelta(days=1)).date().isoformat() if away is not None else "",
        away_stand_in=away.stand_in if away is not None else "",
        sent=visit.sent,
        key=visit.new_key(),
    )


def _after(visit: Visit, done: Changed, name: str) -> Response:
    if done.outcome == "refused":
        problem = said_objections(visit.words, done.objections)
        return _form(visit, visit.house.people.person(name), problem=problem, status=409)
    if done.outcome == "waits":
        return _form(visit, visit.house.people.person(name), notice=said_objections(visit.words, done.objections))
    return visit.go_to(f"/administration/people/{name}")
