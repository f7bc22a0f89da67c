"""What is measured against writes the rows that a step writes, no fewer."""

from __future__ import annotations

import os
from dataclasses import replace

from sqlalchemy import Engine, text

from cases.ports import Due
from storage.bench_bare import SEAL_BYTES, Shape, run_bare
from storage.sql_store import SqlStore
from tests.conformance.making import START, change, commit, entry, load, opening, recorded

SHAPE = Shape(
    instances=((100, 5000),),
    entries=((700, 900), (300, 400)),
    due=(("lapse", "sex"),),
    notices=1,
    keyed=True,
    moved=("care", "stay"),
    anew=("see_her",),
    tasks=(("see_her", "case_worker"), ("see_her", "supervisor")),
    overview=True,
)


class TestTheBareDatabase:
    def test_writes_every_row_of_a_step(self, url: str, store: SqlStore, raw: Engine) -> None:
        store.fill(opening(f"C{number}") for number in range(3))
        took = run_bare(url, ["C1", "C2", "C1"], SHAPE, os.urandom)
        assert 0 < took.p50_ms <= took.p99_ms
        assert took.per_s > 0
        revisions = {ref: load(store, ref).family.revision for ref in ("C0", "C1", "C2")}
        seqs = {ref: load(store, ref).heads[ref].seq for ref in ("C0", "C1", "C2")}
        assert (revisions, seqs) == ({"C0": 1, "C1": 3, "C2": 2}, {"C0": 1, "C1": 5, "C2": 3})
        with raw.connect() as connection:
            counts = [
                connection.execute(text(f"SELECT count(*) FROM {name}")).scalar()
                for name in ("entries", "marks", "attempts", "due", "outbox", "tasks", "standings", "overview")
            ]
            moved = connection.execute(text("SELECT state FROM standings WHERE instance = 'C1' ORDER BY track")).all()
        # Tracks and tasks that are there already are written over.
        assert counts == [3 + 6, 3 + 6, 3, 2, 3, 2 * 2, 3 + 2, 2]
        assert {state for (state,) in moved} == {"s5"}

    def test_writes_several_steps_to_a_transaction_where_it_is_told(self, url: str, store: SqlStore) -> None:
        store.fill(opening(f"C{number}") for number in range(5))
        took = run_bare(url, [f"C{number}" for number in range(5)], SHAPE, os.urandom, batch=2)
        assert {load(store, f"C{number}").family.revision for number in range(5)} == {2}
        assert took.per_s > 0

    def test_can_run_again_on_other_families(self, url: str, store: SqlStore) -> None:
        store.fill([opening("C1"), opening("C2")])
        run_bare(url, ["C1"], SHAPE, os.urandom)
        run_bare(url, ["C2"], SHAPE, os.urandom)
        assert load(store, "C2").family.revision == 2


class TestAShape:
    def test_is_that_of_the_rows_that_a_step_writes(self, store: SqlStore, raw: Engine) -> None:
        commit(store, opening("C1", facts={"sex": recorded("f")}))
        before = load(store, "C1")
        there = before.instances[0]
        moved = replace(there, tracks={"care": replace(there.tracks["care"], state="given")})
        writes = change(before, changed=(moved,), put_due=(Due("C1", "C1", "lapse", "sex", START),))
        shape = Shape.of(writes, {"C1": replace(there, facts={})})
        commit(store, writes)
        with raw.connect() as connection:
            instance = connection.execute(text("SELECT length(clear), length(facts) FROM instances")).one()
            written = connection.execute(text("SELECT length(clear), length(sealed) FROM entries WHERE seq = 2")).one()
        assert shape == Shape((tuple(instance),), (tuple(written),), (("lapse", "sex"),), moved=("care",))
        assert shape.entries[0][1] == len(entry("C1", 2).sealed) + SEAL_BYTES
