"""Why not: what is said, what was read, what is missing, who can see to it, and what is kept back (language §5)."""

from __future__ import annotations

from typing import Any

import pytest

from state_machine import reasons
from state_machine.decision import Fixed, Missing, NotYet, Reason
from state_machine.evaluation import Evaluation
from state_machine.explain import ActionAnswer, explain
from state_machine.missing import HIDDEN
from tests.unit.state_machine.town import DAY, NOW, Town, compiled, refused

HOUSE = "source: {house: director, decided: '2026-11-01', why: test}"
RULES = compiled(f"""
case:
  tracks:
    case: {{starts: open, states: {{open: {{}}, watched: {{}}, closed: {{}}}}}}
    stay: {{starts: away, states: {{away: {{}}, here: {{}}, gone: {{}}}}}}
  facts:
    care: {{kind: choice, values: [offered, given, declined], by: [nurse]}}
    safe: {{kind: yes_no, by: [manager], lasts: {{for: P1D, {HOUSE}}}}}
    tried: {{kind: choices, values: [person, family], by: [manager]}}
    visits: {{kind: number, by: [manager]}}
    secret: {{kind: text, by: [supervisor], seen_by: [supervisor]}}
    grade: {{kind: number, by: [supervisor], seen_by: [supervisor]}}
    interpreter: {{kind: link, to: staff, by: [manager]}}
    told: {{kind: yes_no, by: [manager]}}
    wish: {{kind: choice, values: [woman, man], by: [manager]}}
  conditions:
    cared: {{fact: care, is: [given, declined]}}
  guards:
    care_answered:
      require: cared
      refusal: Care comes first.
      remedy: Ask the nurse.
      clauses: [KH-MS-7.1.6]
    place_is_safe: {{require: {{fact: safe, is: true}}}}
    all_tried: {{require: {{fact: tried, includes: [person, family]}}}}
    few: {{require: {{fact: visits, at_most: 2}}}}
    unmarked: {{require: {{not: {{fact: care, is: given}}}}}}
    no_secret: {{require: {{fact: secret, known: false}}}}
    good_grade: {{require: {{fact: grade, at_least: 3}}}}
    as_wished: {{require: {{fact: gender, of: interpreter, is: {{fact: wish}}}}}}
    either: {{require: {{any: [cared, {{fact: safe, is: true}}]}}}}
    is_here: {{require: {{track: stay, is: here}}}}
    not_open: {{require: {{not: {{track: case, is: open}}}}}}
    closed_first: {{require: {{track: case, is: closed}}}}
    visited: {{require: {{some: visit, where: {{track: visit, is: held}}}}}}
    visits_end: {{require: {{none: visit, where: {{track: visit, is: planned}}}}}}
    all_good: {{require: {{every: visit, where: {{fact: good, is: true}}}}}}
    twice: {{require: {{count: visit, where: {{track: visit, is: held}}, at_least: 2}}}}
    rarely: {{require: {{count: visit, where: {{fact: good, is: true}}, at_most: 0}}}}
    waited: {{require: {{elapsed: PT24H, since: {{fact: told}}}}}}
    in_time: {{require: {{within: PT1H, since: {{action: arrive}}}}}}
    other_eyes: {{require: {{not: {{actor: {{fact: safe}}}}}}}}
    by_supervisor: {{require: {{actor: supervisor}}}}
    worker_named: {{require: {{fact: gender, of: worker, known: true}}}}
    wise: {{strength: may, require: {{fact: told, is: true}}}}
    learned: {{strength: should, require: {{fact: told, known: true}}}}
  actions:
    open: {{by: [manager]}}
    assign: {{by: [supervisor], guards: [worker_named]}}
    arrive: {{by: [worker, manager], moves: {{stay: {{from: [away], to: here}}}}}}
    leave: {{by: [nurse], moves: {{stay: {{from: [here], to: gone}}}}}}
    close: {{by: [manager], moves: {{case: {{from: [watched], to: closed}}}}, guards: [care_answered, place_is_safe]}}
    watch: {{by: [manager, supervisor], moves: {{case: {{from: [open], to: watched}}}}, guards: [waited, wise]}}
    ask: {{by: [manager], asks: [care]}}
    learn: {{by: [manager], guards: [learned]}}
    check_closed: {{by: [manager], guards: [closed_first]}}
    check_eyes: {{by: [manager, supervisor], guards: [other_eyes]}}
visit:
  parent: case
  tracks: {{visit: {{starts: planned, states: {{planned: {{}}, held: {{}}}}}}}}
  facts: {{good: {{kind: yes_no, by: [worker]}}}}
  actions:
    open: {{by: [worker]}}
    hold: {{by: [worker], moves: {{visit: {{from: [planned], to: held}}}}}}
staff:
  stands_for: person
  facts: {{gender: {{kind: choice, values: [woman, man], by: [director]}}}}
  actions: {{open: {{by: [director]}}}}
""")


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    made.add("case", "C1", holders={"manager": "sok"})
    made.add("staff", "S-nita", stands_for="nita")
    return made


