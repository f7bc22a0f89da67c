"""`/me`: how the pages look, which role somebody acts in, and the keys to their account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from babel import Locale
from fastapi.responses import Response

from access.account_store import SCOPES, Scope, SignIn, Theme
from access.calendars import CALENDAR
from access.figures import Refused, SignedIn
from access.tokens import NewToken
from cases.errors import UnknownName
from interfaces.web.account.cookies import token_of, with_session, without_session
from interfaces.web.account.says import said_refusal, said_scope
from interfaces.web.account.sign_in import raw
from interfaces.web.account.told_of import told_of
from interfaces.web.places import Places
from interfaces.web.visit import Visit, Visited
from interfaces.words.catalogues import languages
from interfaces.words.sign_ins import sign_in_sentence

places = Places()
WRONG = 422
NEWEST = 20
"""So many lines of the record of sign-ins somebody sees of their own account."""
THEMES: tuple[Theme, ...] = ("device", "light", "dark")
DAYS = (7, 30, 90, 366)
OWN_SCOPES: tuple[Scope, ...] = tuple(scope for scope in SCOPES if scope != "administer")


@dataclass(frozen=True, slots=True)
class Line:
    """Something of one's account that can be ended: what it is, what is known of it, and by which id."""

    id: str
    name: str
    said: str
    here: bool = False


@places.page("/me", area="account")
def me(visit: Visited) -> Response:
    """Everything about oneself."""
    return me_page(visit)


@places.form("/me/look", area="account")
def look(visit: Visited) -> Response:
    """Keep language and theme."""
    language = visit.sent.get("language")
    theme: Theme = next((one for one in THEMES if one == visit.sent.get("theme")), "device")
    chosen = language if language in languages() else None
    if not visit.served.accounts.choose(token_of(visit), chosen, theme, visit.now):
        return me_page(visit, said_refusal(visit.words, Refused("demo" if visit.served.demo else "signed_out")))
    return visit.go_to("/me#look")


@places.form("/me/role", area="account")
def role(visit: Visited) -> Response:
    """Act in one of one's roles, or in all of them."""
    done = visit.served.accounts.act_as(token_of(visit), visit.sent.get("title") or None, visit.now)
    if done is None:
        raise UnknownName(visit.words.gettext("You do not have this role. Choose one of yours."))
    return with_session(visit, done, visit.go_to(_next(visit) or "/"))


@places.form("/me/password", area="account")
def password(visit: Visited) -> Response:
    """Take another password."""
    new = raw(visit, "new")
    if new != raw(visit, "again"):
        return me_page(visit, visit.words.gettext("The two are not the same. Enter the new password twice."))
    done = visit.served.accounts.factors.change_password(token_of(visit), raw(visit, "old"), new, visit.now)
    return changed(visit, done, visit.words.gettext("Your password was changed. Other sessions were ended."))


@places.form("/me/tokens", area="account")
def make_token(visit: Visited) -> Response:
    """Make an API token, which is shown this once."""
    days = visit.sent.number("days")
    lasts = dt.timedelta(days=days) if days in DAYS else None
    lasts = min(lasts, visit.served.accounts.figures.longest_token) if lasts is not None else None
    scopes = [scope for scope in visit.sent.all("scopes") if scope in _scopes(visit)]
    if not scopes or not visit.sent.get("name"):
        return me_page(visit, visit.words.gettext("Say what the token is for, and what it may do."))
    made = visit.served.accounts.tokens.make_own(
        token_of(visit), visit.sent.get("name"), scopes, visit.now, lasts, raw(visit, "old") or None
    )
    if isinstance(made, NewToken):
        values: dict[str, Any] = {
            "secret": made.secret,
            "name": made.token.name,
            "until": visit.words.when(made.token.ends_at),
        }
        return visit.page("account/token_made.html", **values)
    return me_page(visit, said_refusal(visit.words, made))


@places.form("/me/tokens/revoke", area="account")
def revoke_token(visit: Visited) -> Response:
    """End an API token; twice is the same as once."""
    tokens = visit.served.accounts.tokens
    if any(one.id == visit.sent.get("id") for one in tokens.living(visit.person, visit.now)):
        tokens.revoke(visit.person, visit.sent.get("id"), visit.now)
    return visit.go_to("/me#tokens")


@places.form("/me/sessions/end", area="account")
def end_session(visit: Visited) -> Response:
    """End a session of one's own, here or elsewhere."""
    id_ = visit.sent.get("id")
    visit.served.accounts.sessions.end_one(visit.person, id_, visit.now)
    if visit.session is not None and id_ == visit.session.id:
        return without_session(visit, visit.go_to("/sign-in"))
    return visit.go_to("/me#sessions")


