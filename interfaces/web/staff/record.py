"""Recording facts, one subject a page, with what was said last; and correcting what was recorded wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from fastapi.responses import Response

from cases.correct import Correction, correct
from cases.errors import Stale
from cases.look import look
from cases.request import Request
from interfaces.web.places import Places
from interfaces.web.staff.act import Form, refused_page
from interfaces.web.staff.case import about
from interfaces.web.staff.fields import Answers, Question, Subject, read_answers
from interfaces.web.staff.linked import linked
from interfaces.web.staff.meanwhile import Meanwhile, changed_meanwhile
from interfaces.web.staff.reading import CaseRead, opened_in, read_case, read_entries
from interfaces.web.staff.steps import follow, key_of, safe_next, step
from interfaces.web.staff.subjects import subject_label, subject_of, subjects
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.remedies import base_of

places = Places()
SHORTEST_REASON = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A fact as it stands: what it is called, what was said, by whom and when, and the entry that holds it."""

    name: str
    label: str
    said: str
    by: str
    lapsed: bool
    entry: int


@places.page("/cases/{ref}/record", area="case_act")
@places.page("/instances/{ref}/record", area="case_act")
def record_page(visit: Visited, subject: str = "", field: str = "") -> Response:
    """The questions of one subject; with `field` those of its subject, that one in focus."""
    case = read_case(visit)
    if field and field not in case.process.facts:
        raise NotHere
    chosen = subject_of(case.process, field) if field else subject or next(iter(_open_subjects(case)), "")
    return _page(visit, case, chosen, first=field, next_=visit.request.query_params.get("next", ""))


@places.form("/cases/{ref}/record", area="case_act")
@places.form("/instances/{ref}/record", area="case_act")
def record(visit: Visited) -> Response:
    """Record what was answered."""
    case = read_case(visit)
    subject = visit.sent.get("subject")
    names = _open_subjects(case).get(subject, ())
    given = read_answers(visit.words, case.process.model.facts, names, visit.sent)
    back = safe_next(visit.sent.get("next"), base_of(case.instance))
    if given.problems or not given.facts:
        return _page(visit, case, subject, given=given, next_=back)
    request = Request(
        "record",
        visit.actor,
        visit.ref,
        facts=given.facts,
        documents=given.documents,
        key=key_of(visit),
        if_revision=visit.sent.number("revision"),
    )
    try:
        answer = step(visit, request)
    except Stale:
        again = read_case(visit)
        found = changed_meanwhile(visit, _subject(visit, again), names)
        return _page(visit, again, subject, given=given, next_=back, meanwhile=found)
    if answer.decision != "applied":
        return refused_page(
            visit,
            case,
            Form("record", visit.words.gettext("Record something"), f"{base_of(case.instance)}/record"),
            answer,
        )
    return visit.go_to(back)


@places.page("/cases/{ref}/correct/{entry}", area="case_act")
@places.page("/instances/{ref}/correct/{entry}", area="case_act")
def correct_page(visit: Visited, entry: int) -> Response:
    """The form that corrects an entry: what it recorded, and what is right."""
    case = read_case(visit)
    return _correct_page(visit, case, entry)


@places.form("/cases/{ref}/correct/{entry}", area="case_act")
@places.form("/instances/{ref}/correct/{entry}", area="case_act")
def correct_entry(visit: Visited, entry: int) -> Response:
    """Withdraw what an entry recorded, and record what is right; the old one stays readable, with the reason."""
    case = read_case(visit)
    names = _recorded_in(visit, case, entry)
    chosen = tuple(name for name in visit.sent.all("withdraw") if name in names)
    given = read_answers(visit.words, case.process.model.facts, names, visit.sent)
    reason = visit.sent.get("reason")
    if given.problems or len(reason) < SHORTEST_REASON or not (chosen or given.facts):
        return _correct_page(visit, case, entry, given=given, status=422)
    correction = Correction(
        visit.actor,
        visit.ref,
        entry,
        given.facts,
        tuple(dict.fromkeys((*chosen, *given.facts))),
        reason,
        key_of(visit),
        visit.sent.number("revision"),
    )
    try:
        answer = correct(visit.house, correction, visit.now)
    except Stale:
        again = read_case(visit)
        found = changed_meanwhile(visit, _subject(visit, again), names)
        return _correct_page(visit, again, entry, given=given, status=412, meanwhile=found)
    follow(visit)
    if answer.decision != "applied":
        return refused_page(visit, case, Form("correct", visit.words.gettext("Correct an entry"), ""), answer)
    return visit.go_to(f"{base_of(case.instance)}/history")


