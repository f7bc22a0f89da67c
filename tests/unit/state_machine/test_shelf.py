"""Where tracks stand, in kinds, and what they ask for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from config.loader import list_shipped, load_workflow
from state_machine.diagram import tracks_shown
from state_machine.explain import ActionAnswer, explain
from state_machine.onward import if_nobody_does, ways_on
from state_machine.shelf import Asked, Kind, belongs_to, call, is_over, kind_of, main_track, runs_in, shelf
from state_machine.view import Actor, DeadlineAt
from tests.unit.state_machine.town import DAY, HOUR, NOW, Town, compiled

RULES = compiled("""
case:
  over: {all: [{track: case, is: closed}, {not: {track: plan, is: draft}}, {fact: child, known: true}]}
  tracks:
    case: {starts: open, states: {open: {}, closed: {settled: true}}}
    plan: {starts: none, states: {none: {}, draft: {}, agreed: {settled: true}, gone: {final: true}}}
    legal: {starts: not_asked, states: {not_asked: {}, asked: {waits: true}, given: {}}}
    calm: {shown_when: {fact: child, is: true}, starts: quiet, states: {quiet: {settled: true}, loud: {}}}
  facts: {child: {kind: yes_no}, told: {kind: yes_no}}
  conditions: {going: {track: case, is: open}}
  guards:
    thought: {require: {elapsed: P2D, since: {fact: told}}}
    was_told: {require: {fact: told, is: true}}
  actions:
    open: {by: [manager]}
    close: {by: [manager], moves: {case: {from: [open], to: closed}}}
    draft: {by: [nurse], moves: {plan: {from: [none, agreed], to: draft}}, guards: [was_told]}
    agree: {by: [nurse], moves: {plan: {from: [draft], to: agreed}}, guards: [thought]}
    give_up: {by: [manager], moves: {plan: {from: any, to: gone}}}
    grow_loud: {automatic: true, moves: {calm: {from: [quiet], to: loud}}, guards: [was_told]}
    wear_off: {moves: {calm: {from: [loud], to: quiet}}}
  deadlines:
    review:
      while: {all: [going, {track: plan, is: agreed}]}
      task_for: nurse
      due: {after: P7D, source: {house: d, decided: 2026-11-01, why: w}}
      ladder: [{name: late, at: P1D, tell: nurse, again: P3D}]
    redo:
      while: {all: [going, {any: [{track: plan, is: draft}, {not: {track: plan, is: [none, draft, gone]}}]}]}
      due: {after: P7D, source: {house: d, decided: 2026-11-01, why: w}}
      ladder: [{name: late, at: P1D, tell: nurse, again: P3D}]
    calm_down:
      while: {track: calm, is: loud}
      due: {after: P1D, source: {house: d, decided: 2026-11-01, why: w}}
      ladder: [{name: wears_off, at: PT0S, do: wear_off}, {name: late, at: P1D, tell: nurse, again: P3D}]
    watch:
      while: going
      due: {after: P7D, source: {house: d, decided: 2026-11-01, why: w}}
      ladder: [{name: late, at: P1D, tell: nurse, again: P3D}]
