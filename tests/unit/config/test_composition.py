"""Overlays add and tighten. What else they try is refused at their own line, with what they may do instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.durations import Duration
from config.loader import DefinitionError, load_workflow
from tests.unit.config.houses import OVERLAY, TINY, changed, overlay_problems, place, write

SOURCE = "source: {house: board, decided: 2026-12-01, why: the board decided}"
CHANGES = [
    # what the overlay writes on an element of its base, and what is said at which text
    (
        "guards: {care_answered: {when: child_rules}}",
        "when",
        "may not set `when` on the guard `care_answered` of the workflow `tiny`",
    ),
    ("guards: {care_answered: {require: child_rules}}", "require", "may not set `require`"),
    ("guards: {care_answered: {protects: true}}", "protects", "may not set `protects`"),
    ("guards: {care_answered: {second_person: [nurse]}}", "second_person", "may not set `second_person`"),
    ("guards: {care_answered: {strength: may}}", "may}", "may only raise the strength"),
    ("guards: {visited: {strength: must}}", "must}", "a raised strength says where it comes from"),
    ("guards: {visited: {strength: mst}}", "mst", "`strength` does not know this word"),
    ("guards: {visited: child_rules}", "visited", "belongs to the workflow `tiny`"),
    (
        "conditions: {child_rules: {fact: age_group, is: child}}",
        "child_rules",
        "the condition `child_rules` belongs to the workflow `tiny`",
    ),
    (
        "actions: {close: {moves: {case: {from: any, to: closed}}}}",
        "moves",
        "may not set `moves` on the action `close`",
    ),
    ("actions: {close: {moves: {case: {from: [open], to: closed, otherwise: stay}}}}", "moves", "may not set `moves`"),
    ("actions: {close: {by: [nurse]}}", "by", "may not set `by`"),
    ("actions: {close: {automatic: true}}", "automatic", "may not set `automatic`"),
    ("tracks: {case: {states: {closed: {settled: true}}}}", "settled", "may not set `settled` on the state `closed`"),
    ("actions: {close: {guards: care_answered}}", "guards: care", "`guards` has the wrong kind of value"),
    ("tracks: {case: {starts: closed}}", "starts", "may not set `starts` on the track `case`"),
    ("tracks: {case: {states: {closed: {final: true}}}}", "final", "may not set `final` on the state `closed`"),
    ("tracks: {case: {shown_when: child_rules}}", "shown_when", "may not set `shown_when`"),
    ("facts: {care: {kind: text}}", "kind", "may not set `kind` on the fact `care`"),
    ("facts: {care: {by: [worker]}}", "by", "may not set `by` on the fact `care`"),
    ("facts: {in_danger: {starts: true}}", "starts", "may not set `starts`"),
    ("facts: {nationality: {protected: false}}", "false}}", "an overlay may only add `protected`"),
    ("facts: {nationality: {protected: soon}}", "soon", "an overlay may only add `protected`"),
    ("facts: {born: {seen_by: [worker, nurse]}}", "seen_by", "may not set `seen_by`"),
    ("deadlines: {next_visit: {while: child_rules}}", "while", "may not set `while` on the deadline `next_visit`"),
    ("deadlines: {next_visit: {pauses_while: child_rules}}", "pauses_while", "may not set `pauses_while`"),
    ("deadlines: {next_visit: {task_for: nurse}}", "task_for", "may not set `task_for`"),
    ("deadlines: {next_visit: {due: {counts: working_days}}}", "counts", "may not set `due.counts`"),
    ("deadlines: {next_visit: {due: {after: P40D, " + SOURCE + "}}}", "P40D", "`due.after` leaves the bounds"),
    ("deadlines: {next_visit: {due: {after: P1M, " + SOURCE + "}}}", "P1M", "`due.after` leaves the bounds"),
    ("deadlines: {next_visit: {due: {at_least: P1D, " + SOURCE + "}}}", "P1D", "`due.at_least` leaves the bounds"),
    ("deadlines: {next_visit: {due: {at_most: P60D, " + SOURCE + "}}}", "P60D", "`due.at_most` leaves the bounds"),
    ("deadlines: {next_visit: {due: {after: soon, " + SOURCE + "}}}", "soon", "`due.after` is not a duration"),
    ("deadlines: {next_visit: {due: {after: P10D}}}", "after", "a changed figure says where it comes from"),
    ("deadlines: {next_visit: {due: P10D}}", "P10D", "`due` has the wrong kind of value"),
    (
        "deadlines: {next_visit: {ladder: [{name: breach, at: P9D, tell: nurse}]}}",
        "{name: breach",
        "may not change the rung `breach`",
    ),
    ("parent: visit", "parent", "may not set `parent` on the process `case`"),
    ("over: {track: case, is: open}", "over", "may not set `over`"),
    ("stands_for: person", "stands_for", "may not set `stands_for`"),
    ("invariants: {care_first: {never: {process: case, rests: child_rules}}}", "never", "may not set `never`"),
]


class TestAnOverlay:
    @pytest.mark.parametrize(("change", "where", "says"), CHANGES, ids=[change for change, _, _ in CHANGES])
    def test_it_may_not(self, tmp_path: Path, change: str, where: str, says: str) -> None:
        files = {"case.yaml": f"process: case\n{change}\n"}
        (problem,) = overlay_problems(tmp_path, files)
        assert says in problem.message
        assert (Path(problem.file).parent.name, Path(problem.file).name) == ("strict", "case.yaml")
        line, _ = place(files, "case.yaml", where)
        assert (line, problem.column) == (2, files["case.yaml"].split("\n")[1].index(where) + 1)
        assert problem.expected

    @pytest.mark.parametrize(
        "change",
        [
            "guards: {visited: {strength: must, " + SOURCE + "}}",
            "guards: {visited: {strength: should}}",
            "guards: {care_answered: {says: Care, refusal: First care., remedy: Give care., clauses: [KH-MS-7.1.6]}}",
            "guards: {care_answered: {" + SOURCE + "}}",
            "actions: {close: {guards: [care_answered], asks: [wishes], says: Close the case}}",
            "actions: {close: {opens: [{process: visit, copies: [age_group]}]}}",
            "facts: {care: {values: [not_needed]}}",
            "facts: {born: {protected: true}}",
            "facts: {nationality: {protected: true}}",
            "tracks: {case: {states: {closed: {says: Closed}}}}",
            "deadlines: {next_visit: {due: {after: P10D, at_most: P20D, " + SOURCE + "}}}",
            "deadlines: {next_visit: {due: {at_least: P10D, " + SOURCE + "}}}",
            "deadlines: {next_visit: {ladder: [{name: louder, at: P5D, tell: director}]}}",
            "facts: {told: {kind: yes_no, by: [worker]}}",
            "invariants: {another: {never: {process: case, rests: child_rules}}}",
            "says: A case of the strict house",
        ],
    )
    def test_it_may(self, tmp_path: Path, change: str) -> None:
        assert overlay_problems(tmp_path, {"case.yaml": f"process: case\n{change}\n"}) == ()

    def test_it_adds_and_tightens(self, tmp_path: Path) -> None:
        write(tmp_path / "tiny", TINY)
        overlay = f"""\
