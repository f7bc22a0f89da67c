"""`homeward case open | record | correct | act | assign | unassign | override`: commands that attempt a step."""

from __future__ import annotations

from typing import Annotated

import typer

from cases.correct import Correction
from cases.errors import BadInput
from cases.override import SecondAnswer
from cases.request import Request
from interfaces.cli.answer import finish
from interfaces.cli.desk import Desk, Found, facts_of, observed_at, sit_down, words_of
from interfaces.cli.facts import read_facts, split_process
from interfaces.cli.options import As, AsJson, Facts, IfRevision, InRole, Key, Observed, Reason, Ref
from state_machine.rules import Rules

CASE = "case"
app = typer.Typer(
    help="Cases and everything under them: attempt a step, or look.", no_args_is_help=True, rich_markup_mode=None
)


def example(*lines: str) -> str:
    """Examples for the end of a command's help, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  homeward case {line}" for line in lines)


@app.command("open", epilog=example("open age_group=adult --as sok", "open referral --under 7K3M-9XQT-2HDJ --as sok"))
def open_instance(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROCESS|FACT=VALUE", help="What to open (a case, if left out), and its facts."),
    ] = None,
    *,
    under: Annotated[
        str | None, typer.Option("--under", metavar="REF", help="The instance that it stands under.")
    ] = None,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="W", help="For a new family: the workflow that it follows.")
    ] = None,
    observed: Observed = None,
    reason: Reason = None,
    as_: As = None,
    role: InRole = None,
    key: Key = None,
    if_revision: IfRevision = None,
    as_json: AsJson = False,
) -> None:
    """Open a case, or another instance; under another one with --under."""
    with sit_down() as desk:
        actor = desk.actor(as_, role)
        process, given = split_process(words or [], CASE)
        parent, rules = _under(desk, under, workflow)
        facts = read_facts(given, process, facts_of(rules, process))
        request = Request(
            "open",
            actor,
            parent,
            process=process,
            facts=facts.facts,
            documents=facts.documents,
            observed=observed_at(observed, rules, desk.now),
            reason=reason,
            key=key,
            if_revision=if_revision,
            workflow=workflow,
        )
        answer = desk.take(request)
        said = f"open {process}" + (
            f" {answer.ref}" if answer.decision == "applied" else f" under {parent}" if parent else ""
        )
        finish(answer, said, words_of(rules), as_json)


def _under(desk: Desk, under: str | None, workflow: str | None) -> tuple[str | None, Rules]:
    if under is None:
        return None, desk.rules(workflow)
    if workflow is not None:
        raise typer.BadParameter("what stands under another instance follows its workflow", param_hint="--workflow")
    parent = desk.find(under)
    return parent.ref, parent.rules


@app.command(epilog=example("record 7K3M-9XQT-2HDJ medical_care=delivered --as maly"))
def record(
    ref: Ref,
    facts: Facts = None,
    *,
    observed: Observed = None,
    as_: As = None,
    role: InRole = None,
    key: Key = None,
    if_revision: IfRevision = None,
    as_json: AsJson = False,
) -> None:
    """Record facts about an instance."""
    with sit_down() as desk:
        actor = desk.actor(as_, role)
        found = desk.find(ref)
        given = read_facts(facts or [], found.instance.process, found.facts)
        if not given.facts:
            raise typer.BadParameter("nothing to record: give at least one FACT=VALUE", param_hint="FACT=VALUE")
        request = Request(
            "record",
            actor,
            found.ref,
            facts=given.facts,
            documents=given.documents,
            observed=observed_at(observed, found.rules, desk.now),
            key=key,
            if_revision=if_revision,
        )
        answer = desk.take(request)
        finish(answer, f"record {', '.join(given.facts)} on {_name(found)}", words_of(found.rules), as_json)


@app.command("correct", epilog=example("correct 7K3M-9XQT-2HDJ 4 age_group=child --reason 'wrong person' --as sok"))
def correct_entry(
    ref: Ref,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", min=1, help="Number of the journal entry, as in history.")],
    facts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FACT[=VALUE]",
            help="The right values; a fact without a value is only withdrawn; without any, all of the entry are.",
        ),
    ] = None,
    *,
    reason: Reason = None,
    as_: As = None,
    role: InRole = None,
    key: Key = None,
    if_revision: IfRevision = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw what an entry recorded, and record what is right; the old values stay in the journal."""
    with sit_down() as desk:
        actor = desk.actor(as_, role)
        found = desk.find(ref)
        words = facts or []
        given = read_facts([word for word in words if "=" in word], found.instance.process, found.facts)
        if given.documents:
            raise BadInput("a correction names a document by its digest; record the new file first")
        names = tuple(dict.fromkeys(word.partition("=")[0] for word in words))
        correction = Correction(actor, found.ref, entry, given.facts, names, reason, key, if_revision)
        answer = desk.correct(correction)
        finish(answer, f"correct entry {entry} of {_name(found)}", words_of(found.rules), as_json)


