"""A house with everything that pages list, and a year in it that chance makes; the same for every store."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from functools import lru_cache

from cases.look import look
from cases.override import SecondAnswer, override
from cases.ports import Store
from state_machine.rules import Rules
from tests.houses import SmallHouse, rules_of, staff

LISTED = """
workflow: listed
says: A house whose work is listed
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}
fallback: director
second_person: [supervisor, director]
notices:
  soon: {says: "{case}: {verb} {due}. {link}"}
roles:
  manager: {says: Manager, assigned: true}
  helper: {says: Helper, assigned: true}
  elder: {says: A manager of long standing, assigned: true, counts_as: [manager]}
  nurse: {says: Nurse}
  supervisor: {says: Supervisor, opens_cases: all}
  director: {says: Director, opens_cases: all}
processes:
  - process: case
    over: {track: case, is: closed}
    tracks:
      case: {starts: open, states: {open: {}, closed: {}}}
      plan: {starts: none_yet, states: {none_yet: {}, agreed: {}}}
    facts:
      group: {kind: choice, values: [adult, child], by: [manager], find_by: true}
      note: {kind: text, by: [manager]}
      secret: {kind: text, by: [manager], seen_by: [manager]}
      lessons: {kind: text, by: [manager, supervisor]}
    guards:
      group_known: {require: {fact: group, known: true}, clauses: [L-1.1]}
      lessons_written: {strength: should, require: {fact: lessons, known: true}, clauses: [L-1.2]}
      waited: {require: {elapsed: P2D, since: {track: plan}}}
    actions:
      open: {by: [manager, nurse, supervisor]}
      assign: {by: [supervisor, manager]}
      unassign: {by: [supervisor]}
      agree: {by: [manager], moves: {plan: {from: [none_yet], to: agreed}},
        guards: [group_known, waited], clauses: [L-2.1]}
      review: {by: [manager, helper]}
      close: {by: [manager, supervisor], moves: {case: {from: [open], to: closed}}, guards: [lessons_written]}
      reopen: {by: [supervisor], moves: {case: {from: [closed], to: open}}}
    deadlines:
      plan_review:
        while: {all: [{track: plan, is: agreed}, {track: case, is: open}]}
        clauses: [L-3.1]
        task_for: manager
        verb: review
        due: {after: P10D, source: {house: director, decided: 2026-11-01, why: often}}
        done_by: {action: review}
        repeats: after_done
        ladder:
          - {name: soon, at: -P3D, tell: manager, as: soon}
          - {name: breach, at: P2D, tell: supervisor, breach: true}
          - {name: again, at: P4D, tell: director, breach: true, again: P20D}
      health_look:
        while: {track: case, is: open}
        task_for: nurse
        verb: call
        due: {after: P20D, source: {house: director, decided: 2026-11-01, why: often}}
        ladder: [{name: late, at: P1D, tell: nurse, again: P30D}]
      contact:
        while: {track: case, is: open}
        due: {after: P30D, source: {house: director, decided: 2026-11-01, why: often}}
        ladder: [{name: late, at: PT0S, tell: manager, again: P30D}]
  - process: visit
    parent: case
    over: {track: visit, is: held}
    tracks: {visit: {starts: planned, states: {planned: {}, held: {}}}}
    facts: {mood: {kind: choice, values: [calm, worried], by: [helper], find_by: true}}
    actions:
      open: {by: [manager]}
      assign: {by: [manager, supervisor]}
      hold: {by: [helper, manager], moves: {visit: {from: [planned], to: held}}}
    deadlines:
      visit_held:
        while: {track: visit, is: planned}
        task_for: helper
        verb: visit
        due: {after: P5D, source: {house: director, decided: 2026-11-01, why: soon}}
        ladder: [{name: late, at: PT0S, tell: helper, again: P9D}, {name: manager, at: P1D, tell: manager}]
  - process: disclosure
    parent: case
    tracks: {disclosure: {starts: made, states: {made: {}}}}
    actions: {open: {by: [manager]}}
  - process: partner
    tracks: {listing: {starts: listed, states: {listed: {}, removed: {}}}}
    actions:
      open: {by: [supervisor]}
      remove: {by: [supervisor], moves: {listing: {from: [listed], to: removed}}}
  - process: staff_member
    stands_for: person
    tracks: {service: {starts: active, states: {active: {}}}}
    actions: {open: {by: [director]}}
  - process: house_request
    tracks: {request: {starts: open, states: {open: {}, answered: {}}}}
    facts: {kind: {kind: choice, values: [ask, undermined, stuck], by: [director]}}
    actions:
      open: {by: [director], asks: [kind]}
      answer: {by: [director], moves: {request: {from: [open], to: answered}}}
