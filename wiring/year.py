"""A year of time in a house that was played: the house with its office, and what its journals and inboxes hold."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from cases.journal import Kind
from cases.outbox import InboxMessage
from cases.ports import Person, StoredEntry
from config.loader import Loaded
from config.settings import Settings
from notifications import deliver
from notifications.office import Office
from state_machine.rules import Rules
from state_machine.view import SYSTEM, Instance
from wiring.notices import open_office
from wiring.scenario_house import ScenarioHouse, scenario_house

if TYPE_CHECKING:
    from storage.memory import MemoryStore
    from storage.sql_store import SqlStore

MANY = 1_000_000
FIRST_CHANNEL_CHANCE = 0.5
IMPROVEMENT, REPORT = "improvement", "report_to_minister"
"""The process of a request to improve, and its action that tells the minister."""
RUNGS = (Kind.REMINDED, Kind.BREACHED, Kind.ACTED)


@dataclass(frozen=True, slots=True)
class YearHouse:
    """A house at the beginning of its year; `before` is the newest entry of each journal at that moment."""

    on: ScenarioHouse
    office: Office
    began: dt.datetime
    before: Mapping[str, int]

    def deliver(self) -> None:
        """Send what is due at the house's moment."""
        deliver.run_once(self.office, self.on.clock.now(), MANY)


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung that came: its kind, how often, when first, and who was told; nobody where it does something."""

    name: str
    kind: Kind
    times: int
    first: dt.datetime
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """A round of a deadline of which something came after its due. `ended` is None while it still runs.

    `whole` tells that every rung of the ladder came.
    """

    ref: str
    process: str
    deadline: str
    due: dt.datetime
    rungs: tuple[Rung, ...]
    ended: dt.datetime | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """An organisation that was reported: its reference, and what was done about it when, as (action, moment)."""

    provider: str
    steps: tuple[tuple[str, dt.datetime], ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """Somebody's inbox: how many messages the year brought, how many there are, and the newest, newest last."""

    of_year: int
    all: int
    last: tuple[InboxMessage, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """What the journals, the outbox and the inboxes hold of a year. Moments are aware, UTC.

    `work` counts what people did, by (process, action), `recorded` what they wrote down. `kept` and `late` are rounds
    of deadlines that ended by their due and after it; `ahead` and `overdue` those that run at the end. `acted` is what
    time did, as (deadline, action, reference, moment); `reopened` are (reference, action, moment). `sent` counts
    messages, `dropped` notices that nobody needed any more when their turn came.
    """

    began: dt.datetime
    ended: dt.datetime
    work: Mapping[tuple[str, str], int]
    recorded: int
    kept: int
    late: int
    ahead: int
    overdue: int
    reminded: int
    breached: int
    acted: tuple[tuple[str, str, str, dt.datetime], ...]
    ladders: tuple[Ladder, ...]
    reopened: tuple[tuple[str, str, dt.datetime], ...]
    reported: tuple[Reported, ...]
    sent: int
    dropped: int
    inbox: Mapping[str, Inbox]


def open_year(
    store: MemoryStore | SqlStore,
    settings: Settings,
    loaded: Loaded,
    rules: Rules,
    people: Mapping[str, Person],
    began: dt.datetime,
) -> YearHouse:
    """The house in which a year begins at `began` (aware). Raises CannotStart where its office cannot be opened."""
    on = scenario_house(loaded, rules, people, began, seed="a year", store=store)
    office = open_office(settings, on.house, loaded, lambda: FIRST_CHANNEL_CHANCE)
    with store.look() as tx:
        roots = [one.ref for one in tx.list_instances(None, limit=MANY) if one.parent is None]
        heads = [head for one in tx.load_all(roots).values() for head in one.heads.items()]
    return YearHouse(on, office, began, {ref: head.seq for ref, head in heads})


@dataclass(slots=True)
class _Read:
    """The entries of the year, sorted by what they tell."""

    work: Counter[tuple[str, str]] = field(default_factory=Counter)
    recorded: int = 0
    ends: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)
    rungs: dict[tuple[str, str, int, int], list[tuple[StoredEntry, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    ended: dict[tuple[str, str], list[tuple[dt.datetime, dt.datetime]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    acted: list[tuple[str, str, str, dt.datetime]] = field(default_factory=list)
    reopened: list[tuple[str, str, dt.datetime]] = field(default_factory=list)

    def take(self, instance: Instance, entry: StoredEntry) -> None:
        """Read one entry."""
        clear = orjson.loads(entry.clear)
        match entry.kind:
            case Kind.REMINDED | Kind.BREACHED | Kind.ACTED:
                key = (instance.ref, clear["deadline"], clear["generation"], clear["dating"])
                self.rungs[key].append((entry, clear))
                if entry.kind == Kind.ACTED:
                    self.acted.append((clear["deadline"], clear["action"], instance.ref, entry.at))
            case Kind.APPLIED | Kind.OPENED:
                if clear["actor"] != SYSTEM:
                    self.work[instance.process, clear["action"]] += 1
                if clear["moves"].get("case", ["", ""])[1] == "open":
                    self.reopened.append((instance.ref, clear["action"], entry.at))
            case Kind.RECORDED:
                self.recorded += clear["actor"] != SYSTEM
            case Kind.DATED:
                for name, change in clear["deadlines"].items():
                    if change["what"] in ("done", "ended"):
                        due = dt.datetime.fromisoformat(change["was"])
                        self.ended[instance.ref, name].append((due, entry.at))


def sum_up(house: YearHouse, last: int = 3) -> Year:
    """What the year brought, read from journals, outbox and inboxes; the `last` messages of each inbox."""
    read, running = _Read(), Counter[bool]()
    now = house.on.clock.now()
    with house.on.house.store.look() as tx:
        instances = tx.list_instances(None, limit=MANY)
        for instance in instances:
            for entry in tx.entries(instance.ref, after=house.before.get(instance.ref, 0)):
                read.take(instance, entry)
            running.update(one.due < now for one in instance.deadlines.values() if one.state == "armed")
    told = list(_told(house))
    ends = [late for each in read.ended.values() for due, at in each for late in [at > due]]
    rungs = Counter(entry.kind for each in read.rungs.values() for entry, _ in each)
    return Year(
        began=house.began,
        ended=now,
        work=dict(read.work.most_common()),
        recorded=read.recorded,
        kept=ends.count(False),
        late=ends.count(True),
        ahead=running[False],
        overdue=running[True],
        reminded=rungs[Kind.REMINDED],
        breached=rungs[Kind.BREACHED],
        acted=tuple(sorted(read.acted, key=lambda one: one[3])),
        ladders=_ladders(house.on.rules, {one.ref: one.process for one in instances}, read, told),
        reopened=tuple(sorted(read.reopened, key=lambda one: one[2])),
        reported=tuple(_reported(house, instances)),
        sent=len(told),
        dropped=_dropped(house),
        inbox=_inboxes(house, told, last),
    )


def _told(house: YearHouse) -> Iterator[tuple[str, str, tuple[str, int, str]]]:
    """What was sent of the year's notices: (delivery, person, (instance, entry, rung))."""
    for one in house.on.outbox.deliveries(["sent"], MANY):
        notice = one.notice
        if notice is not None and notice.seq > house.before.get(notice.instance, 0):
            yield one.id, one.person, (notice.instance, notice.seq, notice.rung)


def _dropped(house: YearHouse) -> int:
    rows = house.on.outbox.rows(["superseded"], MANY)
    return sum(row.notice.seq > house.before.get(row.notice.instance, 0) for row in rows)


def _ladders(
    rules: Rules,
    processes: Mapping[str, str],
    read: _Read,
    told: Sequence[tuple[str, str, tuple[str, int, str]]],
) -> tuple[Ladder, ...]:
    """The rounds of which a rung came after the due, the longest ladder first."""
    heard: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for _, person, row in told:
        heard[row].append(person)
    found = []
    for (ref, name, _, _), entries in read.rungs.items():
        due = dt.datetime.fromisoformat(entries[-1][1]["due"])
        if all(entry.at <= due for entry, _ in entries):
            continue
        came: dict[str, list[StoredEntry]] = defaultdict(list)
        for entry, clear in entries:
            came[clear["rung"]].append(entry)
        rungs = tuple(
            Rung(rung, Kind(each[0].kind), len(each), each[0].at, _people(heard, ref, rung, each))
            for rung, each in came.items()
        )
        ended = next((at for was, at in read.ended[ref, name] if was == due), None)
        ladder = rules.workflow.processes[processes[ref]].deadlines[name].ladder
        whole = came.keys() >= {rung.name for rung in ladder}
        found.append(Ladder(ref, processes[ref], name, due, rungs, ended, whole))
    return tuple(sorted(found, key=lambda one: (-len(one.rungs), one.due, one.ref)))


def _people(
    heard: Mapping[tuple[str, int, str], Sequence[str]], ref: str, rung: str, entries: Sequence[StoredEntry]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for entry in entries for person in heard.get((ref, entry.seq, rung), ())))


def _reported(house: YearHouse, instances: Sequence[Instance]) -> Iterator[Reported]:
    """The organisations of which the year's journal tells that the minister heard of them."""
    with house.on.house.store.look() as tx:
        for one in instances:
            if one.process != IMPROVEMENT or one.parent is None:
                continue
            entries = tx.entries(one.ref, after=house.before.get(one.ref, 0))
            done = [(orjson.loads(entry.clear)["action"], entry.at) for entry in entries if entry.kind in _DONE]
            if any(action == REPORT for action, _ in done):
                yield Reported(one.parent, tuple(done))


_DONE = (Kind.OPENED, Kind.APPLIED)


def _inboxes(house: YearHouse, told: Sequence[tuple[str, str, tuple[str, int, str]]], last: int) -> dict[str, Inbox]:
    ids = {id_ for id_, _, _ in told}
    found = {}
    for person in house.on.house.people.all():
        messages = house.on.outbox.inbox(person.name, MANY)
        if messages:
            of_year = [one for one in messages if one.id in ids]
            found[person.name] = Inbox(len(of_year), len(messages), tuple(of_year[-last:]))
    return found
