"""One request by somebody: who, in which role and language, and whether this place is open to them.

`visit_of` is the only way in: every page and form depends on it, and it asks `decide_access` before the handler runs.
"""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from access.decide import NOBODY, Area, Relation, Viewer, decide_access, viewer_of
from access.emergency import open_emergencies
from access.relation import relation
from access.sessions import Session
from cases.errors import HomewardError
from cases.house import House
from cases.reference import read_reference
from interfaces.web.bar import Bar, bar_for
from interfaces.web.kept import keep_what_came, sent_again
from interfaces.web.language import best_language
from interfaces.web.places import area_of
from interfaces.web.sent import KEPT, Sent, SentForm
from interfaces.web.served import Served
from interfaces.words.words import Words
from state_machine.view import Actor

READS = frozenset({"GET", "HEAD"})
OF_A_CASE: frozenset[Area] = frozenset({"case", "case_act", "narrative"})


class SignInFirst(Exception):
    """Nobody is signed in; `next` is where they wanted to go, empty where it cannot be gone to again."""

    def __init__(self, next_: str) -> None:
        super().__init__("sign in first")
        self.next = next_


class SetUpFirst(Exception):
    """This post needs a second factor, and the person has none yet: nothing else is open before."""


class NotHere(Exception):
    """There is nothing here for this person: missing and not open to them are told alike."""


class NotOpen(Exception):
    """This part of the house is not open to this person; that it exists is no secret."""


class NothingShown(Exception):
    """Somebody asks with HEAD whether a place is open to them. It is; no more is said, and nobody looked."""


class ForgedForm(Exception):
    """A form came without the mark of the session that it was made for."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a request before it is decided whether its place is open. `now` is aware, in UTC."""

    served: Served
    now: dt.datetime
    words: Words
    session: Session | None = None
    viewer: Viewer = NOBODY

    def common(self, request: Request) -> dict[str, Any]:
        """What every template may use."""
        return {
            "visit": None,
            "paper_of": "",
            "words": self.words,
            "_": self.words.gettext,
            "gettext": self.words.gettext,
            "ngettext": self.words.ngettext,
            "bar": self._bar(request.url.path),
            "csrf": self.session.csrf if self.session is not None else "",
            "demo": self.served.demo,
            "theme": self._theme,
            "emergencies": self._emergencies(),
            "unread": self.served.running.store.screens.unread(self.viewer.person, self.now)
            if self.viewer.person
            else 0,
        }

    def names(self, person: str) -> str:
        """What somebody of the house is called; nobody is called by a role."""
        known = self.served.running.house.people.person(person)
        return (known.display if known is not None else None) or person[:1].upper() + person[1:]

    def _emergencies(self) -> list[tuple[str, str, str]]:
        """The emergency accesses that are open now, for the band on every page: id, case, until when."""
        if self.viewer.person is None or "staff" not in self.viewer.posts:
            return []
        found = open_emergencies(self.served.running.house, self.viewer.person, self.now)
        return [(one.id, one.family, self.words.when(one.until, with_time=True)) for one in found]

    def _bar(self, path: str) -> Bar | None:
        person = self.viewer.person
        return bar_for(self.viewer, path, self.names(person)) if person is not None else None

    @property
    def _theme(self) -> str:
        """What is fixed for this reader, empty where the theme follows the device."""
        theme = self.session.theme if self.session is not None else "device"
        return "" if theme == "device" else theme


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at a place that is open to whoever makes it. `ref` is the instance that the address names.

    `sent` is the form that came along. The present moment is the same for the whole request.
    """

    request: Request
    known: Known
    sent: Sent
    area: Area
    ref: str = ""
    relation: Relation = Relation.NONE

    @property
    def served(self) -> Served:
        """The running house with all that belongs to it."""
        return self.known.served

    @property
    def house(self) -> House:
        """The house whose door is knocked at."""
        return self.known.served.running.house

    @property
    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        return self.known.now

    @property
    def words(self) -> Words:
        """The words of this answer."""
        return self.known.words

    @property
    def session(self) -> Session | None:
        """The session; None at public places alone."""
        return self.known.session

    @property
    def viewer(self) -> Viewer:
        """Whoever asks."""
        return self.known.viewer

    @property
    def person(self) -> str:
        """The name of whoever is signed in. Raises SignInFirst at a public place where nobody is."""
        if self.viewer.person is None:
            raise SignInFirst("")
        return self.viewer.person

    @property
    def actor(self) -> Actor:
        """Whoever is signed in, as the one door knows them. Raises UnknownName."""
        return self.house.actor(self.person, self.viewer.acting)

    def names(self, person: str) -> str:
        """What somebody of the house is called."""
        return self.known.names(person)

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of the house."""
        paper = self.request.method == "GET" and self.request.query_params.get("print") == "1"
        common = self.known.common(self.request) | {"visit": self, "paper_of": self.person if paper else ""}
        return self.served.pages.answer(template, common | values, status, opened=paper)

    def go_to(self, address: str) -> Response:
        """Go on elsewhere, with a GET. What was sent arrived: if it was kept before, that is over."""
        if KEPT in self.sent.fields:
            self.served.running.store.screens.desk.drop_draft(self.sent.get(KEPT), self.person)
        return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})

    def new_key(self) -> str:
        """A fresh idempotency key for a form."""
        return self.house.ids.attempt()


