"""Every route, asked for real by everybody with every relation: what comes back is what was decided."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from access.accounts import SignedIn
from access.decide import Relation, Viewer, decide_access, viewer_of
from access.emergency import Wanted, take_emergency
from access.grants import answer_grant, ask_grant
from access.relation import relation
from interfaces.api.app import PREFIX
from interfaces.api.app import ROUTERS as OF_THE_API
from interfaces.web.app import ROUTERS as OF_THE_PAGES
from interfaces.web.app import create_app
from tests.acceptance.test_access_table import Route, routes_of
from tests.web import ADDRESS, WebHouse, web_house

PEOPLE = """
sok: {roles: [case_manager], facts: {vetting: clear}, stand_in: pheap}
pheap: {roles: [case_manager], facts: {vetting: clear}}
rith: {roles: [case_manager], facts: {vetting: clear}}
tola: {roles: [case_manager], facts: {vetting: clear}}
maly: [health_worker]
dara: [supervisor]
vanna: [administrator]
lin: [auditor]
lim: [auditor]
ana: []
"""
RELATIONS = {
    None: Relation.NONE,
    "ana": Relation.NONE,
    "rith": Relation.NONE,
    "sok": Relation.ASSIGNED,
    "pheap": Relation.STAND_IN,
    "maly": Relation.HOUSE_WIDE,
    "dara": Relation.HOUSE_WIDE,
    "tola": Relation.EMERGENCY,
    "vanna": Relation.NONE,
    "lin": Relation.GRANT,
    "lim": Relation.NONE,
}
"""Everybody who asks, and what they have to do with the one case."""
ELSEWHERE = "7K3M-9XQT-2HDJ"
"""A reference for which nothing stands."""
NAMED = {
    "process": "service",
    "action": "check_in",
    "kind": "refusals",
    "fact": "age_group",
    "name": "kh-2009",
    "clause": "KH-MS-7.1.6",
    "deadline": "first_plan",
}
"""What there is of each kind in the one case, for the gaps in addresses."""
NOTHING_SUCH = ("id_", "attempt", "fact", "token", "secret", "notice")
"""Parts of an address for which nothing stands either, so that a route may answer that it is not there."""
NOT_WAITING = ("/approvals/workflows/", "/approvals/migration")
"""Nothing waits for a decision here."""
OF_THE_ASSIGNED = re.compile(r"/(cases|instances)/{ref}/(name|correct/{entry})")
"""Whoever holds no role on a case sees no working name, and no recorded value that could be corrected."""
OF_STRANGERS = frozenset({401, 404, 410, 503})
"""How a public route answers a wrong password, a link that has ended, or before the house is ready."""
OPENS_AFFAIRS = ("dara",)
"""Whose role opens a partner; to other staff its form is not there."""
ANSWERED = frozenset({200, 201, 204, 303, 400, 409, 412, 415, 422})
"""How a route answers whoever may open it, without what it asks for."""


@dataclass(frozen=True)
class Asked:
    """A house with one case, and an app that answers for it."""

    house: WebHouse
    case: str
    addresses: dict[str, str]

    def session(self, person: str | None) -> tuple[dict[str, str], str]:
        """A fresh session's cookie, and the mark that its forms bear."""
        if person is None:
            return {}, ""
        served = self.house.served
        signed = served.accounts.begin_demo(person, served.now())
        assert isinstance(signed, SignedIn)
        return {served.cookie: signed.token}, signed.session.csrf

    def viewer(self, person: str | None) -> Viewer:
        """Somebody as they are decided about."""
        if person is None:
            return Viewer(None)
        house = self.house.served.running.house
        known = house.people.person(person)
        assert known is not None
        return viewer_of(known, house.workflows.current(None).workflow)

    def address(self, route: Route, ref: str, person: str | None) -> str:
        """The address of a route, with something in each of its gaps."""
        names = {**self.addresses, "ref": ref, "entry": f"{ref}.1" if "/audit/" in route.path else "1"}
        if route.path.startswith("/administration/people"):
            names["name"] = "maly"
        if route.path.startswith("/house"):
            names["process"] = "partner"
        if route.path.startswith("/team"):
            names["name"] = person or "maly"  # whoever supervises opens those of others
        return re.sub(r"{(\w+)}", lambda found: names.get(found[1], "none-such"), route.path)


ROUTES = [
    (api, route)
    for api, routers in ((False, OF_THE_PAGES), (True, OF_THE_API))
    for route in routes_of(routers)
    if route.method != "HEAD"
]
"""All but HEAD, which is decided as GET is and never reaches a page (`test_asking_for_heads`)."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A house in which everybody has the relation to the one case that is written above."""
    with web_house(tmp_path_factory.mktemp("asked") / "house", people=PEOPLE) as house:
        case = house.case(age_group="adult")
        inside, now = house.served.running.house, house.served.now()
        version = inside.workflows.current(None).hash
        made = Asked(house, case, {**NAMED, "hash_": version, "version": version})
        wanted = Wanted(case, "danger", "The door stands open and nobody answers", "all")
        assert take_emergency(inside, made.viewer("tola"), wanted, now).outcome == "open"
        until = now + dt.timedelta(days=1)
        waits = ask_grant(inside, made.viewer("lin"), case, "A complaint names this very case", until, now)
        assert waits.loan is not None
        dara = inside.actor("dara")
        assert answer_grant(inside, dara, waits.loan.id, True, "The complaint is real", now).outcome == "open"
        yield made


