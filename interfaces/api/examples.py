"""Examples of every answer, as the API once gave them in a small house; tests hold them against new answers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from interfaces.api.problems import ApiProblem, Kind, Wrong

FILE = Path(__file__).with_name("examples.json")
WRONG = {
    "bad_input": Wrong("/facts/age_group", "one of adult, child"),
    "unknown_name": Wrong("/action", "one of close"),
}


@lru_cache(maxsize=1)
def examples() -> dict[str, Any]:
    """All examples by the name of their operation; `refused` and `not_yet` are those of problems."""
    read: dict[str, Any] = orjson.loads(FILE.read_bytes())
    return read


def example(named: str) -> Any:
    """What an operation once answered; None where it was never asked."""
    return examples().get(named)


def problem_example(kind: Kind) -> dict[str, Any]:
    """What a problem of this kind looks like."""
    if kind in ("refused", "not_yet"):
        told: dict[str, Any] = examples().get(kind, {})
        return told
    wrong = (WRONG[kind],) if kind in WRONG else ()
    more = {"scope": "act"} if kind == "scope_missing" else {}
    return ApiProblem(kind, wrong=wrong, more=more).document()