def unmet(town: Town, guard: str, who: str = "sok") -> Reason:
    """The reason that a guard of the case gives, asked alone."""
    at = Evaluation(town, NOW, town.actor(who))
    return reasons.unmet(at, town.instances["C1"], RULES.processes["case"].guards[guard])


def lacking(town: Town, guard: str, who: str = "sok") -> list[tuple[str, str, str, str, str]]:
    return [(m.ref, m.kind, m.name, m.found, m.needed) for m in unmet(town, guard, who).missing]


class TestAReason:
    def test_says_what_the_workflow_says(self, town: Town) -> None:
        reason = unmet(town, "care_answered")
        assert (reason.message, reason.remedy, reason.clauses) == (
            "Care comes first.",
            "Ask the nurse.",
            ("KH-MS-7.1.6",),
        )

    def test_has_a_text_made_of_its_condition_where_the_workflow_says_nothing(self, town: Town) -> None:
        assert unmet(town, "place_is_safe").message == "This is needed first: safe is yes."

    def test_has_a_remedy_made_of_what_is_missing(self, town: Town) -> None:
        assert unmet(town, "place_is_safe").remedy == "Record safe (sok)."
        assert unmet(town, "visited").remedy == "Open a visit (nita)."

    def test_shows_what_was_read(self, town: Town) -> None:
        town.record("C1", care="offered")
        assert [(read.what, read.value) for read in unmet(town, "care_answered").read] == [("care", "offered")]


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("guard", "expected"),
        [
            ("care_answered", [("C1", "fact", "care", "not recorded", "given or declined")]),
            ("place_is_safe", [("C1", "fact", "safe", "not recorded", "true")]),
            ("all_tried", [("C1", "fact", "tried", "not recorded", "including person and family")]),
            ("few", [("C1", "fact", "visits", "not recorded", "at most 2")]),
            ("is_here", [("C1", "action", "arrive", "stay: away", "stay: here")]),
            ("not_open", [("C1", "action", "watch", "case: open", "case: watched or closed")]),
            ("closed_first", [("C1", "track", "case", "open", "case: closed")]),
            ("visited", [("C1", "child", "visit", "none", "one")]),
            ("all_good", [("C1", "child", "visit", "none", "one")]),
            ("twice", [("C1", "child", "visit", "none", "one")]),
            ("waited", [("C1", "fact", "told", "not recorded", "known")]),
            ("in_time", [("C1", "action", "arrive", "never done", "done")]),
            ("worker_named", [("C1", "role", "worker", "held by nobody", "held by somebody")]),
        ],
    )
    def test_is_worked_out_from_the_tree(self, town: Town, guard: str, expected: list[tuple[str, ...]]) -> None:
        assert lacking(town, guard) == expected

    def test_is_told_under_not_as_what_must_not_be(self, town: Town) -> None:
        town.record("C1", care="given")
        assert lacking(town, "unmarked") == [("C1", "fact", "care", "given", "not given")]

    def test_says_that_a_value_no_longer_holds(self, town: Town) -> None:
        town.record("C1", safe=True, at=NOW - DAY)
        assert lacking(town, "place_is_safe") == [("C1", "fact", "safe", "no longer holds", "true")]

    def test_lists_every_way_out_of_any(self, town: Town) -> None:
        assert [missing[2] for missing in lacking(town, "either")] == ["care", "safe"]

    def test_leaves_out_what_is_as_it_should_be(self, town: Town) -> None:
        town.record("C1", wish="woman", interpreter="S-nita")
        assert lacking(town, "as_wished") == [("S-nita", "fact", "gender", "not recorded", "woman")]

    def test_names_the_link_that_leads_nowhere(self, town: Town) -> None:
        town.record("C1", wish="woman")
        assert lacking(town, "as_wished") == [("C1", "fact", "interpreter", "not recorded", "known")]

    def test_names_the_fact_on_the_right_side_that_is_unknown(self, town: Town) -> None:
        town.record("C1", interpreter="S-nita")
        town.record("S-nita", gender="man")
        assert lacking(town, "as_wished") == [
            ("S-nita", "fact", "gender", "man", "the same as wish"),
            ("C1", "fact", "wish", "not recorded", "known"),
        ]

    def test_names_each_child_that_is_not_like_that(self, town: Town) -> None:
        town.add("visit", "V1", "C1")
        town.add("visit", "V2", "C1", tracks={"visit": "held"})
        assert lacking(town, "visits_end") == [("V1", "action", "hold", "visit: planned", "visit: held")]
        assert lacking(town, "all_good") == [
            ("V1", "fact", "good", "not recorded", "true"),
            ("V2", "fact", "good", "not recorded", "true"),
        ]

    def test_names_another_child_beside_those_that_could_become_like_that(self, town: Town) -> None:
        town.add("visit", "V1", "C1")
        assert lacking(town, "visited") == [
            ("V1", "action", "hold", "visit: planned", "visit: held"),
            ("C1", "child", "visit", "1", "one more"),
        ]

    def test_names_the_children_that_are_too_many(self, town: Town) -> None:
        town.add("visit", "V1", "C1", facts={"good": True})
        assert lacking(town, "rarely") == [("V1", "fact", "good", "true", "not true")]

    def test_says_from_when(self, town: Town) -> None:
        town.record("C1", told=True)
        assert lacking(town, "waited") == [
            ("C1", "time", "told", "since 2027-01-04T09:00+07:00", "from 2027-01-05T09:00+07:00")
        ]

    def test_says_until_when_it_would_have_been(self, town: Town) -> None:
        town.did("C1", "arrive", at=NOW - DAY)
        assert lacking(town, "in_time") == [
            ("C1", "time", "arrive", "since 2027-01-03T09:00+07:00", "before 2027-01-03T10:00+07:00")
        ]

    def test_says_who_could_be_the_second_pair_of_eyes(self, town: Town) -> None:
        town.record("C1", safe=True, by="sok")
        assert unmet(town, "other_eyes").missing == (
            Missing("C1", "role", "safe", "sok", "somebody other than sok", ("manager", "supervisor"), ("dara",)),
        )

    def test_says_whose_role_it_takes(self, town: Town) -> None:
        assert unmet(town, "by_supervisor").missing == (
            Missing("C1", "role", "supervisor", "sok", "a supervisor", ("supervisor",), ("dara",)),
        )


