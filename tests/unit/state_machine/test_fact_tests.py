"""Tests of facts, and whose fact stands on the right side (language §4)."""

from __future__ import annotations

import pytest

from config.definition import FactValue
from state_machine.evaluation import Truth
from tests.unit.state_machine.town import Town, compiled

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

RULES = compiled("""
case:
  facts:
    care: {kind: choice, values: [offered, delivered, declined]}
    tried: {kind: choices, values: [person, family, others]}
    wanted: {kind: choices, values: [person, family, others]}
    told: {kind: yes_no}
    agreed: {kind: number}
    meant: {kind: number}
    born: {kind: date}
    moved: {kind: date}
    pause: {kind: period}
    longest: {kind: period}
    language: {kind: choice, values: [khmer, thai]}
    interpreter: {kind: link, to: staff}
    receiver: {kind: link, to: staff}
consent:
  parent: case
  tracks: {consent: {starts: asked, states: {asked: {}, given: {}}}}
  facts:
    receiver: {kind: link, to: staff}
    content: {kind: choices, values: [identity, health]}
  conditions:
    is_for_itself: {fact: receiver, is: {fact: receiver}}
disclosure:
  parent: case
  facts:
    receiver: {kind: link, to: staff}
    content: {kind: choices, values: [identity, health]}
staff:
  facts:
    languages: {kind: choices, values: [khmer, thai]}
    gender: {kind: choice, values: [woman, man]}
""")


def town(**facts: FactValue) -> Town:
    made = Town(RULES)
    made.add("case", "C1", facts=facts)
    return made


class TestIs:
    @pytest.mark.parametrize(("care", "truth"), [("delivered", YES), ("offered", NO)])
    def test_equals_one_of_the_values(self, care: str, truth: Truth) -> None:
        assert town(care=care).truth("{fact: care, is: [delivered, declined]}") is truth

    def test_a_yes_is_not_a_one(self) -> None:
        assert town(agreed=1).truth("{fact: agreed, is: true}") is NO
        assert town(told=True).truth("{fact: told, is: 1}") is NO

    def test_one_of_the_values_of_a_choices_fact_will_do(self) -> None:
        made = town(language="thai")
        made.add("staff", "S1", facts={"languages": ("khmer", "thai")})
        made.record("C1", interpreter="S1")
        assert made.truth("{fact: language, is: {fact: languages, of: interpreter}}") is YES

    def test_of_a_choices_fact_all_its_values_count_in_any_order(self) -> None:
        made = town(tried=("family", "person"), wanted=("person", "family"))
        assert made.truth("{fact: tried, is: {fact: wanted}}") is YES
        assert made.truth("{fact: tried, is: person}") is NO

    def test_a_yes_among_the_values_outweighs_an_unknown(self) -> None:
        assert town(care="delivered").truth("{fact: care, is: [{fact: language}, delivered]}") is YES
        assert town(care="offered").truth("{fact: care, is: [{fact: language}, delivered]}") is UNKNOWN


class TestIncludes:
    @pytest.mark.parametrize(
        ("tried", "truth"),
        [(("person", "family", "others"), YES), (("person", "family"), YES), (("person",), NO), ((), NO)],
    )
    def test_has_all_of_them(self, tried: tuple[str, ...], truth: Truth) -> None:
        assert town(tried=tried).truth("{fact: tried, includes: [person, family]}") is truth

    def test_takes_its_values_from_a_fact(self) -> None:
        made = town(tried=("person", "family"), wanted=("family",))
        assert made.truth("{fact: tried, includes: {fact: wanted}}") is YES
        assert made.truth("{fact: wanted, includes: {fact: tried}}") is NO

    def test_a_choice_is_a_list_of_one(self) -> None:
        made = town(language="thai")
        made.add("staff", "S1", facts={"languages": ("khmer", "thai")})
        made.record("C1", interpreter="S1")
        assert made.truth("{fact: languages, of: interpreter, includes: {fact: language}}") is YES


