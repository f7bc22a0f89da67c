"""Signing in through a provider, by the pages: the browser is sent away, and comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.integration.accounts.browser import ADDRESS, Browser, Pages
from tests.integration.accounts.fake_provider import CLIENT, CODE, Said, provider
from wiring.accounts import CALLBACK
from wiring.provider import DiscoveredProvider


class TestAProvider:
    @pytest.fixture
    def said(self, pages: Pages) -> Iterator[Said]:
        """A provider that vouches for its subject 42."""
        with provider() as said:
            moment = int(pages.now.timestamp())
            said.claims = {"iss": said.issuer, "sub": "42", "aud": CLIENT, "iat": moment, "exp": moment + 300}
            yield said

    def sent(self, pages: Pages, said: Said) -> tuple[Browser, str]:
        """A browser on its way back, and the state that it carries."""
        back = ADDRESS + CALLBACK
        served = Pages(
            pages.running, pages.clock, DiscoveredProvider(said.issuer, CLIENT, None, back), store=pages.store
        )
        browser = served.browser().open("/sign-in")
        assert "Sign in through your organisation" in browser.page.text
        browser.open("/sign-in/provider", follow=False)
        query = dict(re.findall(r"[?&](\w+)=([^&]*)", browser.page.headers["location"]))
        said.claims["nonce"] = query["nonce"]
        return browser, query["state"]

    def test_lets_in_whom_it_vouches_for(self, pages: Pages, said: Said) -> None:
        pages.accounts.identities.link("sok", said.issuer, "42", pages.now, "vanna")
        browser, state = self.sent(pages, said)
        browser.open(f"{CALLBACK}?code={CODE}&state={state}")
        assert browser.open("/me").heading == "You"

    def test_lets_nobody_in_whom_the_house_does_not_know(self, pages: Pages, said: Said) -> None:
        browser, state = self.sent(pages, said)
        browser.open(f"{CALLBACK}?code={CODE}&state={state}")
        assert browser.page.status_code == 401
        assert "this house does not yet" in browser.page.text

    def test_lets_nobody_in_by_the_state_of_another_browser(self, pages: Pages, said: Said) -> None:
        pages.accounts.identities.link("sok", said.issuer, "42", pages.now, "vanna")
        _, state = self.sent(pages, said)
        browser, _ = self.sent(pages, said)
        browser.open(f"{CALLBACK}?code={CODE}&state={state}")
        assert browser.page.status_code == 401

    def test_that_says_no_is_told_in_words(self, pages: Pages, said: Said) -> None:
        browser, state = self.sent(pages, said)
        browser.open(f"{CALLBACK}?error=access_denied&state={state}")
        assert "Signing in through the provider did not work." in browser.page.text

    def test_is_not_there_where_none_is_set(self, pages: Pages) -> None:
        browser = pages.browser().open("/sign-in")
        assert "/sign-in/provider" not in browser.page.text
        assert browser.open("/sign-in/provider").at == "/sign-in"
        assert browser.open(CALLBACK).at == "/sign-in"
