"""`homeward serve`: the pages and the API of a house, with what runs by the clock, in one process."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cases.errors import CannotStart
from interfaces.cli.options import AsJson
from interfaces.cli.output import Paper, write_json
from wiring.clock import SystemClock
from wiring.demo import check_place, settings_of_demo
from wiring.house import RunningHouse, open_house
from wiring.safe import check_safe
from wiring.settings import Settings, read_settings

if TYPE_CHECKING:
    import socket

    from interfaces.demo.draft import Proposing
    from interfaces.web.served import Served
    from wiring.workflows import Known

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
    with _nothing_collected(), listening(host, port) as bound:
        known = _make_demo(settings, fresh=fresh, quiet=as_json) if demo else None
        with _opened(settings, known, demo=demo) as running:
            _serve(running, bound, demo=demo, as_json=as_json)


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """Leave what a start makes alone until requests are answered: nearly all of it stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _make_demo(settings: Settings, *, fresh: bool, quiet: bool) -> Known | None:
    """Make the demonstration, unless one is there and no other one is wanted; its workflow, if it was made."""
    made_at, now = check_place(settings), SystemClock().now()
    paper = Paper(to_stderr=True)
    if made_at is not None and not fresh:
        if now - made_at > OLD and not quiet:
            paper.note(f"This demonstration was made on {made_at:%d %b %Y}; --fresh makes it anew, as of today.")
        return None
    from interfaces.demo.make import make

    if not quiet:
        paper.note("Making the demonstration …")
    known, played = make(settings, now)
    for one in played.otherwise:
        paper.line(f"{one.story}, line {one.line}: expected {one.expected}, found {one.found}", "bold red")
    return known


@contextlib.contextmanager
def _opened(settings: Settings, known: Known | None, *, demo: bool) -> Iterator[RunningHouse]:
    running = open_house(settings, sweeps=False, known=known)
    try:
        if (running.store.demonstration.made_at is not None) is not demo:
            raise CannotStart(
                f"{settings.home} holds a demonstration, in which nothing is real; serve it with --demo, or set "
                "HOMEWARD_HOME to the folder of your house"
            )
        yield running
    finally:
        running.close()


def _serve(running: RunningHouse, bound: socket.socket, *, demo: bool, as_json: bool) -> None:
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
        address=address,
    )
    app = create_app(served)
    with tick if tick is not None else contextlib.nullcontext():
        later: list[Proposing] = []
        try:
            serve(app, settings, bound, lambda: _begin(served, address, later, as_json=as_json))
        finally:
            for one in later:
                one.end()


def _begin(served: Served, address: str, later: list[Proposing], *, as_json: bool) -> None:
    """Requests are answered from now on. The change that waits in a demonstration comes `later`, with its proofs."""
    _tell(served, address, as_json=as_json)
    gc.enable()
    if served.demo:
        from interfaces.demo.draft import Proposing

        later.append(Proposing(served.running, lambda said: Paper(to_stderr=True).line(said, "bold red")))


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
