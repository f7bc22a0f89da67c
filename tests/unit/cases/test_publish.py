"""Publishing takes two persons with the right role, and nothing that was not proved; both journals tell of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from cases.errors import BadInput, UnknownName
from cases.house import House
from cases.journal import Kind
from cases.ports import Person
from cases.publish import Publishing, approve, order_migration, propose, withdraw
from cases.register_people import register_people
from cases.request import Request
from cases.sweep import run_once
from cases.take_step import take_step
from config.loader import Loaded, load_workflow
from state_machine.checks.verdict import Proof, Report, Verdict
from state_machine.rules import Rules
from state_machine.view import Instance
from storage.memory import MemoryStore
from tests.houses import START, staff
from wiring.clock import SeededIds
from wiring.people import ListedPeople
from wiring.workflows import PublishedWorkflows

TOP = """\
workflow: ours
says: {says}
extends: [base]
calendar: {{time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}}
roles:
  chair: {{says: Chair of the house, counts_as: [director]}}
"""
CLAUSES = """\
register:
  X-1: {says: x, where: y, strength: must, kind: guard, phase: all}
scheduled:
  X-1: Later
"""
LATER = START + dt.timedelta(hours=1)
PEOPLE = {"dara": "supervisor", "vanna": "director", "ros": "chair", "sok": "case_manager"}


@lru_cache
def version(says: str, folder: Path) -> Loaded:
    """A version of the house's workflow that says this of itself."""
    (folder / "ours").mkdir(exist_ok=True)
    (folder / "ours" / "workflow.yaml").write_text(TOP.format(says=says), "utf-8")
    return load_workflow(folder / "ours")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("versions")


@pytest.fixture
def first(folder: Path) -> Loaded:
    return version("The first", folder)


@pytest.fixture
def second(folder: Path) -> Loaded:
    return version("The second", folder)


@pytest.fixture
def third(folder: Path) -> Loaded:
    return version("The third", folder)


@pytest.fixture
def house(first: Loaded) -> House:
    """A house whose first version is in force."""
    store = MemoryStore()
    workflows = PublishedWorkflows(store, "ours")
    rules = Rules.compile(first.workflow, first.hash)
    workflows.take(first, rules, START)
    gone = {"old": Person("old", frozenset({"director"}), disabled=True)}
    house = House(store, SeededIds("publishing"), ListedPeople(staff(**PEOPLE) | gone), workflows)
    register_people(house, rules, START)
    return house


def proved(loaded: Loaded, *verdicts: Verdict) -> Report:
    """What checks say of a version: a property of each of these verdicts."""
    proofs = tuple(Proof(f"case.{one.value}", "safety", one, "Care comes first") for one in verdicts)
    return Report(loaded.workflow.workflow, loaded.hash, proofs)


def proposed(house: House, loaded: Loaded, person: str = "dara") -> Publishing:
    return propose(house, loaded, proved(loaded, Verdict.HOLDS), person, START)


def approved(house: House, loaded: Loaded, person: str = "vanna") -> Publishing:
    return approve(house, "ours", loaded.hash, proved(loaded, Verdict.HOLDS), person, LATER)


def codes(done: Publishing) -> list[str]:
    return [one.code for one in done.objections]


def journal(house: House, person: str) -> list[dict[str, Any]]:
    """The entries about publishing in somebody's journal."""
    with house.store.look() as tx:
        entries = [orjson.loads(one.clear) for one in tx.entries(tx.person_ref(person) or "")]
    return [one for one in entries if one["kind"].startswith("house:workflow:")]


def requests(house: House, now: dt.datetime) -> list[Instance]:
    """What the house asks of somebody, once it has looked what is due."""
    swept = run_once(house, now)
    assert swept.postponed == 0
    with house.store.look() as tx:
        return [one for one in tx.list_instances("house_request") if one.facts["kind"].value == "ask"]


def told(house: House) -> list[str]:
    """The roles to which notices wait."""
    assert isinstance(house.store, MemoryStore)
    return [row.notice.role for row in house.store.outbox.rows(("waiting",))]


