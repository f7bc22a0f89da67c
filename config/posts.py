"""The titles of the house itself, which no workflow gives: who configures, and who follows the trail."""

from __future__ import annotations

HOUSE_POSTS = ("administrator", "auditor")
"""Posts that a house gives to its people; a workflow that declares a role of such a name is refused."""
