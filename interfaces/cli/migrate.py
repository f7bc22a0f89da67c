"""`homeward workflow migrate`: what moving all families to another version would do, and doing it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import typer
from rich.progress import Progress

from cases.errors import BadInput
from cases.migrate import Decisions, Migration
from cases.migrate_all import Moved, Order, migrate_all, pinned, preview_all
from cases.publish import order_migration
from interfaces.cli.desk import open_desk
from interfaces.cli.options import As, AsJson
from interfaces.cli.output import Paper, local, tell
from interfaces.cli.version import find_version
from interfaces.errors import ExitCode
from wiring.house import RunningHouse

T = TypeVar("T")
SHORT = 12
SHOWN = 20
"""So many families that were left are shown to people; the JSON document has them all."""

EXAMPLES = 5
"""So many moved deadlines are shown to people with both dates."""

_STATE = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)=([a-z][a-z0-9_]*)")
_RENAMED = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)=([a-z][a-z0-9_]*)")
_PAIR = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")

Put = Annotated[
    list[str] | None,
    typer.Option("--put", metavar="P.T.OLD=NEW", help="Who stands in a state that is gone stands in this one then."),
]
Drop = Annotated[
    list[str] | None, typer.Option("--drop", metavar="P.T", help="A track that is gone ends with the old version.")
]
Forget = Annotated[
    list[str] | None,
    typer.Option("--forget", metavar="P.F", help="A recorded value that is allowed no more counts no more."),
]
End = Annotated[
    list[str] | None, typer.Option("--end", metavar="P.D", help="A deadline that runs, or is overdue, may end undone.")
]
Same = Annotated[
    list[str] | None,
    typer.Option("--same", metavar="P.OLD=NEW", help="A deadline goes on under this name, date and all."),
]
Second = Annotated[
    str | None,
    typer.Option("--second", metavar="PERSON", help="Who stands beside you where TO is not the version in force."),
]


@dataclass
class Preview:
    """What was seen of all families together."""

    fits: int = 0
    closed: int = 0
    undecided: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    waits: int = 0
    examples: dict[tuple[str, str, str], str] = field(default_factory=dict)
    moved: list[dict[str, Any]] = field(default_factory=list)
    follows: Counter[str] = field(default_factory=Counter)
    begins: list[dict[str, str]] = field(default_factory=list)
    unread: list[dict[str, str]] = field(default_factory=list)

    def take(self, one: Migration | None) -> None:
        """Count one family."""
        if one is None:
            self.closed += 1
        elif one.undecided:
            self.waits += 1
            for problem in one.undecided:
                key = (problem.process, problem.why, problem.decide)
                self.undecided[key] += 1
                self.examples.setdefault(key, problem.ref)
        else:
            self.fits += 1
        if one is not None:
            self._changed(one)

    def _changed(self, one: Migration) -> None:
        self.follows.update(action for _, action in one.follows)
        self.begins += [{"ref": ref, "track": track, "state": state} for ref, track, state in one.begins]
        self.unread += [{"ref": ref, "fact": fact} for ref, fact in one.unread]
        self.moved += [
            {"ref": date.ref, "process": date.process, "deadline": date.deadline, "was": date.was, "due": date.due}
            for date in one.deadlines
        ]


def migrate(
    from_: Annotated[str, typer.Argument(metavar="FROM", help="The version that families follow now.")],
    to: Annotated[str, typer.Argument(metavar="TO", help="The version to which they are moved.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what it would do.")] = False,
    put: Put = None,
    drop: Drop = None,
    forget: Forget = None,
    end: End = None,
    same: Same = None,
    second: Second = None,
    closed_too: Annotated[bool, typer.Option("--closed-too", help="Move what is over as well.")] = False,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Move all families of one version to another: first tell what it would do, then do it, each in one step."""
    decisions = Decisions(
        _states(put or []),
        frozenset(_pairs(drop or [], "--drop")),
        frozenset(_pairs(forget or [], "--forget")),
        frozenset(_pairs(end or [], "--end")),
        _names(same or []),
    )
    with open_desk() as running:
        store = running.house.store
        order = Order(
            find_version(store, from_), find_version(store, to), decisions, as_ or "", closed_too, second or ""
        )
        if order.from_ == order.to:
            raise BadInput(f"{from_} and {to} are the same version, {order.to[:SHORT]}")
        if dry_run:
            _preview(running, order, as_json)
        else:
            _for_real(running, order, as_, as_json)


