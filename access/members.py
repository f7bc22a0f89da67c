"""Changing the people of a house: add, change, disable, enable, leave. What was changed stands in the journals of both.

An administrator changes people, and so does the owner at the command line (as the house itself). Somebody's leave is
also set by the person and by whoever supervises. Who is written in the file of the house is changed there alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from access.check_member import check_member
from access.decide import viewer_of
from access.people import StoredPeople, as_person
from access.people_asked import (
    apart,
    ask_second,
    heavy,
    needs_second,
    nobody_to_ask,
    stand_in_elsewhere,
    supervises,
    told_of_stand_in,
)
from cases.errors import BadInput, UnknownName
from cases.house import House
from cases.house_journal import house_entries
from cases.journal import Kind, instant
from cases.ports import Transaction
from cases.publish import Objection
from cases.register_people import register_person
from cases.staff import HouseWrites, Leave, Person, StaffMember, Telling
from cases.take_step import at_the_door
from config.posts import HOUSE_POSTS
from config.problems import listed
from state_machine.view import SYSTEM


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change of a person. `member` is as it stands now, whatever the outcome; None: not there.

    `waits`: titles for which a second person is asked; all else that was to be changed is changed.
    """

    outcome: Literal["changed", "same", "waits", "refused"]
    member: StaffMember | None
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be otherwise; None leaves it. An empty `stand_in`, `email` or `language` takes it away."""

    display: str | None = None
    titles: frozenset[str] | None = None
    teams: frozenset[str] | None = None
    stand_in: str | None = None
    email: str | None = None
    language: str | None = None

    def of(self, member: StaffMember) -> StaffMember:
        """The member with these changes."""
        return replace(
            member,
            display=member.display if self.display is None else self.display,
            titles=member.titles if self.titles is None else self.titles,
            teams=member.teams if self.teams is None else self.teams,
            stand_in=member.stand_in if self.stand_in is None else self.stand_in or None,
            email=member.email if self.email is None else self.email or None,
            language=member.language if self.language is None else self.language or None,
        )


@dataclass(frozen=True, slots=True)
class OwnWishes:
    """What somebody says for themselves: the language of their notices (None: that of the house), and how they come."""

    language: str | None
    told: Telling

    def of(self, member: StaffMember) -> StaffMember:
        """The member with these wishes."""
        return replace(member, language=self.language, told=self.told)


def add_person(house: House, by: str, member: StaffMember, now: dt.datetime) -> Changed:
    """Add somebody whom the store keeps from now on, as `by`, at `now` (aware, UTC).

    Refused for somebody who may not, or a name that is taken. Titles that weigh are given after a second person has
    agreed. Raises BadInput for what cannot be said of a person, Failed.
    """
    people = stored_people(house)
    check_member(house, member, now)
    wait, objections = _to_wait(house, by, member.name, member.titles)
    objections = [*not_allowed(house, by), *objections, *stand_in_elsewhere(house, by, None, member)]
    refused = _refused(house, by, member.name, "add", objections, now)
    if refused is not None:
        return refused
    member = replace(member, titles=member.titles - wait)
    people.look_again(now)
    if people.person(member.name) is not None:
        says = f"there is somebody called {member.name} already; change them, or take another name"
        return Changed("refused", people.member(member.name), (Objection("name_taken", says),))
    # First what stands for them: their journal begins with it, and without the rest it changes nothing.
    register_person(house, as_person(member, now), now)

    def one_try(tx: Transaction, _: object) -> Changed:
        people.look_again(now)
        if people.person(member.name) is not None:
            says = f"somebody else has added {member.name} meanwhile"
            return Changed("refused", people.member(member.name), (Objection("name_taken", says),))
        _write(house, tx, by, member, Kind.PERSON_ADDED, _all_of(member), HouseWrites(now, {}))
        return Changed("changed", member)

    return _asked(house, by, _seen(people, now, at_the_door(house, one_try)), wait, now)


def change_person(house: House, by: str, name: str, changes: Changes, now: dt.datetime) -> Changed:
    """Change titles, teams, stand-in, address or how somebody is called. Raises UnknownName, BadInput, Failed.

    Refused where it would leave nobody in a post that must be held, for people of the file, and for one's own titles.
    Titles that weigh are given after a second person has agreed.
    """
    people = stored_people(house)
    people.look_again(now)
    member = people.member(name)
    wait: frozenset[str] = frozenset()
    if member is not None and changes.titles not in (None, member.titles):
        wait, objections = _to_wait(house, by, name, changes.of(member).titles, member.titles)
        refused = _refused(house, by, name, "change", [*not_allowed(house, by), *objections], now)
        if refused is not None:
            return refused

    def change(one: StaffMember) -> StaffMember:
        after = changes.of(one)
        return replace(after, titles=after.titles - (wait - one.titles))

    return _asked(house, by, _change(house, by, name, change, Kind.PERSON_CHANGED, now), wait, now)


def disable_person(house: House, by: str, name: str, reason: str, now: dt.datetime) -> Changed:
    """From now on the person acts and signs in no more; what they hold waits for their stand-in or a hand-over.

    Refused for the last administrator, auditor or holder of the fallback role, and for oneself. Raises UnknownName,
    BadInput without a reason, Failed.
    """
    if not reason.strip():
        raise BadInput("disabling somebody needs a reason, which stands in the journal")
    if by == name:
        says = "nobody disables themselves; ask another administrator"
        refused = _refused(house, by, name, "disable", [Objection("yourself", says)], now)
        assert refused is not None
        return refused
    return _change(
        house, by, name, lambda one: replace(one, disabled=True), Kind.PERSON_DISABLED, now, {"reason": reason}
    )


def enable_person(house: House, by: str, name: str, now: dt.datetime) -> Changed:
    """Let somebody act again who was disabled. Raises UnknownName, Failed."""
    return _change(house, by, name, lambda one: replace(one, disabled=False), Kind.PERSON_ENABLED, now)


def set_leave(house: House, by: str, name: str, leave: Leave | None, now: dt.datetime) -> Changed:
    """Say when somebody is away and who acts meanwhile, or (None) that they are not.

    May be done by the person and by whoever supervises; by an administrator where it lets nobody new stand in, or where
    nobody supervises yet. Raises UnknownName, BadInput, Failed.
    """
    return _change(house, by, name, lambda one: replace(one, leave=leave), Kind.LEAVE_SET, now)


def set_stand_in(house: House, by: str, name: str, stand_in: str, now: dt.datetime) -> Changed:
    """Say who always stands in for somebody; empty: nobody. For those, and with the errors, of a leave."""
    return _change(house, by, name, Changes(stand_in=stand_in).of, Kind.LEAVE_SET, now)


def set_wishes(house: House, by: str, name: str, wishes: OwnWishes, now: dt.datetime) -> Changed:
    """Say how somebody wishes to be told, and in which language. Each says it for themselves, or an administrator does.

    Raises UnknownName, BadInput for what cannot be said, Failed.
    """
    return _change(house, by, name, wishes.of, Kind.WISHES_SET, now)


def stored_people(house: House) -> StoredPeople:
    """The people of a house that can be changed. Raises BadInput where they all lie in a file."""
    if not isinstance(house.people, StoredPeople):
        raise BadInput("the people of this house are written in a file; change them there")
    return house.people


def _change(
    house: House,
    by: str,
    name: str,
    change: Callable[[StaffMember], StaffMember],
    kind: Kind,
    now: dt.datetime,
    more: dict[str, Any] | None = None,
) -> Changed:
    people = stored_people(house)

    def one_try(tx: Transaction, _: object) -> Changed:
        people.look_again(now)
        member = people.member(name)
        if member is None:
            return _of_the_file(people, name)
        after = change(member)
        objections = [*not_allowed(house, by, name, kind)]
        if not objections:
            if after == member:
                return Changed("same", member)
            if kind not in (Kind.PERSON_DISABLED, Kind.PERSON_ENABLED):
                check_member(house, after, now, member)
            objections += [*_vacant(house, people, after, now), *stand_in_elsewhere(house, by, member, after)]
        if objections:
            said = {"person": name, "because": [one.code for one in objections]}
            entries = house_entries(house, tx, [by], Kind.PERSON_REFUSED, _clear(by, said), now)
            tx.administer(HouseWrites(now, entries))
            return Changed("refused", member, tuple(objections))
        told = told_of_stand_in(house, by, member, after, now)
        _write(house, tx, by, after, kind, _difference(member, after) | (more or {}), HouseWrites(now, {}, told=told))
        return Changed("changed", after)

    return _seen(people, now, at_the_door(house, one_try))


def _to_wait(
    house: House, by: str, name: str, titles: frozenset[str], before: frozenset[str] = frozenset()
) -> tuple[frozenset[str], list[Objection]]:
    """The titles among these that wait for a second person, and why they cannot be given at all."""
    objections = apart(name, titles)
    if by == name:
        objections.append(Objection("yourself", "nobody changes their own titles; ask another administrator"))
    wait = heavy(house, titles - before) if needs_second(house, by) else frozenset()
    return wait, objections + (nobody_to_ask(house, by, name) if wait else [])


def _asked(house: House, by: str, done: Changed, wait: frozenset[str], now: dt.datetime) -> Changed:
    """What came of it, once a second person was asked for the titles that wait."""
    wait -= done.member.titles if done.member is not None else frozenset()
    if done.outcome == "refused" or not wait or done.member is None:
        return done
    ask_second(house, by, done.member.name, "titles", wait, now)
    says = f"{done.member.name} gets {listed(sorted(wait), 20)} once somebody who supervises has agreed"
    return Changed("waits", done.member, (Objection("second_person", says),))


def _seen(people: StoredPeople, now: dt.datetime, done: Changed) -> Changed:
    people.look_again(now)
    return done


def _of_the_file(people: StoredPeople, name: str) -> Changed:
    if people.person(name) is None:
        known = ", ".join(one.name for one in people.all())
        raise UnknownName(f"there is nobody called {name!r} here; known: {known or 'nobody yet'}")
    says = f"{name} is written in the file of the house; change people.yaml"
    return Changed("refused", None, (Objection("in_file", says),))


def not_allowed(house: House, by: str, name: str = "", kind: Kind | None = None) -> list[Objection]:
    """Why somebody may not change people. Leave and wishes are said by the person too, leave by whoever supervises."""
    if by == SYSTEM or (by == name and kind in (Kind.LEAVE_SET, Kind.WISHES_SET)):
        return []
    house.actor(by)
    person = house.people.person(by)
    assert person is not None, "the house knows its actor"
    if not person.disabled and "administrator" in person.titles:
        return []
    viewer = viewer_of(person, house.workflows.current(None).workflow)
    if kind is Kind.LEAVE_SET and "supervision" in viewer.posts:
        return []
    return [Objection("not_your_post", f"{by} is no administrator, who changes people")]


def _vacant(house: House, people: StoredPeople, after: StaffMember, now: dt.datetime) -> Iterator[Objection]:
    """The posts that somebody holds now and nobody would hold after a change."""
    rules = house.workflows.current(None)
    then = [as_person(after, now) if one.name == after.name else one for one in people.all()]
    fallback = rules.workflow.fallback
    needed = {name: {name} for name in HOUSE_POSTS}
    needed[fallback] = set(rules.titles_for.get(fallback, (fallback,)))
    # Without anybody who supervises no change of people would wait for a second person.
    needed["supervision"] = {one for one in rules.workflow.roles if supervises(rules.workflow, one)}
    for post, titles in needed.items():
        if _holders(people.all(), titles) and not _holders(then, titles):
            says = f"{after.name} is the last with the post {post}; give it to somebody else first"
            yield Objection("last_of_post", says)


def _holders(people: Sequence[Person], titles: set[str]) -> list[str]:
    return [one.name for one in people if not one.disabled and titles & one.titles]


def _refused(
    house: House, by: str, name: str, action: str, objections: list[Objection], now: dt.datetime
) -> Changed | None:
    """What is answered where there are objections, journaled for whoever asked; None where there are none."""
    if not objections:
        return None
    said = {"person": name, "tried": action, "because": [one.code for one in objections]}

    def one_try(tx: Transaction, _: object) -> None:
        entries = house_entries(house, tx, [by], Kind.PERSON_REFUSED, _clear(by, said), now)
        tx.administer(HouseWrites(now, entries))

    at_the_door(house, one_try)
    return Changed("refused", stored_people(house).member(name), tuple(objections))


def _write(
    house: House, tx: Transaction, by: str, member: StaffMember, kind: Kind, said: dict[str, Any], writes: HouseWrites
) -> None:
    clear = _clear(by, {"person": member.name, **said})
    entries = house_entries(house, tx, [by, member.name], kind, clear, writes.at)
    revision = stored_people(house).revision
    tx.administer(replace(writes, entries=entries, members=(member,), revision=revision))


def _clear(by: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"actor": by, "action": "people", **said}


def _all_of(member: StaffMember) -> dict[str, Any]:
    return {"titles": sorted(member.titles), "teams": sorted(member.teams), "stand_in": member.stand_in}


def _difference(before: StaffMember, after: StaffMember) -> dict[str, Any]:
    """What is otherwise, for the journal: titles, teams and who stands in as they are now; addresses by name alone."""
    said: dict[str, Any] = {}
    changed = [name for name in StaffMember.__slots__ if getattr(before, name) != getattr(after, name)]
    for name in changed:
        value = getattr(after, name)
        if name in ("titles", "teams"):
            said[name] = sorted(value)
        elif name == "stand_in":
            said[name] = value
        elif name == "leave":
            said[name] = [instant(value.begins), instant(value.ends), value.stand_in] if value is not None else None
    return {"changed": sorted(changed), **said}
