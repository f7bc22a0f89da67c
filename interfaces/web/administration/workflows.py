"""Workflows: which version is in force and who follows it, pictures, dates with their sources, and one's drafts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi.responses import Response
from markupsafe import Markup

from config.coverage import counts, coverage
from config.definition import Source
from config.durations import Duration
from config.folder import shipped_folder
from interfaces.documents.codes import Codes
from interfaces.web.administration import drafts
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.labels import spelt
from state_machine.diagram import picture
from state_machine.rules import Rules
from state_machine.svg import svg

places = Places()


@places.page("/administration/workflows", area="administration")
def workflows_page(visit: Visited) -> Response:
    """Every version that came into force, what waits for a second person, and the drafts of whoever looks."""
    return _list(visit)


@places.form("/administration/workflows", area="administration")
def new_draft(visit: Visited) -> Response:
    """Start a draft that builds on a workflow."""
    name, extends = visit.sent.get("name"), visit.sent.get("extends")
    if drafts.NAME.fullmatch(name) is None or extends not in _extendable(visit):
        says = visit.words.gettext("Give a name of small letters, digits and lines, such as our-house.")
        return _list(visit, problem=says, status=422)
    files = drafts.start(visit, name, extends)
    drafts.keep(visit, files)
    return visit.go_to(f"/administration/drafts/{files.id}")


@places.page("/administration/workflows/{name}/{hash_}", area="administration")
def version_page(visit: Visited, name: str, hash_: str, process: str = "", track: str = "") -> Response:
    """One version: who published it, how many families follow it, its pictures, dates, and coverage."""
    return _version(visit, name, hash_, (process, track), visit.names)


@places.page("/audit/workflows/{hash_}", area="audit")
def audited_version(visit: Visited, hash_: str, process: str = "", track: str = "") -> Response:
    """The same for auditors, who come from an entry and its rule: people have codes there."""
    return _version(visit, "", hash_, (process, track), Codes(visit.house).now())


def _version(visit: Visit, name: str, hash_: str, asked: tuple[str, str], names: Callable[[str], str]) -> Response:
    """A version with the picture of the process and track that are asked for; `names` says who published it."""
    process, track = asked
    versions = visit.house.store.versions
    published = [one for one in versions.publications() if one.hash.startswith(hash_) and name in ("", one.name)]
    if not published:
        raise NotHere
    one = published[-1]
    rules = visit.house.workflows.rules(one.hash)
    shown = process if process in rules.processes else next(iter(rules.processes))
    labels = visit.words.labels(rules.workflow)
    tracks = list(rules.workflow.processes[shown].tracks)
    chosen = track if track in tracks else (tracks[0] if tracks else "")
    at = visit.request.url.path
    return visit.page(
        "administration/version.html",
        version=one,
        at=at,
        who=[names(person) for person in (one.asked_by, one.approved_by) if person],
        when=visit.words.when(one.at, with_time=True),
        count=len(versions.families(one.hash)),
        in_force=visit.house.store.newest_workflow(one.name) == one.hash,
        says=rules.workflow.says,
        extends=rules.workflow.extends,
        processes=[(key, labels.process(key)) for key in rules.processes],
        process=shown,
        tracks=[(key, labels.at("processes", shown, "tracks", key, "short") or spelt(key)) for key in tracks],
        track=chosen,
        drawing=_drawing(rules, shown, chosen),
        states=[
            (labels.short(shown, chosen, key), labels.state(shown, chosen, key))
            for key in _states(rules, shown, chosen)
        ],
        dates=_dates(visit, rules, shown),
        covered=[(spelt(status), number) for status, number in counts(coverage(rules.workflow)).items()],
    )


def _drawing(rules: Rules, process: str, track: str) -> Markup:
    """One track at a time: a picture of a workflow, never of the way of a case."""
    if not track:
        return Markup("")
    drawn = svg(spelt(track), picture(rules, process, {}, (track,)))
    return Markup(drawn[drawn.index("<svg") :])  # noqa: S704 - made by us, all text in it is escaped


def _states(rules: Rules, process: str, track: str) -> Sequence[str]:
    return list(rules.workflow.processes[process].tracks[track].states) if track else ()


def _dates(visit: Visit, rules: Rules, process: str) -> list[tuple[str, str, str]]:
    """Every deadline of a process: what, how long after its beginning, and where the figure comes from."""
    labels, words = visit.words.labels(rules.workflow), visit.words
    found = []
    for name, deadline in rules.processes[process].deadlines.items():
        after, due = deadline.after, deadline.model.due
        if isinstance(after, Duration):
            length = words.length(after, due.counts)
        else:
            length = words.gettext("as recorded: %(what)s", what=labels.fact(process, after.fact))
        found.append((labels.deadline(process, name), length, _source(visit, due.source)))
    return found


def _source(visit: Visit, source: Source) -> str:
    if source.clause is not None:
        return source.clause
    return visit.words.gettext(
        "House rule: %(who)s, %(day)s, %(why)s", who=str(source.house), day=str(source.decided), why=str(source.why)
    )


def _extendable(visit: Visit) -> list[str]:
    """What a draft may build on: what is in force here, and what comes with the program."""
    there = dict.fromkeys(one.name for one in visit.house.store.versions.publications())
    shipped = sorted(one.name for one in shipped_folder().iterdir() if (one / drafts.MAIN).is_file())
    return list(dict.fromkeys([*there, *shipped]))


def _list(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    versions, words = visit.house.store.versions, visit.words
    published = versions.publications()
    newest = {one.name: one.hash for one in published}
    waiting = versions.open_proposals()
    return visit.page(
        "administration/workflows.html",
        status=status,
        rows=[
            (
                one.name,
                one.hash,
                words.when(one.at, with_time=True),
                words.join(
                    [visit.names(person) for person in (one.asked_by, one.approved_by) if person]
                    or [words.gettext("with the opening of the house")]
                ),
                len(versions.families(one.hash)),
                newest[one.name] == one.hash,
            )
            for one in reversed(published)
        ],
        waiting=[
            (one.name, one.hash, visit.names(one.asked_by), words.when(one.asked_at, with_time=True)) for one in waiting
        ],
        drafts=drafts.mine(visit),
        extendable=[(name, name) for name in _extendable(visit)],
        problem=problem,
        sent=visit.sent,
    )