process: case
facts:
  care: {{values: [not_needed]}}
  told: {{kind: yes_no, by: [worker]}}
guards:
  visited: {{strength: must, {SOURCE}}}
  was_told: {{require: {{fact: told, is: true}}}}
actions:
  close: {{guards: [was_told]}}
deadlines:
  next_visit:
    due: {{after: P10D, {SOURCE}}}
    ladder: [{{name: louder, at: P5D, tell: director}}]
"""
        loaded = load_workflow(write(tmp_path / "strict", {"workflow.yaml": OVERLAY, "case.yaml": overlay}))
        case = loaded.workflow.processes["case"]
        assert loaded.workflow.workflow == "strict"
        assert loaded.workflow.extends == ("tiny",)
        assert loaded.workflow.fallback == "director"
        assert case.facts["care"].values == ("offered", "delivered", "declined", "not_needed")
        assert list(case.facts)[-1] == "told"
        assert case.guards["visited"].strength == "must"
        assert case.actions["close"].guards == ("visited", "was_told")
        deadline = case.deadlines["next_visit"]
        assert [rung.name for rung in deadline.ladder] == ["soon", "breach", "louder", "reopen"]
        assert getattr(deadline.due.after, "text", "") == "P10D"
        assert deadline.due.source.house == "board"

    def test_it_adds_copies_to_an_opening_and_does_not_open_twice(self, tmp_path: Path) -> None:
        write(
            tmp_path / "tiny", changed("visit.yaml", "facts:\n", "facts:\n  care: {kind: choice, values: [offered]}\n")
        )
        change = "process: case\nactions: {close: {opens: [{process: visit, copies: [care]}]}}\n"
        loaded = load_workflow(write(tmp_path / "strict", {"workflow.yaml": OVERLAY, "case.yaml": change}))
        (opens,) = loaded.workflow.processes["case"].actions["close"].opens
        assert opens.copies == ("age_group", "care")

    def test_its_files_name_their_process_too(self, tmp_path: Path) -> None:
        (problem,) = overlay_problems(tmp_path, {"case.yaml": "facts: {told: {kind: yes_no, by: [worker]}}\n"})
        assert problem.message == "the key `process` is missing"

    def test_a_figure_without_bounds_is_fixed(self, tmp_path: Path) -> None:
        base = changed("case.yaml", "      at_least: P7D\n      at_most: P30D\n", "")
        overlay = "process: case\ndeadlines: {next_visit: {due: {after: P10D, " + SOURCE + "}}}\n"
        (problem,) = overlay_problems(tmp_path, {"case.yaml": overlay}, base)
        assert problem.message.startswith("`due.after` is fixed on the deadline `next_visit`")

    @pytest.mark.parametrize(
        ("lasts", "says"),
        [
            ("{for: P10D, " + SOURCE + "}", ""),
            ("{at_most: P20D, at_least: P10D, " + SOURCE + "}", ""),
            ("{for: P40D, " + SOURCE + "}", "`lasts.for` leaves the bounds of the fact `in_danger`"),
            ("{at_least: P1D, " + SOURCE + "}", "`lasts.at_least` leaves the bounds"),
            ("{at_most: P60D, " + SOURCE + "}", "`lasts.at_most` leaves the bounds"),
            ("{for: P10D}", "a changed figure says where it comes from"),
            ("{until: [{action: close}]}", "an overlay may not set `lasts.until`"),
            ("P10D", "`lasts` has the wrong kind of value"),
        ],
    )
    def test_it_moves_how_long_a_value_holds_inside_its_bounds(self, tmp_path: Path, lasts: str, says: str) -> None:
        bounds = "lasts: {for: P14D, at_least: P7D, at_most: P30D, source: {clause: KH-MS-7.9.2}}"
        base = changed("case.yaml", "in_danger: {kind: yes_no,", "in_danger: {kind: yes_no, " + bounds + ",")
        overlay = {"case.yaml": "process: case\nfacts: {in_danger: {lasts: " + lasts + "}}\n"}
        found = overlay_problems(tmp_path, overlay, base)
        assert [says in one.message for one in found] == ([True] if says else [])

    @pytest.mark.parametrize(
        ("before", "says"),
        [("", "may not set `lasts`"), ("lasts: {for: P14D, source: {clause: KH-MS-7.9.2}},", "`lasts.for` is fixed")],
    )
    def test_it_moves_no_length_that_has_no_bounds(self, tmp_path: Path, before: str, says: str) -> None:
        base = changed("case.yaml", "in_danger: {kind: yes_no,", "in_danger: {kind: yes_no, " + before)
        overlay = {"case.yaml": "process: case\nfacts: {in_danger: {lasts: {for: P10D, " + SOURCE + "}}}\n"}
        (problem,) = overlay_problems(tmp_path, overlay, base)
        assert says in problem.message

    def test_what_it_moved_is_what_counts(self, tmp_path: Path) -> None:
        bounds = "lasts: {for: P14D, at_least: P7D, at_most: P30D, source: {clause: KH-MS-7.9.2}}"
        write(
            tmp_path / "tiny",
            changed("case.yaml", "in_danger: {kind: yes_no,", f"in_danger: {{kind: yes_no, {bounds},"),
        )
        overlay = "process: case\nfacts: {in_danger: {lasts: {for: P10D, at_most: P20D, " + SOURCE + "}}}\n"
        loaded = load_workflow(write(tmp_path / "strict", {"workflow.yaml": OVERLAY, "case.yaml": overlay}))
        lasts = loaded.workflow.processes["case"].facts["in_danger"].lasts
        assert lasts is not None
        figures = (lasts.for_, lasts.at_least, lasts.at_most)
        assert figures == tuple(Duration.parse(text) for text in ("P10D", "P7D", "P20D"))

    def test_it_brings_roles_notices_and_forms(self, tmp_path: Path) -> None:
        extra = 'roles: {cook: {says: Cook}}\nnotices: {soon: {says: "{case} {verb}"}}\n'
        extra += "forms: {F2: {says: Second, version: 1}}\n"
        assert overlay_problems(tmp_path, {"workflow.yaml": OVERLAY + extra + "forbidden_words: [police]\n"}) == ()

    @pytest.mark.parametrize(
        ("extra", "says"),
        [
            ("fallback: worker\n", "`fallback` is already given"),
            ("second_person: [worker]\n", "`second_person` is already given"),
            ("calendar: {time_zone: Asia/Hanoi, working_days: [mon]}\n", "`calendar` is already given"),
            ("roles: {nurse: {counts_as: [worker]}}\n", "may not set `counts_as` on the role `nurse`"),
            ("roles: {worker: {assigned: false}}\n", "may not set `assigned`"),
            ("notices: {late: {urgent: true}}\n", "may not set `urgent` on the notice `late`"),
        ],
    )
    def test_it_may_not_change_the_house(self, tmp_path: Path, extra: str, says: str) -> None:
        (problem,) = overlay_problems(tmp_path, {"workflow.yaml": OVERLAY + extra})
        assert says in problem.message
        assert problem.line == 4


HURRY = "hurry: {by: [worker], moves: {interview: {from: [waiting], to: interviewing}}"


def actions(*written: str) -> dict[str, str]:
    """An overlay that adds these actions to the case."""
    return {"case.yaml": "process: case\nactions:\n" + "".join(f"  {action}\n" for action in written)}


class TestANewWay:
    def test_into_a_state_of_the_base_carries_the_guards_that_all_others_have(self, tmp_path: Path) -> None:
        files = actions(HURRY + "}")
        (problem,) = overlay_problems(tmp_path, files)
        assert problem.message == "the action `hurry` is a new way into `interviewing` without the guards of the others"
        assert problem.expected == "care_answered, interest_noted, asked by all of start_interview"
        assert (problem.line, problem.column) == place(files, "case.yaml", "interviewing")

    def test_may_be_opened_with_these_guards(self, tmp_path: Path) -> None:
        assert overlay_problems(tmp_path, actions(HURRY + ", guards: [interest_noted, care_answered]}")) == ()

    def test_needs_no_guard_that_only_some_have(self, tmp_path: Path) -> None:
        again = HURRY.replace("hurry", "again") + ", guards: [care_answered]}"
        base = changed("case.yaml", "actions:\n", f"actions:\n  {again}\n")
        assert overlay_problems(tmp_path, actions(HURRY + ", guards: [care_answered]}"), base) == ()

    def test_needs_no_should_guard(self, tmp_path: Path) -> None:
        files = actions("leave: {by: [worker], moves: {case: {from: [open], to: closed}}}")
        assert overlay_problems(tmp_path, files) == ()

    def test_needs_a_should_guard_that_the_overlay_itself_makes_a_must(self, tmp_path: Path) -> None:
        files = actions("leave: {by: [worker], moves: {case: {from: [open], to: closed}}}")
        files["case.yaml"] += f"guards: {{visited: {{strength: must, {SOURCE}}}}}\n"
        (problem,) = overlay_problems(tmp_path, files)
        assert "new way into `closed`" in problem.message

    def test_into_a_new_state_is_free(self, tmp_path: Path) -> None:
        files = actions("pause: {by: [worker], moves: {case: {from: [open], to: paused}}}")
        files["case.yaml"] += "tracks: {case: {states: {paused: {}}}}\n"
        assert overlay_problems(tmp_path, files) == ()


def family(folder: Path, overlays: dict[str, dict[str, str]], extends: dict[str, list[str]]) -> Path:
    """The small house, overlays of it beside each other, and the folder of the last one."""
    write(folder / "tiny", TINY)
    for name, files in overlays.items():
        top = f"workflow: {name}\nsays: Overlay {name}\nextends: [{', '.join(extends[name])}]\n"
        write(folder / name, {"workflow.yaml": top, **files})
    return folder / list(overlays)[-1]


FACT = "process: case\nfacts: {told: {kind: yes_no, by: [worker]}}\n"
IN_WORDS = """\
process: case
facts: {{told: {{says: as {0} says it, kind: yes_no, by: [worker], clauses: [X-{1}]}}}}
"""
CLAUSE = "register: {{X-{0}: {{says: x, where: y, strength: must, kind: record, phase: all}}}}\n"
TOGETHER = {"a": ["tiny"], "b": ["tiny"], "top": ["a", "b"]}


class TestSiblings:
    def test_the_order_of_extends_does_not_matter(self, tmp_path: Path) -> None:
        overlays = {
            "b": {"case.yaml": "process: case\nfacts: {from_b: {kind: text, by: [worker]}}\n"},
            "a": {"case.yaml": "process: case\nfacts: {from_a: {kind: text, by: [worker]}}\n"},
            "top": {},
        }
        one = load_workflow(family(tmp_path / "1", overlays, {"a": ["tiny"], "b": ["tiny"], "top": ["a", "b"]}))
        other = load_workflow(
            family(tmp_path / "2", overlays, {"a": ["tiny"], "b": ["tiny"], "top": ["b", "tiny", "a"]})
        )
        assert one.hash == other.hash
        assert list(one.workflow.processes["case"].facts)[-2:] == ["from_a", "from_b"]
        assert one.workflow.extends == ("tiny", "a", "b")

    def test_the_same_new_element_twice_is_one(self, tmp_path: Path) -> None:
        overlays: dict[str, dict[str, str]] = {"a": {"case.yaml": FACT}, "b": {"case.yaml": FACT}, "top": {}}
        loaded = load_workflow(family(tmp_path, overlays, {"a": ["tiny"], "b": ["tiny"], "top": ["a", "b"]}))
        assert "told" in loaded.workflow.processes["case"].facts

    def test_the_same_fact_in_other_words_is_one_with_the_clauses_of_both(self, tmp_path: Path) -> None:
        overlays: dict[str, dict[str, str]] = {}
        for name, sign in (("a", "A"), ("b", "B")):
            overlays[name] = {"case.yaml": IN_WORDS.format(name, sign), "clauses.yaml": CLAUSE.format(sign)}
        overlays["top"] = {}
        one = load_workflow(family(tmp_path / "1", overlays, TOGETHER))
        other = load_workflow(family(tmp_path / "2", overlays, TOGETHER | {"top": ["b", "a"]}))
        fact = one.workflow.processes["case"].facts["told"]
        assert (fact.says, fact.clauses) == ("as a says it", ("X-A", "X-B"))
        assert one.hash == other.hash

    @pytest.mark.parametrize(
        ("one", "other", "says"),
        [
            (FACT, FACT.replace("yes_no", "text"), "the fact `told` is another one in the workflow `a`"),
            (
                f"process: case\ndeadlines: {{next_visit: {{due: {{after: P10D, {SOURCE}}}}}}}\n",
                f"process: case\ndeadlines: {{next_visit: {{due: {{after: P12D, {SOURCE}}}}}}}\n",
                "two workflows set `due.after` of the deadline `next_visit`",
            ),
            (
                "process: case\nguards: {care_answered: {refusal: One.}}\n",
                "process: case\nguards: {care_answered: {refusal: Two.}}\n",
                "two workflows set `refusal` of the guard `care_answered`",
            ),
            (
                "process: case\ndeadlines: {next_visit: {ladder: [{name: loud, at: P5D, tell: director}]}}\n",
                "process: case\ndeadlines: {next_visit: {ladder: [{name: loud, at: P6D, tell: director}]}}\n",
                "the rung `loud` of the deadline `next_visit`",
            ),
        ],
    )
    def test_what_they_say_differently_is_an_error(self, tmp_path: Path, one: str, other: str, says: str) -> None:
        overlays: dict[str, dict[str, str]] = {"a": {"case.yaml": one}, "b": {"case.yaml": other}, "top": {}}
        folder = family(tmp_path, overlays, {"a": ["tiny"], "b": ["tiny"], "top": ["a", "b"]})
        with pytest.raises(DefinitionError) as error:
            load_workflow(folder)
        (problem,) = error.value.problems
        assert says in problem.message
        assert Path(problem.file).parent.name == "b"

    def test_the_higher_strength_holds_with_its_source(self, tmp_path: Path) -> None:
        base = changed("case.yaml", "strength: should", "strength: may")
        source = "source: {{house: {}, decided: 2026-12-01, why: so}}"
        raised = "process: case\nguards: {{visited: {{strength: {}, " + source + "}}}}\n"
        overlays: dict[str, dict[str, str]] = {
            "a": {"case.yaml": raised.format("must", "a")},
            "b": {"case.yaml": raised.format("should", "b")},
            "top": {},
        }
        folder = family(tmp_path, overlays, {"a": ["tiny"], "b": ["tiny"], "top": ["b", "a"]})
        write(tmp_path / "tiny", base)
        guard = load_workflow(folder).workflow.processes["case"].guards["visited"]
        assert (guard.strength, guard.source.house if guard.source else "") == ("must", "a")

    def test_an_overlay_of_an_overlay_has_the_last_word(self, tmp_path: Path) -> None:
        overlays = {
            "a": {"case.yaml": f"process: case\ndeadlines: {{next_visit: {{due: {{at_most: P20D, {SOURCE}}}}}}}\n"},
            "b": {"case.yaml": f"process: case\ndeadlines: {{next_visit: {{due: {{after: P10D, {SOURCE}}}}}}}\n"},
            "top": {"case.yaml": f"process: case\ndeadlines: {{next_visit: {{due: {{after: P8D, {SOURCE}}}}}}}\n"},
        }
        loaded = load_workflow(family(tmp_path, overlays, {"a": ["tiny"], "b": ["a"], "top": ["b"]}))
        due = loaded.workflow.processes["case"].deadlines["next_visit"].due
        assert (getattr(due.after, "text", ""), due.at_most.text if due.at_most else "") == ("P8D", "P20D")
