"""What may be done on an instance now, and of all else: why not, who can see to it, and from when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from state_machine.decide import decide_on
from state_machine.decision import Applied, Attempt, Decision, Fixed, NotYet, Outcome, Reason
from state_machine.evaluation import Evaluation
from state_machine.in_order import ordered, persons_of
from state_machine.view import Actor, Instance

if TYPE_CHECKING:
    from state_machine.rules import Rules
    from state_machine.view import View

Kind = Literal["act", "assign", "unassign"]


@dataclass(frozen=True, slots=True)
class ActionAnswer:
    """What an attempt at an action, made now and without answers, would get. `met` counts the guards that are met.

    `asks` names the facts that have to come along; `only_answers` is true where nothing else stands in the way so far.
    """

    action: str
    decision: Literal["applied", "refused", "not_yet"]
    met: int
    reasons: tuple[Reason, ...] = ()
    advice: tuple[Reason, ...] = ()
    until: dt.datetime | None = None
    exception: Literal["none", "second_person"] = "none"
    asks: tuple[str, ...] = ()

    @property
    def only_answers(self) -> bool:
        """Whether the answers that it asks are all that is missing."""
        return bool(self.reasons) and all(reason.guard == Fixed.ANSWER_MISSING for reason in self.reasons)


def explain(
    rules: Rules, view: View, ref: str, actor: Actor, now: dt.datetime, action: str | None = None
) -> tuple[ActionAnswer, ...]:
    """The answer to every action of an instance (or to one), in canonical order, for this actor at `now` (aware, UTC).

    `open` is left out: the instance is there. Of `assign` only what can be said before a person is named is said.
    Raises KeyError for an unknown reference or action.
    """
    instance = view.instance(ref)
    if instance is None:
        raise KeyError(ref)
    actions = rules.processes[instance.process].actions
    names = [name for name in actions if name != "open"] if action is None else [action]
    at = Evaluation(view, now, actor)
    return tuple(_explain(rules, at, instance, name) for name in names)


def _explain(rules: Rules, at: Evaluation, instance: Instance, name: str) -> ActionAnswer:
    asks = rules.processes[instance.process].actions[name].model.asks
    decision = decide_on(rules, at, instance, Attempt(_kind(name), instance.ref, at.actor, instance.process, name))
    said, mine = answer(name, decision, asks), persons_of(at.actor)
    return replace(said, reasons=ordered(said.reasons, mine), advice=ordered(said.advice, mine))


def answer(action: str, decision: Decision, asks: tuple[str, ...] = ()) -> ActionAnswer:
    """A decision in the shape in which it is told."""
    met = sum(outcome is Outcome.YES for outcome in decision.outcomes.values())
    match decision:
        case Applied(advice=advice):
            return ActionAnswer(action, "applied", met, advice=advice, asks=asks)
        case NotYet(until=until, reasons=reasons, advice=advice, exception=exception):
            return ActionAnswer(action, "not_yet", met, reasons, advice, until, exception, asks)
    return ActionAnswer(action, "refused", met, decision.reasons, decision.advice, None, decision.exception, asks)


def _kind(name: str) -> Kind:
    match name:
        case "assign" | "unassign":
            return name
    return "act"
