"""Promise 20: no fact lies in clear anywhere, but for what semantics 24 lists as readable."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cases.correct import Correction, correct
from cases.errors import CannotStart
from cases.look import look
from cases.override import SecondAnswer, override
from cases.ports import Person
from cases.read_history import read_history
from cases.why import why
from config.definition import Process
from interfaces.scenarios.library import house_for, scenario_files
from interfaces.scenarios.model import Scenario, Step, read_scenario
from interfaces.scenarios.run import play
from state_machine.rules import Rules
from storage.house_key import GivenKeyFile, HomeKey
from storage.sql_store import SqlStore, open_store
from tests.houses import SmallHouse, rules_of
from tests.integration.promises.canary_workflow import CANARY
from tests.integration.promises.raw import PREFIX, everything_written, found_in_clear


@dataclass
class Markers:
    """Values that are found nowhere else in the world, by what they stand for."""

    made: dict[str, bytes] = field(default_factory=dict)
    _for: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def text(self, what: str) -> str:
        """A text."""
        number = next(self._numbers)
        marker = f"{PREFIX}{number:04d}{hashlib.sha256(f'{what} {number}'.encode()).hexdigest()[:16]}"
        self.made[f"{what} {number}"] = marker.encode()
        return marker

    def instead(self, what: str, value: object) -> str:
        """A text instead of this value; the same for the same value, so that what is compared stays comparable."""
        if str(value) not in self._for:
            self._for[str(value)] = self.text(what)
        return self._for[str(value)]

    def known(self, what: str, value: object) -> None:
        """A value that was thought of elsewhere."""
        self.made[what] = str(value).encode()


BORN, SEEN, OWED, STAY = "1871-11-23", "1893-07-19", 7_391_824_650_917, "P3917D"


@pytest.fixture
def logged() -> Iterator[Callable[[], bytes]]:
    """What is logged, as much as anybody can ask for."""
    output, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(output)
    loggers = [root, *(logging.getLogger(name) for name in ("sqlalchemy", "psycopg", "alembic"))]
    levels = [one.level for one in loggers]
    root.addHandler(handler)
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield lambda: output.getvalue().encode()
    root.removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


def live(store: SqlStore, markers: Markers) -> None:
    """A case in which each kind of value passes through everything that the house does."""
    people = {
        "sok": Person("sok", frozenset({"manager"}), facts={"remark": markers.text("a person's fact")}),
        "dir": Person("dir", frozenset({"director"})),
    }
    house = SmallHouse(rules_of(CANARY), people, store)
    paper = markers.text("document").encode()
    digest = hashlib.sha256(paper).hexdigest()
    for what, value in (("born", BORN), ("seen_at, its day", SEEN), ("owed", OWED), ("stay", STAY), ("paper", digest)):
        markers.known(what, value)
    markers.known("needs", "hidden_canary_word")
    facts = {"story": markers.text("story"), "secret": markers.text("secret"), "born": BORN, "seen_at": SEEN}
    more = {"owed": OWED, "stay": STAY, "place": "findable_canary_word", "needs": ("hidden_canary_word",)}
    documents = ((digest, "text/plain", paper),)
    opened = {"process": "case", "facts": {**facts, **more, "paper": digest}, "documents": documents, "key": "k1"}
    case = house.ask("open", "sok", None, reason=markers.text("reason"), **opened).ref
    house.act("sok", case, "begin")
    house.act("sok", case, "leave")
    close = {"action": "close", "facts": {"secret": markers.text("asked")}, "documents": documents}
    asked = house.ask("act", "sok", case, reason=markers.text("why"), key="k2", **close)
    assert asked.pending
    sok = house.house.actor("sok")
    wrong = Correction(sok, case, 1, {"story": markers.text("right")}, ("story", "owed"), markers.text("wrong"))
    correct(house.house, wrong, house.clock.now())
    said = SecondAnswer(house.house.actor("dir"), asked.attempt, True, markers.text("second"))
    override(house.house, said, house.clock.now())
    assert look(house.house, sok, case, house.clock.now()).facts
    assert read_history(house.house, sok, case, house.clock.now())
    why(house.house, sok, case, house.clock.now())
    house.record("dir", case, story=markers.text("refused"))
    house.wait(days=2)


class TestACaseFullOfCanaries:
    def test_none_is_found(self, url: str, key: HomeKey, logged: Callable[[], bytes]) -> None:
        markers = Markers()
        store = open_store(url, key, os.urandom)
        live(store, markers)
        assert len(markers.made) >= 15
        open_ones = found_in_clear(markers.made, everything_written(url), hashed=True)
        store.close()
        closed = found_in_clear(markers.made, everything_written(url), hashed=True)
        assert open_ones + closed == []
        assert found_in_clear(markers.made, iter([("log", logged())]), hashed=True) == []

    def test_what_may_be_read_is_found_so_the_search_works(self, url: str, key: HomeKey) -> None:
        store = open_store(url, key, os.urandom)
        live(store, Markers())
        readable = {"find_by": b"findable_canary_word", "find_by date, its month": SEEN[:7].encode(), "person": b"sok"}
        found = found_in_clear(readable, everything_written(url))
        store.close()
        for name in readable:
            assert any(one.startswith(f"{name} in ") for one in found), name

    def test_a_value_that_nobody_seals_would_be_found(self, url: str, key: HomeKey) -> None:
        markers = Markers()
        store = open_store(url, key, os.urandom)
        store.publish(markers.text("leak"), "leak", markers.text("leak").encode(), dt.datetime.now(dt.UTC))
        found = found_in_clear(markers.made, everything_written(url))
        store.close()
        assert {one.partition(" in ")[0] for one in found} == set(markers.made)


def scenarios(*, journeys: bool) -> list[Path]:
    """The shipped journeys; or all others but those about time, which know each date to the second."""
    files = [path for path in scenario_files(["kh-2009"]) if not path.stem.startswith("time-")]
    return [path for path in files if (read_scenario(path).journey is not None) == journeys]


def play_marked(path: Path, store: SqlStore, markers: Markers) -> None:
    """Play a scenario to its end with markers in it, each step under a key."""
    scenario = read_scenario(path)
    on = house_for(scenario, store)
    result = play(marked(scenario, on.rules, markers), on, keyed=True)
    assert result.failure is None, f"{path.name}: {result.failure}"


def marked(scenario: Scenario, rules: Rules, markers: Markers) -> Scenario:
    """The scenario with a marker for every text, document, date, period and reason, also where one is checked."""
    processes = {step.name or step.open: step.open for step in scenario.steps if step.open}
    steps = tuple(_marked(step, _process(step, processes, rules), markers) for step in scenario.steps)
    return replace(scenario, steps=steps)


def _process(step: Step, processes: dict[str, str], rules: Rules) -> Process | None:
    on = step.open or (step.in_ or step.check or "").rpartition("/")[2]
    return rules.workflow.processes.get(processes.get(on, on))


def _marked(step: Step, process: Process | None, markers: Markers) -> Step:
    changed: dict[str, object] = {}
    for part in ("record", "correct", "facts"):
        said = getattr(step, part)
        if isinstance(said, dict) and process is not None:
            changed[part] = {name: _instead(process, name, value, markers) for name, value in said.items()}
    if step.reason:
        changed["reason"] = markers.text("reason")
    return step.model_copy(update=changed)


def _instead(process: Process, name: str, value: object, markers: Markers) -> object:
    """A marker where the fact is one that can be anything; else what means nearly the same and is found nowhere else.

    The one number of the shipped workflow counts visits, and guards count along: it stays. Choices are words
    that the published workflow holds in clear: to find one would say nothing. The small workflow above has both.
    """
    kind = process.facts[name].kind if name in process.facts else None
    what = f"{process.process}.{name}"
    match kind:
        case "text" | "document":
            return markers.instead(what, value)
        case "date":  # some seconds before the hour that it says, or before noon
            said = dt.datetime.fromisoformat(str(value))
            unlikely = (said if "T" in str(value) else said.replace(hour=12)) - dt.timedelta(seconds=1_063)
            markers.known(f"{what} {value}", unlikely.isoformat())
            return unlikely.isoformat()
        case "period" if days := re.fullmatch(r"P(\d+)D", str(value)):  # a second less
            unlikely_period = f"P{int(days[1]) - 1}DT86399S"
            markers.known(f"{what} {value}", unlikely_period)
            return unlikely_period
    return value


class TestTheShippedJourneys:
    def test_nothing_that_is_said_in_them_is_found(
        self, url: str, key: HomeKey, logged: Callable[[], bytes], full: bool
    ) -> None:
        markers, store = Markers(), open_store(url, key, os.urandom)
        for path in scenarios(journeys=True)[: None if full else 3 if url.startswith("sqlite") else 1]:
            play_marked(path, store, markers)
        assert markers.made.keys() >= {"visit.planned_for 2027-03-24", "case.visit_interval P30D"} or not full
        open_ones = found_in_clear(markers.made, everything_written(url), hashed=True)
        store.close()
        assert open_ones + found_in_clear(markers.made, everything_written(url), hashed=True) == []
        assert found_in_clear(markers.made, iter([("log", logged())]), hashed=True) == []
        assert len(markers.made) >= (100 if full else 10)


class TestTheOtherShippedScenarios:
    def test_nothing_that_is_said_in_them_is_found(
        self, tmp_path: Path, key: HomeKey, logged: Callable[[], bytes], full: bool
    ) -> None:
        """Each in a house of its own, for it knows what its people are."""
        markers = Markers()
        for path in scenarios(journeys=False)[: None if full else 2]:
            (tmp_path / path.stem).mkdir()
            url = f"sqlite:///{tmp_path / path.stem / 'house.db'}"
            store = open_store(url, key, os.urandom)
            play_marked(path, store, markers)
            open_ones = found_in_clear(markers.made, everything_written(url), hashed=True)
            store.close()
            assert open_ones + found_in_clear(markers.made, everything_written(url), hashed=True) == []
        assert found_in_clear(markers.made, iter([("log", logged())]), hashed=True) == []
        assert len(markers.made) >= (180 if full else 3)


class TestTheKey:
    def test_a_wrong_one_does_not_open_the_house(self, url: str, key: HomeKey, tmp_path: Path) -> None:
        open_store(url, key, os.urandom).close()
        other = tmp_path / "other.key"
        other.write_text(os.urandom(32).hex() + "\n")
        other.chmod(0o600)
        with pytest.raises(CannotStart, match="the key of another house"):
            open_store(url, GivenKeyFile(other), os.urandom)

    def test_a_missing_one_is_not_made_anew(self, url: str, key: HomeKey) -> None:
        open_store(url, key, os.urandom).close()
        key.path.unlink()
        with pytest.raises(CannotStart, match="Put the key back from your backup"):
            open_store(url, key, os.urandom)
        assert not key.path.exists()

    def test_one_that_others_may_read_is_refused(self, url: str, key: HomeKey) -> None:
        open_store(url, key, os.urandom).close()
        key.path.chmod(0o644)
        with pytest.raises(CannotStart, match="chmod 600"):
            open_store(url, key, os.urandom)
