"""Workflows put together: what each holds, all hold; and what blocks or goes around only together is found together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.loader import load_draft, load_together, load_workflow
from config.parts import other_orders, parts_of
from state_machine.checks.composition import composition_of
from state_machine.checks.model import Model
from state_machine.checks.structure import check_structure
from state_machine.checks.verdict import Proof, Verdict
from state_machine.rules import Rules
from tests.unit.state_machine.checks.faults.breaking import SMALL, only, sound_tree

SIGN: dict[str, Any] = {
    "tracks": {"paper": {"starts": "none", "states": {"none": {}, "signed": {}}}},
    "guards": {"came_back": {"require": {"track": "stay", "is": "left"}}},
    "actions": {
        "sign": {"by": ["worker"], "moves": {"paper": {"from": ["none"], "to": "signed"}}, "guards": ["came_back"]}
    },
}
"""An overlay in which a paper can be signed by whoever has left."""

STAY: dict[str, Any] = {
    "tracks": {"room": {"starts": "free", "states": {"free": {}, "taken": {}}}},
    "guards": {
        "has_a_room": {"require": {"track": "room", "is": "taken"}},
        "is_here": {"require": {"track": "stay", "is": "here"}},
    },
    "actions": {
        "take_a_room": {"by": ["worker"], "moves": {"room": {"from": ["free"], "to": "taken"}}, "guards": ["is_here"]},
        "start_interview": {"guards": ["has_a_room"]},
    },
}


def write(folder: Path, name: str, extends: list[str], case: dict[str, Any] | None = None) -> Path:
    """A workflow as a folder: the small house itself, or an overlay of its case."""
    home = folder / name
    home.mkdir()
    head: dict[str, Any] = {"workflow": name, "says": name}
    processes: dict[str, Any] = {"case": {"process": "case", **case}} if case is not None else {}
    if name == SMALL:
        head = {key: value for key, value in sound_tree(SMALL).items() if key != "processes"}
        processes = sound_tree(SMALL)["processes"]
    else:
        head["extends"] = extends
    (home / "workflow.yaml").write_text(yaml.safe_dump(head), "utf-8")
    for process, said in processes.items():
        (home / f"{process}.yaml").write_text(yaml.safe_dump(said), "utf-8")
    return home


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    """A folder with the small house in it."""
    write(tmp_path, SMALL, [])
    return tmp_path


def proofs(folder: Path) -> Iterator[Proof]:
    """What the check of the composition says of a workflow."""
    loaded = load_draft(folder)
    orders = {other.order: other.hash for other in other_orders(loaded)}
    return iter(
        list(composition_of(parts_of(loaded), loaded.hash, orders)(Model(Rules.compile(loaded.workflow, loaded.hash))))
    )


def fallen(folder: Path) -> list[str]:
    """The properties of a composition that do not hold."""
    return [proof.invariant for proof in proofs(folder) if proof.verdict is not Verdict.HOLDS]


class TestParts:
    def test_are_what_is_extended_each_by_itself(self, houses: Path) -> None:
        write(houses, "one", [SMALL], SIGN)
        write(houses, "two", [SMALL], STAY)
        parts = parts_of(load_workflow(write(houses, "both", ["two", "one"])))
        assert list(parts) == ["two", "one"]
        assert "sign" in parts["one"].processes["case"].actions
        assert "sign" not in parts["two"].processes["case"].actions
        assert parts["one"].calendar == load_workflow(houses / SMALL).workflow.calendar

    def test_of_a_shipped_workflow_borrow_what_the_whole_gives(self) -> None:
        loaded = load_workflow("kh-2009")
        (base,) = parts_of(loaded).values()
        assert base.calendar == loaded.workflow.calendar
        assert base.processes.keys() < loaded.workflow.processes.keys()


class TestOrder:
    def test_does_not_matter(self, houses: Path) -> None:
        folders = [write(houses, name, [SMALL], case) for name, case in (("one", SIGN), ("two", STAY), ("three", {}))]
        together = load_together(folders, "all", "All of them")
        orders = list(other_orders(together))
        assert len(orders) == 5
        assert {order.hash for order in orders} == {together.hash}
        assert load_together(folders[::-1], "all", "All of them").hash == together.hash

    def test_is_told_where_it_would(self, houses: Path) -> None:
        loaded = load_workflow(write(houses, "one", [SMALL], SIGN))
        check = composition_of(
            {**parts_of(loaded), "again": parts_of(loaded)[SMALL]}, loaded.hash, {("b", "a"): "other"}
        )
        first = next(iter(check(Model(Rules.compile(loaded.workflow, loaded.hash)))))
        assert (first.invariant, first.verdict) == ("workflow.commutes:extends", Verdict.VIOLATED)


class TestTwoOverlays:
    def test_that_add_and_tighten_are_sound_together(self, houses: Path) -> None:
        write(houses, "one", [SMALL], SIGN)
        write(houses, "two", [SMALL], STAY)
        both = write(houses, "both", ["one", "two"])
        assert fallen(both) == []
        assert len(list(proofs(both))) == 9  # order; of each of the two: kept, closed, own hand and new roles

    def test_go_around_each_other_only_together(self, houses: Path) -> None:
        quickly = {
            "actions": {
                "talk_quickly": {
                    "by": ["worker"],
                    "moves": {"interview": {"from": ["waiting"], "to": "interviewing"}},
                    "guards": ["care_answered", "interpreter_was_offered"],
                }
            }
        }
        one = write(houses, "one", [SMALL], quickly)
        two = write(houses, "two", [SMALL], STAY)
        assert (fallen(one), fallen(two)) == ([], [])
        both = write(houses, "both", ["one", "two"])
        assert fallen(both) == ["case.new_way:talk_quickly.interview.interviewing.two"]
        (proof,) = [proof for proof in proofs(both) if proof.verdict is Verdict.VIOLATED]
        assert "goes around `has_a_room`" in proof.says
        assert proof.counterexample[-1].after["interview"] == "interviewing"

    def test_block_each_other_only_together(self, houses: Path) -> None:
        signed = {
            "guards": {"paper_signed": {"require": {"track": "paper", "is": "signed"}}},
            "actions": {"take_a_room": {"guards": ["paper_signed"]}},
        }
        room = {
            "guards": {"room_taken": {"require": {"track": "room", "is": "taken"}}},
            "actions": {"sign": {"guards": ["room_taken"]}},
        }
        write(houses, "ground", [SMALL], {**SIGN, **{key: {**SIGN.get(key, {}), **STAY[key]} for key in STAY}})
        one = write(houses, "one", ["ground"], signed)
        two = write(houses, "two", ["ground"], room)
        for folder in (one, two):
            assert self._impossible(folder) == []
        assert set(self._impossible(write(houses, "both", ["one", "two"]))) >= {
            "case.possible:sign",
            "case.possible:take_a_room",
            "case.possible:start_interview",
        }

    def _impossible(self, folder: Path) -> list[str]:
        loaded = load_workflow(folder)
        model = Model(only(Rules.compile(loaded.workflow, loaded.hash), "case"))
        return [proof.invariant for proof in check_structure(model) if proof.verdict is not Verdict.HOLDS]


class TestANewTitle:
    def test_that_counts_as_a_role_is_told(self, houses: Path) -> None:
        folder = write(houses, "one", [SMALL], {})
        head = (folder / "workflow.yaml").read_text("utf-8")
        (folder / "workflow.yaml").write_text(
            f"{head}roles: {{old_hand: {{says: Old hand, counts_as: [director]}}}}\n", "utf-8"
        )
        loaded = load_workflow(folder)
        model = Model(Rules.compile(loaded.workflow, loaded.hash))
        assert all(proof.verdict is Verdict.HOLDS for proof in composition_of(parts_of(loaded), loaded.hash, {})(model))
        assert model.warnings == ["whoever is old hand may do all that a director may"]


class TestTheShippedWorkflows:
    def test_combine_for_a_house_that_adopts_them(self) -> None:
        loaded = load_together(["vse-3-adopted", "kh-2009", "commit-adopted"], "house", "A house")
        parts, orders = parts_of(loaded), {other.order: other.hash for other in other_orders(loaded)}
        assert set(parts) == {"kh-2009", "commit-adopted", "vse-3-adopted"}
        assert len(orders) == 5
        check = composition_of(parts, loaded.hash, orders)
        proofs = list(check(Model(Rules.compile(loaded.workflow, loaded.hash))))
        assert [proof.says for proof in proofs if proof.verdict is not Verdict.HOLDS] == []
        assert len(proofs) >= 7
        assert loaded.unsafe == ()
