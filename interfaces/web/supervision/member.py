"""One person of the team: what they hold, handing it over, and their leave; the same for oneself."""

from __future__ import annotations

import datetime as dt

from fastapi.responses import Response

from access.hand_over import HandOver, Holding, hand_over, holdings
from access.members import Changed, set_leave, set_stand_in, stored_people
from access.relation import reach_of
from access.work import with_names
from cases.errors import BadInput
from interfaces.web.administration.people import leave_of
from interfaces.web.places import Places
from interfaces.web.staff.steps import follow, objections
from interfaces.web.visit import NotHere, NotOpen, Visit, Visited
from interfaces.words.labels import Labels, lowered
from interfaces.words.objections import said_objections, said_problem

places = Places()


@places.page("/team/{name}", area="staff")
def member_page(visit: Visited, name: str) -> Response:
    """What somebody holds, to be handed over: for supervision, and for whoever it is about."""
    _theirs(visit, name)
    return _page(visit, name)


@places.form("/team/{name}/hand-over", area="staff")
def hand_over_some(visit: Visited, name: str) -> Response:
    """Hand over what was chosen, each role in a step of its own through the one door. Both are told."""
    _theirs(visit, name)
    taker, reason = visit.sent.get("taker"), visit.sent.get("reason")
    chosen = tuple(one for one in holdings(visit.house, name) if f"{one.ref} {one.role}" in visit.sent.all("holding"))
    if not chosen:
        return _page(visit, name, problem=visit.words.gettext("Choose what to hand over."), status=422)
    try:
        asked = HandOver(name, taker, reason, visit.sent.get("key") or visit.new_key(), chosen)
        done = hand_over(visit.house, visit.actor, asked, visit.now)
    except BadInput:
        says = visit.words.gettext("Choose another person, and say why.")
        return _page(visit, name, problem=says, status=422)
    follow(visit)
    return visit.page(
        "supervision/handed_over.html",
        giver=visit.names(name),
        taker=visit.names(taker),
        moved=len(done.moved),
        kept=[(one.holding.ref, objections(visit, one.holding.ref, one.reasons)) for one in done.kept],
    )


@places.form("/team/{name}/leave", area="staff")
def take_leave(visit: Visited, name: str) -> Response:
    """Say when somebody is away, and who acts meanwhile; without days they are not."""
    _theirs(visit, name)
    sent = visit.sent
    try:
        wanted = leave_of(visit, sent.get("begins"), sent.get("ends"), sent.get("stand_in"))
        done = set_leave(visit.house, visit.person, name, wanted, visit.now)
    except BadInput as problem:
        return _page(visit, name, problem=said_problem(visit.words, problem), status=422)
    return _after(visit, name, done)


@places.form("/team/{name}/stand-in", area="staff")
def name_stand_in(visit: Visited, name: str) -> Response:
    """Say who always stands in for somebody, or nobody."""
    _theirs(visit, name)
    try:
        done = set_stand_in(visit.house, visit.person, name, visit.sent.get("always"), visit.now)
    except BadInput as problem:
        return _page(visit, name, problem=said_problem(visit.words, problem), status=422)
    return _after(visit, name, done)


def _after(visit: Visit, name: str, done: Changed) -> Response:
    if done.outcome == "refused":
        return _page(visit, name, problem=said_objections(visit.words, done.objections), status=409)
    return visit.go_to(f"/team/{name}")


def _theirs(visit: Visit, name: str) -> None:
    """Whether this page is open: to supervision, and to the person. Raises NotHere, NotOpen."""
    if visit.house.people.person(name) is None:
        raise NotHere
    if name != visit.person and "supervision" not in visit.viewer.posts:
        raise NotOpen


def _page(visit: Visit, name: str, *, problem: str = "", status: int = 200) -> Response:
    rules = visit.house.workflows.current(None)
    labels, zone = visit.words.labels(rules.workflow), rules.calendar.zone
    member = stored_people(visit.house).member(name)
    away = member.leave if member is not None else None
    others = [
        (one.name, visit.names(one.name)) for one in visit.house.people.all() if one.name != name and not one.disabled
    ]
    return visit.page(
        "supervision/member.html",
        status=status,
        name=name,
        shown=visit.names(name),
        me=name == visit.person,
        in_file=member is None,
        holdings=_to_hand_over(visit, name, labels),
        others=others,
        begins=away.begins.astimezone(zone).date().isoformat() if away is not None else "",
        ends=(away.ends.astimezone(zone) - dt.timedelta(days=1)).date().isoformat() if away is not None else "",
        always=member.stand_in or "" if member is not None else "",
        stand_in=away.stand_in if away is not None else "",
        problem=problem,
        said=visit.sent.get("reason"),
        key=visit.new_key(),
    )


def _to_hand_over(visit: Visit, name: str, labels: Labels) -> list[tuple[str, str]]:
    """What somebody holds, with working names where the reader is assigned: as many reads for sixty as for one."""
    held = holdings(visit.house, name)
    screens = visit.served.running.store.screens
    reach = reach_of(visit.house, visit.viewer, visit.now)
    rows = with_names(screens, reach, screens.case_rows([one.ref for one in held])) if held else ()
    names = {row.ref: row.name for row in rows}
    return [(f"{one.ref} {one.role}", _said(visit, one, names.get(one.ref), labels)) for one in held]


def _said(visit: Visit, one: Holding, name: str | None, labels: Labels) -> str:
    case = f"{name} · {one.ref}" if name else one.ref
    return visit.words.gettext("%(case)s, %(role)s", case=case, role=lowered(labels.role(one.role)))