def _states(put: list[str]) -> dict[tuple[str, str, str], str]:
    """Which state takes the place of which, as it was typed. Raises a usage error."""
    states: dict[tuple[str, str, str], str] = {}
    for text in put:
        found = _STATE.fullmatch(text)
        if found is None:
            expected = "expected PROCESS.TRACK.OLD=NEW, such as case.plan.interim=agreed"
            raise typer.BadParameter(f"found {text!r}, {expected}", param_hint="--put")
        process, track, old, new = found.groups()
        states[process, track, old] = new
    return states


def _names(same: list[str]) -> dict[tuple[str, str], str]:
    """Which deadline goes on under which name, as it was typed. Raises a usage error."""
    names: dict[tuple[str, str], str] = {}
    for text in same:
        found = _RENAMED.fullmatch(text)
        if found is None:
            expected = "expected PROCESS.OLD=NEW, such as case.plan_review=review_the_plan"
            raise typer.BadParameter(f"found {text!r}, {expected}", param_hint="--same")
        names[found[1], found[2]] = found[3]
    return names


def _pairs(texts: list[str], option: str) -> Iterator[tuple[str, str]]:
    for text in texts:
        found = _PAIR.fullmatch(text)
        if found is None:
            expected = "expected PROCESS.NAME, such as case.legal"
            raise typer.BadParameter(f"found {text!r}, {expected}", param_hint=option)
        yield found[1], found[2]


def _preview(running: RunningHouse, order: Order, as_json: bool) -> None:
    families, seen = pinned(running.house, order), Preview()
    previews = preview_all(running.house, families, order, running.clock.now())
    for one in _watched(previews, len(families), "looking", as_json):
        seen.take(one)
    document = {
        "from": order.from_,
        "to": order.to,
        "dry_run": True,
        "fits": seen.fits,
        "closed": seen.closed,
        "needs_a_decision": seen.waits,
        "undecided": [
            {"process": process, "why": why, "decide": decide, "families": count, "example": seen.examples[key]}
            for key, count in seen.undecided.most_common()
            for process, why, decide in [key]
        ],
        "follows": dict(seen.follows),
        "begins": seen.begins,
        "unread": seen.unread,
        "deadlines": seen.moved,
    }
    zone = running.rules.calendar.zone
    tell(as_json, document, lambda paper: _tell_preview(paper, order, seen, zone))
    if seen.waits:
        raise typer.Exit(ExitCode.REFUSED)


def _tell_preview(paper: Paper, order: Order, seen: Preview, zone: dt.tzinfo) -> None:
    paper.title(f"From {order.from_[:SHORT]} to {order.to[:SHORT]}: nothing was changed")
    paper.field("fit", str(seen.fits))
    paper.field("closed", f"{seen.closed}, which stay where they are")
    paper.field("undecided", str(seen.waits), "bold red" if seen.waits else "")
    for (process, why, decide), count in seen.undecided.most_common():
        paper.line(f"{count} × {process}: {why}, such as {seen.examples[process, why, decide]}", indent=4)
        if decide:
            paper.command(f"--{decide}", indent=6)
        if decide.startswith("end "):
            paper.line("or, where another takes its place:", indent=6)
            paper.command(f"--same {decide.removeprefix('end ')}=NEW", indent=6)
    for action, count in seen.follows.most_common():
        paper.field("follows", f"{count} × {action}")
    for (track, state), count in Counter((one["track"], one["state"]) for one in seen.begins).most_common():
        paper.field("begins", f"{count} × {track}, in {state}")
    for fact, count in Counter(one["fact"] for one in seen.unread).most_common():
        paper.field("not read", f"{count} × {fact}: kept in the journal, and unknown from then on", "bold yellow")
    paper.field("deadlines", f"{len(seen.moved)} begin, end or fall due at another time")
    for (name, what), count in Counter((_named(one), _what(one)) for one in seen.moved).most_common():
        paper.line(f"{count} × {name} {what}", indent=4)
    for one in seen.moved[:EXAMPLES]:
        was, due = (local(at, zone) if at is not None else "none" for at in (one["was"], one["due"]))
        paper.line(f"{one['ref']} {_named(one)}: {was} → {due}", indent=6)
    if len(seen.moved) > EXAMPLES:
        paper.note(f"and {len(seen.moved) - EXAMPLES} more; --json has them all")


