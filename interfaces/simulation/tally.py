"""What happened in a simulation, counted as it happens; nothing of a case is kept."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

import orjson

from cases.journal import Kind
from cases.ports import StoredEntry
from state_machine.view import Instance

Round = tuple[str, str, int]
"""A round of a deadline: the instance, its name, and which one it is."""


@dataclass
class Day:
    """By person: steps taken, tasks that lay before them, and notices that came since the last working day."""

    steps: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)


@dataclass
class Tally:
    """Counts. Weeks are counted from the start; a milestone is the first time that a case enters a state."""

    starts_at: dt.datetime
    steps: int = 0
    refused: int = 0
    work: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    notices: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    steps_of_a_day: Counter[int] = field(default_factory=Counter)
    tasks_of_a_day: Counter[int] = field(default_factory=Counter)
    notices_of_a_day: Counter[int] = field(default_factory=Counter)
    rounds: Counter[str] = field(default_factory=Counter)
    breached: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    waits: Counter[str] = field(default_factory=Counter)
    stays: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    milestones: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    opened: int = 0
    over: int = 0

    def week(self, moment: dt.datetime) -> int:
        """The number of the week of a moment, from 0."""
        return (moment - self.starts_at).days // 7

    def worked(self, role: str, moment: dt.datetime) -> None:
        """Somebody of a role did a step."""
        self.steps += 1
        self.work[role][self.week(moment)] += 1

    def told(self, role: str, moment: dt.datetime, people: int) -> None:
        """So many people were told something as a role."""
        self.notices[role][self.week(moment)] += people

    def day_over(self, day: Day, people: Iterable[str]) -> None:
        """How many steps, tasks and notices each person had on a working day."""
        for person in people:
            self.steps_of_a_day[day.steps[person]] += 1
            self.tasks_of_a_day[day.tasks[person]] += 1
            self.notices_of_a_day[day.notices[person]] += 1

    def entry(self, entry: StoredEntry, seen: set[Round], breached: set[Round]) -> None:
        """One entry of a journal: rounds of deadlines that begin and are breached, attempts that are refused.

        `seen` and `breached` have the rounds of this case that were counted already: a round may be dated several
        times, and a ladder may mark a breach several times.
        """
        match entry.kind:
            case Kind.DATED:
                clear = orjson.loads(entry.clear)
                for name, told in clear["deadlines"].items():
                    if "generation" in told:
                        _once(self.rounds, seen, (entry.instance, name, told["generation"]), clear["process"])
            case Kind.BREACHED:
                clear = orjson.loads(entry.clear)
                round_ = (entry.instance, clear["deadline"], clear["generation"])
                _once(self.breached, breached, round_, clear["process"])
            case Kind.REFUSED | Kind.NOT_YET:
                self.refused += 1

    def moved(self, before: Instance | None, after: Instance, now: dt.datetime) -> None:
        """How the tracks of a case stand after a step, and how long they stood where they stood before."""
        for track, standing in after.tracks.items():
            old = before.tracks[track] if before is not None else None
            if old is not None and old.order != standing.order:
                self.stays[f"{track}.{old.state}"] += (now - old.since) / dt.timedelta(days=1)

    def milestone(self, name: str, days: float) -> None:
        """A case reached a state for the first time, so many days after it was opened."""
        self.milestones[name].append(days)

    @property
    def breach_shares(self) -> dict[str, tuple[int, int]]:
        """For each deadline that began a round: how many were breached, and how many there were."""
        return {name: (self.breached[name], count) for name, count in sorted(self.rounds.items())}

    @property
    def times_to_milestones(self) -> dict[str, tuple[int, float, float]]:
        """For each state that some case reached: how many did, the median and the ninth decile of days."""
        return {
            name: (len(days), round(median(days), 1), round(sorted(days)[(len(days) * 9) // 10], 1))
            for name, days in sorted(self.milestones.items())
        }


def passed_through(entries: Iterable[StoredEntry], ref: str) -> dict[tuple[str, str], None]:
    """The states into which these entries moved the tracks of an instance, in order: some, where more follows at once,
    are left again before anybody could see them.
    """
    moved = (orjson.loads(one.clear) for one in entries if one.instance == ref and b'"moves"' in one.clear)
    return {(track, to): None for clear in moved for track, (_, to) in clear["moves"].items()}


def _once(counts: Counter[str], counted: set[Round], round_: Round, process: str) -> None:
    if round_ not in counted:
        counted.add(round_)
        counts[f"{process}.{round_[1]}"] += 1
