"""Whatever a family reads in another by itself wakes it when it changes, on whatever way it is found (semantics 3)."""

from __future__ import annotations

import pytest

from tests.houses import SmallHouse, rules_of, staff

WATCHING = """
workflow: watching
says: A house in which everything looks elsewhere
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri, sat, sun]}
fallback: boss
roles:
  boss: {says: Boss}
  helper: {says: Helper, assigned: true}
processes:
  - process: case
    over: {track: s, of: partner, is: gone}
    tracks:
      person: {starts: "off", states: {"off": {}, "on": {}}}
      opened: {starts: "off", states: {"off": {}, "on": {}}}
      moved: {starts: "off", states: {"off": {}, "on": {}}}
      nested: {starts: "off", states: {"off": {}, "on": {}}}
      inspected: {starts: "off", states: {"off": {}, "on": {}}}
      lapsed: {starts: "on", states: {"off": {}, "on": {}}}
      counted: {starts: "off", states: {"off": {}, "on": {}}}
    facts:
      partner: {kind: link, to: partner, by: [boss]}
      fresh: {kind: yes_no, by: [boss], starts: false,
        lasts: {for: {fact: keeps, of: partner}, source: {house: boss, decided: 2026-11-01, why: as the partner says}}}
      noted: {kind: yes_no, by: [boss]}
    guards:
      holder_cleared: {require: {fact: vetting, of: helper, is: clear}}
      probe_there: {require: {some: probe, of: partner}}
      probe_done: {require: {some: probe, of: partner, where: {track: p, is: done}}}
      prober_cleared: {require: {some: probe, of: partner, where: {fact: vetting, of: helper, is: clear}}}
      inspector_good: {require: {some: probe, of: partner, where: {track: s, of: inspector, is: good}}}
      licence_gone: {require: {fact: licence, of: partner, is: false}}
      many_probes: {require: {count: probe, of: partner, at_least: {fact: enough, of: partner}}}
    actions:
      open: {by: [boss]}
      assign: {by: [boss]}
      unassign: {by: [boss]}
      a: {automatic: true, moves: {person: {from: ["off"], to: "on"}}, guards: [holder_cleared]}
      b: {automatic: true, moves: {opened: {from: ["off"], to: "on"}}, guards: [probe_there]}
      c: {automatic: true, moves: {moved: {from: ["off"], to: "on"}}, guards: [probe_done]}
      d: {automatic: true, moves: {nested: {from: ["off"], to: "on"}}, guards: [prober_cleared]}
      e: {automatic: true, moves: {inspected: {from: ["off"], to: "on"}}, guards: [inspector_good]}
      f: {automatic: true, moves: {lapsed: {from: ["on"], to: "off"}}, guards: [licence_gone]}
      g: {automatic: true, moves: {counted: {from: ["off"], to: "on"}}, guards: [many_probes]}
    deadlines:
      runs: {says: Runs, verb: act, while: {track: s, of: partner, is: good}, due: &due {after: P9D,
          source: &source {house: boss, decided: 2026-11-01, why: it must}},
        ladder: &ladder [{name: due, at: PT0S, tell: boss}], clauses: []}
      done: {says: Done, verb: act, while: &always {track: person, is: ["off", "on"]}, due: *due,
        done_by: {action: better, of: partner}, ladder: *ladder, clauses: []}
      pauses: {says: Pauses, verb: act, while: *always, due: *due,
        pauses_while: {fact: vetting, of: helper, is: not_clear}, pauses_at_most: P5D, ladder: *ladder, clauses: []}
      figure: {says: Figure, verb: act, while: *always, ladder: *ladder, clauses: [],
        due: {after: {fact: keeps, of: partner}, at_most: P30D, source: *source}}
      since: {says: Since, verb: act, while: *always, ladder: *ladder, clauses: [],
        due: {since: {fact: since_day, of: partner}, after: P1D, at_most: P30D, source: *source}}
  - process: partner
    tracks: {s: {starts: none_yet, states: {none_yet: {}, good: {}, gone: {}}}}
    facts:
      keeps: {kind: period, by: [boss]}
      since_day: {kind: date, by: [boss]}
      enough: {kind: number, by: [boss]}
      licence: {kind: yes_no, starts: false, by: [boss],
        lasts: {for: P2D, source: {house: boss, decided: 2026-11-01, why: it ends}}}
    actions:
      open: {by: [boss]}
      better: {by: [boss], moves: {s: {from: [none_yet], to: good}}}
      go: {by: [boss], moves: {s: {from: any, to: gone}}}
  - process: probe
    parent: partner
    tracks: {p: {starts: running, states: {running: {}, done: {}}}}
    facts: {inspector: {kind: link, to: partner, by: [boss]}}
    actions:
      open: {by: [boss]}
      assign: {by: [boss]}
      finish: {by: [boss], moves: {p: {from: [running], to: done}}}
  - process: staff_member
    stands_for: person
    facts: {vetting: {kind: choice, values: [clear, not_clear], by: [boss]}}
    actions: {open: {by: [boss]}}
"""


