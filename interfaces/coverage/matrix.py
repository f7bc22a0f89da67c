"""One row for each clause, with the scenarios that exercise it and what can be looked up afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.built_in import BUILT_IN, PREFIX
from config.clause_book import Attested
from config.coverage import Row, coverage
from config.definition import Workflow
from config.loader import Loaded
from interfaces.coverage.worked import Fact, worked_with
from interfaces.scenarios.exercised import exercised, scenarios_of

FITS: Mapping[str, frozenset[str]] = {
    "timer": frozenset({"deadline"}),
    "guard": frozenset({"guard", "invariant", "action", "deadline"}),
    "consent": frozenset({"guard", "invariant"}),
    "access": frozenset({"guard", "invariant", "action", "fact", PREFIX}),
    "choice": frozenset({"action", "fact", "guard", "invariant"}),
    "notify": frozenset({"deadline", "action", "guard"}),
}
"""Which elements can carry a clause of a kind; of them at least one must. Any element can carry the other kinds."""

TOO_WIDE: Mapping[str, frozenset[str]] = dict.fromkeys(
    ("timer", "guard", "consent", "notify"), frozenset({"process", "track"})
)
"""What does not do, by being there, what a clause of a kind asks; an element of it that cites one is complained of."""

_ORDER = ("off", "may", "should", "must")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the register. `scenarios` exercise an element that carries it; `look_up` says where its traces are.

    `weaker` says, where what carries it is weaker than the clause itself, who decided so and why.
    """

    row: Row
    scenarios: tuple[str, ...]
    look_up: tuple[str, ...]
    complaint: str = ""
    weaker: tuple[str, ...] = ()


def matrix(loaded: Loaded) -> tuple[Line, ...]:
    """The whole matrix, in the order of the register. Raises DefinitionError for a broken scenario file."""
    workflow = loaded.workflow
    scenarios = scenarios_of(loaded)
    used = exercised(workflow, scenarios)
    worked = worked_with(workflow)
    return tuple(_line(workflow, row, used, worked, shown=bool(scenarios)) for row in coverage(workflow))


def _line(
    workflow: Workflow, row: Row, used: Mapping[str, tuple[str, ...]], worked: frozenset[Fact], *, shown: bool
) -> Line:
    carriers = row.carried_by or _attesting(workflow, row)
    names = dict.fromkeys(name for carrier in carriers for name in used.get(carrier, ()))
    look_up = dict.fromkeys(_look_up(carrier) for carrier in carriers)
    why = _weaker(workflow, row)
    complaint = _missing(row, carriers, bool(names), shown=shown) or _carries_not(row, worked)
    if why == ():
        complaint = complaint or f"nothing that carries it is as strong as `{row.strength}`, and no `source` says why"
    return Line(row, tuple(names), tuple(look_up), complaint, why or ())


def _missing(row: Row, carriers: tuple[str, ...], exercised: bool, *, shown: bool) -> str:
    """What an element or a scenario is missing; nothing where all is well."""
    if row.status == "missing":
        return "nothing answers for it"
    kinds = {_kind(carrier) for carrier in carriers}
    wanted = FITS.get(row.kind, kinds)
    if row.status == "carried" and not kinds & wanted:
        return f"a clause of the kind {row.kind} is carried by one of {', '.join(sorted(wanted))}"
    # What is proved or built in needs no scenario; a workflow that ships without scenarios shows none.
    if carriers and shown and not exercised and not kinds <= {"invariant", PREFIX}:
        return "no scenario exercises an element that carries it"
    return ""


def _carries_not(row: Row, worked: frozenset[Fact]) -> str:
    """The elements that cite a clause and do nothing for it."""
    wide = [one for one in row.carried_by if _kind(one) in TOO_WIDE.get(row.kind, ())]
    if wide:
        return f"{', '.join(wide)}: no {' or '.join(sorted({_kind(one) for one in wide}))} does what a {row.kind} asks"
    if row.carried_by and all(_kind(one) == "fact" and _fact(one) not in worked for one in row.carried_by):
        return "it is only a fact: no action asks it, no condition and no deadline reads it, and nobody states it"
    return ""


def _weaker(workflow: Workflow, row: Row) -> tuple[str, ...] | None:
    """Why what carries a clause is weaker than it; None where something is as strong, or has no strength of its own.

    A deadline that only tells is as strong as a clause that says `should`. An invariant is proved, and so are facts,
    tracks and actions just there: they are no weaker than what is asked.
    """
    ruled = [one for one in row.carried_by if _kind(one) in ("guard", "deadline")]
    whole = ("invariant", "action", "track", "process", PREFIX)
    if not ruled or any(_kind(one) in whole for one in row.carried_by):
        return None
    reached = max(_ORDER.index(_strength(workflow, one)) for one in ruled)
    if reached >= _ORDER.index(row.strength):
        return None
    return tuple(why for one in ruled if (why := _why(workflow, one)))


def _strength(workflow: Workflow, carrier: str) -> str:
    process, kind, name = carrier.split(".")[:3]
    if kind == "guard":
        return workflow.processes[process].guards[name].strength
    return "should" if workflow.processes[process].deadlines[name].strength == "may" else "must"


def _why(workflow: Workflow, carrier: str) -> str:
    process, kind, name = carrier.split(".")[:3]
    source = workflow.processes[process].guards[name].source if kind == "guard" else None
    return f"{source.house}, {source.decided}: {source.why}" if source is not None and source.why else ""


def _fact(carrier: str) -> Fact:
    process, _, name = carrier.split(".")[:3]
    return process, name


def _attesting(workflow: Workflow, row: Row) -> tuple[str, ...]:
    """The element with which a person states an attested clause."""
    attested = workflow.clauses.attested.get(row.id)
    if attested is None:
        return ()
    kind, name = ("action", attested.action) if attested.action else ("fact", attested.fact)
    return tuple(f"{process}.{kind}.{name}" for process in _having(workflow, attested, kind, str(name)))


def _having(workflow: Workflow, attested: Attested, kind: str, name: str) -> tuple[str, ...]:
    if attested.of is not None:
        return (attested.of,)
    return tuple(process for process, one in workflow.processes.items() if name in getattr(one, f"{kind}s"))


def _kind(carrier: str) -> str:
    if carrier.startswith(f"{PREFIX}."):
        return PREFIX
    return carrier.split(".")[1] if "." in carrier else "process"


def _look_up(carrier: str) -> str:
    """Where the journal shows afterwards that an element did its work."""
    process, _, rest = carrier.partition(".")
    if process == PREFIX:
        return BUILT_IN[rest].look_up
    kind, _, name = rest.partition(".")
    match kind:
        case "guard":
            return f"{process}: in each entry that asked {name}, whether it held and what it read"
        case "fact":
            return f"{process}: the entries that recorded {name}, with who, when observed and when recorded"
        case "action":
            return f"{process}: the entries of {name}, applied and refused, with who and in which role"
        case "deadline":
            return (
                f"{process}: the entries of {name}: from when, due when and why, each reminder, breach and its lateness"
            )
        case "track":
            return f"{process}: the moves of {name}, from entry to entry"
        case "invariant":
            return f"{process}: the verdict on {name} in the check of the version that the entry names"
        case _:
            return f"{process}: the journal of each one opened"
