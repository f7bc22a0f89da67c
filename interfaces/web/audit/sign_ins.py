"""The record of sign-ins and of changes of accounts, as auditors read it: codes for people, newest first."""

from __future__ import annotations

import re
from dataclasses import replace

from fastapi.responses import Response

from access.account_store import SignIn
from access.screens import REGISTERS
from interfaces.web.audit.registers import said_register
from interfaces.web.audit.trace import house_codes
from interfaces.web.places import Places
from interfaces.web.visit import Visited
from interfaces.words.sign_ins import sign_in_sentence

places = Places()
SHOWN = 50
NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@places.page("/audit/sign-ins", area="audit")
def sign_ins_page(visit: Visited, before: str = "") -> Response:
    """Who came in, and how; who tried; who made links or took second factors away, and for whom."""
    code = house_codes(visit).now()
    start = int(before) if NUMBER.fullmatch(before) else None
    found = visit.served.running.store.accounts.sign_ins(None, start, SHOWN + 1)

    def said(line: SignIn) -> str:
        by = code(line.by) if line.by is not None else None
        name = code(line.person) if line.person is not None else ""
        mine = replace(line, by=by, person=name or None)
        return sign_in_sentence(visit.words, mine, name)

    return visit.page(
        "audit/sign_ins.html",
        kinds=[(one, said_register(visit, one)) for one in REGISTERS],
        rows=[(visit.words.when(one.at, with_time=True), said(one), one.network, one.number) for one in found[:SHOWN]],
        more=f"/audit/sign-ins?before={found[SHOWN - 1].number}" if len(found) > SHOWN else "",
        first="/audit/sign-ins" if start is not None else "",
    )
