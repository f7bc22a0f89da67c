"""The typed condition tree of the workflow language.

A condition is the name of a condition or guard, or a mapping with exactly one head (``all``, ``fact``,
``elapsed`` …). Everything here is data: no expression is ever evaluated. `state_machine.conditions`
gives the trees their meaning (three-valued, semantics 12 and 13).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from config.durations import DurationText
from config.shapes import LIST, MAPPING, NUMBER, TEXT, YES_NO, Part, by_shape

NAME = r"^[a-z][a-z0-9_]*$"
Name = Annotated[str, Field(pattern=NAME, max_length=80)]
Counts = Literal["days", "working_days"]
Scalar = bool | int | str


def each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as they are. Raises ValueError where one of them stands twice."""
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise ValueError(f"`{twice[0]}` stands here twice")
    return names


Names = Annotated[tuple[Name, ...], Field(strict=False), AfterValidator(each_once)]


class FactRef(Part):
    """`{fact: f, of: …}`: the value of a fact, on the right side of a test or as a figure."""

    fact: Name
    of: Name | None = None


Operand = Annotated[
    Annotated[bool, YES_NO] | Annotated[int, NUMBER] | Annotated[str, TEXT] | Annotated[FactRef, MAPPING],
    by_shape("a value or {fact: name}"),
]
Operands = Annotated[
    Annotated[bool, YES_NO]
    | Annotated[int, NUMBER]
    | Annotated[str, TEXT]
    | Annotated[FactRef, MAPPING]
    | Annotated[tuple[Operand, ...], Field(min_length=1, strict=False), LIST],
    by_shape("a value, a list of values, or {fact: name}"),
]
ListOperand = Annotated[
    Annotated[FactRef, MAPPING] | Annotated[tuple[Operand, ...], Field(min_length=1, strict=False), LIST],
    by_shape("a list of values, or {fact: name}"),
]
Figure = Annotated[
    Annotated[DurationText, TEXT] | Annotated[FactRef, MAPPING],
    by_shape("a duration such as P14D, or {fact: name}"),
]
Bound = Annotated[
    Annotated[int, Field(ge=0), NUMBER] | Annotated[FactRef, MAPPING],
    by_shape("a whole number, or {fact: name}"),
]


class FactMoment(Part):
    """The moment at which a fact was recorded; for a `date` fact, the date that it holds."""

    fact: Name
    of: Name | None = None


class ActionMoment(Part):
    """The moment at which an action was last done."""

    action: Name
    of: Name | None = None


class TrackMoment(Part):
    """The moment at which a track entered its present state (`since` only)."""

    track: Name
    of: Name | None = None


_MOMENTS: dict[str, type[Part]] = {"fact": FactMoment, "action": ActionMoment, "track": TrackMoment}


def _one_head(value: Any, models: dict[str, type[Part]]) -> str | None:
    """The tag of a raw or parsed mapping: its one head, or None where it has none or several."""
    if isinstance(value, Part):
        return next((f"?{head}" for head, model in models.items() if isinstance(value, model)), None)
    heads = [head for head in models if isinstance(value, dict) and head in value]
    return f"?{heads[0]}" if len(heads) == 1 else None


def _moment_tag(value: Any) -> str | None:
    return _one_head(value, _MOMENTS)


Moment = Annotated[
    Annotated[FactMoment, Tag("?fact")]
    | Annotated[ActionMoment, Tag("?action")]
    | Annotated[TrackMoment, Tag("?track")],
    Discriminator(
        _moment_tag,
        custom_error_type="head",
        custom_error_message="a moment is a mapping with exactly one of the keys fact, action, track",
    ),
]
Event = Annotated[
    Annotated[FactMoment, Tag("?fact")] | Annotated[ActionMoment, Tag("?action")],
    Discriminator(
        _moment_tag,
        custom_error_type="head",
        custom_error_message="an event is a mapping with exactly one of the keys fact, action",
    ),
]