def ask(client: TestClient, asked: Asked, person: str | None, route: Route, api: bool, ref: str) -> Any:
    """Ask a route as somebody, in a session of its own: some routes end it."""
    cookies, mark = asked.session(person)
    client.cookies.clear()
    for name, value in cookies.items():
        client.cookies.set(name, value, domain="homeward.test")
    address = (PREFIX if api else "") + asked.address(route, ref, person)
    if route.method == "GET":
        return client.get(address, headers={"X-CSRF-Token": mark} if api else {})  # exports ask for it
    if api:
        headers = {"X-CSRF-Token": mark, "Idempotency-Key": f"{person}-{route.called}-{ref}".replace(" ", ":")[:190]}
        headers["Idempotency-Key"] = re.sub(r"[^A-Za-z0-9._:-]", "-", headers["Idempotency-Key"])
        return client.request(route.method, address, json={}, headers=headers)
    return client.post(address, data={"csrf": mark})


def without_marks(text: str, *refs: str) -> str:
    """An answer without what differs from session to session, and without the reference that was asked."""
    text = re.sub(r'name="(csrf|key)" value="[^"]*"', "", text)
    for ref in refs:
        text = text.replace(ref, "…")
    return text


def differs(asked: Asked, person: str | None, route: Route, api: bool, answer: Any) -> str:
    """In what an answer is otherwise than decided; empty where it is not."""
    area: Any = route.area
    related = RELATIONS[person] if "{ref}" in route.path else Relation.NONE
    access = decide_access(asked.viewer(person), area, related)
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    status = answer.status_code
    if access.allowed:
        missing = any(f"{{{name}}}" in route.path for name in NOTHING_SUCH) or route.path.startswith(NOT_WAITING)
        missing |= route.path.startswith("/house/new/") and person not in OPENS_AFFAIRS
        missing |= related is Relation.HOUSE_WIDE and OF_THE_ASSIGNED.fullmatch(route.path) is not None
        good = status in ANSWERED or (status == 404 and missing) or (status in OF_STRANGERS and area == "public")
        return "" if good and (not to_sign_in or area == "public") else f"allowed, and {status}"
    if access.reason == "sign_in":
        return "" if (status == 401 if api else to_sign_in) else f"nobody signed in, and {status}"
    wanted = 404 if access.hidden_as_missing else 403
    return "" if status == wanted else f"{access.reason}, and {status}"


def test_everybody_has_the_relation_that_is_written_here(asked: Asked) -> None:
    house = asked.house.served.running.house
    found = {
        person: relation(house, asked.viewer(person), asked.case, asked.house.served.now()) for person in RELATIONS
    }
    assert found == RELATIONS
    # A case stands for nobody; who may open what stands for them is asked in tests/integration/web/test_own_record.py.
    assert {*RELATIONS.values(), Relation.OWN} == set(Relation)


def test_something_is_known_for_every_gap_in_an_address() -> None:
    gaps = {gap for _, route in ROUTES for gap in re.findall(r"{(\w+)}", route.path)}
    assert gaps - {*NAMED, *NOTHING_SUCH, "ref", "entry", "hash_", "version"} == set()


@pytest.mark.parametrize("person", RELATIONS)
def test_every_route_answers_as_decided(asked: Asked, person: str | None) -> None:
    wrong, unlike = [], []
    with TestClient(create_app(asked.house.served), base_url=ADDRESS, follow_redirects=False) as client:
        for api, route in ROUTES:
            answer = ask(client, asked, person, route, api, asked.case)
            found = differs(asked, person, route, api, answer)
            if found:
                wrong.append(f"{route.called}: {found}")
            if answer.status_code == 404 and "{ref}" in route.path:
                missing = ask(client, asked, person, route, api, ELSEWHERE)
                here, there = (without_marks(one.text, asked.case, ELSEWHERE) for one in (answer, missing))
                if (missing.status_code, there) != (404, here):
                    unlike.append(f"{route.called}: {missing.status_code}")
    assert (wrong, unlike) == ([], [])


class TestTheChecker:
    @pytest.mark.parametrize(
        ("person", "status", "says"),
        [
            ("rith", 200, "no_such_case, and 200"),
            ("sok", 403, "allowed, and 403"),
            ("tola", 404, "allowed, and 404"),
            (None, 404, "nobody signed in, and 404"),
        ],
    )
    def test_finds_an_answer_that_was_not_decided(
        self, asked: Asked, person: str | None, status: int, says: str
    ) -> None:
        @dataclass
        class Answer:
            status_code: int

        assert differs(asked, person, Route("GET", "/cases/{ref}", "case"), False, Answer(status)) == says
