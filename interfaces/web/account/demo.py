"""Signing in to the demonstration: one button for each role, and three walks to try. Offered there and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi.responses import Response

from interfaces.web.account.cookies import with_session
from interfaces.web.bar import N_
from interfaces.web.kept import newest_kept
from interfaces.web.places import Places
from interfaces.web.visit import NotHere, Visit, Visited

places = Places()


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody as whom a visitor can look around. Texts are English; the template translates them."""

    person: str
    role: str
    does: str


@dataclass(frozen=True, slots=True)
class Walk:
    """Something to try: who begins, on which page, and what there is to see."""

    title: str
    person: str
    begins: str
    says: str


PARTS = (
    Part("sok", N_("case manager"), N_("opens a case and gets on with it")),
    Part("maly", N_("health worker"), N_("records care, and sees what concerns health")),
    Part("dara", N_("supervisor"), N_("decides exceptions, and sees what is late")),
    Part("vanna", N_("administrator"), N_("changes the rules, sees no case")),
    Part("lin", N_("auditor"), N_("follows the trace, sees no names")),
)
OTHERS = (
    Part("rith", N_("duty worker"), N_("meets people first, at any hour")),
    Part("bopha", N_("case worker"), N_("visits, and walks along with the person")),
    Part("nita", N_("interviewer"), N_("holds the interview, when it is time for it")),
    Part("sophea", N_("child advocate"), N_("stands beside a child at a hearing")),
    Part("vuthy", N_("director"), N_("approves as the second person")),
    Part("ratha", N_("second administrator"), N_("keeps people and channels in order")),
    Part("chea", N_("monitoring official"), N_("looks after the organisations that give services")),
)
WALKS = (
    Walk(
        N_("Staff: from first contact on"),
        "sok",
        "/cases/new",
        N_("Open a case. Ask for the interview too early and read why not yet. See to what is missing."),
    ),
    Walk(
        N_("Administrator: change a rule"),
        "vanna",
        "/administration/workflows",
        N_("Tighten a deadline. Try a draft that is not safe, and read how it would break its promise."),
    ),
    Walk(
        N_("Auditor: find what happened"),
        "lin",
        "/audit/trace",
        N_("Find a refused interview, an exception, and a reminder that came too late."),
    ),
)
BEGINNINGS = frozenset(one.begins for one in WALKS)


def demo_page(visit: Visit, status: int = 200) -> Response:
    """The page on which everybody comes in to the demonstration."""
    people = visit.served.running.house.people
    there = {one.name: one for one in people.all() if not one.disabled}
    shown = {name: tuple(part for part in parts if part.person in there) for name, parts in _GROUPS}
    kept = visit.request.query_params.get("next", "").startswith("/kept/")
    return visit.page("account/demo.html", status=status, people=there, walks=WALKS, kept=kept, **shown)


@places.form("/sign-in/demo", area="public")
def signed_in(visit: Visited) -> Response:
    """Let somebody in as one of the people of the demonstration. Anywhere else there is no such place."""
    served, person = visit.served, visit.sent.get("person")
    if not served.demo:
        raise NotHere
    if person not in {one.person for _, parts in _GROUPS for one in parts}:
        return demo_page(visit, 400)
    try:
        done = served.accounts.begin_demo(person, visit.now)
    except LookupError:
        return demo_page(visit, 400)
    begins = visit.sent.get("begins")
    onward = begins if begins in BEGINNINGS else newest_kept(served, person, visit.now) or "/"
    return with_session(visit, done, visit.go_to(onward))


_GROUPS = (("parts", PARTS), ("others", OTHERS))
