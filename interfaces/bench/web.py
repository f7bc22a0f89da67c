"""Pages in a full house: how long the server takes for each with many people at once, and the bare queries beside.

A process serves the house as `homeward serve` does; another one plays the people, each of whom opens a page, reads for
a while and opens the next; before that everybody opens a few, which do not count. The time is the server's own, as it
logs it: from the first byte of a request to the last of the answer. Read models are measured by themselves as well,
beside the same statements asked of the bare driver.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from access.decide import viewer_of
from access.relation import Reach, reach_of
from access.screens import CaseFilter, Page, TraceFilter
from access.trace import ClausesOf
from access.work import my_work
from interfaces.bench.crowd import SUPERVISORS, cases, crowd
from interfaces.bench.house import WORKFLOW, Place, another_house
from interfaces.web.app import create_app
from interfaces.web.engine import address_of, listening, serve
from interfaces.web.served import Served
from storage.bench_bare import measured
from storage.bench_reads import Asked, BareReads, recorded
from wiring.accounts import open_accounts
from wiring.clock import picked
from wiring.house import RunningHouse

SAMPLE = 60
"""How often a read model is measured."""
AUDITOR = "auditor"
"""One person in ten is an auditor; the others are case managers, who look at their work and at their cases."""
TRACES = (
    TraceFilter(),
    TraceFilter(outcome="refused"),
    TraceFilter(outcome="late"),
    TraceFilter(outcome="refused", action="start_interview"),
    TraceFilter(person="case_manager_7", kind="case:fact:seen"),
)
QUESTIONS: tuple[Mapping[str, str], ...] = (
    {},
    {"outcome": "refused"},
    {"outcome": "late"},
    {"outcome": "refused", "action": "start_interview"},
    {"action": "start_interview"},
)
CANNOT_OPEN = 400
WARM_UP = 4
"""Pages that everybody opens before times are taken."""
PATIENCE = 60
"""Seconds after which a page is given up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much to measure: `users` at once open `each` pages and read `think` seconds, on average, before the next."""

    size: int
    users: int
    each: int
    think: float


@dataclass(frozen=True, slots=True)
class WebRow:
    """One line of the result, in milliseconds; `bare_p50_ms` and `ratio` where the bare queries were asked beside."""

    what: str
    cases: int
    users: int
    asked: int
    p50_ms: float
    p95_ms: float
    bare_p50_ms: float | None = None
    ratio: float | None = None


def fill(place: Place, home: Path, size: int, say: Callable[[str], None]) -> None:
    """Write a full house into an empty place. Raises Failed or CannotStart from the store."""
    lines = [f"{name}: [{', '.join(sorted(one.titles))}]" for name, one in crowd().items()]
    (home / "people.yaml").write_text("\n".join([*lines, ""]), "utf-8")
    running = another_house(str(home), place.url)
    try:
        say(f"preparing {size} cases")
        rules = running.house.workflows.current(WORKFLOW)
        running.store.fill(cases(running.house, rules, size, running.clock.now()))
    finally:
        running.close()


def measure_web(place: Place, home: Path, wanted: Wanted, say: Callable[[str], None]) -> Iterator[WebRow]:
    """Measure a full house: read models alone, then pages opened by two people, then by many at once."""
    running = another_house(str(home), place.url)
    try:
        say("read models")
        yield from _reads(running, place, wanted.size)
    finally:
        running.close()
    for users, think in ((2, 0.0), (wanted.users, wanted.think)):
        say(f"pages, {users} people at once")
        times: dict[str, list[float]] = {}
        with _serving(home, place.url, _people(users), times) as site:
            _play(site, wanted.each, think)
        for route, taken in sorted(times.items()):
            yield _page_row(route, taken, wanted.size, users)


def _reads(running: RunningHouse, place: Place, size: int) -> Iterator[WebRow]:
    house, now = running.house, running.clock.now()
    screens, asked = recorded(running.store)
    carriers = ClausesOf(house.workflows)

    def reach(person: str) -> Reach:
        known = house.people.person(person)
        assert known is not None  # it is one of the crowd
        return reach_of(house, viewer_of(known, running.rules.workflow), now)

    def work(person: str) -> object:
        return my_work(house, screens, reach(person), now)

    def open_cases(person: str) -> object:
        return screens.cases(reach(person), CaseFilter(over=False), Page(), now)

    def trace(number: str) -> object:
        return screens.trace(TRACES[int(number) % len(TRACES)], Page(), carriers)

    managers = [f"case_manager_{number}" for number in range(SAMPLE)]
    supervisors = [f"supervisor_{number % SUPERVISORS}" for number in range(SAMPLE)]
    beside = partial(_beside, place, asked, size)
    yield beside("my work", work, managers)
    yield beside("my work of a supervisor", work, supervisors)
    yield beside("open cases of the house", open_cases, supervisors)
    yield beside("trace", trace, [str(number) for number in range(SAMPLE)])


def _beside(
    place: Place, asked: Asked, size: int, what: str, read: Callable[[str], object], items: Sequence[str]
) -> WebRow:
    """A read, each time followed by its statements asked of the bare driver."""
    for item in items[:3]:
        read(item)
    ours: list[float] = []
    by_hand: list[float] = []
    with BareReads(place.url) as bare:
        for item in items:
            asked.clear()
            ours.append(measured(read, [item]).p50_ms)
            by_hand.append(measured(bare.ask, [list(asked)]).p50_ms)
    p50, bare_p50 = _at(ours, 50), _at(by_hand, 50)
    return WebRow(what, size, 1, len(ours), p50, _at(ours, 95), bare_p50, p50 / bare_p50)


class _Times(logging.Handler):
    """What the server logs of each request: its route and how long it took."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[str, list[float]] = {}
        self.failed = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line about a request; other lines have other values."""
        if isinstance(record.args, tuple) and len(record.args) == 4:
            method, route, status, taken = record.args
            self.failed += not isinstance(status, int) or status >= CANNOT_OPEN
            self.taken.setdefault(f"{method} {route}", []).append(float(str(taken)))


def serve_crowd(home: str, url: str, people: Sequence[str], told: Connection) -> None:
    """What the serving process does: tell where it answers and with which session each person comes, and at the end
    how long each request took.
    """
    running = another_house(home, url)
    try:
        served = Served(running, open_accounts(running), demo=True, secure=False)
        tokens = {person: served.accounts.begin_demo(person, served.now()).token for person in people}
        times = _Times()
        logger = logging.getLogger("homeward.web")
        logger.setLevel(logging.INFO)
        logger.addHandler(times)
        threading.Thread(target=_forget_when_told, args=(told, times), daemon=True).start()
        with listening("127.0.0.1", 0) as bound:
            address = address_of(bound)
            ready = partial(told.send, (address, served.cookie, tokens, _own_cases(running, people)))
            serve(create_app(served), running.settings, bound, ready)
        told.send((times.taken, times.failed))
    finally:
        running.close()


def _forget_when_told(told: Connection, times: _Times) -> None:
    """What was opened to warm up does not count."""
    told.recv()
    times.taken.clear()
    told.send("measuring")


def _own_cases(running: RunningHouse, people: Sequence[str]) -> dict[str, list[str]]:
    """Some open cases of each person."""
    found = {}
    now = running.clock.now()
    for person in people:
        known = running.house.people.person(person)
        assert known is not None  # it is one of the crowd
        reach = reach_of(running.house, viewer_of(known, running.rules.workflow), now)
        rows = running.store.screens.cases(reach, CaseFilter(owner=person, over=False), Page(20), now).rows
        found[person] = [row.ref for row in rows]
    return found


@dataclass(frozen=True, slots=True)
class _Site:
    """Where the house is served, and who comes with which cookie to which cases; `warmed` forgets times up to now."""

    address: str
    cookie: str
    tokens: Mapping[str, str]
    own: Mapping[str, Sequence[str]]
    warmed: Callable[[], None]


@contextmanager
def _serving(home: Path, url: str, people: Sequence[str], times: dict[str, list[float]]) -> Iterator[_Site]:
    """The house served by a process of its own; when it is left, `times` has what each request took by its route."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_crowd, args=(str(home), url, people, theirs))
    process.start()
    theirs.close()
    try:
        address, cookie, tokens, own = ours.recv()
        yield _Site(address, cookie, tokens, own, partial(_warmed, ours))
    finally:
        process.terminate()
        taken, failed = ours.recv()
        process.join()
    if failed:
        raise AssertionError(f"{failed} pages could not be opened")
    times.update(taken)


