"""A small workflow in two versions, and a house in which families are moved from the one to the other."""

from __future__ import annotations

from dataclasses import dataclass

from cases.house import House
from cases.ports import Store
from cases.register_people import register_people
from state_machine.rules import Rules
from storage.memory import MemoryStore
from tests.houses import START, SmallHouse, rules_of, staff
from wiring.clock import SeededIds, VirtualClock
from wiring.people import ListedPeople

OLD = """
workflow: pier
says: The first version
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}
fallback: director
second_person: [director]
roles:
  worker: {says: Worker}
  director: {says: Director}
processes:
  - process: case
    over: {track: case, is: closed}
    tracks:
      case: {starts: open, states: {open: {}, closed: {}}}
      plan: {starts: none_yet, states: {none_yet: {}, interim: {}, agreed: {}}}
    facts:
      language: {kind: choice, values: [khmer, thai], by: [worker], find_by: true}
      safe_place: {kind: yes_no, starts: false, by: [worker],
        lasts: {for: P10D, source: {house: d, decided: 2026-11-01, why: places change}}}
      note: {kind: text, by: [worker]}
    actions:
      open: {by: [worker]}
      begin_plan: {by: [worker], moves: {plan: {from: [none_yet], to: interim}}}
      agree_plan: {by: [worker], moves: {plan: {from: [none_yet, interim], to: agreed}}}
      review: {by: [worker]}
      close: {by: [worker], moves: {case: {from: [open], to: closed}}}
    deadlines:
      review_plan:
        while: {track: case, is: open}
        task_for: worker
        due: {after: P30D, source: {house: d, decided: 2026-11-01, why: often}}
        done_by: {action: review}
        repeats: after_done
        ladder:
          - {name: soon, at: -P5D, tell: worker}
          - {name: late, at: P2D, tell: director, breach: true, again: P7D}
  - process: staff_member
    stands_for: person
    tracks: {service: {starts: active, states: {active: {}}}}
    actions: {open: {by: [director]}}
"""
"""The version that families follow at first."""

SOONER = OLD.replace("The first version", "Plans are reviewed sooner").replace("after: P30D", "after: P21D")
"""The same with another figure."""

PEOPLE = staff(maly="worker", dir="director", dara="director")


class Versions:
    """Several versions, of which the first is in force."""

    def __init__(self, *versions: Rules) -> None:
        self._versions = versions

    def rules(self, hash_: str) -> Rules:
        """The version of this hash."""
        return next(one for one in self._versions if one.hash == hash_)

    def current(self, name: str | None) -> Rules:  # noqa: ARG002 - there is one name
        """The version in which families are opened."""
        return self._versions[0]


@dataclass
class Pier(SmallHouse):
    """A house with several versions; the first one is in force."""

    versions: tuple[Rules, ...] = ()

    def __post_init__(self) -> None:
        """Put the house together and register its people, unless they are there already."""
        self.clock = VirtualClock(START)
        workflows = Versions(*self.versions)
        self.house = House(self.store, SeededIds(self.seed), ListedPeople(self.people), workflows)
        register_people(self.house, self.rules, self.clock.now())


def pier(*texts: str, first: str = OLD, store: Store | None = None, seed: str = "pier") -> SmallHouse:
    """A house with the first version in force, and these beside it."""
    versions = tuple(rules_of(text) for text in (first, *texts))
    return Pier(versions[0], PEOPLE, store or MemoryStore(), seed, versions=versions)


def hash_of(text: str) -> str:
    """The hash of a version."""
    return rules_of(text).hash
