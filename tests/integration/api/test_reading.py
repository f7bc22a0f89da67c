"""What can be read: lists with cursors, deadlines with their explanation, notices, workflows, the trace, exports."""

from __future__ import annotations

import base64
import csv
import io
import json

import pytest

from cases.outbox import InboxMessage
from cases.staff import HouseWrites
from interfaces.api.models import CheckTold, DefinitionTold
from tests.integration.api.serving import Api, answering, make_home


class TestCases:
    def test_come_in_pages_the_newest_first(self, api: Api) -> None:
        mine = [api.post("lin", "/cases", {}).told["ref"] for _ in range(5)]
        told = api.get("lin", "/cases?limit=2").told
        found, pages = told["instances"], 1
        while told["next"] is not None:
            told = api.get("lin", f"/cases?limit=2&cursor={told['next']}").told
            found, pages = found + told["instances"], pages + 1
        assert ([one["ref"] for one in found], pages) == (mine[::-1], 3)
        assert all(one["yours"] for one in found)

    def test_are_those_that_one_may_open(self, api: Api, case: str) -> None:
        assert case in self._listed(api, "sok")
        assert case in self._listed(api, "dara")
        assert case not in self._listed(api, "lin")

    def test_are_filtered_by_where_they_stand(self, api: Api, case: str) -> None:
        assert case in self._listed(api, "sok", "&track=case&state=open&over=false")
        assert case not in self._listed(api, "sok", "&track=case&state=closed")
        assert case not in self._listed(api, "sok", "&over=true")
        assert api.get("sok", "/cases?track=case").status == 422

    @pytest.mark.parametrize("cursor", ["!", "AAAA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "w7w"])
    def test_go_on_where_a_page_ended_and_nowhere_else(self, api: Api, cursor: str) -> None:
        assert api.get("sok", f"/cases?cursor={cursor}").status == 422

    def test_of_other_processes_are_listed_by_process(self, api: Api, case: str) -> None:
        body = {"process": "visit", "under": case, "facts": {"place": "x"}}
        visit = api.post("sok", "/instances", body).told["ref"]
        for who, there in (("sok", True), ("dara", True), ("lin", False)):
            listed = [one["ref"] for one in api.get(who, "/instances?process=visit&limit=100").told["instances"]]
            assert (visit in listed) is there, who

    def test_a_case_is_shown_as_one_and_nothing_else_is(self, api: Api, case: str) -> None:
        body = {"process": "visit", "under": case, "facts": {"place": "x"}}
        visit = api.post("sok", "/instances", body).told["ref"]
        assert api.get("sok", f"/cases/{case}").status == 200
        assert api.get("sok", f"/cases/{visit}").status == 404

    def test_without_facts_nothing_is_journaled(self, api: Api, case: str) -> None:
        api.post("maly", f"/instances/{case}/facts", {"facts": {"medical_care": "offered"}})
        clear = api.get("nita", f"/instances/{case}?facts=false").told
        assert (clear["facts"], clear["clear_only"]) == ({}, True)
        assert "case:fact:seen" not in api.kinds(case)
        assert api.get("nita", f"/instances/{case}").told["facts"]["medical_care"]["value"] == "offered"
        assert api.kinds(case)[-1] == "case:fact:seen"

    @staticmethod
    def _listed(api: Api, who: str, more: str = "") -> list[str]:
        return [one["ref"] for one in api.get(who, f"/cases?limit=100{more}").told["instances"]]


class TestTime:
    def test_a_deadline_explains_its_date(self, api: Api, case: str) -> None:
        (line,) = api.get("sok", f"/instances/{case}/deadlines").told["due"]
        assert (line["deadline"], line["people"]) == ("needs_review", ["sok"])
        told = api.get("sok", f"/instances/{case}/deadlines/needs_review").told
        assert (told["why"]["figure"], told["why"]["source"]["house"]) == ("P5D", "supervisor")
        assert api.get("sok", f"/instances/{case}/deadlines/other").status == 422

    def test_deadlines_are_those_of_what_one_may_open(self, api: Api, case: str) -> None:
        for who, there in (("sok", True), ("dara", True), ("lin", False)):
            told = api.get(who, "/deadlines?until=2999-01-01&explain=true").told
            lines = {line["ref"]: line for line in told["due"]}
            assert (case in lines) is there, who
        assert api.get("sok", "/deadlines").told["due"] == []
        assert api.get("dara", "/deadlines?until=2999-01-01&for=nita").told["due"] == []

    def test_tasks_are_ones_own(self, api: Api, case: str) -> None:
        (task,) = [one for one in api.get("sok", "/tasks").told["tasks"] if one["ref"] == case]
        assert (task["deadline"], task["owner"], task["kind"]) == ("needs_review", "sok", "task")
        assert case not in [one["ref"] for one in api.get("lin", "/tasks").told["tasks"]]
        assert api.get("sok", "/tasks?until=2000-01-01").told["tasks"] == []


class TestNotices:
    @pytest.fixture
    def told(self, api: Api) -> str:
        """A notice in the inbox of vuth."""
        message = InboxMessage("ab" * 32, "vuth", api.served.now(), "A task is due.", urgent=False)
        with api.running.store.step() as tx:
            tx.administer(HouseWrites(api.served.now(), {}, told=(message,)))
        return message.id

    def test_are_ones_own_and_marked_by_oneself(self, api: Api, told: str) -> None:
        (notice,) = api.get("vuth", "/notices").told["notices"]
        assert (notice["id"], notice["text"], notice["read_at"]) == (told, "A task is due.", None)
        assert api.post("lin", f"/notices/{told}/read").status == 204
        assert api.get("vuth", "/notices").told["unread"] == 1
        assert api.post("vuth", f"/notices/{told}/read").status == 204
        first = api.get("vuth", "/notices").told
        assert (first["unread"], first["notices"][0]["read_at"] is None) == (0, False)
        assert api.post("vuth", f"/notices/{told}/read").status == 204
        assert api.get("vuth", "/notices").told["notices"] == first["notices"]


class TestWorkflows:
    @pytest.fixture
    def version(self, api: Api) -> str:
        """The address of the version that is in force."""
        (one,) = api.get("sok", "/workflows").told["workflows"]
        return f"/workflows/{one['workflow']}/versions/{one['hash']}"

    def test_tell_their_versions(self, api: Api, version: str) -> None:
        (told,) = api.get("sok", "/workflows/harbour/versions").told["versions"]
        assert (version.endswith(told["hash"]), told["in_force"]) == (True, True)
        assert api.get("sok", "/workflows/elsewhere/versions").status == 404
        assert api.get("sok", f"/workflows/harbour/versions/{'0' * 64}").status == 404

    def test_say_what_a_version_says(self, api: Api, version: str) -> None:
        told = api.get("adam", version)
        DefinitionTold.model_validate(told.told)
        assert "start_interview" in told.told["processes"]["case"]["actions"]

    def test_are_drawn(self, api: Api, version: str) -> None:
        drawn = api.get("sok", f"{version}/diagram?process=visit")
        assert (drawn.response.headers["Content-Type"], drawn.response.text[:4]) == ("image/svg+xml", "<svg")
        mermaid = api.get("sok", f"{version}/diagram?format=mermaid").response.text
        assert "start_interview" in mermaid or "interviewing" in mermaid
        assert api.get("sok", f"{version}/diagram?process=voyage").status == 422

    def test_are_covered_and_checked(self, api: Api, version: str) -> None:
        covered = api.get("rithy", f"{version}/coverage").told
        assert {one["id"]: one["status"] for one in covered["clauses"]} == {"HB-1.1": "carried", "HB-1.2": "outside"}
        checked = api.get("adam", f"{version}/check").told
        CheckTold.model_validate(checked)
        assert checked["proofs"]


class TestTheTrace:
    def test_is_searched_without_names(self, api: Api, case: str) -> None:
        api.post("nita", f"/instances/{case}/actions/start_interview", {})
        told = api.get("rithy", f"/trace?case={case}&outcome=refused&guard=care_answered").told
        (entry,) = told["entries"]
        assert (told["count"], told["cases"], entry["clear"]["because"]) == (1, 1, ["care_answered"])
        assert entry["clear"]["actor"].startswith("P-")
        assert "nita" not in json.dumps(told)
        mine = api.get("rithy", f"/trace?case={case}&person={entry['clear']['actor']}").told
        assert {one["clear"]["actor"] for one in mine["entries"]} == {entry["clear"]["actor"]}

    def test_comes_in_pages(self, api: Api, case: str) -> None:
        for wish in ("one", "two", "three"):
            api.post("sok", f"/instances/{case}/facts", {"facts": {"wishes": wish}})
        whole = api.get("rithy", f"/trace?case={case}").told["entries"]
        first = api.get("rithy", f"/trace?case={case}&limit=2").told
        second = api.get("rithy", f"/trace?case={case}&limit=2&cursor={first['next']}").told
        assert [*first["entries"], *second["entries"]] == whole[:4]

    def test_knows_codes_and_times(self, api: Api) -> None:
        assert api.get("rithy", "/trace?person=P-9000").told["kind"] == "unknown_name"
        assert api.get("rithy", "/trace?since=2999-01-01").told["count"] == 0
        assert api.get("rithy", "/trace?since=2026-13-45").status == 422


class TestExports:
    def test_of_the_trace_has_what_the_filters_show(self, api: Api, case: str) -> None:
        api.post("nita", f"/instances/{case}/actions/start_interview", {})
        filters = f"case={case}&action=start_interview"
        lines = api.get("rithy", f"/exports/trace?format=jsonl&{filters}").response.text.splitlines()
        shown = api.get("rithy", f"/trace?{filters}").told["entries"]
        assert [json.loads(line) for line in lines] == shown[::-1]
        rows = list(csv.DictReader(io.StringIO(api.get("rithy", f"/exports/trace?{filters}").response.text)))
        assert [row["hash"] for row in rows] == [one["hash"] for one in shown[::-1]]

    def test_of_cases_has_those_that_one_may_open(self, api: Api, case: str) -> None:
        rows = list(csv.DictReader(io.StringIO(api.get("sok", "/exports/cases").response.text)))
        assert case in [row["ref"] for row in rows]
        assert case not in api.get("lin", "/exports/cases").response.text

    def test_stands_in_the_journal_of_whoever_took_it_out(self, api: Api) -> None:
        with api.running.store.look() as tx:
            ref = tx.person_ref("rithy")
        assert ref is not None
        before = api.kinds(ref).count("house:data:exported")
        api.get("rithy", "/exports/trace?outcome=refused")
        assert api.kinds(ref).count("house:data:exported") == before + 1
        last = api.get("rithy", f"/trace?case={ref}&kind=house:data:exported").told["entries"][0]
        assert (last["clear"]["exports"], last["clear"]["asked"]["outcome"]) == ("trace", "refused")

    def test_goes_on_over_many_portions(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with answering(make_home(tmp_path_factory.mktemp("many") / "house"), api_rate=2000) as api:
            opened = [api.post("lin", "/cases", {}).told["ref"] for _ in range(12)]
            rows = list(csv.DictReader(io.StringIO(api.get("lin", "/exports/cases").response.text)))
        assert [row["ref"] for row in rows] == opened[::-1]


class TestACursor:
    def test_says_nothing_of_what_is_not_yours(self, api: Api, case: str) -> None:
        """The same answer for somebody else's instance, for one that is nobody's, and for a made-up place."""
        body = {"process": "visit", "under": case, "facts": {"place": "x"}}
        theirs = api.post("sok", "/instances", body).told["ref"]
        told = []
        for ref in (theirs, "0000-0000-0000"):
            for text in (ref, f"1.{ref}", f"999999999999999999.{ref}"):
                cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
                answer = api.get("lin", f"/instances?process=visit&cursor={cursor}")
                told.append((answer.status, answer.told.get("instances")))
        assert told[:3] == told[3:]
        assert [status for status, _ in told[:3]] == [422, 200, 200]

    def test_of_instances_below_goes_through_all_of_them_once(self, api: Api, case: str) -> None:
        body = {"process": "visit", "under": case, "facts": {"place": "x"}}
        made = [api.post("sok", "/instances", body).told["ref"] for _ in range(5)]
        found: list[str] = []
        told = api.get("sok", "/instances?process=visit&limit=2").told
        while True:
            found += [one["ref"] for one in told["instances"]]
            if told["next"] is None:
                break
            told = api.get("sok", f"/instances?process=visit&limit=2&cursor={told['next']}").told
        assert len(found) == len(set(found))
        assert set(made) <= set(found)
