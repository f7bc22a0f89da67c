"""`docs/language.md` and the models say the same: every key has a row and an example, and every example is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from config import clause_book, definition
from config import conditions as heads
from config.built_in import BUILT_IN
from config.conditions import Condition, Moment, Name
from config.definition import Workflow
from config.loader import load_workflow
from config.model_walk import all_models, key_of, keys_of
from config.problems import Report
from config.shapes import Part
from config.yaml_tree import plain, read_yaml
from tests.architecture.sources import ROOT, sources
from tests.unit.config.houses import write

PAGE = (ROOT / "docs" / "language.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml ([^\n]+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

KINDS: Mapping[str, TypeAdapter[object]] = {
    "process": TypeAdapter(definition.Process),
    "tracks": TypeAdapter(dict[Name, definition.Track]),
    "facts": TypeAdapter(dict[Name, definition.Fact]),
    "conditions": TypeAdapter(dict[Name, Condition]),
    "guards": TypeAdapter(dict[Name, definition.Guard]),
    "actions": TypeAdapter(dict[Name, definition.Action]),
    "deadlines": TypeAdapter(dict[Name, definition.Deadline]),
    "invariants": TypeAdapter(dict[Name, definition.Invariant]),
    "clauses": TypeAdapter(clause_book.ClauseBook),
    "workflow": TypeAdapter(Workflow),
    "moments": TypeAdapter(list[Moment]),
}
SECTIONS: Mapping[type[Part], str] = {
    definition.Workflow: "`workflow.yaml`",
    definition.Calendar: "Calendar",
    definition.Role: "Roles",
    definition.NoticeText: "Notices",
    definition.Form: "Forms",
    definition.Process: "2. Processes",
    definition.Track: "Tracks",
    definition.State: "States",
    definition.Action: "Actions",
    definition.Move: "Moves",
    definition.Opens: "Opening a child",
    definition.Fact: "4. Facts",
    definition.Lasts: "How long a value holds",
    definition.Source: "Sources",
    heads.All: "Putting conditions together",
    heads.AnyOf: "Putting conditions together",
    heads.Not: "Putting conditions together",
    heads.FactTest: "Tests of facts",
    heads.TrackTest: "Tests of tracks",
    heads.Elapsed: "Time that has gone by",
    heads.Within: "Time that has gone by",
    heads.Some: "Children",
    heads.NoneOf: "Children",
    heads.Every: "Children",
    heads.Count: "Children",
    heads.ActorTest: "Who acts",
    heads.ActionDoer: "Moments and events",
    heads.FactRecorder: "Moments and events",
    heads.FactRef: "The right side",
    heads.FactMoment: "Moments and events",
    heads.ActionMoment: "Moments and events",
    heads.TrackMoment: "Moments and events",
    definition.Guard: "6. Guards",
    definition.Deadline: "7. Deadlines and tasks",
    definition.Due: "When it is due",
    definition.Rung: "Rungs",
    definition.Invariant: "8. Invariants",
    definition.Never: "`never`",
    definition.NeverRefused: "`never_refused`",
    definition.AlwaysWatched: "`always_watched`",
    definition.NeverReads: "`never_reads`",
    clause_book.ClauseBook: "9. Clauses",
    clause_book.Clause: "Entries of the register",
    clause_book.Attested: "Statements",
}
MODELS = [model for model in all_models(Workflow) if issubclass(model, Part)]


def rows(section: str) -> set[str]:
    """The keys in the first column of the tables of a section."""
    _, found, rest = PAGE.partition(f"# {section}\n")
    assert found, section
    body = re.split(r"^#{2,3} ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    first = [line.split("|")[1] for line in body.splitlines() if line.startswith("| `")]
    return {key for cell in first for key in re.findall(r"`([a-z_]+)`", cell)}


def examples() -> Iterator[tuple[str, object]]:
    """Every example that is part of a file, read as the loader reads it."""
    for kind, text in BLOCKS:
        if kind in KINDS:
            report = Report()
            tree = read_yaml(f"example:\n{_indented(text)}".encode(), kind, report)
            assert tree is not None
            assert report.problems == [], kind
            raw = plain(tree)
            assert isinstance(raw, dict)
            yield kind, KINDS[kind].validate_python(raw["example"])


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def used_keys(value: object) -> Iterator[tuple[type[Part], str]]:
    """Every key that an example gives, with its model."""
    if isinstance(value, Part):
        for name in value.model_fields_set:
            yield type(value), key_of(name, type(value).model_fields[name])
            yield from used_keys(getattr(value, name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from used_keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from used_keys(inner)


class TestEveryKey:
    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_it_has_a_row(self, model: type[Part]) -> None:
        assert [key for key in keys_of(model) if key not in rows(SECTIONS[model])] == []

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_it_has_an_example(self, model: type[Part]) -> None:
        given = {key for _, example in examples() for owner, key in used_keys(example) if owner is model}
        assert [key for key in keys_of(model) if key not in given] == []

    @pytest.mark.parametrize("section", sorted(set(SECTIONS.values())))
    def test_no_row_is_left_of_a_key_that_went(self, section: str) -> None:
        known = {key for model, place in SECTIONS.items() if place == section for key in keys_of(model)}
        kinds = set(get_args(definition.FactKind)) if section == "4. Facts" else set()
        assert rows(section) - known - kinds == set()


class TestTheExamples:
    def test_all_blocks_are_read(self) -> None:
        assert PAGE.count("```yaml") == len(BLOCKS)
        assert [kind for kind, _ in BLOCKS if kind not in KINDS and "/" not in kind] == []

    def test_the_workflows_load(self, tmp_path: Path) -> None:
        write(tmp_path, {kind: text for kind, text in BLOCKS if "/" in kind})
        (warning,) = load_workflow(tmp_path / "lantern").warnings
        assert warning.message == "2 texts are not translated"
        case = load_workflow(tmp_path / "lighthouse").workflow.processes["case"]
        assert case.actions["close"].guards == ("goodbye_first", "view_heard")

    def test_the_first_workflow_has_ten_lines(self) -> None:
        files = [text for kind, text in BLOCKS if kind in ("lantern/workflow.yaml", "lantern/case.yaml")]
        assert sum(len(text.splitlines()) for text in files) == 10


class TestTheMessages:
    MESSAGES = re.findall(r"^\| `(.+?)` \| ", PAGE.partition("| message |")[2], re.MULTILINE)

    def test_there_are_many(self) -> None:
        assert len(self.MESSAGES) >= 40

    @pytest.mark.parametrize("message", MESSAGES)
    def test_each_is_one_that_the_loader_gives(self, message: str) -> None:
        code = "\n".join(source.text for source in sources("config"))
        said = re.sub(r'"\n\s+f?"', "", code)
        for one in message.split("` / `"):
            for part in re.split(r"…|`", one):
                assert part.strip() in said, part


def test_all_that_the_program_keeps_is_told() -> None:
    told = re.findall(
        r"^\| `(\w+)` \|", PAGE.partition("### What the program keeps")[2].partition("###")[0], re.MULTILINE
    )
    assert told == list(BUILT_IN)