class Watching(SmallHouse):
    """A house with a case, its partner and two helpers; nothing but `elsewhere` happens after that."""

    def __init__(self) -> None:
        super().__init__(rules_of(WATCHING), staff(z="boss", heng="helper", lina="helper"))
        self.partner = self.open("z", "partner", licence=True)
        self.case = self.open("z", partner=self.partner)

    def vet(self, person: str, vetting: str = "clear") -> None:
        """Record what the vetting of somebody found, and let the sweep see it."""
        with self.store.look() as tx:
            ref = tx.person_ref(person)
        assert ref is not None
        assert self.record("z", ref, vetting=vetting).decision == "applied"
        self.wait(seconds=0)

    def assign(self, ref: str, person: str) -> None:
        """Make somebody the helper of an instance."""
        assert self.ask("assign", "z", ref, assigned=person, role="helper").decision == "applied"

    def probe(self, **facts: str) -> str:
        """Open a probe under the partner, and let the sweep see it."""
        ref = self.open("z", "probe", under=self.partner, **facts)
        self.wait(seconds=0)
        return ref

    def told(self, ref: str, **facts: str | int | bool) -> None:
        """Record facts, and let the sweep see them."""
        assert self.record("z", ref, **facts).decision == "applied"
        self.wait(seconds=0)

    def done(self, ref: str, action: str) -> None:
        """Do an action, and let the sweep see it."""
        assert self.act("z", ref, action).decision == "applied"
        self.wait(seconds=0)

    def state(self, track: str) -> str:
        """Where a track of the case stands."""
        return self.instance(self.case).tracks[track].state

    def deadline(self, name: str) -> str:
        """How a deadline of the case stands, with its due."""
        found = self.instance(self.case).deadlines.get(name)
        return "none" if found is None else f"{found.state} {found.due:%m-%d}"


@pytest.fixture
def house() -> Watching:
    """As it begins."""
    return Watching()


