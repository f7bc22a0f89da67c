"""The editor of a draft: text and problems side by side, proofs, differences in words, a simulation, approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.responses import Response

from cases.publish import propose, withdraw
from config.difference import Difference, differences
from config.loader import Loaded, from_canonical
from config.problems import DefinitionError
from interfaces.cli.traces import write_traces
from interfaces.scenarios.library import house_of
from interfaces.scenarios.model import read_scenario
from interfaces.scenarios.run import play
from interfaces.simulation.plan import Plan, staffing
from interfaces.simulation.run import simulate
from interfaces.simulation.summary import summary
from interfaces.web.administration import drafts
from interfaces.web.administration.changes import in_groups
from interfaces.web.administration.drafts import MAIN, Files, Read
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.objections import said_objection
from state_machine.checks.verdict import Proof, Report, Verdict
from state_machine.rules import Rules
from wiring.proving import proved

places = Places()
LONGEST_NAME = 60
"""Letters of the name of a scenario's file."""
FEW_CASES, MOST_CASES, MOST_DAYS = 5, 20, 365


@dataclass(frozen=True, slots=True)
class Promise:
    """A property that does not hold: what it says, how it breaks step by step, and the line that lets it through."""

    says: str
    decided: bool
    steps: Sequence[str]
    file: str
    line: int
    name: str = ""


@places.page("/administration/drafts/{id_}", area="administration")
def editor_page(visit: Visited, id_: str, file: str = MAIN) -> Response:
    """A file of the draft, and what is wrong with the whole."""
    files = drafts.find(visit, id_)
    return _page(visit, files, file if file in files.files else MAIN)


@places.form("/administration/drafts/{id_}", area="administration")
def save(visit: Visited, id_: str) -> Response:
    """Keep a file, and look at the whole again. A draft with problems is kept; it is only not published."""
    files = drafts.find(visit, id_)
    file = visit.sent.get("new_file") or visit.sent.get("file")
    if drafts.FILE.fullmatch(file) is None or (file not in files.files and len(files.files) >= drafts.MOST_FILES):
        says = visit.words.gettext("A file is called like case.yaml, texts/km.yaml or scenarios/one.yaml.")
        return _page(visit, files, MAIN, problem=says, status=422)
    text = _text(visit) if not visit.sent.get("new_file") else "process: case\n"
    if len(text) > drafts.LARGEST_FILE:
        return _page(visit, files, file, problem=visit.words.gettext("This file is too large."), status=422)
    files = files.with_file(file, text)
    drafts.keep(visit, files)
    return visit.go_to(f"/administration/drafts/{id_}?file={file}")


@places.form("/administration/drafts/{id_}/problems", area="administration")
def live_problems(visit: Visited, id_: str) -> Response:
    """What is wrong with the text as it stands in the editor, for the list beside it; nothing is kept."""
    files = drafts.find(visit, id_)
    file = visit.sent.get("file")
    if drafts.FILE.fullmatch(file) is None:
        raise NotHere
    found = drafts.read(visit, files.with_file(file, _text(visit)))
    return visit.page("administration/problems.html", problems=found.problems, id=id_)


@places.form("/administration/drafts/{id_}/check", area="administration")
def check(visit: Visited, id_: str) -> Response:
    """Prove everything that the draft promises; it takes seconds."""
    files = drafts.find(visit, id_)
    found = drafts.read(visit, files)
    report = proved(found.loaded) if found.loaded is not None else None
    return visit.page(
        "administration/checked.html",
        files=files,
        problems=found.problems,
        report=report,
        holds=sum(one.verdict is Verdict.HOLDS for one in report.proofs) if report is not None else 0,
        broken=_broken(report) if report is not None else [],
        warnings=report.warnings if report is not None else (),
        unproved=report.unproved if report is not None else (),
    )


@places.form("/administration/drafts/{id_}/scenario", area="administration")
def make_scenario(visit: Visited, id_: str) -> Response:
    """Write down how a promise breaks, as a scenario of the draft: it can be played again when the draft is mended."""
    files, words = drafts.find(visit, id_), visit.words
    found, wanted = drafts.read(visit, files), visit.sent.get("promise")
    report = proved(found.loaded) if found.loaded is not None else None
    broken = [one for one in report.proofs if one.invariant == wanted] if report is not None else []
    if found.loaded is None or report is None or not broken:
        return _page(visit, files, MAIN, problem=words.gettext("This promise does not break any more."), status=422)
    with TemporaryDirectory(prefix="homeward-trace-") as folder:
        made = write_traces(Path(folder), found.loaded, replace(report, proofs=tuple(broken)))
        written = made[0].scenario if made else None
        if written is None:
            says = words.gettext("It cannot be played as a scenario: %(why)s", why=made[0].why_not if made else "")
            return _page(visit, files, MAIN, problem=says, status=409)
        path = f"scenarios/{written.stem[:LONGEST_NAME]}.yaml"
        text = _with_workflow(written.read_text("utf-8"), files.name)
    if path not in files.files and len(files.files) >= drafts.MOST_FILES:
        return _page(visit, files, MAIN, problem=words.gettext("There are too many files in this draft."), status=422)
    drafts.keep(visit, files.with_file(path, text))
    return visit.go_to(f"/administration/drafts/{id_}?file={path}")


