"""`homeward workflow publish | diff | versions`: what is in force, what a draft would change, and who says so."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cases.errors import BadInput
from cases.publish import Publishing, approve, propose, withdraw
from config.definition import Workflow as Definition
from config.difference import Difference, differences
from config.loader import Loaded, from_canonical, load_draft, load_workflow
from interfaces.cli.check import proved
from interfaces.cli.desk import open_desk
from interfaces.cli.options import As, AsJson, Workflow
from interfaces.cli.output import Paper, local, tell
from interfaces.cli.version import find_version, is_hash
from interfaces.documents.published import published_form
from interfaces.documents.workflows import publication_document
from interfaces.errors import ExitCode
from state_machine.checks.verdict import Report, Verdict
from wiring.house import RunningHouse

SHORT = 12
_STYLES = {"added": "green", "removed": "red", "changed": "yellow"}
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def add_to(app: typer.Typer) -> None:
    """Put these commands beside the others about workflows."""
    app.command(
        "publish",
        epilog=_example("publish ./our-house --as dara", "publish ./our-house --approve --as vanna"),
    )(publish)
    app.command("diff", epilog=_example("diff kh-2009 ./our-house", "diff 3f9c21 ./our-house --json"))(diff)
    app.command("versions", epilog=_example("versions", "versions our-house --json"))(versions)


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  homeward workflow {line}" for line in lines)


def publish(
    name: Workflow,
    *,
    approving: Annotated[
        bool, typer.Option("--approve", help="Approve what somebody else has proposed; the folder must hold that.")
    ] = False,
    withdrawing: Annotated[bool, typer.Option("--withdraw", help="Take back what was proposed.")] = False,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Publish a workflow: check it, tell what it changes, and have a second person approve it."""
    if approving and withdrawing:
        raise typer.BadParameter("either --approve or --withdraw", param_hint="--approve")
    if as_ is None:
        raise typer.BadParameter("say who does this: --as PERSON, or HOMEWARD_AS", param_hint="--as")
    with open_desk() as running:
        loaded = load_draft(name, published=published_form(running.house.store), siblings=False)
        report = proved(loaded)
        against, changes = _against_what_is_in_force(running, loaded)
        if withdrawing:
            done = withdraw(running.house, loaded.workflow.workflow, as_, running.clock.now())
        elif approving:
            done = approve(running.house, loaded.workflow.workflow, loaded.hash, report, as_, running.clock.now())
        else:
            done = propose(running.house, loaded, report, as_, running.clock.now())
        running.sweep()  # who may approve is asked at once
    document = _document(done, changes, report) | {"compared_with": {"workflow": against[0], "hash": against[1]}}
    tell(as_json, document, lambda paper: _tell(paper, name, done, changes, report, against))
    if done.outcome in ("refused", "waits"):
        raise typer.Exit(ExitCode.REFUSED)


def _against_what_is_in_force(running: RunningHouse, loaded: Loaded) -> tuple[tuple[str, str], tuple[Difference, ...]]:
    """What the draft is compared with (name and version), and what it changes of it.

    That is the version of this name in force; for the first of a name, the house's own workflow.
    """
    store = running.house.store
    hash_ = store.newest_workflow(loaded.workflow.workflow)
    before = store.workflow(hash_) if hash_ is not None else None
    if hash_ is not None and before is not None:
        return (loaded.workflow.workflow, hash_), differences(from_canonical(before), loaded.workflow)
    own = running.house.workflows.current(None)
    return (own.workflow.workflow, own.hash), differences(own.workflow, loaded.workflow)


def _document(done: Publishing, changes: tuple[Difference, ...], report: Report) -> dict[str, Any]:
    proposal = done.proposal
    return {
        "outcome": done.outcome,
        "workflow": done.name,
        "hash": done.hash,
        "replaces": proposal.replaces if proposal else None,
        "proposed_by": proposal.asked_by if proposal else None,
        "answered_by": proposal.answered_by if proposal else None,
        "signed_in": False,
        "objections": [{"code": one.code, "says": one.says} for one in done.objections],
        "doubts": [{"code": one.code, "says": one.says} for one in done.doubts],
        "differences": [difference_document(one) for one in changes],
        "proofs": {word.value: sum(one.verdict is word for one in report.proofs) for word in Verdict},
    }


def difference_document(one: Difference) -> dict[str, Any]:
    """One difference as JSON."""
    return {"what": one.what, "where": one.where, "says": one.says, "before": one.before, "after": one.after}


