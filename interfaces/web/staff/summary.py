"""My plan: a page made with the person and for the person. No house, no diagnosis, no word for what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import Response

from cases.look_below import Below, look_below
from interfaces.web.places import Places
from interfaces.web.staff.case import about
from interfaces.web.staff.fields import Subject
from interfaces.web.staff.reading import CaseRead, read_case
from interfaces.web.staff.subjects import subject_of
from interfaces.web.visit import NotHere, Visit, Visited
from interfaces.words.catalogues import languages
from interfaces.words.words import Words
from state_machine.values import moment

places = Places()
PARTS = ("service", "visit", "consent", "disclosure", "persons_decision")
GIVEN = "summary_given"
"""The fact by which it is recorded that the person was given the page."""
LANGUAGES = {"khmer": "km", "vietnamese": "vi", "english": "en"}
"""What the case says of the person's language → the catalogue that speaks it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The page in one language: a heading and short sentences for each part."""

    language: str
    rights: Sequence[str]
    decided: Sequence[str]
    plan: Sequence[str]
    shared: Sequence[str]
    visits: Sequence[str]
    words: Words


@places.page("/cases/{ref}/summary", area="case")
def summary_page(visit: Visited, paper: str = "", language: str = "") -> Response:
    """First the question whether paper is safe; then the page, on the screen or for paper."""
    case = read_case(visit)
    if case.instance.process != "case":
        raise NotHere
    spoken = language if language in languages() else language_of(visit, case)
    if paper not in ("yes", "no"):
        return visit.page("staff/summary_ask.html", **about(case), language=spoken, languages=languages())
    below = look_below(visit.house, visit.actor, visit.ref, PARTS, visit.now)
    theirs = Words(spoken, visit.words.zone, visit.now, translated=visit.served.translated)
    beside = plan_of(visit, case, below, visit.words, dates=True) if spoken != visit.words.language else None
    return visit.page(
        "staff/summary.html",
        **about(case),
        paper=paper == "yes",
        page=plan_of(visit, case, below, theirs, dates=paper == "no" or _dates_on_paper(case)),
        beside=beside,
        record=GIVEN in case.outlook.recordable,
        subject=subject_of(case.process, GIVEN) if GIVEN in case.process.facts else "",
        key=visit.new_key(),
    )


def language_of(visit: Visit, case: CaseRead) -> str:
    """The person's language, where the case knows it and there is a catalogue; else the reader's."""
    held = case.facts.get("language")
    found = LANGUAGES.get(str(held.value)) if held is not None else None
    return found if found in languages() else visit.words.language


def plan_of(visit: Visit, case: CaseRead, below: Sequence[Below], words: Words, *, dates: bool) -> Plan:
    """The page in one language. Without `dates` no coming visit is told: the contact rule does not allow it."""
    labels = words.labels(case.rules.workflow)

    def subject(process: str) -> Subject:
        return Subject(words, labels, process, case.rules.processes[process].model.facts)

    def of(process: str) -> list[Below]:
        return [one for one in below if one.instance.process == process]

    ahead = [one for one in of("visit") if "planned_for" in one.facts and _is_ahead(visit, one)]
    decided = [one for one in of("persons_decision") if "decision" in one.facts]
    return Plan(
        words.language,
        rights_of(words, case),
        [_decided(words, subject("persons_decision"), one) for one in decided],
        [_service(words, subject("service"), one) for one in of("service")],
        [*_consents(words, subject("consent"), of("consent")), words.gettext("I can change this at any time.")],
        [_visit(words, one) for one in ahead] if dates else [],
        words,
    )


def rights_of(words: Words, case: CaseRead) -> list[str]:
    """What the person may do, whatever else is written anywhere."""
    adult = case.facts.get("age_group")
    said = [
        words.gettext("I am treated with respect."),
        words.gettext("I may say no to anything."),
        words.gettext("I may ask questions, in my language."),
        words.gettext("I may see what is written about me."),
        words.gettext("I decide who is told about me."),
        words.gettext("I may complain, and nobody will be angry with me."),
    ]
    if adult is not None and adult.value == "adult":
        return [words.gettext("I may leave at any time, and come back."), *said]
    return [words.gettext("Somebody I can trust stands beside me and speaks for me."), *said]


def _decided(words: Words, subject: Subject, one: Below) -> str:
    about_ = one.facts.get("subject")
    what = subject.said("subject", about_.value) if about_ is not None else words.gettext("A question")
    answer = subject.said("decision", one.facts["decision"].value)
    return words.gettext("%(what)s: %(answer)s.", what=what, answer=answer)


def _service(words: Words, subject: Subject, one: Below) -> str:
    line = one.facts.get("line")
    what = subject.said("line", line.value) if line is not None else words.gettext("Help")
    track, at = next(iter(one.instance.tracks.items()))
    return words.gettext("%(what)s: %(answer)s.", what=what, answer=subject.labels.short("service", track, at.state))


def _consents(words: Words, subject: Subject, consents: Sequence[Below]) -> list[str]:
    found = []
    for one in consents:
        track, at = next(iter(one.instance.tracks.items()))
        content, purpose = one.facts.get("content"), one.facts.get("purpose")
        if content is None or purpose is None:
            continue
        what = subject.said("content", content.value)
        state = subject.labels.short("consent", track, at.state)
        found.append(
            words.gettext(
                "About %(what)s, for %(purpose)s: %(state)s.",
                what=what,
                purpose=subject.said("purpose", purpose.value),
                state=state,
            )
        )
    return found or [words.gettext("Nobody outside is told anything about me.")]


def _visit(words: Words, one: Below) -> str:
    held = moment(str(one.facts["planned_for"].value))
    if isinstance(held, dt.datetime):
        local = held if held.tzinfo is not None else held.replace(tzinfo=words.zone)
        return words.gettext("Visit: %(day)s.", day=words.when(local, with_time=True))
    return words.gettext("Visit: %(day)s.", day=words.when(held))


def _is_ahead(visit: Visit, one: Below) -> bool:
    held = moment(str(one.facts["planned_for"].value))
    day = held.date() if isinstance(held, dt.datetime) else held
    return day >= visit.now.astimezone(visit.words.zone).date()


def _dates_on_paper(case: CaseRead) -> bool:
    """Whether the contact rule allows dates on paper: only where the person may be written to."""
    way = case.facts.get("contact_way")
    return way is not None and way.value == "phone_as_written"
