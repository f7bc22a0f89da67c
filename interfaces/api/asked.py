"""One request: who asks, with which token or session, about which instance, and whether that is open to them.

`admit` is the only way in. It runs before anything of a body is read, asks the same `decide_access` as the pages, and
does the same work for an instance that is not there as for one that is not theirs.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from access.account_store import Scope
from access.decide import NOBODY, Area, Relation, Viewer, decide_access, viewer_of
from access.relation import Reach, reach_of, relation
from access.screens import Screens
from cases.errors import UnknownReference
from cases.house import House
from cases.reference import read_reference
from interfaces.api.problems import ApiProblem, Wrong, seconds
from interfaces.web.places import area_of
from interfaces.web.served import Served
from state_machine.view import Actor
from wiring.rates import Rate, Rates

SCOPE = "x-scope"
DECIDES = "x-decides"
OF_A_CASE: frozenset[Area] = frozenset({"case", "case_act", "narrative"})
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEY = re.compile(r"[A-Za-z0-9._:\-]{1,200}")
TAG = re.compile(r'(?:W/)?"(\d{1,15})"')
BY_TOKEN, BY_ADDRESS = "token", "address"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks. `scopes` are those of a token; None for a browser's session, which may do what its person may.

    `by` is the id of the token or session, by which requests are counted.
    """

    viewer: Viewer = NOBODY
    scopes: frozenset[Scope] | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An admitted request. `now` (aware, UTC) is the same for the whole of it.

    `ref` is the instance that the address names, in its one form; `key` the idempotency key of a request that changes
    something; `if_revision` the revision that the asker saw.
    """

    served: Served
    now: dt.datetime
    identity: Identity
    ref: str = ""
    relation: Relation = Relation.NONE
    key: str = ""
    if_revision: int | None = None

    @property
    def house(self) -> House:
        """The house whose door is knocked at."""
        return self.served.running.house

    @property
    def screens(self) -> Screens:
        """What lists read."""
        return self.served.running.store.screens

    @property
    def viewer(self) -> Viewer:
        """Whoever asks."""
        return self.identity.viewer

    @property
    def person(self) -> str:
        """The name of whoever asks; only at public places is there nobody."""
        assert self.viewer.person is not None
        return self.viewer.person

    @property
    def reach(self) -> Reach:
        """How far whoever asks sees."""
        return reach_of(self.house, self.viewer, self.now)

    @property
    def actor(self) -> Actor:
        """Whoever asks, as the one door knows them."""
        return self.house.actor(self.person, self.viewer.acting)

    def enter(self, text: str, area: Area) -> str:
        """The one form of a reference that came in a body, where it is open to whoever asks. Raises ApiProblem."""
        ref, related = related_to(self.served, self.viewer, text, self.now)
        _decide(self.viewer, area, related)
        return ref

    def may_open(self, ref: str) -> bool:
        """Whether an instance that is there is open to whoever asks."""
        related = relation(self.house, self.viewer, ref, self.now)
        return decide_access(self.viewer, "case", related).allowed


def asked_of(request: Request) -> Asked:
    """The request as it was admitted."""
    asked: Asked = request.state.asked
    return asked


An = Annotated[Asked, Depends(asked_of)]


def admit(request: Request, rates: Rates) -> Asked:
    """Let a request in, or say why not. Raises ApiProblem."""
    served: Served = request.app.state.served
    route = request.scope["route"]
    area = area_of(route)
    if area is None:
        raise ApiProblem("no_such_place")
    _count(request, rates, BY_ADDRESS, request.client.host if request.client else "")
    now = served.now()
    served.running.look_again(now)
    extra: Mapping[str, Any] = route.openapi_extra or {}
    # A whole register is not taken out by an address that somebody was made to follow.
    marked = request.method in CHANGES or extra.get(SCOPE) == "export"
    identity = Identity() if area == "public" else _identity(request, served, now, marked)
    if area != "public":
        _count(request, rates, BY_TOKEN, identity.by)
    _has_scope(identity, extra.get(SCOPE))
    ref, related = "", Relation.NONE
    if area in OF_A_CASE:
        ref, related = related_to(served, identity.viewer, request.path_params["ref"], now)
    _decide(identity.viewer, area, related)
    changes = request.method in CHANGES
    key = _key(request) if changes else ""
    return Asked(served, now, identity, ref, related, key, _revision(request) if extra.get(DECIDES) else None)


def related_to(served: Served, viewer: Viewer, text: str, now: dt.datetime) -> tuple[str, Relation]:
    """A reference in its one form, and what the viewer has to do with its instance; what is none is not there."""
    try:
        ref = read_reference(text)
    except UnknownReference:
        ref = ""
    return ref, relation(served.running.house, viewer, ref, now)


def _decide(viewer: Viewer, area: Area, related: Relation) -> None:
    access = decide_access(viewer, area, related)
    if access.allowed:
        return
    if access.reason == "sign_in":
        raise ApiProblem("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
    raise ApiProblem("not_found" if access.hidden_as_missing else "not_open_to_you")


def _identity(request: Request, served: Served, now: dt.datetime, marked: bool) -> Identity:
    """Whoever a token or a session names; with `marked` a session brings its mark along. Raises ApiProblem."""
    said = request.headers.get("authorization")
    wished = request.headers.get("homeward-role")
    if said is None:
        return _by_session(request, served, wished, now, marked)
    scheme, _, token = said.partition(" ")
    holder = served.accounts.bearer(token.strip(), now) if scheme.lower() == "bearer" else None
    if holder is None:
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise ApiProblem("not_signed_in", detail="The token is unknown, has ended or was revoked.", headers=headers)
    return Identity(_viewer(served, holder.person, wished), holder.scopes, holder.id)


def _by_session(request: Request, served: Served, wished: str | None, now: dt.datetime, marked: bool) -> Identity:
    token = request.cookies.get(served.cookie, "")
    session = served.accounts.session(token, now) if token else None
    if session is None:
        raise ApiProblem("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
    if session.setup:
        raise ApiProblem("set_up_first")
    if marked:
        mark = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(mark.encode(), session.csrf.encode()):
            raise ApiProblem("forged")
    return Identity(_viewer(served, session.person, wished or session.acting), None, session.id)


def _viewer(served: Served, name: str, acting: str | None) -> Viewer:
    """Somebody by the titles that count now. Raises ApiProblem where they lack the one they wish to act in."""
    person = served.running.house.people.person(name)
    if person is None:
        raise ApiProblem("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
    if acting is not None and acting not in person.titles:
        raise ApiProblem("bad_input", wrong=(Wrong("Homeward-Role", "one of your own roles"),))
    return viewer_of(person, served.running.house.workflows.current(None).workflow, acting)


def _has_scope(identity: Identity, needed: Scope | None) -> None:
    if needed is None or identity.scopes is None or needed in identity.scopes:
        return
    headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'}
    raise ApiProblem("scope_missing", more={"scope": needed}, headers=headers)


def _count(request: Request, rates: Rates, name: str, who: str) -> None:
    """Count this request; the count nearest to its end is told with the answer. Raises ApiProblem."""
    rate = rates.take(name, who)
    before: Rate | None = getattr(request.state, "rate", None)
    if before is None or rate.left < before.left:
        request.state.rate = rate
    if not rate.allowed:
        raise ApiProblem("too_often", headers={"Retry-After": seconds(rate.reset)})


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if KEY.fullmatch(key) is None:
        raise ApiProblem("key_missing")
    return key


def _revision(request: Request) -> int | None:
    """The revision that `If-Match` names; None where there is none, or it says that any will do."""
    said = request.headers.get("if-match")
    if said is None or said.strip() == "*":
        return None
    found = TAG.fullmatch(said.strip())
    if found is None:
        raise ApiProblem("tag_unreadable")
    return int(found.group(1))
