"""A second person knows what they decide: who shall have which role, what came along, and what they may not see."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from cases.journal import Kind
from cases.request import Request
from cases.take_step import take_step
from tests.integration.api.serving import WORKFLOW
from tests.web import WebHouse, web_house

PEOPLE = """
sok: [case_manager]
lim: [case_manager]
maly: [health_worker]
dara: {roles: [supervisor]}
rithy: [auditor]
vanna: [administrator]
"""
CLOSE = "  close:\n    by: [case_manager]\n"
ASSIGN = "  assign: {by: [supervisor, case_manager]}\n  unassign: {by: [supervisor, case_manager]}\n"
GUARDED = (
    "  assign: {by: [supervisor, case_manager], guards: [needs_known]}\n"
    "  unassign: {by: [supervisor, case_manager], guards: [needs_known]}\n"
)


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[WebHouse]:
    """A house in which closing asks for facts, and assigning too waits for somebody who looks."""
    folder = tmp_path / "harbour"
    shutil.copytree(WORKFLOW, folder)
    case = folder / "case.yaml"
    text = case.read_text("utf-8")
    assert CLOSE in text
    assert ASSIGN in text
    text = text.replace(CLOSE, CLOSE + "    asks: [wishes, contact]\n").replace(ASSIGN, GUARDED)
    text = text.replace("  wishes:", "  contact: {kind: text, by: [case_manager], seen_by: [supervisor]}\n  wishes:")
    case.write_text(text, "utf-8")
    with web_house(tmp_path / "house", people=PEOPLE, workflow=str(folder)) as found:
        yield found


def ask(house: WebHouse, kind: str, ref: str, **said: object) -> str:
    """An attempt that waits for a second person."""
    home = house.served.running.house
    request = Request(kind, home.actor("sok"), ref, reason="the boat leaves tonight", **said)  # type: ignore[arg-type] # as given
    answer = take_step(home, request, house.served.now())
    assert answer.pending, answer
    return answer.attempt


def sights(house: WebHouse, ref: str) -> list[tuple[str, dict[str, object]]]:
    """Who looked at what in a case."""
    with house.served.running.store.look() as tx:
        seen = [one for one in tx.entries(ref) if one.kind == Kind.SEEN]
    return [(orjson.loads(one.clear)["actor"], orjson.loads(one.sealed or b"{}")) for one in seen]


class TestTheDecision:
    @pytest.mark.parametrize(
        ("kind", "says"),
        [("assign", "Give a role to Lim: leads a case"), ("unassign", "Take a role from Lim: leads a case")],
    )
    def test_names_the_person_and_the_role(self, harbour: WebHouse, kind: str, says: str) -> None:
        ref = harbour.case()
        attempt = ask(harbour, kind, ref, assigned="lim", role="case_manager")
        assert says in harbour.browser("dara").get(f"/approvals/{attempt}")

    def test_shows_what_is_open_to_whoever_decides_and_counts_the_rest(self, harbour: WebHouse) -> None:
        ref = harbour.case()
        facts = {"wishes": "canary-plain-4411", "contact": "canary-few-5512"}
        attempt = ask(harbour, "act", ref, action="close", facts=facts)
        page = harbour.browser("dara").get(f"/approvals/{attempt}")
        assert "canary-few-5512" in page
        assert "canary-plain-4411" not in page
        assert "1 answer that you may not see" in page
        assert "the boat leaves tonight" in page

    def test_is_journaled_as_a_look(self, harbour: WebHouse) -> None:
        ref = harbour.case()
        attempt = ask(harbour, "act", ref, action="close", facts={"wishes": "go home", "contact": "the school"})
        harbour.browser("dara").get(f"/approvals/{attempt}")
        ((who, sealed),) = sights(harbour, ref)
        assert who == "dara"
        assert sealed["seen"] == ["contact"]
        assert sealed["reasons_of"]

    def test_of_an_attempt_that_does_not_wait_is_not_here(self, harbour: WebHouse) -> None:
        harbour.browser("dara").get("/approvals/nothing", 404)

    def test_can_be_made_from_the_page(self, harbour: WebHouse) -> None:
        ref = harbour.case()
        attempt = ask(harbour, "assign", ref, assigned="lim", role="case_manager")
        page = harbour.browser("dara").get("/team")
        assert re.search(f"/approvals/{attempt}", page)
        harbour.browser("dara").send(
            f"/approvals/{attempt}", {"answer": "yes", "reason": "Lim knows the person best of all"}
        )
        harbour.browser("lim").get(f"/cases/{ref}")
