"""What a workflow is: the frozen, strict models that a loaded definition becomes.

Every mapping keeps the canonical order of its elements (ancestors first, then siblings by workflow name,
each in file order: semantics 0). The keys and their meaning are those of `docs/language.md`; a test compares both.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from config.clause_book import ClauseBook, ClauseId
from config.conditions import Condition, Counts, Event, Figure, Moment, Name, Names, each_once
from config.durations import DurationText
from config.shapes import LIST, NUMBER, TEXT, YES_NO, Part, by_shape

WorkflowName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=80)]
Strength = Literal["must", "should", "may", "off"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Verb = Literal["act", "call", "visit", "review", "decide", "renew", "record", "tell", "find"]
FactKind = Literal["choice", "choices", "yes_no", "number", "date", "period", "text", "link", "document"]
Clauses = Annotated[tuple[ClauseId, ...], Field(strict=False), AfterValidator(each_once)]
FormId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=80)]
FactValue = bool | int | str | tuple[str, ...]
"""What a fact may hold, whatever its kind: dates, durations, links and documents as text."""

RESERVED_ACTIONS = ("open", "assign", "unassign")
"""Actions whose names the language gives a meaning: opening, and putting a person into a role or out of it."""


def _day(value: object) -> object:
    """A day written as `2026-11-01`, and nothing else that a date could be made from."""
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("a day is written like 2026-11-01")
    try:
        return dt.date.fromisoformat(value)
    except ValueError as problem:
        raise ValueError(f"there is no day {value}") from problem


Day = Annotated[dt.date, BeforeValidator(_day)]


class Source(Part):
    """Where a figure or a strength comes from: a clause, or the house with who, when and why."""

    clause: ClauseId | None = None
    house: str | None = None
    decided: Day | None = None
    why: str | None = None

    @model_validator(mode="after")
    def _clause_or_house(self) -> Source:
        house = (self.house, self.decided, self.why)
        if self.clause is not None and house == (None, None, None):
            return self
        if self.clause is None and None not in house:
            return self
        raise ValueError("a source is either {clause: ID} or {house: who, decided: date, why: text}")


class Element(Part):
    """What every element of a process takes: `says` for people and the `clauses` that it carries."""

    says: str | None = None
    clauses: Clauses = ()


class State(Element):
    """A state of a track; `short`, `settled` and `waits` serve pictures and simulation only."""

    short: Annotated[str, Field(max_length=20)] | None = None
    final: bool = False
    settled: bool = False
    waits: bool = False


class Track(Element):
    """One parallel region of a process; it is in exactly one state at any moment. `short` serves pictures only."""

    short: Annotated[str, Field(max_length=20)] | None = None
    starts: Name
    states: Annotated[dict[Name, State], Field(min_length=1)]
    shown_when: Condition | None = None


class Lasts(Part):
    """How long a recorded value holds before the fact reads as its `starts` again."""

    for_: Figure | None = Field(None, alias="for")
    at_least: DurationText | None = None
    at_most: DurationText | None = None
    until: Annotated[tuple[Event, ...], Field(strict=False)] = ()
    source: Source | None = None

    @model_validator(mode="after")
    def _sourced(self) -> Lasts:
        if self.for_ is not None and self.source is None:
            raise ValueError("lasts.for needs a source: {clause: ID} or {house: who, decided: date, why: text}")
        if self.for_ is None and not self.until:
            raise ValueError("lasts needs `for` or `until`")
        if self.for_ is None and (self.at_least is not None or self.at_most is not None):
            raise ValueError("at_least and at_most are bounds of `for`, which is missing")
        return self


class Fact(Element):
    """A typed, dated, attributed observation. `by` None: whoever may act on the instance may record it."""

    kind: FactKind
    values: Names = ()
    to: Name | None = None
    form: FormId | None = None
    starts: (
        Annotated[
            Annotated[bool, YES_NO]
            | Annotated[int, NUMBER]
            | Annotated[str, TEXT]
            | Annotated[tuple[str, ...], Field(strict=False), LIST],
            by_shape("a value of the fact's kind"),
        ]
        | None
    ) = None
    lasts: Lasts | None = None
    by: Names | None = None
    protected: bool = False
    seen_by: Names | None = None
    find_by: bool = False


class Guard(Element):
    """A named condition with its strength, refusal text, remedy and clauses."""

    require: Condition
    when: Condition | None = None
    strength: Strength = "must"
    second_person: Names | None = None
    protects: bool = False
    refusal: str | None = None
    remedy: str | None = None
    source: Source | None = None


class Move(Part):
    """How an action moves one track. `from_` is a list of states or the word `any`."""

    from_: Annotated[
        Annotated[Literal["any"], TEXT] | Annotated[Names, Field(min_length=1), LIST],
        by_shape("a list of states, or the word any"),
    ] = Field(alias="from")
    to: Name
    otherwise: Literal["refuse", "stay"] = "refuse"


class Opens(Part):
    """A child instance that an action opens in its transaction, copying facts of equal name."""

    process: Name
    copies: Names = ()


class Action(Element):
    """A named change that somebody, a rung, or the engine itself (`automatic`) asks for."""

    by: Names = ()
    moves: dict[Name, Move] = Field(default_factory=dict)
    task_says: str | None = None
    asks: Names = ()
    offers: Names = ()
    persons_own: bool = False
    guards: Names = ()
    opens: Annotated[tuple[Opens, ...], Field(strict=False)] = ()
    automatic: bool = False


class Due(Part):
    """When a deadline falls due: `after` a figure, counted from `since` (its start if left out)."""

    after: Figure = Field(default="PT0S", validate_default=True)
    since: Moment | None = None
    counts: Counts = "days"
    at_least: DurationText | None = None
    at_most: DurationText | None = None
    source: Source


class Rung(Element):
    """One step of a ladder: it tells a role or does an action, at a duration from the due time."""

    name: Name
    at: DurationText
    tell: Name | None = None
    do: Name | None = None
    as_: Name | None = Field(None, alias="as")
    breach: bool = False
    again: DurationText | None = None

    @model_validator(mode="after")
    def _tell_or_do(self) -> Rung:
        if (self.tell is None) == (self.do is None):
            raise ValueError("a rung has exactly one of tell, do")
        return self


class Deadline(Element):
    """A due time that runs while its condition holds, with a ladder of named rungs."""

    while_: Condition = Field(alias="while")
    strength: Literal["must", "may", "off"] = "must"
    task_for: Name | None = None
    verb: Verb = "act"
    protects: bool = False
    due: Due
    due_clear: bool = False
    done_by: Event | None = None
    repeats: Literal["after_done", "after_due"] | None = None
    pauses_while: Condition | None = None
    pauses_at_most: DurationText | None = None
    ladder: Annotated[tuple[Rung, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _pauses_end(self) -> Deadline:
        if (self.pauses_while is None) != (self.pauses_at_most is None):
            raise ValueError("pauses_while and pauses_at_most come together: a pause must end")
        return self


class Never(Part):
    """Either: every way into a state has must guards implying `unless`; or: no configuration rests so."""

    process: Name
    enters: Annotated[dict[Name, Name], Field(min_length=1, max_length=1)] | None = None
    unless: Condition | None = None
    rests: Condition | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Never:
        entering = self.enters is not None and self.unless is not None and self.rests is None
        resting = self.rests is not None and self.enters is None and self.unless is None
        if entering == resting:
            raise ValueError("never is {process, enters: {track: state}, unless: …} or {process, rests: …}")
        return self


class NeverRefused(Part):
    """No must or should guard of this action can fail, for any role in `by`, where `when` holds."""

    process: Name
    action: Name
    when: Condition | None = None


class AlwaysWatched(Part):
    """In every configuration outside `except`, an unpaused deadline with a telling rung runs."""

    process: Name
    except_: Condition | None = Field(None, alias="except")


class NeverReads(Part):
    """No guard of these actions reads these facts or tracks, on any instance; with `all_but`, nothing but those."""

    process: Name
    actions: Annotated[
        Annotated[Literal["any"], TEXT] | Annotated[Names, LIST],
        by_shape("a list of actions, or the word any"),
    ]
    facts: Names = ()
    tracks: Names = ()
    all_but: Names | None = None


class Invariant(Element):
    """A property that is proved of the composed workflow before it may be published."""

    never: Never | None = None
    never_refused: NeverRefused | None = None
    always_watched: AlwaysWatched | None = None
    never_reads: NeverReads | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Invariant:
        kinds = (self.never, self.never_refused, self.always_watched, self.never_reads)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("an invariant has exactly one of never, never_refused, always_watched, never_reads")
        return self


class Process(Part):
    """A kind of thing with a life of its own: `case`, `referral`, `visit`, `provider` …"""

    process: Name
    says: str | None = None
    clauses: Clauses = ()
    parent: Name | None = None
    stands_for: Literal["person"] | None = None
    over: Condition | None = None
    tracks: dict[Name, Track] = Field(default_factory=dict)
    facts: dict[Name, Fact] = Field(default_factory=dict)
    conditions: dict[Name, Condition] = Field(default_factory=dict)
    guards: dict[Name, Guard] = Field(default_factory=dict)
    actions: dict[Name, Action] = Field(default_factory=dict)
    deadlines: dict[Name, Deadline] = Field(default_factory=dict)
    invariants: dict[Name, Invariant] = Field(default_factory=dict)


class Calendar(Part):
    """How durations are counted. One that is `default` gives way to that of any other workflow of the composition."""

    time_zone: str
    holidays: str | None = None
    working_days: Annotated[tuple[Weekday, ...], Field(min_length=1, strict=False), AfterValidator(each_once)]
    default: bool = False


class Role(Part):
    """A role; `assigned: true` means that a person holds it on an instance and everything below.

    `opens_cases: own` lets somebody open what they hold a role in (or stand in for who does), `all` every case.
    `own_record: true`: everybody holds it on the instance that stands for them, and nobody has it as a title.
    """

    says: str
    assigned: bool = False
    own_record: bool = False
    opens_cases: Literal["own", "all"] = "own"
    counts_as: Names = ()
    guards: Names = ()


class NoticeText(Part):
    """A notice with slots from the closed list {case} {verb} {due} {link} {rung}."""

    says: str
    urgent: bool = False


class Form(Part):
    """A versioned form; without `file` it is an empty slot, shown as "content to be loaded"."""

    says: str
    version: Annotated[int, Field(ge=1)]
    file: str | None = None


class Workflow(Part):
    """A composed workflow: everything that a decision needs, and nothing that is not data."""

    workflow: WorkflowName
    says: str
    extends: Annotated[tuple[WorkflowName, ...], Field(strict=False)] = ()
    calendar: Calendar
    roles: dict[Name, Role]
    fallback: Name
    second_person: Names = ()
    second_person_within: DurationText = Field(default="P3D", validate_default=True)
    forbidden_words: Annotated[tuple[str, ...], Field(strict=False)] = ()
    notices: dict[Name, NoticeText] = Field(default_factory=dict)
    forms: dict[FormId, Form] = Field(default_factory=dict)
    processes: dict[Name, Process]
    clauses: ClauseBook = Field(default_factory=ClauseBook)

    @property
    def titles(self) -> tuple[Name, ...]:
        """The roles that somebody can have as a title."""
        return tuple(name for name, role in self.roles.items() if not role.own_record)
