"""How one asks: who, with which token, with which headers; and what is told where something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.responses import Response

from interfaces.api.app import PREFIX, create_api
from interfaces.api.asked import An
from interfaces.api.models import ProblemBody
from interfaces.api.places import ApiPlaces, Gives
from interfaces.web.app import create_app
from tests.integration.api.serving import Answered, Api, answering, serving, token_for

MARKER = "ZQX-7319-PLANTED"
NOWHERE = "7K3M-9XQT-2HDJ"


class TestWhoAsks:
    @pytest.mark.parametrize("said", [None, "Bearer homeward_nobody", "Basic c29rOng=", "Bearer"])
    def test_nobody_is_let_in_without_a_token(self, api: Api, said: str | None) -> None:
        headers = {"Authorization": said} if said is not None else {}
        answer = api.get(None, "/cases", headers=headers)
        assert (answer.status, answer.told["kind"]) == (401, "not_signed_in")
        assert answer.response.headers["WWW-Authenticate"].startswith("Bearer")

    def test_a_token_does_what_its_scopes_say(self, api: Api, case: str) -> None:
        only_reads = {"Authorization": f"Bearer {token_for(api.served, 'sok', 'read')}"}
        assert api.get(None, f"/instances/{case}", headers=only_reads).status == 200
        answer = api.post(None, f"/instances/{case}/facts", {"facts": {"wishes": "x"}}, headers=only_reads)
        assert (answer.status, answer.told["scope"]) == (403, "act")
        assert api.get(None, "/exports/cases", headers=only_reads).told["scope"] == "export"

    def test_a_calendars_token_opens_nothing_else(self, api: Api) -> None:
        headers = {"Authorization": f"Bearer {token_for(api.served, 'sok', 'calendar')}"}
        assert api.get(None, "/people/me", headers=headers).status == 403

    def test_a_revoked_token_ends_at_once(self, api: Api) -> None:
        made = api.served.accounts.tokens.make("lin", "to be revoked", ("read",), api.served.now())
        headers = {"Authorization": f"Bearer {made.secret}"}
        assert api.get(None, "/people/me", headers=headers).status == 200
        api.served.accounts.tokens.revoke("lin", made.token.id, api.served.now())
        assert api.get(None, "/people/me", headers=headers).status == 401

    def test_a_session_changes_something_with_its_mark_only(self, api: Api, case: str) -> None:
        signed = api.served.accounts.begin_demo("sok", api.served.now())
        cookie = {"Cookie": f"{api.served.cookie}={signed.token}"}
        path, body = f"/instances/{case}/facts", {"facts": {"wishes": "home"}}
        assert api.get(None, f"/instances/{case}", headers=cookie).status == 200
        assert api.post(None, path, body, headers=cookie).told["kind"] == "forged"
        assert api.post(None, path, body, headers=cookie | {"X-CSRF-Token": "guessed"}).status == 403
        assert api.post(None, path, body, headers=cookie | {"X-CSRF-Token": signed.session.csrf}).status == 200

    def test_one_of_the_roles_can_be_chosen(self, api: Api) -> None:
        mine = {"Homeward-Role": "case_manager"}
        assert api.get("sok", "/people/me", headers=mine).told["acting"] == "case_manager"
        assert api.get("sok", "/people/me", headers={"Homeward-Role": "supervisor"}).status == 422

    @pytest.mark.parametrize(
        ("who", "path", "status"),
        [
            ("adam", "/cases", 403),
            ("adam", "/trace", 403),
            ("rithy", "/cases", 403),
            ("rithy", "/overrides", 403),
            ("sok", "/trace", 403),
            ("sok", "/overrides", 403),
            ("adam", "/workflows", 200),
            ("rithy", "/trace", 200),
        ],
    )
    def test_each_part_is_open_to_its_posts(self, api: Api, who: str, path: str, status: int) -> None:
        assert api.get(who, path).status == status


class TestWhatIsNotOnesOwn:
    @pytest.mark.parametrize("who", ["lin", "adam", "rithy"])
    @pytest.mark.parametrize("below", ["", "/why", "/journal", "/deadlines", "/children", "/overrides"])
    def test_answers_as_what_is_not_there(self, api: Api, case: str, who: str, below: str) -> None:
        theirs, missing, unreadable = (
            api.get(who, f"/instances/{ref}{below}") for ref in (case, NOWHERE, "no-reference")
        )
        assert theirs.status == 404
        assert theirs.response.content == missing.response.content == unreadable.response.content
        kept = {"content-type", "cache-control", "content-length"}
        headers = [{name: one.response.headers.get(name) for name in kept} for one in (theirs, missing)]
        assert headers[0] == headers[1]

    def test_is_not_told_by_a_change_either(self, api: Api, case: str) -> None:
        answers = [
            api.post("lin", f"/instances/{ref}/facts", {"facts": {"wishes": "x"}}).response.content
            for ref in (case, NOWHERE)
        ]
        assert answers[0] == answers[1]
        assert api.kinds(case)[-1] == "case:role:assigned"


class TestThePagesApp:
    def test_has_the_api_where_it_belongs(self, api: Api) -> None:
        with serving(create_app(api.served)) as address:
            headers = {"Authorization": f"Bearer {api.tokens['sok']}"}
            answer = Answered(httpx.get(f"{address}{PREFIX}/people/me", headers=headers, trust_env=False))
            nobody = Answered(httpx.get(f"{address}{PREFIX}/people/me", trust_env=False))
        assert (answer.told["person"], nobody.told["kind"]) == ("sok", "not_signed_in")


class TestHeaders:
    def test_nothing_is_kept_by_anybody_on_the_way(self, api: Api, case: str) -> None:
        for path in (f"/instances/{case}", "/cases", f"/instances/{NOWHERE}", "/nowhere", "/openapi.json"):
            assert api.get("sok", path).response.headers["Cache-Control"] == "no-store", path

    def test_a_tag_that_has_passed_stops_a_change(self, api: Api, case: str) -> None:
        path, body = f"/instances/{case}/facts", {"facts": {"wishes": "home"}}
        seen = api.get("sok", f"/instances/{case}").tag
        assert api.post("sok", path, body, headers={"If-Match": seen}).status == 200
        late = api.post("sok", path, body, headers={"If-Match": seen})
        assert (late.status, late.told["kind"]) == (412, "changed")
        assert api.post("sok", path, body).status == 200
        assert api.post("sok", path, body, headers={"If-Match": "*"}).status == 200

    @pytest.mark.parametrize("tag", ["17", '"1", "2"', '"x"', "W/17"])
    def test_a_tag_must_be_one_that_was_given(self, api: Api, case: str, tag: str) -> None:
        answer = api.post("sok", f"/instances/{case}/facts", {"facts": {"wishes": "x"}}, headers={"If-Match": tag})
        assert (answer.status, answer.told["kind"]) == (400, "tag_unreadable")

    @pytest.mark.parametrize("key", ["", "x" * 201, "with space", "käse"])
    def test_a_change_needs_a_key(self, api: Api, case: str, key: str) -> None:
        headers = {"Idempotency-Key": key.encode("latin-1")}
        answer = api.post("sok", f"/instances/{case}/facts", {"facts": {"wishes": "x"}}, headers=headers)
        assert (answer.status, answer.told["kind"]) == (400, "key_missing")

    def test_a_look_does_not_change_the_tag(self, api: Api, case: str) -> None:
        api.post("maly", f"/instances/{case}/facts", {"facts": {"medical_care": "offered"}})
        before = api.get("nita", f"/instances/{case}").tag
        assert api.kinds(case)[-1] == "case:fact:seen"
        assert api.get("nita", f"/instances/{case}").tag == before


class TestWhatIsSent:
    @pytest.mark.parametrize(
        "body",
        [
            {"facts": {"wishes": 3}},
            {"facts": {"age_group": MARKER}},
            {"facts": {"helper": MARKER}},
            {"facts": {MARKER.lower().replace("-", "_"): "x"}},
            {"facts": {MARKER: "x"}},
            {"facts": {"wishes": "x"}, MARKER: 1},
            {"facts": {"wishes": "x"}, "observed": MARKER},
            {"facts": {"wishes": "x"}, "documents": [{"media": MARKER, "content": MARKER}]},
            {"facts": {"wishes": "x"}, "documents": [{"media": "text/plain", "content": f"ä{MARKER}"}]},
            {"facts": MARKER},
            MARKER,
            [MARKER],
        ],
    )
    def test_is_never_repeated_in_a_problem(self, api: Api, case: str, body: Any) -> None:
        answer = api.post("sok", f"/instances/{case}/facts", body)
        assert answer.status == 422
        assert MARKER.lower()[:8].replace("-", "_") not in answer.response.text.lower().replace("-", "_")
        ProblemBody.model_validate(answer.told)

    @pytest.mark.parametrize(
        ("path", "how"),
        [
            (f"/instances/{MARKER}", {}),
            (f"/cases?owner=x&{MARKER}=1", {}),
            (f"/cases?track={MARKER}", {}),
            (f"/instances?process={MARKER.lower()}", {}),
            (f"/cases?cursor={MARKER}", {}),
            (f"/{MARKER}", {}),
            ("/people/me", {"headers": {"Homeward-Role": MARKER}}),
            ("/people/me", {"headers": {"Authorization": f"Bearer {MARKER}"}}),
        ],
    )
    def test_nor_what_stands_in_an_address_or_a_header(self, api: Api, path: str, how: Any) -> None:
        answer = api.get("sok", path, **how)
        assert 400 <= answer.status < 500
        assert MARKER.lower() not in answer.response.text.lower()
        assert answer.response.headers["Content-Type"] == "application/problem+json"

    def test_must_be_json(self, api: Api, case: str) -> None:
        path = f"/instances/{case}/facts"
        broken = api.post("sok", path, content=b'{"facts": ', headers={"Content-Type": "application/json"})
        assert broken.told["errors"][0]["expected"] == "JSON"
        form = api.post("sok", path, data={"facts": "x"})
        assert (form.status, form.told["kind"]) == (415, "not_this_type")

    def test_must_not_be_too_large(self, api: Api, case: str) -> None:
        note = api.post("sok", f"/instances/{case}/corrections", {"entry": 1, "reason": "x" * 1_100_000})
        assert (note.status, note.told["kind"]) == (413, "too_large")
        path = f"/instances/{case}/documents/consent_form"
        film = api.post("sok", path, content=(b"x" * 65536 for _ in range(161)), headers={"Content-Type": "video/mp4"})
        assert film.status == 413

    def test_goes_where_there_is_something_to_take_it(self, api: Api) -> None:
        assert api.ask("sok", "PUT", "/cases", json={}).status == 405
        assert api.get("sok", "/casses").told["kind"] == "no_such_place"


class TestRates:
    def test_are_told_and_kept_for_each_token(self, home: Path) -> None:
        with answering(home, api_rate=3) as api:
            left = [api.get("sok", "/people/me").response.headers["RateLimit"].split(";")[1] for _ in range(3)]
            assert left == ["r=2", "r=1", "r=0"]
            often = api.get("sok", "/people/me")
            assert (often.status, often.told["kind"]) == (429, "too_often")
            assert 0 < int(often.response.headers["Retry-After"]) <= 60
            assert often.response.headers["RateLimit-Policy"] == '"token";q=3;w=60'
            assert api.get("lin", "/people/me").status == 200

    def test_are_kept_for_each_address_whoever_asks(self, home: Path) -> None:
        with answering(home, api_rate_address=2) as api:
            answers = [api.get(who, "/people/me").status for who in (None, None, None, "sok")]
            assert answers == [401, 401, 429, 429]


class TestAMistakeOfOurOwn:
    def test_is_told_by_its_type_and_place_alone(self, api: Api, caplog: pytest.LogCaptureFixture) -> None:
        places = ApiPlaces("broken")

        @places.get("/broken", Gives(), area="public", scope=None, named="broken")
        def broken(asked: An) -> Response:
            raise ZeroDivisionError(f"{MARKER} at {asked.now}")

        app = create_api(api.served)
        app.include_router(places.router)
        with serving(app) as address:
            answer = Answered(httpx.get(f"{address}/broken", trust_env=False))
        assert (answer.status, answer.told["error"]) == (500, "ZeroDivisionError")
        assert answer.told["place"].startswith("test_asking.py:")
        written = "\n".join(record.getMessage() for record in caplog.records)
        assert "ZeroDivisionError" in written
        assert MARKER not in written + answer.response.text
