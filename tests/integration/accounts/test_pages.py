"""The pages of signing in, without JavaScript: each way in, and that none of them lets anybody else in."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from tests.integration.accounts.browser import ADDRESS, Browser, Pages
from tests.unit.access.authenticator import Authenticator
from tests.unit.access.front_door import PASSWORD

NEW = "a river in the north"


def asked_for_password(pages: Pages, name: str, password: str = PASSWORD) -> Browser:
    """A fresh browser in which somebody gives name and password."""
    return pages.browser().open("/sign-in").send("/sign-in", name=name, password=password)


class TestSigningIn:
    def test_leads_on_to_where_somebody_wanted_to_go(self, pages: Pages) -> None:
        pages.invited("sok")
        browser = pages.browser().open("/me")
        assert browser.at == "/sign-in?next=/me"
        browser.send("/sign-in", name="sok", password=PASSWORD)
        assert (browser.at, browser.heading) == ("/me", "You")

    @pytest.mark.parametrize(
        "next_",
        ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "me"],
    )
    def test_leads_nowhere_else(self, pages: Pages, next_: str) -> None:
        pages.invited("sok")
        browser = pages.browser().open("/sign-in")
        fields = {"name": "sok", "password": PASSWORD, "next": next_}
        answer = browser.client.post("/sign-in", data=fields, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")

    def test_puts_cookies_that_only_this_house_gets(self, pages: Pages) -> None:
        pages.invited("sok")
        browser = pages.browser().open("/sign-in")
        browser.send("/sign-in", follow=False, name="sok", password=PASSWORD)
        cookies = browser.page.headers.get_list("set-cookie")
        assert {one.partition("=")[0] for one in cookies} == {"__Host-homeward", "__Host-homeward-device"}
        for cookie in cookies:
            assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
            assert "Domain" not in cookie

    def test_says_the_same_of_whatever_was_wrong(self, pages: Pages) -> None:
        pages.invited("sok")
        wrong = asked_for_password(pages, "sok", "another boat on a hill").page
        unknown = asked_for_password(pages, "nobody").page
        no_account = asked_for_password(pages, "dara").page
        assert wrong.status_code == unknown.status_code == no_account.status_code == 401
        assert wrong.text == unknown.text == no_account.text
        assert "That did not fit together." in wrong.text

    def test_never_gives_a_password_back(self, pages: Pages) -> None:
        page = asked_for_password(pages, "sok", "telling telling telling").page
        assert "telling" not in page.text
        assert 'name="name"' in page.text
        assert "sok" not in page.text

    def test_lets_passwords_be_pasted_and_kept(self, pages: Pages) -> None:
        browser = pages.browser().open("/sign-in")
        assert 'autocomplete="current-password"' in browser.page.text
        assert "onpaste" not in browser.page.text
        assert 'autocomplete="off"' not in browser.found(r"<main.*?>(.*?)</main>")

    def test_counts_space_in_a_password(self, pages: Pages) -> None:
        link = pages.accounts.links.make("sok", pages.now, None)
        browser = pages.browser().open(f"/welcome/{link.token}")
        browser.send(f"/welcome/{link.token}", password=f" {PASSWORD} ", again=f" {PASSWORD} ")
        assert asked_for_password(pages, "sok").page.status_code == 401
        assert asked_for_password(pages, "sok", f" {PASSWORD} ").page.status_code != 401

    def test_says_when_to_try_again(self, pages: Pages) -> None:
        for _ in range(5):
            asked_for_password(pages, "sok", "another boat on a hill")
        page = asked_for_password(pages, "sok").page
        assert page.status_code == 401
        assert "There were many tries. Try again in 1 minute." in page.text

    def test_is_refused_from_another_site(self, pages: Pages) -> None:
        pages.invited("sok")
        fields = {"name": "sok", "password": PASSWORD}
        headers = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
        answer = pages.browser().client.post("/sign-in", data=fields, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers

    def test_is_over_after_signing_out(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me")
        token = browser.client.cookies["__Host-homeward"]
        browser.send("/sign-out")
        assert browser.at == "/sign-in"
        assert pages.accounts.session(token, pages.now) is None
        assert browser.open("/me").at == "/sign-in?next=/me"


class TestTheSecondStep:
    def test_takes_a_code(self, pages: Pages) -> None:
        _, secret = pages.with_code("sok")
        pages.later(minutes=1)
        browser = asked_for_password(pages, "sok")
        assert (browser.at, browser.heading) == ("/sign-in/second", "Show that it is you")
        browser.send("/sign-in/second", code="000000")
        assert browser.page.status_code == 401
        browser.send("/sign-in/second", code=pages.code(secret))
        assert browser.open("/me").heading == "You"

    def test_takes_a_recovery_code(self, pages: Pages) -> None:
        browser, _ = pages.with_code("sok")
        code = re.findall(r"<li><code>(.*?)</code>", browser.page.text)[0]
        asked_for_password(pages, "sok").send("/sign-in/second", code=code)
        assert pages.accounts.factors.codes_left("sok") == 9

    def test_is_needed_for_every_page(self, pages: Pages) -> None:
        pages.with_code("sok")
        browser = asked_for_password(pages, "sok")
        assert browser.open("/me").at == "/sign-in?next=/me"

    def test_begins_again_where_it_took_too_long(self, pages: Pages) -> None:
        pages.with_code("sok")
        browser = asked_for_password(pages, "sok")
        pages.later(minutes=6)
        assert browser.open("/sign-in/second").heading == "Sign in"
        assert browser.page.status_code == 401

    def test_goes_on_to_where_somebody_wanted_to_go(self, pages: Pages) -> None:
        _, secret = pages.with_code("sok")
        pages.later(minutes=1)
        browser = pages.browser().open("/me").send("/sign-in", name="sok", password=PASSWORD)
        browser.send("/sign-in/second", code=pages.code(secret))
        assert browser.at == "/me"


class TestAPasskey:
    def test_is_made_and_lets_in(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me/second-factor")
        browser.send("/me/second-factor/passkey")
        key = Authenticator(ADDRESS)
        asked = unescape(browser.found(r'data-asked="(.*?)"'))
        browser.send("/me/second-factor/passkey/add", name="blue key", answer=key.make(asked))
        assert browser.heading == "Your recovery codes"
        assert "blue key" in browser.open("/me").page.text
        other = asked_for_password(pages, "sok")
        answer = key.prove(unescape(other.found(r'data-asked="(.*?)"')))
        other.send("/sign-in/passkey", answer=answer)
        assert other.open("/me").heading == "You"

    def test_that_does_not_fit_may_be_tried_again(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me/second-factor").send("/me/second-factor/passkey")
        key = Authenticator(ADDRESS)
        asked = unescape(browser.found(r'data-asked="(.*?)"'))
        browser.send("/me/second-factor/passkey/add", name="x", answer=key.make(asked))
        other = asked_for_password(pages, "sok").send("/sign-in/passkey", answer="{}")
        assert other.page.status_code == 401
        answer = key.prove(unescape(other.found(r'data-asked="(.*?)"')))
        assert other.send("/sign-in/passkey", answer=answer).open("/me").heading == "You"

    def test_asks_in_a_file_of_its_own(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me/second-factor").send("/me/second-factor/passkey")
        assert '<script src="/static/passkey.js" defer></script>' in browser.page.text
        assert json.loads(unescape(browser.found(r'data-asked="(.*?)"')))["rp"]["id"] == "cases.example.org"
        assert browser.client.get("/static/passkey.js").status_code == 200


class TestALink:
    def test_welcomes_once(self, pages: Pages) -> None:
        link = pages.accounts.links.make("sok", pages.now, None)
        browser = pages.browser().open(f"/welcome/{link.token}")
        assert browser.heading == "Welcome"
        browser.send(f"/welcome/{link.token}", password=PASSWORD, again=PASSWORD)
        assert browser.open("/me").heading == "You"
        other = pages.browser().open(f"/welcome/{link.token}")
        assert (other.page.status_code, other.heading) == (410, "This link is used up")

    def test_asks_for_the_password_twice_alike(self, pages: Pages) -> None:
        link = pages.accounts.links.make("sok", pages.now, None)
        browser = pages.browser().open(f"/welcome/{link.token}")
        browser.send(f"/welcome/{link.token}", password=PASSWORD, again=NEW)
        assert browser.page.status_code == 422
        assert "The two are not the same." in browser.page.text
        assert PASSWORD not in browser.page.text

    def test_says_what_is_wrong_with_a_password(self, pages: Pages) -> None:
        link = pages.accounts.links.make("sok", pages.now, None)
        browser = pages.browser().open(f"/welcome/{link.token}")
        browser.send(f"/welcome/{link.token}", password="password1234", again="password1234")
        assert browser.page.status_code == 422
        assert "This is among the first passwords that others would try." in browser.page.text

    def test_that_was_made_up_is_used_up(self, pages: Pages) -> None:
        browser = pages.browser().open("/welcome/made-up")
        assert browser.page.status_code == 410


class TestAPostThatNeedsASecondFactor:
    @pytest.mark.parametrize("name", ["vanna", "lin"])
    def test_is_led_to_set_one_up_before_anything_else(self, pages: Pages, name: str) -> None:
        browser = pages.invited(name)
        for address in ("/work", "/cases/new"):
            assert browser.open(address).at == "/me/second-factor"
        assert "Your post needs it, before anything else." in browser.page.text

    def test_goes_on_once_it_is_set_up(self, pages: Pages) -> None:
        browser, _ = pages.with_code("lin")
        assert browser.heading == "Your recovery codes"
        assert browser.open("/work").at != "/me/second-factor"


class TestMe:
    def test_keeps_language_and_theme(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me").send("/me/look", language="", theme="dark")
        assert 'data-theme="dark"' in browser.open("/me").page.text

    def test_acts_in_one_of_ones_roles(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me")
        before = browser.client.cookies["__Host-homeward"]
        browser.send("/me/role", title="health_worker")
        after = browser.client.cookies["__Host-homeward"]
        session = pages.accounts.session(after, pages.now)
        assert session is not None
        assert session.acting == "health_worker"
        assert pages.accounts.session(before, pages.now) is None

    def test_does_not_act_in_a_role_of_others(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me").send("/me/role", title="administrator")
        assert browser.page.status_code == 400

    def test_changes_the_password(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me").send("/me/password", old=PASSWORD, new=NEW, again=NEW)
        assert "Your password was changed." in browser.page.text
        assert browser.open("/me").heading == "You"
        assert asked_for_password(pages, "sok").page.status_code == 401
        assert asked_for_password(pages, "sok", NEW).page.status_code != 401

    def test_does_not_change_the_password_of_who_does_not_know_it(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me").send("/me/password", old=NEW, new=NEW, again=NEW)
        assert browser.page.status_code == 422
        assert "Enter your present password" in browser.page.text

    def test_ends_another_session(self, pages: Pages) -> None:
        here, elsewhere = pages.invited("sok"), asked_for_password(pages, "sok")
        here.open("/me")
        ids = re.findall(r'action="/me/sessions/end".*?name="id" value="(.*?)"', here.page.text, re.DOTALL)
        other = pages.accounts.session(elsewhere.client.cookies["__Host-homeward"], pages.now)
        assert other is not None
        assert len(ids) == 2
        here.send("/me/sessions/end", id=other.id)
        assert elsewhere.open("/me").at == "/sign-in?next=/me"
        assert here.open("/me").heading == "You"

    def test_ends_its_own_session(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me").send("/me/sessions/end")
        assert browser.at == "/sign-in"

    def test_makes_and_revokes_a_token(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me")
        browser.send("/me/tokens", name="report", scopes=["read"], days="30")
        secret = browser.found(r'id="secret">(.*?)<')
        holder = pages.accounts.bearer(secret, pages.now)
        assert holder is not None
        assert holder.scopes == {"read"}
        assert secret not in browser.open("/me").page.text
        browser.send("/me/tokens/revoke")
        assert pages.accounts.bearer(secret, pages.now) is None

    def test_makes_no_token_that_changes_the_house_but_for_administrators(self, pages: Pages) -> None:
        browser = pages.invited("sok").open("/me")
        browser.send("/me/tokens", name="x", scopes=["administer"], days="30")
        assert browser.page.status_code == 422
        assert pages.accounts.tokens.of("sok") == []

    def test_makes_new_recovery_codes(self, pages: Pages) -> None:
        browser, _ = pages.with_code("sok")
        old = re.findall(r"<li><code>(.*?)</code>", browser.page.text)
        new = re.findall(r"<li><code>(.*?)</code>", browser.open("/me").send("/me/second-factor/codes").page.text)
        assert len(new) == 10
        assert not set(old) & set(new)

    def test_does_not_take_away_what_a_post_needs(self, pages: Pages) -> None:
        browser, _ = pages.with_code("vanna")
        browser.open("/me").send("/me/second-factor/code/remove")
        assert browser.page.status_code == 422
        assert "Your post needs a second way to sign in." in browser.page.text


class TestForms:
    @pytest.mark.parametrize(
        "action", ["/me/look", "/me/role", "/me/password", "/me/tokens", "/me/second-factor/code", "/sign-out"]
    )
    def test_without_the_mark_of_the_session_change_nothing(self, pages: Pages, action: str) -> None:
        browser = pages.invited("sok")
        assert browser.client.post(action, data={"csrf": "made up"}).status_code == 403
        assert browser.open("/me").heading == "You"

    def test_of_another_session_change_nothing(self, pages: Pages) -> None:
        other = pages.invited("dara").open("/me").found(r'name="csrf" value="(.*?)"')
        browser = pages.invited("sok")
        assert browser.client.post("/me/look", data={"csrf": other, "theme": "dark"}).status_code == 403


class TestASession:
    def test_gets_a_new_token_now_and_then(self, pages: Pages) -> None:
        browser = pages.invited("sok")
        before = browser.client.cookies["__Host-homeward"]
        pages.later(minutes=16)
        browser.open("/me")
        after = browser.client.cookies["__Host-homeward"]
        assert before != after
        assert pages.accounts.session(before, pages.now) is not None
        pages.later(minutes=2)
        assert pages.accounts.session(before, pages.now) is None
        assert browser.open("/me").heading == "You"

    def test_ends_without_a_request_for_half_an_hour(self, pages: Pages) -> None:
        browser = pages.invited("sok")
        pages.later(minutes=31)
        assert browser.open("/me").at == "/sign-in?next=/me"

    def test_of_a_disabled_account_ends_with_the_next_request(self, pages: Pages) -> None:
        browser = pages.invited("sok")
        pages.accounts.links.set_disabled("sok", True, pages.now, None)
        assert browser.open("/me").at == "/sign-in?next=/me"


class TestEveryAnswer:
    @pytest.mark.parametrize("address", ["/sign-in", "/welcome/made-up", "/me", "/me/second-factor"])
    def test_is_kept_nowhere_and_runs_nothing_inline(self, pages: Pages, address: str) -> None:
        page = pages.invited("sok").open(address).page
        assert page.headers["cache-control"] == "no-store"
        assert "unsafe" not in page.headers["content-security-policy"]
        assert "<script>" not in page.text
        assert " style=" not in page.text
        assert " disabled" not in page.text


class TestABrowsersOwnForms:
    def test_are_taken_though_they_name_no_origin(self, pages: Pages) -> None:
        """Browsers say `Origin: null` where a page wants no referrer to be sent."""
        pages.invited("sok")
        fields = {"name": "sok", "password": PASSWORD}
        headers = {"origin": "null", "sec-fetch-site": "same-origin"}
        answer = pages.browser().client.post("/sign-in", data=fields, headers=headers, follow_redirects=False)
        assert answer.status_code == 303
