"""What broke a property, written down: a scenario that plays it, and the process with the way drawn into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from config.folder import list_shipped
from config.loader import Loaded
from interfaces.scenarios.from_trace import SILENCES, Writer
from interfaces.scenarios.library import house_of
from interfaces.scenarios.model import read_scenario
from interfaces.scenarios.run import play
from interfaces.scenarios.trace_cast import Unplayable
from state_machine.checks.loops import NO_LOOP
from state_machine.checks.model import Model
from state_machine.checks.trace_picture import trace_svg
from state_machine.checks.verdict import Proof, Report, Verdict
from state_machine.checks.world import BEGIN
from state_machine.rules import Rules

LONGEST_NAME = 120
"""Letters of the name of a file that is made from the name of a property."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of one violated property; `why_not` says why there is no scenario that plays."""

    invariant: str
    scenario: Path | None
    picture: Path
    why_not: str = ""


def write_traces(folder: Path, loaded: Loaded, report: Report) -> list[Written]:
    """Write a scenario and a picture for every violated property that has a trace. The folder is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    model = Model(Rules.compile(loaded.workflow, loaded.hash))
    return [
        _written(folder, loaded, model, proof)
        for proof in report.proofs
        if proof.verdict is Verdict.VIOLATED and proof.counterexample
    ]


def _written(folder: Path, loaded: Loaded, model: Model, proof: Proof) -> Written:
    name = re.sub(r"[^a-z0-9_-]+", "-", proof.invariant.lower())[:LONGEST_NAME]
    picture = folder / f"{name}.svg"
    picture.write_text(drawn(model.rules, proof), "utf-8")
    path, reasons = folder / f"{name}.yaml", list[str]()
    for text in _tries(loaded, model, proof):
        if isinstance(text, Unplayable):
            reasons.append(str(text))
            continue
        path.write_text(text, "utf-8")
        why = why_not(path, loaded, model.rules)
        if not why:
            return Written(proof.invariant, path, picture)
        reasons.append(why)
    path.unlink(missing_ok=True)
    return Written(proof.invariant, None, picture, reasons[0])


def drawn(rules: Rules, proof: Proof) -> str:
    """The process of a trace as SVG, with the way that the trace goes."""
    own = [step for step in proof.counterexample if step.kind != "given"] or proof.counterexample
    process = own[-1].process
    title = f"{proof.invariant}: {proof.says}"
    return trace_svg(rules, process, title, proof.counterexample)


def _tries(loaded: Loaded, model: Model, proof: Proof) -> Iterator[str | Unplayable]:
    """Ways to write a trace as a scenario, or why one of them leads nowhere; the first that plays is kept."""
    outside = (False, True) if proof.counterexample[-1].refused else (False,)
    for bare, again, other in product((False, True), (False, True), outside):
        writer = Writer(model, again=again, bare=bare, outside=other)
        try:
            writer.write(proof.counterexample)
        except Unplayable as problem:
            yield problem
            continue
        if proof.kind == "oversight":
            whole = list(writer.steps)
            for length in SILENCES:
                writer.silence(length)
                yield _text(loaded, model.rules, proof, writer)
                writer.steps[:] = whole
        if proof.invariant.endswith(f".{NO_LOOP}"):
            writer.without_end()
        yield _text(loaded, model.rules, proof, writer)
        if proof.counterexample[-1].refused:
            writer.steps[-1]["expect"] = "not_yet"
            yield _text(loaded, model.rules, proof, writer)


def _text(loaded: Loaded, rules: Rules, proof: Proof, writer: Writer) -> str:
    """A scenario file."""
    name = loaded.workflow.workflow
    said: dict[str, Any] = {
        "scenario": f"What breaks {proof.invariant}",
        "workflow": name if name in list_shipped() else str(loaded.folder.resolve()),
        "starts_at": BEGIN.astimezone(rules.calendar.zone).isoformat(timespec="minutes"),
        "says": proof.says,
        "people": writer.cast.said(),
        "steps": writer.steps,
    }
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=110)


def why_not(path: Path, loaded: Loaded, rules: Rules) -> str:
    """Play a scenario in a workflow: empty if it plays to its end, else the step that does not, and why."""
    scenario = read_scenario(path)
    result = play(scenario, house_of(scenario, loaded, rules))
    failure = result.failure
    return f"step {failure.step}: expected {failure.expected}, found {failure.found}" if failure is not None else ""