class TestWhoCanSeeToIt:
    def test_are_all_who_have_the_title(self, town: Town) -> None:
        town.people["rith"] = frozenset({"nurse"})
        (missing,) = unmet(town, "care_answered").missing
        assert (missing.roles, missing.people) == (("nurse",), ("maly", "rith"))

    def test_is_the_holder_where_the_role_is_assigned(self, town: Town) -> None:
        town.people["other"] = frozenset({"manager"})
        (missing,) = unmet(town, "place_is_safe").missing
        assert (missing.roles, missing.people) == (("manager",), ("sok",))

    def test_are_all_who_have_the_title_where_nobody_is_assigned(self, town: Town) -> None:
        (missing,) = unmet(town, "visited").missing
        assert (missing.roles, missing.people) == (("worker",), ("nita",))


class TestWhatIsKeptBack:
    def test_is_the_value_of_a_fact_that_is_not_the_actors_to_see(self, town: Town) -> None:
        town.record("C1", secret="hidden well", grade=2)
        for guard, said in (("no_secret", "hidden well"), ("good_grade", "2")):
            reason = unmet(town, guard)
            assert [read.value for read in reason.read] == [HIDDEN]
            assert [missing.found for missing in reason.missing] == [HIDDEN]
            assert said not in repr(reason.missing) + reason.message + reason.remedy

    def test_is_shown_to_those_who_may_see_it(self, town: Town) -> None:
        town.record("C1", grade=1)
        reason = unmet(town, "good_grade", who="dara")
        assert [read.value for read in reason.read] == [1]
        assert [missing.found for missing in reason.missing] == ["1"]

    def test_is_kept_with_the_decision_for_the_sealed_part(self, town: Town) -> None:
        town.record("C1", care="offered", safe=True)
        town.moved("C1", "case", "watched")
        reads = refused(town.decide("sok", "close")).reads
        assert [read.value for read in reads["care_answered"]] == ["offered"]


