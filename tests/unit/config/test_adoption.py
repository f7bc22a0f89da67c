"""A standard that is no law only advises; whoever adopts it gets each rule as strong as its text says, or stronger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.definition import Guard, Workflow
from config.folder import read_folder, shipped_folder
from config.loader import load_workflow
from config.problems import Report
from config.yaml_tree import Node, Table

RANKS = ("off", "may", "should", "must")
ADOPTED = {"commit": "commit-adopted", "vse-3": "vse-3-adopted"}
Rule = tuple[str, str]
"""A process and the name of a guard or of a deadline in it."""


def written(name: str, table: str, key: str) -> Iterator[Rule]:
    """The rules that a workflow writes itself, told by a key that no overlay may set."""
    processes = read_folder(shipped_folder() / name, Report()).tree.entries["processes"]
    assert isinstance(processes, Table)
    for process, node in processes.entries.items():
        for rule, said in inside(node, table).items():
            if key in inside(said):
                yield process, rule


def inside(node: Node, table: str | None = None) -> dict[str, Node]:
    entries = node.entries if isinstance(node, Table) else {}
    return dict(entries) if table is None else inside(entries[table]) if table in entries else {}


def guards(name: str) -> dict[Rule, Guard]:
    """The guards that a voluntary standard brings, that carry a clause of it, and that somebody can meet."""
    processes = load_workflow(name).workflow.processes
    rules = {rule: processes[rule[0]].guards[rule[1]] for rule in written(name, "guards", "require")}
    return {
        (process, rule): guard
        for (process, rule), guard in rules.items()
        if guard.clauses
        and any(rule in action.guards and not action.automatic for action in processes[process].actions.values())
    }


def text(workflow: Workflow, clauses: tuple[str, ...]) -> str:
    """The strongest word of these clauses."""
    return max((workflow.clauses.register_[clause].strength for clause in clauses), key=RANKS.index)


@pytest.mark.parametrize("name", ADOPTED)
class TestAVoluntaryStandard:
    def test_says_on_the_workflow_that_it_is_no_law(self, name: str) -> None:
        says = load_workflow(name).workflow.says
        assert ADOPTED[name] in says
        assert "advises" in says

    def test_refuses_nothing(self, name: str) -> None:
        assert guards(name)
        assert {rule: guard.strength for rule, guard in guards(name).items() if guard.strength != "may"} == {}

    def test_breaches_nothing(self, name: str) -> None:
        processes = load_workflow(name).workflow.processes
        rules = list(written(name, "deadlines", "while"))
        assert rules
        assert [rule for rule in rules if processes[rule[0]].deadlines[rule[1]].strength != "may"] == []

    def test_is_adopted_as_strong_as_its_text(self, name: str) -> None:
        adopted = load_workflow(ADOPTED[name]).workflow
        weaker = [
            rule
            for rule, guard in guards(name).items()
            if RANKS.index(adopted.processes[rule[0]].guards[rule[1]].strength)
            < RANKS.index(text(adopted, guard.clauses))
        ]
        assert weaker == []

    def test_is_adopted_stronger_only_where_a_house_says_why(self, name: str) -> None:
        adopted = load_workflow(ADOPTED[name]).workflow
        for rule, guard in guards(name).items():
            raised = adopted.processes[rule[0]].guards[rule[1]]
            if RANKS.index(raised.strength) > RANKS.index(text(adopted, guard.clauses)):
                assert raised.source is not None
                assert raised.source.house, rule

    def test_is_adopted_with_deadlines_that_can_be_breached(self, name: str) -> None:
        adopted = load_workflow(ADOPTED[name]).workflow
        for process, rule in written(name, "deadlines", "while"):
            deadline = adopted.processes[process].deadlines[rule]
            asked = "may" if text(adopted, deadline.clauses) == "may" else "must"
            assert (rule, deadline.strength) == (rule, asked)
