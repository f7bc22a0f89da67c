"""How our flows run under Prefect: thin, quiet, and with nothing of a case in what Prefect keeps.

Prefect stores parameters, names, logs and the words of errors in clear. So a flow is handed counts alone, its log is
counts alone, and an error is told by its type: the message stays here.
"""

from __future__ import annotations

from collections.abc import Callable

from prefect import Flow, flow
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.settings import get_current_settings

from flows.heart import Heart
from flows.turns import Work, the_house

RETRIES = 2
RETRY_SECONDS = 10
TAG = "homeward"
HEART = Heart("worker")


class TurnFailed(Exception):
    """A turn did not go through. What was done before stays done, and the next turn takes up the rest."""


def by_prefect(turn: Callable[[int], None]) -> Flow[[int], None]:
    """Make a function a flow of this house, under the name of the function.

    Heartbeats cost a second for each run and would tell only what the schedule tells: whoever dies is followed by the
    next run. They cannot be switched off from the environment, so each process that loads a flow does it.
    """
    get_current_settings().flows.heartbeat_frequency = None
    make = flow(
        name=turn.__name__,
        flow_run_name=turn.__name__,
        retries=RETRIES,
        retry_delay_seconds=RETRY_SECONDS,
        persist_result=False,
        log_prints=False,
        validate_parameters=True,
    )
    return make(turn)


def take_turn(work: Work) -> None:
    """Do one turn in this process's house, and log its counts. Raises TurnFailed, naming only the type of the error."""
    log = get_run_logger()
    try:
        done = _turn(work, str(flow_run.flow_name or "turn"))
    except Exception as problem:  # noqa: BLE001 - whatever it says might be about a case, and Prefect would keep it
        raise TurnFailed(f"{type(problem).__name__}; the command homeward tick tells more") from None
    log.info(done)


def _turn(work: Work, name: str) -> str:
    house = the_house()
    try:
        done = work(house)
    except Exception as problem:
        HEART.misses(house, name, problem)
        raise
    HEART.beats(house, name, done)
    return done
