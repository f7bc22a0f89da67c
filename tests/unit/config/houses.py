"""A small, sound house to break in tests: two layers of YAML, and what the loader says of a changed copy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.loader import DefinitionError, Loaded, Problem, load_workflow

Files = Mapping[str, str]

WORKFLOW = """\
workflow: tiny
says: A small house
calendar: {time_zone: Asia/Phnom_Penh, holidays: KH, working_days: [mon, tue, wed, thu, fri]}
fallback: director
second_person: [director]
forbidden_words: [victim, rescue]
roles:
  director: {says: Director}
  worker: {says: Case worker, assigned: true, guards: [vetted]}
  nurse: {says: Nurse}
notices:
  late: {says: "{case}: {verb} {due}. {link}"}
forms:
  F1: {says: First form, version: 1}
"""

CASE = """\
process: case
says: One person's case
over: {track: case, is: closed}
tracks:
  case:
    starts: open
    states: {open: {}, closed: {}}
  interview:
    starts: waiting
    states: {waiting: {}, interviewing: {}, done: {final: true}}
  safety:
    starts: calm
    states: {calm: {}, in_crisis: {}}
facts:
  age_group: {kind: choice, values: [adult, child, uncertain], starts: uncertain, by: [worker]}
  care: {kind: choice, values: [offered, delivered, declined], by: [nurse]}
  wishes: {kind: choices, values: [woman, man, alone], by: [worker]}
  visits_agreed: {kind: number, by: [worker]}
  visit_interval: {kind: period, by: [worker]}
  born: {kind: date, by: [worker], seen_by: [worker]}
  nationality: {kind: text, protected: true, by: [worker]}
  interpreter: {kind: link, to: staff, by: [worker]}
  consent_form: {kind: document, form: F1, by: [worker]}
  in_danger: {kind: yes_no, starts: false, by: [worker]}
conditions:
  child_rules: {not: {fact: age_group, is: adult}}
guards:
  care_answered:
    require: {fact: care, is: [delivered, declined]}
    refusal: Care comes before the interview.
    clauses: [KH-MS-7.1.6]
  interest_noted:
    when: child_rules
    require: {fact: wishes, known: true}
  visited: {require: {some: visit, where: {track: visit, is: held}}, strength: should}
  vetted: {require: {fact: vetting, of: assigned, is: clear}}
  danger: {require: {fact: in_danger, is: true}}
actions:
  open: {by: [worker]}
  assign: {by: [director]}
  start_interview:
    by: [worker]
    moves: {interview: {from: [waiting], to: interviewing}}
    guards: [care_answered, interest_noted]
  end_interview: {by: [worker], moves: {interview: {from: [interviewing], to: done}}}
  crisis_begins: {automatic: true, moves: {safety: {from: [calm], to: in_crisis}}, guards: [danger]}
  calm_down: {by: [worker], moves: {safety: {from: [in_crisis], to: calm}}}
  close:
    by: [worker]
    moves: {case: {from: [open], to: closed}}
    guards: [visited]
    opens: [{process: visit, copies: [age_group]}]
  reopen: {moves: {case: {from: [closed], to: open}}}
deadlines:
  next_visit:
    while: {track: case, is: open}
    task_for: worker
    due:
      after: P14D
      at_least: P7D
      at_most: P30D
      source: {clause: KH-MS-7.9.2}
    done_by: {action: hold, of: visit}
    repeats: after_done
    ladder:
      - {name: soon, at: -P3D, tell: worker, as: late}
      - {name: breach, at: P2D, tell: director, breach: true, again: P7D}
      - {name: reopen, at: P30D, do: reopen}
    clauses: [KH-MS-7.9.2]
invariants:
  care_first: {never: {process: case, enters: {interview: interviewing}, unless: care_answered}}
"""

VISIT = """\
process: visit
parent: case
tracks:
  visit: {starts: planned, states: {planned: {}, held: {}}}
facts:
  age_group: {kind: choice, values: [adult, child, uncertain], by: [worker]}
  finding: {kind: choice, values: [safe, unsafe], by: [worker]}
actions:
  open: {by: [worker], asks: [age_group]}
  hold: {by: [worker], moves: {visit: {from: [planned], to: held}}, asks: [finding]}
"""

STAFF = """\
process: staff
stands_for: person
facts:
  vetting: {kind: choice, values: [clear, not_clear], by: [director]}
actions:
  open: {by: [director]}
"""

CLAUSES = """\
register:
  KH-MS-7.1.6: {says: Care first., where: Prakas 7.1.6, strength: must, kind: guard, phase: identification}
  KH-MS-7.9.2: {says: Visits., where: Prakas 7.9.2, strength: must, kind: deadline, phase: follow_up}
  KH-MS-1.1: {says: A policy., where: Prakas 1.1, strength: should, kind: policy, phase: state}
outside:
  KH-MS-1.1: A choice of governments.
"""

TINY: Files = {
    "workflow.yaml": WORKFLOW,
    "case.yaml": CASE,
    "visit.yaml": VISIT,
    "staff.yaml": STAFF,
    "clauses.yaml": CLAUSES,
}

OVERLAY = """\
workflow: strict
says: A stricter house
extends: [tiny]
"""


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a workflow's folder; names may have folders of their own."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def changed(file: str, old: str, new: str, files: Files = TINY) -> dict[str, str]:
    """A copy of a house with one text changed in one file."""
    assert files[file].count(old) == 1, f"{old!r} stands {files[file].count(old)} times in {file}"
    return {**files, file: files[file].replace(old, new)}


def load(folder: Path, files: Mapping[str, str | bytes] = TINY, name: str = "tiny") -> Loaded:
    """Load a house from a folder of its own."""
    return load_workflow(write(folder / name, files))


def problems(folder: Path, files: Mapping[str, str | bytes], name: str = "tiny") -> tuple[Problem, ...]:
    """Everything that the loader finds wrong with a house."""
    try:
        load(folder, files, name)
    except DefinitionError as error:
        return error.problems
    return ()


def overlay_problems(folder: Path, overlay: Mapping[str, str], base: Files = TINY) -> tuple[Problem, ...]:
    """What the loader finds wrong with the overlay `strict` of the small house beside it."""
    write(folder / "tiny", base)
    return problems(folder, {"workflow.yaml": OVERLAY, **overlay}, "strict")


def place(files: Files, file: str, needle: str) -> tuple[int, int]:
    """Line and column at which a text first stands in a file."""
    before = files[file][: files[file].index(needle)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
