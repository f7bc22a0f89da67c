"""What is possible on an instance, told: now, from when, and not, each with its reasons."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from interfaces.cli.output import Paper, local, localised
from interfaces.cli.reasons import Words, tell_reason
from state_machine.decision import Fixed, Reason
from state_machine.explain import ActionAnswer


def tell_permitted(
    paper: Paper, title: str, ref: str, answers: Sequence[ActionAnswer], words: Words, *, full: bool
) -> None:
    """All actions in three lists; with `full` every reason with all that explains it."""
    paper.title(title)
    possible = [one for one in answers if one.decision == "applied" or one.only_answers]
    later = [one for one in answers if one.decision == "not_yet"]
    rest = [one for one in answers if one not in possible and one not in later]
    not_theirs = [one for one in rest if _needs_another_role(one)]
    refused = [one for one in rest if one not in not_theirs]
    _tell_possible(paper, possible, ref, words, full=full)
    _tell_list(paper, "Not yet", "bold yellow", later, words, full=full)
    _tell_list(paper, "Not possible now", "bold red", refused, words, full=full)
    if full:
        _tell_list(paper, "For others to do", "bold", not_theirs, words, full=True)
    elif not_theirs:
        paper.title("For others to do")
        paper.columns([[one.action, _roles(one)] for one in not_theirs], indent=2)
    if refused and not full:
        paper.note(f"More about one of them: homeward case why {ref} ACTION")


def _tell_possible(paper: Paper, answers: Sequence[ActionAnswer], ref: str, words: Words, *, full: bool) -> None:
    if not answers:
        return
    paper.line("Possible now", "bold green")
    for one in answers:
        asks = "".join(f" {fact}=…" for fact in one.asks)
        paper.line(f"{one.action}{asks}", indent=2)
        for reason in one.advice:
            paper.line(f"better first: {reason.message}", "dim", indent=4)
        if full:
            paper.command(f"homeward case act {ref} {one.action}{asks}", indent=4)
            for reason in (*one.reasons, *one.advice):
                tell_reason(paper, reason, words)


def _tell_list(
    paper: Paper, title: str, style: str, answers: Sequence[ActionAnswer], words: Words, *, full: bool
) -> None:
    if not answers:
        return
    paper.line(title, style)
    for one in answers:
        until = f", from {local(one.until, words.zone)}" if one.until is not None else ""
        paper.line(Text.assemble((one.action, "bold"), until), indent=2)
        for reason in one.reasons:
            if full:
                tell_reason(paper, reason, words)
            else:
                _tell_short(paper, reason, words)
        if one.exception == "second_person":
            paper.line("a second person may allow it: act with --reason", "dim", indent=4)


def _tell_short(paper: Paper, reason: Reason, words: Words) -> None:
    clauses = f" [{', '.join(reason.clauses)}]" if reason.clauses else ""
    paper.line(Text.assemble(reason.message, (clauses, "dim")), indent=4)
    if reason.remedy:
        paper.line(localised(reason.remedy, words.zone), "dim", indent=6)


def _needs_another_role(one: ActionAnswer) -> bool:
    return any(reason.guard in (Fixed.NOT_YOUR_ROLE, Fixed.NOT_OPEN_TO_YOU) for reason in one.reasons)


def _roles(one: ActionAnswer) -> str:
    roles = dict.fromkeys(role for reason in one.reasons for missing in reason.missing for role in missing.roles)
    return ", ".join(roles) or "the house itself"
