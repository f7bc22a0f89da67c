"""What an element of a workflow is, in a few words beside its name: who may, how strongly, when, and what is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.duration_words import in_words

EVERYBODY = {"by": "whoever may act there may record it", "seen_by": "everybody who is assigned there may read it"}
"""What holds of a fact where nothing is said of it."""

_ONLY = {"by": "record", "seen_by": "read"}
_SPELLED = {"notice": ("says",), "guard": ("refusal",), "deadline": ("says",)}


def who_may(key: str, roles: Any) -> str:
    """Who may record (`by`) or read (`seen_by`) a fact, in words; no roles means everybody, and is said so."""
    if roles is None:
        return EVERYBODY[key]
    return f"only {', '.join(sorted(map(str, roles))) or 'nobody'} may {_ONLY[key]} it"


def due_in_words(due: Mapping[str, Any]) -> str:
    """When something is due: `30 working days after the action agree_plan`."""
    since, figure = due.get("since"), in_words(due.get("after"), due.get("counts", "days"))
    if not since:
        return figure
    what = next((f"{head} {since[head]}" for head in ("action", "fact", "track") if head in since), str(since))
    of = f" of {since['of']}" if since.get("of") else ""
    return f"{figure} after the {what}{of}" if not figure.endswith("before") else f"{figure} the {what}{of}"


def in_few_words(word: str, element: Mapping[str, Any]) -> str:
    """What is to be known of an element that comes or goes; nothing where its name says all.

    `word` is what it is called (`guard`, `deadline`, `rung` …), `element` its plain values with their defaults.
    """
    return "; ".join(part for part in (*_ruled(word, element), *_said(word, element)) if part)


def _ruled(word: str, element: Mapping[str, Any]) -> tuple[str, ...]:
    match word:
        case "guard":
            return (str(element.get("strength", "must")),)
        case "deadline":
            task = f"a task of {element['task_for']}" if element.get("task_for") else ""
            return (str(element.get("strength", "must")), f"due {due_in_words(element.get('due') or {})}", task)
        case "rung":
            does = f"tells {element['tell']}" if element.get("tell") else f"does {element.get('do')}"
            again = f"again every {in_words(element['again'], 'days')}" if element.get("again") else ""
            return (in_words(element.get("at"), "days"), does, "a breach" if element.get("breach") else "", again)
        case "action":
            return ("by itself" if element.get("automatic") else f"by {_listed(element.get('by')) or 'nobody'}",)
        case "fact":
            return tuple(who_may(key, element[key]) for key in ("by", "seen_by") if element.get(key) is not None)
        case _:
            return ()


def _said(word: str, element: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"“{element[key]}”" for key in _SPELLED.get(word, ()) if element.get(key))


def _listed(names: Any) -> str:
    return ", ".join(map(str, names or ()))
