"""The tone of what people read: no word that blames, doubts or labels; short sentences; nobody is shouted at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.loader import list_shipped, load_workflow
from config.translations import translatable
from interfaces.words.extract import messages

FORBIDDEN = re.compile(
    r"\b(fail(ed|s|ure|ures)?|invalid|denied|non-compliant|uncooperative|escaped?|absconded|rescued?|error occurred"
    r"|access denied|are you sure|breach(ed)?|oops|sorry|please wait|illegal|subject)\b",
    re.IGNORECASE,
)
"""Words that no page, sentence or workflow says to people."""

ON_PAGES = re.compile(r"\b(victims?|completed|successfully)\b", re.IGNORECASE)
"""Words that pages and sentences of the house do not say: it is the person, and a state has its own word."""

STATUS_IN_LAW = frozenset({"Treated as a victim."})
"""Where the word is meant as the law means it: what holds until more is known."""

LONGEST = 15
"""Words that a sentence of the house has at the most."""

TEMPLATES = Path(__file__).parents[4] / "interfaces" / "web" / "templates"


def said() -> list[str]:
    """All messages of pages and sentences, each form of a plural by itself."""
    return [text for one in messages().values() for text in ([one.id] if isinstance(one.id, str) else one.id)]


def workflow_texts() -> Iterator[tuple[str, str]]:
    for name in sorted(set(list_shipped()) - {"base"}):
        yield from ((f"{name}: {path}", text) for path, text in translatable(load_workflow(name).workflow) if text)


def sentences(text: str) -> list[str]:
    """The sentences of a text without slots and marks."""
    bare = re.sub(r"%\(\w+\)[sd]|<[^>]*>|&\w+;", " x ", text)
    return [one for one in re.split(r"[.?:;]\s+|[.?:;]$", re.sub(r"^\W+|(?<=\s)\W+(?=\s)", "", bare)) if one.strip()]


def longest(text: str) -> int:
    return max((len(one.split()) for one in sentences(text)), default=0)


def _is_a_label(text: str) -> bool:
    return text not in STATUS_IN_LAW and ON_PAGES.search(text) is not None


class TestMessages:
    def test_hold_no_word_that_blames(self) -> None:
        assert [text for text in said() if FORBIDDEN.search(text) or _is_a_label(text)] == []

    def test_shout_at_nobody_and_use_no_dash_for_a_full_stop(self) -> None:
        assert [text for text in said() if re.search(r"\w!", text) or " – " in text or " — " in text] == []

    def test_are_short(self) -> None:
        assert [(longest(text), text) for text in said() if longest(text) > LONGEST] == []


def test_templates_hold_no_such_word_beside_their_messages() -> None:
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text("utf-8"), flags=re.DOTALL)
        found += [(path.name, one.group()) for one in FORBIDDEN.finditer(text)]
    assert found == []


def test_workflows_say_no_such_word() -> None:
    assert [(path, text) for path, text in workflow_texts() if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize(
    "text", ["Access denied (403)", "The person escaped.", "Guard failed", "SLA breached!", "Invalid transition"]
)
def test_the_check_finds_what_it_looks_for(text: str) -> None:
    assert FORBIDDEN.search(text) or "!" in text


def test_long_sentences_are_counted() -> None:
    assert longest("One two three. Four five: six seven eight nine.") == 4
    assert longest(" ".join(["word"] * 16)) > LONGEST
