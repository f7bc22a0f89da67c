"""Errors that nobody foresaw: answered, written down by type and place, and never with what they say."""

from __future__ import annotations

import logging

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from interfaces.web.faults import Unforeseen


async def breaks(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise RuntimeError("canary-3391 is what it says")


class TestWhatNobodyForesaw:
    def test_is_answered_and_not_told(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            answer = TestClient(Unforeseen(breaks)).get("/anything")
        assert answer.status_code == 500
        assert "Homeward made a mistake" in answer.text
        assert "canary-3391" not in answer.text
        assert "canary-3391" not in caplog.text
        assert "RuntimeError" in caplog.text
