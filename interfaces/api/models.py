"""The shapes of what the API takes and answers; OpenAPI describes them, and tests hold real answers against them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

CURSOR = r"^[A-Za-z0-9_\-]{1,400}$"
NAME = r"^[a-z][a-z0-9_]{0,63}$"
REFERENCE = r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$"
MOMENT = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$"

Name = Annotated[str, Field(pattern=NAME)]
Reference = Annotated[str, Field(pattern=REFERENCE)]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Value = bool | int | str | list[str]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]
FactsIn = Annotated[dict[Name, Value], Field(max_length=200)]
Decision = Literal["applied", "refused", "not_yet"]
Exception_ = Literal["none", "second_person"]


class Taken(BaseModel):
    """Something that is sent: nothing but what is described may be in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Told(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- what is sent -----------------------------------------------------------------------------------------------------

Observed = Annotated[
    str | None,
    Field(
        pattern=MOMENT,
        description="When the facts were seen, if not now: a day, a local time of the workflow's zone, or a time with "
        "its distance from UTC.",
    ),
]
Why = Annotated[str | None, Field(min_length=1, max_length=100_000, description="Why; it is sealed in the journal.")]


class DocumentIn(Taken):
    """A file that a fact of the same request names by the SHA-256 of its content."""

    media: Annotated[str, Field(pattern=r"^[a-z]{1,32}/[A-Za-z0-9.+\-]{1,64}$", description="Its media type.")]
    content: Annotated[str, Field(max_length=14_000_000, description="Its content in base64.")]


Documents = Annotated[list[DocumentIn], Field(max_length=10)]


class Opening(Taken):
    """A case to be opened."""

    facts: FactsIn = Field(default_factory=dict)
    observed: Observed = None
    reason: Why = None
    workflow: Annotated[
        str | None, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,63}$", description="The workflow that the case follows.")
    ] = None
    documents: Documents = Field(default_factory=list)


class OpeningOfAny(Opening):
    """An instance to be opened, under another one or alone."""

    process: Name
    under: Annotated[str | None, Field(max_length=40, description="The reference under which it stands.")] = None


class Recording(Taken):
    """Facts to be recorded."""

    facts: Annotated[dict[Name, Value], Field(min_length=1, max_length=200)]
    observed: Observed = None
    documents: Documents = Field(default_factory=list)


class Correcting(Taken):
    """A journal entry whose facts are withdrawn, with those that are right."""

    entry: Annotated[int, Field(ge=1, le=2**53 - 1, description="Number of the journal entry.")]
    facts: FactsIn = Field(default_factory=dict, description="The right values.")
    only: Annotated[
        list[Name], Field(max_length=200, description="What is withdrawn; all facts of the entry, if left out.")
    ] = Field(default_factory=list)
    reason: Why = None


class Acting(Taken):
    """An action to be attempted, with the answers that it asks. With a reason, a second person may be asked."""

    facts: FactsIn = Field(default_factory=dict)
    observed: Observed = None
    reason: Why = None
    documents: Documents = Field(default_factory=list)


class Assigning(Taken):
    """Somebody who gets a role; who holds it now is replaced."""

    person: Annotated[str, Field(min_length=1, max_length=100)]
    role: Name
    reason: Why = None


class Unassigning(Taken):
    """A role that nobody shall hold here."""

    role: Name
    reason: Why = None


class Answering(Taken):
    """What a second person says to an attempt that waits."""

    answer: Literal["yes", "no"]
    reason: Text


# --- reasons and answers ----------------------------------------------------------------------------------------------


class MissingTold(Told):
    """One thing that would have to change, and who can see to it. Exactly one of the six names is there."""

    ref: str
    fact: str | None = None
    action: str | None = None
    track: str | None = None
    child: str | None = None
    time: str | None = None
    role: str | None = None
    found: str
    needed: str
    roles: list[str]
    people: list[str]


class ReasonTold(Told):
    """Why not, or what would be better."""

    guard: str
    strength: Literal["must", "should", "may"]
    message: str
    remedy: str
    clauses: list[str]
    read: dict[str, Any]
    until: Instant | None
    missing: list[MissingTold]


class FollowedTold(Told):
    """An automatic action that followed."""

    ref: str
    action: str


class AnswerTold(Told):
    """What came of an attempt."""

    ref: str | None
    decision: Decision
    attempt: str
    revision: int
    seq: int
    moves: dict[str, list[str]]
    advice: list[ReasonTold]
    reasons: list[ReasonTold]
    until: Instant | None
    exception: Exception_
    pending: bool
    followed: list[FollowedTold]
    opened: list[str]
    repeated: bool


class WrongTold(Told):
    """One thing that is wrong with what was sent: where, and what is expected there."""

    where: str
    expected: str


