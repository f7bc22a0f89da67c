"""Every seeded fault is found, by the check that should find it; and the sound workflows raise no alarm."""

from __future__ import annotations

from collections import Counter

import pytest

from config.loader import list_shipped
from state_machine.checks.composition import composition_of
from state_machine.checks.independence import check_independence
from state_machine.checks.liberty import check_liberty
from state_machine.checks.model import Model
from state_machine.checks.oversight import check_oversight
from state_machine.checks.prove import Check
from state_machine.checks.safety import check_safety
from state_machine.checks.structure import check_structure
from state_machine.checks.verdict import Proof, Verdict
from state_machine.checks.words import check_words
from tests.unit.state_machine.checks.faults.breaking import SMALL, Fault, broken, only, parts, read_faults, sound

KINDS = ("safety", "liberty", "oversight", "independence", "structure", "words", "composition")
FAULTS = [fault for kind in KINDS for fault in read_faults(f"{kind}.yaml")]
WITH_TRACE = ("safety", "liberty", "oversight", "structure", "composition")
"""What these checks find is shown by a trace, but for what is only compared, or is nowhere to be played (`bare`)."""

IN_ONE_PROCESS = ("safety", "liberty", "oversight", "structure")
CHECKS: dict[str, Check] = {
    "safety": check_safety,
    "liberty": check_liberty,
    "oversight": check_oversight,
    "independence": check_independence,
    "structure": check_structure,
    "words": check_words,
}


def found(fault: Fault) -> Proof:
    """What became of the property that a fault breaks."""
    rules = broken(fault)
    check = CHECKS.get(fault.breaks) or composition_of(parts(fault.on), fault.on, {})
    model = Model(only(rules, fault.process) if fault.breaks in IN_ONE_PROCESS else rules)
    return next(proof for proof in check(model) if proof.invariant == fault.falls)


class TestASeededFault:
    @pytest.mark.parametrize("fault", FAULTS, ids=str)
    def test_is_found(self, fault: Fault) -> None:
        proof = found(fault)
        assert proof.verdict is (Verdict.NOT_DECIDED if fault.undecided else Verdict.VIOLATED)
        assert proof.kind == fault.breaks
        assert proof.counterexample or fault.breaks not in WITH_TRACE or fault.undecided or fault.bare
        assert proof.counterexample or not fault.shown
        if fault.steps is not None:
            assert len(proof.counterexample) == fault.steps

    def test_is_of_every_kind_and_in_several_workflows(self) -> None:
        counts = Counter(fault.breaks for fault in FAULTS)
        assert min(counts[kind] for kind in KINDS) >= 10
        assert len({fault.on for fault in FAULTS}) >= 2


class TestTheSmallHouse:
    @pytest.mark.parametrize("kind", [*CHECKS, "composition"])
    def test_raises_no_alarm(self, kind: str) -> None:
        check = CHECKS.get(kind) or composition_of(parts(SMALL), SMALL, {})
        proofs = list(check(Model(sound(SMALL))))
        assert [proof.invariant for proof in proofs if proof.verdict is not Verdict.HOLDS] == []
        assert proofs


class TestAShippedWorkflow:
    @pytest.mark.parametrize("name", [name for name in list_shipped() if name != "base"])
    def test_raises_no_alarm_of_these_kinds(self, name: str) -> None:
        model = Model(sound(name))
        checks = [CHECKS["independence"], CHECKS["words"], composition_of(parts(name), name, {})]
        proofs = [proof for check in checks for proof in check(model)]
        assert [proof.says for proof in proofs if proof.verdict is not Verdict.HOLDS] == []
        assert len(proofs) > 10