@app.command(
    epilog=example("act 7K3M-9XQT-2HDJ start_interview --as nita", "act 7K3M-9XQT-2HDJ close outcome=… --as sok")
)
def act(
    ref: Ref,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="The action, as in why.")],
    facts: Facts = None,
    *,
    reason: Reason = None,
    observed: Observed = None,
    as_: As = None,
    role: InRole = None,
    key: Key = None,
    if_revision: IfRevision = None,
    as_json: AsJson = False,
) -> None:
    """Attempt an action. With --reason, what only a should refuses waits for a second person."""
    with sit_down() as desk:
        actor = desk.actor(as_, role)
        found = desk.find(ref)
        given = read_facts(facts or [], found.instance.process, found.facts)
        request = Request(
            "act",
            actor,
            found.ref,
            action=action,
            facts=given.facts,
            documents=given.documents,
            observed=observed_at(observed, found.rules, desk.now),
            reason=reason,
            key=key,
            if_revision=if_revision,
        )
        answer = desk.take(request)
        finish(answer, f"{action} on {_name(found)}", words_of(found.rules), as_json)


@app.command(epilog=example("assign 7K3M-9XQT-2HDJ nita interviewer --as dara"))
def assign(
    ref: Ref,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who gets the role.")],
    role_given: Annotated[str, typer.Argument(metavar="ROLE", help="The role; who holds it now is replaced.")],
    *,
    reason: Reason = None,
    as_: As = None,
    role: InRole = None,
    key: Key = None,
    if_revision: IfRevision = None,
    as_json: AsJson = False,
) -> None:
    """Put a person into a role, on this instance and everything below it."""
    with sit_down() as desk:
        actor = desk.actor(as_, role)
        found = desk.find(ref)
        assigned = desk.colleague(person)
        request = Request(
            "assign",
            actor,
            found.ref,
            assigned=assigned,
            role=role_given,
            reason=reason,
            key=key,
            if_revision=if_revision,
        )
        answer = desk.take(request)
        finish(answer, f"assign {person} as {role_given} on {_name(found)}", words_of(found.rules), as_json)


@app.command(epilog=example("unassign 7K3M-9XQT-2HDJ interviewer --as dara"))
def unassign(
    ref: Ref,
    role_given: Annotated[str, typer.Argument(metavar="ROLE", help="The role that nobody shall hold here.")],
    reason: Reason = None,
    *,
    as_: As = None,
    role: InRole = None,
    key: Key = None,
    if_revision: IfRevision = None,
    as_json: AsJson = False,
) -> None:
    """Take a role from whoever holds it on this instance."""
    with sit_down() as desk:
        actor = desk.actor(as_, role)
        found = desk.find(ref)
        request = Request(
            "unassign", actor, found.ref, role=role_given, reason=reason, key=key, if_revision=if_revision
        )
        answer = desk.take(request)
        finish(answer, f"unassign {role_given} on {_name(found)}", words_of(found.rules), as_json)


@app.command(
    "override", epilog=example("override 7K3M-9XQT-2HDJ 3f…c1 --yes --reason 'seen with the doctor' --as dara")
)
def answer_override(
    ref: Ref,
    attempt: Annotated[str, typer.Argument(metavar="ATTEMPT", help="The attempt that waits, as act told it.")],
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is sealed in the journal.")],
    yes: Annotated[bool, typer.Option("--yes/--no", help="Allow it, or not.", show_default=False)],
    as_: As = None,
    role: InRole = None,
    key: Key = None,
    if_revision: IfRevision = None,
    as_json: AsJson = False,
) -> None:
    """Answer, as a second person, an attempt that only should guards refused."""
    with sit_down() as desk:
        actor = desk.actor(as_, role)
        found = desk.find(ref)
        said = SecondAnswer(actor, attempt, yes, reason, key, if_revision)
        answer = desk.second(found, said)
        word = "allow" if yes else "do not allow"
        finish(answer, f"{word} attempt {attempt} on {_name(found)}", words_of(found.rules), as_json)


def _name(found: Found) -> str:
    return f"{found.instance.process} {found.ref}"