class ProblemBody(Told):
    """A problem (RFC 9457). Of a refusal it holds everything that an answer does."""

    type: str
    title: str
    status: int
    detail: str
    kind: str
    errors: list[WrongTold] = Field(default_factory=list)
    scope: str | None = None
    error: str | None = None
    place: str | None = None
    ref: str | None = None
    decision: Decision | None = None
    attempt: str | None = None
    revision: int | None = None
    seq: int | None = None
    moves: dict[str, list[str]] | None = None
    advice: list[ReasonTold] | None = None
    reasons: list[ReasonTold] | None = None
    until: Instant | None = None
    exception: Exception_ | None = None
    pending: bool | None = None
    followed: list[FollowedTold] | None = None
    opened: list[str] | None = None
    repeated: bool | None = None


class ActionTold(Told):
    """What an attempt at an action, made now and without answers, would get."""

    action: str
    decision: Decision
    until: Instant | None
    met: int
    exception: Exception_
    asks: list[str]
    only_answers: bool
    advice: list[ReasonTold]
    reasons: list[ReasonTold]


class WhyTold(Told):
    """What is possible on an instance, and of all else why not."""

    ref: str
    actions: list[ActionTold]


# --- instances --------------------------------------------------------------------------------------------------------


class ShortTold(Told):
    """What stands of an instance in clear."""

    ref: str
    process: str
    parent: str | None
    workflow: str
    opened_at: Instant
    opened_by: str
    tracks: dict[str, str]
    assigned: dict[str, str]


class ListedTold(ShortTold):
    """An instance in a list; `yours`: you hold a role on it."""

    yours: bool


class PageOfInstances(Told):
    """A part of a list, the newest first; `next` is the cursor of what comes after it."""

    process: str
    instances: list[ListedTold]
    next: str | None


class ChildrenTold(Told):
    """What stands directly below an instance, in the order of opening."""

    ref: str
    instances: list[ShortTold]


class FactTold(Told):
    """The latest value of a fact, with when it was seen, by whom, and the journal entry that holds it."""

    value: Any
    observed: Instant
    recorded: Instant
    by: str
    entry: int
    lapsed: bool


class SightTold(ShortTold):
    """What you see of an instance. What stands in `hidden` is not open to you."""

    family: str
    revision: int
    hash: str
    since: dict[str, Instant]
    facts: dict[str, FactTold]
    hidden: list[str]
    below: list[ShortTold]
    clear_only: bool


class OverrideTold(Told):
    """An attempt that waits for a second person."""

    attempt: str
    ref: str
    action: str
    asked_by: str
    on_behalf: str | None
    asked_at: Instant
    lapses_at: Instant


class OverridesTold(Told):
    """The attempts that wait for a second person, those that lapse first in front."""

    overrides: list[OverrideTold]


# --- time -------------------------------------------------------------------------------------------------------------


class RestTold(Told):
    """A day of rest that was not counted."""

    day: str
    name: str
    decreed_by: str


class DateTold(Told):
    """Why a date is what it is."""

    dated_at: Instant
    entry: int
    kind: str
    action: str
    actor: str
    base: Instant
    counted: str
    figure: str
    counts: str
    bound: str
    source: dict[str, str]
    days_of_rest: list[RestTold]
    calendar: str
    calendar_kept: bool
    pauses: list[list[Instant | None]]
    earlier: list[Instant]


class DeadlineTold(Told):
    """A deadline that runs, with whom it lies."""

    ref: str
    process: str
    deadline: str
    says: str
    state: Literal["armed", "paused", "done"]
    due: Instant
    late_seconds: int
    next: Instant | None
    role: str
    people: list[str]
    found_by: str
    instead_of: str | None
    breached: bool
    generation: int
    dating: int
    why: DateTold | None = None


class DeadlinesTold(Told):
    """Deadlines, the oldest due first. `more`: there were more than are told at once."""

    now: Instant
    due: list[DeadlineTold]
    more: bool = False


class TaskTold(Told):
    """A task of yours: a deadline that lies with you, or with everybody who has your role."""

    ref: str
    case: str
    process: str
    deadline: str
    says: str
    kind: Literal["task", "follow_up", "told"]
    role: str
    owner: str | None
    due: Instant
    late_seconds: int


class TasksTold(Told):
    """Your tasks, the earliest first. `more`: there were more than are told at once."""

    now: Instant
    tasks: list[TaskTold]
    more: bool


# --- notices and oneself ----------------------------------------------------------------------------------------------


class NoticeTold(Told):
    """A notice in your inbox."""

    id: str
    at: Instant
    text: str
    urgent: bool
    read_at: Instant | None