def me_page(visit: Visit, problem: str = "", done: str = "") -> Response:
    """The page about oneself, with what went wrong or was done."""
    accounts, person, session = visit.served.accounts, visit.person, visit.session
    account = accounts.account(person)
    words = visit.words
    living = accounts.sessions.of(person, visit.now)
    values: dict[str, Any] = {
        "problem": problem,
        "done": done,
        "session": session,
        "next": _next(visit),
        "languages": [(one, Locale.parse(one).get_display_name(one) or one) for one in languages()],
        "titles": _titles(visit),
        "own": _own_record(visit),
        "has_password": account is not None and account.password is not None,
        "has_code": account is not None and account.totp_secret is not None,
        "passkeys": [
            Line(one.id, one.name, _used(visit, one.made_at, one.used_at)) for one in accounts.factors.passkeys(person)
        ],
        "offers_passkeys": accounts.factors.offers_passkeys,
        "codes_left": accounts.factors.codes_left(person),
        "needs_second": accounts.needs_second(person),
        "tokens": [
            Line(one.id, one.name, _used(visit, one.made_at, one.used_at))
            for one in accounts.tokens.living(person, visit.now)
            if one.scopes != CALENDAR
        ],
        "scopes": [(one, said_scope(words, one)) for one in _scopes(visit)],
        "days_offered": [(one, one) for one in DAYS if dt.timedelta(days=one) <= accounts.figures.longest_token],
        "sessions": [
            Line(
                one.id,
                one.network or words.gettext("unknown network"),
                words.gettext("since %(when)s", when=words.when(one.signed_in_at, with_time=True)),
                session is not None and one.id == session.id,
            )
            for one in living
        ],
    }
    values["record"] = [
        (
            words.when(one.at, with_time=True),
            sign_in_sentence(words, _by_name(visit, one), visit.names(person)),
            one.network,
        )
        for one in visit.served.running.store.accounts.sign_ins(person, None, NEWEST)
    ]
    values |= told_of(visit) | {"staff": "staff" in visit.viewer.posts}
    return visit.page("account/me.html", status=WRONG if problem else 200, **values)


def _own_record(visit: Visit) -> str | None:
    """The reference of what stands for whoever looks, if they may open it."""
    if not visit.viewer.posts:
        return None
    with visit.served.running.store.look() as tx:
        return tx.person_ref(visit.person)


def _by_name(visit: Visit, line: SignIn) -> SignIn:
    """A line of the record, with what whoever did it is called, if that was somebody else."""
    return line if line.by in (None, line.person) else replace(line, by=visit.names(str(line.by)))


def changed(visit: Visit, done: SignedIn | Refused, said: str) -> Response:
    """What follows a change of one's keys: the new token, and recovery codes where some were made."""
    if isinstance(done, Refused):
        return me_page(visit, said_refusal(visit.words, done))
    if done.codes:
        setup_done = visit.session is not None and visit.session.setup
        values: dict[str, Any] = {"codes": done.codes, "csrf": done.session.csrf, "setup_done": setup_done}
        return with_session(visit, done, visit.page("account/codes.html", **values))
    return with_session(visit, done, me_page(visit, done=said))


def _scopes(visit: Visit) -> Sequence[Scope]:
    """What a token of this person may do at most."""
    return SCOPES if "administrator" in visit.viewer.titles else OWN_SCOPES


def _titles(visit: Visit) -> list[tuple[str, str]]:
    """The roles of the person, with what they are called."""
    found = visit.house.people.person(visit.person)
    workflow = visit.house.workflows.current(None).workflow
    titles = sorted(found.titles) if found is not None else []
    return [
        (title, visit.words.label(workflow, "roles", title, "says", otherwise=_spoken(visit, title)))
        for title in titles
    ]


def _spoken(visit: Visit, title: str) -> str:
    match title:
        case "administrator":
            return visit.words.gettext("administrator")
        case "auditor":
            return visit.words.gettext("auditor")
    return title.replace("_", " ")


def _used(visit: Visit, made: dt.datetime, used: dt.datetime | None) -> str:
    words = visit.words
    if used is None:
        return words.gettext("made %(when)s, not used yet", when=words.when(made))
    return words.gettext(
        "made %(when)s, last used %(used)s", when=words.when(made), used=words.when(used, with_time=True)
    )


def _next(visit: Visit) -> str:
    said = visit.sent.get("next") or visit.request.query_params.get("next", "")
    return (
        said if said.startswith("/") and not said.startswith("//") and "\\" not in said and said.isprintable() else ""
    )
