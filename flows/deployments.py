"""Our flows on a Prefect server, served by processes of ours, or in a work pool for Prefect's workers.

Both name a flow by its dotted path, so that it is found wherever the package is installed. The server is the one at
PREFECT_API_URL; nothing that is handed to it is about a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings
from prefect.types.entrypoint import EntrypointType

from cases.errors import CannotStart
from flows.deliver_notices import deliver_notices
from flows.engine import TAG
from flows.escalate import escalate
from flows.follow_up import follow_up
from flows.reopen import reopen
from flows.review_providers import review_providers
from flows.seal_journal import seal_journal

FLOWS: tuple[Flow[[int], None], ...] = (
    escalate,
    reopen,
    follow_up,
    review_providers,
    deliver_notices,
    seal_journal,
)


def deploy_flows(pool: str, every: Mapping[str, timedelta], concurrency: int) -> tuple[str, ...]:
    """Put all flows into a work pool, which is made for processes if it is not there; answers the deployments' names.

    Raises CannotStart.
    """
    check_server()
    with get_client(sync_client=True) as client:
        _make_pool(client, pool)
    made = [deployment(one, every[one.name], concurrency) for one in FLOWS]
    for one in made:
        one.apply(work_pool_name=pool)
    return tuple(one.full_name for one in made)


def deployment(one: Flow[[int], None], every: timedelta, concurrency: int) -> RunnerDeployment:
    """One flow as the server is to know it. A run beyond the limit is dropped: the one under way takes its rows."""
    limit = ConcurrencyLimitConfig(limit=concurrency, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    made = one.to_deployment(
        name=TAG,
        interval=every,
        tags=[TAG],
        concurrency_limit=limit,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(made, RunnerDeployment)  # it would be a coroutine inside of one
    return made


def _make_pool(client: SyncPrefectClient, pool: str) -> None:
    try:
        client.read_work_pool(pool)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=pool, type="process"))


def check_server() -> None:
    """Refuse to let Prefect start a server in passing, which would end with this process. Raises CannotStart."""
    url = get_current_settings().api.url
    if url is None:
        raise CannotStart(
            "no Prefect server is named; start one, and set PREFECT_API_URL to its address, ending in /api"
        )
    with get_client(sync_client=True) as client:
        problem = client.api_healthcheck()
    if problem is not None:
        raise CannotStart(f"no Prefect server answers at {url} ({type(problem).__name__}); start it first")