class TestAnAutomaticAction:
    def test_follows_the_vetting_of_who_holds_a_role(self, house: Watching) -> None:
        house.assign(house.case, "heng")
        house.vet("heng")
        assert house.state("person") == "on"

    def test_follows_who_holds_it_now_and_nobody_else(self, house: Watching) -> None:
        house.assign(house.case, "heng")
        house.assign(house.case, "lina")
        revision = house.revision(house.case)
        house.vet("heng")
        assert house.revision(house.case) == revision
        house.vet("lina")
        assert house.state("person") == "on"

    def test_looks_at_nobody_once_nobody_holds_it(self, house: Watching) -> None:
        house.assign(house.case, "heng")
        house.ask("unassign", "z", house.case, assigned="heng", role="helper")
        with house.store.look() as tx:
            loaded = tx.load(house.case)
        assert loaded is not None
        assert loaded.family.watches == {house.partner}

    def test_follows_a_child_that_is_opened_elsewhere(self, house: Watching) -> None:
        house.probe()
        assert (house.state("opened"), house.state("moved")) == ("on", "off")

    def test_follows_a_child_that_moves_elsewhere(self, house: Watching) -> None:
        house.done(house.probe(), "finish")
        assert house.state("moved") == "on"

    def test_follows_who_holds_a_role_there(self, house: Watching) -> None:
        house.vet("heng")
        probe = house.probe()
        assert house.state("nested") == "off"
        house.assign(probe, "heng")
        house.wait(seconds=0)
        assert house.state("nested") == "on"

    def test_follows_the_person_who_holds_a_role_there(self, house: Watching) -> None:
        house.assign(house.probe(), "heng")
        house.wait(seconds=0)
        house.vet("heng")
        assert house.state("nested") == "on"

    def test_follows_what_a_child_elsewhere_points_at(self, house: Watching) -> None:
        inspector = house.open("z", "partner")
        house.probe(inspector=inspector)
        house.done(inspector, "better")
        assert house.state("inspected") == "on"

    def test_follows_a_link_elsewhere_that_comes_to_point_somewhere_else(self, house: Watching) -> None:
        first, second = (house.open("z", "partner") for _ in range(2))
        probe = house.probe(inspector=first)
        house.told(probe, inspector=second)
        house.done(second, "better")
        assert house.state("inspected") == "on"

    def test_follows_a_fact_that_lapses_elsewhere(self, house: Watching) -> None:
        house.wait(days=2)
        assert house.state("lapsed") == "off"

    def test_follows_a_figure_elsewhere(self, house: Watching) -> None:
        house.probe()
        assert house.state("counted") == "off"
        house.told(house.partner, enough=1)
        assert house.state("counted") == "on"


class TestADeadline:
    def test_runs_while_something_elsewhere_holds(self, house: Watching) -> None:
        assert house.deadline("runs") == "none"
        house.done(house.partner, "better")
        assert house.deadline("runs") == "armed 01-13"

    def test_is_done_by_something_elsewhere(self, house: Watching) -> None:
        house.wait(minutes=1)
        house.done(house.partner, "better")
        assert house.deadline("done").startswith("done")

    def test_pauses_while_something_elsewhere_holds(self, house: Watching) -> None:
        house.assign(house.case, "heng")
        house.vet("heng", "not_clear")
        assert house.deadline("pauses").startswith("paused")
        house.vet("heng")
        assert house.deadline("pauses").startswith("armed")

    def test_is_dated_by_a_figure_elsewhere(self, house: Watching) -> None:
        house.told(house.partner, keeps="P3D")
        assert house.deadline("figure") == "armed 01-07"

    def test_is_dated_by_a_day_elsewhere(self, house: Watching) -> None:
        house.told(house.partner, since_day="2027-01-08")
        assert house.deadline("since") == "armed 01-09"

    def test_ends_when_its_instance_is_over_by_something_elsewhere(self, house: Watching) -> None:
        house.done(house.partner, "go")
        assert dict(house.instance(house.case).deadlines) == {}


class TestAFactThatLastsAsLongAsSomebodyElseSays:
    def test_lapses_when_that_says_so_now(self, house: Watching) -> None:
        house.told(house.partner, keeps="P9D")
        house.told(house.case, fresh=True)
        house.told(house.partner, keeps="P3D")
        house.wait(days=3)
        assert "case:fact:lapsed" in house.kinds(house.case)


class TestAnOrdinaryStep:
    def test_writes_nothing_of_it_where_it_looks_at_the_same(self, house: Watching) -> None:
        with house.store.look() as tx:
            before = tx.load(house.case)
        house.record("z", house.case, noted=True)
        with house.store.look() as tx:
            after = tx.load(house.case)
        assert before is not None
        assert after is not None
        assert before.family.watches is after.family.watches
