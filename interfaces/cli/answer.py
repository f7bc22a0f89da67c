"""What came of an attempt, told: moves, what followed, or every reason why not, with who can mend it."""

from __future__ import annotations

import typer
from rich.text import Text

from cases.answers import Answer
from interfaces.cli.output import STYLE_OF_DECISION, WORD_OF_DECISION, Paper, local, tell
from interfaces.cli.reasons import Words, tell_reason
from interfaces.documents.answers import answer_document
from interfaces.errors import exit_code


def finish(answer: Answer, said: str, words: Words, as_json: bool) -> None:
    """Tell an answer and leave with its exit code; `said` names the attempt for people."""
    tell(as_json, answer_document(answer), lambda paper: tell_answer(paper, answer, said, words))
    raise typer.Exit(exit_code(answer))


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
