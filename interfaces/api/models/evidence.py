"""The journal, and workflows with what was proved of them."""

from __future__ import annotations

from typing import Any, Literal

from interfaces.api.models.base import (
    Instant,
    Told,
)


class EntryTold(Told):
    """A journal entry as you may read it."""

    seq: int
    at: Instant
    kind: str
    actor: str | None
    on_behalf: str | None
    role: str | None
    action: str | None
    attempt: str | None
    until: Instant | None
    assigned: str | None
    to: str | None
    corrects: int | None
    opens: str | None
    publishes: str | None
    exports: str | None
    undermines: int | None
    deadline: str | None
    tell: str | None
    moves: dict[str, list[str]]
    deadlines: dict[str, dict[str, Any]]
    late_seconds: int
    facts: dict[str, Any]
    withdrawn: dict[str, Any]
    lapsed: list[str]
    hidden: list[str]
    guards: dict[str, str]
    because: list[str]
    overridden: list[str]
    reason: str | None
    workflow: str | None
    workflow_hash: str
    hash: str
    previous: str


class JournalTold(Told):
    """The journal of an instance, oldest first."""

    ref: str
    entries: list[EntryTold]
    clear_only: bool


class TraceEntry(Told):
    """A journal entry as auditors see it: its clear part, with codes instead of names, and its place of evidence."""

    at: Instant
    instance: str
    seq: int
    case: str
    kind: str
    outcomes: list[str]
    clear: dict[str, Any]
    hash: str
    leaf: int | None


class PageOfTrace(Told):
    """A part of the entries that fit, the newest first; of how many, in how many families, is counted up to 10,000."""

    entries: list[TraceEntry]
    count: int
    cases: int
    more: bool
    next: str | None


class WorkflowTold(Told):
    """A workflow in this house, and the version in which new families are opened."""

    workflow: str
    says: str
    hash: str
    published_at: Instant
    proposed_by: str | None
    approved_by: str | None


class WorkflowsTold(Told):
    """The workflows of this house."""

    workflows: list[WorkflowTold]


class VersionTold(Told):
    """A version that came into force."""

    workflow: str
    hash: str
    at: Instant
    proposed_by: str | None
    approved_by: str | None
    in_force: bool
    families: int


class VersionsTold(Told):
    """The versions of a workflow that came into force, oldest first."""

    versions: list[VersionTold]


class ProcessTold(Told):
    """A process: its tracks with their states, who may do which action, and what it records, guards and dates."""

    says: str | None
    parent: str | None
    tracks: dict[str, list[str]]
    actions: dict[str, list[str]]
    facts: dict[str, str]
    guards: dict[str, str]
    deadlines: list[str]


class DefinitionTold(Told):
    """A version of a workflow; `definition` is the composed form whose canonical JSON has the hash."""

    workflow: str
    hash: str
    says: str
    extends: list[str]
    roles: dict[str, str]
    processes: dict[str, ProcessTold]
    definition: dict[str, Any]


class ClauseTold(Told):
    """What becomes of a clause of a standard."""

    id: str
    says: str
    where: str
    strength: str
    kind: str
    phase: str
    status: str
    carried_by: list[str]
    reason: str | None


class CoverageTold(Told):
    """Every clause that a workflow answers for, and how many of each status."""

    workflow: str
    hash: str
    clauses: list[ClauseTold]
    counts: dict[str, int]


class TraceStepTold(Told):
    """A step that breaks a property."""

    kind: str
    says: str
    process: str
    label: str
    parent: str | None
    action: str | None
    role: str | None
    facts: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    wait: int
    refused: bool


class ProofTold(Told):
    """A property, and what was found."""

    invariant: str
    kind: str
    verdict: Literal["holds", "violated", "not_decided"]
    says: str
    configurations: int
    method: str
    counterexample: list[TraceStepTold]
    file: str | None
    line: int | None


class CheckTold(Told):
    """What was proved of a version, and what cannot be."""

    workflow: str
    hash: str
    ok: bool
    proofs: list[ProofTold]
    unproved: list[str]
    doubts: list[str]
