"""The editor of a draft: lines to point at, differences by what they tend to, a broken promise played again."""

from __future__ import annotations

import re

from tests.web import Browser, WebHouse, hidden_of

UNSAFE = (
    "process: case\nactions:\n  go_on:\n    says: Begin the interview at once\n    by: [duty_worker]\n"
    "    moves: {identification: {from: [presumed], to: interviewing}}\n"
    "deadlines:\n  plan_review:\n"
    "    due: {after: P20D, source: {house: director, decided: 2026-11-01, why: county audit}}\n"
)
SOONER = (
    "process: case\nfacts:\n  place_of_birth: {says: Where the person was born, kind: text, by: [case_worker]}\n"
    + UNSAFE[UNSAFE.index("deadlines:") :]
)


def draft_of(browser: Browser, text: str) -> str:
    draft = browser.send("/administration/workflows", {"name": "our-house", "extends": "kh-2009"})
    browser.send(draft, {"new_file": "case.yaml"})
    browser.send(draft, {"file": "case.yaml", "text": text, "new_file": ""}, on=f"{draft}?file=case.yaml")
    return draft


class TestTheEditor:
    def test_has_a_place_to_point_at_for_every_line(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        broken = UNSAFE.replace("P20D", "P20X")
        draft = draft_of(vanna, broken)
        page = vanna.get(f"{draft}?file=case.yaml")
        target = re.search(r'href="([^"]+)#(line-\d+)"', page)
        assert target is not None
        assert f'<li id="{target[2]}">' in vanna.get(target[1])
        assert page.count('<li id="line-') == broken.count("\n") + 1

    def test_says_what_is_stricter_and_what_is_new(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        page = vanna.get(f"{draft_of(vanna, SOONER)}/diff")
        stricter = page.split('id="h-stricter"')[1].split("</section>")[0]
        new = page.split('id="h-new"')[1].split("</section>")[0]
        assert "30 → 20 working days" in stricter
        assert "place_of_birth" in new
        assert "As it is written" in page

    def test_makes_a_broken_promise_a_scenario_of_the_draft_that_plays(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        draft = draft_of(vanna, UNSAFE)
        page = vanna.send(f"{draft}/check", {}, on=draft, status=200)
        assert "Make it a scenario" in page
        made = vanna.client.post(f"{draft}/scenario", data=hidden_of(page))
        assert made.status_code == 303, made.text[:2000]
        kept = vanna.get(made.headers["location"])
        assert "workflow: our-house" in kept
        assert "/tmp" not in kept
        played = vanna.send(f"{draft}/scenarios", {}, on=draft, status=200)
        assert "What breaks" in played

    def test_makes_none_of_a_promise_that_holds(self, house: WebHouse) -> None:
        vanna = house.browser("vanna")
        draft = draft_of(vanna, "process: case\n")
        form = {"csrf": hidden_of(vanna.get("/me"))["csrf"], "promise": "case.nothing"}
        answer = vanna.client.post(f"{draft}/scenario", data=form)
        assert answer.status_code == 422
        assert "This promise does not break any more." in answer.text
