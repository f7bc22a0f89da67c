"""`homeward case why | show | history | list`: commands that look and change nothing."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from cases.look import Sight
from interfaces.cli.case_steps import CASE, example
from interfaces.cli.desk import Found, facts_of, sit_down, words_of
from interfaces.cli.history import tell_history
from interfaces.cli.options import As, AsJson, InRole, Ref
from interfaces.cli.output import Paper, local, shown, tell
from interfaces.cli.permitted import tell_permitted
from interfaces.documents.instances import below, list_document, sight_document
from interfaces.documents.journal import history_document
from interfaces.documents.permitted import why_document
from state_machine.rules import Rules
from state_machine.view import Actor, Instance

CLEAR_ONLY = (
    "Shown is what stands in clear. Facts and reasons are sealed: say --as PERSON to read what is open to them."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the group of the cases."""
    app.command("why", epilog=example("why 7K3M-9XQT-2HDJ --as nita", "why 7K3M-9XQT-2HDJ start_interview --as nita"))(
        why_instance
    )
    app.command("show", epilog=example("show 7K3M-9XQT-2HDJ --as sok"))(show)
    app.command("history", epilog=example("history 7K3M-9XQT-2HDJ --as sok"))(show_history)
    app.command("list", epilog=example("list", "list provider"))(list_instances)


def why_instance(
    ref: Ref,
    action: Annotated[str | None, typer.Argument(metavar="ACTION", help="One action; all, if left out.")] = None,
    as_: As = None,
    role: InRole = None,
    as_json: AsJson = False,
) -> None:
    """Say which actions are possible now, which from when, and of all others why not."""
    with sit_down() as desk:
        actor = desk.actor(as_, role)
        found = desk.find(ref)
        answers = desk.why(actor, found, action)
        title = f"{found.instance.process} {found.ref}, as {actor.person}"
        tell(
            as_json,
            why_document(found.ref, answers),
            lambda paper: tell_permitted(
                paper, title, found.ref, answers, words_of(found.rules), full=action is not None
            ),
        )


def show(ref: Ref, as_: As = None, role: InRole = None, as_json: AsJson = False) -> None:
    """Show an instance: where its tracks stand, who holds which role, its facts, and what stands below it."""
    with sit_down() as desk:
        actor = desk.reader(as_, role)
        found = desk.find(ref)
        sight = desk.look(actor, found)
        document = sight_document(sight, found.rules.workflow.workflow, clear_only=actor is None)
        tell(as_json, document, lambda paper: _tell(paper, found, sight, actor))


def show_history(ref: Ref, as_: As = None, role: InRole = None, as_json: AsJson = False) -> None:
    """Show the journal of an instance: who did or tried what, when, and what came of it."""
    with sit_down() as desk:
        actor = desk.reader(as_, role)
        found = desk.find(ref)
        entries = desk.history(actor, found)
        names = {
            hash_: desk.version(hash_).workflow.workflow for hash_ in {str(one.clear["workflow"]) for one in entries}
        }

        def human(paper: Paper) -> None:
            paper.title(f"{found.instance.process} {found.ref}: {len(entries)} entries")
            tell_history(paper, entries, found.rules.calendar.zone)
            if actor is None:
                paper.note(CLEAR_ONLY)

        tell(as_json, history_document(found.ref, entries, names, clear_only=actor is None), human)


def list_instances(
    process: Annotated[str, typer.Argument(metavar="PROCESS", help="The process to list.")] = CASE,
    as_: As = None,
    role: InRole = None,
    as_json: AsJson = False,
) -> None:
    """List the instances of a process, in the order of their opening; with --as, those of this person are marked."""
    with sit_down() as desk:
        actor = desk.reader(as_, role)
        rules = desk.rules(None)
        facts_of(rules, process)
        instances = desk.instances(process)

        def human(paper: Paper) -> None:
            for one in instances:
                paper.title(one.ref + ("  (yours)" if _is_held(one, actor) else ""))
                paper.field("opened", f"{local(one.opened_at, rules.calendar.zone)} by {one.opened_by}")
                paper.field("stands", _moved(one, desk.version(one.workflow)) or "–")
                if one.holders:
                    paper.field("roles", ", ".join(f"{role} {person}" for role, person in one.holders.items()))
            paper.note(f"{len(instances)} in all" if instances else f"There is no {process} in this house yet.")

        mine = frozenset(one.ref for one in instances if _is_held(one, actor))
        tell(as_json, list_document(process, {one.ref: one for one in instances}, mine), human)


def _is_held(one: Instance, actor: Actor | None) -> bool:
    """Whether the person holds a role on this instance."""
    return actor is not None and actor.person in one.holders.values()


def _moved(one: Instance, rules: Rules) -> str:
    """The first track, and of the others those that have left the state in which they start."""
    tracks = rules.workflow.processes[one.process].tracks
    first = next(iter(one.tracks), None)
    moved = [name for name, at in one.tracks.items() if name == first or at.state != tracks[name].starts]
    return ", ".join(f"{name} {one.tracks[name].state}" for name in moved)


def _standing(one: Instance) -> str:
    return ", ".join(f"{track} {at.state}" for track, at in one.tracks.items())


def _tell(paper: Paper, found: Found, sight: Sight, actor: Actor | None) -> None:
    one, zone = sight.instance, found.rules.calendar.zone
    paper.title(f"{one.process} {one.ref}")
    paper.field("opened", f"{local(one.opened_at, zone)} by {one.opened_by}")
    paper.field("follows", f"{found.rules.workflow.workflow} {one.workflow[:8]}, revision {sight.revision}")
    if one.parent is not None:
        paper.field("under", one.parent)
    if one.tracks:
        paper.title("Where it stands")
        paper.columns([[name, at.state, f"since {local(at.since, zone)}"] for name, at in one.tracks.items()], indent=2)
    if one.holders:
        paper.title("Who holds which role")
        paper.columns([[role, person] for role, person in one.holders.items()], indent=2)
    _tell_facts(paper, sight, zone)
    children = below(sight)
    if children:
        paper.title("Below it")
        paper.columns([[child.process, child.ref, _standing(child)] for child in children], indent=2)
    if actor is None:
        paper.note(CLEAR_ONLY)


def _tell_facts(paper: Paper, sight: Sight, zone: dt.tzinfo) -> None:
    if sight.facts:
        paper.title("Facts")
        rows = []
        for name, fact in sight.facts.items():
            lapsed = "no longer holds; " if name in sight.lapsed else ""
            said = f"{lapsed}{fact.by}, {local(fact.observed, zone)}, entry {fact.seq}"
            rows.append([name, f"{shown(fact.value)}\n({said})"])
        paper.columns(rows, indent=2)
    if sight.hidden:
        paper.note(f"Not open to this person: {', '.join(sight.hidden)}")