def _named(moved: dict[str, Any]) -> str:
    return f"{moved['process']}.{moved['deadline']}"


def _what(moved: dict[str, Any]) -> str:
    """What becomes of a deadline, in a word."""
    if moved["was"] is None:
        return "begins"
    if moved["due"] is None:
        return "ends"
    return "falls due sooner" if moved["due"] < moved["was"] else "falls due later"


def _for_real(running: RunningHouse, order: Order, person: str | None, as_json: bool) -> None:
    if person is None:
        raise typer.BadParameter("say who orders this: --as PERSON, or HOMEWARD_AS", param_hint="--as")
    house = running.house
    name = house.workflows.rules(order.to).workflow.workflow
    objection = order_migration(house, person, name, order.to, running.clock.now(), order.second)
    if objection is not None:
        tell(
            as_json,
            {"from": order.from_, "to": order.to, "objections": [{"code": objection.code, "says": objection.says}]},
            lambda paper: paper.line(f"Refused: {objection.says}; nothing was moved", "bold red"),
        )
        raise typer.Exit(ExitCode.REFUSED)
    families = pinned(house, order)
    count: Counter[str] = Counter()
    left: list[Moved] = []
    for one in _watched(migrate_all(house, families, order, running.clock), len(families), "moving", as_json):
        count[one.what] += 1
        if one.what in ("undecided", "failed"):
            left.append(one)
    document = {
        "from": order.from_,
        "to": order.to,
        "dry_run": False,
        "moved": count["moved"] + count["already"],
        "closed": count["closed"],
        "left": [{"ref": one.ref, "what": one.what, "why": one.why} for one in left],
    }
    tell(as_json, document, lambda paper: _tell_moved(paper, order, count, left))
    if left:
        raise typer.Exit(ExitCode.REFUSED)


def _tell_moved(paper: Paper, order: Order, count: Counter[str], left: list[Moved]) -> None:
    paper.title(f"From {order.from_[:SHORT]} to {order.to[:SHORT]}")
    paper.field("moved", str(count["moved"] + count["already"]), "green")
    paper.field("closed", f"{count['closed']}, which stay where they are")
    if left:
        paper.field("left", str(len(left)), "bold red")
    for one in left[:SHOWN]:
        paper.line(f"{one.ref}: {one.why}", indent=4)
    if len(left) > SHOWN:
        paper.note(f"and {len(left) - SHOWN} more; --json has them all")


def _watched(things: Iterable[T], total: int, says: str, as_json: bool) -> Iterator[T]:
    """The same things, with a bar on a terminal as they come."""
    console = Paper(to_stderr=True).console
    with Progress(console=console, transient=True, disable=as_json or not console.is_terminal) as progress:
        yield from progress.track(things, total=total, description=says)


def add_to(app: typer.Typer) -> None:
    """Put this command beside the others about workflows."""
    lines = ("migrate 3f9c21 our-house --dry-run", "migrate 3f9c21 our-house --put case.plan.interim=agreed --as dara")
    examples = "\b\nExamples:\n" + "\n".join(f"  homeward workflow {line}" for line in lines)
    app.command("migrate", epilog=examples)(migrate)
