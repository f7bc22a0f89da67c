"""What lies in `deploy/` can be read by the programs that it is for, and names settings and commands that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings
from tests.architecture.sources import ROOMS, ROOT

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
VARIABLE = re.compile(r"\bHOMEWARD_([A-Z_]+)\b")
UNITS = sorted(DEPLOY.glob("*.service"))


@pytest.mark.parametrize("path", [*FILES, ROOT / "docs" / "operations.md"], ids=lambda path: path.name)
def test_every_variable_is_a_setting(path: Path) -> None:
    named = {name.lower() for name in VARIABLE.findall(path.read_text("utf-8"))}
    assert named - set(Settings.model_fields) == set()


def read_unit(path: Path) -> dict[str, list[str]]:
    """The keys of a unit with their values."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_has_no_rights(path: Path) -> None:
    unit = read_unit(path)
    expected = {"DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes"}
    assert {key: unit[key] for key in expected} == {key: [value] for key, value in expected.items()}
    assert unit["CapabilityBoundingSet"] == [""]
    assert unit["StateDirectoryMode"] == ["0700"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_reads_a_unit(path: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is absent")
    # The program of the unit lies where it is installed, which is not here.
    copy = tmp_path / path.name
    copy.write_text(path.read_text("utf-8").replace("/opt/homeward/bin/homeward", "/bin/true"), "utf-8")
    done = subprocess.run(
        [program, "verify", "--man=no", copy], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in done.stderr.splitlines() if path.name in line]
    assert ours == []


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def test_the_parts_of_the_compose_file_are_the_ones_that_there_have_to_be() -> None:
    assert set(compose()["services"]) == {"proxy", "app", "worker", "prefect", "database"}


def test_what_the_compose_file_names_is_declared_in_it() -> None:
    read = compose()
    for name, service in read["services"].items():
        assert "image" in service, name
        networks = service.get("networks", [])
        assert set(networks) <= set(read["networks"]), name
        secrets = {one if isinstance(one, str) else one["source"] for one in service.get("secrets", [])}
        assert secrets <= set(read["secrets"]), name
        volumes = {one.split(":")[0] for one in service.get("volumes", []) if not one.startswith(".")}
        assert volumes <= set(read["volumes"]), name
        assert set(service.get("depends_on", {})) <= set(read["services"]), name


def test_only_the_proxy_can_be_reached_from_outside() -> None:
    assert [name for name, one in compose()["services"].items() if "ports" in one] == ["proxy"]


def test_the_app_believes_the_proxy_alone() -> None:
    services = compose()["services"]
    proxy = services["proxy"]["networks"]["front"]["ipv4_address"]
    assert services["app"]["environment"]["HOMEWARD_TRUSTED_PROXIES"] == proxy


def test_the_commands_in_containers_are_of_the_program() -> None:
    from typer.main import get_command

    from interfaces.cli.main import app

    group: Any = get_command(app)
    worker = compose()["services"]["worker"]["command"]
    assert worker[0] == "homeward"
    assert worker[2] in group.commands[worker[1]].commands
    options = {option for parameter in group.commands["serve"].params for option in parameter.opts}
    command = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()[-1]
    assert set(re.findall(r"\"(--[a-z]+)\"", command)) <= options


def test_the_image_runs_without_rights_from_the_locked_list() -> None:
    said = (DEPLOY / "Containerfile").read_text("utf-8")
    last = said.rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in last
    assert "\nHEALTHCHECK " in last
    assert all("--no-deps" in line for line in said.splitlines() if "pip install" in line)
    assert {room for room in ROOMS if f"\nCOPY {room} {room}\n" not in said} == set()