def _tell(
    paper: Paper,
    typed: str,
    done: Publishing,
    changes: tuple[Difference, ...],
    report: Report,
    against: tuple[str, str],
) -> None:
    short = done.hash[:SHORT]
    if against[0] != done.name:
        first = f"{done.name} is the first of its name; it is compared with {against[0]} {against[1][:SHORT]}"
        paper.line(first, "bold")
    tell_differences(paper, changes)
    holds = sum(one.verdict is Verdict.HOLDS for one in report.proofs)
    paper.note(f"{holds} of {len(report.proofs)} properties are proved.")
    for doubt in done.doubts:
        paper.field("doubt", doubt.says, "bold yellow")
    proposal = done.proposal
    match done.outcome:
        case "published" if proposal is not None:
            said = (
                f"{done.name} {short} is in force: proposed by {proposal.asked_by}, approved by {proposal.answered_by}"
            )
            paper.line(said, "bold green")
            paper.note("Who is in the house already keeps the version that it has; see homeward workflow migrate.")
        case "withdrawn":
            paper.line(f"{done.name} {short} was taken back", "bold")
        case "waits":
            paper.line(f"{done.name} {short} is not published yet", "bold yellow")
            for one in done.objections:
                paper.field("why", one.says)
            paper.command(f"homeward workflow publish {typed} --approve --as PERSON")
        case _:
            paper.line(f"{done.name} {short}: refused, nothing was published", "bold red")
            for one in done.objections:
                paper.field("why", one.says)


def tell_differences(paper: Paper, changes: tuple[Difference, ...]) -> None:
    """Each difference on a line."""
    for one in changes:
        paper.line(f"{_SIGNS[one.what]} {one.says}", _STYLES[one.what], indent=2)
    if not changes:
        paper.note("Nothing is otherwise than in the version in force.")


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A shipped workflow, a folder, or a published version.")],
    after: Annotated[str, typer.Argument(metavar="B", help="What it is compared with: the same.")],
    as_json: AsJson = False,
) -> None:
    """Tell in words what one version of a workflow says otherwise than another."""
    (old_hash, old), (new_hash, new) = _read_both(before, after)
    changes = differences(old, new)
    document = {"before": old_hash, "after": new_hash, "differences": [difference_document(one) for one in changes]}

    def human(paper: Paper) -> None:
        for one in changes:
            paper.line(f"{_SIGNS[one.what]} {one.says}", _STYLES[one.what])
        paper.note(f"{len(changes)} {'difference' if len(changes) == 1 else 'differences'}")

    tell(as_json, document, human)


def _read_both(before: str, after: str) -> tuple[tuple[str, Definition], tuple[str, Definition]]:
    """Both workflows; the house is opened only where one of them is named by its hash."""
    if not is_hash(before) and not is_hash(after):
        return _loaded(before), _loaded(after)
    with open_desk(sweeps=False) as running:
        return _read(running, before), _read(running, after)


def _read(running: RunningHouse, text: str) -> tuple[str, Definition]:
    if not is_hash(text):
        return _loaded(text)
    hash_ = find_version(running.house.store, text)
    canonical = running.house.store.workflow(hash_)
    if canonical is None:
        raise BadInput(f"version {text} is not kept in this house any more")
    return hash_, from_canonical(canonical)


def _loaded(text: str) -> tuple[str, Definition]:
    loaded = load_workflow(text)
    return loaded.hash, loaded.workflow


def versions(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Of this workflow alone; of all, if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what came into force in this house, when and by whom, and how many families follow each version."""
    with open_desk(sweeps=False) as running:
        store, zone = running.house.store, running.rules.calendar.zone
        published = store.versions.publications(name)
        count = {one.hash: len(store.versions.families(one.hash)) for one in published}
        waiting = [one for one in store.versions.open_proposals() if name in (None, one.name)]
        newest = {one.name: one.hash for one in published}
    document = {
        "publications": [
            publication_document(one, count[one.hash], in_force=newest[one.name] == one.hash) | {"signed_in": False}
            for one in published
        ],
        "waiting": [{"workflow": one.name, "hash": one.hash, "proposed_by": one.asked_by} for one in waiting],
    }

    def human(paper: Paper) -> None:
        for one in published:
            force = ", in force" if newest[one.name] == one.hash else ""
            paper.title(f"{one.name} {one.hash[:SHORT]}{force}")
            by = f"{one.asked_by}, approved by {one.approved_by}" if one.asked_by else "the opening of the house"
            paper.field("since", local(one.at, zone))
            paper.field("by", by)
            paper.field("families", str(count[one.hash]))
        for other in waiting:
            paper.line(f"{other.name} {other.hash[:SHORT]} waits for a second person", "bold yellow")

    tell(as_json, document, human)
