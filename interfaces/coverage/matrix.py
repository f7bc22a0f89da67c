"""One row for each clause, with the scenarios that exercise it and what can be looked up afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.coverage import Row, coverage
from config.definition import Attested, Workflow
from config.loader import Loaded
from interfaces.scenarios.exercised import exercised, scenarios_of

FITS: Mapping[str, frozenset[str]] = {
    "timer": frozenset({"deadline"}),
    "guard": frozenset({"guard", "invariant", "action", "deadline"}),
    "consent": frozenset({"guard", "invariant"}),
    "access": frozenset({"guard", "invariant", "action", "fact"}),
    "choice": frozenset({"action", "fact", "guard", "invariant"}),
    "notify": frozenset({"deadline", "action", "guard"}),
}
"""Which elements can carry a clause of a kind; of them at least one must. Any element can carry the other kinds."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the register. `scenarios` exercise an element that carries it; `look_up` says where its traces are."""

    row: Row
    scenarios: tuple[str, ...]
    look_up: tuple[str, ...]
    complaint: str = ""


def matrix(loaded: Loaded) -> tuple[Line, ...]:
    """The whole matrix, in the order of the register. Raises DefinitionError for a broken scenario file."""
    workflow = loaded.workflow
    scenarios = scenarios_of(loaded)
    used = exercised(workflow, scenarios)
    return tuple(_line(workflow, row, used, shown=bool(scenarios)) for row in coverage(workflow))


def _line(workflow: Workflow, row: Row, used: Mapping[str, tuple[str, ...]], *, shown: bool) -> Line:
    carriers = row.carried_by or _attesting(workflow, row)
    names = dict.fromkeys(name for carrier in carriers for name in used.get(carrier, ()))
    look_up = dict.fromkeys(_look_up(carrier) for carrier in carriers)
    return Line(row, tuple(names), tuple(look_up), _complaint(row, carriers, bool(names), shown=shown))


def _complaint(row: Row, carriers: tuple[str, ...], exercised: bool, *, shown: bool) -> str:
    """What an element or a scenario is missing; nothing where all is well."""
    if row.status == "missing":
        return "nothing answers for it"
    kinds = {_kind(carrier) for carrier in carriers}
    wanted = FITS.get(row.kind, kinds)
    if row.status == "carried" and not kinds & wanted:
        return f"a clause of the kind {row.kind} is carried by one of {', '.join(sorted(wanted))}"
    # What is proved needs no scenario; a workflow that ships without scenarios shows none.
    if carriers and shown and not exercised and kinds != {"invariant"}:
        return "no scenario exercises an element that carries it"
    return ""


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
    return carrier.split(".")[1] if "." in carrier else "process"


def _look_up(carrier: str) -> str:
    """Where the journal shows afterwards that an element did its work."""
    process, _, rest = carrier.partition(".")
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