"""

PEOPLE = {
    "sok": "manager",
    "vuth": "manager elder",
    "nita": "manager",
    "maly": "nurse",
    "heng": "helper",
    "lina": "helper",
    "dara": "supervisor",
    "dir": "director",
    "gone": "manager helper",
    "away": "manager nurse",
}


@lru_cache(maxsize=1)
def listed_rules() -> Rules:
    """The workflow, compiled once."""
    return rules_of(LISTED)


def listed_house(store: Store, seed: str = "listed") -> SmallHouse:
    """The house on this store: `gone` was disabled and nobody stands in, `away` is on leave and sok stands in."""
    people = staff(**PEOPLE)
    people["gone"] = replace(people["gone"], disabled=True)
    people["away"] = replace(people["away"], away=True, stand_in="sok")
    return SmallHouse(listed_rules(), people, store, seed)


FACTS = [
    ("group", "adult"),
    ("group", "adult"),
    ("group", "child"),
    ("note", "A quiet day by the river"),
    ("lessons", "Many"),
    ("secret", "The blue house"),
]


class Year:
    """What chance makes happen in a house, from one seed; refused or not, everything that is tried counts."""

    def __init__(self, house: SmallHouse, seed: int) -> None:
        self.house = house
        self.chance = random.Random(seed)
        self.cases: list[str] = []
        self.visits: list[str] = []
        self.waiting: list[str] = []

    def play(self, steps: int) -> None:
        """So many things happen, with time between them."""
        for _ in range(steps):
            what = self.chance.choices(
                [self._open, self._act, self._record, self._assign, self._visit, self._look, self._second, self._wait],
                weights=[3, 9, 7, 3, 6, 2, 3, 4],
            )[0]
            what()

    def _who(self, ref: str) -> str:
        """Mostly somebody who holds a role there or decides, and at times anybody."""
        there = [*self.house.instance(ref).holders.values(), "dara"]
        anybody = [name for name in PEOPLE if name != "gone"]
        return self.chance.choice(there if self.chance.random() < 0.75 else anybody)

    def _try(self, kind: str, who: str, ref: str | None, **more: object) -> str | None:
        answer = self.house.ask(kind, who, ref, **more)
        if answer.pending:
            self.waiting.append(answer.attempt)
        return answer.ref if answer.decision == "applied" else None

    def _open(self) -> None:
        who = self.chance.choice(["sok", "vuth", "nita", "maly", "dara"])
        ref = self._try("open", who, None, process="case")
        if ref is not None:
            self.cases.append(ref)
            if self.chance.random() < 0.7:
                self._try("assign", "dara", ref, assigned=self._manager(), role="manager")

    def _manager(self) -> str:
        return self.chance.choice(["sok", "vuth", "nita", "away"])

    def _act(self) -> None:
        if self.cases:
            action = self.chance.choice(["agree", "agree", "review", "close", "close", "reopen"])
            reason = "It is better so" if self.chance.random() < 0.6 else None
            ref = self.chance.choice(self.cases)
            self._try("act", self._who(ref), ref, action=action, reason=reason)

    def _record(self) -> None:
        if self.cases:
            name, value = self.chance.choice(FACTS)
            ref = self.chance.choice(self.cases)
            self._try("record", self._who(ref), ref, facts={name: value})

    def _assign(self) -> None:
        if not self.cases:
            return
        ref = self.chance.choice(self.cases)
        role = self.chance.choice(["manager", "helper", "elder"])
        if self.chance.random() < 0.2:
            self._try("unassign", "dara", ref, role=role)
        else:
            self._try("assign", "dara", ref, assigned=self._manager(), role=role)

    def _visit(self) -> None:
        if self.visits and self.chance.random() < 0.5:
            ref = self.chance.choice(self.visits)
            who = self.chance.choice(["heng", "lina"])
            if self.chance.random() < 0.5:
                self._try("assign", "dara", ref, assigned=who, role="helper")
            elif self.chance.random() < 0.5:
                self._try("record", who, ref, facts={"mood": self.chance.choice(["calm", "worried"])})
            else:
                self._try("act", who, ref, action="hold")
        elif self.cases:
            process, case = self.chance.choice(["visit", "visit", "disclosure"]), self.chance.choice(self.cases)
            opened = self._try("open", self._who(case), case, process=process)
            if opened is not None and process == "visit":
                self.visits.append(opened)
        else:
            self._try("open", "dara", None, process="partner")

    def _look(self) -> None:
        if self.cases:
            now = self.house.clock.now()
            ref = self.chance.choice(self.cases)
            look(self.house.house, self.house.house.actor(self._who(ref)), ref, now)

    def _second(self) -> None:
        if self.waiting:
            attempt = self.waiting.pop(self.chance.randrange(len(self.waiting)))
            actor = self.house.house.actor(self.chance.choice(["dara", "dir"]))
            said = SecondAnswer(actor, attempt, self.chance.random() < 0.7, "I have looked at it")
            with self.house.store.look() as tx:
                asking = tx.asking(attempt)
            if asking is not None and asking.state == "open" and asking.lapses_at > self.house.clock.now():
                override(self.house.house, said, self.house.clock.now())

    def _wait(self) -> None:
        self.house.wait(hours=self.chance.randrange(1, 120))


def at(house: SmallHouse, moment: dt.datetime) -> None:
    """Let it be this moment, with everything swept."""
    house.wait(seconds=(moment - house.clock.now()).total_seconds())
