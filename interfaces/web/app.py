"""The app: pages and API of one running house, behind the same headers, limits and errors."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from interfaces.api.app import PREFIX, create_api
from interfaces.web import front, health, leave
from interfaces.web.account import demo, factors, kept, me, sign_in, told, welcome
from interfaces.web.account.renewal import RenewedSessions
from interfaces.web.administration import editor, migration, workflows
from interfaces.web.administration import health as house_health
from interfaces.web.administration import notices as texts
from interfaces.web.administration import people as staff_people
from interfaces.web.audit import evidence, integrity, narrative, process_map, registers, trace
from interfaces.web.audit import sign_ins as sign_in_record
from interfaces.web.audit import views as kept_views
from interfaces.web.faults import Unforeseen, tell_faults
from interfaces.web.headers import SafeHeaders
from interfaces.web.served import Served
from interfaces.web.staff import (
    act,
    affairs,
    below,
    case,
    cases,
    clauses,
    dates,
    emergency,
    history,
    naming,
    notices,
    opening,
    people,
    record,
    search,
    summary,
    tasks,
    why,
    work,
)
from interfaces.web.statics import Statics
from interfaces.web.supervision import about_people, approvals, bulk, member, team, versions
from interfaces.web.supervision import migration as ordered

# Every part of the house, in the order in which its routes are asked.
ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    demo.places.router,
    front.places.router,
    leave.places.router,
    sign_in.places.router,
    welcome.places.router,
    me.places.router,
    told.places.router,
    kept.places.router,
    factors.places.router,
    opening.places.router,
    affairs.places.router,
    case.places.router,
    why.places.router,
    act.places.router,
    record.places.router,
    below.places.router,
    history.places.router,
    dates.places.router,
    tasks.places.router,
    people.places.router,
    work.places.router,
    cases.places.router,
    search.places.router,
    naming.places.router,
    notices.places.router,
    clauses.places.router,
    summary.places.router,
    trace.places.router,
    registers.places.router,
    sign_in_record.places.router,
    kept_views.places.router,
    process_map.places.router,
    evidence.places.router,
    integrity.places.router,
    narrative.places.router,
    emergency.places.router,
    team.places.router,
    bulk.places.router,
    member.places.router,
    house_health.places.router,
    workflows.places.router,
    migration.places.router,
    ordered.places.router,
    editor.places.router,
    staff_people.places.router,
    texts.places.router,
    versions.places.router,
    about_people.places.router,
    approvals.places.router,
)
STATIC = Path(__file__).with_name("static")


def create_app(served: Served) -> FastAPI:
    """The app that serves a house. It has no pages of its own documentation; the API brings its description along."""
    app = FastAPI(title="Homeward", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.served = served
    for router in ROUTERS:
        app.include_router(router)
    app.mount(PREFIX, create_api(served))
    app.mount("/static", Statics(directory=STATIC), name="static")
    tell_faults(app)
    app.add_middleware(Unforeseen)
    app.add_middleware(RenewedSessions, served=served)
    app.add_middleware(SafeHeaders, secure=served.secure, may_leave_to=served.running.settings.exit_address)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    return app
