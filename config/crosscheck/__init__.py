"""Everything that can be checked of a workflow by looking up names, types and shapes. Proofs come later."""

from __future__ import annotations

from config.crosscheck.actions import check_actions
from config.crosscheck.clauses import check_clauses
from config.crosscheck.conditions import check_conditions
from config.crosscheck.context import Context
from config.crosscheck.deadlines import check_deadlines
from config.crosscheck.doubts import warn_of_doubts
from config.crosscheck.facts import check_facts
from config.crosscheck.guards import check_guards, check_roles
from config.crosscheck.house import check_house
from config.crosscheck.invariants import check_invariants
from config.crosscheck.naming import check_naming
from config.crosscheck.processes import check_processes
from config.crosscheck.reading import Reader
from config.crosscheck.tracks import check_tracks
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
    """Check the intact parts of a composed workflow against each other.

    Problems go to `report`, what is only doubtful to `warnings`. `broken` are the paths of elements that are
    missing from `workflow` because of problems of their own; a reference to one of them is no problem.
    """
    ctx = Context(workflow, tree, broken, layers, report, warnings)
    check_house(ctx)
    check_roles(ctx)
    check_processes(ctx)
    check_tracks(ctx)
    check_facts(ctx)
    check_conditions(ctx)
    check_actions(ctx)
    check_deadlines(ctx)
    check_invariants(ctx)
    check_clauses(ctx)
    if check_naming(ctx):
        reader = Reader(ctx)
        check_guards(ctx, reader)
        warn_of_doubts(ctx, reader)
