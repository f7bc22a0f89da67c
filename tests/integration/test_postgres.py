"""The PostgreSQL that the tests are given is a real, durable one, or its absence is said aloud."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Found, find, found_once, fresh_database


def run_without_server(folder: Path, *, required: bool) -> subprocess.CompletedProcess[str]:
    """Run a test that asks for PostgreSQL where a search finds nothing."""
    (folder / "conftest.py").write_text(
        "import tests.postgres\ntests.postgres.folders_with_programs = list\npytest_plugins = ('tests.postgres',)\n"
    )
    (folder / "test_it.py").write_text("def test_asks(postgres_url: str) -> None:\n    assert postgres_url\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", "--rootdir", ".", "."]
    environment = {"HOMEWARD_REQUIRE_ALL": "1" if required else ""}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


class TestADatabase:
    def test_is_durable(self, postgres_url: str) -> None:
        with psycopg.connect(postgres_url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)

    def test_is_empty_and_alone(self, postgres_server: str, postgres_url: str) -> None:
        with fresh_database(postgres_server) as other, psycopg.connect(other) as connection:
            connection.execute("CREATE TABLE mine (id integer)")
            connection.commit()
            with psycopg.connect(postgres_url) as mine:
                assert mine.execute("SELECT to_regclass('mine')").fetchone() == (None,)

    def test_is_dropped_even_if_somebody_holds_it(self, postgres_server: str) -> None:
        with fresh_database(postgres_server) as url:
            held = psycopg.connect(url)
        with pytest.raises(psycopg.OperationalError):
            held.execute("SELECT 1")
        held.close()


class TestTheSearch:
    def test_takes_the_server_that_it_is_given(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOMEWARD_TEST_POSTGRES_URL", "postgresql://somewhere/else")
        assert find(tmp_path, []) == Found(url="postgresql://somewhere/else")

    def test_says_why_when_there_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("HOMEWARD_TEST_POSTGRES_URL", raising=False)
        assert "HOMEWARD_TEST_POSTGRES_URL is not set" in find(tmp_path, []).absent

    def test_says_what_it_tried(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("HOMEWARD_TEST_POSTGRES_URL", raising=False)
        assert str(tmp_path / "nothing" / "initdb") in find(tmp_path, [tmp_path / "nothing"]).absent

    def test_is_made_once_for_all_workers(self, tmp_path: Path) -> None:
        first = found_once(tmp_path, lambda: Found(absent="none"))
        assert found_once(tmp_path, lambda: Found(url="another")) == first


class TestItsAbsence:
    def test_is_reported_at_the_end_of_the_run(self, tmp_path: Path) -> None:
        result = run_without_server(tmp_path, required=False)
        assert result.returncode == 0
        assert "ABSENT: PostgreSQL" in result.stdout
        assert "1 skipped" in result.stdout

    def test_fails_the_run_where_everything_is_required(self, tmp_path: Path) -> None:
        result = run_without_server(tmp_path, required=True)
        assert result.returncode == 1
        assert "PostgreSQL is required here and absent" in result.stdout
