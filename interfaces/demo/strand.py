"""A story of a demonstration, moved to the weeks before now and given to other people."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from interfaces.demo.model import Told
from interfaces.scenarios.model import Scenario, Step, Value
from wiring.clock import Chance

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2})?")
WEEK = dt.timedelta(days=7)
PAUSE = (2, 5)
"""Minutes that people take from one step to the next, at least and at most."""
# What a story expects beside the decision was said of other dates, where each step was looked at by itself.
_ONLY_CHECKS = ("because", "only_because", "advised", "until")


@dataclass(frozen=True, slots=True)
class Strand:
    """A story that is told once: its scenario as it is played, and the minutes before each of its steps."""

    number: int
    told: Told
    scenario: Scenario
    pauses: tuple[dt.timedelta, ...]


def strand(number: int, told: Told, story: Scenario, now: dt.datetime, seed: str) -> Strand:
    """The story as this house lived it before `now` (aware). Its dates are moved with it."""
    moved = _moved(story.starts_at, now, told)
    cast = told.cast
    steps = tuple(_step(step, moved, cast) for step in story.steps)
    people = {cast.get(name, name): said for name, said in story.people.items()}
    scenario = replace(story, starts_at=story.starts_at + moved, people=people, steps=steps)
    chance = Chance(f"{seed}/{number}")
    pauses = tuple(dt.timedelta(minutes=chance.randint(*PAUSE)) for _ in steps)
    return Strand(number, told, scenario, pauses)


def _moved(starts_at: dt.datetime, now: dt.datetime, told: Told) -> dt.timedelta:
    """How far a story is moved. By whole weeks, a visit on a Tuesday stays one."""
    if told.weeks_ago is None:
        return now - dt.timedelta(hours=told.hours_ago or 0) - starts_at
    return WEEK * ((now - starts_at) // WEEK - told.weeks_ago)


def _step(step: Step, moved: dt.timedelta, cast: Mapping[str, str]) -> Step:
    changed: dict[str, object] = {
        key: type(step).model_fields[key].get_default(call_default_factory=True) for key in _ONLY_CHECKS
    }
    for key in ("as_", "assign"):
        name = getattr(step, key)
        if name is not None:
            changed[key] = cast.get(name, name)
    for key in ("record", "correct", "facts"):
        said = getattr(step, key)
        if isinstance(said, dict):
            changed[key] = {fact: _value(value, moved, cast) for fact, value in said.items()}
    if step.observed is not None:
        changed["observed"] = str(_value(step.observed, moved, {}))
    return step.model_copy(update=changed)


def _value(value: Value, moved: dt.timedelta, cast: Mapping[str, str]) -> Value:
    """A value in which days lie as far from those of the story, and people are those who take the parts."""
    if isinstance(value, tuple):
        return tuple(str(_value(one, moved, cast)) for one in value)
    if not isinstance(value, str):
        return value
    found = _DAY.fullmatch(value)
    if found is None:
        return cast.get(value, value)
    return f"{dt.date.fromisoformat(found[1]) + moved}{found[2] or ''}"
