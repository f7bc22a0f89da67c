"""What came of an attempt, told: moves, what followed, or every reason why not, with who can mend it."""

from __future__ import annotations

from typing import Any

import typer
from rich.text import Text

from cases.answers import Answer
from interfaces.cli.output import STYLE_OF_DECISION, WORD_OF_DECISION, Paper, local, tell
from interfaces.cli.reasons import Words, reason_document, tell_reason
from interfaces.errors import exit_code


def finish(answer: Answer, said: str, words: Words, as_json: bool) -> None:
    """Tell an answer and leave with its exit code; `said` names the attempt for people."""
    tell(as_json, answer_document(answer), lambda paper: tell_answer(paper, answer, said, words))
    raise typer.Exit(exit_code(answer))


def answer_document(answer: Answer) -> dict[str, Any]:
    """An answer as JSON. `ref` is null where a refused opening has no instance to name; `until` is UTC."""
    return {
        "ref": answer.ref if answer.seq or answer.decision == "applied" else None,
        "decision": answer.decision,
        "attempt": answer.attempt,
        "revision": answer.revision,
        "seq": answer.seq,
        "moves": {track: list(pair) for track, pair in answer.moves.items()},
        "advice": [reason_document(reason) for reason in answer.advice],
        "reasons": [reason_document(reason) for reason in answer.reasons],
        "until": answer.until,
        "exception": answer.exception,
        "pending": answer.pending,
        "followed": [{"ref": ref, "action": action} for ref, action in answer.followed],
        "opened": list(answer.opened),
        "repeated": answer.repeated,
    }


def tell_answer(paper: Paper, answer: Answer, said: str, words: Words) -> None:
    """An answer in words."""
    paper.line(verdict(answer.decision, said))
    if answer.decision == "applied":
        _tell_applied(paper, answer)
    else:
        _tell_refused(paper, answer, words)
    for reason in answer.advice:
        paper.line("Advice", "bold", indent=2)
        tell_reason(paper, reason, words)
    if answer.decision == "applied":
        again = "the same attempt as before, nothing new; " if answer.repeated else ""
        paper.note(f"  {again}revision {answer.revision}, entry {answer.seq}, attempt {answer.attempt}")


def verdict(decision: str, said: str) -> Text:
    """The first line: the word of the decision, and what was attempted."""
    return Text.assemble((f"{WORD_OF_DECISION[decision].capitalize()}: ", STYLE_OF_DECISION[decision]), said)


def _tell_applied(paper: Paper, answer: Answer) -> None:
    for track, (before, after) in answer.moves.items():
        paper.line(f"{track}: {before} → {after}", indent=2)
    for ref in answer.opened:
        paper.field("opened", ref)
    for ref, action in answer.followed:
        paper.field("followed", action if ref == answer.ref else f"{action} on {ref}")


def _tell_refused(paper: Paper, answer: Answer, words: Words) -> None:
    if answer.until is not None:
        paper.line(f"It will be possible from {local(answer.until, words.zone)}, if nothing else changes.", indent=2)
    for reason in answer.reasons:
        tell_reason(paper, reason, words)
    if answer.pending:
        paper.line("It waits for a second person, who says yes or no:", indent=2)
        paper.command(f"homeward case override {answer.ref} {answer.attempt} --yes --reason '…' --as PERSON", indent=4)
    elif answer.exception == "second_person":
        paper.line("A second person may allow it: ask again with --reason, and say why.", indent=2)
