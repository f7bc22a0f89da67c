"""What a case page shows, read once: the instance, what may be done, what is due, what happened last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from access.opened import opened_for
from cases.due_list import DueLine
from cases.look import Sight
from cases.opened import Opened
from cases.outlook import Outlook
from cases.read_history import SeenEntry, in_clear, read_history
from cases.survey import survey
from interfaces.web.visit import Visit
from interfaces.words.labels import Labels
from state_machine.explain import ActionAnswer
from state_machine.rules import ProcessRules, Rules
from state_machine.view import Instance, Recorded


@dataclass(frozen=True, slots=True)
class CaseRead:
    """An instance as one person sees it at one moment. `lines` are its deadlines, `below` what stands under it.

    `entries` are its journal in clear, oldest first, where the page asked for it.
    """

    sight: Sight
    rules: Rules
    answers: Sequence[ActionAnswer]
    lines: Sequence[DueLine]
    outlook: Outlook
    labels: Labels
    entries: Sequence[SeenEntry]

    @property
    def instance(self) -> Instance:
        """The instance."""
        return self.sight.instance

    @property
    def ref(self) -> str:
        """Its reference."""
        return self.instance.ref

    @property
    def process(self) -> ProcessRules:
        """The process that it runs."""
        return self.rules.processes[self.instance.process]

    @property
    def facts(self) -> Mapping[str, Recorded]:
        """The facts that are open to whoever looks."""
        return self.sight.facts

    @property
    def below(self) -> Sequence[Instance]:
        """What stands directly under it, newest first."""
        return [one for one in reversed(self.sight.family) if one.parent == self.ref]

    @property
    def above(self) -> Instance | None:
        """What it stands under."""
        return next((one for one in self.sight.family if one.ref == self.instance.parent), None)

    @property
    def holders(self) -> Mapping[str, str]:
        """Who holds which role here, those of the instances above included where nobody does here."""
        found: dict[str, str] = {}
        by_ref = {one.ref: one for one in self.sight.family}
        at: Instance | None = self.instance
        while at is not None:
            found = {**at.holders, **found}
            at = by_ref.get(at.parent) if at.parent is not None else None
        return found


IN_THE_HEAD = frozenset({"safe_contact", "contact_way", "age_group", "language", "summary_given"})
"""The facts that pages about an instance show or decide by; all others are opened by the page that shows them."""


def read_case(visit: Visit, *more: str, journal: bool = False) -> CaseRead:
    """The instance that the address of a visit names, with the facts of its head and `more`. Raises NotHere.

    What is not shown is not opened, so that no look is journaled that nobody took. With `journal` its entries come
    along, as they stand in clear.
    """
    opened, only = opened_in(visit), IN_THE_HEAD | set(more)
    read = survey(visit.house, visit.actor, visit.ref, visit.now, opened, only, journal=journal)
    rules = rules_of(visit, read.sight.instance)
    entries = in_clear(read.entries)
    return CaseRead(
        read.sight, rules, read.answers, read.lines, read.outlook, visit.words.labels(rules.workflow), entries
    )


def read_entries(visit: Visit) -> Sequence[SeenEntry]:
    """The journal of the instance, oldest first, as this person may read it."""
    return read_history(visit.house, visit.actor, visit.ref, visit.now, opened_in(visit))


def opened_in(visit: Visit) -> Opened | None:
    """What emergency access or a grant opens to the reader beyond their roles."""
    return opened_for(visit.house, visit.viewer, visit.ref, visit.relation, visit.now)


def rules_of(visit: Visit, instance: Instance) -> Rules:
    """The workflow version to which an instance is pinned."""
    return visit.house.workflows.rules(instance.workflow)
