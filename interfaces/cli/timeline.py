"""What was played, as a timeline: when, who, what, what came of it, and of every refusal why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from cases.answers import Answer
from config.definition import Workflow
from interfaces.cli.output import STYLE_OF_DECISION, WORD_OF_DECISION, Paper, local, localised, shown
from interfaces.cli.reasons import Words
from interfaces.documents.answers import answer_document
from interfaces.scenarios.model import Step
from interfaces.scenarios.run import Played
from state_machine.decision import Reason

DAY = dt.timedelta(days=1)


class Timeline:
    """Writes one scenario's steps; the time is written where it changed, and what went by in between.

    What was done is told in the workflow's own words; with `names` the names of its elements stand beside them.
    """

    def __init__(self, paper: Paper, words: Words, workflow: Workflow, *, names: bool = False) -> None:
        self.paper = paper
        self.words = words
        self.workflow = workflow
        self.names = names
        self._last: dt.datetime | None = None

    def step(self, played: Played) -> None:
        """Write one step as it was played."""
        if played.step.says:
            self.paper.line()
            self.paper.line(played.step.says, "bold", indent=2)
        if played.step.verb != "wait":
            self._moment(played.at)
        match played.step.verb:
            case "wait":
                pass
            case "check":
                self.paper.line(Text(checked(played.step), "dim"), indent=4)
            case _:
                self._attempt(played)

    def _moment(self, at: dt.datetime) -> None:
        if self._last == at:
            return
        went_by = f"   {_span(at - self._last)} later" if self._last is not None and at - self._last >= DAY else ""
        self.paper.line(Text.assemble((local(at, self.words.zone), "cyan"), (went_by, "dim")), indent=2)
        self._last = at

    def _attempt(self, played: Played) -> None:
        step, answer = played.step, played.answer
        opened = f" {answer.ref}" if step.open and answer is not None and answer.decision == "applied" else ""
        said = Text.assemble((step.as_ or "", "bold"), *self._said(played), (opened, "cyan"))
        word = _verdict(answer)
        self.paper.line(Text.assemble(said, ": ", word) if word else said, indent=4)
        facts = step.facts if step.verb not in ("record", "correct") else None
        if facts:
            self.paper.line(Text(_facts(facts), "dim"), indent=6)
        if step.reason and (step.verb != "override" or _verdict(answer)):
            self.paper.line(Text(f"reason: {step.reason}", "italic"), indent=6)
        if answer is None:
            return
        for track, (before, after) in answer.moves.items():
            self.paper.line(Text(f"{track}: {before} → {after}", "green"), indent=6)
        for ref, action in answer.followed:
            self.paper.line(self._followed(played, ref, action), indent=6)
        if answer.until is not None:
            self.paper.line(f"possible from {local(answer.until, self.words.zone)}", indent=6)
        for reason in answer.reasons:
            self._reason(reason)
        for reason in answer.advice:
            self._reason(reason, "advised: ")

    def _said(self, played: Played) -> tuple[str | tuple[str, str], ...]:
        """What somebody does, in words, after the name of who does it."""
        step = played.step
        match step.verb:
            case "open":
                under = f", under {step.under}" if step.under else ""
                return (
                    f": {self._action(step.open or '', 'open')} ({step.name or step.open}{under})",
                    *self._named(f"open {step.open}"),
                )
            case "act":
                process, action = played.attempted(step.name or step.act or "") or ("", step.act or "")
                return (f": {self._action(process, action)} ({step.in_})", *self._named(action))
            case "override":
                process, action = played.attempted(step.attempt or step.override or "") or ("", step.override or "")
                answer = (f"{step.answer}", "bold red" if step.answer == "no" else "bold green")
                taken = played.answer is not None and played.answer.decision == "applied"
                reason = f": {step.reason}" if taken else ""
                return (" says ", answer, f" to “{self._action(process, action)}”{reason}", *self._named(action))
            case _:
                return (f" {attempted(step)}",)

    def _followed(self, played: Played, ref: str, action: str) -> Text:
        place = played.place(ref)
        said = self._action(place.process, action) if place else action
        where = f" ({place.name})" if place and played.answer is not None and ref != played.answer.ref else ""
        return Text.assemble((f"follows by itself: {said}{where}", "green"), *self._named(action))

    def _action(self, process: str, action: str) -> str:
        """What an action says, or its name in words where it says nothing."""
        declared = self.workflow.processes.get(process)
        found = declared.actions.get(action) if declared is not None else None
        return (found.says if found is not None else None) or action.replace("_", " ")

    def _named(self, action: str) -> tuple[tuple[str, str], ...]:
        return ((f" {action}", "dim"),) if self.names else ()

    def _reason(self, reason: Reason, before: str = "") -> None:
        self.paper.line(f"{before}{reason.message}", indent=6)
        if reason.remedy:
            self.paper.line(Text(localised(reason.remedy, self.words.zone), "dim"), indent=8)
        for clause in reason.clauses:
            said = self.words.clauses.get(clause)
            self.paper.line(Text(f"{clause} – {said.says}" if said else clause, "magenta"), indent=8)


def played_document(played: Played) -> dict[str, Any]:
    """A step that was played, as JSON."""
    return {
        "step": played.number,
        "at": played.at,
        "verb": played.step.verb,
        "says": played.step.says,
        "said": attempted(played.step),
        "as": played.step.as_,
        "reason": played.step.reason,
        "answer": answer_document(played.answer) if played.answer is not None else None,
    }


def attempted(step: Step) -> str:
    """What a step attempts, in words."""
    match step.verb:
        case "open":
            under = f" under {step.under}" if step.under else ""
            said = f"opens {step.open}{under} as {step.name or step.open}"
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


def _verdict(answer: Answer | None) -> tuple[str, str] | None:
    if answer is None:
        return "failed", "bold red"
    if answer.pending:
        return "waits for a second person", "bold yellow"
    if answer.decision == "applied":
        return None
    return WORD_OF_DECISION[answer.decision], STYLE_OF_DECISION[answer.decision]


def checked(step: Step) -> str:
    """What a check looked at and found as it says."""
    found = [f"{track} {state}" for track, state in (step.tracks or {}).items()]
    found += [f"{role} is {person}" for role, person in (step.holders or {}).items()]
    found += [f"{count} × {process}" for process, count in (step.children or {}).items()]
    found += [f"{fact} = {_short(shown(value))}" for fact, value in (step.facts or {}).items()]
    found += [f"{fact} is unknown" for fact in step.unknown]
    found += [f"{action} waits for {', '.join(guards)}" for action, guards in (step.held_back or {}).items()]
    found += [f"the journal has {kind}" for kind in step.journal_has]
    found += [f"the journal has no {kind}" for kind in step.journal_lacks]
    found += [f"nobody was told for {step.silent_for.text}"] if step.silent_for is not None else []
    return f"{step.check}: {'; '.join(found)}" if found else f"{step.check}: as it should be"


def _span(time: dt.timedelta) -> str:
    days = time.days
    if days < 60:
        return "1 day" if days == 1 else f"{days} days"
    return f"{round(days / 30.44)} months"
