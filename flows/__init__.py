"""Batch flows over our own rows: follow up, reopen, escalate, review, deliver, seal."""

from __future__ import annotations

from wiring.settings import let_nothing_leave

let_nothing_leave()  # before anything in here loads Prefect
