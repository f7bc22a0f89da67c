"""In `people.yaml` too nobody configures the house, or follows its trail, and works in cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.problems import DefinitionError
from tests.staffed_house import shipped
from wiring.people import read_people


@pytest.mark.parametrize("post", ["administrator", "auditor"])
def test_a_title_of_the_house_with_one_of_the_work_is_refused_at_its_line(tmp_path: Path, post: str) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(f"dara: [supervisor]\neve: [{post}, case_worker]\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        read_people(file, shipped()[1])
    assert f"{file}:2" in str(refused.value)
    assert "give it to two people" in str(refused.value)


def test_both_titles_of_the_house_or_of_the_work_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text("adam: [administrator, auditor]\neve: [case_manager, case_worker]\n", encoding="utf-8")
    assert [one.name for one in read_people(file, shipped()[1]).all()] == ["adam", "eve"]