""")
CASE = RULES.processes["case"]
MALY = Actor("maly", frozenset({"nurse"}))


def armed(due: dt.datetime) -> DeadlineAt:
    return DeadlineAt("armed", 1, 1, NOW, 100, NOW, due, due, 1)


def kinds(town: Town) -> dict[str, Kind]:
    instance = town.instances["C1"]
    rows = shelf(CASE, instance, explain(RULES, town, "C1", MALY, NOW), tuple(CASE.model.tracks))
    return {row.track: row.kind for row in rows}


class TestKinds:
    def test_follow_from_start_final_settled_and_waits(self) -> None:
        said = {(t, s): kind_of(CASE.model, t, s) for t, track in CASE.model.tracks.items() for s in track.states}
        assert said == {
            ("case", "open"): Kind.UNDER_WAY,  # opening began it
            ("case", "closed"): Kind.SETTLED,
            ("plan", "none"): Kind.NOT_BEGUN,
            ("plan", "draft"): Kind.UNDER_WAY,
            ("plan", "agreed"): Kind.SETTLED,
            ("plan", "gone"): Kind.SETTLED,
            ("legal", "not_asked"): Kind.NOT_BEGUN,
            ("legal", "asked"): Kind.WAITING,
            ("legal", "given"): Kind.UNDER_WAY,
            ("calm", "quiet"): Kind.SETTLED,
            ("calm", "loud"): Kind.UNDER_WAY,
        }

    def test_the_next_action_that_is_not_possible_yet_makes_it_wait(self) -> None:
        town = Town(RULES)
        town.add("case", "C1", tracks={"plan": "draft"})
        # The manager could give it up; that the nurse must wait is what counts for the nurse's next step.
        instance = town.instances["C1"]
        answers = (ActionAnswer("agree", "not_yet", 0, until=NOW + DAY), ActionAnswer("give_up", "refused", 0))
        (row,) = shelf(CASE, instance, answers, ("plan",))
        assert (row.kind, row.actions) == (Kind.WAITING, ("agree", "give_up"))
        (row,) = shelf(CASE, instance, (answers[0], replace(answers[1], decision="applied")), ("plan",))
        assert row.kind is Kind.UNDER_WAY

    def test_time_alone_is_found_by_the_engine(self) -> None:
        town = Town(RULES)
        town.add("case", "C1", tracks={"plan": "draft"})
        assert kinds(town)["plan"] is Kind.UNDER_WAY
        town.record("C1", told=True)
        assert kinds(town)["plan"] is Kind.WAITING

    def test_a_paused_deadline_makes_it_wait(self) -> None:
        town = Town(RULES)
        town.add("case", "C1", tracks={"plan": "draft"}, deadlines={"redo": armed(NOW)})
        assert kinds(town)["plan"] is Kind.UNDER_WAY
        paused = replace(armed(NOW), state="paused", paused=NOW, left=(3, 0))
        town.instances["C1"] = replace(town.instances["C1"], deadlines={"redo": paused})
        assert kinds(town)["plan"] is Kind.WAITING

    def test_a_start_stays_not_begun_though_its_first_step_must_wait(self) -> None:
        assert kind_of(CASE.model, "plan", "none", held_up=True) is Kind.NOT_BEGUN

    def test_rows_stand_in_the_order_of_the_workflow_with_what_runs_and_can_be_done(self) -> None:
        town = Town(RULES)
        done = replace(armed(NOW), state="done")
        town.add("case", "C1", tracks={"plan": "agreed"}, deadlines={"review": armed(NOW), "watch": done})
        rows = shelf(CASE, town.instances["C1"], (), ("calm", "plan", "case"))
        assert [(row.track, row.deadlines, row.actions) for row in rows] == [
            ("case", (), ("close",)),
            ("plan", ("review",), ("draft", "give_up")),
            ("calm", (), ()),
        ]

    @pytest.mark.parametrize("name", sorted(set(list_shipped()) - {"base"}))
    def test_every_state_of_the_shipped_workflows_has_a_kind_and_a_label(self, name: str) -> None:
        for process in load_workflow(name).workflow.processes.values():
            for track, declared in process.tracks.items():
                for state, one in declared.states.items():
                    assert kind_of(process, track, state) in Kind
                    assert one.short is not None, f"{process.process}.{track}.{state} has no short label"
                    assert one.says is not None, f"{process.process}.{track}.{state} says nothing"


class TestDeadlinesOfTracks:
    def test_a_deadline_belongs_to_the_track_that_it_speaks_of(self) -> None:
        assert {name: belongs_to(CASE, one) for name, one in CASE.deadlines.items()} == {
            "review": "plan",
            "redo": "plan",
            "calm_down": "calm",
            "watch": "case",
        }

    def test_it_runs_in_the_states_that_its_condition_allows(self) -> None:
        states = CASE.model.tracks["plan"].states
        running = {
            name: [s for s in states if runs_in(CASE, CASE.deadlines[name], "plan", s)] for name in CASE.deadlines
        }
        assert running == {"review": ["agreed"], "redo": ["draft", "agreed"], "calm_down": [], "watch": []}

    def test_the_main_track_is_the_only_one_or_the_first_of_the_process_s_name(self) -> None:
        assert main_track(CASE.model) == "case"
        one = compiled("visit: {tracks: {held: {starts: a, states: {a: {}}}}, actions: {open: {by: [manager]}}}")
        assert main_track(one.processes["visit"].model) == "held"
        assert kind_of(one.processes["visit"].model, "held", "a") is Kind.UNDER_WAY
        bare = compiled("note: {actions: {open: {by: [manager]}}}")
        assert main_track(bare.processes["note"].model) is None

    def test_an_instance_is_over_as_its_tracks_tell(self) -> None:
        def over(**states: str) -> bool:
            town = Town(RULES)
            return is_over(CASE, town.add("case", "C1", tracks=states))

        assert (over(), over(case="closed"), over(case="closed", plan="draft")) == (False, True, False)
        bare = compiled("note: {actions: {open: {by: [manager]}}}")
        assert not is_over(bare.processes["note"], Town(bare).add("note", "N1"))


class TestWhatIsShown:
    def test_a_track_is_shown_as_soon_as_it_leaves_its_start(self) -> None:
        town = Town(RULES)
        town.add("case", "C1", facts={"child": False})
        assert "calm" not in tracks_shown(RULES, town, town.instances["C1"], NOW)
        town.add("case", "C2", facts={"child": False}, tracks={"calm": "loud"})
        assert "calm" in tracks_shown(RULES, town, town.instances["C2"], NOW)

    def test_a_track_with_a_deadline_that_runs_is_shown(self) -> None:
        town = Town(RULES)
        town.add("case", "C1", facts={"child": False}, deadlines={"calm_down": armed(NOW)})
        assert "calm" in tracks_shown(RULES, town, town.instances["C1"], NOW)
        done = {"calm_down": replace(armed(NOW), state="done")}
        town.instances["C1"] = replace(town.instances["C1"], deadlines=done)
        assert "calm" not in tracks_shown(RULES, town, town.instances["C1"], NOW)


class TestCalls:
    def test_nothing_is_asked_where_nothing_runs_or_all_is_paused(self) -> None:
        assert call([], "maly", NOW).who == "nothing"
        assert call([Asked("review", None, ("maly",))], "maly", NOW).who == "nothing"

    def test_one_s_own_comes_before_what_is_older_and_another_s(self) -> None:
        mine, other = Asked("review", NOW + DAY, ("maly",)), Asked("redo", NOW - DAY, ("sok",))
        assert call([other, mine], "maly", NOW).asked == mine
        assert call([other, mine], "maly", NOW).needs_you
        assert call([other, mine], "dara", NOW).who == "other"

    def test_lateness_is_a_number_beside_who(self) -> None:
        late = call([Asked("review", NOW - 2 * DAY, ("maly",))], "maly", NOW)
        assert (late.who, late.late) == ("you", 2 * DAY)
        assert call([Asked("review", NOW + HOUR, ("maly",))], "maly", NOW).late == dt.timedelta()

    def test_what_is_due_later_than_soon_is_only_a_date(self) -> None:
        assert call([Asked("review", NOW + 8 * DAY, ("maly",))], "maly", NOW).who == "date"
        assert call([Asked("review", NOW + 7 * DAY, ("maly",))], "maly", NOW).who == "you"


class TestOnward:
    def test_ways_on_say_who_and_how(self) -> None:
        assert [(way.action, way.to, way.by, way.roles) for way in ways_on(CASE, "plan", "agreed")] == [
            ("draft", "draft", "people", ("nurse",)),
            ("give_up", "gone", "people", ("manager",)),
        ]
        assert [(way.action, way.by) for way in ways_on(CASE, "calm", "quiet")] == [("grow_loud", "itself")]
        assert [(way.action, way.by) for way in ways_on(CASE, "calm", "loud")] == [("wear_off", "time")]
        assert ways_on(CASE, "case", "closed") == ()

    def test_what_happens_if_nobody_does_are_the_ladders_that_run_there(self) -> None:
        (review, redo) = if_nobody_does(CASE, "plan", "agreed")
        assert (review.deadline, review.task_for, review.rungs[0].name) == ("review", "nurse", "late")
        assert redo.deadline == "redo"
        assert if_nobody_does(CASE, "plan", "none") == ()
        with pytest.raises(KeyError):
            if_nobody_does(CASE, "plan", "nowhere")
