"""An instance as JSON: where it stands, who holds which role, what it holds; and read back from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from cases.look import Sight
from interfaces.documents.reasons import value_of
from state_machine.view import Instance, Recorded, TrackAt


def short_document(one: Instance) -> dict[str, Any]:
    """What stands of an instance in clear."""
    return {
        "ref": one.ref,
        "process": one.process,
        "parent": one.parent,
        "workflow": one.workflow,
        "opened_at": one.opened_at,
        "opened_by": one.opened_by,
        "tracks": {track: at.state for track, at in one.tracks.items()},
        "assigned": dict(one.holders),
    }


def list_document(process: str, instances: Mapping[str, Instance], mine: frozenset[str]) -> dict[str, Any]:
    """Instances of a process by reference; `mine` are those on which whoever asks holds a role."""
    told = [short_document(one) | {"yours": ref in mine} for ref, one in instances.items()]
    return {"process": process, "instances": told}


def sight_document(sight: Sight, workflow: str, *, clear_only: bool) -> dict[str, Any]:
    """What somebody sees of an instance; `workflow` is the name of the version that it follows."""
    one = sight.instance
    return short_document(one) | {
        "family": one.family,
        "revision": sight.revision,
        "workflow": workflow,
        "hash": one.workflow,
        "since": {track: at.since for track, at in one.tracks.items()},
        "facts": {name: _fact_document(fact, name in sight.lapsed) for name, fact in sight.facts.items()},
        "hidden": list(sight.hidden),
        "below": [short_document(child) for child in below(sight)],
        "clear_only": clear_only,
    }


def below(sight: Sight) -> list[Instance]:
    """The instances that stand directly below the one that is seen."""
    return [one for one in sight.family if one.parent == sight.instance.ref]


def instance_of(document: Mapping[str, Any]) -> Instance:
    """The instance that a short document tells; of its tracks it does not tell since when."""
    opened = dt.datetime.fromisoformat(document["opened_at"])
    since: Mapping[str, str] = document.get("since", {})
    return Instance(
        ref=document["ref"],
        family=document.get("family", document["ref"]),
        parent=document["parent"],
        process=document["process"],
        workflow=document.get("hash", document["workflow"]),
        ordinal=0,
        opened_at=opened,
        opened_by=document["opened_by"],
        tracks={
            track: TrackAt(state, dt.datetime.fromisoformat(since[track]) if track in since else opened, 0)
            for track, state in document["tracks"].items()
        },
        holders=dict(document["assigned"]),
    )


def sight_of(document: Mapping[str, Any]) -> Sight:
    """What such a document shows; of the family only the instance itself and those directly below it."""
    one = instance_of(document)
    facts = {name: _fact(fact) for name, fact in document["facts"].items()}
    lapsed = tuple(name for name, fact in document["facts"].items() if fact["lapsed"])
    family = [one, *(instance_of(child) for child in document["below"])]
    return Sight(one, family, document["revision"], facts, lapsed, tuple(document["hidden"]))


def _fact_document(fact: Recorded, lapsed: bool) -> dict[str, Any]:
    return {
        "value": fact.value,
        "observed": fact.observed,
        "recorded": fact.recorded,
        "by": fact.by,
        "entry": fact.seq,
        "lapsed": lapsed,
    }


def _fact(document: Mapping[str, Any]) -> Recorded:
    return Recorded(
        value=value_of(document["value"]),
        observed=dt.datetime.fromisoformat(document["observed"]),
        recorded=dt.datetime.fromisoformat(document["recorded"]),
        by=document["by"],
        on_behalf=None,
        seq=document["entry"],
        order=0,
        touched=0,
    )
