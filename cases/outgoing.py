"""A notice that has to go out, as the step that causes it writes it down (semantics 23).

Nothing in it says anything about the person: a reference, a neutral verb, a due time, the number of a rung. Who gets it
is worked out when it is sent, from the assignments of that moment.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox, unique per (entry, rung, template).

    `instance` and `seq` name the journal entry that caused it; `case` is the reference that the notice shows.
    `deadline`, `generation` and `dating` let the sender see whether a reminder still matters; a `breach` always goes
    out. `rung_number` is the rung's place in its ladder (from 1), `repeat` how often it came, `due` the due (UTC).
    """

    family: str
    instance: str
    seq: int
    case: str
    role: str
    template: str
    verb: str
    deadline: str
    generation: int
    dating: int
    rung: str
    rung_number: int
    repeat: int
    due: dt.datetime
    urgent: bool
    breach: bool
    at: dt.datetime
