"""What happened in a simulation, counted as it happens; nothing of a case is kept."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

import orjson

from cases.journal import Kind
from cases.ports import StoredEntry
from state_machine.view import Instance

ROUND = ("started",)
"""What the journal says of a deadline that begins a round."""


@dataclass
class Tally:
    """Counts. Weeks are counted from the start; a milestone is the first time that a case enters a state."""

    starts_at: dt.datetime
    steps: int = 0
    refused: int = 0
    work: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    notices: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    steps_of_a_day: Counter[int] = field(default_factory=Counter)
    notices_of_a_day: Counter[int] = field(default_factory=Counter)
    rounds: Counter[str] = field(default_factory=Counter)
    breached: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
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

    def day_over(self, done: Mapping[str, int], told: Mapping[str, int], people: Iterable[str]) -> None:
        """How many steps and how many notices each person had on a working day."""
        for person in people:
            self.steps_of_a_day[done.get(person, 0)] += 1
            self.notices_of_a_day[told.get(person, 0)] += 1

    def entry(self, entry: StoredEntry, breached: set[tuple[str, str, int]]) -> None:
        """One entry of a journal: rounds of deadlines that begin and are breached, guards that refuse.

        `breached` has the rounds of this case that were breached already: a ladder may mark a breach several times.
        """
        match entry.kind:
            case Kind.DATED:
                clear = orjson.loads(entry.clear)
                process = clear["process"]
                for name, told in clear["deadlines"].items():
                    if told["what"] in ROUND:
                        self.rounds[f"{process}.{name}"] += 1
            case Kind.BREACHED:
                clear = orjson.loads(entry.clear)
                round_ = (entry.instance, clear["deadline"], clear["generation"])
                if round_ not in breached:
                    breached.add(round_)
                    self.breached[f"{clear['process']}.{clear['deadline']}"] += 1
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
