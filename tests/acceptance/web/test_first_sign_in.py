"""The first administrator comes in, in a real browser: link, password, passkey, and in again with the passkey."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from access.passwords import Argon2
from config.settings import Settings
from interfaces.web.app import create_app
from interfaces.web.served import Served
from tests.browser import Watched
from wiring.accounts import first_administrator_link, open_accounts
from wiring.house import open_house

PASSWORD = "a boat on the hill"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@dataclass(frozen=True)
class Fresh:
    """A house in which nobody has an account yet."""

    address: str
    link: str


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Fresh]:
    """A fresh house, served by a thread. Passkeys need a host with a name, so it is `localhost`."""
    running = open_house(Settings(home=tmp_path / "house"))
    bound = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{bound.getsockname()[1]}"
    accounts = open_accounts(running, address, Argon2(os.urandom, memory_kib=64, rounds=1, lanes=1))
    link = first_administrator_link(running, accounts, running.clock.now())
    assert link is not None
    app = create_app(Served(running, accounts, secure=False))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    yield Fresh(address, f"{address}/welcome/{link.token}")
    server.should_exit = True
    thread.join()
    running.close()


def looked_at(page: Page, name: str) -> None:
    """Nothing is wrong with the page at both widths."""
    watched = Watched(page)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        watched.shot(f"{name}-{width}")
        assert watched.axe() == [], name
        assert watched.overflows() == 0, name


def test_the_first_administrator_comes_in(browser: Browser, fresh: Fresh) -> None:
    context = browser.new_context(base_url=fresh.address, locale="en-GB")
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(fresh.link)
    looked_at(page, "welcome")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("text=Set the password")
    page.goto("/cases/new")
    assert page.url.endswith("/me/second-factor")
    looked_at(page, "second-factor")
    page.click("text=Set up a passkey")
    looked_at(page, "passkey")
    page.fill("#name", "the blue key")
    page.click("text=Make the passkey")
    page.wait_for_selector("#codes")
    looked_at(page, "recovery-codes")
    assert page.locator("#codes li").count() == 10

    page.goto("/me")
    looked_at(page, "me")
    page.click("text=Make a token")
    page.fill("#name", "a program")
    page.check("input[value=read]")
    page.click("text=Make the token")
    looked_at(page, "token")
    page.goto("/me")
    page.click("text=Sign out")
    looked_at(page, "sign-in")
    page.fill("#name", "administrator")
    page.fill("#password", PASSWORD)
    page.click("main button")
    looked_at(page, "second")
    page.click("text=Use your passkey")
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.goto("/me")
    assert "last used" in page.inner_text("#keys")
    context.close()
