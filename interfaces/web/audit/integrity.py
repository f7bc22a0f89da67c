"""Whether the journal is the one that was written: its chains are worked out anew, some instances at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from access.screens import Beat
from audit.chain import Broken, verify_chain
from interfaces.web.audit.trace import house_codes
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited

places = Places()
WORK = "check_journal"
SAID = re.compile(r"(\d+) instances, (\d+) broken(?: from (\S+ #\d+))?(, to be continued)?")
"""How a check is kept: how many instances it has looked at, how many of them were broken, and the first place."""


@dataclass(frozen=True, slots=True)
class Check:
    """How far a check has come. `broken` counts the journals that do not hold, `first` names where the first breaks.

    `ended` says that it came to the oldest instance.
    """

    checked: int = 0
    broken: int = 0
    first: str = ""
    ended: bool = False

    @property
    def said(self) -> str:
        """As it is kept with the last signs of life."""
        where = f" from {self.first}" if self.first else ""
        return f"{self.checked} instances, {self.broken} broken{where}{'' if self.ended else ', to be continued'}"


@places.page("/audit/integrity", area="audit")
def integrity_page(visit: Visited) -> Response:
    """When the journal was last checked and with what result, and what such a check cannot show."""
    return _page(visit)


@places.form("/audit/integrity", area="audit")
def check(visit: Visited) -> Response:
    """Check the next instances, the newest first, from the beginning or where the last request of this check ended."""
    worker = house_codes(visit).of(visit.person)
    before = read_check(_last(visit, worker)) if visit.sent.get("go_on") else None
    start = before if before is not None and not before.ended else Check()
    count, broken = _portion(visit, start.checked)
    first = start.first or (f"{broken[0].instance} #{broken[0].seq}" if broken else "")
    done = Check(start.checked + count, start.broken + len(broken), first, count < visit.served.portions.checked)
    visit.served.running.store.screens.beat(Beat(WORK, worker, visit.now, 0, done.said))
    return _page(visit, broken)


def _portion(visit: Visit, skip: int) -> tuple[int, list[Broken]]:
    """The next instances after the `skip` newest: how many there were, and where their journals are broken."""
    broken: list[Broken] = []
    with visit.house.store.look() as tx:
        instances = tx.list_instances(None, limit=visit.served.portions.checked, skip=skip)
        # One family is loaded once, whatever stands in it.
        for family in dict.fromkeys(one.family for one in instances):
            loaded = tx.load(family)
            heads = loaded.heads if loaded is not None else {}
            for one in instances:
                if one.family == family:
                    wrong = verify_chain(one.ref, tx.entries(one.ref), heads.get(one.ref))
                    broken += [wrong] if wrong is not None else []
    return len(instances), broken


def _last(visit: Visit, worker: str = "") -> Beat | None:
    """The last check, of everybody or of one person."""
    beats = visit.served.running.store.screens.health(visit.now).beats
    mine = (one for one in beats if one.work == WORK and worker in ("", one.worker))
    return max(mine, key=lambda one: one.at, default=None)


def read_check(beat: Beat | None) -> Check | None:
    """A check as it is kept with the last signs of life; None for anything else."""
    found = SAID.fullmatch(beat.said) if beat is not None else None
    if found is None:
        return None
    return Check(int(found[1]), int(found[2]), found[3] or "", found[4] is None)


def _page(visit: Visit, broken: Sequence[Broken] = ()) -> Response:
    screens = visit.served.running.store.screens
    codes, last = house_codes(visit), _last(visit)
    return visit.page(
        "audit/integrity.html",
        size=screens.size(),
        unsealed=screens.health(visit.now).unsealed,
        last=read_check(last),
        when=visit.words.when(last.at, with_time=True) if last is not None else "",
        who=last.worker if last is not None else "",
        mine=last is not None and last.worker == codes.of(visit.person),
        broken=broken,
    )
