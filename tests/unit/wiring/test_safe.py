"""What a house is not served with, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.errors import CannotStart
from config.settings import Settings
from wiring.safe import check_safe, is_loopback, lies_in_memory, unsafe

DISK = "/dev/sda1 / ext4 rw 0 0\n"


def said(tmp_path: Path, host: str = "127.0.0.1", mounts: str = DISK, **given: object) -> list[str]:
    home = tmp_path / "house"
    home.mkdir(mode=0o700, exist_ok=True)
    return list(unsafe(Settings.model_validate({"home": home, **given}), host, mounts))


def test_on_this_machine_alone_nothing_has_to_be_set(tmp_path: Path) -> None:
    assert said(tmp_path) == []


def test_an_address_that_others_can_reach_needs_tls_and_a_named_proxy(tmp_path: Path) -> None:
    problems = said(tmp_path, "0.0.0.0")
    assert [("HOMEWARD_LINK_BASE" in one, "HOMEWARD_TRUSTED_PROXIES" in one) for one in problems] == [
        (True, False),
        (False, True),
    ]


def test_with_both_it_is_served_there(tmp_path: Path) -> None:
    assert said(tmp_path, "10.0.0.5", link_base="https://cases.example.org", trusted_proxies="10.0.0.2") == []


def test_pages_at_an_address_without_encryption_are_refused_behind_a_proxy_of_this_machine_too(tmp_path: Path) -> None:
    (problem,) = said(tmp_path, link_base="http://cases.example.org")
    assert "https://" in problem


def test_a_server_with_tls_on_this_machine_is_named_or_everybody_comes_from_one_address(tmp_path: Path) -> None:
    (problem,) = said(tmp_path, link_base="https://cases.example.org")
    assert "HOMEWARD_TRUSTED_PROXIES" in problem
    assert said(tmp_path, link_base="https://cases.example.org", trusted_proxies="127.0.0.1") == []


def test_a_folder_that_others_can_open_is_refused(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house").chmod(0o750)
    (problem,) = said(tmp_path)
    assert "chmod 700" in problem


def test_a_house_in_memory_is_refused(tmp_path: Path) -> None:
    (problem,) = said(tmp_path, mounts=f"{DISK}tmpfs {tmp_path} tmpfs rw 0 0\n")
    assert "HOMEWARD_HOME" in problem


def test_on_sqlite_somebody_must_take_what_is_due(tmp_path: Path) -> None:
    (problem,) = said(tmp_path, ticker=False)
    assert "HOMEWARD_TICKER" in problem


def test_on_postgresql_workers_may_do_it(tmp_path: Path) -> None:
    assert said(tmp_path, ticker=False, database_url="postgresql://there/house") == []


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    home = tmp_path / "house"
    home.mkdir(mode=0o700)
    with pytest.raises(CannotStart) as problem:
        check_safe(Settings(home=home, ticker=False), "0.0.0.0")
    for variable in ("HOMEWARD_LINK_BASE", "HOMEWARD_TRUSTED_PROXIES", "HOMEWARD_TICKER"):
        assert variable in str(problem.value)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_what_only_this_machine_can_reach(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_innermost_file_system_counts(tmp_path: Path) -> None:
    mounts = f"tmpfs / tmpfs rw 0 0\n/dev/sda1 {tmp_path} ext4 rw 0 0\n"
    assert not lies_in_memory(tmp_path / "house", mounts)
    assert lies_in_memory(Path("/elsewhere"), mounts)


@pytest.mark.parametrize("given", ["everybody", "10.0.0.0/33", "10.0.0.1/24"])
def test_proxies_are_addresses_or_networks(given: str) -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies=given)
