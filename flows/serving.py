"""One process that runs all flows for a Prefect server, in threads, with the house opened once.

Prefect's own runner starts a program for each run, which loads Prefect and the house anew: seconds of work for a turn
that takes milliseconds. This one asks the server what is scheduled, claims it as Prefect's workers do (a run that is
pending already is somebody else's), and runs it here. If the server is away or has lost its database, the flows are
registered again as soon as it answers: nothing of ours lies there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.flow_engine import run_flow
from prefect.settings import get_current_settings
from prefect.states import Pending

from flows.deployments import FLOWS, check_server, deployment
from flows.turns import the_house

log = logging.getLogger("homeward.serving")

POLL_SECONDS = 1.0
TRIES_AGAIN = 1


class Serving:
    """Serves the flows until it is told to end; `concurrency` runs at a time."""

    def __init__(self, every: Mapping[str, timedelta], concurrency: int) -> None:
        self._every = every
        self._concurrency = concurrency
        self._flows: dict[UUID, Flow[[int], None]] = {}
        self._under_way: set[Future[object]] = set()

    def serve(self, ended: threading.Event) -> None:
        """Until the event is set; runs that are under way then are finished. Raises CannotStart where it cannot begin.

        The house is opened first: what is wrong with it is told here, and not by every run.
        """
        check_server()
        the_house()
        # Prefect would try again for a minute before it told that the server is away; we ask anew by ourselves.
        get_current_settings().client.max_retries = TRIES_AGAIN
        with ThreadPoolExecutor(self._concurrency) as pool, get_client(sync_client=True) as client:
            while not ended.wait(POLL_SECONDS):
                try:
                    self._poll(client, pool)
                except Exception as problem:  # noqa: BLE001 - a server that is away comes back, or another does
                    log.warning("the Prefect server does not serve (%s); asking again", type(problem).__name__)
                    self._flows = {}

    def _poll(self, client: SyncPrefectClient, pool: ThreadPoolExecutor) -> None:
        """Start what is scheduled for now, as far as there is room."""
        if not self._flows:
            self._flows = self._registered()
        self._under_way = {one for one in self._under_way if not one.done()}
        room = self._concurrency - len(self._under_way)
        if room <= 0:
            return
        now = the_house().clock.now()
        waiting = client.get_scheduled_flow_runs_for_deployments(list(self._flows), scheduled_before=now, limit=room)
        for run in waiting:
            if run.deployment_id is not None and _claimed(client, run.id):
                self._under_way.add(pool.submit(_run, self._flows[run.deployment_id], client.read_flow_run(run.id)))

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
