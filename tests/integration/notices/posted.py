"""A house on a database whose notices are due now, by the real clock, and a way to let time go by for them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import update

from cases.outbox import delivery_id
from cases.outgoing import Outgoing
from cases.ports import Lost
from cases.wishes import Wishes
from notifications.channels.email import EmailChannel, MailServer
from notifications.channels.webhook import WebhookChannel, WebhookHosts
from storage import tables
from storage.house_key import HomeKey
from storage.sql_store import SqlStore, _lines, open_store
from tests.conformance.making import change, load
from tests.integration.notices.servers import DOMAIN, HOST, SECRET
from tests.offices import Post, post
from wiring.clock import SystemClock, VirtualClock

DAY = dt.timedelta(days=1)


def opened(url: str, key: Path) -> SqlStore:
    """The store at an address."""
    return open_store(url, HomeKey(key, os.urandom), os.urandom)


def webhook_channel(port: int) -> WebhookChannel:
    """A channel to the receiver on this machine."""
    return WebhookChannel(WebhookHosts({f"{HOST}:{port}": SECRET}, loopback=True))


def to_webhook(port: int) -> Wishes:
    """To be told by it."""
    return Wishes({"webhook": f"http://{HOST}:{port}/hook"})


def mail_channel(port: int) -> EmailChannel:
    """A channel to the mail server on this machine."""
    return EmailChannel(MailServer(HOST, port, f"house@{DOMAIN}", "none"))


def at_work(store: SqlStore, port: int, channel: str = "webhook") -> Post:
    """The house with its office, its clock that of this machine; sok is told by webhook or by mail (`email`)."""
    if channel == "email":
        made = post(store, channels={channel: mail_channel(port)}, sok=Wishes({channel: f"sok@{DOMAIN}"}))
    else:
        made = post(store, channels={channel: webhook_channel(port)}, sok=to_webhook(port))
    made.house.clock = VirtualClock(SystemClock().now())
    return made


def make_due(made: Post, count: int, facts: Mapping[str, str] | None = None, *, channel: str = "webhook") -> list[str]:
    """So many reminders in the outbox, and beside each tenth one a step that is rolled back; the ids of those."""
    now = SystemClock().now()
    made.house.clock = VirtualClock(now - 12 * DAY - dt.timedelta(hours=1))
    cases = []
    for _ in range(count):
        case = made.case()
        if facts:
            assert made.house.record("sok", case, **facts).decision == "applied"
        cases.append(case)
    made.house.clock.move_to(now)
    while made.house.wait().taken:
        pass
    notices = {row.notice.case: row.notice for row in made.office.outbox.rows(["waiting"], 100_000)}
    return [rolled_back(made, notices[case], channel) for case in cases[::10]]


def rolled_back(made: Post, notice: Outgoing, channel: str) -> str:
    """A step whose notice must never arrive; answers the id that it would have."""
    store = made.house.store
    never = replace(notice, rung="breach", seq=notice.seq + 1)
    stale = replace(change(load(store, notice.case), outgoing=(never,)), expected=1)
    with store.step() as tx:
        try:
            tx.commit_step(stale)
        except Lost:
            return delivery_id(never, "sok", channel)
    raise AssertionError("a stale step was written")


def let_time_go_by(url: str) -> None:
    """All leases end, and all waits are over: moments in the outbox are put back by a day."""
    lines, _ = _lines(url)
    with lines.setup.begin() as connection:
        day = int(DAY.total_seconds() * 1_000_000)
        deliveries = tables.deliveries
        connection.execute(update(deliveries).values(not_before=deliveries.c.not_before - day))
        connection.execute(update(tables.outbox).values(next_at=tables.outbox.c.next_at - day))
    lines.close()
