"""Searching by reference or by one's own words; what was typed never stands in an address."""

from __future__ import annotations

from fastapi.responses import Response

from access.desk import SEARCH_LIVES, Search
from access.relation import reach_of
from access.search import LONGEST, Hit, search
from interfaces.web.places import Places
from interfaces.web.staff.cases import lines
from interfaces.web.visit import NotHere, Visit, Visited

places = Places()


@places.form("/search", area="staff")
def ask(visit: Visited) -> Response:
    """Keep the words, and go to what they find."""
    words = visit.sent.get("words")[:LONGEST]
    if not words:
        return visit.go_to("/cases")
    id_ = visit.new_key()
    kept = Search(id_, visit.person, words, visit.now, visit.now + SEARCH_LIVES)
    visit.served.running.store.screens.desk.save_search(kept)
    return visit.go_to(f"/search/{id_}")


@places.page("/search/{id_}", area="staff")
def found_page(visit: Visited, id_: str) -> Response:
    """What the words find, over what this person may see."""
    screens = visit.served.running.store.screens
    kept = screens.desk.search(id_, visit.person, visit.now)
    if kept is None:
        raise NotHere
    reach = reach_of(visit.house, visit.viewer, visit.now)
    found = search(visit.house, screens, reach, visit.actor, kept.words)
    rows = lines(visit, reach, [hit.case for hit in found.hits])
    by = {hit.case.ref: _by(visit, hit) for hit in found.hits}
    return visit.page(
        "staff/found.html",
        words_asked=kept.words,
        rows=[(row, by.get(row.ref, "")) for row in rows],
        looked_through=found.looked_through,
        all_=found.all_,
    )


def _by(visit: Visit, hit: Hit) -> str:
    """By what a case was found; the words themselves are not shown again."""
    words = visit.words
    match hit.by:
        case "reference":
            return words.gettext("by its reference")
        case "name":
            return words.gettext("by its working name")
        case "fact":
            labels = words.labels(visit.house.workflows.rules(hit.case.workflow).workflow)
            return words.gettext("by what is recorded: %(what)s", what=labels.fact("case", hit.fact or ""))
    return words.gettext("by an answer")
