"""The people of a house: those of the file that its owner edits, and those that an administrator keeps in the store.

Who is written in the file is managed there, and only read here. `StoredPeople` is what all use cases see; it is looked
at again at every request, which costs one small read where nothing has changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cases.staff import Leave, Person, Staff, StaffMember
from cases.wishes import Wishes

EMAIL = "email"
"""The channel to which the address of a member of staff belongs."""


class StoredPeople:
    """Everybody, those of the file first and in its order, then those of the store by name.

    `seen` is the moment (aware, UTC) at which it was looked at last: leaves count by it.
    """

    def __init__(self, in_file: Iterable[Person], staff: Staff) -> None:
        self._in_file = {one.name: replace(one, in_file=True) for one in in_file}
        self._staff = staff
        self._revision: int | None = None
        self._members: tuple[StaffMember, ...] = ()
        self._people: Mapping[str, Person] = dict(self._in_file)
        self._turns: tuple[dt.datetime, ...] = ()
        self.seen: dt.datetime | None = None

    def look_again(self, now: dt.datetime) -> None:
        """Know what was changed until now, and who is on leave at `now` (aware, UTC). Raises Failed."""
        revision = self._staff.revision()
        before, self.seen = self.seen, now
        changed = revision != self._revision
        if changed:
            self._members = tuple(self._staff.members())
            leaves = [one.leave for one in self._members if one.leave is not None]
            self._turns = tuple(moment for leave in leaves for moment in (leave.begins, leave.ends))
        turned = before is None or any(min(before, now) < turn <= max(before, now) for turn in self._turns)
        if changed or turned:
            stored = {one.name: as_person(one, now) for one in self._members if one.name not in self._in_file}
            # Replaced as a whole: somebody else may be reading what was there.
            self._people = {**self._in_file, **stored}
            self._revision = revision

    @property
    def revision(self) -> int:
        """How often people had been changed when it was looked at last; 0 before."""
        return self._revision or 0

    def member(self, name: str) -> StaffMember | None:
        """Somebody as the store keeps them; None for people of the file."""
        if name in self._in_file:
            return None
        return next((one for one in self._members if one.name == name), None)

    def person(self, name: str) -> Person | None:
        """Somebody by name."""
        return self._people.get(name)

    def all(self) -> Sequence[Person]:
        """Everybody, in a fixed order."""
        return tuple(self._people.values())


def as_person(member: StaffMember, now: dt.datetime) -> Person:
    """A member of staff as the use cases know them at `now` (aware, UTC): on leave, somebody else stands in."""
    away = is_away(member.leave, now)
    stand_in = member.leave.stand_in if away and member.leave is not None else member.stand_in
    told = member.told
    channels = {EMAIL: member.email} if member.email and not told.inbox_only else {}
    return Person(
        member.name,
        member.titles,
        stand_in,
        member.disabled,
        notices=Wishes(channels, member.language, told.time_zone, told.quiet, told.digest_at),
        away=away,
        display=member.display,
        teams=member.teams,
    )


def is_away(leave: Leave | None, now: dt.datetime) -> bool:
    """Whether a leave covers `now` (aware, UTC)."""
    return leave is not None and leave.begins <= now < leave.ends