def in_force(house: House) -> str | None:
    return house.store.newest_workflow("ours")


class TestTwoPersons:
    def test_one_is_not_enough(self, house: House, first: Loaded, second: Loaded) -> None:
        done = proposed(house, second)
        assert (done.outcome, codes(done)) == ("waits", ["second_person"])
        assert in_force(house) == first.hash
        assert house.store.workflow(second.hash) is None

    def test_bring_it_into_force(self, house: House, second: Loaded) -> None:
        proposed(house, second)
        done = approved(house, second)
        assert done.outcome == "published"
        assert in_force(house) == second.hash
        assert house.store.workflow(second.hash) == second.canonical
        published = house.store.versions.publications("ours")[-1]
        assert (published.asked_by, published.approved_by, published.at) == ("dara", "vanna", LATER)

    def test_are_not_the_same_one_twice(self, house: House, first: Loaded, second: Loaded) -> None:
        proposed(house, second)
        done = approved(house, second, "dara")
        assert (done.outcome, codes(done)) == ("refused", ["same_person"])
        assert in_force(house) == first.hash

    def test_may_be_somebody_with_a_local_title(self, house: House, second: Loaded) -> None:
        proposed(house, second, "ros")
        assert approved(house, second).outcome == "published"

    def test_need_a_role_that_publishes(self, house: House, first: Loaded, second: Loaded) -> None:
        assert codes(proposed(house, second, "sok")) == ["not_your_role"]
        assert house.store.versions.open_proposal("ours") is None
        proposed(house, second)
        assert codes(approved(house, second, "sok")) == ["not_your_role"]
        assert in_force(house) == first.hash

    @pytest.mark.parametrize("person", ["nobody", "old"])
    def test_are_people_of_the_house(self, house: House, second: Loaded, person: str) -> None:
        proposed(house, second)
        with pytest.raises(UnknownName):
            approved(house, second, person)

    def test_stand_in_both_journals_by_name_alone(self, house: House, first: Loaded, second: Loaded) -> None:
        proposed(house, second)
        approved(house, second)
        said = {
            "publishes": "ours",
            "version": second.hash,
            "replaces": first.hash,
            "asked_by": "dara",
            "answered_by": "vanna",
            "signed_in": False,
        }
        dara, vanna = journal(house, "dara"), journal(house, "vanna")
        assert [one["kind"] for one in dara] == [Kind.PROPOSED, Kind.PUBLISHED]
        assert [one["kind"] for one in vanna] == [Kind.PUBLISHED]
        assert {key: vanna[0][key] for key in said} == said
        assert {key: dara[1][key] for key in said} == said

    def test_who_are_refused_stand_in_their_journal(self, house: House, second: Loaded) -> None:
        proposed(house, second)
        approved(house, second, "dara")
        refused = journal(house, "dara")[-1]
        assert (refused["kind"], refused["because"]) == (Kind.NOT_PUBLISHED, ["same_person"])