def known_of(request: Request) -> Known:
    """What is known of a request: read once, and kept with it."""
    found: Known | None = getattr(request.state, "known", None)
    if found is None:
        found = request.state.known = _known(request)
    return found


def visit_of(request: Request, sent: SentForm) -> Visit:
    """The visit that a request makes.

    Raises SignInFirst, SetUpFirst, NotHere, NotOpen, ForgedForm, NotKept; NothingShown where it is a HEAD.
    """
    area = area_of(request.scope["route"])
    if area is None:
        raise NotHere
    known = known_of(request)
    if known.session is None and area != "public":
        raise SignInFirst(keep_what_came(request, known.served, area, sent, known.now) or _address(request))
    if known.session is not None and known.session.setup and area not in ("public", "account"):
        raise SetUpFirst
    if request.method not in READS and known.session is not None:
        _is_ours(known.session, sent)
        sent = sent_again(request, known.served, known.session.person, sent, known.now)
    ref, related = _related(request, known, area)
    access = decide_access(known.viewer, area, related)
    if not access.allowed:
        raise NotHere if access.hidden_as_missing else NotOpen
    if request.method == "HEAD" and area != "public":
        raise NothingShown
    return Visit(request, known, sent, area, ref, related)


Visited = Annotated[Visit, Depends(visit_of)]


def _known(request: Request) -> Known:
    served: Served = request.app.state.served
    now = served.now()
    served.running.look_again(now)
    token = request.cookies.get(served.cookie, "")
    session = served.accounts.session(token, now) if token else None
    wished = session.language if session is not None else None
    language = wished or best_language(request.headers.get("accept-language", ""), served.running.settings.language)
    words = Words(language, served.running.rules.calendar.zone, now, translated=served.translated)
    return Known(served, now, words, session, _viewer(served, session))


def _is_ours(session: Session, sent: Sent) -> None:
    if not hmac.compare_digest(sent.get("csrf").encode(), session.csrf.encode()):
        raise ForgedForm


def _viewer(served: Served, session: Session | None) -> Viewer:
    """Whoever a session names, by the titles that count now."""
    person = served.running.house.people.person(session.person) if session is not None else None
    if session is None or person is None:
        return NOBODY
    return viewer_of(person, served.running.house.workflows.current(None).workflow, session.acting)


def _related(request: Request, known: Known, area: Area) -> tuple[str, Relation]:
    """The instance that the address names in its one form, and what the viewer has to do with it."""
    if area not in OF_A_CASE or "ref" not in request.path_params:
        return "", Relation.NONE
    try:
        ref = read_reference(request.path_params["ref"])
    except HomewardError as problem:
        raise NotHere from problem
    return ref, relation(known.served.running.house, known.viewer, ref, known.now)


def _address(request: Request) -> str:
    """Where to go on after signing in: a page that was asked for; what a form sent cannot be asked for again."""
    return quote(request.url.path) if request.method in READS else ""
