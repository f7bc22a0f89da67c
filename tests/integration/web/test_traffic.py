"""What every request passes before the app: limits, and a line that holds nothing of what was asked."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message

from interfaces.web.traffic import Limits, Logged

MINUTE = dt.timedelta(minutes=1)


def app() -> FastAPI:
    """An app that reads what it is sent."""
    made = FastAPI()

    @made.post("/cases/{ref}")
    async def take(ref: str, request: Request) -> dict[str, int]:
        return {"took": len(await request.body()), "of": len(ref)}

    @made.get("/broken")
    def broken() -> None:
        raise RuntimeError("a secret")

    return made


def test_what_is_small_enough_passes() -> None:
    answer = TestClient(Limits(app(), 10, MINUTE)).post("/cases/one", content=b"0123456789")
    assert answer.json() == {"took": 10, "of": 3}


def test_what_says_that_it_is_too_much_is_refused_unread() -> None:
    answer = TestClient(Limits(app(), 10, MINUTE)).post("/cases/one", content=b"01234567890")
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


def test_what_turns_out_to_be_too_much_is_refused() -> None:
    parts = iter([b"012345", b"678901"])
    answer = TestClient(Limits(app(), 10, MINUTE)).post("/cases/one", content=parts)
    assert answer.status_code == 413


@pytest.mark.parametrize("said", ["-1", "ten", "1e3"])
def test_a_length_that_is_none_is_refused(said: str) -> None:
    answer = TestClient(Limits(app(), 10, MINUTE)).post("/cases/one", headers={"content-length": said}, content=b"")
    assert answer.status_code == 413


def asked(guarded: ASGIApp, receive: Callable[[], Awaitable[Message]]) -> Sequence[Message]:
    """What an app answers to a request that arrives as `receive` says."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"transfer-encoding", b"chunked")]
    scope = {"type": "http", "method": "POST", "path": "/cases/one", "query_string": b"", "headers": headers}
    scope |= {"http_version": "1.1", "scheme": "http", "root_path": "", "raw_path": b"/cases/one"}

    async def ask() -> None:
        await guarded(scope, receive, send)

    with ThreadPoolExecutor() as aside:  # a browser test that shares this process leaves a loop running in this thread
        aside.submit(lambda: asyncio.run(ask())).result()
    return sent


def test_what_never_arrives_whole_is_given_up() -> None:
    async def never() -> Message:
        waits: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await waits

    sent = asked(Limits(app(), 10, dt.timedelta(milliseconds=20)), never)
    assert sent[0]["status"] == 408


def test_the_line_holds_the_route_and_no_word_of_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    ticks = iter([10.0, 10.25])
    caplog.set_level(logging.INFO, "homeward.web")
    TestClient(Logged(app(), lambda: next(ticks))).post("/cases/VQ4M-7T9K-2XHD?name=somebody", content=b"secret")
    assert [record.getMessage() for record in caplog.records] == ["POST /cases/{ref} 200 250 ms"]


def test_an_address_without_a_route_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "homeward.web")
    TestClient(Logged(app(), lambda: 0.0)).get("/somebody/by/name")
    assert [record.getMessage() for record in caplog.records] == ["GET - 404 0 ms"]


def test_what_breaks_off_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "homeward.web")
    with pytest.raises(RuntimeError):
        TestClient(Logged(app(), lambda: 0.0)).get("/broken")
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("GET /broken ")
    assert "secret" not in line
