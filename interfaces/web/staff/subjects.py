"""The facts of a process by subject, so that a page asks about one thing: health, safety, contact.

A fact belongs to the track whose actions ask it, or whose guards read it, the first in the order of the workflow. What
none reads is *general*.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from interfaces.words.labels import Labels, spelt

if TYPE_CHECKING:
    from state_machine.rules import ActionRules, ProcessRules

GENERAL = "general"


@lru_cache(maxsize=256)
def subjects(process: ProcessRules) -> Mapping[str, tuple[str, ...]]:
    """Track (or `general`) → its facts, both in canonical order; tracks without facts are left out."""
    of_fact: dict[str, str] = {}
    for track in process.model.tracks:
        for action in process.actions.values():
            if _moves(action, track):
                for fact in _read_by(process, action):
                    of_fact.setdefault(fact, track)
    found: dict[str, list[str]] = {}
    for fact in process.facts:
        found.setdefault(of_fact.get(fact, GENERAL), []).append(fact)
    order = [*process.model.tracks, GENERAL]
    return {subject: tuple(found[subject]) for subject in order if subject in found}


def subject_of(process: ProcessRules, fact: str) -> str:
    """The subject to which a fact belongs."""
    return next((subject for subject, facts in subjects(process).items() if fact in facts), GENERAL)


def subject_label(labels: Labels, process: str, subject: str, general: str) -> str:
    """What a subject is called; `general` is the word for what belongs to no track."""
    if subject == GENERAL:
        return general
    return labels.at("processes", process, "tracks", subject, "short") or spelt(subject)


def _moves(action: ActionRules, track: str) -> bool:
    return any(arrows.track == track for arrows in action.arrows)


def _read_by(process: ProcessRules, action: ActionRules) -> list[str]:
    """The facts of the process itself that an action asks or its guards read."""
    read = list(action.model.asks)
    for guard in action.guards:
        read += sorted(name for on, kind, name in guard.touches if kind == "fact" and on in (None, process.name))
    return [fact for fact in read if fact in process.facts]