class TestWhatIsPublished:
    @pytest.mark.parametrize("verdict", [Verdict.VIOLATED, Verdict.NOT_DECIDED])
    def test_was_proved(self, house: House, second: Loaded, verdict: Verdict) -> None:
        done = propose(house, second, proved(second, Verdict.HOLDS, verdict), "dara", START)
        assert (done.outcome, codes(done)) == ("refused", [verdict.value])
        assert house.store.versions.open_proposal("ours") is None

    def test_is_proved_once_more_when_it_is_approved(self, house: House, first: Loaded, second: Loaded) -> None:
        proposed(house, second)
        done = approve(house, "ours", second.hash, proved(second, Verdict.NOT_DECIDED), "vanna", LATER)
        assert codes(done) == ["not_decided"]
        assert in_force(house) == first.hash

    def test_was_checked_itself(self, house: House, first: Loaded, second: Loaded) -> None:
        with pytest.raises(BadInput, match="check it again"):
            propose(house, second, proved(first), "dara", START)

    def test_is_what_was_proposed(self, house: House, second: Loaded, third: Loaded) -> None:
        proposed(house, second)
        with pytest.raises(BadInput, match="look at what waits"):
            approved(house, third)

    def test_names_the_clauses_that_nothing_carries_yet_to_both_persons(self, house: House, folder: Path) -> None:
        (folder / "ours" / "clauses.yaml").write_text(CLAUSES, "utf-8")
        owing = version("The one with clauses", folder)
        (folder / "ours" / "clauses.yaml").unlink()
        first_word, second_word = proposed(house, owing), approved(house, owing)
        assert (first_word.outcome, second_word.outcome) == ("waits", "published")
        assert [one.code for one in first_word.doubts] == ["scheduled"]
        assert first_word.doubts == second_word.doubts
        assert "X-1" in first_word.doubts[0].says
        assert [entry["scheduled"] for entry in (*journal(house, "dara"), *journal(house, "vanna"))] == [["X-1"]] * 3

    def test_has_no_doubts_where_every_clause_is_carried(self, house: House, second: Loaded) -> None:
        assert proposed(house, second).doubts == ()

    def test_builds_on_the_base(self, house: House, second: Loaded) -> None:
        alone = replace(second, workflow=second.workflow.model_copy(update={"extends": ()}))
        assert codes(proposed(house, alone)) == ["without_base"]

    def test_is_something_new(self, house: House, first: Loaded) -> None:
        assert codes(proposed(house, first)) == ["in_force"]

    def test_may_have_been_in_force_before(self, house: House, first: Loaded, second: Loaded) -> None:
        proposed(house, second)
        approved(house, second)
        proposed(house, first)
        assert approved(house, first).outcome == "published"
        assert in_force(house) == first.hash

    def test_under_a_new_name_is_decided_by_who_publishes_in_this_house(self, house: House, second: Loaded) -> None:
        """A draft that gives everybody the right to publish gives it to nobody."""
        everybody = {"workflow": "theirs", "fallback": "case_manager", "second_person": ("case_manager",)}
        theirs = replace(second, workflow=second.workflow.model_copy(update=everybody))
        assert codes(proposed(house, theirs, "sok")) == ["not_your_role"]
        assert proposed(house, theirs).outcome == "waits"
        report = proved(theirs, Verdict.HOLDS)
        assert codes(approve(house, "theirs", theirs.hash, report, "sok", LATER)) == ["not_your_role"]
        assert approve(house, "theirs", theirs.hash, report, "vanna", LATER).outcome == "published"
        assert house.store.newest_workflow("theirs") == theirs.hash


class TestWaiting:
    def test_proposing_the_same_again_changes_nothing(self, house: House, second: Loaded) -> None:
        once, again = proposed(house, second), proposed(house, second)
        assert again.outcome == "waits"
        assert again.proposal == once.proposal
        assert len(journal(house, "dara")) == 1

    def test_one_version_waits_at_a_time(self, house: House, second: Loaded, third: Loaded) -> None:
        proposed(house, second)
        assert codes(proposed(house, third, "vanna")) == ["another_waits"]

    def test_nothing_waits_where_nothing_was_proposed(self, house: House, second: Loaded) -> None:
        with pytest.raises(BadInput, match="propose one first"):
            approved(house, second)

    def test_what_is_taken_back_can_no_longer_be_approved(self, house: House, second: Loaded, third: Loaded) -> None:
        proposed(house, second)
        assert withdraw(house, "ours", "dara", LATER).outcome == "withdrawn"
        assert journal(house, "dara")[-1]["kind"] == Kind.WITHDRAWN
        with pytest.raises(BadInput, match="propose one first"):
            approved(house, second)
        assert proposed(house, third).outcome == "waits"

    def test_taking_back_needs_the_role_too(self, house: House, second: Loaded) -> None:
        proposed(house, second)
        assert codes(withdraw(house, "ours", "sok", LATER)) == ["not_your_role"]
        assert house.store.versions.open_proposal("ours") is not None

    def test_what_was_compared_with_another_version_is_not_approved(
        self, house: House, second: Loaded, third: Loaded
    ) -> None:
        proposed(house, second)
        house.store.publish(third.hash, "ours", third.canonical, START)
        assert codes(approved(house, second)) == ["overtaken"]
        assert in_force(house) == third.hash


