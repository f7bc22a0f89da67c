"""Settings come from the environment, and each of them is documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import Settings
from tests.architecture.sources import ROOT


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HOMEWARD_{name.upper()}", raising=False)


class TestSettings:
    def test_they_have_defaults(self) -> None:
        settings = Settings()
        assert (settings.home, settings.workflow) == (Path("var"), "kh-2009")
        assert (settings.database_url, settings.key_file, settings.key_command) == (None, None, None)

    def test_they_are_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_HOME", "/srv/house")
        monkeypatch.setenv("HOMEWARD_KEY_FILE", "/etc/house.key")
        monkeypatch.setenv("HOMEWARD_SOMETHING_ELSE", "kept for others")
        settings = Settings()
        assert (settings.home, settings.key_file) == (Path("/srv/house"), Path("/etc/house.key"))

    def test_an_empty_one_counts_as_unset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_DATABASE_URL", "")
        assert Settings().database_url is None

    def test_the_key_lies_in_one_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_KEY_FILE", "/etc/house.key")
        monkeypatch.setenv("HOMEWARD_KEY_COMMAND", "pass show house")
        with pytest.raises(ValidationError, match="not both"):
            Settings()

    @pytest.mark.parametrize("name", Settings.model_fields)
    def test_each_is_documented(self, name: str) -> None:
        page = (ROOT / "docs" / "settings.md").read_text("utf-8")
        description = Settings.model_fields[name].description
        assert f"`HOMEWARD_{name.upper()}`" in page
        assert description is not None
        assert description in page

    def test_nothing_else_is_documented(self) -> None:
        page = (ROOT / "docs" / "settings.md").read_text("utf-8")
        rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `HOMEWARD_")]
        assert rows == [f"HOMEWARD_{name.upper()}" for name in Settings.model_fields]
