"""Compiling a workflow: what is worked out once, and what cannot be compiled."""

from __future__ import annotations

import pytest

from state_machine.rules import Rules
from tests.tables.write import rules_of, shipped
from tests.unit.state_machine.town import ROLES, compiled

HOUSE = "source: {house: director, decided: '2026-11-01', why: test}"


class TestCompiling:
    @pytest.mark.parametrize("name", shipped())
    def test_takes_every_shipped_workflow(self, name: str) -> None:
        rules = rules_of(name)
        assert set(rules.processes) == set(rules.workflow.processes)

    @pytest.mark.parametrize(
        ("condition", "message"),
        [
            ("unheard_of", "no condition or guard unheard_of"),
            ("itself", "itself is explained by itself"),
            ("{fact: a, of: nowhere, is: true}", "no ancestor, link fact or role"),
            ("{actor: nowhere}", "no ancestor, link fact or role"),
            ("{actor: case}", "no role and no link fact"),
        ],
    )
    def test_refuses_names_that_mean_nothing(self, condition: str, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            compiled(f"case: {{facts: {{a: {{kind: yes_no}}}}, conditions: {{itself: {condition}}}}}")

    def test_refuses_conditions_that_explain_each_other(self) -> None:
        with pytest.raises(ValueError, match="explained by itself"):
            compiled("case: {conditions: {one: {not: other}, other: {any: [one]}}}")

    @pytest.mark.parametrize("of", ["", ", of: partner"])
    def test_refuses_a_fact_that_lasts_as_long_as_it_lasts(self, of: str) -> None:
        facts = f"""
            partner: {{kind: link, to: case, lasts: {{for: {{fact: span{of}}}, {HOUSE}}}}}
            span: {{kind: period, lasts: {{for: {{fact: span}}, {HOUSE}}}}}
        """
        with pytest.raises(ValueError, match="depends on itself"):
            compiled(f"case:\n  facts:{facts}")

    def test_refuses_parents_in_a_circle(self) -> None:
        with pytest.raises(ValueError, match="round in a circle"):
            compiled("one: {parent: other}\nother: {parent: one}")


class TestLookups:
    RULES: Rules = compiled(
        f"""
        case:
          facts:
            age: {{kind: choice, values: [adult, child], find_by: true}}
            safe: {{kind: yes_no, lasts: {{for: P1D, {HOUSE}}}, by: [nurse]}}
            view: {{kind: text, lasts: {{until: [{{fact: age}}]}}, seen_by: [supervisor]}}
            provider: {{kind: link, to: provider}}
          tracks: {{case: {{starts: open, states: {{open: {{}}, closed: {{}}}}}}}}
          actions:
            close: {{by: [manager, worker]}}
            look: {{by: [worker, nurse]}}
        visit: {{parent: case}}
        check: {{parent: visit}}
        provider: {{}}
        staff: {{stands_for: person}}
        """,
        roles=ROLES + "leader: {says: Leader, counts_as: [manager]}\n",
    )

    def test_know_the_processes_above_and_below(self) -> None:
        processes = self.RULES.processes
        assert processes["check"].above == ("visit", "case")
        assert processes["case"].below == ("visit",)
        assert self.RULES.person_process == "staff"

    def test_know_what_the_door_keeps_rows_for(self) -> None:
        case = self.RULES.processes["case"]
        assert (case.lapsing, case.links, case.found_by) == (("safe",), {"provider": "provider"}, ("age",))
        assert case.start_states == {"case": "open"}

    def test_know_who_may_record(self) -> None:
        facts = self.RULES.processes["case"].facts
        assert facts["safe"].recorders == ("nurse",)
        assert facts["age"].recorders == ("manager", "worker", "nurse")

    def test_know_which_titles_count_as_a_role(self) -> None:
        assert self.RULES.titles_for["manager"] == ("manager", "leader")
        assert self.RULES.titles_for["worker"] == ("worker",)

    def test_know_which_facts_an_answer_may_end(self) -> None:
        assert self.RULES.processes["case"].disturbed_by["age"] == {"age", "view"}
