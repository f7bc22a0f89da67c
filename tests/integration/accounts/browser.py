"""A browser without JavaScript before a small house: forms are filled in as the pages have them."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass, field
from typing import Any

import pyotp
from fastapi.testclient import TestClient

from access.accounts import Accounts
from access.identities import Provider
from access.passwords import Argon2
from interfaces.web.app import create_app
from interfaces.web.served import Served
from storage.accounts_memory import MemoryAccounts
from tests.unit.access.front_door import PASSWORD
from wiring.accounts import figures_of
from wiring.clock import VirtualClock
from wiring.house import RunningHouse

ADDRESS = "https://cases.example.org"


@dataclass
class Pages:
    """The pages of a house with accounts of their own, and browsers before them."""

    running: RunningHouse
    clock: VirtualClock
    provider: Provider | None = None
    demo: bool = False
    store: MemoryAccounts = field(default_factory=MemoryAccounts)

    def __post_init__(self) -> None:
        hashing = Argon2(os.urandom, memory_kib=64, rounds=1, lanes=1)
        figures = figures_of(self.running.settings, ADDRESS)
        people = self.running.house.people
        self.accounts = Accounts(self.store, people, os.urandom, figures, hashing)
        self.app = create_app(Served(self.running, self.accounts, provider=self.provider, demo=self.demo))

    @property
    def now(self) -> dt.datetime:
        """The present moment."""
        return self.clock.now()

    def later(self, **more: int) -> None:
        """Let time pass."""
        self.clock.move_to(self.now + dt.timedelta(**more))

    def browser(self) -> Browser:
        """A browser that was never here."""
        return Browser(self)

    def invited(self, name: str) -> Browser:
        """A browser in which somebody has set their password, and is signed in."""
        browser = self.browser()
        link = self.accounts.links.make(name, self.now, None)
        browser.open(f"/welcome/{link.token}")
        browser.send(f"/welcome/{link.token}", password=PASSWORD, again=PASSWORD)
        return browser

    def with_code(self, name: str) -> tuple[Browser, str]:
        """As `invited`, with an authenticator: its secret."""
        browser = self.invited(name)
        browser.open("/me/second-factor")
        browser.send("/me/second-factor/code")
        secret = browser.found(r'<code class="number">(.*?)</code>').replace(" ", "")
        browser.send("/me/second-factor/code/confirm", code=self.code(secret))
        return browser, secret

    def code(self, secret: str) -> str:
        """What the authenticator shows now."""
        return pyotp.TOTP(secret).at(self.now)


class Browser:
    """One browser. `page` is what it shows."""

    def __init__(self, pages: Pages) -> None:
        self.client = TestClient(pages.app, base_url=ADDRESS)
        self.page: Any = None  # an answer, of whichever HTTP library the client of tests brings along

    def open(self, address: str, *, follow: bool = True) -> Browser:
        """Go to an address."""
        self.page = self.client.get(address, follow_redirects=follow)
        return self

    def send(self, action: str, *, follow: bool = True, **fields: str | list[str]) -> Browser:
        """Fill in the form of the page that goes to `action`, and send it."""
        forms = re.findall(r"<form (.*?)</form>", self.page.text, re.DOTALL)
        form = next((one for one in forms if f'action="{action}"' in one), None)
        there = re.findall('action="(.*?)"', self.page.text)
        assert form is not None, f"this page has no form to {action}, but to {there}"
        hidden = dict(re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)"', form))
        for name in fields:
            assert re.search(f'name="{name}"', form), f"the form has no field {name}"
        self.page = self.client.post(action, data=hidden | fields, follow_redirects=follow)
        return self

    def found(self, pattern: str) -> str:
        """What the page has there."""
        match = re.search(pattern, self.page.text, re.DOTALL)
        assert match is not None, f"the page has nothing like {pattern}"
        return match.group(1)

    @property
    def heading(self) -> str:
        """The heading of the page."""
        return self.found("<h1>(.*?)</h1>")

    @property
    def at(self) -> str:
        """The path of the page, with what follows a question mark."""
        path: bytes = self.page.url.raw_path
        return path.decode()
