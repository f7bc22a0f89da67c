"""Programs that tests start: `homeward`, a Prefect server, a Prefect worker. Each ends with its test."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.integration.flows.quay_house import PATIENCE, until

BIN = Path(sys.executable).parent
FLOWS = {"follow_up", "reopen", "escalate", "review_providers", "deliver_notices", "seal_journal"}


class Program:
    """A program in a process group of its own; what it prints goes into a file."""

    def __init__(self, words: list[str], environment: Mapping[str, str], output: Path) -> None:
        self._words, self._environment, self.output = words, environment, output
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOMEWARD_", "PREFECT_"))}
        with self.output.open("ab") as out:
            return subprocess.Popen(
                [BIN / self._words[0], *self._words[1:]],
                env={**kept, **self._environment},
                cwd=self.output.parent,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return self.output.read_text("utf-8", "replace")

    def end(self) -> int:
        """Tell it to end, as whoever supervises it does; its exit code."""
        self._process.terminate()
        return self._process.wait(60)

    def ended(self) -> int:
        """Wait until it ends by itself; its exit code."""
        return self._process.wait(60)

    def kill(self) -> None:
        """As from a power cut; its children too."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(60)

    def again(self) -> None:
        """Start it anew after it was killed."""
        self._process = self._start()


@contextmanager
def running(words: list[str], environment: Mapping[str, str], output: Path) -> Iterator[Program]:
    """A program that is gone afterwards, however the test ended."""
    program = Program(words, environment, output)
    try:
        yield program
    finally:
        program.kill()


@dataclass
class Server:
    """A Prefect server on the loopback, with its database in a folder of its own."""

    program: Program
    home: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """What programs need to find it."""
        return {
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_HOME": str(self.home.with_name("client")),
        }

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Ask the server for something."""
        address = f"{self.environment['PREFECT_API_URL']}/{path}"
        asked = urllib.request.Request(
            address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)

    def completed(self) -> set[str]:
        """The names of the flow runs that came to a good end."""
        try:
            runs = self.post("flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}})
        except (OSError, urllib.error.URLError):
            return set()
        return {run["name"] for run in runs}

    def start_flows(self, names: set[str]) -> None:
        """Start one run of each of these flows, as soon as it is registered."""
        for name in names:
            until(partial(self._starts, name), f"the flow {name} on the server", PATIENCE)

    def _starts(self, name: str) -> bool:
        """Start a run if the flow is known and the server's database is not just locked; whether it was started."""
        try:
            known = {one["entrypoint"].rpartition(".")[2]: one["id"] for one in self.post("deployments/filter", {})}
            return name in known and bool(self.post(f"deployments/{known[name]}/create_flow_run", {}))
        except (OSError, urllib.error.URLError):
            return False

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            with urllib.request.urlopen(f"{self.environment['PREFECT_API_URL']}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def prefect_server(folder: Path) -> Iterator[Server]:
    """A server of its own, up and empty."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    home = folder / "prefect"
    home.mkdir()
    environment = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    words = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui", "--analytics-off"]
    with running(words, environment, folder / "server.log") as program:
        server = Server(program, home, port)
        until(server.answers, "a Prefect server")
        yield server
