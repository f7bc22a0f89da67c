"""Why something was not done is said in the reader's language, each reason by its code."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import access
import cases
from cases.errors import BadInput
from cases.publish import Objection
from interfaces.words.objections import by_code, said_objection, said_objections, said_problem
from interfaces.words.words import Words

NOW = dt.datetime(2027, 1, 4, 2, 0, tzinfo=dt.UTC)
CODE = {"unsafe"}
"""Said by the workflow's own faults, which are in the words of its author."""
FORMS = ("check_member.py", "members.py", "people_answered.py", "links.py")
"""Where what the forms about people say is read."""


def words(language: str) -> Words:
    return Words(language, ZoneInfo("Asia/Phnom_Penh"), NOW)


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a class by this name in the use cases, with its file."""
    for package in (access, cases):
        for path in sorted(Path(str(package.__file__)).parent.glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                    yield path.name, node


def text_of(node: ast.expr) -> str:
    """A text of the source, its slots as dots."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


def test_every_code_has_its_sentence() -> None:
    codes = {text_of(call.args[0]) for _, call in calls("Objection")} - {"", *CODE}
    assert len(codes) > 15
    assert codes - set(by_code(words("en"))) == set()


@pytest.mark.parametrize("language", ["km", "vi"])
def test_no_objection_comes_in_english(language: str) -> None:
    english, translated = by_code(words("en")), by_code(words(language))
    assert [code for code, said in translated.items() if said == english[code]] == []


@pytest.mark.parametrize("language", ["km", "vi"])
def test_what_forms_about_people_get_wrong_is_said_by_itself(language: str) -> None:
    texts = {text_of(call.args[0]) for file, call in calls("BadInput") if file in FORMS} - {""}
    assert len(texts) > 10
    general = said_problem(words(language), BadInput("something that nobody has foreseen"))
    assert [text for text in texts if said_problem(words(language), BadInput(text)) == general] == []


def test_in_english_it_is_a_sentence_with_the_names_that_it_holds() -> None:
    one = Objection("in_file", "sok is written in the file of the house; change people.yaml")
    assert said_objection(words("en"), one) == "Sok is written in the file of the house; change people.yaml."
    assert said_problem(words("en"), BadInput("an address looks like name@place.org")) == (
        "An address looks like name@place.org."
    )


def test_a_guard_of_a_workflow_is_said_in_its_own_words() -> None:
    one = Objection("critical_care_answered", "Critical medical care comes before the interview.")
    assert said_objections(words("km"), [one, one]) == f"{one.says} {one.says}"
