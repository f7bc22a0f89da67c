"""A sealed document is opened by right, and a sight of what few may see is journaled."""

from __future__ import annotations

import hashlib

import pytest

from cases.open_document import open_document
from cases.request import Request
from cases.take_step import take_step
from tests.houses import SMALL_STAFF, SmallHouse, rules_of, staff
from tests.small_workflow import SMALL

FACTS = """      paper: {kind: document, by: [manager]}
      scan: {kind: document, by: [manager], seen_by: [manager]}
      secret:"""
CONTENT = b"signed"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def house() -> SmallHouse:
    """A house whose cases may hold two kinds of documents."""
    return SmallHouse(rules_of(SMALL.replace("      secret:", FACTS, 1)), staff(**SMALL_STAFF))


def sealed(house: SmallHouse, fact: str) -> str:
    """A case in which sok has recorded a document."""
    case = house.open("sok")
    documents = ((DIGEST, "application/pdf", CONTENT),)
    request = Request("record", house.house.actor("sok"), case, facts={fact: DIGEST}, documents=documents)
    assert take_step(house.house, request, house.clock.now()).decision == "applied"
    return case


def opened(house: SmallHouse, who: str, case: str, fact: str) -> bytes | None:
    """The content that somebody is given."""
    found = open_document(house.house, house.house.actor(who), case, fact, house.clock.now())
    return found.content if found is not None else None


def test_who_may_read_the_fact_opens_the_document(house: SmallHouse) -> None:
    case = sealed(house, "paper")
    assert opened(house, "sok", case, "paper") == CONTENT
    assert "case:fact:seen" not in house.kinds(case)


def test_a_sight_of_what_few_may_see_is_journaled_and_changes_no_revision(house: SmallHouse) -> None:
    case = sealed(house, "scan")
    before = house.revision(case)
    assert opened(house, "sok", case, "scan") == CONTENT
    assert (house.kinds(case)[-1], house.revision(case)) == ("case:fact:seen", before)


def test_who_may_not_read_the_fact_is_told_nothing(house: SmallHouse) -> None:
    case = sealed(house, "scan")
    assert opened(house, "maly", case, "scan") is None
    assert house.kinds(case)[-1] == "case:fact:recorded"


@pytest.mark.parametrize("fact", ["paper", "told", "nothing"])
def test_what_is_not_there_or_no_document_is_none(house: SmallHouse, fact: str) -> None:
    assert opened(house, "sok", house.open("sok"), fact) is None
