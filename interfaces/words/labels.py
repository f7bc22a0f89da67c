"""What the elements of a workflow are called: translated, as the workflow says it, or their name in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from config.definition import Process, Workflow
from interfaces.words.tongues import Tongued

if TYPE_CHECKING:
    from interfaces.words.words import Translated

OWN = "en"
"""The language in which workflows are written."""
PSEUDO = "en-XA"
SHORT = 20
"""Signs that a short label has at the most."""


class Labels:
    """The words of one workflow in one language."""

    def __init__(self, workflow: Workflow, language: str, translated: Translated | None = None) -> None:
        self.workflow = workflow
        self.language = language
        self._translated = translated

    def at(self, *keys: str) -> str | None:
        """The text at a path (`processes`, `case`, `says`): translated, else the workflow's own, else None."""
        if self._translated is not None:
            found = self._translated.text(self.workflow.workflow, self.language, ".".join(keys))
            if found is not None:
                return found
        own = own_text(self.workflow, keys)
        return own if own is None or self.language in (OWN, PSEUDO) else Tongued((own, OWN))

    def process(self, process: str) -> str:
        """What a process is called."""
        return self.at("processes", process, "says") or spelt(process)

    def role(self, role: str) -> str:
        """What a role is called."""
        return self.at("roles", role, "says") or spelt(role)

    def track(self, process: str, track: str) -> str:
        """What a track is called."""
        return self.at("processes", process, "tracks", track, "says") or spelt(track)

    def track_short(self, process: str, track: str) -> str:
        """The label of a track, of at most 20 signs where the workflow gives one."""
        path = ("processes", process, "tracks", track)
        says = self.at(*path, "says")
        return self.at(*path, "short") or (says if says is not None and len(says) <= SHORT else spelt(track))

    def state(self, process: str, track: str, state: str) -> str:
        """What a state means."""
        path = ("processes", process, "tracks", track, "states", state)
        return self.at(*path, "says") or self.at(*path, "short") or spelt(state)

    def short(self, process: str, track: str, state: str) -> str:
        """The label of a state, of at most 20 signs: its `short`, else what it says if that is short, else its name."""
        path = ("processes", process, "tracks", track, "states", state)
        own = self.at(*path, "short")
        says = self.at(*path, "says")
        return own or (says if says is not None and len(says) <= SHORT else spelt(state))

    def action(self, process: str, action: str) -> str:
        """What an action does, as a sentence without a subject: `Begin the identification interview`."""
        return self.at("processes", process, "actions", action, "says") or spelt(action)

    def task(self, process: str, action: str) -> str:
        """The verb phrase of an action's task: `begin the identification interview`."""
        said = self.at("processes", process, "actions", action, "task_says")
        return said or lowered(self.action(process, action).rstrip("."))

    def fact(self, process: str, fact: str) -> str:
        """What a fact is called, or asks."""
        return self.at("processes", process, "facts", fact, "says") or spelt(fact)

    def value(self, process: str, fact: str, value: str) -> str:
        """A value of a choice in words."""
        return self.at("processes", process, "facts", fact, "values", value) or spelt(value)

    def deadline(self, process: str, deadline: str) -> str:
        """What a deadline is about."""
        return self.at("processes", process, "deadlines", deadline, "says") or spelt(deadline)

    def guard(self, process: str, guard: str) -> str:
        """What a guard asks."""
        return self.at("processes", process, "guards", guard, "says") or spelt(guard)

    def declared(self, process: str) -> Process:
        """A process of the workflow. Raises KeyError."""
        return self.workflow.processes[process]


def own_text(workflow: Workflow, keys: Sequence[str]) -> str | None:
    """The workflow's own text at a path, or None where there is none."""
    at: object = workflow
    for key in keys:
        if isinstance(at, Mapping):
            at = at.get(key)
        elif isinstance(at, tuple):
            at = next((one for one in at if getattr(one, "name", None) == key), None)
        else:
            at = getattr(at, key, None)
    return at if isinstance(at, str) else None


def spelt(name: str) -> str:
    """A name of the language as a label: `Not needed`."""
    return name[:1].upper() + name[1:].replace("_", " ")


def lowered(text: str) -> str:
    """The first word with a small letter, unless it is an abbreviation."""
    if text[1:2].isupper():
        return text
    if isinstance(text, Tongued):
        (first, language), *rest = text.parts
        return Tongued((first[:1].lower() + first[1:], language), *rest)
    return text[:1].lower() + text[1:]
