"""Pure decisions: which actions a workflow lets through, and why."""
