"""A workflow so small that what a simulation of it must say can be worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from config.loader import Loaded, load_workflow
from interfaces.simulation.plan import Plan, Staffing
from interfaces.simulation.run import Outcome, simulate
from state_machine.rules import Rules

STARTS = dt.datetime(2027, 1, 3, 17, tzinfo=dt.UTC)
"""Monday the fourth, midnight, in Phnom Penh."""

WORKFLOW = """
workflow: pier
says: A house by the water
calendar: {time_zone: Asia/Phnom_Penh, holidays: KH, working_days: [mon, tue, wed, thu, fri]}
fallback: supervisor
second_person: [supervisor]
notices:
  late: {says: "{case}: {verb} is late. {link}"}
roles:
  manager: {says: Leads a case, assigned: true, guards: [vetted, manager_suits]}
  nurse: {says: Cares for health}
  supervisor: {says: Answers for the house}
"""
CASE = """
process: case
says: A person in the care of the house
over: {track: case, is: closed}
tracks:
  case: {starts: open, states: {open: {}, closed: {}}}
  talk: {starts: waiting, states: {waiting: {}, talked: {}}}
facts:
  care: {kind: choice, values: [given, declined], by: [nurse]}
  wish: {kind: choice, values: [woman, man], by: [nurse]}
  host: {kind: link, to: partner, by: [manager]}

guards:
  vetted: {require: {fact: vetting, of: assigned, is: clear}}
  manager_suits:
    when: {fact: wish, known: true}
    require: {fact: gender, of: assigned, is: {fact: wish}}
  care_first: {require: {fact: care, is: given}, refusal: Care comes first.}
  rested: {require: {elapsed: P10D, since: {action: open}}, refusal: The person rests first.}
  host_known: {require: {fact: checked, of: host, is: true}, refusal: Nobody knows the host.}
actions:
  open: {by: [nurse], asks: [wish]}
  assign: {by: [supervisor]}
  unassign: {by: [supervisor]}
  speak: {by: [manager], moves: {talk: {from: [waiting], to: talked}}, guards: [care_first]}
  close: {by: [manager], moves: {case: {from: [open], to: closed}}, guards: [host_known, care_first]}
  reopen: {by: [manager], moves: {case: {from: [closed], to: open}}}
deadlines:
  first_talk:
    says: Speak with the person
    while: {track: talk, is: waiting}
    task_for: manager
    due: {after: P5D, at_most: P9D, source: {house: director, decided: 2026-11-01, why: soon}}
    ladder:
      - {name: breach, at: P1D, tell: supervisor, as: late, breach: true, again: P7D}
"""
STAFF = """
process: staff_member
says: Somebody who works here
stands_for: person
facts:
  vetting: {kind: choice, values: [open, clear], by: [supervisor]}
  gender: {kind: choice, values: [woman, man], by: [supervisor]}
actions:
  open: {by: [supervisor]}
"""
PARTNER = """
process: partner
says: Another house
facts:
  checked: {kind: yes_no, by: [supervisor]}
actions:
  open: {by: [supervisor]}
"""


def pier(folder: Path, *, rest_before_talk: bool = False) -> Loaded:
    """The workflow, written into a folder and read from there; with one guard more, if wanted."""
    folder = folder / "pier"
    folder.mkdir(parents=True)
    case = CASE.replace("guards: [care_first]}", "guards: [care_first, rested]}") if rest_before_talk else CASE
    texts = {"workflow": WORKFLOW, "case": case, "staff_member": STAFF, "partner": PARTNER}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return load_workflow(folder)


def hands(people: int, steps_a_day: int = 8) -> dict[str, Staffing]:
    """So many people of each role."""
    return {role: Staffing(people=people, steps_a_day=steps_a_day) for role in ("manager", "nurse", "supervisor")}


def played(loaded: Loaded, plan: Plan) -> Outcome:
    """What comes of a plan on a workflow."""
    return simulate(loaded, Rules.compile(loaded.workflow, loaded.hash), plan)
