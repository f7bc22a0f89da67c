"""On which instance a leaf looks (language §4, semantics 8)."""

from __future__ import annotations

import pytest

from state_machine.evaluation import Truth
from tests.unit.state_machine.town import DAY, NOW, Town, compiled

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

PROCESSES = """
case:
  tracks: {case: {starts: open, states: {open: {}, closed: {}}}}
  facts:
    adult: {kind: yes_no}
    interpreter: {kind: link, to: staff}
  actions:
    open: {by: [manager]}
return:
  parent: case
  facts:
    wish: {kind: yes_no}
leg:
  parent: return
  facts:
    escort: {kind: link, to: staff}
    far: {kind: yes_no}
staff:
  stands_for: person
  tracks: {service: {starts: active, states: {active: {}, left: {}}}}
  facts:
    trained: {kind: yes_no}
    friend: {kind: link, to: staff}
"""
RULES = compiled(PROCESSES)


@pytest.fixture
def town() -> Town:
    made = Town(RULES)
    made.add("case", "C1", holders={"manager": "sok"})
    made.add("return", "R1", "C1")
    made.add("leg", "L1", "R1")
    made.add("leg", "L2", "R1")
    for person in ("sok", "nita", "maly"):
        made.add("staff", f"S-{person}", stands_for=person)
    return made


class TestOf:
    def test_left_out_is_this_instance(self, town: Town) -> None:
        town.record("R1", wish=True)
        assert town.truth("{fact: wish, is: true}", "R1") is YES

    def test_names_an_ancestor_to_any_depth(self, town: Town) -> None:
        town.record("C1", adult=True)
        assert town.truth("{fact: adult, of: case, is: true}", "L1") is YES
        assert town.truth("{track: case, of: case, is: closed}", "L1") is NO

    def test_names_the_instance_of_a_link(self, town: Town) -> None:
        town.record("C1", interpreter="S-nita")
        assert town.truth("{track: service, of: interpreter, is: active}") is YES
        town.moved("S-nita", "service", "left")
        assert town.truth("{track: service, of: interpreter, is: active}") is NO

    def test_names_the_one_who_acts(self, town: Town) -> None:
        town.record("S-nita", trained=True)
        assert town.truth("{fact: trained, of: actor, is: true}", who="nita") is YES
        assert town.truth("{fact: trained, of: actor, is: true}", who="sok") is UNKNOWN

    def test_names_the_one_being_assigned(self, town: Town) -> None:
        town.record("S-nita", trained=True)
        assert town.truth("{fact: trained, of: assigned, is: true}", assigned="nita") is YES
        assert town.truth("{fact: trained, of: assigned, is: true}") is UNKNOWN

    def test_names_the_holder_of_a_role_here_or_above(self, town: Town) -> None:
        town.record("S-sok", trained=True)
        assert town.truth("{fact: trained, of: manager, is: true}") is YES
        assert town.truth("{fact: trained, of: manager, is: true}", "L1") is YES
        town.assigned("L1", manager="maly")
        assert town.truth("{fact: trained, of: manager, is: true}", "L1") is UNKNOWN

    def test_a_role_that_nobody_holds_is_unknown(self, town: Town) -> None:
        assert town.truth("{fact: trained, of: worker, is: true}") is UNKNOWN

    def test_inside_where_is_the_child_looked_at(self, town: Town) -> None:
        town.record("L1", escort="S-nita")
        town.record("L2", escort="S-maly")
        condition = "{every: leg, where: {fact: trained, of: escort, is: true}}"
        town.record("S-nita", trained=True)
        assert town.truth(condition, "R1") is UNKNOWN
        town.record("S-maly", trained=True)
        assert town.truth(condition, "R1") is YES

    def test_with_some_names_whose_children(self, town: Town) -> None:
        town.record("L1", far=True)
        assert town.truth("{some: leg, of: return, where: {fact: far, is: true}}", "L2") is YES

    def test_children_can_be_asked_for_their_children(self, town: Town) -> None:
        town.record("L2", far=True)
        assert town.truth("{some: return, where: {some: leg, where: {fact: far, is: true}}}") is YES

    def test_that_means_nothing_does_not_compile(self, town: Town) -> None:
        with pytest.raises(ValueError, match="no ancestor, link fact or role"):
            town.truth("{fact: adult, of: nowhere, is: true}")


