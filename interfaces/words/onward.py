"""For each state of a track: what it means, who moves it on, and what happens if nobody does. Sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interfaces.words.labels import lowered
from state_machine.onward import Reminder, Way, if_nobody_does, ways_on

if TYPE_CHECKING:
    from config.conditions import Counts
    from config.definition import Rung
    from interfaces.words.labels import Labels
    from interfaces.words.words import Words
    from state_machine.rules import Rules

MANY = 4
"""More roles than these are counted and not named."""


def who_moves_it_on(words: Words, rules: Rules, process: str, track: str, state: str) -> tuple[str, ...]:
    """Who can move a track on from this state, a sentence for each group of people, then what comes by itself."""
    labels = words.labels(rules.workflow)
    ways = ways_on(rules.processes[process], track, state)
    if not ways:
        return (words.gettext("Nothing leads on from here."),)
    said = []
    for roles in dict.fromkeys(way.roles for way in ways if way.by == "people"):
        tasks = [labels.task(process, way.action) for way in ways if way.by == "people" and way.roles == roles]
        if len(roles) > MANY:
            who = words.gettext("Any of %(num)s roles", num=len(roles))
        else:
            names = [labels.role(role) for role in roles]
            who = words.join([names[0], *map(lowered, names[1:])], last="or")
        said.append(words.gettext("%(who)s: %(tasks)s.", who=who, tasks="; ".join(tasks)))
    said += [_by_itself(words, labels, process, way) for way in ways if way.by != "people"]
    return tuple(said)


def _by_itself(words: Words, labels: Labels, process: str, way: Way) -> str:
    action = lowered(labels.action(process, way.action).rstrip("."))
    if way.by == "time":
        return words.gettext("When its time comes: %(what)s.", what=action)
    return words.gettext("By itself: %(what)s.", what=action)


def what_if_nobody_does(words: Words, rules: Rules, process: str, track: str, state: str) -> tuple[str, ...]:
    """What the house does by itself while a track stands in this state, a sentence for each rung of each deadline."""
    reminders = if_nobody_does(rules.processes[process], track, state)
    if not reminders:
        return (words.gettext("No date hangs on this."),)
    return tuple(sentence for one in reminders for sentence in reminder_sentences(words, rules, process, one))


def reminder_sentences(words: Words, rules: Rules, process: str, reminder: Reminder) -> Iterator[str]:
    """One deadline in sentences: what is to be done by whom, then its rungs in the order of time."""
    labels = words.labels(rules.workflow)
    what = labels.deadline(process, reminder.deadline).rstrip(".")
    if reminder.task_for is not None:
        who = labels.role(reminder.task_for)
        yield words.gettext("%(what)s. This is for: %(who)s.", what=what, who=lowered(who))
    else:
        yield f"{what}."
    for rung in reminder.rungs:
        yield _rung(words, labels, process, rung, reminder.counts)


def _rung(words: Words, labels: Labels, process: str, rung: Rung, counts: Counts) -> str:
    at = rung.at
    span, on_the_date = words.length(at, counts), not at.is_calendar and not at.seconds
    if rung.do is not None:
        what = lowered(labels.action(process, rung.do).rstrip("."))
        return _done(words, span, what, -1 if at.negative else 0 if on_the_date else 1)
    assert rung.tell is not None
    said = _told(words, span, lowered(labels.role(rung.tell)), -1 if at.negative else 0 if on_the_date else 1)
    if rung.breach:
        said += " " + words.gettext("It is written down as late.")
    if rung.again is not None:
        said += " " + words.gettext("Then again every %(span)s.", span=words.length(rung.again, counts))
    return said


def _done(words: Words, span: str, what: str, side: int) -> str:
    """What time does by itself, before the date (-1), on it (0) or after it (1)."""
    if side < 0:
        return words.gettext("%(span)s before the date, by itself: %(what)s.", span=span, what=what)
    if side == 0:
        return words.gettext("On the date, by itself: %(what)s.", what=what)
    return words.gettext("%(span)s late, by itself: %(what)s.", span=span, what=what)


def _told(words: Words, span: str, who: str, side: int) -> str:
    """Who is told, before the date (-1), on it (0) or after it (1)."""
    if side < 0:
        return words.gettext("%(span)s before the date this role is reminded: %(who)s.", span=span, who=who)
    if side == 0:
        return words.gettext("On the date this role is told: %(who)s.", who=who)
    return words.gettext("%(span)s late this role is told: %(who)s.", span=span, who=who)