@places.page("/administration/drafts/{id_}/diff", area="administration")
def diff_page(visit: Visited, id_: str) -> Response:
    """What the draft says otherwise than what is in force, in words."""
    files = drafts.find(visit, id_)
    found = drafts.read(visit, files)
    return visit.page(
        "administration/diff.html",
        files=files,
        problems=found.problems,
        changes=in_groups(visit.words, against_in_force(visit, found.loaded)) if found.loaded is not None else [],
        against=compared_with(visit, files.name),
    )


@places.form("/administration/drafts/{id_}/simulate", area="administration")
def simulation(visit: Visited, id_: str) -> Response:
    """Play the draft with synthetic people for some months, and say what it means for the work."""
    files = drafts.find(visit, id_)
    found = drafts.read(visit, files)
    if found.loaded is None:
        return _page(visit, files, MAIN, status=422)
    cases = min(visit.sent.number("cases") or FEW_CASES, MOST_CASES)
    days = min(visit.sent.number("days") or 90, MOST_DAYS)
    rules = Rules.compile(found.loaded.workflow, found.loaded.hash)
    starts = visit.now.astimezone(rules.calendar.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    plan = Plan(cases, days, 1, starts.astimezone(dt.UTC), staffing(found.loaded.workflow, cases, days, None))
    told = summary(simulate(found.loaded, rules, plan))
    return visit.page("administration/simulated.html", files=files, told=told)


@places.form("/administration/drafts/{id_}/scenarios", area="administration")
def scenarios(visit: Visited, id_: str) -> Response:
    """Play the draft's own scenarios, and say which step came otherwise than expected."""
    files = drafts.find(visit, id_)
    found = drafts.read(visit, files)
    rows: list[tuple[str, bool, str]] = []
    if found.loaded is not None:
        rules = Rules.compile(found.loaded.workflow, found.loaded.hash)
        with drafts.on_disk(files) as folder:
            rows = [_played(path, found.loaded, rules) for path in sorted((folder / "scenarios").glob("*.yaml"))]
    return visit.page("administration/played.html", files=files, problems=found.problems, rows=rows)


@places.form("/administration/drafts/{id_}/propose", area="administration")
def ask_for_approval(visit: Visited, id_: str) -> Response:
    """Ask a second person to approve the draft; nothing that was not proved is asked for."""
    files = drafts.find(visit, id_)
    found = drafts.read(visit, files)
    if found.loaded is None:
        return _page(visit, files, MAIN, status=422)
    done = propose(visit.house, found.loaded, proved(found.loaded), visit.person, visit.now)
    visit.served.running.sweep()
    if done.outcome == "refused":
        said = [said_objection(visit.words, one) for one in done.objections]
        return visit.page("administration/not_proposed.html", status=409, files=files, objections=said)
    return visit.go_to("/administration/workflows")


@places.form("/administration/workflows/{name}/withdraw", area="administration")
def take_back(visit: Visited, name: str) -> Response:
    """Take back a version that waits."""
    withdraw(visit.house, name, visit.person, visit.now)
    return visit.go_to("/administration/workflows")


def against_in_force(visit: Visit, loaded: Loaded) -> Sequence[Difference]:
    """What a version changes of the one in force of its name, or of the house's own where it is the first."""
    hash_ = visit.house.store.newest_workflow(compared_with(visit, loaded.workflow.workflow))
    before = visit.house.store.workflow(hash_) if hash_ is not None else None
    return differences(from_canonical(before), loaded.workflow) if before is not None else ()


def compared_with(visit: Visit, name: str) -> str:
    """The workflow with which a version is compared."""
    if visit.house.store.newest_workflow(name) is not None:
        return name
    return visit.house.workflows.current(None).workflow.workflow


def _broken(report: Report) -> list[Promise]:
    return [
        Promise(one.says, one.verdict is Verdict.VIOLATED, _steps(one), one.file, one.line, one.invariant)
        for one in report.proofs
        if one.verdict is not Verdict.HOLDS
    ]


def _with_workflow(scenario: str, name: str) -> str:
    """A scenario that names the workflow of the draft, wherever it lay when it was written."""
    return "".join(
        f"workflow: {name}\n" if line.startswith("workflow:") else line for line in scenario.splitlines(keepends=True)
    )


def _steps(proof: Proof) -> list[str]:
    return [step.says for step in proof.counterexample]


def _played(path: Path, loaded: Loaded, rules: Rules) -> tuple[str, bool, str]:
    """One scenario: its name, whether all came as expected, and what did not."""
    try:
        scenario = read_scenario(path)
        result = play(scenario, house_of(scenario, loaded, rules))
    except DefinitionError as problem:
        return path.name, False, str(problem.problems[0]).partition("scenarios/")[2]
    return scenario.name, result.failure is None, str(result.failure or "")


def _text(visit: Visit) -> str:
    """The text of the editor as it was typed, with plain line ends."""
    values = visit.sent.fields.get("text") or [""]
    return values[-1].replace("\r\n", "\n")


def _page(visit: Visit, files: Files, file: str, *, problem: str = "", status: int = 200) -> Response:
    found: Read = drafts.read(visit, files)
    return visit.page(
        "administration/editor.html",
        status=status,
        files=files,
        file=file,
        text=files.files[file],
        lines=files.files[file].count("\n") + 1,
        problems=found.problems,
        problem=problem,
        id=files.id,
    )
