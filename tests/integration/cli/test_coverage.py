"""`homeward workflow coverage`: what carries each clause, what shows it, and where it is looked up."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from config.loader import list_shipped, load_workflow
from config.problems import DefinitionError
from interfaces.coverage.matrix import Line, matrix
from tests.integration.cli.conftest import HARBOUR, Homeward

CLAUSE = "HB-1.1"


def shipped() -> list[str]:
    """The shipped workflows that are whole by themselves."""
    return [name for name in list_shipped() if name != "base"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the small workflow, to be changed."""
    return Path(shutil.copytree(HARBOUR, tmp_path / "harbour"))


def change(copy: Path, file: str, before: str, after: str) -> None:
    text = (copy / file).read_text("utf-8")
    assert before in text
    (copy / file).write_text(text.replace(before, after), "utf-8")


REMINDED = """\
  ask:
    while: {track: case, is: open}
    task_for: case_manager
    due: {after: P1D, source: {house: board, decided: 2026-11-01, why: soon}}
    done_by: {fact: wishes}
    ladder: [{name: late, at: P1D, tell: supervisor, again: P1D}]
"""
"""A deadline that reminds of a fact."""


def only_a_fact(copy: Path) -> None:
    """Let nothing but a fact answer for the clause."""
    shutil.rmtree(copy / "scenarios")
    change(copy, "clauses.yaml", "kind: guard", "kind: record")
    change(copy, "case.yaml", f"    clauses: [{CLAUSE}]\n", "")
    change(copy, "case.yaml", "wishes: {kind: text,", f"wishes: {{clauses: [{CLAUSE}], kind: text,")


def line(folder: Path) -> Line:
    return next(line for line in matrix(load_workflow(folder)) if line.row.id == CLAUSE)


class TestTheMatrix:
    def test_names_the_scenarios_in_which_the_guard_speaks(self) -> None:
        assert line(HARBOUR).scenarios
        assert line(HARBOUR).complaint == ""

    def test_says_where_the_journal_shows_it(self) -> None:
        assert any("whether it held and what it read" in said for said in line(HARBOUR).look_up)

    def test_complains_of_what_no_scenario_shows(self, copy: Path) -> None:
        kept = copy / "scenarios" / "other.yaml"
        for path in (copy / "scenarios").glob("*.yaml"):
            path.unlink()
        kept.write_text(
            "scenario: A case\nworkflow: harbour\nstarts_at: 2027-01-04T09:00+07:00\npeople: {sok: [case_manager]}\n"
            "steps:\n  - {open: case, as: sok}\n",
            "utf-8",
        )
        assert line(copy).complaint == "no scenario exercises an element that carries it"

    def test_a_workflow_without_scenarios_has_none_to_complain_of(self, copy: Path) -> None:
        shutil.rmtree(copy / "scenarios")
        assert (line(copy).scenarios, line(copy).complaint) == ((), "")

    def test_complains_of_a_clause_that_its_elements_cannot_carry(self, copy: Path) -> None:
        change(copy, "clauses.yaml", "kind: guard", "kind: timer")
        assert line(copy).complaint == "a clause of the kind timer is carried by one of deadline"

    def test_complains_of_a_fact_that_nothing_asks_reads_or_reminds_of(self, copy: Path) -> None:
        only_a_fact(copy)
        assert line(copy).complaint.startswith("it is only a fact")

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("  close:\n", "  close:\n    asks: [wishes]\n"),
            ("require: {fact: needs, known: true}", "require: {fact: wishes, known: true}"),
            ("deadlines:\n", f"deadlines:\n{REMINDED}"),
        ],
        ids=["asked", "read", "reminded of"],
    )
    def test_a_fact_that_something_works_with_carries(self, copy: Path, before: str, after: str) -> None:
        only_a_fact(copy)
        change(copy, "case.yaml", before, after)
        assert line(copy).complaint == ""

    def test_complains_of_a_must_that_is_only_advised_until_a_source_says_why(self, copy: Path) -> None:
        guard = line(copy).row.carried_by[0].rpartition(".")[2]
        change(copy, "case.yaml", f"  {guard}:\n", f"  {guard}:\n    strength: may\n")
        assert "nothing that carries it is as strong as `must`" in line(copy).complaint
        why = "    source: {house: board, decided: 2026-11-01, why: nobody waits}\n"
        change(copy, "case.yaml", "    strength: may\n", "    strength: may\n" + why)
        assert (line(copy).complaint, line(copy).weaker) == ("", ("board, 2026-11-01: nobody waits",))

    def test_a_track_does_not_do_what_a_guard_asks(self, copy: Path) -> None:
        change(copy, "case.yaml", "  case: {starts", f"  case: {{clauses: [{CLAUSE}], starts")
        assert line(copy).complaint == "case.track.case: no track does what a guard asks"

    def test_what_is_switched_off_carries_nothing(self, copy: Path) -> None:
        guard = line(copy).row.carried_by[0].rpartition(".")[2]
        change(copy, "case.yaml", f"  {guard}:\n", f"  {guard}:\n    strength: 'off'\n")
        with pytest.raises(DefinitionError, match=f"nothing answers for the clause `{CLAUSE}`"):
            load_workflow(copy)


class TestTheCommand:
    def test_fails_where_something_wants_mending(self, homeward: Homeward, copy: Path) -> None:
        change(copy, "clauses.yaml", "kind: guard", "kind: timer")
        ran = homeward("workflow", "coverage", str(copy), "--json")
        assert ran.code == 1
        assert ran.document["complaints"] == 1
        told = homeward("workflow", "coverage", str(copy))
        assert "1 of them want mending" in told.out

    @pytest.mark.parametrize("name", shipped())
    def test_every_shipped_standard_is_answered_for_and_shown(self, homeward: Homeward, name: str) -> None:
        ran = homeward("workflow", "coverage", name, "--json")
        complaints = [(one["id"], one["complaint"]) for one in ran.document["clauses"] if one["complaint"]]
        assert complaints == []
        assert ran.code == 0


class _Page(HTMLParser):
    """The anchors and the texts of a page; fails on a tag that is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        self.ids += [value for name in ("id",) if (value := told.get(name))]
        self.links += [value for name in ("href", "src") if (value := told.get(name))]


class TestThePage:
    def test_has_a_row_for_each_clause_and_needs_nothing_else(self, homeward: Homeward) -> None:
        ran = homeward("workflow", "coverage", str(HARBOUR), "--format", "html")
        page = _Page()
        page.feed(ran.out)
        assert ran.code == 0
        assert {CLAUSE, "HB-1.2"} <= set(page.ids)
        assert "script" not in page.tags
        assert all(link.startswith("#") for link in page.links)

    def test_writes_the_words_of_a_workflow_as_words(self, homeward: Homeward, copy: Path) -> None:
        change(copy, "clauses.yaml", f"{CLAUSE}: {{says: ", f"{CLAUSE}: {{says: <script>alert(1)</script> ")
        out = homeward("workflow", "coverage", str(copy), "--format", "html").out
        assert "&lt;script&gt;" in out
        assert "<script" not in out

    def test_links_what_wants_mending(self, homeward: Homeward, copy: Path) -> None:
        change(copy, "clauses.yaml", "kind: guard", "kind: timer")
        page = _Page()
        page.feed(homeward("workflow", "coverage", str(copy), "--format", "html").out)
        assert page.links == [f"#{CLAUSE}"]
