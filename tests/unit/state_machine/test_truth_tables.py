"""Kleene's logic, in full (semantics 12)."""

from __future__ import annotations

import itertools

import pytest

from state_machine.evaluation import Truth
from tests.unit.state_machine.town import Town, compiled

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
TRUTHS = (NO, UNKNOWN, YES)

PROCESSES = """
case:
  tracks: {case: {starts: open, states: {open: {}, closed: {}}}}
  facts:
    a: {kind: yes_no}
    b: {kind: yes_no}
    limit: {kind: number}
    friend: {kind: link, to: other}
  conditions:
    a_holds: {fact: a, is: true}
  guards:
    guarded: {require: {fact: a, is: true}, when: {fact: b, is: true}}
visit:
  parent: case
  facts:
    good: {kind: yes_no}
other:
  facts:
    verified: {kind: yes_no}
"""
RULES = compiled(PROCESSES)


def town(**facts: Truth) -> Town:
    """A case on which `{fact: a, is: true}` has this truth."""
    made = Town(RULES)
    made.add("case", "C1", facts={name: truth is YES for name, truth in facts.items() if truth is not UNKNOWN})
    return made


def with_visits(*goods: Truth) -> Town:
    """A case with a visit for each truth of `{fact: good, is: true}`."""
    made = town()
    for number, truth in enumerate(goods):
        facts = {} if truth is UNKNOWN else {"good": truth is YES}
        made.add("visit", f"V{number}", "C1", facts=facts)
    return made


A, B = "{fact: a, is: true}", "{fact: b, is: true}"

ALL = {
    (NO, NO): NO,
    (NO, UNKNOWN): NO,
    (NO, YES): NO,
    (UNKNOWN, NO): NO,
    (UNKNOWN, UNKNOWN): UNKNOWN,
    (UNKNOWN, YES): UNKNOWN,
    (YES, NO): NO,
    (YES, UNKNOWN): UNKNOWN,
    (YES, YES): YES,
}
ANY = {
    (NO, NO): NO,
    (NO, UNKNOWN): UNKNOWN,
    (NO, YES): YES,
    (UNKNOWN, NO): UNKNOWN,
    (UNKNOWN, UNKNOWN): UNKNOWN,
    (UNKNOWN, YES): YES,
    (YES, NO): YES,
    (YES, UNKNOWN): YES,
    (YES, YES): YES,
}
GUARD = {
    # (require, when): a guard that is not asked holds; in doubt it is asked.
    (NO, NO): YES,
    (NO, UNKNOWN): UNKNOWN,
    (NO, YES): NO,
    (UNKNOWN, NO): YES,
    (UNKNOWN, UNKNOWN): UNKNOWN,
    (UNKNOWN, YES): UNKNOWN,
    (YES, NO): YES,
    (YES, UNKNOWN): YES,
    (YES, YES): YES,
}


class TestConnectives:
    @pytest.mark.parametrize(("parts", "expected"), ALL.items())
    def test_all_is_the_lowest_of_its_parts(self, parts: tuple[Truth, Truth], expected: Truth) -> None:
        assert town(a=parts[0], b=parts[1]).truth(f"{{all: [{A}, {B}]}}") is expected

    @pytest.mark.parametrize(("parts", "expected"), ANY.items())
    def test_any_is_the_highest_of_its_parts(self, parts: tuple[Truth, Truth], expected: Truth) -> None:
        assert town(a=parts[0], b=parts[1]).truth(f"{{any: [{A}, {B}]}}") is expected

    @pytest.mark.parametrize(("part", "expected"), [(NO, YES), (UNKNOWN, UNKNOWN), (YES, NO)])
    def test_not_unknown_is_unknown(self, part: Truth, expected: Truth) -> None:
        assert town(a=part).truth(f"{{not: {A}}}") is expected

    @pytest.mark.parametrize("part", TRUTHS)
    def test_a_name_says_what_it_stands_for(self, part: Truth) -> None:
        assert town(a=part).truth("a_holds") is part

    @pytest.mark.parametrize(("parts", "expected"), GUARD.items())
    def test_a_guard_used_as_a_condition_is_its_require_unless_its_when_is_no(
        self, parts: tuple[Truth, Truth], expected: Truth
    ) -> None:
        assert town(a=parts[0], b=parts[1]).truth("guarded") is expected


