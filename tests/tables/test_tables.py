"""What is decided is what is written down, and no entry of a `from` or `by` list can go missing unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from config.definition import Action, Fact, Process, Workflow
from state_machine.rules import Rules
from tests.tables.table import action_lines, fact_line, table
from tests.tables.write import CLAUSES, FOLDER, clauses_of, rules_of, shipped

Entry = tuple[str, str, str]
"""A process, `do ACTION` or `record FACT`, and a track (empty for `by`)."""


def without(values: tuple[str, ...], place: int) -> tuple[str, ...]:
    return values[:place] + values[place + 1 :]


def copied(workflow: Workflow, change: Callable[[Process], dict[str, Any]]) -> Rules:
    """The workflow with every process changed, compiled."""
    processes = {name: process.model_copy(update=change(process)) for name, process in workflow.processes.items()}
    return Rules.compile(workflow.model_copy(update={"processes": processes}), "changed")


def lacking_by(workflow: Workflow, place: int) -> tuple[Rules, set[Entry]]:
    """The workflow in which every `by` lacks the entry at this place, and where there was one."""
    lost: set[Entry] = set()

    def shorter(process: Process, name: str, element: Action | Fact) -> Action | Fact:
        by = element.by or ()
        if place >= len(by):
            return element
        kind = "do" if isinstance(element, Action) else "record"
        lost.add((process.process, f"{kind} {name}", ""))
        return element.model_copy(update={"by": without(by, place)})

    def change(process: Process) -> dict[str, Any]:
        return {
            "actions": {name: shorter(process, name, action) for name, action in process.actions.items()},
            "facts": {name: shorter(process, name, fact) for name, fact in process.facts.items()},
        }

    return copied(workflow, change), lost


def lacking_from(workflow: Workflow, place: int) -> tuple[Rules, set[Entry]]:
    """The workflow in which every `from` list lacks the entry at this place, and where there was one."""
    lost: set[Entry] = set()

    def shorter(process: Process, name: str, action: Action) -> Action:
        moves = dict(action.moves)
        for track, move in action.moves.items():
            if move.from_ != "any" and place < len(move.from_):
                lost.add((process.process, f"do {name}", track))
                moves[track] = move.model_copy(update={"from_": without(move.from_, place)})
        return action.model_copy(update={"moves": moves})

    def change(process: Process) -> dict[str, Any]:
        return {"actions": {name: shorter(process, name, action) for name, action in process.actions.items()}}

    return copied(workflow, change), lost


def line(rules: Rules, entry: Entry) -> str:
    """The line of the table on which an entry shows."""
    process, element, track = entry
    kind, name = element.split()
    declared = rules.processes[process]
    if kind == "record":
        return fact_line(rules, declared, name)
    head = f"    {track or 'by'}: "
    return next(found for found in action_lines(rules, declared, declared.actions[name]) if found.startswith(head))


def longest(rules: Rules) -> int:
    """The greatest number of entries that a list of the workflow can have."""
    states = [len(track.states) for p in rules.workflow.processes.values() for track in p.tracks.values()]
    return max(len(rules.workflow.roles), *states)


@pytest.fixture(scope="module", params=shipped())
def rules(request: pytest.FixtureRequest) -> Rules:
    return rules_of(request.param)


class TestTheTable:
    @pytest.mark.parametrize("name", shipped())
    def test_is_what_is_decided(self, name: str) -> None:
        written = (FOLDER / f"{name}.txt").read_text("utf-8")
        assert written == table(rules_of(name)), "run `python -m tests.tables.write` and read the difference"

    def test_belongs_to_a_shipped_workflow(self) -> None:
        assert {path.stem for path in FOLDER.glob("*.txt")} == set(shipped())

    def test_has_every_process_action_and_fact(self, rules: Rules) -> None:
        lines = table(rules).splitlines()
        actions = [name for process in rules.processes.values() for name in process.actions]
        facts = [name for process in rules.processes.values() for name in process.facts]
        assert [found.split()[1] for found in lines if found.startswith("  do ")] == actions
        assert [found.split()[1].rstrip(":") for found in lines if found.startswith("  record ")] == facts

    @pytest.mark.parametrize("lacking", [lacking_by, lacking_from])
    def test_changes_with_every_single_entry_that_is_taken_away(
        self, rules: Rules, lacking: Callable[[Workflow, int], tuple[Rules, set[Entry]]]
    ) -> None:
        unseen: list[tuple[Entry, int]] = []
        count = 0
        for place in range(longest(rules)):
            changed, lost = lacking(rules.workflow, place)
            count += len(lost)
            unseen += [(entry, place) for entry in sorted(lost) if line(changed, entry) == line(rules, entry)]
        assert count > 0
        assert unseen == []


class TestTheClauses:
    @pytest.mark.parametrize("name", shipped())
    def test_are_carried_by_what_was_read_and_judged(self, name: str) -> None:
        assert (CLAUSES / f"{name}.txt").read_text("utf-8") == clauses_of(rules_of(name).workflow), (
            "python -m tests.tables.write"
        )

    def test_each_list_belongs_to_a_shipped_workflow(self) -> None:
        assert {path.stem for path in CLAUSES.glob("*.txt")} == set(shipped())

    def test_an_element_that_cites_one_clause_more_shows(self) -> None:
        workflow = rules_of("kh-2009").workflow
        case = workflow.processes["case"]
        cites = case.facts["sex"].model_copy(update={"clauses": ("KH-MS-6.1.1",)})
        changed = case.model_copy(update={"facts": {**case.facts, "sex": cites}})
        more = workflow.model_copy(update={"processes": {**workflow.processes, "case": changed}})
        added = clauses_of(more).count("  case.fact.sex\n") - clauses_of(workflow).count("  case.fact.sex\n")
        assert added == 1
