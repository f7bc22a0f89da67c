"""What one workflow has shown need not be shown again; what another one changes has to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from config.definition import Process, Workflow
from tests.scenarios.packs import FIRST, deadline_keys, loaded, own_moments, own_uses, packs, use_keys
from tests.scenarios.rungs import moments_of
from tests.scenarios.uses import uses_of

USE = ("referral", "send", "person_wants_referral")
DEADLINE = ("crisis", "act_now")
Change = Callable[[Process], Mapping[str, Any]]


def changed(name: str, change: Change) -> Workflow:
    """The first workflow with one process changed."""
    workflow = loaded(FIRST).workflow
    process = workflow.processes[name]
    return workflow.model_copy(
        update={"processes": {**workflow.processes, name: process.model_copy(update=dict(change(process)))}}
    )


def guard(**said: Any) -> Change:
    """A change of the guard of USE."""
    return lambda process: {"guards": {**process.guards, USE[2]: process.guards[USE[2]].model_copy(update=said)}}


def ladder(keep: int) -> Change:
    """A change of DEADLINE that leaves so many of its rungs."""
    return lambda process: {
        "deadlines": {
            **process.deadlines,
            DEADLINE[1]: process.deadlines[DEADLINE[1]].model_copy(
                update={"ladder": process.deadlines[DEADLINE[1]].ladder[:keep]}
            ),
        }
    }


def differing(workflow: Workflow) -> set[tuple[str, ...]]:
    """The uses and deadlines that are not the same as in the first workflow."""
    before, after = loaded(FIRST).workflow, workflow
    uses, deadlines = use_keys(before), deadline_keys(before)
    return {use for use, key in use_keys(after).items() if uses.get(use) != key} | {
        one for one, key in deadline_keys(after).items() if deadlines.get(one) != key
    }


def test_the_first_shows_everything_that_it_has() -> None:
    assert own_uses(FIRST) == set(uses_of(loaded(FIRST).workflow))
    assert own_moments(FIRST) == tuple(moments_of(loaded(FIRST).workflow))


@pytest.mark.parametrize("name", [name for name in packs() if name != FIRST])
def test_every_other_shows_what_it_brings_and_not_what_it_shares(name: str) -> None:
    workflow = loaded(name).workflow
    shared = set(uses_of(workflow)) - own_uses(name)
    assert shared
    assert own_uses(name) or own_moments(name)
    keys = [use_keys(loaded(other).workflow) for other in packs()[: packs().index(name)]]
    assert all(any(use_keys(workflow)[use] == earlier.get(use) for earlier in keys) for use in shared)


def test_other_words_are_no_change() -> None:
    assert differing(changed("referral", guard(says="Other words", refusal="Other words", clauses=()))) == set()


@pytest.mark.parametrize("said", [{"strength": "should"}, {"require": "listed_and_verified"}])
def test_a_guard_that_says_something_else_has_to_be_shown_again(said: dict[str, Any]) -> None:
    assert differing(changed("referral", guard(**said))) == {USE}


def test_a_ladder_that_differs_has_to_be_shown_again() -> None:
    assert differing(changed("crisis", ladder(2))) == {DEADLINE}
    assert differing(changed("crisis", ladder(3))) == set()
