"""Notices to people: rendered, preferred, delivered and retried."""