class TestExplain:
    def answers(self, town: Town, who: str, **given: Any) -> dict[str, ActionAnswer]:
        return {one.action: one for one in explain(RULES, town, "C1", town.actor(who), NOW, **given)}

    def test_answers_for_every_action_but_open_in_order(self, town: Town) -> None:
        found = list(self.answers(town, "sok"))
        assert found == [name for name in RULES.processes["case"].actions if name != "open"]

    def test_answers_for_one(self, town: Town) -> None:
        assert list(self.answers(town, "sok", action="close")) == ["close"]

    def test_says_what_an_attempt_would_get(self, town: Town) -> None:
        town.record("C1", told=True)
        found = self.answers(town, "sok")
        assert found["arrive"].decision == "applied"
        assert (found["watch"].decision, found["watch"].until) == ("not_yet", NOW + DAY)

    def test_tells_first_what_the_actor_can_see_to(self, town: Town) -> None:
        reasons = self.answers(town, "sok")["close"].reasons
        assert [reason.guard for reason in reasons] == [Fixed.NOT_FROM_HERE, "place_is_safe", "care_answered"]
        assert ["sok" in one.people for reason in reasons for one in reason.missing] == [True, True, False]

    def test_counts_the_guards_that_are_met(self, town: Town) -> None:
        town.record("C1", care="given")
        assert self.answers(town, "sok")["close"].met == 1

    def test_says_where_a_second_person_could_help(self, town: Town) -> None:
        assert self.answers(town, "sok")["learn"].exception == "second_person"

    def test_gives_advice(self, town: Town) -> None:
        town.moved("C1", "case", "open")
        assert [reason.guard for reason in self.answers(town, "sok")["watch"].advice] == ["wise"]

    def test_says_where_only_answers_have_to_come_along(self, town: Town) -> None:
        one = self.answers(town, "sok")["ask"]
        assert (one.decision, one.asks, one.only_answers) == ("refused", ("care",), True)
        assert not self.answers(town, "sok")["close"].only_answers

    def test_asks_of_assign_only_what_can_be_asked_before_a_person_is_named(self, town: Town) -> None:
        assert [reason.guard for reason in self.answers(town, "dara")["assign"].reasons] == ["worker_named"]

    def test_keeps_everything_back_from_those_without_the_role(self, town: Town) -> None:
        assert [reason.guard for reason in self.answers(town, "maly")["close"].reasons] == [Fixed.NOT_YOUR_ROLE]

    @pytest.mark.parametrize(("ref", "action"), [("C9", None), ("C1", "vanish")])
    def test_of_what_is_not_there_is_a_mistake_of_the_caller(self, town: Town, ref: str, action: str | None) -> None:
        with pytest.raises(KeyError):
            explain(RULES, town, ref, town.actor("sok"), NOW, action)

    def test_gives_the_time_of_each_reason(self, town: Town) -> None:
        town.record("C1", told=True)
        decision = town.decide("sok", "watch")
        assert isinstance(decision, NotYet)
        assert [reason.until for reason in decision.reasons] == [NOW + DAY]
