"""`homeward workflow diagram --proof`: the steps that break a property, drawn into the process that it is about."""

from __future__ import annotations

from cases.errors import BadInput, UnknownName
from config.loader import load_draft
from config.problems import listed, nearest
from interfaces.cli.check import proved
from interfaces.cli.output import write_json, write_raw
from interfaces.cli.traces import drawn
from state_machine.checks.verdict import Proof, Report
from state_machine.rules import Rules


def write_proof(name: str, invariant: str, *, as_json: bool) -> None:
    """Prove a workflow, a draft too, and write the picture of what breaks one property of it."""
    loaded = load_draft(name)
    proof = _find(proved(loaded), invariant)
    picture = drawn(Rules.compile(loaded.workflow, loaded.hash), proof)
    if as_json:
        document = {"workflow": loaded.workflow.workflow, "hash": loaded.hash, "property": proof.invariant}
        write_json(document | {"format": "svg", "diagram": picture})
    else:
        write_raw(picture)


def _find(report: Report, invariant: str) -> Proof:
    """The proof of a property that is broken. Raises UnknownName, or BadInput where there is nothing to draw."""
    known = {proof.invariant: proof for proof in report.proofs}
    proof = known.get(invariant)
    if proof is None:
        close = nearest(invariant, known)
        raise UnknownName(f"no property is called {invariant}" + (f"; perhaps {close}" if close else ""))
    if not proof.counterexample:
        broken = [one.invariant for one in report.proofs if one.counterexample]
        what = f"; what can be drawn: {listed(broken)}" if broken else ""
        raise BadInput(f"{invariant}: {proof.verdict.value.replace('_', ' ')}, and there are no steps to draw{what}")
    return proof
