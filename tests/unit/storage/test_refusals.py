"""Where a house must not live."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from cases.errors import CannotStart
from storage.postgres import refuse_unsafe
from storage.sqlite import file_of, refuse_network

SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"}


class TestSqlite:
    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
    def test_wants_a_file(self, url: str) -> None:
        with pytest.raises(CannotStart, match="names no file"):
            file_of(make_url(url))

    @pytest.mark.parametrize("kind", ["nfs4", "nfs", "cifs", "smb3", "fuse.sshfs", "ceph", "glusterfs"])
    def test_is_refused_on_a_network_file_system(self, tmp_path: Path, kind: str) -> None:
        mounts = tmp_path / "mounts"
        mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\n")
        with pytest.raises(CannotStart, match=f"network file system \\({kind}"):
            refuse_network(tmp_path / "house.db", mounts)

    def test_is_judged_by_the_innermost_mount(self, tmp_path: Path) -> None:
        mounts = tmp_path / "mounts"
        mounts.write_text(f"server:/x / nfs rw 0 0\n/dev/vdb {tmp_path} ext4 rw 0 0\nserver:/y /elsewhere nfs rw 0 0\n")
        refuse_network(tmp_path / "house.db", mounts)

    def test_is_found_below_a_mount_with_a_space_in_its_name(self, tmp_path: Path) -> None:
        folder = tmp_path / "a b"
        folder.mkdir()
        mounts = tmp_path / "mounts"
        mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/x {tmp_path}/a\\040b nfs rw 0 0\n")
        with pytest.raises(CannotStart):
            refuse_network(folder / "house.db", mounts)

    def test_is_not_judged_where_mounts_are_not_told(self, tmp_path: Path) -> None:
        refuse_network(tmp_path / "house.db", tmp_path / "nothing")


class TestPostgresql:
    def test_is_taken_as_it_comes(self) -> None:
        refuse_unsafe(SAFE.__getitem__)

    @pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
    def test_is_refused_where_it_could_lose_something(self, name: str) -> None:
        with pytest.raises(CannotStart, match=f"{name} = off.*Set {name} = on"):
            refuse_unsafe((SAFE | {name: "off"}).__getitem__)

    @pytest.mark.parametrize("value", ["local", "remote_write", "remote_apply"])
    def test_may_wait_for_other_servers_or_not(self, value: str) -> None:
        refuse_unsafe((SAFE | {"synchronous_commit": value}).__getitem__)

    def test_is_refused_where_it_does_not_know_its_letters(self) -> None:
        with pytest.raises(CannotStart, match="UTF8"):
            refuse_unsafe((SAFE | {"server_encoding": "SQL_ASCII"}).__getitem__)