class TestUnknowns:
    @pytest.mark.parametrize("test", ["is: true", "is: {fact: b}"])
    def test_a_fact_without_value_is_unknown(self, test: str) -> None:
        assert town(b=YES).truth(f"{{fact: a, {test}}}") is UNKNOWN

    def test_an_unknown_right_side_is_unknown(self) -> None:
        assert town(a=YES).truth("{fact: a, is: {fact: b}}") is UNKNOWN

    @pytest.mark.parametrize(("truth", "known"), [(NO, YES), (UNKNOWN, NO), (YES, YES)])
    def test_known_alone_is_never_unknown(self, truth: Truth, known: Truth) -> None:
        assert town(a=truth).truth("{fact: a, known: true}") is known

    @pytest.mark.parametrize(("truth", "absent"), [(NO, NO), (UNKNOWN, YES), (YES, NO)])
    def test_absence_is_tested_by_known_false(self, truth: Truth, absent: Truth) -> None:
        assert town(a=truth).truth("{fact: a, known: false}") is absent

    @pytest.mark.parametrize("leaf", ["fact: verified, of: friend, is: true", "track: case, of: friend, is: open"])
    def test_an_empty_link_is_unknown(self, leaf: str) -> None:
        assert town().truth(f"{{{leaf}}}") is UNKNOWN

    def test_what_an_empty_link_would_name_is_not_known(self) -> None:
        assert town().truth("{fact: verified, of: friend, known: true}") is NO

    @pytest.mark.parametrize("moment", ["{fact: a}", "{action: close}"])
    @pytest.mark.parametrize("clock", ["elapsed", "within"])
    def test_a_moment_that_never_came_is_unknown(self, clock: str, moment: str) -> None:
        assert town().truth(f"{{{clock}: P1D, since: {moment}}}") is UNKNOWN

    def test_a_figure_that_is_unknown_makes_a_clock_unknown(self) -> None:
        assert town(a=YES).truth("{elapsed: {fact: limit}, since: {fact: a}}") is UNKNOWN

    def test_children_of_an_empty_link_are_unknown(self) -> None:
        assert town().truth("{none: visit, of: friend}") is UNKNOWN


class TestChildren:
    WHERE = "where: {fact: good, is: true}"

    @pytest.mark.parametrize("goods", [c for n in range(4) for c in itertools.product(TRUTHS, repeat=n)])
    def test_some_follows_any_and_none_is_its_opposite(self, goods: tuple[Truth, ...]) -> None:
        expected = max(goods, default=NO)
        made = with_visits(*goods)
        assert made.truth(f"{{some: visit, {self.WHERE}}}") is expected
        assert made.truth(f"{{none: visit, {self.WHERE}}}") is {NO: YES, UNKNOWN: UNKNOWN, YES: NO}[expected]

    @pytest.mark.parametrize("goods", [c for n in range(1, 4) for c in itertools.product(TRUTHS, repeat=n)])
    def test_every_follows_all(self, goods: tuple[Truth, ...]) -> None:
        assert with_visits(*goods).truth(f"{{every: visit, {self.WHERE}}}") is min(goods)

    def test_every_over_no_children_is_no(self) -> None:
        assert with_visits().truth(f"{{every: visit, {self.WHERE}}}") is NO

    @pytest.mark.parametrize(("head", "none", "one"), [("some", NO, YES), ("none", YES, NO), ("every", NO, YES)])
    def test_without_where_any_child_counts(self, head: str, none: Truth, one: Truth) -> None:
        assert with_visits().truth(f"{{{head}: visit}}") is none
        assert with_visits(UNKNOWN).truth(f"{{{head}: visit}}") is one

    @pytest.mark.parametrize("bound", range(4))
    @pytest.mark.parametrize("goods", [c for n in range(4) for c in itertools.product(TRUTHS, repeat=n)])
    def test_count_at_least_counts_yes(self, goods: tuple[Truth, ...], bound: int) -> None:
        found = with_visits(*goods).truth(f"{{count: visit, {self.WHERE}, at_least: {bound}}}")
        assert (found is YES) == (goods.count(YES) >= bound)
        assert (found is NO) == (goods.count(YES) + goods.count(UNKNOWN) < bound)

    @pytest.mark.parametrize("bound", range(4))
    @pytest.mark.parametrize("goods", [c for n in range(4) for c in itertools.product(TRUTHS, repeat=n)])
    def test_count_at_most_counts_yes_and_unknown(self, goods: tuple[Truth, ...], bound: int) -> None:
        found = with_visits(*goods).truth(f"{{count: visit, {self.WHERE}, at_most: {bound}}}")
        assert (found is YES) == (goods.count(YES) + goods.count(UNKNOWN) <= bound)
        assert (found is NO) == (goods.count(YES) > bound)

    def test_a_bound_may_be_a_fact_of_this_instance(self) -> None:
        made = with_visits(YES, YES)
        condition = f"{{count: visit, {self.WHERE}, at_least: {{fact: limit}}}}"
        assert made.truth(condition) is UNKNOWN
        made.record("C1", limit=2)
        assert made.truth(condition) is YES
        made.record("C1", limit=3)
        assert made.truth(condition) is NO


class TestOver:
    def test_no_part_is_skipped_so_that_what_was_read_does_not_depend_on_the_order(self) -> None:
        first = town(a=NO, b=YES).look(f"{{all: [{A}, {B}]}}")[1].reads
        second = town(a=NO, b=YES).look(f"{{all: [{B}, {A}]}}")[1].reads
        assert set(first) == set(second) == {("C1", "a", "a"), ("C1", "b", "b")}
