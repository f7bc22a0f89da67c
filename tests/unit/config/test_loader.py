"""Folders: what belongs into them, where `extends` is sought, and what comes back."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from config.loader import DefinitionError, list_shipped, load_workflow
from tests.unit.config.houses import OVERLAY, TINY, changed, load, problems, write


def told(folder: Path, *, siblings: bool = True) -> list[tuple[str, str]]:
    """File name and message of each problem of a folder."""
    with pytest.raises(DefinitionError) as error:
        load_workflow(folder, siblings=siblings)
    return [(Path(problem.file).name, problem.message) for problem in error.value.problems]


class TestAFolder:
    def test_it_becomes_a_workflow(self, tmp_path: Path) -> None:
        loaded = load(tmp_path)
        assert loaded.workflow.workflow == "tiny"
        assert list(loaded.workflow.processes) == ["case", "staff", "visit"]
        assert loaded.hash == hashlib.sha256(loaded.canonical).hexdigest()
        assert [path.name for path in loaded.files] == [
            "workflow.yaml",
            "case.yaml",
            "clauses.yaml",
            "staff.yaml",
            "visit.yaml",
        ]
        assert loaded.folder == tmp_path / "tiny"

    def test_it_bears_the_name_of_the_workflow(self, tmp_path: Path) -> None:
        assert [problem.message for problem in problems(tmp_path, TINY, "huge")] == [
            "the folder bears the workflow's name"
        ]

    def test_its_files_bear_the_names_of_their_processes(self, tmp_path: Path) -> None:
        files = changed("visit.yaml", "process: visit", "process: vist")
        (problem,) = problems(tmp_path, files)
        assert problem.message == "the file bears the name of its process"
        assert (problem.found, problem.expected) == ("`vist`", "`visit`")

    @pytest.mark.parametrize(
        ("extra", "message"),
        [
            ("notes.txt", "unknown file"),
            ("case.yml", "unknown file"),
            ("Case.yaml", "unknown file"),
            ("case.yaml~", "unknown file"),
            ("README.md", "unknown file"),
            ("drafts/case.yaml", "unknown folder"),
            ("texts/khmer language.yaml", "unknown file"),
            ("texts/km.txt", "unknown file"),
            ("texts/km/more.yaml", "unknown file"),
        ],
    )
    def test_it_holds_nothing_that_the_language_does_not_know(self, tmp_path: Path, extra: str, message: str) -> None:
        (problem,) = problems(tmp_path, {**TINY, extra: "a: 1\n"})
        assert problem.message == message
        assert (problem.line, problem.column) == (1, 1)

    def test_it_may_hold_scenarios_forms_and_hidden_files(self, tmp_path: Path) -> None:
        extra = {"scenarios/one/two.yaml": "anything", "forms/f1.pdf": "anything", ".DS_Store": "anything"}
        assert problems(tmp_path, {**TINY, **extra}) == ()

    def test_it_follows_no_link_and_opens_no_pipe(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", TINY)
        (tmp_path / "secret.yaml").write_text("process: secret\n")
        (tmp_path / "tiny" / "secret.yaml").symlink_to(tmp_path / "secret.yaml")
        os.mkfifo(tmp_path / "tiny" / "pipe.yaml")
        assert told(tmp_path / "tiny") == [("pipe.yaml", "not a plain file"), ("secret.yaml", "not a plain file")]

    def test_it_may_not_be_empty(self, tmp_path: Path) -> None:
        (tmp_path / "tiny").mkdir()
        assert told(tmp_path / "tiny") == [("tiny", "workflow.yaml is missing")]

    def test_it_may_not_hold_too_many_files(self, tmp_path: Path) -> None:
        many = {f"p{number}.yaml": "process: p\n" for number in range(201)}
        found = [problem.message for problem in problems(tmp_path, {**TINY, **many})]
        assert "too many files" in found

    def test_it_may_not_hold_too_much(self, tmp_path: Path) -> None:
        much = {f"p{number}.yaml": "# " + "x" * 500_000 for number in range(9)}
        found = [problem.message for problem in problems(tmp_path, {**TINY, **much})]
        assert "this folder holds too much" in found


class TestASource:
    def test_it_is_a_shipped_workflow_by_its_name(self) -> None:
        assert "base" in list_shipped()
        assert "kh-2009" in list_shipped()

    def test_an_unknown_name_is_told_with_the_nearest_one(self) -> None:
        with pytest.raises(DefinitionError) as error:
            load_workflow("kh-2008")
        (problem,) = error.value.problems
        assert problem.suggestion == "kh-2009"

    def test_a_folder_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        assert told(tmp_path / "nowhere") == [("nowhere", "there is no such folder")]

    def test_a_path_is_never_a_shipped_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert told(Path("kh-2009")) == [("kh-2009", "there is no such folder")]

    def test_files_are_told_as_the_folder_was_given(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path / "tiny", changed("case.yaml", "kind: number", "kind: nmber"))
        monkeypatch.chdir(tmp_path)
        with pytest.raises(DefinitionError) as error:
            load_workflow("tiny")
        assert [problem.file for problem in error.value.problems] == ["tiny/case.yaml"]


class TestExtends:
    def test_it_is_sought_beside_the_folder(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", TINY)
        assert load(tmp_path, {"workflow.yaml": OVERLAY}, "strict").workflow.extends == ("tiny",)

    def test_it_is_not_sought_there_for_publishing(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", TINY)
        write(tmp_path / "strict", {"workflow.yaml": OVERLAY})
        assert told(tmp_path / "strict", siblings=False) == [("workflow.yaml", "unknown workflow")]

    def test_an_unknown_one_is_told_with_the_nearest_name(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", TINY)
        (problem,) = problems(tmp_path, {"workflow.yaml": OVERLAY.replace("[tiny]", "[tinny]")}, "strict")
        assert (problem.line, problem.column, problem.suggestion) == (3, 11, "tiny")

    def test_it_may_not_go_in_a_circle(self, tmp_path: Path) -> None:
        for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
            write(tmp_path / one, {"workflow.yaml": f"workflow: {one}\nsays: {one}\nextends: [{other}]\n"})
        with pytest.raises(DefinitionError) as error:
            load_workflow(tmp_path / "a")
        (problem,) = error.value.problems
        assert problem.message == "a workflow cannot extend itself"
        assert problem.found == "a → b → c → a"
        assert Path(problem.file).parent.name == "c"

    def test_it_may_not_be_itself(self, tmp_path: Path) -> None:
        (problem,) = problems(tmp_path, {"workflow.yaml": OVERLAY.replace("[tiny]", "[strict]")}, "strict")
        assert problem.found == "strict → strict"

    def test_a_long_chain_ends_at_a_limit(self, tmp_path: Path) -> None:
        for number in range(60):
            text = f"workflow: w{number}\nsays: one\nextends: [w{number + 1}]\n"
            write(tmp_path / f"w{number}", {"workflow.yaml": text})
        assert told(tmp_path / "w0") == [("workflow.yaml", "too many workflows in one composition")]

    def test_problems_of_what_is_extended_are_told_too(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", changed("case.yaml", "kind: number", "kind: nmber"))
        write(tmp_path / "strict", {"workflow.yaml": OVERLAY, "extra.yaml": "process: extra\nparnet: case\n"})
        assert told(tmp_path / "strict") == [
            ("extra.yaml", "unknown key `parnet`"),
            ("case.yaml", "`kind` does not know this word"),
        ]

    def test_a_published_workflow_comes_first(self, tmp_path: Path) -> None:
        published = load(tmp_path / "elsewhere").canonical
        write(tmp_path / "tiny", changed("case.yaml", "kind: number", "kind: nmber"))
        folder = write(tmp_path / "strict", {"workflow.yaml": OVERLAY})
        loaded = load_workflow(folder, published={"tiny": published}.get)
        assert loaded.workflow.extends == ("tiny",)

    def test_an_overlay_of_a_published_overlay_is_composed_as_one_of_folders(self, tmp_path: Path) -> None:
        change = "process: case\nfacts: {told: {kind: yes_no, by: [worker]}}\n"
        write(tmp_path / "tiny", TINY)
        strict = write(tmp_path / "strict", {"workflow.yaml": OVERLAY, "case.yaml": change})
        text = OVERLAY.replace("strict", "house").replace("[tiny]", "[strict, tiny]")
        more = "process: case\nactions: {close: {guards: [danger]}}\n"
        house = write(tmp_path / "house", {"workflow.yaml": text, "case.yaml": more})
        published = {"strict": load_workflow(strict).canonical}
        assert load_workflow(house, published=published.get).hash == load_workflow(house).hash

    def test_a_workflow_may_not_extend_what_was_composed_from_it(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", TINY)
        strict = load_workflow(write(tmp_path / "strict", {"workflow.yaml": OVERLAY})).canonical
        folder = write(
            tmp_path / "tiny", changed("workflow.yaml", "workflow: tiny\n", "workflow: tiny\nextends: [strict]\n")
        )
        with pytest.raises(DefinitionError) as error:
            load_workflow(folder, published={"strict": strict}.get)
        assert error.value.problems[0].message == "a workflow cannot extend itself"


class TestWarnings:
    def test_they_do_not_stop_a_workflow(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "guards:\n  care", "guards:\n  idle: {require: child_rules}\n  care")
        warnings = [(warning.message, warning.line) for warning in load(tmp_path, files).warnings]
        assert ("nothing uses the guard `idle`", 28) in warnings

    @pytest.mark.parametrize(
        ("file", "old", "new", "says"),
        [
            ("case.yaml", "facts:\n  age", "facts:\n  idle: {kind: text}\n  age", "nothing reads the fact `idle`"),
            (
                "visit.yaml",
                "parent: case\n",
                "parent: case\nover: {track: visit, is: held}\n",
                "a `visit` that has ended keeps this state",
            ),
            (
                "case.yaml",
                "kind: choice, values: [offered, delivered, declined], by: [nurse]",
                "kind: choice, values: [offered, delivered, declined], by: []",
                "nobody may record `care`",
            ),
            (
                "case.yaml",
                "while: {track: case, is: open}",
                "while: {fact: nationality, known: true}",
                "`while` reads the protected fact `nationality`",
            ),
            (
                "visit.yaml",
                "values: [safe, unsafe], by",
                "values: [safe, unsafe], find_by: true, seen_by: [nurse], by",
                "`finding` has `seen_by`, but `find_by`",
            ),
        ],
    )
    def test_they_tell(self, tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
        warnings = load(tmp_path, changed(file, old, new)).warnings
        assert any(warning.message.startswith(says) for warning in warnings)


class TestTexts:
    def test_they_are_read_by_language_and_are_no_part_of_the_identity(self, tmp_path: Path) -> None:
        texts = "processes: {case: {guards: {care_answered: {refusal: ថែទាំជាមុន}}}}\n"
        one = load(tmp_path / "1", {**TINY, "texts/km.yaml": texts})
        assert one.texts["km"]["processes.case.guards.care_answered.refusal"] == "ថែទាំជាមុន"
        assert one.hash == load(tmp_path / "2").hash
        assert any("texts are not translated" in warning.message for warning in one.warnings)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (
                "processes: {case: {guards: {care_answerd: {refusal: x}}}}",
                "the workflow has no text `processes.case.guards.care_answerd`",
            ),
            (
                "processes: {case: {guards: {care_answered: {require: x}}}}",
                "the workflow has no text `processes.case.guards.care_answered.require`",
            ),
            ("processes: {case: {says: [x]}}", "`says` is not a text"),
            ('notices: {late: {says: "{case} {name}"}}', "a notice has other slots"),
            ('notices: {late: {says: "victim {case}"}}', "a notice holds a word"),
        ],
    )
    def test_they_are_texts_of_the_workflow(self, tmp_path: Path, text: str, says: str) -> None:
        (problem,) = problems(tmp_path, {**TINY, "texts/km.yaml": text})
        assert problem.message.startswith(says)
        assert Path(problem.file).name == "km.yaml"

    def test_those_of_an_overlay_come_before_those_of_its_base(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", {**TINY, "texts/km.yaml": "says: one\nroles: {nurse: {says: two}}\n"})
        loaded = load(tmp_path, {"workflow.yaml": OVERLAY, "texts/km.yaml": "says: three\n"}, "strict")
        assert dict(loaded.texts["km"]) == {"says": "three", "roles.nurse.says": "two"}