class TestBounds:
    @pytest.mark.parametrize(("agreed", "least", "most"), [(1, NO, YES), (2, YES, YES), (3, YES, NO)])
    def test_of_numbers(self, agreed: int, least: Truth, most: Truth) -> None:
        assert town(agreed=agreed).truth("{fact: agreed, at_least: 2}") is least
        assert town(agreed=agreed).truth("{fact: agreed, at_most: 2}") is most

    def test_may_be_facts(self) -> None:
        assert town(agreed=3, meant=2).truth("{fact: agreed, at_least: {fact: meant}}") is YES
        assert town(agreed=3).truth("{fact: agreed, at_least: {fact: meant}}") is UNKNOWN

    @pytest.mark.parametrize(
        ("moved", "least"),
        [("2027-02-28", NO), ("2027-03-01", YES), ("2027-03-01T00:00", YES), ("2027-02-28T18:00Z", YES)],
    )
    def test_of_dates_compare_local_days_where_one_is_a_bare_day(self, moved: str, least: Truth) -> None:
        assert town(moved=moved).truth("{fact: moved, at_least: '2027-03-01'}") is least

    def test_of_times_compare_instants(self) -> None:
        made = town(moved="2027-03-01T09:00", born="2027-03-01T02:00Z")
        assert made.truth("{fact: moved, at_least: {fact: born}}") is YES
        assert made.truth("{fact: moved, at_most: {fact: born}}") is YES
        made.record("C1", born="2027-03-01T02:01Z")
        assert made.truth("{fact: moved, at_least: {fact: born}}") is NO

    @pytest.mark.parametrize(
        ("pause", "truth"), [("P12M", YES), ("P1Y", YES), ("P11M", NO), ("P365D", UNKNOWN), ("P400D", YES), ("P2M", NO)]
    )
    def test_of_periods_are_unknown_where_it_depends_on_the_calendar(self, pause: str, truth: Truth) -> None:
        assert town(pause=pause).truth("{fact: pause, at_least: P1Y}") is truth


class TestTheRightSide:
    CONSENT = """
        {some: consent, of: case, where: {all: [
            {track: consent, is: given},
            {fact: receiver, is: {fact: receiver}},
            {fact: content, includes: {fact: content}}]}}
    """

    @staticmethod
    def disclosing(*, to: str = "S1", content: tuple[str, ...] = ("identity",), consented: str = "given") -> Town:
        made = town(receiver="S9")
        for ref in ("S1", "S2", "S9"):
            made.add("staff", ref)
        made.add("disclosure", "D1", "C1", facts={"receiver": to, "content": content})
        made.add(
            "consent", "K1", "C1", facts={"receiver": "S1", "content": ("identity",)}, tracks={"consent": consented}
        )
        return made

    def test_belongs_to_the_instance_in_whose_file_the_line_is_written(self) -> None:
        assert self.disclosing().truth(self.CONSENT, "D1") is YES
        assert self.disclosing(to="S2").truth(self.CONSENT, "D1") is NO
        assert self.disclosing(content=("identity", "health")).truth(self.CONSENT, "D1") is NO
        assert self.disclosing(consented="asked").truth(self.CONSENT, "D1") is NO

    def test_is_not_the_child_that_is_looked_at(self) -> None:
        made = self.disclosing(to="S2")
        assert made.truth("{some: consent, of: case, where: {fact: receiver, is: {fact: receiver}}}", "D1") is NO

    def test_may_belong_to_an_ancestor_of_it(self) -> None:
        made = self.disclosing()
        condition = "{some: consent, of: case, where: {fact: receiver, is: {fact: receiver, of: case}}}"
        assert made.truth(condition, "D1") is NO
        made.record("C1", receiver="S1")
        assert made.truth(condition, "D1") is YES

    def test_of_a_named_condition_of_the_child_belongs_to_the_child(self) -> None:
        made = self.disclosing(to="S2")
        assert made.truth("{some: consent, of: case, where: is_for_itself}", "D1") is YES
