"""One look at a family at one moment: what conditions are evaluated on, and what they leave behind.

`Truth` is Kleene's (semantics 12). An `Evaluation` never changes anything; it remembers what it worked out, so that
sixty actions asked together read each fact and each guard once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from state_machine.decision import Read, Reason

if TYPE_CHECKING:
    from config.definition import FactValue
    from state_machine.facts import Reading
    from state_machine.guards import Answer
    from state_machine.roles import Standing
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

    __slots__ = ("_known", "flips", "reads")

    whole: ClassVar[bool] = True
    """Whether every part of a condition is looked at, also where the answer is already known."""

    def __init__(self, known: dict[tuple[str, str, str], Read] | None = None) -> None:
        self.reads: dict[tuple[str, str, str], Read] = {}
        self.flips: set[dt.datetime] = set()
        self._known = {} if known is None else known

    def note(self, what: str, value: FactValue | None, ref: str, fact: str = "", seq: int = 0) -> None:
        """Remember a value that was read; the same value of the same instance is kept once.

        `known` is shared by all traces of one evaluation, in which nothing reads differently the second time.
        """
        # A track and a fact may bear one name: what is kept says which of them it was.
        key = (ref, what, fact)
        if key not in self.reads:
            read = self._known.get(key)
            if read is None:
                read = self._known[key] = Read(what, value, ref, fact, seq)
            self.reads[key] = read


class Unnoted(Trace):
    """A trace where the answer alone is wanted: nothing is noted, and what cannot change the answer is not read."""

    __slots__ = ()

    whole: ClassVar[bool] = False

    def note(self, what: str, value: FactValue | None, ref: str, fact: str = "", seq: int = 0) -> None:
        """Note nothing."""


class Evaluation:
    """A view at one moment (`now`, aware, UTC), as one actor sees it.

    `attempted` makes the instance of an attempt as it would be at a moment: with the facts that come along, or about to
    be opened. It stands before what the view has. `assigned` is the person who is being put into a role.
    """

    __slots__ = (
        "_at",
        "_attempted",
        "_drafts",
        "actor",
        "answers",
        "assigned",
        "known",
        "now",
        "people",
        "readings",
        "reasons",
        "said",
        "standings",
        "view",
    )

    def __init__(
        self,
        view: View,
        now: dt.datetime,
        actor: Actor,
        *,
        assigned: str | None = None,
        attempted: Callable[[dt.datetime], Instance] | None = None,
    ) -> None:
        self.view = view
        self.now = now
        self.actor = actor
        self.assigned = assigned
        self.readings: dict[tuple[str, str], Reading] = {}
        self.known: dict[tuple[str, str, str], Read] = {}
        self.answers: dict[tuple[str, str], Answer] = {}
        self.reasons: dict[tuple[str, str], Reason] = {}
        self.said: dict[tuple[str, str], Truth] = {}
        self.standings: dict[tuple[str | None, tuple[str, ...]], Standing] = {}
        self.people: dict[tuple[str | None, tuple[str, ...]], tuple[str, ...]] = {}
        self._attempted = attempted
        draft = attempted(now) if attempted is not None else None
        self._drafts = {draft.ref: draft} if draft is not None else {}
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
        """The same with everything fixed but the clock (semantics 13).

        Facts that come along are then recorded at that moment too: an attempt that waits does not become older.
        """
        found = self._at.get(moment)
        if found is None:
            found = Evaluation(self.view, moment, self.actor, assigned=self.assigned, attempted=self._attempted)
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