def known_facts(visit: Visit, case: CaseRead, names: Sequence[str]) -> list[Known]:
    """The facts among these that are open to the reader, as they stand."""
    sight = look(visit.house, visit.actor, visit.ref, visit.now, opened_in(visit), names)
    subject = _subject(visit, case)
    return [
        Known(
            name,
            case.labels.fact(case.instance.process, name),
            subject.said(name, held.value),
            visit.words.gettext("%(who)s, %(day)s", who=visit.names(held.by), day=visit.words.when(held.observed)),
            name in sight.lapsed,
            held.seq,
        )
        for name, held in sight.facts.items()
    ]


def _page(
    visit: Visit,
    case: CaseRead,
    subject: str,
    *,
    given: Answers | None = None,
    first: str = "",
    next_: str = "",
    meanwhile: Meanwhile | None = None,
) -> Response:
    process = case.instance.process
    every = _open_subjects(case)
    names = every.get(subject, ())
    known = {one.name: one for one in known_facts(visit, case, names)}
    ask = _subject(visit, case)
    questions = [
        ask.question(
            name,
            sent=visit.sent if given is not None else None,
            problem=given.problems.get(name, "") if given is not None else "",
            last=f"{known[name].said}, {known[name].by}" if name in known else "",
        )
        for name in sorted(names, key=lambda name: name != first)
    ]
    questions = meanwhile.mark(questions) if meanwhile is not None else questions
    general = visit.words.gettext("General")
    return visit.page(
        "staff/record.html",
        status=412 if meanwhile is not None else 200 if given is None else 422,
        **about(case),
        meanwhile=meanwhile,
        subject=subject,
        subjects=[(one, subject_label(case.labels, process, one, general)) for one in every],
        questions=questions,
        problems=[{"field": one.name, "message": f"{one.label}: {one.problem}"} for one in questions if one.problem],
        nothing=given is not None and not given.facts and not given.problems,
        files=any(one.shape == "file" for one in questions),
        key=key_of(visit) or visit.new_key(),
        revision=case.sight.revision,
        next=next_,
    )


def _correct_page(
    visit: Visit,
    case: CaseRead,
    entry: int,
    *,
    given: Answers | None = None,
    status: int = 200,
    meanwhile: Meanwhile | None = None,
) -> Response:
    names = _recorded_in(visit, case, entry)
    if not names:
        raise NotHere
    ask = _subject(visit, case)
    questions: list[Question] = [
        ask.question(
            name,
            sent=visit.sent if given is not None else None,
            problem=given.problems.get(name, "") if given is not None else "",
        )
        for name in names
    ]
    said = {
        name: ask.said(name, value)
        for one in read_entries(visit)
        if one.entry.seq == entry
        for name, value in one.facts.items()
    }
    short = given is not None and len(visit.sent.get("reason")) < SHORTEST_REASON
    return visit.page(
        "staff/correct.html",
        status=status,
        **about(case),
        entry=entry,
        meanwhile=meanwhile,
        withdrawn=visit.sent.all("withdraw"),
        questions=meanwhile.mark(questions) if meanwhile is not None else questions,
        said=said,
        reason=visit.sent.get("reason"),
        reason_problem=visit.words.gettext("Say in at least 20 signs why.") if short else "",
        key=key_of(visit) or visit.new_key(),
        revision=case.sight.revision,
    )


def _recorded_in(visit: Visit, case: CaseRead, entry: int) -> tuple[str, ...]:
    """The facts that an entry recorded and that are open to the reader."""
    return next(
        (
            tuple(name for name in one.facts if name in case.process.facts)
            for one in read_entries(visit)
            if one.entry.seq == entry
        ),
        (),
    )


def _subject(visit: Visit, case: CaseRead) -> Subject:
    links = partial(linked, visit, case.rules, case.labels)
    return Subject(visit.words, case.labels, case.instance.process, case.process.model.facts, case.facts, links)


def _open_subjects(case: CaseRead) -> dict[str, tuple[str, ...]]:
    """The subjects of which the reader may record something, with those facts."""
    able = case.outlook.recordable
    found = {
        subject: tuple(name for name in names if name in able) for subject, names in subjects(case.process).items()
    }
    return {subject: names for subject, names in found.items() if names}
