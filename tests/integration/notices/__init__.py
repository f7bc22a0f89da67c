"""Notices over real servers, in real processes."""
