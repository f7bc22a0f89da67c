"""Moving a family to another version: what stays, what is dated anew, what needs a decision; nothing comes twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest

from cases.due_list import explain_due
from cases.errors import BadInput, UnknownName
from cases.journal import Kind
from cases.migrate import Decisions, Migration, MovedDeadline, migrate, preview_migration
from cases.migrate_all import Moved, Order, migrate_all, pinned, preview_all
from cases.override import SecondAnswer, override
from tests.houses import START, SmallHouse
from tests.two_versions import OLD, SOONER, hash_of, pier

DAY = dt.timedelta(days=1)


def instead(old: str, new: str, text: str = OLD) -> str:
    """A version in which something stands elsewhere."""
    assert old in text
    return text.replace("says: The first version", "says: Another version").replace(old, new)


def moved(house: SmallHouse, ref: str, to: str, decisions: Decisions | None = None) -> None:
    migrate(house.house, ref, hash_of(to), house.clock.now(), decisions or Decisions(), "dir")


def preview(house: SmallHouse, ref: str, to: str, decisions: Decisions | None = None) -> Migration:
    return preview_migration(house.house, ref, hash_of(to), house.clock.now(), decisions or Decisions())


def journal(house: SmallHouse, ref: str) -> list[dict[str, Any]]:
    with house.store.look() as tx:
        return [orjson.loads(entry.clear) for entry in tx.entries(ref)]


def rungs(house: SmallHouse, ref: str) -> list[tuple[str, int, int, str, int]]:
    """Every rung that came, by what makes it one: deadline, generation, dating, rung, repeat."""
    names = ("deadline", "generation", "dating", "rung", "repeat")
    kinds = (Kind.REMINDED, Kind.BREACHED)
    return [tuple(one[name] for name in names) for one in journal(house, ref) if one["kind"] in kinds]


def lapses(house: SmallHouse, ref: str) -> list[dt.datetime]:
    with house.store.look() as tx:
        return [row.at for row in tx.due_of(ref) if row.kind == "lapse"]


class TestDeadlines:
    def test_are_dated_anew_and_the_journal_has_both_dates(self) -> None:
        house = pier(SOONER)
        case = house.open("maly")
        moved(house, case, SOONER)
        told = journal(house, case)
        assert [one["kind"] for one in told][-2:] == [Kind.MIGRATED, Kind.DATED]
        (review,) = told[-1]["deadlines"].values()
        assert review["what"] == "redated"
        assert (review["was"], review["due"]) == ("2027-02-03T02:00:00.000000Z", "2027-01-25T02:00:00.000000Z")
        assert told[-1]["attempt"] == told[-2]["attempt"]
        assert house.instance(case).deadlines["review_plan"].due == START + 21 * DAY

    def test_keep_their_round(self) -> None:
        house = pier(SOONER)
        case = house.open("maly")
        before = house.instance(case).deadlines["review_plan"]
        moved(house, case, SOONER)
        assert house.instance(case).deadlines["review_plan"].generation == before.generation

    def test_that_fall_due_in_the_past_come_once_and_at_once(self) -> None:
        house = pier(SOONER)
        case = house.open("maly")
        house.wait(days=24)
        assert rungs(house, case) == []
        moved(house, case, SOONER)
        house.wait(hours=1)
        assert [rung[3] for rung in rungs(house, case)] == ["late"]

    def test_rungs_that_came_do_not_come_again(self) -> None:
        house = pier(SOONER)
        case = house.open("maly")
        house.wait(days=33)
        came = rungs(house, case)
        assert [rung[3] for rung in came] == ["soon", "late"]
        moved(house, case, SOONER)
        house.wait(days=1)
        assert rungs(house, case) == came
        house.wait(days=7)
        assert [rung[3:] for rung in rungs(house, case)] == [("soon", 1), ("late", 1), ("late", 2)]

    def test_rungs_that_stand_later_now_come_at_that_time_and_are_another_dating(self) -> None:
        later = instead("name: late, at: P2D", "name: late, at: P20D")
        house = pier(later)
        case = house.open("maly")
        house.wait(days=33)
        moved(house, case, later)
        house.wait(days=10)
        assert len(rungs(house, case)) == 2
        house.wait(days=10)
        came = rungs(house, case)
        assert [rung[3] for rung in came] == ["soon", "late", "late"]
        assert len(set(came)) == 3

    def test_rungs_that_are_gone_are_forgotten(self) -> None:
        without = instead("          - {name: soon, at: -P5D, tell: worker}\n", "", SOONER)
        house = pier(without)
        case = house.open("maly")
        house.wait(days=26)
        assert [rung[3] for rung in rungs(house, case)] == ["soon"]
        moved(house, case, without)
        assert set(house.instance(case).deadlines["review_plan"].fired) <= {"late"}

    def test_new_reminders_whose_time_is_past_do_not_come(self) -> None:
        earlier = instead(
            "          - {name: soon,", "          - {name: early, at: -P20D, tell: worker}\n          - {name: soon,"
        )
        house = pier(earlier)
        case = house.open("maly")
        house.wait(days=15)
        moved(house, case, earlier)
        house.wait(days=1)
        assert rungs(house, case) == []
        house.wait(days=10)
        assert [rung[3] for rung in rungs(house, case)] == ["soon"]

    def test_what_is_due_is_taken_under_the_old_version_first(self) -> None:
        house = pier(SOONER)
        case = house.open("maly")
        house.clock.move_to(START + 26 * DAY)
        moved(house, case, SOONER)
        kinds = [one["kind"] for one in journal(house, case)]
        assert kinds.index(Kind.REMINDED) < kinds.index(Kind.MIGRATED)

    OTHER = instead("review_plan:", "look_again:")
    ENDED = Decisions(ended=frozenset({("case", "review_plan")}))
    SAME = Decisions(same={("case", "review_plan"): "look_again"})

    def test_that_run_or_are_overdue_do_not_end_unless_somebody_says_so(self) -> None:
        house = pier(self.OTHER)
        case = house.open("maly")
        house.wait(days=40)
        (undecided,) = preview(house, case, self.OTHER).undecided
        assert undecided.why == "the deadline review_plan runs or is overdue, and would end undone"
        assert undecided.decide == "end case.review_plan"
        with pytest.raises(BadInput, match="would end undone"):
            moved(house, case, self.OTHER)
        assert list(house.instance(case).deadlines) == ["review_plan"]
        moved(house, case, self.OTHER, self.ENDED)
        told = next(one for one in journal(house, case) if one["kind"] == Kind.MIGRATED)
        assert told["ended"] == ["review_plan"]

    def test_of_another_name_go_on_with_their_round_and_are_still_overdue(self) -> None:
        house = pier(self.OTHER)
        case = house.open("maly")
        house.wait(days=33)
        came, before = rungs(house, case), house.instance(case).deadlines["review_plan"]
        moved(house, case, self.OTHER, self.SAME)
        after = house.instance(case).deadlines["look_again"]
        assert (after.due, after.generation) == (before.due, before.generation)
        assert rungs(house, case) == came
        house.wait(days=8)
        assert [rung[0] for rung in rungs(house, case)[len(came) :]] == ["look_again"]
        with house.store.look() as tx:
            assert [row.name for row in tx.due_of(case) if row.kind == "deadline"] == ["look_again"]
        assert explain_due(house.house, case, "look_again", house.clock.now()).dated_at == START

    def test_cannot_go_on_as_what_the_new_version_does_not_have(self) -> None:
        house = pier(self.OTHER)
        case = house.open("maly")
        wrong = Decisions(same={("case", "review_plan"): "look_once"})
        (undecided,) = preview(house, case, self.OTHER, wrong).undecided
        assert "cannot go on as look_once" in undecided.why

    def test_that_are_gone_end_and_new_ones_begin(self) -> None:
        house = pier(self.OTHER)
        case = house.open("maly")
        moved(house, case, self.OTHER, self.ENDED)
        assert list(house.instance(case).deadlines) == ["look_again"]
        with house.store.look() as tx:
            assert [row.name for row in tx.due_of(case) if row.kind == "deadline"] == ["look_again"]


class TestFacts:
    def test_that_last_shorter_lapse_sooner(self) -> None:
        shorter = instead("for: P10D", "for: P3D")
        house = pier(shorter)
        case = house.open("maly", safe_place=True)
        before = lapses(house, case)
        moved(house, case, shorter)
        assert lapses(house, case) == [before[0] - 7 * DAY]

    def test_that_last_for_ever_now_do_not_lapse(self) -> None:
        for_ever = instead(
            ",\n        lasts: {for: P10D, source: {house: d, decided: 2026-11-01, why: places change}}", ""
        )
        house = pier(for_ever)
        case = house.open("maly", safe_place=True)
        moved(house, case, for_ever)
        assert lapses(house, case) == []

    def test_that_are_declared_no_more_are_kept(self) -> None:
        without = instead("      note: {kind: text, by: [worker]}\n", "")
        house = pier(without)
        case = house.open("maly", note="a wish")
        assert preview(house, case, without).unread == ((case, "note"),)
        moved(house, case, without)
        assert house.instance(case).facts["note"].value == "a wish"


class TestWhatDoesNotFit:
    GONE = (
        instead("{none_yet: {}, interim: {}, agreed: {}}", "{none_yet: {}, agreed: {}}")
        .replace("      begin_plan: {by: [worker], moves: {plan: {from: [none_yet], to: interim}}}\n", "")
        .replace("from: [none_yet, interim]", "from: [none_yet]")
    )
    NO_PLAN = (
        instead("      plan: {starts: none_yet, states: {none_yet: {}, interim: {}, agreed: {}}}\n", "")
        .replace("      begin_plan: {by: [worker], moves: {plan: {from: [none_yet], to: interim}}}\n", "")
        .replace("      agree_plan: {by: [worker], moves: {plan: {from: [none_yet, interim], to: agreed}}}\n", "")
    )
    NO_THAI = instead("values: [khmer, thai]", "values: [khmer, lao]")

    @pytest.mark.parametrize(
        ("to", "why", "decide", "decisions"),
        [
            (
                GONE,
                "plan stands in interim, which the new version does not have",
                "put case.plan.interim=STATE",
                Decisions(states={("case", "plan", "interim"): "agreed"}),
            ),
            (
                NO_PLAN,
                "the new version has no track plan",
                "drop case.plan",
                Decisions(dropped=frozenset({("case", "plan")})),
            ),
            (
                NO_THAI,
                "the recorded value of language is none that the new version allows",
                "forget case.language",
                Decisions(forgotten=frozenset({("case", "language")})),
            ),
        ],
    )
    def test_waits_for_a_decision_and_moves_with_it(self, to: str, why: str, decide: str, decisions: Decisions) -> None:
        house = pier(to)
        case = house.open("maly", language="thai")
        house.act("maly", case, "begin_plan")
        (undecided,) = preview(house, case, to).undecided
        assert (undecided.why, undecided.decide) == (why, decide)
        with pytest.raises(BadInput, match=why):
            moved(house, case, to)
        assert house.instance(case).workflow == hash_of(OLD)
        moved(house, case, to, decisions)
        assert house.instance(case).workflow == hash_of(to)

    def test_the_decision_stands_in_the_journal_with_who_ordered_it(self) -> None:
        house = pier(self.GONE)
        case = house.open("maly")
        house.act("maly", case, "begin_plan")
        moved(house, case, self.GONE, Decisions(states={("case", "plan", "interim"): "agreed"}))
        told = next(one for one in journal(house, case) if one["kind"] == Kind.MIGRATED)
        assert told["put"] == {"plan": ["interim", "agreed"]}
        assert (told["ordered_by"], told["from"], told["workflow"]) == ("dir", hash_of(OLD), hash_of(self.GONE))
        assert house.instance(case).tracks["plan"].state == "agreed"

    def test_a_process_that_is_gone_can_be_decided_by_nobody(self) -> None:
        other = instead("process: case", "process: matter")
        house = pier(other)
        case = house.open("maly")
        (undecided,) = preview(house, case, other).undecided
        assert (undecided.why, undecided.decide) == ("the new version has no process case", "")

    def test_a_decision_for_a_state_that_is_not_there_either_decides_nothing(self) -> None:
        house = pier(self.GONE)
        case = house.open("maly")
        house.act("maly", case, "begin_plan")
        assert preview(house, case, self.GONE, Decisions(states={("case", "plan", "interim"): "elsewhere"})).undecided


class TestWhatWaitsForASecondPerson:
    ASKED = instead(
        "    actions:\n      open: {by: [worker]}\n",
        "    guards: {noted: {strength: should, require: {fact: note, known: true}}}\n"
        "    actions:\n      open: {by: [worker]}\n      leave: {by: [worker], guards: [noted]}\n",
    )

    def waits(self, to: str) -> tuple[SmallHouse, str, str]:
        """A house in which somebody has asked to be let leave, and the family was moved since."""
        house = pier(to, first=self.ASKED)
        case = house.open("maly")
        attempt = house.ask("act", "maly", case, action="leave", reason="She is in a hurry")
        assert attempt.pending
        migrate(house.house, case, hash_of(to), house.clock.now())
        return house, case, attempt.attempt

    def test_lapses_where_the_action_is_gone(self) -> None:
        house, case, attempt = self.waits(self.ASKED.replace("leave:", "go_away:").replace("another", "third"))
        assert Kind.OVERRIDE_LAPSED in house.kinds(case)
        with pytest.raises(UnknownName, match="lapsed"):
            override(house.house, SecondAnswer(house.house.actor("dir"), attempt, True, "Yes"), house.clock.now())
        with house.store.look() as tx:
            assert [row for row in tx.due_of(case) if row.kind == "asking"] == []

    def test_is_answered_under_the_new_version_where_it_is_there(self) -> None:
        house, case, attempt = self.waits(self.ASKED.replace("after: P30D", "after: P21D"))
        answer = SecondAnswer(house.house.actor("dir"), attempt, True, "Yes")
        assert override(house.house, answer, house.clock.now()).decision == "applied"
        assert house.instance(case).done["leave"].times == 1


class TestThePreview:
    def test_says_what_happens_and_changes_nothing(self) -> None:
        house = pier(SOONER)
        case = house.open("maly")
        before, revision = journal(house, case), house.revision(case)
        plan = preview(house, case, SOONER)
        due = MovedDeadline(case, "case", "review_plan", START + 30 * DAY, START + 21 * DAY)
        assert (plan.undecided, plan.deadlines) == ((), (due,))
        assert (journal(house, case), house.revision(case)) == (before, revision)
        moved(house, case, SOONER)
        assert house.instance(case).deadlines["review_plan"].due == due.due

    def test_names_facts_that_are_read_no_more(self) -> None:
        without = instead("      note: {kind: text, by: [worker]}\n", "")
        house = pier(without)
        case = house.open("maly", note="Prefers mornings")
        assert preview(house, case, without).unread == ((case, "note"),)

    def test_names_deadlines_that_end_or_begin(self) -> None:
        other = instead("review_plan:", "look_again:")
        house = pier(other)
        case = house.open("maly")
        assert [(one.deadline, one.was is None, one.due is None) for one in preview(house, case, other).deadlines] == [
            ("look_again", True, False),
            ("review_plan", False, True),
        ]

    def test_names_what_the_new_version_begins(self) -> None:
        wider = instead(
            "      plan: {starts", "      trust: {starts: none_yet, states: {none_yet: {}}}\n      plan: {starts"
        )
        house = pier(wider)
        case = house.open("maly")
        assert preview(house, case, wider).begins == ((case, "trust", "none_yet"),)


class TestAll:
    def order(self, **more: Any) -> Order:
        return Order(hash_of(OLD), hash_of(SOONER), by="dir", **more)

    def test_are_moved_one_by_one_and_people_too(self) -> None:
        house = pier(SOONER)
        cases = [house.open("maly") for _ in range(3)]
        families = pinned(house.house, self.order())
        assert set(cases) < set(families)
        done = list(migrate_all(house.house, families, self.order(), house.clock))
        assert {one.what for one in done} == {"moved"}
        assert pinned(house.house, self.order()) == []
        assert house.instance(cases[0]).workflow == hash_of(SOONER)

    def test_done_again_do_nothing(self) -> None:
        house = pier(SOONER)
        case = house.open("maly")
        families = pinned(house.house, self.order())
        list(migrate_all(house.house, families, self.order(), house.clock))
        before = journal(house, case)
        assert {one.what for one in migrate_all(house.house, families, self.order(), house.clock)} == {"already"}
        assert journal(house, case) == before

    def test_that_are_over_stay_unless_they_are_asked_for(self) -> None:
        house = pier(SOONER)
        case = house.open("maly")
        house.act("maly", case, "close")
        assert list(migrate_all(house.house, [case], self.order(), house.clock)) == [Moved(case, "closed")]
        assert list(preview_all(house.house, [case], self.order(), house.clock.now())) == [None]
        assert house.instance(case).workflow == hash_of(OLD)
        too = self.order(closed_too=True)
        assert list(migrate_all(house.house, [case], too, house.clock)) == [Moved(case, "moved")]

    def test_one_that_does_not_fit_stalls_no_other(self) -> None:
        to = TestWhatDoesNotFit.GONE
        house = pier(to)
        stuck, free = house.open("maly"), house.open("maly")
        house.act("maly", stuck, "begin_plan")
        order = Order(hash_of(OLD), hash_of(to))
        done = {one.ref: one for one in migrate_all(house.house, [stuck, free], order, house.clock)}
        assert (done[stuck].what, done[free].what) == ("undecided", "moved")
        assert "interim" in done[stuck].why
