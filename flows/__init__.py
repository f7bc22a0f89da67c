"""Batch flows over our own rows: follow up, reopen, escalate, review, deliver, seal."""
