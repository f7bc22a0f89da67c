"""Why something was refused, as journals keep it: names of guards, and the refusals that no guard gives, in words."""

from __future__ import annotations

from interfaces.words.labels import Labels, spelt
from interfaces.words.words import Words
from state_machine.decision import Fixed


def said_because(words: Words, labels: Labels, process: str, code: str, guards: frozenset[str]) -> str:
    """One reason of an entry in words; `guards` are those that the process declares in the version of the entry."""
    if code in guards:
        return labels.guard(process, code)
    match code:
        case Fixed.NOT_YOUR_ROLE:
            return words.gettext("It takes another role")
        case Fixed.NOT_FROM_HERE:
            return words.gettext("It does not start from where this stood")
        case Fixed.ANSWER_MISSING:
            return words.gettext("An answer did not come along")
        case Fixed.NOT_OPEN_TO_YOU:
            return words.gettext("It takes this role on this very case")
        case Fixed.NOT_HELD:
            return words.gettext("Nobody held this role here")
    return spelt(code)
