"""What a decision found and what it needs, in the words of the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from interfaces.words.labels import lowered, spelt
from state_machine.decision import Fixed, Missing, Reason
from state_machine.in_order import NOT_ALONG

if TYPE_CHECKING:
    from interfaces.words.labels import Labels
    from interfaces.words.words import Words
    from state_machine.rules import Rules
    from state_machine.view import Instance

NOT_RECORDED, LAPSED = "not recorded", "no longer holds"
"""What the engine says of a fact that has no value; see `state_machine.missing` and `state_machine.reasons`."""

NOBODY = "held by nobody"
"""What it says of a role that nobody holds."""

_PARTS = re.compile(r"( or | and |, )")


def said_reason(words: Words, rules: Rules, process: str, reason: Reason) -> str:
    """The text of a reason: that of its guard in the reader's language; in English exactly as the engine says it.

    `process` is the one whose guard it is: that of the instance, or of what was to be opened.
    """
    if words.locale == "en":
        return reason.message
    labels = words.labels(rules.workflow)
    match str(reason.guard):
        case Fixed.NOT_YOUR_ROLE.value | Fixed.NOT_OPEN_TO_YOU.value:
            roles = [labels.role(role) for one in reason.missing for role in one.roles]
            if not roles:
                return words.gettext("Nobody does this. The house does it when its time comes.")
            if reason.guard == Fixed.NOT_YOUR_ROLE:
                return words.gettext("It takes this role: %(role)s.", role=words.join(roles, last="or"))
            return words.gettext("It takes this role on this case: %(role)s.", role=words.join(roles, last="or"))
        case Fixed.NOT_FROM_HERE.value:
            return " ".join(_from_here(words, labels, process, one) for one in reason.missing)
        case Fixed.ANSWER_MISSING.value:
            facts = [labels.fact(process, one.name).rstrip(".?") for one in reason.missing]
            return words.gettext("An answer has to come along: %(what)s.", what="; ".join(facts))
    return (
        labels.at("processes", process, "guards", str(reason.guard), "refusal")
        or labels.at("processes", process, "guards", str(reason.guard), "says")
        or reason.message
    )


def said_remedy(words: Words, rules: Rules, process: str, reason: Reason) -> str:
    """What the guard itself advises, in the reader's language; empty where it advises nothing."""
    return words.labels(rules.workflow).at("processes", process, "guards", str(reason.guard), "remedy") or ""


def _from_here(words: Words, labels: Labels, process: str, one: Missing) -> str:
    needed = [labels.short(process, one.name, state) for state in _PARTS.sub(",", one.needed).split(",")]
    return words.gettext(
        "%(track)s stands here: %(state)s. Needed: %(needed)s.",
        track=labels.track_short(process, one.name),
        state=labels.short(process, one.name, one.found),
        needed=words.join(needed, last="or"),
    )


def found_and_needed(words: Words, rules: Rules, instance: Instance | None, one: Missing, reason: Reason) -> str:
    """What was found of one missing thing on an instance, and what is needed, in one or two sentences.

    Without the instance, which then lies elsewhere in the house, it is said in general.
    """
    if one.kind == "time":
        return _time(words, reason)
    if instance is None:
        return words.gettext("Needed elsewhere in the house: %(what)s.", what=lowered(spelt(one.name)))
    labels = words.labels(rules.workflow)
    match one.kind:
        case "fact":
            return _fact(words, labels, instance, one)
        case "action":
            what = labels.task(instance.process, one.name)
            return words.gettext("Not done yet: %(what)s.", what=what)
        case "child":
            return words.gettext("Not there yet: %(what)s.", what=lowered(labels.process(one.name)))
        case "track":
            return _track(words, labels, instance.process, one)
    if one.found != NOBODY:
        return words.gettext("It takes this role: %(role)s.", role=_role(labels, one))
    return words.gettext("Nobody has this role here: %(role)s.", role=_role(labels, one))


def _role(labels: Labels, one: Missing) -> str:
    roles = one.roles if one.found != NOBODY else (one.name,)
    known = [lowered(labels.role(role)) for role in roles if role in labels.workflow.roles]
    return "; ".join(known) or spelt(one.name)


def _time(words: Words, reason: Reason) -> str:
    if reason.until is None:
        return words.gettext("The time for it has gone by.")
    return words.gettext("Possible from %(when)s.", when=words.when(reason.until, with_time=True))


def _track(words: Words, labels: Labels, process: str, one: Missing) -> str:
    needed = _PARTS.sub(",", one.needed.rpartition(": ")[2]).split(",")
    return words.gettext(
        "%(track)s stands here: %(state)s. Needed: %(needed)s.",
        track=labels.track_short(process, one.name),
        state=labels.short(process, one.name, one.found),
        needed=words.join([labels.short(process, one.name, state) for state in needed], last="or"),
    )


def _fact(words: Words, labels: Labels, instance: Instance, one: Missing) -> str:
    what = labels.fact(instance.process, one.name).rstrip(".?")
    needed = said_needed(words, labels, instance.process, one.name, one.needed)
    if one.found == NOT_ALONG:
        return f"{what}."
    if one.found == NOT_RECORDED:
        return words.gettext("%(what)s: nothing recorded yet. Needed: %(needed)s.", what=what, needed=needed)
    if one.found == LAPSED:
        return words.gettext(
            "%(what)s: recorded, but it holds no longer. Needed: %(needed)s.", what=what, needed=needed
        )
    found = said_needed(words, labels, instance.process, one.name, one.found)
    recorded = instance.facts.get(one.name)
    if recorded is None:
        return words.gettext("%(what)s: %(found)s. Needed: %(needed)s.", what=what, found=found, needed=needed)
    return words.gettext(
        "%(what)s: %(found)s, %(day)s. Needed: %(needed)s.",
        what=what,
        found=found,
        day=words.when(recorded.observed),
        needed=needed,
    )


def said_needed(words: Words, labels: Labels, process: str, fact: str, needed: str) -> str:
    """The right side of a test as the engine tells it (`delivered or not_needed`), its values in words."""
    said = []
    for part in _PARTS.split(needed):
        match part:
            case " or ":
                one_of = words.pgettext("needed", "or")
                said.append(f" {one_of} ")
            case " and ":
                all_of = words.pgettext("needed", "and")
                said.append(f" {all_of} ")
            case ", ":
                said.append(part)
            case _:
                said.append(_value(words, labels, process, fact, part))
    return "".join(said)


def _value(words: Words, labels: Labels, process: str, fact: str, text: str) -> str:
    """One value, with what stands before it (`not`, `at least`, `at most`, `including`)."""
    match text.partition(" "):
        case ("not", " ", rest):
            return words.pgettext("needed", "not %(value)s", value=_value(words, labels, process, fact, rest))
        case ("including", " ", rest):
            return words.pgettext("needed", "with %(value)s", value=_value(words, labels, process, fact, rest))
        case ("at", " ", rest) if rest.startswith("least "):
            return words.pgettext("needed", "at least %(value)s", value=rest.removeprefix("least "))
        case ("at", " ", rest) if rest.startswith("most "):
            return words.pgettext("needed", "at most %(value)s", value=rest.removeprefix("most "))
    match text:
        case "known":
            return words.pgettext("needed", "an answer")
        case "true":
            return words.pgettext("needed", "yes")
        case "false":
            return words.pgettext("needed", "no")
    declared = labels.workflow.processes[process].facts.get(fact)
    return lowered(labels.value(process, fact, text)) if declared is not None and text in declared.values else text