class TestOtherVersions:
    def test_a_linked_instance_is_read_by_the_names_of_its_own_version(self) -> None:
        newer = compiled(
            PROCESSES.replace("trained: {kind: yes_no}", "skilled: {kind: yes_no, starts: true}"), hash_="v2"
        )
        town = Town(RULES, more=[newer])
        town.add("case", "C1")
        town.add("staff", "S1", rules=newer)
        town.record("C1", interpreter="S1")
        town.record("S1", trained=True)
        assert town.truth("{fact: trained, of: interpreter, is: true}") is UNKNOWN
        assert town.truth("{fact: trained, of: interpreter, known: true}") is NO

    def test_a_track_that_it_does_not_have_is_unknown(self) -> None:
        newer = compiled(PROCESSES.replace("service:", "work:"), hash_="v2")
        town = Town(RULES, more=[newer])
        town.add("case", "C1")
        town.add("staff", "S1", rules=newer)
        town.record("C1", interpreter="S1")
        assert town.truth("{track: service, of: interpreter, is: active}") is UNKNOWN


class TestReads:
    def test_name_the_value_and_the_entry_that_holds_it(self, town: Town) -> None:
        town.record("C1", adult=True)
        seq = town.instances["C1"].facts["adult"].seq
        (read,) = town.look("{fact: adult, of: case, is: true}", "L1")[1].reads.values()
        assert (read.what, read.value, read.ref, read.fact, read.seq) == ("case.adult", True, "C1", "adult", seq)

    def test_hold_the_links_on_the_way(self, town: Town) -> None:
        town.record("C1", interpreter="S-nita")
        reads = town.look("{fact: trained, of: interpreter, is: true}")[1].reads
        assert [(read.what, read.value) for read in reads.values()] == [
            ("interpreter", "S-nita"),
            ("interpreter.trained", None),
        ]

    def test_hold_what_was_read_of_each_child_and_how_many_there_are(self, town: Town) -> None:
        town.record("L2", far=True)
        reads = town.look("{some: leg, where: {fact: far, is: true}}", "R1")[1].reads
        assert [(read.what, read.value, read.ref) for read in reads.values()] == [
            ("leg×2", 2, "R1"),
            ("leg[1].far", None, "L1"),
            ("leg[2].far", True, "L2"),
        ]

    def test_name_the_entry_of_a_value_that_has_lapsed(self) -> None:
        house = "source: {house: director, decided: '2026-11-01', why: test}"
        town = Town(compiled(f"case: {{facts: {{safe: {{kind: yes_no, lasts: {{for: P1D, {house}}}}}}}}}"))
        town.add("case", "C1")
        town.record("C1", safe=True)
        (read,) = town.look("{fact: safe, is: true}", at=NOW + DAY)[1].reads.values()
        assert (read.value, read.seq) == (None, town.instances["C1"].facts["safe"].seq)

    def test_hold_both_sides_of_a_test(self, town: Town) -> None:
        town.record("S-nita", friend="S-sok")
        reads = town.look("{fact: interpreter, is: {fact: friend, of: interpreter}}")[1].reads
        assert ("C1", "interpreter", "interpreter") in reads

    def test_hold_when_something_was_done(self, town: Town) -> None:
        town.did("C1", "open")
        (read,) = town.look("{elapsed: P1D, since: {action: open}}")[1].reads.values()
        assert (read.what, read.value) == ("open (done)", NOW.isoformat())