def _warmed(serving: Connection) -> None:
    serving.send("warmed")
    serving.recv()


def _play(site: _Site, each: int, think: float) -> None:
    """Everybody opens their pages, at the same time; a few at first to warm up."""
    for person in site.tokens:
        _visit(site, person, WARM_UP, 0)
    site.warmed()
    with ThreadPoolExecutor(len(site.tokens)) as pool:
        for visit in [pool.submit(_visit, site, person, each, think) for person in site.tokens]:
            visit.result()


def _visit(site: _Site, person: str, each: int, think: float) -> None:
    """One person opens their pages, each by the same connection."""
    never = threading.Event()
    host, port = urlsplit(site.address).hostname or "", urlsplit(site.address).port
    connection = HTTPConnection(host, port, timeout=PATIENCE)
    for number, pause in enumerate(picked(person, range(1000), each)):
        if think:
            never.wait(2 * think * pause / 1000)
        headers = {"Cookie": f"{site.cookie}={site.tokens[person]}"}
        connection.request("GET", _address(site, person, number), headers=headers)
        connection.getresponse().read()
    connection.close()


def _address(site: _Site, person: str, number: int) -> str:
    if person.startswith(AUDITOR):
        return f"/audit/trace?{urlencode(QUESTIONS[number % len(QUESTIONS)])}"
    own = site.own[person]
    return f"/cases/{own[number // 2 % len(own)]}" if number % 2 and own else "/work"


def _people(users: int) -> list[str]:
    """Who comes."""
    auditors = max(1, users // 10)
    return [
        *(f"{AUDITOR}_{number}" for number in range(auditors)),
        *(f"case_manager_{number}" for number in range(users - auditors)),
    ]


def _page_row(route: str, taken: Sequence[float], size: int, users: int) -> WebRow:
    return WebRow(route, size, users, len(taken), _at(taken, 50), _at(taken, 95))


def _at(values: Sequence[float], hundredth: int) -> float:
    in_order = sorted(values)
    return in_order[min(len(in_order) - 1, len(in_order) * hundredth // 100)]
