"""Attempts over the API: each passes the one door, with the document that the command line writes."""

from __future__ import annotations

import base64
import hashlib

import pytest

from interfaces.api.models import AnswerTold
from tests.integration.api.serving import Api

REASON = {"guard", "strength", "message", "remedy", "clauses", "read", "until", "missing"}


class TestOpening:
    def test_a_case_says_where_it_lies_and_at_which_revision(self, api: Api) -> None:
        opened = api.post("sok", "/cases", {"facts": {"age_group": "adult", "needs": ["food", "doctor"]}})
        assert opened.status == 201
        assert opened.response.headers["Location"] == f"/api/v1/instances/{opened.told['ref']}"
        assert opened.tag == '"1"'
        shown = api.get("sok", f"/cases/{opened.told['ref']}").told
        assert shown["facts"]["needs"]["value"] == ["food", "doctor"]

    def test_a_child_stands_under_its_parent(self, api: Api, case: str) -> None:
        body = {"process": "visit", "under": case, "facts": {"place": "the river"}}
        visit = api.post("sok", "/instances", body).told["ref"]
        assert [one["ref"] for one in api.get("sok", f"/instances/{case}/children").told["instances"]] == [visit]

    def test_is_refused_with_the_reasons(self, api: Api) -> None:
        refused = api.post("maly", "/cases", {})
        assert (refused.status, refused.told["kind"]) == (409, "refused")
        assert [one["guard"] for one in refused.told["reasons"]] == ["not_your_role"]

    def test_under_what_is_not_ones_own_is_under_nothing(self, api: Api, case: str) -> None:
        bodies = [{"process": "visit", "under": ref, "facts": {"place": "x"}} for ref in (case, "7K3M-9XQT-2HDJ")]
        there, missing = (api.post("lin", "/instances", body) for body in bodies)
        assert (there.status, there.response.content) == (404, missing.response.content)

    @pytest.mark.parametrize(
        ("body", "where"),
        [
            ({"process": "voyage"}, "/process"),
            ({"process": "visit", "facts": {"place": "x"}}, "/under"),
            ({"process": "case", "workflow": "elsewhere"}, "/workflow"),
            ({"process": "case", "facts": {"shoe_size": 3}}, "/facts"),
            ({"process": "case", "facts": {"age_group": "old"}}, "/facts/age_group"),
            ({"process": "case", "observed": "2999-01-01"}, "/observed"),
        ],
    )
    def test_says_where_a_body_is_wrong(self, api: Api, body: object, where: str) -> None:
        wrong = api.post("sok", "/instances", body)
        assert wrong.status == 422
        assert [one["where"] for one in wrong.told["errors"]] == [where]


class TestRecording:
    def test_when_it_was_seen_is_in_the_zone_of_the_workflow(self, api: Api, case: str) -> None:
        body = {"facts": {"age_group": "child"}, "observed": "2020-03-01T14:00"}
        assert api.post("sok", f"/instances/{case}/facts", body).status == 200
        fact = api.get("sok", f"/instances/{case}").told["facts"]["age_group"]
        assert fact["observed"] == "2020-03-01T07:00:00Z"

    def test_a_correction_withdraws_what_an_entry_recorded(self, api: Api, case: str) -> None:
        entry = api.post("sok", f"/instances/{case}/facts", {"facts": {"age_group": "adult"}}).told["seq"]
        body = {"entry": entry, "facts": {"age_group": "child"}, "reason": "the wrong person"}
        assert api.post("sok", f"/instances/{case}/corrections", body).status == 200
        assert api.get("sok", f"/instances/{case}").told["facts"]["age_group"]["value"] == "child"
        entries = api.get("sok", f"/instances/{case}/journal").told["entries"]
        assert (entries[-1]["corrects"], entries[-1]["withdrawn"]) == (entry, {"age_group": "adult"})

    def test_a_correction_of_nothing_is_told(self, api: Api, case: str) -> None:
        assert api.post("sok", f"/instances/{case}/corrections", {"entry": 900}).told["kind"] == "bad_input"


