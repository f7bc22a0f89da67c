"""Where a task is done: the form of its action, of its fact, of what is opened; a list where there are several.

A link to a task is followed when somebody asks for it, so that lists of tasks need not read each case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from cases.look import look
from interfaces.web.places import Places
from interfaces.web.staff.reading import CaseRead, rules_of
from interfaces.web.staff.subjects import subject_label, subject_of
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.labels import Labels, spelt
from interfaces.words.remedies import base_of
from interfaces.words.words import Words
from state_machine.answering import WayToAnswer, ways_to_answer
from state_machine.rules import ProcessRules, Rules
from state_machine.view import Instance

places = Places()


@dataclass(frozen=True, slots=True)
class TaskWay:
    """One way to do a task: what its button says, and where it leads."""

    says: str
    address: str


@dataclass(frozen=True, slots=True)
class TaskOf:
    """A deadline of an instance, with the family around it, for whoever wants to know how it is answered."""

    words: Words
    rules: Rules
    instance: Instance
    family: Sequence[Instance]
    deadline: str

    @property
    def process(self) -> ProcessRules:
        """The process of the instance."""
        return self.rules.processes[self.instance.process]

    @property
    def labels(self) -> Labels:
        """What its workflow calls things."""
        return self.words.labels(self.rules.workflow)

    def found(self) -> tuple[WayToAnswer, ...]:
        """How it can be answered as the instance stands now; else as it mostly is, and the form says why not now."""
        standing = {track: at.state for track, at in self.instance.tracks.items()}
        now = ways_to_answer(self.rules, self.process, self.deadline, standing)
        return now or ways_to_answer(self.rules, self.process, self.deadline)

    def ways(self) -> list[TaskWay]:
        """The buttons of whoever has the task, none where only others can do it."""
        able = [one for one in self.found() if one.able]
        recorded = {self._subject(one) for one in able if one.kind == "record"}
        made = (self._way(one, several=len(recorded) > 1) for one in able)
        return list({one.says: one for one in reversed([one for one in made if one is not None])}.values())[::-1]

    def others(self) -> str:
        """Who can do it and how, where whoever has the task has to ask them; else empty."""
        ways = [one for one in self.found() if not one.able and one.kind in ("act", "record")]
        if not ways:
            return ""
        by = (self.process.actions[w.name].model.by if w.kind == "act" else self._recorders(w.name) for w in ways)
        roles = list(dict.fromkeys(self.labels.role(role) for names in by for role in names))
        return self.words.gettext("You can ask for it. These can do it: %(roles)s.", roles=self.words.join(roles))

    def _recorders(self, fact: str) -> tuple[str, ...]:
        return self.process.facts[fact].recorders

    def _subject(self, way: WayToAnswer) -> str:
        return subject_of(self.rules.processes[way.at] if way.at else self.process, way.name)

    def _way(self, way: WayToAnswer, *, several: bool) -> TaskWay | None:
        at = next((one for one in self.family if one.process == way.at), None) if way.at else self.instance
        if at is None:
            return None
        base, process, labels = base_of(at), at.process, self.labels
        match way.kind:
            case "act":
                return TaskWay(labels.action(process, way.name), f"{base}/act/{way.name}")
            case "open":
                return TaskWay(labels.action(way.name, "open"), f"{base}/in/{way.name}/new")
            case "below":
                short = labels.at("processes", way.name, "short") or spelt(way.name)
                return TaskWay(self.words.gettext("Go to: %(what)s", what=short), f"{base}/in/{way.name}")
            case "record":
                address = f"{base}/record?field={way.name}#fact-{way.name}"
                if not several:
                    return TaskWay(self.words.gettext("Record the answer"), address)
                subject = subject_label(labels, process, self._subject(way), self.words.gettext("General"))
                return TaskWay(self.words.gettext("Record: %(what)s", what=subject), address)
        who = f"?role={way.name}" if way.name else ""
        return TaskWay(self.words.gettext("Give a role"), f"{base}/people{who}#assign")


def task_of(words: Words, case: CaseRead, deadline: str) -> TaskOf:
    """A deadline of an instance that was read."""
    return TaskOf(words, case.rules, case.instance, case.sight.family, deadline)


def way_to(task: TaskOf) -> TaskWay:
    """The one way to do a task; where there are several, or others do it, to the list of them on the page of dates."""
    ways = task.ways()
    if len(ways) == 1:
        return ways[0]
    return TaskWay(task.words.gettext("See what can be done"), f"{base_of(task.instance)}/dates#{task.deadline}")


@places.page("/cases/{ref}/tasks/{deadline}", area="case")
@places.page("/instances/{ref}/tasks/{deadline}", area="case")
def go_to_task(visit: Visited, deadline: str) -> Response:
    """On to where a task is done."""
    return visit.go_to(_place_of(visit, deadline))


def _place_of(visit: Visit, deadline: str) -> str:
    sight = look(visit.house, visit.actor, visit.ref, visit.now, only=())
    rules = rules_of(visit, sight.instance)
    if deadline not in rules.processes[sight.instance.process].deadlines:
        raise NotHere
    return way_to(TaskOf(visit.words, rules, sight.instance, sight.family, deadline)).address
