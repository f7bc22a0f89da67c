"""Moving cases to another version: looked at by administration, ordered by supervision, some at a time."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cases.journal import Kind
from cases.publish import approve, propose
from config.folder import shipped_folder
from config.loader import load_workflow
from interfaces.web.served import Portions
from state_machine.checks.verdict import Proof, Report, Verdict
from tests.web import Browser, WebHouse, hidden_of, web_house


@pytest.fixture(scope="module")
def sooner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped workflow with one deadline that falls due after seven days, and not after thirty."""
    folder = tmp_path_factory.mktemp("version") / "kh-2009"
    shutil.copytree(shipped_folder() / "kh-2009", folder)
    for one in ("demo", "scenarios", "years"):
        shutil.rmtree(folder / one, ignore_errors=True)
    case = folder / "case.yaml"
    text = case.read_text(encoding="utf-8")
    before, deadline, after = text.partition("says: Assess how the person is in body, mind and feelings")
    assert "after: P30D" in after
    case.write_text(before + deadline + after.replace("after: P30D", "after: P7D", 1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory, sooner: Path) -> Path:
    """That version, in which this deadline has another name too."""
    folder = tmp_path_factory.mktemp("renamed") / "kh-2009"
    shutil.copytree(sooner, folder)
    case = folder / "case.yaml"
    text = case.read_text(encoding="utf-8")
    assert text.count("  wellbeing_assessment:") == 1
    case.write_text(text.replace("  wellbeing_assessment:", "  look_at_wellbeing:"), encoding="utf-8")
    return folder


@pytest.fixture
def moving(tmp_path: Path, sooner: Path) -> Iterator[tuple[WebHouse, str, str]]:
    """A house with three cases of the old version, and another version in force: house, old, new."""
    with in_force(tmp_path, sooner) as found:
        yield found


@contextmanager
def in_force(home: Path, folder: Path) -> Iterator[tuple[WebHouse, str, str]]:
    """A house with three cases of the old version, in which the version of this folder is in force."""
    with web_house(home) as house:
        for _ in range(3):
            house.case()
        running = house.served.running
        old = running.house.workflows.current(None).hash
        house.clock.move_to(house.clock.now() + dt.timedelta(days=8))
        loaded = load_workflow(folder)
        report = Report(loaded.workflow.workflow, loaded.hash, (Proof("x", "safety", Verdict.HOLDS, "x"),))
        assert propose(running.house, loaded, report, "dara", house.clock.now()).outcome == "waits"
        done = approve(running.house, "kh-2009", loaded.hash, report, "chan", house.clock.now())
        assert done.outcome == "published", done.objections
        yield house, old, loaded.hash


def order(browser: Browser, old: str, new: str, **values: str) -> str:
    page = browser.get(f"/approvals/migration?from={old[:16]}&to={new[:16]}")
    form = {**hidden_of(page), "sure": "yes", **values}
    answer = browser.client.post("/approvals/migration", data=form)
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


class TestLooking:
    def test_counts_what_goes_over_and_changes_nothing(self, moving: tuple[WebHouse, str, str]) -> None:
        house, old, new = moving
        vanna = house.browser("vanna")
        assert f"from={old[:16]}" in vanna.get("/administration/migration")
        page = vanna.get(f"/administration/migration?from={old[:16]}&to={new[:16]}")
        assert '<th scope="row">Goes over</th><td class="number">' in page
        assert "Dara" in page
        assert "3 become late on the day of the change." in page
        assert page.count("Assess how the person is in body, mind and feelings") == 3
        assert len(house.served.running.house.store.versions.families(old)) >= 3

    def test_is_not_for_staff(self, moving: tuple[WebHouse, str, str]) -> None:
        house, _, _ = moving
        house.browser("sok").get("/administration/migration", 403)
        house.browser("sok").get("/approvals/migration", 403)

    def test_at_versions_that_are_not_there_is_not_there(self, moving: tuple[WebHouse, str, str]) -> None:
        house, old, _ = moving
        house.browser("vanna").get(f"/administration/migration?from={old[:16]}&to=ffffffffffff", 404)


class TestOrdering:
    def test_moves_each_case_and_tells_how_far_it_is(self, moving: tuple[WebHouse, str, str]) -> None:
        house, old, new = moving
        versions = house.served.running.house.store.versions
        every = len(versions.families(old))
        dara = house.in_portions(Portions(moved=every - 1)).browser("dara")
        page = order(dara, old, new)
        assert "1 case is still to come." in page
        form = hidden_of(page.split('action="/approvals/migration"')[1].split("</form>")[0])
        last = dara.client.post("/approvals/migration", data=form).text
        assert "Done." in last
        assert f'<dt>Moved</dt><dd class="number">{every}</dd>' in last
        assert not versions.families(old)

    def test_again_moves_nothing_twice(self, moving: tuple[WebHouse, str, str]) -> None:
        house, old, new = moving
        dara = house.browser("dara")
        order(dara, old, new)
        assert '<dt>Moved</dt><dd class="number">0</dd>' in order(dara, old, new)

    def test_needs_somebody_who_has_looked(self, moving: tuple[WebHouse, str, str]) -> None:
        house, old, new = moving
        dara = house.browser("dara")
        page = dara.get(f"/approvals/migration?from={old[:16]}&to={new[:16]}")
        assert dara.client.post("/approvals/migration", data=hidden_of(page)).status_code == 422
        assert house.served.running.house.store.versions.families(old)


class TestADeadlineThatIsGone:
    DECIDED = ("same case.wellbeing_assessment=look_at_wellbeing", "end case.wellbeing_assessment")

    @pytest.mark.parametrize("decided", DECIDED)
    def test_moves_once_somebody_has_said_what_becomes_of_it(self, tmp_path: Path, renamed: Path, decided: str) -> None:
        with in_force(tmp_path, renamed) as (house, old, new):
            dara = house.browser("dara")
            versions = house.served.running.house.store.versions
            every = len(versions.families(old))
            at = f"/approvals/migration?from={old[:16]}&to={new[:16]}"
            assert f'<option value="{decided}">' in dara.get(at)
            assert len(versions.families(old)) == every
            left = order(dara, old, new)
            assert len(versions.families(old)) == 3, left
            page = dara.get(f"{at}&decide={decided.replace(' ', '%20')}")
            assert f'name="decide" value="{decided}" checked' in page
            form = {**hidden_of(page), "decide": decided, "sure": "yes"}
            assert "Done." in dara.client.post("/approvals/migration", data=form).text
            assert not versions.families(old)
            with house.served.running.store.look() as tx:
                cases = [one.ref for one in tx.list_instances("case", limit=10)]
                running = {row.name for ref in cases for row in tx.due_of(ref)}
                told = [entry.clear for ref in cases for entry in tx.entries(ref) if entry.kind == Kind.MIGRATED]
            assert {"look_at_wellbeing", "wellbeing_assessment"} & running == {"look_at_wellbeing"}
            assert [b"look_at_wellbeing" in clear for clear in told] == [decided.startswith("same")] * 3
