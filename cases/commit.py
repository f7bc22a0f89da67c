"""How a try ends: everything of the workspace in one transaction, or one entry for what was refused."""

from __future__ import annotations

from cases.ports import Due, KeyedAttempt, StepWrites, Transaction
from cases.workspace import Workspace


def commit(
    tx: Transaction, ws: Workspace, keyed: KeyedAttempt | None = None, before: KeyedAttempt | None = None
) -> int:
    """Write the workspace as one step, with a wake for every family that reads what was changed; answers the revision.

    `before` is an earlier answer under the same key that no longer counts. Raises Lost or KeyTaken.
    """
    touched = [one.ref for one in (*ws.new, *ws.changed)]
    wakes = [
        Due(family, instance, "wake", ws.family, ws.now)
        for family, instance in tx.watchers(touched)
        if family != ws.family
    ]
    return tx.commit_step(
        StepWrites(
            family=ws.family,
            expected=ws.revision,
            workflow=ws.family_rules.hash,
            at=ws.now,
            new=ws.new,
            changed=ws.changed,
            entries=tuple(ws.entries),
            others=ws.others,
            put_due=(*ws.put_due.values(), *wakes),
            drop_due=tuple(sorted(ws.drop_due)),
            keyed=keyed,
            askings=tuple(ws.askings),
            found=tuple(ws.found.values()),
            watches=ws.watches,
            documents=ws.documents,
            replaces=before.attempt if before else None,
        )
    )
