"""Everything that can be checked of a workflow by looking up names, types and shapes. Proofs come later."""

from __future__ import annotations

from config.definition import Workflow
from config.layers import Layers
from config.problems import Report
from config.yaml_tree import Path, Table


def cross_check(
    workflow: Workflow,
    tree: Table,
    broken: frozenset[Path],
    layers: Layers,
    report: Report,
    warnings: Report,
) -> None:
    """Report every problem."""
