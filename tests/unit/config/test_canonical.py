"""The canonical form: the same workflow has the same bytes, whatever the order and the layout of its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rfc8785

from config.canonical import SHAPE, Elements, Inside, canonical_json
from config.definition import Workflow
from config.loader import from_canonical
from config.model_walk import all_models, key_of
from tests.unit.config.houses import TINY, changed, load


class TestTheCanonicalForm:
    def test_it_is_rfc_8785(self, tmp_path: Path) -> None:
        canonical = load(tmp_path).canonical
        assert canonical == rfc8785.dumps(json.loads(canonical))

    @pytest.mark.parametrize(
        "value", ["ភ្នំពេញ", 'a "quoted" \\ text', "\t\n\r\x0b\x1f", "\x7f\u2028", "🏠", 2**53 - 1, -5, True]
    )
    def test_each_kind_of_value_is_written_as_rfc_8785_does(self, value: object) -> None:
        said = {"b": value, "a": [value]}
        assert canonical_json(said) == rfc8785.dumps(said)  # type: ignore[arg-type]  # the stub asks for a closed union

    def test_it_comes_back_as_the_same_workflow(self, tmp_path: Path) -> None:
        loaded = load(tmp_path)
        assert from_canonical(loaded.canonical) == loaded.workflow

    def test_it_has_ascii_keys_only(self, tmp_path: Path) -> None:
        def keys(value: object) -> list[str]:
            if isinstance(value, dict):
                return [*value, *(key for inner in value.values() for key in keys(inner))]
            return [key for inner in value for key in keys(inner)] if isinstance(value, list) else []

        assert all(key.isascii() for key in keys(json.loads(load(tmp_path).canonical)))

    def test_its_elements_are_arrays_in_file_order(self, tmp_path: Path) -> None:
        processes = json.loads(load(tmp_path).canonical)["processes"]
        assert [process["name"] for process in processes] == ["case", "staff", "visit"]
        assert [action["name"] for action in processes[0]["actions"]][:3] == ["open", "assign", "start_interview"]
        assert processes[0]["conditions"] == [
            {"name": "child_rules", "value": {"not": {"fact": "age_group", "is": "adult"}}}
        ]

    def test_it_is_the_same_for_another_layout(self, tmp_path: Path) -> None:
        files = changed(
            "staff.yaml",
            "facts:\n  vetting: {kind: choice, values: [clear, not_clear], by: [director]}\n",
            "# vetting\nfacts:\n  vetting:\n    by: [director]\n"
            "    values:\n      - clear\n      - 'not_clear'\n    kind: choice\n",
        )
        assert load(tmp_path / "1", files).hash == load(tmp_path / "2").hash

    def test_it_is_another_for_another_order_of_elements(self, tmp_path: Path) -> None:
        files = changed(
            "case.yaml",
            "  open: {by: [worker]}\n  assign: {by: [director]}\n",
            "  assign: {by: [director]}\n  open: {by: [worker]}\n",
        )
        assert load(tmp_path / "1", files).hash != load(tmp_path / "2").hash

    def test_it_leaves_scenarios_out(self, tmp_path: Path) -> None:
        files = {**TINY, "scenarios/one.yaml": "scenario: one\n"}
        assert load(tmp_path / "1", files).hash == load(tmp_path / "2").hash

    def test_every_table_of_the_models_is_an_array(self) -> None:
        """A table that `SHAPE` forgot would lose the order of its elements in sorted JSON."""
        tables = {
            key_of(name, info)
            for model in all_models(Workflow)
            for name, info in model.model_fields.items()
            if "dict[" in str(info.annotation)
        }
        assert _tables_of(SHAPE) == tables

    def test_damaged_bytes_are_no_workflow(self) -> None:
        with pytest.raises(ValueError, match="workflow"):
            from_canonical(b'{"workflow":"x"}')


def _tables_of(shape: Inside) -> set[str]:
    found: set[str] = set()
    for key, inner in shape:
        if isinstance(inner, Elements):
            found |= {key} | _tables_of(inner.inside)
        else:
            found |= _tables_of(inner)
    return found