class TestThoseWhoMayApprove:
    def test_are_asked_by_a_task_and_told_at_once(self, house: House, second: Loaded) -> None:
        proposed(house, second)
        (request,) = requests(house, START)
        assert str(request.facts["about"].value).startswith(f"Version {second.hash[:12]} of ours, proposed by dara")
        assert told(house) == ["director"]

    def test_are_asked_in_a_role_that_somebody_else_has(self, house: House, second: Loaded) -> None:
        proposed(house, second, "vanna")
        (request,) = requests(house, START)
        assert request.facts["asked_role"].value == "supervisor"

    def test_are_asked_once(self, house: House, second: Loaded) -> None:
        proposed(house, second)
        requests(house, START)
        proposed(house, second)
        assert len(requests(house, LATER)) == 1

    @pytest.mark.parametrize("approves", [True, False])
    def test_are_asked_no_more_once_it_is_approved_or_withdrawn(
        self, house: House, second: Loaded, *, approves: bool
    ) -> None:
        proposed(house, second)
        requests(house, START)
        if approves:
            approved(house, second)
        else:
            withdraw(house, "ours", "vanna", LATER)
        (request,) = requests(house, LATER)
        assert request.tracks["request"].state == "answered"
        assert request.done["answer"].by == "vanna"
        assert request.facts["answer"].value == ("published" if approves else "withdrawn")

    def test_are_not_asked_of_what_was_approved_before_anybody_could_be(self, house: House, second: Loaded) -> None:
        proposed(house, second)
        approved(house, second)
        assert requests(house, LATER) == []

    def test_who_answered_by_hand_are_not_asked_again(self, house: House, second: Loaded) -> None:
        proposed(house, second)
        (request,) = requests(house, START)
        answering = Request("act", house.actor("vanna"), request.ref, action="answer", facts={"answer": "seen"})
        assert take_step(house, answering, START).decision == "applied"
        approved(house, second)
        (request,) = requests(house, LATER)
        assert (request.facts["answer"].value, request.done["answer"].times) == ("seen", 1)


class TestAMigration:
    def test_is_ordered_by_whoever_publishes(self, house: House, first: Loaded) -> None:
        assert order_migration(house, "dara", "ours", first.hash, LATER) is None

    @pytest.mark.parametrize(
        ("beside", "code"), [("", "second_person"), ("dara", "same_person"), ("sok", "not_your_role"), ("vanna", None)]
    )
    def test_to_a_version_that_is_not_in_force_takes_a_second_person(
        self, house: House, first: Loaded, second: Loaded, beside: str, code: str | None
    ) -> None:
        assert first.hash != second.hash
        objection = order_migration(house, "dara", "ours", second.hash, LATER, beside)
        assert (objection.code if objection else None) == code

    def test_that_is_refused_stands_in_the_journal(self, house: House, first: Loaded) -> None:
        objection = order_migration(house, "sok", "ours", first.hash, LATER)
        assert objection is not None
        assert objection.code == "not_your_role"
        with house.store.look() as tx:
            newest = orjson.loads(tx.entries(tx.person_ref("sok") or "")[-1].clear)
        assert (newest["kind"], newest["because"]) == (Kind.MIGRATION_REFUSED, ["not_your_role"])


class TestNewFamilies:
    def test_follow_it_from_the_next_look_on(self, house: House, first: Loaded, second: Loaded) -> None:
        workflows = house.workflows
        assert isinstance(workflows, PublishedWorkflows)
        assert workflows.current(None).hash == first.hash
        proposed(house, second)
        approved(house, second)
        workflows.look_again(LATER)
        assert workflows.current(None).hash == second.hash
