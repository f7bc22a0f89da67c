"""The walk of somebody new to the trace: a refused interview, an exception, a late date, and all of it taken along."""

from __future__ import annotations

from tests.acceptance.web.walker import Walker


def walk(by: Walker) -> str:
    """The whole walk; what was taken along."""
    finds_the_refusal(by)
    finds_the_exception(by)
    finds_the_late_one(by)
    return takes_it_along(by)


def finds_the_refusal(by: Walker) -> None:
    """Somebody asked for the interview before care was answered: who, when, by which rule, and what each guard said."""
    by.go("/sign-in")
    by.press("Begin as lin")
    by.shot("trace")
    by.unfold("What to look for")
    by.select("outcome", "Refused")
    by.select("action", "Start interview")
    by.press("Show")
    by.see("Refused", "Critical care comes before the interview")
    by.shot("refusals")
    by.link("#")
    by.see("Critical care comes before the interview", "KH-MS-7.1.6", "interviewer", "P-")
    assert "Nita" not in by.text
    by.shot("refusal")


def finds_the_exception(by: Walker) -> None:
    """Somebody asked for an exception, and a second person allowed it."""
    by.link("Registers", inside="nav")
    by.link("Exceptions", inside=".tabs")
    by.see("Allowed", "Not answered yet", "A woman or a man, as the person wishes")
    by.shot("exceptions")
    by.link("Allowed")
    by.see("give a role in this case to a person")
    by.shot("exception")


def finds_the_late_one(by: Walker) -> None:
    """A date passed, and whoever had to hear of it was told too late."""
    by.link("Registers", inside="nav")
    by.link("Late", inside=".tabs")
    by.see("late by", "Not answered yet")
    by.shot("late")
    by.link("Appoint a child advocate")
    by.see("Late by", "The house")
    by.shot("late-entry")


def takes_it_along(by: Walker) -> str:
    """The whole case as a table and as lines for a program; with codes, and without a name."""
    by.link("The whole case")
    case = by.ref
    by.shot("case")
    table, lines = by.take("Export as CSV"), by.take("Export as JSON Lines")
    assert len(table.splitlines()) == len(lines.splitlines()) + 1 > 5
    assert all(case in line for line in table.splitlines()[1:])
    by.link("Integrity", inside="nav")
    by.shot("integrity")
    return table
