"""A house with pages for tests: people of every kind, a clock that is moved by hand, and browsers without a screen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_bytes

from starlette.testclient import TestClient

from access.accounts import Accounts, SignedIn
from cases.answers import Answer
from cases.request import Request
from cases.take_step import take_step
from config.definition import FactValue
from config.settings import Settings
from interfaces.web.app import create_app
from interfaces.web.served import Portions, Served
from wiring.clock import VirtualClock
from wiring.house import open_house

NOW = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
ADDRESS = "https://homeward.test"

PEOPLE = """
sok: {roles: [case_manager, case_worker], facts: {vetting: clear}}
rith: {roles: [case_manager], facts: {vetting: clear}}
maly: [health_worker]
nita: {roles: [interviewer], facts: {vetting: clear, trainings: [standards, trauma, children]}}
dara: [supervisor]
chan: [director]
vanna: [administrator]
lin: [auditor]
"""


@dataclass(frozen=True)
class Browser:
    """A browser of somebody who is signed in. Addresses are paths; forms are sent as they stand on their page."""

    client: TestClient
    person: str

    def get(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def send(self, path: str, values: Mapping[str, object], *, on: str | None = None, status: int = 303) -> str:
        """Send a form from its page (`on`, the same path if left out): hidden fields of the page come along."""
        page = self.get(on or path)
        answer = self.client.post(path, data={**hidden_of(page), **values}, follow_redirects=False)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:3000])
        return answer.headers.get("location", "") if status == 303 else answer.text


@dataclass(frozen=True)
class WebHouse:
    """A served house with its clock."""

    served: Served
    clock: VirtualClock

    def in_portions(self, portions: Portions) -> WebHouse:
        """The same house, whose requests show or do so much at once."""
        return WebHouse(replace(self.served, portions=portions), self.clock)

    def browser(self, person: str) -> Browser:
        """A browser in which this person is signed in."""
        signed = self.served.accounts.begin_demo(person, self.served.now())
        assert isinstance(signed, SignedIn)
        client = self.anonymous()
        client.cookies.set(self.served.cookie, signed.token, domain="homeward.test")
        return Browser(client, person)

    def anonymous(self) -> TestClient:
        """A browser in which nobody is signed in."""
        return TestClient(
            create_app(self.served), base_url=ADDRESS, raise_server_exceptions=True, follow_redirects=False
        )

    def step(self, person: str, kind: str, ref: str | None, action: str = "", **facts: FactValue) -> Answer:
        """A step through the door, behind the pages' back; for `open` the action is the process."""
        house = self.served.running.house
        request = Request(
            kind,  # type: ignore[arg-type] # a test says it in a word
            house.actor(person),
            ref,
            action="" if kind == "open" else action,
            process=action if kind == "open" else "",
            facts=facts,
        )
        answer = take_step(house, request, self.served.now())
        assert answer.decision == "applied", answer.reasons
        return answer

    def assign(self, ref: str, person: str, role: str, by: str = "dara") -> None:
        """Put somebody into a role."""
        house = self.served.running.house
        request = Request("assign", house.actor(by), ref, assigned=person, role=role)
        answer = take_step(house, request, self.served.now())
        assert answer.decision == "applied", answer.reasons

    def open_below(self, above: str | None, person: str, process: str, **facts: FactValue) -> str:
        """Open something, under a case or by itself, and say its reference."""
        house = self.served.running.house
        request = Request("open", house.actor(person), above, process=process, facts=facts)
        answer = take_step(house, request, self.served.now())
        assert answer.decision == "applied", answer.reasons
        return answer.ref

    def case(self, person: str = "sok", **facts: FactValue) -> str:
        """A fresh case, and its reference."""
        return self.step(person, "open", None, "case", **(facts or {"age_group": "adult"})).ref


@contextmanager
def web_house(
    folder: Path, *, people: str = PEOPLE, workflow: str = "kh-2009", now: dt.datetime = NOW
) -> Iterator[WebHouse]:
    """A house in a folder, served."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "people.yaml").write_text(people, encoding="utf-8")
    clock = VirtualClock(now)
    running = open_house(Settings(home=folder, workflow=workflow), clock)
    try:
        accounts = Accounts(running.store.accounts, running.house.people, token_bytes)
        yield WebHouse(Served(running, accounts, address=ADDRESS), clock)
    finally:
        running.close()


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's last form but that of signing out: what a browser sends along."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