class TestActing:
    def test_a_refusal_is_a_problem_with_everything_that_explains_it(self, api: Api, case: str) -> None:
        refused = api.post("nita", f"/instances/{case}/actions/start_interview", {})
        assert refused.status == 409
        assert refused.response.headers["Content-Type"] == "application/problem+json"
        (reason,) = refused.told["reasons"]
        assert reason.keys() == REASON
        assert (reason["guard"], reason["clauses"]) == ("care_answered", ["HB-1.1"])
        assert reason["missing"][0]["people"] == ["maly"]

    def test_what_was_missing_opens_the_way(self, api: Api, case: str) -> None:
        assert api.post("maly", f"/instances/{case}/facts", {"facts": {"medical_care": "delivered"}}).status == 200
        acted = api.post("nita", f"/instances/{case}/actions/start_interview", {})
        AnswerTold.model_validate_json(acted.response.content)
        assert acted.told["moves"] == {"identification": ["presumed", "interviewing"]}

    def test_not_yet_says_until_when(self, api: Api, case: str) -> None:
        early = api.post("sok", f"/instances/{case}/actions/hold_meeting", {})
        assert (early.status, early.told["kind"]) == (409, "not_yet")
        assert early.told["until"].endswith("Z")
        assert 170_000 < int(early.response.headers["Retry-After"]) <= 172_800

    def test_what_a_should_refuses_waits_for_a_second_person(self, api: Api, case: str) -> None:
        asked = api.post("sok", f"/instances/{case}/actions/close", {"reason": "they moved away"})
        assert asked.told["pending"] is True
        attempt = asked.told["attempt"]
        for who, where in (("dara", "/overrides"), ("sok", f"/instances/{case}/overrides")):
            (waiting,) = [one for one in api.get(who, where).told["overrides"] if one["ref"] == case]
            assert (waiting["attempt"], waiting["asked_by"]) == (attempt, "sok")
        path = f"/instances/{case}/overrides/{attempt}"
        assert api.post("sok", path, {"answer": "yes", "reason": "mine"}).status == 409
        answered = api.post("dara", path, {"answer": "yes", "reason": "seen"})
        assert answered.told["moves"] == {"case": ["open", "closed"]}

    def test_an_attempt_of_another_instance_is_not_answered_here(self, api: Api, case: str) -> None:
        attempt = api.post("sok", f"/instances/{case}/actions/close", {"reason": "moved"}).told["attempt"]
        path = f"/instances/{api.case()}/overrides/{attempt}"
        assert api.post("dara", path, {"answer": "yes", "reason": "seen"}).status == 422

    @pytest.mark.parametrize("action", ["assign", "elope"])
    def test_an_action_must_be_one_to_take(self, api: Api, case: str, action: str) -> None:
        assert api.post("sok", f"/instances/{case}/actions/{action}", {}).told["kind"] == "unknown_name"


class TestAssigning:
    def test_who_gets_a_role_may_open_the_case_and_loses_it_again(self, api: Api, case: str) -> None:
        assert api.get("lin", f"/instances/{case}").status == 404
        body = {"person": "lin", "role": "case_manager"}
        assert api.post("dara", f"/instances/{case}/assignments", body).status == 200
        assert api.get("lin", f"/instances/{case}").status == 200
        assert api.post("dara", f"/instances/{case}/unassignments", {"role": "case_manager"}).status == 200
        assert api.get("lin", f"/instances/{case}").status == 404

    def test_names_must_be_known(self, api: Api, case: str) -> None:
        wrong = api.post("dara", f"/instances/{case}/assignments", {"person": "nobody", "role": "pilot"})
        assert [one["where"] for one in wrong.told["errors"]] == ["/role", "/person"]
        visit = {"process": "visit", "under": case, "facts": {"place": "x"}}
        ref = api.post("sok", "/instances", visit).told["ref"]
        assert api.post("dara", f"/instances/{ref}/unassignments", {"role": "interviewer"}).status == 422


class TestDocuments:
    def test_a_file_is_sealed_and_opened_again(self, api: Api, case: str) -> None:
        path = f"/instances/{case}/documents/consent_form"
        put = api.post("sok", path, content=b"signed", headers={"Content-Type": "application/pdf"})
        assert put.status == 200
        got = api.get("sok", path)
        assert (got.response.content, got.response.headers["Content-Type"]) == (b"signed", "application/pdf")
        assert got.response.headers["Content-Disposition"] == "attachment"

    def test_a_file_comes_along_with_an_attempt(self, api: Api, case: str) -> None:
        file = {"media": "image/png", "content": base64.b64encode(b"picture").decode()}
        facts = {"consent_form": hashlib.sha256(b"picture").hexdigest()}
        assert api.post("sok", f"/instances/{case}/facts", {"facts": facts, "documents": [file]}).status == 200
        assert api.get("sok", f"/instances/{case}/documents/consent_form").response.content == b"picture"
        stray = api.post("sok", f"/instances/{case}/facts", {"facts": {"age_group": "child"}, "documents": [file]})
        assert [one["where"] for one in stray.told["errors"]] == ["/documents/0"]

    def test_a_sight_of_what_few_may_see_is_journaled_and_others_find_nothing(self, api: Api, case: str) -> None:
        path = f"/instances/{case}/documents/scan"
        assert api.post("maly", path, content=b"bones", headers={"Content-Type": "image/png"}).status == 200
        before = api.revision(case)
        assert api.get("maly", path).response.content == b"bones"
        assert (api.kinds(case)[-1], api.revision(case)) == ("case:fact:seen", before)
        assert api.get("sok", path).response.content == api.get("sok", f"{path}s").response.content
        assert api.get("sok", path).status == 404

    def test_what_is_not_there_or_not_a_document_is_not_found(self, api: Api, case: str) -> None:
        for fact in ("consent_form", "age_group", "medical_care", "diary"):
            assert api.get("sok", f"/instances/{case}/documents/{fact}").status == 404

    def test_only_facts_that_hold_documents_take_one(self, api: Api, case: str) -> None:
        path = f"/instances/{case}/documents/wishes"
        assert api.post("sok", path, content=b"x", headers={"Content-Type": "text/plain"}).status == 422
