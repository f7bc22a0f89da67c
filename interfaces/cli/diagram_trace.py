"""`homeward workflow diagram --trace`: the steps of a check's JSON or of a scenario, drawn into a process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cases.errors import BadInput, UnknownName
from config.loader import Loaded, load_draft
from config.problems import listed
from interfaces.cli.output import write_json, write_raw
from interfaces.scenarios.library import house_of
from interfaces.scenarios.model import Step, read_scenario
from interfaces.scenarios.run import Played, play
from state_machine.checks.trace_picture import trace_svg
from state_machine.checks.verdict import StepKind, TraceStep
from state_machine.rules import Rules
from state_machine.words import spaced
from wiring.scenario_house import ScenarioHouse

ANOTHER = "another of its kind"
WRITTEN = "what `homeward workflow check --json` writes"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Steps with what they show, and the process into which they are drawn."""

    title: str
    process: str
    steps: Sequence[TraceStep]


def write_trace(name: str, file: Path, proof: str | None, process: str | None, *, as_json: bool) -> None:
    """Draw the steps of a file into a process of a workflow, a draft too.

    Raises BadInput for a file that holds no steps, or the steps of several properties while none is named.
    """
    loaded = load_draft(name)
    rules = Rules.compile(loaded.workflow, loaded.hash)
    if file.suffix == ".json":
        found = _of_a_check(file, proof)
    elif proof is not None:
        raise BadInput("--proof names a property of a check's JSON; a scenario has none")
    else:
        found = _of_a_scenario(file, loaded, rules, process)
    drawn = process or found.process
    if drawn not in rules.processes:
        raise UnknownName(f"{loaded.workflow.workflow} has no process {drawn}; known: {listed(rules.processes, 40)}")
    picture = trace_svg(rules, drawn, found.title, found.steps)
    if as_json:
        document = {"workflow": loaded.workflow.workflow, "hash": loaded.hash, "process": drawn}
        write_json(document | {"title": found.title, "format": "svg", "diagram": picture})
    else:
        write_raw(picture)


# --- what a check wrote -----------------------------------------------------------------------------------------------


def _of_a_check(file: Path, invariant: str | None) -> Drawn:
    proofs = [one for one in _proofs(file) if one.get("counterexample")]
    known = {str(one.get("invariant")): one for one in proofs}
    if not known:
        raise BadInput(f"{file}: no property in it comes with steps, so there is nothing to draw")
    if invariant is None and len(known) > 1:
        raise BadInput(f"{file}: {len(known)} properties come with steps; name one with --proof: {listed(known, 20)}")
    chosen = known.get(invariant) if invariant is not None else proofs[0]
    if chosen is None:
        raise UnknownName(f"{file}: no property {invariant} comes with steps; there are: {listed(known, 20)}")
    try:
        steps = TypeAdapter(tuple[TraceStep, ...]).validate_python(
            [{key: value for key, value in step.items() if value is not None} for step in chosen["counterexample"]]
        )
    except (ValidationError, AttributeError) as problem:
        raise BadInput(f"{file}: the steps of {chosen['invariant']} are not those that a check writes") from problem
    own = [step for step in steps if step.kind != "given"] or steps
    return Drawn(f"{chosen['invariant']}: {chosen.get('says', '')}", own[-1].process, steps)


def _proofs(file: Path) -> list[dict[str, Any]]:
    try:
        document = json.loads(file.read_text("utf-8"))
    except OSError as problem:
        raise BadInput(f"{file} cannot be read: {problem.strerror}") from None
    except ValueError as problem:
        raise BadInput(f"{file} is no JSON ({problem}); expected {WRITTEN}") from None
    proofs = document.get("proofs") if isinstance(document, dict) else None
    if not isinstance(proofs, list) or not all(isinstance(one, dict) for one in proofs):
        raise BadInput(f"{file} has no list `proofs`; expected {WRITTEN}")
    return proofs


# --- a scenario that is played ----------------------------------------------------------------------------------------


def _of_a_scenario(file: Path, loaded: Loaded, rules: Rules, process: str | None) -> Drawn:
    scenario = read_scenario(file)
    house = house_of(scenario, loaded, rules)
    opened = next((step.open for step in scenario.steps if step.open), None)
    watched = process or opened
    if watched is None:
        raise BadInput(f"{file}: nothing is opened in it, so there is nothing to draw")
    watcher = _Watcher(house, watched)
    result = play(scenario, house, watcher.note)
    title = scenario.name
    if result.failure is not None:
        expected, found = (text.splitlines()[0] for text in (result.failure.expected, result.failure.found))
        title += f": step {result.failure.step} expects {expected}, found {found}"
    return Drawn(title, watched, watcher.steps)


@dataclass
class _Watcher:
    """Notes each step of a scenario with how the first instance of a process stood before and after it."""

    house: ScenarioHouse
    process: str
    ref: str | None = None
    stands: Mapping[str, str] = field(default_factory=dict)
    steps: list[TraceStep] = field(default_factory=list)

    def note(self, played: Played) -> None:
        """One step that was played."""
        answer, place = played.answer, played.place(played.ref) if played.ref is not None else None
        process = place.process if place is not None else ""
        if self.ref is None and process == self.process and answer is not None and answer.decision == "applied":
            self.ref = answer.ref
        is_own = self.ref is not None and played.ref == self.ref
        before = dict(self.stands)
        moves = {track: after for track, (_, after) in answer.moves.items()} if answer is not None and is_own else {}
        between = {**before, **moves}
        self.steps.append(
            TraceStep(
                _KINDS.get(played.step.verb, "act"),
                process if is_own else ANOTHER if process == self.process else process,
                place.name if place is not None else "",
                _says(played.step, place.name if place is not None else ""),
                played.step.act or "",
                before=before,
                after=between,
                refused=answer is not None and answer.decision != "applied",
            )
        )
        self._what_followed(played, between)

    def _what_followed(self, played: Played, between: Mapping[str, str]) -> None:
        """What moved besides, by itself or because time had come, as a step of its own."""
        self.stands = self._now()
        if self.ref is None or not between or self.stands == between:
            return
        followed = played.answer.followed if played.answer is not None else ()
        own = [action for ref, action in followed if ref == self.ref]
        said = f"{listed([spaced(one) for one in own])} by itself." if own else "What follows from it."
        name = own[0] if len(own) == 1 else ""
        self.steps.append(
            TraceStep("follows", self.process, self.process, said, name, before=dict(between), after=self.stands)
        )

    def _now(self) -> dict[str, str]:
        if self.ref is None:
            return {}
        with self.house.house.store.look() as tx:
            loaded = tx.load(self.ref)
        assert loaded is not None  # the scenario opened it
        one = next(one for one in loaded.instances if one.ref == self.ref)
        return {track: at.state for track, at in one.tracks.items()}


_KINDS: dict[str, StepKind] = {"open": "open", "record": "record", "correct": "record", "wait": "wait", "check": "wait"}


def _says(step: Step, name: str) -> str:
    """What a step says, or what it does."""
    if step.says:
        return step.says
    if step.wait is not None:
        return f"{step.wait.text} go by."
    if step.verb == "check":
        return "How things stand is checked."
    what = step.act or step.open or ", ".join(step.record or ()) or step.verb
    return f"{step.as_}: {spaced(str(what))}{f' ({name})' if name else ''}."