class All(Part):
    """Holds when every part holds (the lowest of no < unknown < yes)."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1, strict=False)]


class AnyOf(Part):
    """Holds when one part holds (the highest of no < unknown < yes)."""

    any: Annotated[tuple[Condition, ...], Field(min_length=1, strict=False)]


class Not(Part):
    """Holds when its part is a definite no; not unknown is unknown."""

    not_: Condition = Field(alias="not")


class FactTest(Part):
    """A test of one fact: exactly one of `is`, `includes`, `at_least`, `at_most`, `known`."""

    fact: Name
    of: Name | None = None
    is_: Operands | None = Field(None, alias="is")
    includes: ListOperand | None = None
    at_least: Operand | None = None
    at_most: Operand | None = None
    known: bool | None = None

    @property
    def test(self) -> str:
        """Which of the five tests this is, by its key in the language."""
        return next(key for key, value in self._tests() if value is not None)

    def _tests(self) -> tuple[tuple[str, object], ...]:
        return (
            ("is", self.is_),
            ("includes", self.includes),
            ("at_least", self.at_least),
            ("at_most", self.at_most),
            ("known", self.known),
        )

    @model_validator(mode="after")
    def _one_test(self) -> FactTest:
        given = [key for key, value in self._tests() if value is not None]
        if len(given) != 1:
            said = ", ".join(given) or "none"
            raise ValueError(f"a fact test has exactly one of is, includes, at_least, at_most, known; found {said}")
        return self


class TrackTest(Part):
    """Holds when the track is in one of these states."""

    track: Name
    of: Name | None = None
    is_: Annotated[
        Annotated[Name, TEXT] | Annotated[Names, Field(min_length=1), LIST],
        by_shape("a state or a list of states"),
    ] = Field(alias="is")

    @property
    def states(self) -> tuple[str, ...]:
        """The states named, always as a tuple."""
        return (self.is_,) if isinstance(self.is_, str) else self.is_


class Elapsed(Part):
    """Holds when so much time has gone by since the moment; before that a *no* that will flip."""

    elapsed: Figure
    since: Moment
    counts: Counts = "days"


class Within(Part):
    """Holds while no more than so much time has gone by since the moment."""

    within: Figure
    since: Moment
    counts: Counts = "days"


class Some(Part):
    """Holds when a child of the process is like that (Kleene `any` over the children)."""

    some: Name
    of: Name | None = None
    where: Condition | None = None


class NoneOf(Part):
    """Holds when no child of the process is like that."""

    none: Name
    of: Name | None = None
    where: Condition | None = None


class Every(Part):
    """Holds when there is at least one child and all are like that."""

    every: Name
    of: Name | None = None
    where: Condition | None = None


class Count(Part):
    """Holds when the number of children like that is `at_least` or `at_most` the bound."""

    count: Name
    of: Name | None = None
    where: Condition | None = None
    at_least: Bound | None = None
    at_most: Bound | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Count:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("count has exactly one of at_least, at_most")
        return self


class ActionDoer(Part):
    """The person who last did this action (a child's action with `of`)."""

    action: Name
    of: Name | None = None


class FactRecorder(Part):
    """The person who recorded the present value of this fact."""

    fact: Name
    of: Name | None = None


_DOERS: dict[str, type[Part]] = {"action": ActionDoer, "fact": FactRecorder}


def _who_tag(value: Any) -> str | None:
    return "?text" if isinstance(value, str) else _one_head(value, _DOERS)


class ActorTest(Part):
    """Who acts: a role, `assigned`, a link fact's person, or who did an action or recorded a fact."""

    actor: Annotated[
        Annotated[Name, TEXT] | Annotated[ActionDoer, Tag("?action")] | Annotated[FactRecorder, Tag("?fact")],
        Discriminator(
            _who_tag,
            custom_error_type="head",
            custom_error_message="an actor is a role, a link fact, `assigned`, {action: name} or {fact: name}",
        ),
    ]


HEADS: dict[str, type[Part]] = {
    "all": All,
    "any": AnyOf,
    "not": Not,
    "fact": FactTest,
    "track": TrackTest,
    "elapsed": Elapsed,
    "within": Within,
    "some": Some,
    "none": NoneOf,
    "every": Every,
    "count": Count,
    "actor": ActorTest,
}
_HEAD_OF = {model: head for head, model in HEADS.items()}


def head_of(value: Any) -> str | None:
    """What a raw or parsed condition is: its one head, `name` for a reference, None if it is neither."""
    if isinstance(value, str):
        return "name"
    if isinstance(value, Part):
        return _HEAD_OF.get(type(value))
    heads = [key for key in HEADS if isinstance(value, dict) and key in value]
    return heads[0] if len(heads) == 1 else None


def _condition_tag(value: Any) -> str | None:
    head = head_of(value)
    return None if head is None else f"?{head}"


Condition = Annotated[
    Annotated[Name, Tag("?name")]
    | Annotated[All, Tag("?all")]
    | Annotated[AnyOf, Tag("?any")]
    | Annotated[Not, Tag("?not")]
    | Annotated[FactTest, Tag("?fact")]
    | Annotated[TrackTest, Tag("?track")]
    | Annotated[Elapsed, Tag("?elapsed")]
    | Annotated[Within, Tag("?within")]
    | Annotated[Some, Tag("?some")]
    | Annotated[NoneOf, Tag("?none")]
    | Annotated[Every, Tag("?every")]
    | Annotated[Count, Tag("?count")]
    | Annotated[ActorTest, Tag("?actor")],
    Discriminator(
        _condition_tag,
        custom_error_type="head",
        custom_error_message="a condition is a name or a mapping with exactly one of the heads "
        "all, any, not, fact, track, elapsed, within, some, none, every, count, actor",
    ),
]

for _model in (All, AnyOf, Not, Some, NoneOf, Every, Count):
    _model.model_rebuild()
