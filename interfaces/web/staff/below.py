"""What stands under a case: its referrals, visits, consents and disclosures; and opening another one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi.responses import Response

from cases.request import Request
from interfaces.web.places import Places
from interfaces.web.staff.act import Asking, Form, form_page, may_open, questions_of, recordable_in, take, way_back
from interfaces.web.staff.case import about
from interfaces.web.staff.fields import Answers
from interfaces.web.staff.reading import CaseRead, read_case
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.remedies import base_of

places = Places()


@dataclass(frozen=True, slots=True)
class Child:
    """One instance in the list: its address, where its tracks stand, when and by whom it was opened."""

    ref: str
    address: str
    stands: str
    opened: str


@places.page("/cases/{ref}/in/{process}", area="case")
@places.page("/instances/{ref}/in/{process}", area="case")
def list_below(visit: Visited, process: str) -> Response:
    """The instances of one process under this one, newest first."""
    case = read_case(visit)
    _stands_under(case, process)
    return visit.page(
        "staff/below.html",
        **about(case),
        process=process,
        says=case.labels.process(process),
        children=[_child(visit, case, one.ref) for one in case.below if one.process == process],
        opens=case.labels.action(process, "open") if may_open(visit, case.rules, process) else "",
    )


@places.page("/cases/{ref}/in/{process}/new", area="case_act")
@places.page("/instances/{ref}/in/{process}/new", area="case_act")
def new_below_page(visit: Visited, process: str) -> Response:
    """The form that opens one."""
    case = read_case(visit)
    return form_page(visit, case, _form(visit, case, process), next_=visit.request.query_params.get("next", ""))


@places.form("/cases/{ref}/in/{process}/new", area="case_act")
@places.form("/instances/{ref}/in/{process}/new", area="case_act")
def open_below(visit: Visited, process: str) -> Response:
    """Open it, or say why not."""
    case = read_case(visit)
    _stands_under(case, process)
    made, opened = partial(_form, visit, case, process), case.rules.processes[process]
    done = take(visit, case, made, opened, Request("open", visit.actor, visit.ref, process=process))
    return done if isinstance(done, Response) else visit.go_to(way_back(visit) or f"/instances/{done.ref}")


def _stands_under(case: CaseRead, process: str) -> None:
    if process not in case.process.below:
        raise NotHere


def _form(visit: Visit, case: CaseRead, process: str, given: Answers | None = None) -> Form:
    _stands_under(case, process)
    asking = Asking(process, "open", recordable_in(visit, case.rules, process), given)
    asks, offers = questions_of(visit, case.rules, asking)
    address = f"{base_of(case.instance)}/in/{process}/new"
    return Form("open", case.labels.action(process, "open"), address, asks, offers, process)


def _child(visit: Visit, case: CaseRead, ref: str) -> Child:
    one = next(found for found in case.below if found.ref == ref)
    stands = [case.labels.short(one.process, track, at.state) for track, at in one.tracks.items()]
    opened = visit.words.gettext(
        "%(day)s, %(who)s", day=visit.words.when(one.opened_at), who=visit.names(one.opened_by)
    )
    return Child(ref, base_of(one), ", ".join(stands), opened)
