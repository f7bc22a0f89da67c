"""One look at a family at one moment: what conditions are evaluated on, and what they leave behind.

`Truth` is Kleene's (semantics 12). An `Evaluation` never changes anything; it remembers what it worked out, so that
sixty actions asked together read each fact and each guard once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from state_machine.decision import Read, Reason

if TYPE_CHECKING:
    from config.definition import FactValue
    from state_machine.facts import Reading
    from state_machine.guards import Answer
    from state_machine.rules import Rules
    from state_machine.view import Actor, Instance, View


class Truth(IntEnum):
    """Yes, no, unknown, in Kleene's order: `all` is the lowest of its parts, `any` the highest."""

    NO = 0
    UNKNOWN = 1
    YES = 2


OPPOSITE = (Truth.YES, Truth.UNKNOWN, Truth.NO)
"""`not`, by truth: not unknown is unknown."""


class Trace:
    """What was looked at: the values read, and the later instants at which a clock in the tree changes its answer."""

    __slots__ = ("flips", "reads")

    def __init__(self) -> None:
        self.reads: dict[tuple[str, str], Read] = {}
        self.flips: set[dt.datetime] = set()

    def note(self, what: str, value: FactValue | None, ref: str, fact: str = "", seq: int = 0) -> None:
        """Remember a value that was read; the same value of the same instance is kept once."""
        self.reads[ref, what] = Read(what, value, ref, fact, seq)


class Evaluation:
    """A view at one moment (`now`, aware, UTC), as one actor sees it.

    `drafts` stand before what the view has: the instance of the attempt with the facts that come along, or the
    instance that is about to be opened. `assigned` is the person who is being put into a role.
    """

    __slots__ = ("_at", "_drafts", "actor", "answers", "assigned", "now", "readings", "reasons", "view")

    def __init__(
        self,
        view: View,
        now: dt.datetime,
        actor: Actor,
        *,
        assigned: str | None = None,
        drafts: Mapping[str, Instance] | None = None,
    ) -> None:
        self.view = view
        self.now = now
        self.actor = actor
        self.assigned = assigned
        self.readings: dict[tuple[str, str], Reading] = {}
        self.answers: dict[tuple[str, str], Answer] = {}
        self.reasons: dict[tuple[str, str], Reason] = {}
        self._drafts = drafts or {}
        self._at: dict[dt.datetime, Evaluation] = {}

    def instance(self, ref: str) -> Instance | None:
        """The instance of this reference, the draft first; None where there is none."""
        return self._drafts.get(ref) or self.view.instance(ref)

    def children(self, ref: str, process: str) -> Sequence[Instance]:
        """The children of an instance of this process, in order of opening; one about to be opened is not there yet."""
        children = self.view.children(ref, process)
        if self._drafts:
            return [self._drafts.get(child.ref, child) for child in children]
        return children

    def person(self, name: str) -> Instance | None:
        """The instance that stands for a person, the draft first."""
        found = self.view.person(name)
        return self._drafts.get(found.ref, found) if found is not None else None

    def rules(self, instance: Instance) -> Rules:
        """The workflow version of an instance's family."""
        return self.view.rules(instance)

    def at(self, moment: dt.datetime) -> Evaluation:
        """The same with everything fixed but the clock (semantics 13)."""
        found = self._at.get(moment)
        if found is None:
            found = Evaluation(self.view, moment, self.actor, assigned=self.assigned, drafts=self._drafts)
            self._at[moment] = found
        return found


class Scope:
    """Where a condition is read: `home` is the instance in whose file it is written, `here` the one looked at.

    They differ inside `where` alone. `label` goes before the names of what is read `here`.
    """

    __slots__ = ("evaluation", "here", "home", "label", "trace")

    def __init__(self, evaluation: Evaluation, home: Instance, here: Instance, trace: Trace, label: str = "") -> None:
        self.evaluation = evaluation
        self.home = home
        self.here = here
        self.trace = trace
        self.label = label
