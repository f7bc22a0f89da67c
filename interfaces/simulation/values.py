"""Values for synthetic records: any that a fact can hold, or one that a refusal asks for."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Sequence

from config.definition import Fact, FactValue
from wiring.clock import Chance

DOCUMENT = b"a page of a simulation"
DIGEST = hashlib.sha256(DOCUMENT).hexdigest()
WORDS = re.compile(r"[a-z0-9_]+")
SPANS_AND_DAYS = re.compile(r"\bP[0-9A-Z]+\b|\b\d{4}-\d\d-\d\d\b")


def some_value(fact: Fact, chance: Chance, today: dt.date) -> FactValue | None:
    """Any value of a fact's kind; None for a link, which only who knows the other instances can make."""
    made: dict[str, Callable[[], FactValue]] = {
        "choice": lambda: chance.choice(fact.values),
        "choices": lambda: tuple(value for value in fact.values if chance.random() < 0.5),
        "yes_no": lambda: chance.random() < 0.7,
        "number": lambda: chance.randint(1, 30),
        "date": lambda: str(today + dt.timedelta(days=chance.randint(0, 60))),
        "period": lambda: chance.choice(("P7D", "P14D", "P1M", "P3M")),
        "document": lambda: DIGEST,
        "text": lambda: "said in a simulation",
    }
    return made[fact.kind]() if fact.kind in made else None


def asked_value(
    fact: Fact, needed: str, chance: Chance, today: dt.date, held: FactValue | None = None
) -> FactValue | None:
    """A value by which a test holds, from the words of the refusal (`delivered or declined`, `at least 3`, `known`).

    Several choices that are `held` already are added to.
    """
    refused = needed.startswith("not ")
    words = WORDS.findall(needed.removeprefix("not "))
    match fact.kind:
        case "choice":
            named = [value for value in fact.values if value in words]
            fitting = [value for value in fact.values if value not in named] if refused else named
            return chance.choice(fitting or fact.values)
        case "choices":
            named = [value for value in fact.values if value in words]
            there = held if isinstance(held, tuple) else ()
            return tuple(
                one for one in fact.values if (one in named or one in there) and not (refused and one in named)
            )
        case "yes_no" if "true" in words or "false" in words:
            return ("true" in words) is not refused
        case "number" if _numbers(words):
            return _numbers(words)[0]
        case "period" | "date" if (said := SPANS_AND_DAYS.search(needed)) is not None:
            return said.group()
    return some_value(fact, chance, today)


def _numbers(words: Sequence[str]) -> list[int]:
    return [int(word) for word in words if word.isdigit()]
