"""Workflows as JSON: what a version says, what was proved of it, what it carries, and when it came into force."""

from __future__ import annotations

from typing import Any

from cases.publications import Publication
from config.coverage import Row
from config.definition import Process, Workflow
from state_machine.checks.verdict import Proof, Report, TraceStep


def definition_document(workflow: Workflow, hash_: str) -> dict[str, Any]:
    """A workflow as JSON, without its composed form."""
    return {
        "workflow": workflow.workflow,
        "hash": hash_,
        "says": workflow.says,
        "extends": list(workflow.extends),
        "roles": {name: role.says for name, role in workflow.roles.items()},
        "processes": {name: _process_document(one) for name, one in workflow.processes.items()},
    }


def publication_document(one: Publication, families: int, *, in_force: bool) -> dict[str, Any]:
    """A version that came into force, with how many families follow it."""
    return {
        "workflow": one.name,
        "hash": one.hash,
        "at": one.at,
        "proposed_by": one.asked_by,
        "approved_by": one.approved_by,
        "in_force": in_force,
        "families": families,
    }


def clause_document(row: Row) -> dict[str, Any]:
    """What becomes of a clause."""
    return {
        "id": row.id,
        "says": row.says,
        "where": row.where,
        "strength": row.strength,
        "kind": row.kind,
        "phase": row.phase,
        "status": row.status,
        "carried_by": list(row.carried_by),
        "reason": row.reason or None,
    }


def report_document(report: Report) -> dict[str, Any]:
    """A report as JSON: `proofs`, `unproved`, and `doubts` (what is not wrong, and still worth a look)."""
    return {
        "proofs": [_proof_document(one) for one in report.proofs],
        "unproved": list(report.unproved),
        "doubts": list(report.warnings),
    }


def _process_document(process: Process) -> dict[str, Any]:
    return {
        "says": process.says,
        "parent": process.parent,
        "tracks": {name: list(track.states) for name, track in process.tracks.items()},
        "actions": {name: list(action.by) for name, action in process.actions.items()},
        "facts": {name: fact.kind for name, fact in process.facts.items()},
        "guards": {name: guard.strength for name, guard in process.guards.items()},
        "deadlines": list(process.deadlines),
    }


def _proof_document(proof: Proof) -> dict[str, Any]:
    return {
        "invariant": proof.invariant,
        "kind": proof.kind,
        "verdict": proof.verdict.value,
        "says": proof.says,
        "configurations": proof.configurations,
        "method": proof.method,
        "counterexample": [_step_document(step) for step in proof.counterexample],
        "file": proof.file or None,
        "line": proof.line or None,
    }


def _step_document(step: TraceStep) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "says": step.says,
        "process": step.process,
        "label": step.label,
        "parent": step.parent or None,
        "action": step.action or None,
        "role": step.role or None,
        "facts": dict(step.facts),
        "before": dict(step.before),
        "after": dict(step.after),
        "wait": step.wait,
        "refused": step.refused,
    }
