"""A year of time over a house that was played: everything falls due in its turn, and notices go to the inboxes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from cases.journal import Kind
from cases.outbox import InboxMessage
from cases.ports import Person
from cases.sweep import run_once
from config.durations import Duration
from config.loader import Loaded
from config.settings import Settings
from notifications import deliver
from state_machine.rules import Rules
from storage.sql_store import SqlStore
from wiring.notices import open_office
from wiring.scenario_house import ScenarioHouse, scenario_house

MANY = 100_000
ONE_YEAR = Duration(years=1, text="P1Y")
WEEK = dt.timedelta(days=7)
FIRST_CHANNEL_CHANCE = 0.5


@dataclass(frozen=True, slots=True)
class Year:
    """What the journals and inboxes of a house hold after its year. Moments are aware, UTC.

    `breaches` counts by deadline, `acted` names what time did by itself, as (deadline, action, reference); `reopened`
    and `reported` are (reference, action, moment); `inbox` has the messages of each person, oldest first.
    """

    began: dt.datetime
    ended: dt.datetime
    visits: int
    reminders: int
    breaches: Mapping[str, int]
    acted: tuple[tuple[str, str, str], ...]
    reopened: tuple[tuple[str, str, dt.datetime], ...]
    reported: tuple[tuple[str, str, dt.datetime], ...]
    inbox: Mapping[str, tuple[InboxMessage, ...]]


def let_a_year_pass(
    store: SqlStore,
    settings: Settings,
    loaded: Loaded,
    rules: Rules,
    people: Mapping[str, Person],
    began: dt.datetime,
    progress: Callable[[dt.datetime], None] = lambda _: None,
) -> Year:
    """Let a year go by from `began`, looking once a week, and tell what came of it.

    A house that is looked at every minute does the same, only sooner: what repeats while nobody looks is told in one.
    """
    on = scenario_house(loaded, rules, people, began, seed="a year", store=store)
    office = open_office(settings, on.house, loaded, lambda: FIRST_CHANNEL_CHANCE)
    until = rules.calendar.add(began, ONE_YEAR)
    while on.clock.now() < until:
        on.clock.move_to(min(until, on.clock.now() + WEEK))
        run_once(on.house, on.clock.now(), MANY)
        deliver.run_once(office, on.clock.now(), MANY)
        progress(on.clock.now())
    return _summary(on, people, began, until)


def _summary(on: ScenarioHouse, people: Mapping[str, Person], began: dt.datetime, ended: dt.datetime) -> Year:
    breaches: Counter[str] = Counter()
    visits = reminders = 0
    acted, reopened, reported = [], [], []
    with on.house.store.look() as tx:
        for instance in tx.list_instances(None, limit=MANY):
            for entry in tx.entries(instance.ref):
                clear = orjson.loads(entry.clear)
                match entry.kind:
                    case Kind.BREACHED:
                        breaches[clear["deadline"]] += 1
                    case Kind.REMINDED:
                        reminders += 1
                    case Kind.ACTED:
                        acted.append((clear["deadline"], clear["action"], instance.ref))
                    case Kind.APPLIED:
                        action, moves = clear["action"], clear.get("moves", {})
                        visits += instance.process == "visit" and action == "hold"
                        if moves.get("case", ["", ""])[1] == "open":
                            reopened.append((instance.ref, action, entry.at))
                        if action == "report_to_minister":
                            reported.append((instance.ref, action, entry.at))
    inbox = {name: tuple(sorted(on.outbox.inbox(name, MANY), key=lambda message: message.at)) for name in people}
    return Year(
        began,
        ended,
        visits,
        reminders,
        dict(breaches.most_common()),
        tuple(acted),
        tuple(reopened),
        tuple(reported),
        {name: messages for name, messages in inbox.items() if messages},
    )
