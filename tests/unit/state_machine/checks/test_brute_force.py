"""The proofs agree with trying everything, on small workflows drawn by seeds."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest

from config.conditions import Condition
from state_machine.checks.liberty import check_liberty
from state_machine.checks.model import Model
from state_machine.checks.oversight import check_oversight
from state_machine.checks.safety import check_safety
from state_machine.checks.structure import check_structure
from state_machine.checks.verdict import Proof, Verdict
from state_machine.decide import decide
from state_machine.decision import Applied
from state_machine.evaluation import Truth
from state_machine.rules import Rules
from state_machine.track_machine import Arrows
from state_machine.view import Instance
from tests.unit.state_machine.checks.brute import NOW, Brute, Facts
from tests.unit.state_machine.checks.small_houses import TRACKS, house

SEEDS = 1_000 if os.environ.get("HOMEWARD_PROMISES") == "full" else 120
TOGETHER = 20


def holds(brute: Brute, name: str) -> bool:
    """Whether a property holds, by having tried everything."""
    kind, _, element = name.removeprefix("case.").partition(":")
    model = brute.process.model
    match kind:
        case "enters":
            never = model.invariants["enters"].never
            assert never is not None
            assert never.enters is not None
            assert never.unless is not None
            return not any(
                brute.truth(before, never.unless, actor) is not Truth.YES
                for track, to, before, actor in brute.entered
                if (track, to) in never.enters.items()
            )
        case "rests":
            never = model.invariants["rests"].never
            assert never is not None
            assert never.rests is not None
            standing = [brute.standing(tracks, facts) for tracks in brute.resting for facts in brute.values]
            return not any(brute.truth(one, never.rests) is Truth.YES and brute.rests(one) for one in standing)
        case "refused":
            return not any(_refusals(brute)) and not any(_taken_back(brute))
        case "watched" if element:
            return not any(_unwatched(brute, model.over))
        case "watched":
            watched = model.invariants["watched"].always_watched
            assert watched is not None
            return not any(_unwatched(brute, watched.except_))
        case "reachable":
            return tuple(element.split(".")) in brute.passed
        case "possible":
            return element in brute.done
        case "no_loop":
            return not brute.endless
    raise ValueError(name)


def _refusals(brute: Brute) -> Iterator[bool]:
    never = brute.process.model.invariants["refused"].never_refused
    assert never is not None
    assert never.when is not None
    action = brute.process.actions[never.action]
    starts = tuple(brute.process.start_states.items())
    for tracks in [starts] if never.action == "open" else brute.resting:
        for facts in brute.values:
            answered = all(facts[name] is not None for name in action.model.asks)
            if not answered or (never.action != "open" and not brute.can_bring(tracks, facts)):
                continue
            if brute.truth(brute.standing(tracks, facts), never.when) is Truth.YES:
                view = brute.view(None if never.action == "open" else tracks)
                attempt = brute.attempt(never.action, facts, confirmed=False)
                yield not isinstance(decide(brute.rules, view, attempt, NOW), Applied)


def _taken_back(brute: Brute) -> Iterator[bool]:
    """Whether what follows by itself leads a track back to where the action that is never refused goes from."""
    never = brute.process.model.invariants["refused"].never_refused
    assert never is not None
    assert never.when is not None
    action = brute.process.actions[never.action]
    for tracks in brute.resting if never.action != "open" else ():
        for facts in brute.values:
            answered = all(facts[name] is not None for name in action.model.asks)
            if not answered or brute.truth(brute.standing(tracks, facts), never.when) is not Truth.YES:
                continue
            if any(brute.rests(brute.standing(tracks, one)) for one in _but_for(brute, facts, action.model.asks)):
                for after in list(brute.after_alone(tracks, never.action, facts)):
                    yield any(_is_back(arrows, dict(tracks), dict(after)) for arrows in action.arrows)


def _but_for(brute: Brute, facts: Facts, asked: Sequence[str]) -> list[Facts]:
    """The same facts with other values of those that are asked."""
    return [one for one in brute.values if all(one[name] == facts[name] for name in facts if name not in asked)]


def _is_back(arrows: Arrows, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    went_from = arrows.sources or set(TRACKS[arrows.track])
    stood, stands = before[arrows.track], after[arrows.track]
    return stood in went_from and stood != arrows.to and stands in went_from and stands != arrows.to


def _unwatched(brute: Brute, excepted: Condition | None) -> Iterator[bool]:
    for tracks in brute.resting:
        for facts in brute.values:
            one = brute.standing(tracks, facts)
            if brute.rests(one) and (excepted is None or brute.truth(one, excepted) is not Truth.YES):
                yield not any(_watches(brute, one, name) for name in brute.process.deadlines)


def _watches(brute: Brute, one: Instance, name: str) -> bool:
    deadline, over = brute.process.deadlines[name].model, brute.process.model.over
    paused = deadline.pauses_while is not None and brute.truth(one, deadline.pauses_while) is Truth.YES
    ended = over is not None and brute.truth(one, over) is Truth.YES
    return brute.truth(one, deadline.while_) is Truth.YES and not paused and not ended


def proofs(rules: Rules) -> Iterator[Proof]:
    """What the checks say of everything that can be tried."""
    model = Model(rules)
    for check in (check_safety, check_liberty, check_oversight, check_structure):
        for proof in check(model):
            kind = proof.invariant.removeprefix("case.").partition(":")[0]
            if kind not in ("ladder", "deadline", "ends"):
                yield proof


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_the_proofs_agree_with_trying_everything(first: int) -> None:
    counts: Counter[Verdict] = Counter()
    for seed in range(first, first + TOGETHER):
        rules = house(seed)
        brute = Brute(rules)
        for proof in proofs(rules):
            true = holds(brute, proof.invariant)
            said = f"seed {seed}: {proof.invariant} {proof.verdict}, tried: {true}"
            assert proof.verdict is not Verdict.HOLDS or true, said
            assert proof.verdict is not Verdict.VIOLATED or not true, said
            if not brute.endless:
                counts[proof.verdict] += 1
    # It must not get by with deciding nothing; whatever does not come to rest at all is found as a loop.
    assert counts[Verdict.NOT_DECIDED] * 20 <= counts.total()
    assert counts[Verdict.VIOLATED] > TOGETHER
    assert counts[Verdict.HOLDS] > TOGETHER
