"""Why something was not done, in the reader's language: objections by their code, and what a form got wrong.

In English both come as the house says them, with the names and figures that they hold. In another language an objection
is said by its code; what has no code of its own (a guard's text, a workflow's fault) stays as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.errors import BadInput
    from cases.publish import Objection
    from interfaces.words.words import Words


def said_objections(words: Words, objections: Iterable[Objection]) -> str:
    """All objections, as sentences one after the other."""
    return " ".join(said_objection(words, one) for one in objections)


def said_objection(words: Words, objection: Objection) -> str:
    """One objection as a sentence."""
    said = by_code(words).get(objection.code) if words.locale != "en" else None
    return said or sentence(objection.says)


def said_problem(words: Words, problem: BadInput) -> str:
    """What cannot be understood in a form, as a sentence."""
    if words.locale == "en":
        return sentence(str(problem))
    known = (said for pattern, said in _forms(words) if re.search(pattern, str(problem)))
    return next(known, words.gettext("This cannot be used as it is. Check each field, and send it again."))


def sentence(text: str) -> str:
    """What the house says, as a sentence: a capital first, and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def by_code(words: Words) -> dict[str, str]:
    """What each code of an objection says."""
    return {
        "stand_in_elsewhere": words.gettext("Who stands in is said by the person, or by somebody who supervises."),
        "another_waits": words.gettext("Another version of this workflow waits already. It is answered first."),
        "asked_already": words.gettext("You have asked for this already, or it is open to you."),
        "gone": words.gettext("The person is disabled, or not kept here any more. Decline it."),
        "in_file": words.gettext("This person is written in the file of the house. It is changed there."),
        "in_force": words.gettext("This version is in force already."),
        "last_of_post": words.gettext("This person is the last with this post. Give it to somebody else first."),
        "name_taken": words.gettext("Somebody is called so already. Change them, or take another name."),
        "no_review": words.gettext("The workflow in force knows no way to ask for this, or to review it."),
        "no_such_case": words.gettext("There is no such case. Compare the reference, sign by sign."),
        "nobody_to_ask": words.gettext(
            "Nobody else supervises here who could agree. The owner of the house can do it."
        ),
        "not_your_post": words.gettext("Your post does not do this. Ask your supervisor."),
        "not_your_role": words.gettext("It takes another role to publish this."),
        "open_already": words.gettext("This case is open to you without it."),
        "overtaken": words.gettext("Another version came into force meanwhile. It has to be proposed anew."),
        "running_already": words.gettext("Your emergency access to this case is still running."),
        "same_person": words.gettext("Somebody else has to answer this than who asked, or whom it is about."),
        "scheduled": words.gettext("Some clauses are scheduled, and nothing carries them yet."),
        "second_person": words.gettext("A second person has to agree first. They have been asked."),
        "titles_apart": words.gettext("Who configures the house or follows its trail does not work in cases."),
        "too_many_tries": words.gettext("There were too many tries within an hour. Ask your supervisor."),
        "without_base": words.gettext("The workflow has to build on the base. Add it to `extends`."),
        "yourself": words.gettext("Nobody does this for themselves. Ask another administrator."),
    }


def _forms(words: Words) -> tuple[tuple[str, str], ...]:
    """What forms may get wrong, by a part of what the house says of it."""
    return (
        ("written in a file", words.gettext("The people of this house are written in a file. Change them there.")),
        ("is called is at most 120", words.gettext("A name to be called by has at most 120 signs, on one line.")),
        ("a team has a name", words.gettext("A team has a name of at most 80 signs, on one line.")),
        ("an address looks like", words.gettext("An address looks like name@place.org.")),
        ("is no language", words.gettext("Give a language by its code, such as km.")),
        ("no such time zone", words.gettext("Give a time zone, such as Asia/Phnom_Penh.")),
        ("quiet hours", words.gettext("Quiet hours begin at one time and end at another.")),
        (
            "a leave (begins|ends)|this leave is over",
            words.gettext("A leave ends after it begins, later than now, within a year."),
        ),
        ("there is no title", words.gettext("There is no such post or role. Choose from the list.")),
        ("cannot stand in|can stand in", words.gettext("This person cannot stand in. Name somebody else.")),
        ("is disabled", words.gettext("This person is disabled. Let them act again first.")),
        ("needs a reason", words.gettext("Say why. The reason stands in the journal.")),
        ("answered already", words.gettext("This was answered already, or its time is over.")),
        ("time for which it was asked is over", words.gettext("The time for it is over. It has to be asked anew.")),
        ("somebody else$", words.gettext("Hand over to somebody else.")),
        ("say in at least|say why", words.gettext("Say in at least 20 signs why.")),
        ("a grant ends", words.gettext("Choose an end within the next days, at most 14 from now.")),
        ("5 minutes to 4 hours", words.gettext("Emergency access lasts from 5 minutes to 4 hours.")),
        ("is no name to sign in with", words.gettext("A name has small letters, digits, dots and dashes.")),
    )
