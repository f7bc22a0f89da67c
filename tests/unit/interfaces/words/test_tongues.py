"""What is not translated says in which language it is, also as part of a sentence."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from config.loader import load_workflow
from interfaces.web.pages import language_of, tongue
from interfaces.words.tongues import Tongued, filled, parts_of, together
from interfaces.words.words import Words

NOW = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
OWN = Tongued(("Plan <now>", "en"))


def words(language: str) -> Words:
    return Words(language, ZoneInfo("Asia/Phnom_Penh"), NOW)


def test_a_sentence_keeps_the_language_of_its_parts() -> None:
    said = words("vi").gettext("Due %(day)s", day=OWN)
    assert [language for text, language in parts_of(said) if text == "Plan <now>"] == ["en"]
    assert str(said) == "".join(text for text, _ in parts_of(said))


def test_a_sentence_of_one_language_is_plain() -> None:
    said = filled("%(what)s".__mod__, {"what": "x"})
    assert type(said) is str
    assert parts_of(said) == (("x", ""),)


def test_what_is_listed_or_put_together_keeps_the_language_of_its_parts() -> None:
    listed = words("km").join(["ក", OWN, OWN])
    assert [language for text, language in parts_of(listed) if text == "Plan <now>"] == ["en", "en"]
    assert str(listed) == words("km").join(["ក", str(OWN), str(OWN)])
    assert parts_of(together((OWN, "x"), ": ")) == (*OWN.parts, (": ", ""), ("x", ""))
    assert type(together(("x", "y"), "; ")) is str
    assert together(("x", "y"), "; ") == "x; y"


def test_an_attribute_says_the_language_of_what_is_in_one_other() -> None:
    assert language_of(OWN) == "en"
    assert language_of("x") == language_of(Tongued(*OWN.parts, ("x", ""))) == ""


def test_on_a_page_it_stands_in_an_element_with_its_language_and_is_escaped() -> None:
    assert tongue(Tongued(("<", ""), *OWN.parts)) == '&lt;<span lang="en">Plan &lt;now&gt;</span>'
    assert tongue("<b>") == "<b>"  # the template escapes what comes as it is


def test_labels_of_a_workflow_that_nobody_translated_are_in_its_own_language() -> None:
    workflow = load_workflow("kh-2009").workflow
    own = workflow.processes["case"].actions["receive"].says or ""
    assert own
    assert parts_of(words("km").labels(workflow).action("case", "receive")) == ((own, "en"),)
    assert parts_of(words("en").labels(workflow).action("case", "receive")) == ((own, ""),)
