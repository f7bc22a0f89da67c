"""Workflows of this house: their versions, what each says, its picture, its coverage, and what was proved of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated, Any, Literal

import orjson
from fastapi import Path, Query
from fastapi.responses import Response

from cases.publications import Publication
from config.coverage import counts, coverage
from interfaces.api.answering import document
from interfaces.api.asked import An, Asked
from interfaces.api.models import NAME, CheckTold, CoverageTold, DefinitionTold, VersionsTold, WorkflowsTold
from interfaces.api.places import ApiPlaces, Gives
from interfaces.api.problems import ApiProblem, Wrong
from interfaces.documents.codes import Codes
from interfaces.documents.workflows import clause_document, definition_document, publication_document, report_document
from state_machine.checks.prove import CHECKS, prove
from state_machine.checks.verdict import Report
from state_machine.diagram import mermaid, picture
from state_machine.rules import Rules
from state_machine.svg import svg

SVG, MERMAID = "image/svg+xml", "text/vnd.mermaid"
CASE = "case"
places = ApiPlaces("workflows")
WorkflowName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_\-]{0,63}$", description="The name of a workflow.")]
Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The hash of a version.")]


class Proved:
    """What was proved of versions, each once: a version never changes, and proving takes seconds."""

    def __init__(self) -> None:
        self._reports: dict[str, Report] = {}
        self._one_at_a_time = threading.Lock()

    def report(self, rules: Rules) -> Report:
        """The report on a version. Raises ApiProblem while another one is being proved, so that nobody queues up."""
        found = self._reports.get(rules.hash)
        if found is not None:
            return found
        if not self._one_at_a_time.acquire(blocking=False):
            raise ApiProblem("failed", detail="A proof is under way; ask again.", headers={"Retry-After": "5"})
        try:
            return self._reports.setdefault(rules.hash, prove(rules, CHECKS))
        finally:
            self._one_at_a_time.release()


PROVED = Proved()


@places.get("/workflows", Gives(WorkflowsTold), area="account", named="list_workflows")
def list_workflows(asked: An) -> Response:
    """The workflows of this house, each with the version in which new families are opened."""
    newest = {one.name: one for one in asked.house.store.versions.publications()}
    names = _names(asked)
    told = [
        {
            "workflow": name,
            "says": asked.house.workflows.rules(one.hash).workflow.says,
            "hash": one.hash,
            "published_at": one.at,
            **_publishers(one, names),
        }
        for name, one in newest.items()
    ]
    return document({"workflows": told})


@places.get("/workflows/{name}/versions", Gives(VersionsTold), area="account", named="list_versions")
def list_versions(asked: An, name: WorkflowName) -> Response:
    """The versions of a workflow that came into force in this house, oldest first."""
    versions = asked.house.store.versions
    published = versions.publications(name)
    if not published:
        raise ApiProblem("not_found")
    newest, names = published[-1].hash, _names(asked)
    told = [
        publication_document(one, len(versions.families(one.hash)), in_force=one.hash == newest)
        | _publishers(one, names)
        for one in published
    ]
    return document({"versions": told})


@places.get("/workflows/{name}/versions/{version}", Gives(DefinitionTold), area="account", named="show_version")
def show_version(asked: An, name: WorkflowName, version: Hash) -> Response:
    """What a version says, whole."""
    rules = _rules(asked, name, version)
    canonical = asked.house.store.workflow(rules.hash)
    if canonical is None:
        raise ApiProblem("not_found")
    return document(definition_document(rules.workflow, rules.hash) | {"definition": orjson.loads(canonical)})


@places.get(
    "/workflows/{name}/versions/{version}/diagram", Gives(media=(SVG, MERMAID)), area="account", named="draw_version"
)
def draw_version(
    asked: An,
    name: WorkflowName,
    version: Hash,
    process: Annotated[str, Query(pattern=NAME, description="The process to draw.")] = CASE,
    form: Annotated[Literal["svg", "mermaid"], Query(alias="format", description="How it is written.")] = "svg",
) -> Response:
    """A process of a version as a picture: its tracks, states and actions."""
    rules = _rules(asked, name, version)
    known = rules.workflow.processes
    if process not in known:
        raise ApiProblem("unknown_name", wrong=(Wrong("process", f"one of {', '.join(known)}"),))
    if form == "mermaid":
        return Response(mermaid(rules, process, {}, None), media_type=MERMAID)
    return Response(svg(f"{name}: {process}", picture(rules, process, {}, None)), media_type=SVG)


@places.get("/workflows/{name}/versions/{version}/coverage", Gives(CoverageTold), area="account", named="cover_version")
def cover_version(asked: An, name: WorkflowName, version: Hash) -> Response:
    """What becomes of each clause of the standards that a version answers for."""
    rules = _rules(asked, name, version)
    rows = coverage(rules.workflow)
    told: dict[str, Any] = {"workflow": name, "hash": rules.hash, "clauses": [clause_document(row) for row in rows]}
    return document(told | {"counts": counts(rows)})


@places.get("/workflows/{name}/versions/{version}/check", Gives(CheckTold), area="account", named="check_version")
def check_version(asked: An, name: WorkflowName, version: Hash) -> Response:
    """What was proved of a version; the first time it is asked this takes some seconds."""
    rules = _rules(asked, name, version)
    report = PROVED.report(rules)
    return document({"workflow": name, "hash": rules.hash, "ok": report.ok} | report_document(report))


def _names(asked: Asked) -> Callable[[str], str]:
    """Who published is told to those who work here and to administrators by name, to everybody else by code."""
    return str if asked.viewer.posts & {"staff", "administrator"} else Codes(asked.house).now()


def _publishers(one: Publication, names: Callable[[str], str]) -> dict[str, str | None]:
    proposed, approved = one.asked_by, one.approved_by
    return {
        "proposed_by": names(proposed) if proposed is not None else None,
        "approved_by": names(approved) if approved is not None else None,
    }


def _rules(asked: Asked, name: str, hash_: str) -> Rules:
    """A version of this name that was published here. Raises ApiProblem."""
    if not any(one.hash == hash_ for one in asked.house.store.versions.publications(name)):
        raise ApiProblem("not_found")
    return asked.house.workflows.rules(hash_)
