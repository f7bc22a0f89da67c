"""What was played, as a timeline: when, who, what, what came of it, and of every refusal why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from cases.answers import Answer
from interfaces.cli.answer import answer_document
from interfaces.cli.output import STYLE_OF_DECISION, WORD_OF_DECISION, Paper, local, shown
from interfaces.cli.reasons import Words
from interfaces.scenarios.model import Step
from interfaces.scenarios.run import Played
from state_machine.decision import Reason

DAY = dt.timedelta(days=1)


class Timeline:
    """Writes one scenario's steps; the time is written where it changed, and what went by in between."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self.paper = paper
        self.words = words
        self._last: dt.datetime | None = None

    def step(self, played: Played) -> None:
        """Write one step as it was played."""
        if played.step.verb != "wait":
            self._moment(played.at)
        match played.step.verb:
            case "wait":
                pass
            case "check":
                self.paper.line(Text(_checked(played.step), "dim"), indent=4)
            case _:
                self._attempt(played.step, played.answer)

    def _moment(self, at: dt.datetime) -> None:
        if self._last == at:
            return
        went_by = f"   {_span(at - self._last)} later" if self._last is not None and at - self._last >= DAY else ""
        self.paper.line(Text.assemble((local(at, self.words.zone), "cyan"), (went_by, "dim")), indent=2)
        self._last = at

    def _attempt(self, step: Step, answer: Answer | None) -> None:
        said = Text.assemble((step.as_ or "", "bold"), " ", attempted(step))
        if answer is None:
            self.paper.line(Text.assemble(said, ": ", ("failed", "bold red")), indent=4)
            return
        word = ("waits for a second person", "bold yellow") if answer.pending else _verdict(answer)
        self.paper.line(Text.assemble(said, ": ", word) if word else said, indent=4)
        for track, (before, after) in answer.moves.items():
            self.paper.line(Text(f"{track}: {before} → {after}", "green"), indent=6)
        for ref, action in answer.followed:
            self.paper.line(
                Text(f"follows by itself: {action}" + (f" on {ref}" if ref != answer.ref else ""), "green"), indent=6
            )
        if answer.until is not None:
            self.paper.line(f"possible from {local(answer.until, self.words.zone)}", indent=6)
        for reason in answer.reasons:
            self._reason(reason)
        for reason in answer.advice:
            self._reason(reason, "advised: ")

    def _reason(self, reason: Reason, before: str = "") -> None:
        self.paper.line(f"{before}{reason.message}", indent=6)
        if reason.remedy:
            self.paper.line(Text(reason.remedy, "dim"), indent=8)
        for clause in reason.clauses:
            said = self.words.clauses.get(clause)
            self.paper.line(Text(f"{clause} – {said.says}" if said else clause, "magenta"), indent=8)


def played_document(played: Played) -> dict[str, Any]:
    """A step that was played, as JSON."""
    return {
        "step": played.number,
        "at": played.at,
        "verb": played.step.verb,
        "said": attempted(played.step),
        "as": played.step.as_,
        "answer": answer_document(played.answer) if played.answer is not None else None,
    }


def attempted(step: Step) -> str:
    """What a step attempts, in words."""
    match step.verb:
        case "open":
            said = f"opens {step.open}" + (f" under {step.under}" if step.under else "")
        case "record":
            return f"records {_facts(step.record)} on {step.in_}"
        case "correct":
            wrong = _facts(step.correct) if isinstance(step.correct, dict) else ", ".join(step.correct or ())
            said = f"corrects {wrong} on {step.in_}"
        case "act":
            said = f"{step.act} on {step.in_}"
        case "assign":
            said = f"assigns {step.assign} as {step.to} on {step.in_}"
        case "unassign":
            said = f"unassigns {step.unassign} on {step.in_}"
        case "override":
            said = f"answers {step.answer} to {step.attempt or step.override}"
        case "wait":
            said = f"wait {step.wait}"
        case _:
            said = f"check {step.check}"
    return f"{said} ({_facts(step.facts)})" if step.facts else said


def _facts(facts: Mapping[str, object] | None) -> str:
    return ", ".join(f"{name} = {_short(shown(value))}" for name, value in (facts or {}).items())


def _short(text: str) -> str:
    return f"{text[:47]}…" if len(text) > 48 else text


def _verdict(answer: Answer) -> tuple[str, str] | None:
    if answer.decision == "applied":
        return None
    return WORD_OF_DECISION[answer.decision], STYLE_OF_DECISION[answer.decision]


def _checked(step: Step) -> str:
    stands = ", ".join(f"{track} {state}" for track, state in (step.tracks or {}).items())
    return f"{step.check} stands: {stands}" if stands else f"{step.check}: as it should be"


def _span(time: dt.timedelta) -> str:
    days = time.days
    if days < 60:
        return "1 day" if days == 1 else f"{days} days"
    return f"{round(days / 30.44)} months"
