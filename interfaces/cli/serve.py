"""`homeward serve`: the pages and the API of a house, with what runs by the clock, in one process."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cases.errors import CannotStart, HomewardError
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, write_json
from wiring.clock import SystemClock
from wiring.demo import check_place, settings_of_demo
from wiring.house import RunningHouse, open_house
from wiring.safe import check_safe
from wiring.settings import Settings, read_settings

if TYPE_CHECKING:
    import socket

    from interfaces.web.served import Served

# The web libraries, the scheduler and the demonstration are loaded here alone: other commands would wait for them.

HOST, PORT = "127.0.0.1", 8080
OLD = dt.timedelta(days=2)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="\b\nExamples:\n  homeward serve --demo\n  homeward serve\n  homeward serve --host 10.0.0.5 --port 8080"
    )(serve)


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Serve the demonstration; it is made at the first call.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="With --demo: make the demonstration anew.")] = False,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="The address of this machine to listen at.")
    ] = HOST,
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = PORT,
    as_json: AsJson = False,
) -> None:
    """Serve the pages and the API of the house until told to end, and take what falls due meanwhile.

    Without --demo it refuses settings that are not safe for people's data, and says what to set. As long as no
    administrator can sign in, it shows a one-time link for the first one. With --demo it serves a house of invented
    cases in var/demo, or in HOMEWARD_HOME. It ends with Ctrl-C; what is under way is finished then.
    """
    settings = read_settings()
    if fresh and not demo:
        raise typer.BadParameter("it makes the demonstration anew; say --demo as well", param_hint="--fresh")
    from interfaces.web.engine import listening

    if demo:
        settings = settings_of_demo(settings)
    else:
        check_safe(settings, host)
    with listening(host, port) as bound:
        made = demo and _make_demo(settings, fresh=fresh, quiet=as_json)
        with _opened(settings, demo=demo) as running, ThreadPoolExecutor(1) as later:
            waiting: list[Future[None]] = []
            ready = partial(_propose, running, later, waiting) if made else _nothing
            _serve(running, bound, ready, demo=demo, as_json=as_json)
            for one in waiting:
                one.result()


def _make_demo(settings: Settings, *, fresh: bool, quiet: bool) -> bool:
    """The demonstration in its place; one that is there is kept, unless another one is wanted. Whether it was made."""
    made_at, now = check_place(settings), SystemClock().now()
    paper = Paper(to_stderr=True)
    if made_at is not None and not fresh:
        if now - made_at > OLD and not quiet:
            paper.note(f"This demonstration was made on {made_at:%d %b %Y}; --fresh makes it anew, as of today.")
        return False
    from interfaces.demo.make import make

    if not quiet:
        paper.note("Making the demonstration …")
    for one in make(settings, now).otherwise:
        paper.line(f"{one.story}, line {one.line}: expected {one.expected}, found {one.found}", "bold red")
    return True


def _propose(running: RunningHouse, later: ThreadPoolExecutor, waiting: list[Future[None]]) -> None:
    """Propose the change that waits in the demonstration. Its proofs take seconds, and nobody has to wait for them."""
    from interfaces.demo.draft import propose_draft

    waiting.append(later.submit(_told_if_not, propose_draft, running))


def _told_if_not(work: Callable[[RunningHouse], object], running: RunningHouse) -> None:
    try:
        work(running)
    except HomewardError as problem:
        Paper(to_stderr=True).line(str(problem), "bold red")


def _nothing() -> None:
    """Nothing is left to do."""


@contextlib.contextmanager
def _opened(settings: Settings, *, demo: bool) -> Iterator[RunningHouse]:
    running = open_house(settings, sweeps=False)
    try:
        if (running.store.demonstration.made_at is not None) is not demo:
            raise CannotStart(
                f"{settings.home} holds a demonstration, in which nothing is real; serve it with --demo, or set "
                "HOMEWARD_HOME to the folder of your house"
            )
        yield running
    finally:
        running.close()


def _serve(
    running: RunningHouse, bound: socket.socket, ready: Callable[[], None], *, demo: bool, as_json: bool
) -> None:
    from flows.ticker import ticker
    from interfaces.web.app import create_app
    from interfaces.web.engine import address_of, serve
    from interfaces.web.served import Served
    from wiring.accounts import open_accounts, provider_of

    settings = running.settings
    _log_to_stderr()
    address = settings.link_base if settings.link_base is not None and not demo else address_of(bound)
    tick = ticker(running, settings.tick_every, settings.seal_every) if settings.ticker or demo else None
    served = Served(
        running,
        open_accounts(running, address),
        demo=demo,
        secure=address.startswith("https://"),
        provider=None if demo else provider_of(settings),
        ticks=(lambda: tick.runs) if tick is not None else (lambda: True),
    )
    app = create_app(served)
    with tick if tick is not None else contextlib.nullcontext():
        serve(app, settings, bound, lambda: _begin(served, address, ready, as_json=as_json))


def _begin(served: Served, address: str, ready: Callable[[], None], *, as_json: bool) -> None:
    """Requests are answered from now on."""
    _tell(served, address, as_json=as_json)
    ready()


def _tell(served: Served, address: str, *, as_json: bool) -> None:
    """Where the house answers, and what has to be done first."""
    from wiring.accounts import first_administrator_link

    link = None if served.demo else first_administrator_link(served.running, served.accounts, served.now())
    first = f"{address.rstrip('/')}/welcome/{link.token}" if link is not None else None
    if as_json:
        write_json({"address": address, "demo": served.demo, "first_administrator": first})
        return
    for warning in served.running.warnings:
        Paper(to_stderr=True).note(f"Warning: {warning}.")
    paper = Paper()
    if first is not None and link is not None:
        zone = served.running.rules.calendar.zone
        paper.line("No administrator can sign in yet. This link lets one person set a password, once, until")
        paper.line(f"{link.link.ends_at.astimezone(zone):%d %b %Y %H:%M}. It is not shown again:")
        paper.command(first)
    paper.line(f"Homeward{' (demonstration)' if served.demo else ''} answers at")
    paper.command(address)
    paper.line("End with Ctrl-C.")
    sys.stdout.flush()


def _log_to_stderr() -> None:
    """One line for each request, with the time, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("homeward.web")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
