"""What is open to somebody beyond their roles, by the relation that was found: for pages that show a case."""

from __future__ import annotations

import datetime as dt

from access import emergency, grants
from access.decide import Relation, Viewer
from cases.house import House
from cases.opened import Opened


def opened_for(house: House, viewer: Viewer, ref: str, relation: Relation, now: dt.datetime) -> Opened | None:
    """What `look` and `read_history` may show besides, at `now` (aware, UTC); None for every other relation."""
    if viewer.person is None or relation not in (Relation.EMERGENCY, Relation.GRANT):
        return None
    around = house.store.staff.around(ref, viewer.person, now)
    if around is None:
        return None
    if relation is Relation.EMERGENCY:
        return emergency.opened_by(house, around, now)
    return grants.opened_by(house, around, now)
