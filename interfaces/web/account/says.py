"""What the pages of an account say: why a password is not taken, that something was not accepted, what was done."""

from __future__ import annotations

import datetime as dt

from access.account_store import Scope
from access.figures import Refused, RefusedBecause
from access.passwords import LONGEST, SHORTEST, PasswordProblem
from interfaces.words.words import Words


def said_problem(words: Words, problem: PasswordProblem) -> str:
    """Why a password is not taken."""
    match problem:
        case "short":
            return words.gettext("Take at least %(count)s signs. A sentence is easy to remember.", count=SHORTEST)
        case "long":
            return words.gettext("Take at most %(count)s signs.", count=LONGEST)
        case "common":
            return words.gettext("This is among the first passwords that others would try. Take another one.")
        case "name":
            return words.gettext("There is too much of your name in it. Take another one.")


def said_refusal(words: Words, refused: Refused) -> str:
    """Why a change of one's own account was not made."""
    if refused.reason == "password":
        return " ".join(said_problem(words, one) for one in refused.problems)
    said: dict[RefusedBecause, str] = {
        "signed_out": words.gettext("You were signed out. Sign in and try again."),
        "demo": words.gettext("The demonstration keeps its accounts as they are."),
        "confirm": words.gettext("Enter your present password, so that we know it is you."),
        "link": words.gettext("This link cannot be used any more. Ask for a new one."),
        "code": words.gettext("That code did not fit. Wait for the next one and enter it."),
        "passkey": words.gettext("The passkey was not made. Begin again."),
        "last_factor": words.gettext("Your post needs a second way to sign in. Set up another one first."),
        "full": words.gettext("There is no room for another one. Remove one that you do not use."),
    }
    return said[refused.reason]


def said_declined(words: Words, until: dt.datetime | None) -> str:
    """That a sign-in was not accepted; nothing says which part of it."""
    if until is None:
        return words.gettext("That did not fit together. Check what you entered and try again.")
    return words.gettext("There were many tries. Try again in %(span)s.", span=words.span(until - words.now))


def said_scope(words: Words, scope: Scope) -> str:
    """What an API token may do."""
    match scope:
        case "read":
            return words.gettext("Look at what you may see")
        case "act":
            return words.gettext("Do what you may do")
        case "export":
            return words.gettext("Take out what you may export")
        case "calendar":
            return words.gettext("Read your calendar, with references only")
        case "administer":
            return words.gettext("Change people and settings of the house")
