"""Settings are read in one place: what the environment says enters through config/settings.py, and only wiring asks."""

from __future__ import annotations

import pytest

from tests.architecture.names import imported_names, references
from tests.architecture.sources import Source, product

ENVIRONMENT = ("os.environ", "os.getenv")
SETTINGS = "config/settings.py"


def reads_settings(source: Source) -> list[str]:
    """What a file takes from the settings or from the environment without leave."""
    if source.path == SETTINGS:
        return []
    asked = [name for _line, name in references(source.tree) if name in ENVIRONMENT]
    if source.room != "wiring":
        asked += [name for name in imported_names(source.tree).values() if name.startswith("config.settings")]
    return [f"{source.path}: {name}" for name in asked]


class TestSettings:
    def test_are_read_by_wiring_alone(self) -> None:
        assert [line for source in product() for line in reads_settings(source)] == []


class TestTheChecker:
    @pytest.mark.parametrize(
        "text",
        [
            "from config.settings import Settings",
            "from config import settings",
            "import config.settings as s",
            "import os\nos.environ['HOMEWARD_HOME']",
            "from os import getenv\ngetenv('HOMEWARD_HOME')",
        ],
    )
    def test_finds_a_reader(self, text: str) -> None:
        assert len(reads_settings(Source("cases/a.py", text))) == 1

    def test_lets_wiring_ask_the_settings_but_not_the_environment(self) -> None:
        text = "import os\nfrom config.settings import Settings\nos.environ['HOMEWARD_HOME']"
        assert reads_settings(Source("wiring/container.py", text)) == ["wiring/container.py: os.environ"]
