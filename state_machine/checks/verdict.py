"""What a check says: verdicts, proofs, and the steps of a counterexample or a witness. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from config.definition import FactValue

StepKind = Literal["given", "open", "act", "record", "follows", "elapse", "wait", "assign", "unassign", "migrate"]
"""How a step comes about. `given`: how things stand around the instance, which is assumed and not shown to come about;
`follows`: an automatic action, taken by the engine itself; `elapse`: what a rung does."""


class Verdict(StrEnum):
    """`holds` is proved; `violated` has a trace that the real decisions replay; anything else is not decided."""

    HOLDS = "holds"
    VIOLATED = "violated"
    NOT_DECIDED = "not_decided"


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a trace, and how things stood before and after it.

    `label` names the instance within the trace (`case`, `consent 2`), `role` is that of whoever acts (empty for the
    engine), `wait` how long nothing happened before it (seconds). `facts` come along or are recorded; None withdraws.
    `person` is who acts, as the trace names them (`nurse 3`; what is given of them has the label `nurse 3 (person)`).
    `confirmed`: only a second person's yes let it pass; `refused`: it is refused, which is what the trace shows.
    """

    kind: StepKind
    process: str
    label: str
    says: str
    action: str = ""
    role: str = ""
    parent: str = ""
    facts: Mapping[str, FactValue | None] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    wait: int = 0
    person: str = ""
    confirmed: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """One property and what became of it.

    `invariant` is `process.name` for one that is written in the workflow, else `process.what:element`; `kind` the check
    (safety, liberty, oversight, structure …). `configurations` counts the joint states of tracks that were looked at,
    `method` says how. `where` is the element as a path in the composed workflow, `file` and `line` where it is written,
    if that is known. `counterexample` is empty unless violated; `witness` shows that something is possible.
    """

    invariant: str
    kind: str
    verdict: Verdict
    says: str
    configurations: int = 0
    method: str = ""
    counterexample: tuple[TraceStep, ...] = ()
    witness: tuple[TraceStep, ...] = ()
    where: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """All proofs of a workflow, what is said to be unproved, and what is doubtful without being wrong."""

    workflow: str
    hash: str
    proofs: tuple[Proof, ...]
    unproved: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything holds: what is violated or not decided stops publishing."""
        return all(proof.verdict is Verdict.HOLDS for proof in self.proofs)
