"""Where notices are made ready: the house, its channels and words, and what is asked of them for each notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cases.errors import Failed
from cases.house import House
from cases.outbox import Delivery, Outbox, delivery_id, digest_id
from cases.outgoing import Outgoing
from cases.ports import Due, Reading
from cases.recipients import recipients
from cases.undermined import HOUSE_REQUEST
from cases.wishes import NOTHING_SAID, Wishes
from cases.workspace import Workspace
from notifications.channels.channel import Channel
from notifications.preferences import ways
from notifications.relevance import still_matters
from notifications.render import Reader, Renderer, zone_of
from state_machine.rules import Rules


@dataclass(frozen=True, slots=True)
class Office:
    """The parts of a delivery, put together by `wiring`. `chance()` is a number from 0 to below 1.

    `channels` are the ways out of the house, by name; the inbox is none of them.
    """

    house: House
    channels: Mapping[str, Channel]
    renderer: Renderer
    chance: Callable[[], float]

    @property
    def outbox(self) -> Outbox:
        """Where the notices of this house wait."""
        return self.house.store.outbox

    def wishes(self, person: str) -> Wishes:
        """What somebody has said about notices."""
        known = self.house.people.person(person)
        return known.notices if known is not None else NOTHING_SAID

    def reader(self, person: str, rules: Rules) -> Reader:
        """For whom a notice of this workflow is written."""
        wishes = self.wishes(person)
        return Reader(wishes.language or self.renderer.language, zone_of(wishes.time_zone, rules.calendar.zone))


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand with a notice at the moment of looking: does it still matter, and who is told."""

    rules: Rules
    matters: bool
    people: tuple[str, ...]


class Desk:
    """Looks notices up in one reading transaction, each family once."""

    def __init__(self, office: Office, reading: Reading, now: dt.datetime) -> None:
        self._office = office
        self._reading = reading
        self._now = now
        self._families: dict[str, Workspace] = {}

    def situation(self, notice: Outgoing) -> Situation:
        """How things stand with a notice. Raises Failed where nobody at all can be told, or its family is not there."""
        view = self._view(notice.family)
        instance = view.instances[notice.instance]
        told = recipients(view, self._office.house.people, instance, notice.role)
        if not told.people:
            raise Failed("there is nobody in this house who could be told; add somebody to people.yaml")
        return Situation(view.family_rules, still_matters(notice, view.family_rules, instance), told.people)

    def alarm(self, about: str, notice: Outgoing | None, person: str | None = None) -> Due | None:
        """What a person is asked: on the instance that stands for whom it could not reach, or else on the notice's own.

        One for each such instance, thing and day: a server that is down for a night asks once about each person.
        """
        if HOUSE_REQUEST not in self._office.house.workflows.current(None).workflow.processes:
            return None
        name = f"stuck.{about}.{self._now:%Y-%m-%d}"
        # Nobody stands below another: the instance of a person is the root of its family.
        stands_for = self._reading.person_ref(person) if person is not None else None
        if stands_for is not None:
            return Due(stands_for, stands_for, "request", name, self._now, flow="review_providers")
        return Due(notice.family, notice.instance, "request", name, self._now) if notice is not None else None

    def _view(self, family: str) -> Workspace:
        if family not in self._families:
            loaded = self._reading.load(family)
            if loaded is None:
                raise Failed("the family of a notice is not there; restore the database from a backup")
            self._families[family] = Workspace(self._office.house, self._reading, self._now, loaded)
        return self._families[family]


def deliveries_to(
    office: Office, notice: Outgoing, people: Iterable[str], rules: Rules, now: dt.datetime
) -> Iterator[Delivery]:
    """The deliveries of a notice to these people, and the digests into which some of them go."""
    for person in people:
        wishes = office.wishes(person)
        zone = zone_of(wishes.time_zone, rules.calendar.zone)
        for way in ways(wishes, office.channels, zone, now, urgent=notice.urgent):
            id_ = delivery_id(notice, person, way.channel)
            if not way.in_digest:
                yield Delivery(id_, person, way.channel, "waiting", way.not_before, now, notice)
                continue
            digest = digest_id(person, way.channel, way.not_before)
            yield Delivery(digest, person, way.channel, "waiting", way.not_before, now)
            yield Delivery(id_, person, way.channel, "held", way.not_before, now, notice, digest=digest)
