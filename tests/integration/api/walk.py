"""A walk past every place of the API, each asked once: what it really answers, and the source of the examples.

`python -m tests.integration.api.walk` writes the examples anew; a test says when that is needed.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from cases.outbox import InboxMessage
from cases.staff import HouseWrites
from interfaces.api.examples import FILE
from tests.integration.api.serving import Answered, Api, answering, make_home
from wiring.clock import VirtualClock

FIRST = dt.datetime(2027, 3, 1, 2, 0, tzinfo=dt.UTC)
SHORT = 3
"""So many rows of a list make an example."""


@dataclass
class Walked:
    """What was answered, by the name of each operation."""

    documents: dict[str, Any] = field(default_factory=dict)

    def keep(self, named: str, answer: Answered, *, status: int = 200) -> Any:
        """Keep an answer, which must have this status."""
        assert answer.status == status, (named, answer.response.text)
        if not answer.response.content:
            return None
        media = answer.response.headers["Content-Type"]
        told = answer.told if "json" in media and "jsonl" not in media else answer.response.text
        self.documents[named] = told
        return told


def walk(api: Api) -> Walked:
    """Ask every place once, in a small house."""
    kept = Walked()
    case = _steps(api, kept)
    _reading(api, kept, case)
    _time_and_notices(api, kept, case)
    _workflows(api, kept)
    _evidence(api, kept, case)
    return kept


def _steps(api: Api, kept: Walked) -> str:
    facts = {"age_group": "uncertain", "needs": ["food", "doctor"]}
    case: str = kept.keep("open_case", api.post("sok", "/cases", {"facts": facts}), status=201)["ref"]
    here = f"/instances/{case}"
    body = {"process": "visit", "under": case, "facts": {"place": "the river"}}
    kept.keep("open_instance", api.post("sok", "/instances", body), status=201)
    kept.keep("assign", api.post("dara", f"{here}/assignments", {"person": "nita", "role": "interviewer"}))
    kept.keep("refused", api.post("nita", f"{here}/actions/start_interview", {}), status=409)
    kept.keep("not_yet", api.post("sok", f"{here}/actions/hold_meeting", {}), status=409)
    wrong = kept.keep("record_facts", api.post("sok", f"{here}/facts", {"facts": {"age_group": "adult"}}))["seq"]
    right = {"entry": wrong, "facts": {"age_group": "child"}, "reason": "the wrong person"}
    kept.keep("correct_facts", api.post("sok", f"{here}/corrections", right))
    api.post("maly", f"{here}/facts", {"facts": {"medical_care": "delivered"}})
    kept.keep("attempt_action", api.post("nita", f"{here}/actions/start_interview", {}))
    file = {"content": b"signed", "headers": {"Content-Type": "application/pdf"}}
    kept.keep("put_document", api.post("sok", f"{here}/documents/consent_form", **file))
    kept.keep("get_document", api.get("sok", f"{here}/documents/consent_form"))
    other = api.case()
    attempt = api.post("sok", f"/instances/{other}/actions/close", {"reason": "moved away"}).told["attempt"]
    kept.keep("list_overrides", api.get("dara", "/overrides"))
    kept.keep("overrides_of_instance", api.get("sok", f"/instances/{other}/overrides"))
    said = {"answer": "yes", "reason": "seen"}
    kept.keep("answer_override", api.post("dara", f"/instances/{other}/overrides/{attempt}", said))
    kept.keep("unassign", api.post("dara", f"/instances/{other}/unassignments", {"role": "interviewer"}))
    return case


def _reading(api: Api, kept: Walked, case: str) -> None:
    here = f"/instances/{case}"
    kept.keep("list_cases", api.get("sok", "/cases?limit=2"))
    kept.keep("list_instances", api.get("sok", "/instances?process=visit"))
    kept.keep("show_case", api.get("sok", f"/cases/{case}"))
    kept.keep("show_instance", api.get("nita", here))
    kept.keep("list_children", api.get("sok", f"{here}/children"))
    kept.keep("why", api.get("sok", f"{here}/why"))
    kept.keep("why_action", api.get("sok", f"{here}/why/hold_meeting"))
    kept.keep("me", api.get("sok", "/people/me"))


def _time_and_notices(api: Api, kept: Walked, case: str) -> None:
    here = f"/instances/{case}"
    kept.keep("deadlines_of_instance", api.get("sok", f"{here}/deadlines?explain=true"))
    kept.keep("show_deadline", api.get("sok", f"{here}/deadlines/needs_review"))
    kept.keep("list_deadlines", api.get("sok", "/deadlines?until=2999-01-01&explain=true"))
    kept.keep("list_tasks", api.get("sok", "/tasks"))
    message = InboxMessage("ef" * 32, "sok", api.served.now(), f"{case}: review by Tuesday.", urgent=False)
    with api.running.store.step() as tx:
        tx.administer(HouseWrites(api.served.now(), {}, told=(message,)))
    kept.keep("list_notices", api.get("sok", "/notices"))
    kept.keep("mark_notice_read", api.post("sok", f"/notices/{message.id}/read"), status=204)
    made = kept.keep("make_calendar", api.post("sok", "/people/me/calendar"), status=201)
    kept.keep("my_calendar", api.get("sok", "/people/me/calendar"))
    kept.keep("read_calendar", Answered(api.client.get(made["address"].partition("/api/v1")[2])))
    kept.keep("end_calendar", api.ask("sok", "DELETE", "/people/me/calendar"), status=204)


def _workflows(api: Api, kept: Walked) -> None:
    (one,) = kept.keep("list_workflows", api.get("sok", "/workflows"))["workflows"]
    version = f"/workflows/{one['workflow']}/versions/{one['hash']}"
    kept.keep("list_versions", api.get("sok", f"/workflows/{one['workflow']}/versions"))
    kept.keep("show_version", api.get("sok", version))
    kept.keep("draw_version", api.get("sok", f"{version}/diagram?process=visit&format=mermaid"))
    kept.keep("cover_version", api.get("sok", f"{version}/coverage"))
    kept.keep("check_version", api.get("sok", f"{version}/check"))


def _evidence(api: Api, kept: Walked, case: str) -> None:
    kept.keep("journal_of_instance", api.get("sok", f"/instances/{case}/journal"))
    kept.keep("trace", api.get("rithy", f"/trace?case={case}&outcome=refused"))
    kept.keep("export_cases", api.get("sok", "/exports/cases"))
    kept.keep("export_trace", api.get("rithy", f"/exports/trace?case={case}&outcome=refused"))


def short(value: Any) -> Any:
    """A document with its lists cut."""
    if isinstance(value, dict):
        return {name: short(one) for name, one in value.items()}
    return [short(one) for one in value[:SHORT]] if isinstance(value, list) else value


def write() -> None:
    """Write the examples anew."""
    with (
        tempfile.TemporaryDirectory() as folder,
        answering(make_home(Path(folder) / "house"), VirtualClock(FIRST)) as api,
    ):
        told = {named: short(one) for named, one in walk(api).documents.items()}
    made = told["make_calendar"]
    made["address"] = "https://cases.example.org/api/v1/calendars/homeward_" + "A" * 43 + ".ics"
    FILE.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    write()
