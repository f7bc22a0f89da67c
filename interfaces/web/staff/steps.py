"""Steps from pages: through the one door, with the key and the revision of the form; then what became due at once."""

from __future__ import annotations

from collections.abc import Sequence

from cases.answers import Answer
from cases.request import Request
from cases.sweep import run_once
from cases.take_step import take_step
from interfaces.web.visit import Visit
from interfaces.words.remedies import said_reasons
from state_machine.decision import Reason

AT_ONCE = 50
"""How many due rows a page takes along after a step; the rest is the ticker's."""


def key_of(visit: Visit) -> str | None:
    """The idempotency key that the form was made with."""
    return visit.sent.get("key") or None


def step(visit: Visit, request: Request) -> Answer:
    """Attempt what is asked. Raises BadInput, KeyReused, Stale, Failed."""
    answer = take_step(visit.house, request, visit.now)
    follow(visit)
    return answer


def follow(visit: Visit) -> None:
    """Let follow at once what a step made due, so that the next page shows it."""
    run_once(visit.house, visit.now, AT_ONCE)


Objections = tuple[tuple[str, str], ...]
"""Why something was not done, in the reader's language: what stands against it, and what is advised (or nothing)."""


def objections(visit: Visit, ref: str, reasons: Sequence[Reason], opens: str = "") -> Objections:
    """Why a step on an instance was not taken, in short, as its page would say it.

    `opens` names the process of which one was to be opened under it, where the step was that.
    """
    with visit.house.store.look() as tx:
        loaded = tx.load(ref)
    assert loaded is not None, "a step on it was answered"
    instance = next(one for one in loaded.instances if one.ref == ref)
    rules = visit.house.workflows.rules(instance.workflow)
    return said_reasons(visit.words, rules, opens or instance.process, reasons, visit.person)


def safe_next(address: str, otherwise: str) -> str:
    """An address of this house to which a form may return; any other is not gone to."""
    inside = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if inside and address.isprintable() else otherwise
