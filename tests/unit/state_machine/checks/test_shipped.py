"""Everything that the shipped workflows promise holds, alone and together, and nothing is left undecided."""

from __future__ import annotations

import pytest

from config.loader import Loaded, list_shipped, load_together, load_workflow
from state_machine.checks.prove import prove
from state_machine.checks.verdict import Report, Verdict
from state_machine.rules import Rules

WHOLE = [name for name in list_shipped() if name != "base"]  # which is only extended
TOGETHER = ["kh-2009", "commit-adopted", "vse-3-adopted"]
KINDS = {"safety", "liberty", "oversight", "structure"}


def report(loaded: Loaded) -> Report:
    return prove(Rules.compile(loaded.workflow, loaded.hash))


@pytest.mark.parametrize("name", WHOLE)
def test_a_shipped_workflow_holds(name: str) -> None:
    proved = report(load_workflow(name))
    assert [proof.invariant for proof in proved.proofs if proof.verdict is not Verdict.HOLDS] == []
    assert {proof.kind for proof in proved.proofs} >= KINDS


def test_three_together_hold_as_well() -> None:
    proved = report(load_together(TOGETHER, "together", "Three texts at once"))
    assert [proof.invariant for proof in proved.proofs if proof.verdict is not Verdict.HOLDS] == []


def test_every_invariant_that_is_written_is_proved() -> None:
    loaded = load_workflow("kh-2009")
    proved = {proof.invariant for proof in report(loaded).proofs}
    written = {f"{process}.{name}" for process, found in loaded.workflow.processes.items() for name in found.invariants}
    assert written
    assert written <= proved


def test_what_is_possible_comes_with_its_witness() -> None:
    proved = report(load_workflow("vse-3")).proofs
    possible = [proof for proof in proved if ".possible:" in proof.invariant or ".reachable:" in proof.invariant]
    assert possible
    assert all(proof.witness and proof.witness[-1].kind != "given" for proof in possible)
