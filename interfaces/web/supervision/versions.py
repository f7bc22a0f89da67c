"""A second person decides on a version of a workflow: differences in words first, then proofs, the decision last."""

from __future__ import annotations

from fastapi.responses import Response

from cases.publications import Proposal
from cases.publish import approve, doubts, withdraw
from config.difference import differences
from config.loader import from_canonical
from interfaces.web.administration.changes import in_groups
from interfaces.web.administration.moving import choices
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.objections import said_objections
from state_machine.checks.prove import prove
from state_machine.checks.verdict import Report, Verdict
from state_machine.rules import Rules

places = Places()


@places.page("/approvals/workflows/{name}", area="supervision")
def version_page(visit: Visited, name: str) -> Response:
    """The version that waits: what it changes, what is proved of it, and the decision."""
    return _page(visit, _waiting(visit, name))


@places.form("/approvals/workflows/{name}", area="supervision")
def decide(visit: Visited, name: str) -> Response:
    """Approve it, so that it is in force from now on, or send it back."""
    proposal = _waiting(visit, name)
    if visit.sent.get("answer") == "no":
        withdraw(visit.house, name, visit.person, visit.now)
        return visit.go_to("/team")
    if visit.sent.get("answer") != "yes":
        says = visit.words.gettext("Choose an answer.")
        return _page(visit, proposal, problem=says, status=422)
    done = approve(visit.house, name, visit.sent.get("version"), _proved(proposal), visit.person, visit.now)
    if done.outcome == "refused":
        return _page(visit, proposal, problem=said_objections(visit.words, done.objections), status=409)
    visit.served.running.look_again(visit.now)
    visit.served.running.sweep()
    behind = any(visit.house.store.versions.families(one.from_) for one in choices(visit) if one.name == name)
    return visit.go_to("/approvals/migration" if behind else "/team")


def _waiting(visit: Visit, name: str) -> Proposal:
    proposal = visit.house.store.versions.open_proposal(name)
    if proposal is None:
        raise NotHere
    return proposal


def _proved(proposal: Proposal) -> Report:
    """What the checks say of the version as it lies here; its composition was proved when it was proposed."""
    workflow = from_canonical(proposal.canonical)
    return prove(Rules.compile(workflow, proposal.hash))


def _page(visit: Visit, proposal: Proposal, *, problem: str = "", status: int = 200) -> Response:
    workflow = from_canonical(proposal.canonical)
    store = visit.house.store
    own = visit.house.workflows.current(None).hash
    before = store.workflow(proposal.replaces or own)
    report = _proved(proposal)
    return visit.page(
        "supervision/version.html",
        status=status,
        proposal=proposal,
        who=visit.names(proposal.asked_by),
        when=visit.words.when(proposal.asked_at, with_time=True),
        mine=visit.person == proposal.asked_by,
        first=proposal.replaces is None,
        changes=in_groups(visit.words, differences(from_canonical(before), workflow)) if before is not None else (),
        families=len(store.versions.families(proposal.replaces or own)),
        proofs=len(report.proofs),
        holds=sum(one.verdict is Verdict.HOLDS for one in report.proofs),
        broken=[one.says for one in report.proofs if one.verdict is not Verdict.HOLDS],
        unproved=report.unproved,
        doubts=[one.says for one in doubts(workflow)],
        problem=problem,
    )
