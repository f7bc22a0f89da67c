"""How a try ends: everything of the workspace in one transaction, or one entry for what was refused."""

from __future__ import annotations

from cases.ports import KeyedAttempt, StepWrites, Transaction
from cases.shown import shown
from cases.workspace import Workspace


def commit(
    tx: Transaction, ws: Workspace, keyed: KeyedAttempt | None = None, before: KeyedAttempt | None = None
) -> int:
    """Write the workspace as one step, with a wake for every family that reads what was changed; answers the revision.

    `before` is an earlier answer under the same key that no longer counts. Raises Lost or KeyTaken.
    """
    return tx.commit_step(step_writes(ws, keyed, before))


def step_writes(ws: Workspace, keyed: KeyedAttempt | None = None, before: KeyedAttempt | None = None) -> StepWrites:
    """Everything that the workspace changes, as one step."""
    return StepWrites(
        family=ws.family,
        expected=ws.revision,
        workflow=ws.family_rules.hash,
        at=ws.now,
        new=ws.new,
        changed=ws.changed,
        entries=tuple(ws.entries),
        others=ws.others,
        put_due=tuple(ws.put_due.values()),
        drop_due=tuple(sorted(ws.drop_due)),
        keyed=keyed,
        askings=tuple(ws.askings),
        found=tuple(ws.found.values()),
        watches=ws.watches,
        relied_on=frozenset(ws.relied_on),
        corrections=tuple(ws.corrections),
        documents=ws.documents,
        outgoing=tuple(ws.outgoing),
        replaces=before.attempt if before else None,
        wakes=ws.wakes,
        shown=shown(ws),
    )
