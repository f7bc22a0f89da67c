"""Promise 20, from the outside: what is said of a person is found in the answers to those alone who may see it.

Every text and document of a case, of everything under it and of the people who work there holds a marker of its own;
then everybody asks every page and every place of the API, and everything that came back is searched.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cases.request import Request
from cases.take_step import take_step
from config.definition import FactValue, Process
from interfaces.web.app import create_app
from interfaces.web.traffic import Limits, Logged
from tests.acceptance.test_access_asked import NAMED, ROUTES, Asked, ask
from tests.acceptance.test_access_table import Route
from tests.integration.promises.raw import everything_written, found_in_clear
from tests.integration.promises.test_canary import Markers
from tests.web import ADDRESS, WebHouse, web_house
from wiring.clock import seconds

LEAST = 200
TIMES = 3
ROLES = (
    "case_manager, case_worker, interviewer, counsellor, child_advocate, caregiver, district_officer, duty_worker,"
    " health_worker, supervisor, director, monitoring_official, department_head"
)
PEOPLE = f"""
omni: {{roles: [{ROLES}], facts: {{vetting: clear, gender: woman, trainings: [standards, trauma, children]}}}}
rith: {{roles: [case_manager], facts: {{vetting: clear}}}}
oun: [provincial_officer]
maly: [health_worker]
dara: [supervisor]
vanna: [administrator]
lin: [auditor]
ana: []
"""
WITHOUT = (None, "ana", "rith", "oun", "vanna", "lin")
"""Those who may see nothing of what is said in the case."""
IN_PART = {"maly": "health_worker", "dara": "supervisor"}
"""Those who open every case, and see of it what their role is named for."""
CHOSEN = {"danger_now": "no_danger", "age_group": "adult", "harm_seen": "other"}


@dataclass
class Planted:
    """A case full of markers: which may be seen by which roles, and the references of everything that holds one."""

    house: WebHouse
    case: str
    folder: Path
    markers: Markers = field(default_factory=Markers)
    seen_by: dict[str, frozenset[str]] = field(default_factory=dict)
    refs: list[str] = field(default_factory=list)

    def plant(self, process: Process, ref: str) -> None:
        """Markers in every text and document of an instance, several times: what was said before lies there as well."""
        names = [
            name
            for name, fact in process.facts.items()
            if fact.kind in ("text", "document") and (fact.by is None or set(fact.by) & set(ROLES_OF_OMNI))
        ]
        self.refs.append(ref)
        for _ in range(TIMES):
            told: dict[str, FactValue] = {}
            documents = []
            for name in names:
                marker, fact = self.markers.text(f"{process.process}.{name}"), process.facts[name]
                self.seen_by[marker] = frozenset(fact.seen_by or ())
                told[name] = marker
                if fact.kind == "document":
                    digest = hashlib.sha256(marker.encode()).hexdigest()
                    told[name] = digest
                    documents.append((digest, "text/plain", marker.encode()))
            if told:
                self._take("record", ref, facts=told, documents=tuple(documents))

    def open(self, process: Process) -> str | None:
        """One of this process under the case, with the first answer to whatever it asks; None where it is refused."""
        asks = process.actions["open"].asks
        facts = {name: value for name in asks if (value := first(process, name)) is not None}
        return self._take("open", self.case, process=process.process, facts=facts, must=False)

    def _take(self, kind: str, ref: str, *, must: bool = True, **said: object) -> str | None:
        house = self.house.served.running.house
        request = Request(kind, house.actor("omni"), ref, **said)  # type: ignore[arg-type] # said in words
        answer = take_step(house, request, self.house.served.now())
        assert answer.decision == "applied" or not must, answer.reasons
        return answer.ref if answer.decision == "applied" else None


ROLES_OF_OMNI = tuple(one.strip() for one in ROLES.split(","))


def first(process: Process, name: str) -> FactValue | None:
    """The first answer that a fact takes; None for a link, which leads elsewhere."""
    fact = process.facts[name]
    match fact.kind:
        case "yes_no":
            return True
        case "choice":
            return CHOSEN.get(name, fact.values[0])
        case "choices":
            return (fact.values[0],)
        case "number":
            return 3
        case "date":
            return "2027-03-01"
        case "period":
            return "P14D"
        case "text":
            return "plain"
    return None


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """A house with such a case; everything that may stand under it is there, as far as its own rules let it."""
    folder = tmp_path_factory.mktemp("planted") / "house"
    with web_house(folder, people=PEOPLE) as house:
        case = house.case("omni", age_group="adult", interpreting_needed=False)
        for role in ROLES_OF_OMNI[:7]:
            house.assign(case, "omni", role)
        made = Planted(house, case, folder)
        rules = house.served.running.house.workflows.current(None)
        processes = rules.workflow.processes
        made.plant(processes["case"], case)
        for name in rules.processes["case"].below:
            ref = made.open(processes[name])
            if ref is not None:
                made.plant(processes[name], ref)
        house.browser("omni").send(f"/cases/{case}/name", {"name": "Quiet lake"})
        made.markers.known("the working name", "Quiet lake")
        yield made


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], bytes]:
    """What is logged meanwhile, as much as anybody can ask for."""
    caplog.set_level(logging.DEBUG)
    return lambda: "".join(record.getMessage() for record in caplog.records).encode()


def answers(planted: Planted, person: str | None) -> Iterator[tuple[str, bytes]]:
    """Everything that somebody gets to read: (where, address, headers and body) of every route and reference."""
    versions = planted.house.served.running.house.workflows.current(None)
    named = {**NAMED, "process": "referral", "hash_": versions.hash, "version": versions.hash}
    asked = Asked(planted.house, planted.case, named)
    app = Logged(
        Limits(create_app(planted.house.served), 10**6, planted.house.served.running.settings.body_within), seconds
    )
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        for api, route in ROUTES:
            if route.method != "GET" or slow(route):
                continue
            for ref in refs_for(planted, person, route):
                answer = ask(client, asked, person, route, api, ref)
                said = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
                yield f"{route.called} for {person}", f"{answer.url}\n{said}\n".encode() + answer.content


def refs_for(planted: Planted, person: str | None, route: Route) -> Sequence[str]:
    """The instances of which a route is asked: the case by its address, what stands under it by the other.

    Whoever has nothing to do with the case has nothing to do with anything in it: there the first and the last will do.
    """
    case, *below = planted.refs
    if "{ref}" not in route.path or route.path.startswith("/cases/"):
        return [case]
    below = [below[0], below[-1]] if person in WITHOUT else below
    return below if route.path.startswith("/instances/") else [case, *below]


def slow(route: Route) -> bool:
    """Proofs of a version take seconds, and are about no case."""
    return route.path.endswith("/check")


class TestACaseFullOfMarkers:
    def test_there_are_many(self, planted: Planted) -> None:
        assert len(planted.markers.made) >= LEAST
        assert len(planted.refs) >= 15

    @pytest.mark.parametrize("person", WITHOUT)
    def test_nothing_of_it_is_told_to_whoever_may_not_see_it(
        self, planted: Planted, person: str | None, logged: Callable[[], bytes]
    ) -> None:
        assert found_in_clear(planted.markers.made, answers(planted, person)) == []
        assert found_in_clear(planted.markers.made, iter([("log", logged())])) == []

    @pytest.mark.parametrize("person", IN_PART)
    def test_whoever_opens_every_case_sees_what_their_role_is_named_for(
        self, planted: Planted, person: str, logged: Callable[[], bytes]
    ) -> None:
        role = IN_PART[person]
        theirs = {one for one, roles in planted.seen_by.items() if role in roles}
        others = {name: one for name, one in planted.markers.made.items() if one.decode() not in theirs}
        assert theirs
        assert found_in_clear(others, answers(planted, person)) == []
        assert found_in_clear(planted.markers.made, iter([("log", logged())])) == []

    def test_whoever_may_see_it_is_told_so_the_search_works(
        self, planted: Planted, logged: Callable[[], bytes]
    ) -> None:
        found = found_in_clear(planted.markers.made, answers(planted, "omni"))
        told = {one.partition(" in ")[0] for one in found}
        documents = {name for name in planted.markers.made if name not in told}
        assert len(told) >= LEAST * 3 // 4, sorted(documents)
        assert found_in_clear(planted.markers.made, iter([("log", logged())])) == []

    def test_none_lies_in_clear_in_the_house(self, planted: Planted) -> None:
        url = f"sqlite:///{planted.folder / 'house.db'}"
        assert found_in_clear(planted.markers.made, everything_written(url), hashed=True) == []
