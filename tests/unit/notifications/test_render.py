"""Nothing but five slots gets into a notice: no fact, no name, no word that must not leave the house."""

from __future__ import annotations

import datetime as dt
import os
import random
from zoneinfo import ZoneInfo

import pytest

from cases.outgoing import Outgoing
from cases.reference import reference_of
from cases.rungs import BUILT_IN
from config.crosscheck.words import forbidden_in
from config.loader import Loaded, load_workflow
from notifications.catalogue import read_catalogues
from notifications.render import Reader, Renderer, said_moment
from state_machine.rules import Rules
from tests.offices import LINK_BASE, RULES, NoTranslations
from wiring.notices import ShippedTexts

COUNT = 10_000 if os.environ.get("HOMEWARD_PROMISES") == "full" else 1_000
VERBS = ("act", "call", "visit", "review", "decide", "renew", "record", "tell", "find")
ZONES = ("Asia/Phnom_Penh", "Asia/Bangkok", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")
HERE = ZoneInfo("Asia/Phnom_Penh")
WORDS = read_catalogues()


@pytest.fixture(scope="module")
def shipped() -> Loaded:
    return load_workflow("kh-2009")


@pytest.fixture(scope="module")
def rules(shipped: Loaded) -> Rules:
    return Rules.compile(shipped.workflow, shipped.hash)


def canary(what: str, number: int) -> str:
    return f"canary-{what}-{number}"


def generated(draw: random.Random, number: int, templates: list[str]) -> Outgoing:
    """A notice whose every field that must not be seen is a canary."""
    case = reference_of(draw.getrandbits(55))
    while case is None:
        case = reference_of(draw.getrandbits(55))
    return Outgoing(
        family=canary("family", number),
        instance=canary("instance", number),
        seq=draw.randrange(1, 10**6),
        case=case,
        role=canary("role", number),
        template=draw.choice([*templates, BUILT_IN, canary("template", number)]),
        verb=draw.choice(VERBS),
        deadline=canary("deadline", number),
        generation=draw.randrange(1, 100),
        dating=draw.randrange(5),
        rung=canary("rung", number),
        rung_number=draw.randrange(1, 9),
        repeat=draw.randrange(40),
        due=dt.datetime(2027, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=draw.randrange(2_000_000)),
        urgent=draw.random() < 0.3,
        breach=draw.random() < 0.3,
        at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
    )


def notice(template: str = "soon", **other: object) -> Outgoing:
    """A reminder of the small workflow."""
    given: dict[str, object] = {
        "family": "C1",
        "instance": "C1",
        "seq": 2,
        "case": "C1",
        "role": "manager",
        "template": template,
        "verb": "review",
        "deadline": "plan_review",
        "generation": 1,
        "dating": 0,
        "rung": "soon",
        "rung_number": 2,
        "repeat": 1,
        "due": dt.datetime(2027, 1, 19, 2, tzinfo=dt.UTC),
        "urgent": False,
        "breach": False,
        "at": dt.datetime(2027, 1, 16, 2, tzinfo=dt.UTC),
    }
    return Outgoing(**(given | other))  # type: ignore[arg-type]  # tests say what they mean


def text(one: Outgoing, language: str = "en", link_base: str | None = LINK_BASE, home: str = "en") -> str:
    return Renderer(WORDS, NoTranslations(), home, link_base).render(one, RULES, Reader(language, HERE)).text


class TestTenThousandNotices:
    def test_hold_no_fact_no_name_and_no_forbidden_word(self, shipped: Loaded, rules: Rules) -> None:
        renderer = Renderer(WORDS, ShippedTexts(shipped), "en", LINK_BASE)
        draw = random.Random("ten thousand notices")
        templates = list(shipped.workflow.notices)
        forbidden = shipped.workflow.forbidden_words
        people = {f"person-{number}" for number in range(50)}
        seen = set()
        for number in range(COUNT):
            one = generated(draw, number, templates)
            reader = Reader(draw.choice(["en", "km", "xx"]), ZoneInfo(draw.choice(ZONES)))
            said = renderer.render(one, rules, reader)
            both = f"{said.subject}\n{said.text}"
            assert "canary" not in both
            assert one.case in said.text
            assert one.case not in said.subject
            assert not any(person in both for person in people)
            assert forbidden_in(both.replace(LINK_BASE, ""), forbidden) == []
            assert "{" not in both
            assert "}" not in both
            assert len(said.text) < 300
            seen.add(said.text)
        assert len(seen) == COUNT

    def test_hold_none_in_a_digest_either(self, shipped: Loaded, rules: Rules) -> None:
        renderer = Renderer(WORDS, ShippedTexts(shipped), "en", LINK_BASE)
        draw = random.Random("a digest")
        many = [(generated(draw, number, list(shipped.workflow.notices)), rules) for number in range(100)]
        said = renderer.digest(many, Reader("km", HERE))
        assert "canary" not in said.text
        assert len(said.text.splitlines()) == 100


class TestTheSlots:
    def test_are_filled(self) -> None:
        assert text(notice("late")) == f"C1: review is late, rung 2. {LINK_BASE}/C1"

    def test_are_not_looked_at_again_when_filled(self) -> None:
        assert text(notice("late", case="{rung}"), link_base=None) == "{rung}: review is late, rung 2."

    def test_leave_no_gap_where_there_is_no_link(self) -> None:
        assert text(notice(BUILT_IN), link_base=None) == "C1: review, due Tuesday 19 January 2027, 09:00."

    @pytest.mark.parametrize("base", [LINK_BASE, f"{LINK_BASE}/"])
    def test_make_a_link_of_the_reference(self, base: str) -> None:
        assert text(notice(), link_base=base).endswith(f" {LINK_BASE}/C1")

    def test_number_what_comes_again(self) -> None:
        assert text(notice(repeat=3)).endswith("Reminder number 3.")


class TestALanguage:
    def test_is_the_readers_in_the_built_in_notice(self) -> None:
        assert text(notice(BUILT_IN), "km").startswith("C1៖ ពិនិត្យឡើងវិញ")

    def test_is_that_of_the_house_in_whole_where_a_text_is_not_translated(self) -> None:
        assert text(notice(), "km") == text(notice(), "en")

    def test_is_the_readers_where_it_is_translated(self, shipped: Loaded, rules: Rules) -> None:
        said = Renderer(WORDS, ShippedTexts(shipped), "en").render(notice("work_soon"), rules, Reader("km", HERE))
        assert said.text == "C1៖ ពិនិត្យឡើងវិញ កំណត់ត្រឹម ថ្ងៃអង្គារ ទី១៩ ខែមករា ឆ្នាំ២០២៧ ម៉ោង ០៩:០០។"

    @pytest.mark.parametrize("language", ["en", "km"])
    @pytest.mark.parametrize("verb", VERBS)
    def test_has_a_word_for_every_verb(self, language: str, verb: str) -> None:
        assert getattr(WORDS.find(language).verbs, verb)


class TestAMoment:
    @pytest.mark.parametrize(
        ("moment", "zone", "said"),
        [
            ("2027-01-19T02:00+00:00", "Asia/Phnom_Penh", "Tuesday 19 January 2027, 09:00"),
            ("2027-01-19T02:00+00:00", "America/New_York", "Monday 18 January 2027, 21:00"),
            ("2027-01-19T17:00+00:00", "Asia/Phnom_Penh", "by the end of Tuesday 19 January 2027"),
            ("2027-01-19T16:59:59.999999+00:00", "Asia/Phnom_Penh", "by the end of Tuesday 19 January 2027"),
            ("2028-02-29T05:00+00:00", "Asia/Phnom_Penh", "Tuesday 29 February 2028, 12:00"),
        ],
    )
    def test_is_said_in_plain_words_of_the_readers_zone(self, moment: str, zone: str, said: str) -> None:
        assert said_moment(dt.datetime.fromisoformat(moment), ZoneInfo(zone), WORDS.find("en")) == said
