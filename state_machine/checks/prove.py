"""All checks of a workflow: what `homeward workflow check` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from state_machine.checks.independence import check_independence
from state_machine.checks.liberty import check_liberty
from state_machine.checks.model import Model
from state_machine.checks.oversight import check_oversight
from state_machine.checks.safety import check_safety
from state_machine.checks.structure import check_structure
from state_machine.checks.verdict import Proof, Report
from state_machine.checks.words import check_words
from state_machine.rules import Rules

Check = Callable[[Model], Iterable[Proof]]
"""One check: it proves or refutes properties of a workflow. What it only doubts it adds to `model.warnings`."""

CHECKS: tuple[Check, ...] = (
    check_safety,
    check_liberty,
    check_oversight,
    check_structure,
    check_independence,
    check_words,
)


UNPROVED = (
    "that recorded facts are true",
    "that somebody holds each role today: changes of people and the sweep look after that",
    "that the clock runs, and everything about how long something takes",
    "that anything is ever done: what is proved is what can and what cannot happen",
    "how an instance and those around it can stand at the same time: children, linked instances and people are taken "
    "to stand in any way that can be written down, a parent in any way in which it can rest",
    "what instances that come from another version by migrate stood in before",
    "that the code does what the model says: tests compare both on random steps",
    "that a ground has a name: facts, values and states that say who somebody is are found by the words in them; only "
    "what `never_reads` with `all_but` speaks of is proved whatever they are called",
    "which of the guards and deadlines that are marked `protects` are a hurdle, or an offer that others lack: new ones "
    "are told to those who publish, and they judge",
    "that what a person may always do is not undone by somebody, or later: what follows at once is proved, and of what "
    "others add also what time and the engine do later",
    "what comes along with an attempt without being asked: it counts as recorded before it",
)
"""What no verdict says (semantics 32)."""


def prove(rules: Rules, checks: Iterable[Check] = CHECKS) -> Report:
    """Run the checks on a compiled workflow, in this order."""
    model = Model(rules)
    proofs = tuple(proof for check in checks for proof in check(model))
    return Report(rules.workflow.workflow, rules.hash, proofs, UNPROVED, tuple(dict.fromkeys(model.warnings)))
