"""A real browser before the demonstration: Debian's Chromium, driven by Playwright.

The demonstration is made once for a run and served by one process that all workers share; a test that changes much
takes `own_house`, a copy with a process of its own. Where there is no Chromium, the tests that need one are skipped and
the end of the run says so; with HOMEWARD_REQUIRE_ALL=1 they fail instead.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Route, sync_playwright

from interfaces.demo.draft import propose_draft
from wiring.house import open_house
from wiring.settings import Settings

REQUIRED = "HOMEWARD_REQUIRE_ALL"
FOLDER = pytest.StashKey[Path]()
PROGRAM = [sys.executable, "-c", "from interfaces.cli.main import run; run()"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# As a program of root in a container needs them, and so that it asks nothing of anybody by itself.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SCREENSHOTS = Path(__file__).resolve().parent.parent / "build" / "screenshots"
HEIGHT = {320: 640, 360: 640, 1280: 800}
MINUTE = 60


@dataclass(frozen=True)
class House:
    """A demonstration that is being served."""

    address: str
    home: Path


@dataclass
class Watched:
    """A page with what went wrong on it: errors of its scripts, and requests to anywhere but the house."""

    page: Page
    problems: list[str] = field(default_factory=list)

    def shot(self, name: str) -> Path:
        """A picture of the whole page in `build/screenshots/`."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def axe(self) -> list[str]:
        """What axe finds on the page as it stands: rule, and where."""
        options = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'][:3])}" for one in found]

    def overflows(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def chromium() -> str | None:
    """The path of Chromium on this machine."""
    return next((found for name in CHROMIUM if (found := shutil.which(name)) is not None), None)


def _environment(home: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")}
    return ours | {"HOMEWARD_HOME": str(home)}


def start(home: Path, log: Path) -> tuple[subprocess.Popen[str], str]:
    """Serve the demonstration in a folder, made there if it is empty; the process, and its address."""
    with log.open("a") as errors:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--demo", "--port", "0", "--json"],
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line == "}\n":
            return process, str(json.loads(said)["address"])
    process.stdout.close()
    raise AssertionError(f"the demonstration was not served ({process.wait()}): {log.read_text('utf-8')[-2000:]}")


def end(process: subprocess.Popen[str]) -> int:
    """Tell a house to end as a supervisor does; its exit code."""
    process.send_signal(signal.SIGTERM)
    code = process.wait(MINUTE)
    assert process.stdout is not None
    process.stdout.close()
    return code


def _propose(home: Path) -> None:
    """Propose the change that waits in a demonstration, in case that its house ended before the proofs did."""
    running = open_house(Settings.model_construct(home=home), sweeps=False)
    try:
        propose_draft(running)
    finally:
        running.close()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def made_house(pytestconfig: pytest.Config) -> Path:
    """The folder of a demonstration that nobody serves: made by the first worker, to be copied."""
    folder = pytestconfig.stash[FOLDER]
    with _alone(folder):
        home = folder / "made"
        if not home.exists():
            process, _ = start(home, folder / "making.log")
            end(process)
            _propose(home)
    return home


@pytest.fixture(scope="session")
def demo_house(made_house: Path, pytestconfig: pytest.Config) -> House:
    """The demonstration that all workers share."""
    folder = pytestconfig.stash[FOLDER]
    note, home = folder / "served.json", folder / "served"
    with _alone(folder):
        if not note.exists():
            shutil.copytree(made_house, home)
            process, address = start(home, folder / "served.log")
            note.write_text(json.dumps({"address": address, "pid": process.pid}), "utf-8")
            # It ends with the run, and not with this worker.
            pytestconfig.stash.setdefault(_OURS, []).append(process)
    return House(json.loads(note.read_text("utf-8"))["address"], home)


_OURS = pytest.StashKey[list[subprocess.Popen[str]]]()


@pytest.fixture
def own_house(made_house: Path, tmp_path: Path) -> Iterator[House]:
    """A demonstration that this test alone has."""
    home = tmp_path / "house"
    shutil.copytree(made_house, home)
    process, address = start(home, tmp_path / "house.log")
    yield House(address, home)
    assert end(process) == 0


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """Chromium, one for each worker."""
    path = chromium()
    if path is None:
        (pytestconfig.stash[FOLDER] / "absent").touch()
        if os.environ.get(REQUIRED) == "1":
            pytest.fail("Chromium is required here and absent: install Debian's package chromium", pytrace=False)
        pytest.skip("Chromium is absent")
    playing: Playwright
    with sync_playwright() as playing:
        launched = playing.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


Looks = Callable[..., Watched]


@pytest.fixture
def page_at(browser: Browser, demo_house: House) -> Iterator[Looks]:
    """Open pages of the shared demonstration: `page_at(360, dark=True, as_="lin")`. See `opened`."""
    with opening(browser, demo_house) as opened:
        yield opened


@pytest.fixture
def own_page_at(browser: Browser, own_house: House) -> Iterator[Looks]:
    """The same in a demonstration of one's own."""
    with opening(browser, own_house) as opened:
        yield opened


@contextmanager
def opening(browser: Browser, house: House) -> Iterator[Looks]:
    """Open pages of a house; they are closed with the block."""
    contexts: list[BrowserContext] = []

    def opened(width: int, *, dark: bool = False, javascript: bool = True, as_: str | None = "sok") -> Watched:
        """A page `width` pixels wide, signed in as somebody, or as nobody where `as_` is None."""
        context = browser.new_context(
            base_url=house.address,
            viewport={"width": width, "height": HEIGHT.get(width, 800)},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Asia/Phnom_Penh",
        )
        contexts.append(context)
        watched = Watched(context.new_page())
        _watch(watched, house)
        if as_ is not None:
            done = context.request.post("/sign-in/demo", form={"person": as_}, max_redirects=0)
            assert done.status == 303, f"{as_} could not sign in: {done.status}"
        return watched

    yield opened
    for context in contexts:
        context.close()


def _watch(watched: Watched, house: House) -> None:
    ours = urlsplit(house.address).netloc

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            watched.problems.append(f"console: {message.text}")

    def asked(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in ("http", "https") and address.netloc != ours:
            watched.problems.append(f"asked {route.request.url}")
            route.abort()
        else:
            route.fallback()

    watched.page.on("console", said)
    watched.page.on("pageerror", lambda problem: watched.problems.append(f"script: {problem}"))
    watched.page.route("**/*", asked)


def pytest_configure(config: pytest.Config) -> None:
    """One folder for the run: made by the process that was called, handed on to its workers."""
    handed = getattr(config, "workerinput", {}).get("browser_folder")
    config.stash[FOLDER] = Path(handed or tempfile.mkdtemp(prefix="homeward-web-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by pytest-xdist for each worker before it starts."""
    node.workerinput["browser_folder"] = str(node.config.stash[FOLDER])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end of the run what was absent, so that nobody takes a skipped test for a passed one."""
    if (config.stash[FOLDER] / "absent").exists():
        terminalreporter.section("ABSENT: Chromium", yellow=True)
        terminalreporter.line("Every test that needs a browser was skipped. Install Debian's package chromium.")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the shared house with the run."""
    folder = config.stash[FOLDER]
    if hasattr(config, "workerinput"):
        # The house that this worker began goes on for the others; nobody waits for it here.
        for process in config.stash.get(_OURS, []):
            assert process.stdout is not None
            process.stdout.close()
            process.returncode = 0
        return
    for process in config.stash.get(_OURS, []):
        end(process)
    note = folder / "served.json"
    if note.exists() and not config.stash.get(_OURS, []):
        _end_other(int(json.loads(note.read_text("utf-8"))["pid"]))
    shutil.rmtree(folder)


def _end_other(pid: int) -> None:
    """End a process that a worker began, and wait until it is gone."""
    try:
        opened = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        os.kill(pid, signal.SIGTERM)
        select.select([opened], [], [], MINUTE)
    finally:
        os.close(opened)
