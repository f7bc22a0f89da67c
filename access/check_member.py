"""What can be said of a person of the house: names, titles, teams, addresses, languages, leave and who stands in."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import available_timezones

from cases.errors import BadInput, UnknownName
from cases.house import House
from cases.staff import StaffMember, Telling
from config.posts import HOUSE_POSTS
from config.problems import listed, nearest
from state_machine.view import SYSTEM

NAME = re.compile(r"[a-z][a-z0-9_.-]{0,79}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST_LEAVE = dt.timedelta(days=366)


def check_member(house: House, member: StaffMember, now: dt.datetime, before: StaffMember | None = None) -> None:
    """What is said of a person can be said. Raises BadInput, UnknownName.

    What stands as it was `before` is not asked again where time or somebody else may have overtaken it: a leave that is
    over, a stand-in who has left.
    """
    if not NAME.fullmatch(member.name) or member.name == SYSTEM:
        raise BadInput(
            f"{member.name!r} is no name to sign in with; expected small letters, digits, `_`, `.`, `-`, a letter first"
        )
    if len(member.display) > 120 or not member.display.isprintable():
        raise BadInput("what somebody is called is at most 120 signs on one line")
    known = (*house.workflows.current(None).workflow.titles, *HOUSE_POSTS)
    for title in sorted(member.titles):
        if title not in known:
            near = nearest(title, known)
            hint = f"did you mean {near}? " if near else ""
            raise UnknownName(f"there is no title {title!r}; {hint}known: {listed(known, 60)}")
    for team in member.teams:
        if not team.strip() or len(team) > 80 or not team.isprintable():
            raise BadInput("a team has a name of at most 80 signs on one line")
    if member.email is not None and not EMAIL.fullmatch(member.email):
        raise BadInput("an address looks like name@place.org")
    if member.language is not None and not LANGUAGE.fullmatch(member.language):
        raise BadInput(f"{member.language!r} is no language; expected a code such as km")
    _check_told(member.told)
    _check_stand_ins(house, member, now, before)


def _check_told(told: Telling) -> None:
    if told.time_zone is not None and told.time_zone not in available_timezones():
        raise BadInput("there is no such time zone; expected one such as Asia/Phnom_Penh")
    if told.quiet is not None and told.quiet[0] == told.quiet[1]:
        raise BadInput("quiet hours begin at one time and end at another")


def _check_stand_ins(house: House, member: StaffMember, now: dt.datetime, before: StaffMember | None) -> None:
    always, leave = member.stand_in, member.leave
    named = [always] if always is not None and (before is None or before.stand_in != always) else []
    if leave is not None and (before is None or before.leave != leave):
        named.append(leave.stand_in)
        if leave.begins.tzinfo is None or leave.ends.tzinfo is None:
            raise BadInput("a leave begins and ends at a moment with a time zone")
        if not leave.begins < leave.ends or leave.ends - leave.begins > MOST_LEAVE:
            raise BadInput("a leave ends after it begins, and lasts at most a year")
        if leave.ends <= now:
            raise BadInput("this leave is over already; say when it ends")
    for other in named:
        there = house.people.person(other)
        if other == member.name:
            raise BadInput(f"{other} cannot stand in for {other}; name somebody else")
        if there is None or there.disabled:
            known = ", ".join(one.name for one in house.people.all() if not one.disabled)
            raise UnknownName(f"nobody called {other!r} can stand in; known: {known or 'nobody yet'}")