class PageOfNotices(Told):
    """A part of your inbox, the newest first."""

    notices: list[NoticeTold]
    unread: int
    next: str | None


class MeTold(Told):
    """Who you are to the house, in which roles you ask, and what your token may do (null: a browser's session)."""

    person: str
    titles: list[str]
    acting: str | None
    posts: list[str]
    scopes: list[str] | None
    workflow: Annotated[str, Field(description="The workflow that new cases follow, if none is named.")]
    now: Instant


class CalendarTold(Told):
    """Whether you have an address of your own for a calendar, since when and until when it can be read."""

    made_at: Instant | None
    ends_at: Instant | None


class CalendarMade(CalendarTold):
    """The address is told this once; who asks again with the same key gets null, and can make a new one."""

    address: str | None


# --- journal ----------------------------------------------------------------------------------------------------------


class EntryTold(Told):
    """A journal entry as you may read it."""

    seq: int
    at: Instant
    kind: str
    actor: str | None
    on_behalf: str | None
    role: str | None
    action: str | None
    attempt: str | None
    until: Instant | None
    assigned: str | None
    to: str | None
    corrects: int | None
    opens: str | None
    publishes: str | None
    exports: str | None
    undermines: int | None
    deadline: str | None
    tell: str | None
    moves: dict[str, list[str]]
    deadlines: dict[str, dict[str, Any]]
    late_seconds: int
    facts: dict[str, Any]
    withdrawn: dict[str, Any]
    lapsed: list[str]
    hidden: list[str]
    guards: dict[str, str]
    because: list[str]
    overridden: list[str]
    reason: str | None
    workflow: str | None
    workflow_hash: str
    hash: str
    previous: str


class JournalTold(Told):
    """The journal of an instance, oldest first."""

    ref: str
    entries: list[EntryTold]
    clear_only: bool


class TraceEntry(Told):
    """A journal entry as auditors see it: its clear part, with codes instead of names, and its place of evidence."""

    at: Instant
    instance: str
    seq: int
    case: str
    kind: str
    outcomes: list[str]
    clear: dict[str, Any]
    hash: str
    leaf: int | None


class PageOfTrace(Told):
    """A part of the entries that fit, the newest first; of how many, in how many families, is counted up to 10,000."""

    entries: list[TraceEntry]
    count: int
    cases: int
    more: bool
    next: str | None


# --- workflows --------------------------------------------------------------------------------------------------------


class WorkflowTold(Told):
    """A workflow in this house, and the version in which new families are opened."""

    workflow: str
    says: str
    hash: str
    published_at: Instant
    proposed_by: str | None
    approved_by: str | None


class WorkflowsTold(Told):
    """The workflows of this house."""

    workflows: list[WorkflowTold]


class VersionTold(Told):
    """A version that came into force."""

    workflow: str
    hash: str
    at: Instant
    proposed_by: str | None
    approved_by: str | None
    in_force: bool
    families: int


class VersionsTold(Told):
    """The versions of a workflow that came into force, oldest first."""

    versions: list[VersionTold]


class ProcessTold(Told):
    """A process: its tracks with their states, who may do which action, and what it records, guards and dates."""

    says: str | None
    parent: str | None
    tracks: dict[str, list[str]]
    actions: dict[str, list[str]]
    facts: dict[str, str]
    guards: dict[str, str]
    deadlines: list[str]


class DefinitionTold(Told):
    """A version of a workflow; `definition` is the composed form whose canonical JSON has the hash."""

    workflow: str
    hash: str
    says: str
    extends: list[str]
    roles: dict[str, str]
    processes: dict[str, ProcessTold]
    definition: dict[str, Any]


class ClauseTold(Told):
    """What becomes of a clause of a standard."""

    id: str
    says: str
    where: str
    strength: str
    kind: str
    phase: str
    status: str
    carried_by: list[str]
    reason: str | None


class CoverageTold(Told):
    """Every clause that a workflow answers for, and how many of each status."""

    workflow: str
    hash: str
    clauses: list[ClauseTold]
    counts: dict[str, int]


class TraceStepTold(Told):
    """A step that breaks a property."""

    kind: str
    says: str
    process: str
    label: str
    parent: str | None
    action: str | None
    role: str | None
    facts: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    wait: int
    refused: bool


class ProofTold(Told):
    """A property, and what was found."""

    invariant: str
    kind: str
    verdict: Literal["holds", "violated", "not_decided"]
    says: str
    configurations: int
    method: str
    counterexample: list[TraceStepTold]
    file: str | None
    line: int | None


class CheckTold(Told):
    """What was proved of a version, and what cannot be."""

    workflow: str
    hash: str
    ok: bool
    proofs: list[ProofTold]
    unproved: list[str]
    doubts: list[str]
