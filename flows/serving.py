"""One process that runs all flows for a Prefect server, in threads, with the house opened once.

Prefect's own runner starts a program for each run, which loads Prefect and the house anew: seconds of work for a turn
that takes milliseconds. This one asks the server what is scheduled, claims it as Prefect's workers do (a run that is
pending already is somebody else's), and runs it here. If the server is away or has lost its database, the flows are
registered again as soon as it answers: nothing of ours lies there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.flow_engine import run_flow
from prefect.settings import get_current_settings
from prefect.states import Pending

from flows.deliver_notices import deliver_notices
from flows.deployments import FLOWS, check_server, deployment
from flows.turns import the_house
from wiring.clock import SystemClock

log = logging.getLogger("homeward.serving")

POLL_SECONDS = 1.0
TRIES_AGAIN = 1


class Room:
    """Where runs of some of the flows take place, so many at a time; nobody else's runs take its threads.

    Use it as a context: leaving it waits for the runs that are under way.
    """

    def __init__(self, flows: Iterable[Flow[[int], None]], concurrency: int) -> None:
        self._names = frozenset(one.name for one in flows)
        self._concurrency = concurrency
        self._pool = ThreadPoolExecutor(concurrency)
        self._under_way: set[Future[object]] = set()

    def __enter__(self) -> Room:
        """Open it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._pool.shutdown(wait=True)

    def is_for(self, one: Flow[[int], None]) -> bool:
        """Whether this flow runs here."""
        return one.name in self._names

    @property
    def free(self) -> int:
        """How many more runs it can take now."""
        self._under_way = {one for one in self._under_way if not one.done()}
        return self._concurrency - len(self._under_way)

    def begin(self, work: Callable[[], object]) -> None:
        """Begin a run."""
        self._under_way.add(self._pool.submit(work))


def rooms(concurrency: int) -> tuple[Room, ...]:
    """The rooms of a serving process, each for so many runs at a time.

    Delivery has one of its own: a channel that hangs keeps no deadline waiting, and no deadlines a message.
    """
    others = [one for one in FLOWS if one is not deliver_notices]
    return Room(others, concurrency), Room([deliver_notices], concurrency)


class Serving:
    """Serves the flows until it is told to end; `concurrency` runs at a time, and as many of delivery beside them."""

    def __init__(self, every: Mapping[str, timedelta], concurrency: int) -> None:
        self._every = every
        self._concurrency = concurrency
        self._flows: dict[UUID, Flow[[int], None]] = {}

    def serve(self, ended: threading.Event) -> None:
        """Until the event is set; runs that are under way then are finished. Raises CannotStart where it cannot begin.

        The house is opened first: what is wrong with it is told here, and not by every run.
        """
        check_server()
        the_house()
        # Prefect would try again for a minute before it told that the server is away; we ask anew by ourselves.
        get_current_settings().client.max_retries = TRIES_AGAIN
        with ExitStack() as stack:
            client = stack.enter_context(get_client(sync_client=True))
            places = [stack.enter_context(room) for room in rooms(self._concurrency)]
            while not ended.wait(POLL_SECONDS):
                try:
                    self._flows = self._flows or self._registered()
                    for room in places:
                        self._poll(client, room)
                except Exception as problem:  # noqa: BLE001 - a server that is away comes back, or another does
                    log.warning("the Prefect server does not serve (%s); asking again", type(problem).__name__)
                    self._flows = {}

    def _poll(self, client: SyncPrefectClient, room: Room) -> None:
        """Start what is scheduled for now, as far as there is room."""
        free = room.free
        if free <= 0:
            return
        flows = {made: one for made, one in self._flows.items() if room.is_for(one)}
        # By the clock of this machine: the schedules are the Prefect server's, which knows nothing of the house's.
        now = SystemClock().now()
        waiting = client.get_scheduled_flow_runs_for_deployments(list(flows), scheduled_before=now, limit=free)
        for run in waiting:
            if run.deployment_id is not None and _claimed(client, run.id):
                room.begin(partial(_run, flows[run.deployment_id], client.read_flow_run(run.id)))

    def _registered(self) -> dict[UUID, Flow[[int], None]]:
        found: dict[UUID, Flow[[int], None]] = {}
        for one in FLOWS:
            made = deployment(one, self._every[one.name], self._concurrency).apply()
            assert isinstance(made, UUID)  # it would be a coroutine inside of one
            found[made] = one
        return found


def _claimed(client: SyncPrefectClient, run: UUID) -> bool:
    """Whether this run is ours: the server lets one of all who try make it pending, and none beyond the limit."""
    answer: OrchestrationResult[object] = client.set_flow_run_state(run, Pending())
    return answer.status == SetStateStatus.ACCEPT


def _run(one: Flow[[int], None], run: FlowRun) -> object:
    try:
        return run_flow(one, flow_run=run, return_type="state")
    except Exception as problem:  # noqa: BLE001 - the run is the server's to mourn; our rows wait for the next
        log.warning("the run of %s broke off: %s", one.name, type(problem).__name__)
        return None
