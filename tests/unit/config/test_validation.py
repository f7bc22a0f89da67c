"""Shapes: each wrong key and value is told where it stands, with what was expected and what may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.problems import Report
from config.yaml_tree import Items, plain, read_yaml
from tests.unit.config.houses import TINY, changed, place, problems


def shapes() -> list[dict[str, str]]:
    """The changes of `shapes.yaml`, each with what must be said of it."""
    tree = read_yaml(Path(__file__).with_name("shapes.yaml").read_bytes(), "shapes.yaml", Report())
    assert tree is not None
    entries = tree.entries["shapes"]
    assert isinstance(entries, Items)
    return [{str(key): str(value) for key, value in _mapping(plain(item)).items()} for item in entries.items]


def _mapping(value: object) -> dict[object, object]:
    assert isinstance(value, dict)
    return value


class TestShapes:
    @pytest.mark.parametrize("shape", [pytest.param(shape, id=shape.get("new", "")) for shape in shapes()])
    def test_it_tells_what_stood_where(self, tmp_path: Path, shape: dict[str, str]) -> None:
        files = changed(shape["in"], shape["old"], shape.get("new", ""))
        line, column = place(files, shape["in"], shape["at"])
        found = [problem for problem in problems(tmp_path, files) if shape["says"] in problem.message]
        assert [(Path(p.file).name, p.line, p.column) for p in found] == [(shape["in"], line, column)]
        assert shape.get("expected", "") in found[0].expected
        assert found[0].suggestion == shape.get("suggestion", "")

    def test_a_wrong_value_in_a_union_is_told_once(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "after: P14D", "after: [P14D]")
        (problem,) = problems(tmp_path, files)
        assert problem.expected == "a duration such as P14D, or {fact: name}"
        assert problem.found == "a list of 1"

    def test_a_list_is_not_called_empty_because_its_items_are_wrong(self, tmp_path: Path) -> None:
        files = changed("case.yaml", "over: {track: case, is: closed}", "over: {all: [{not: {trak: x}}]}")
        assert len(problems(tmp_path, files)) == 1

    @pytest.mark.parametrize(
        "section", ["tracks", "facts", "conditions", "guards", "actions", "deadlines", "invariants"]
    )
    def test_a_section_that_is_no_mapping_is_told(self, tmp_path: Path, section: str) -> None:
        files = {**TINY, "extra.yaml": f"process: extra\n{section}: [a]\n"}
        (problem,) = problems(tmp_path, files)
        assert problem.message == f"`{section}` has the wrong kind of value"
        assert problem.expected == "a mapping of names"
        assert (problem.line, problem.column) == place(files, "extra.yaml", "[a]")
