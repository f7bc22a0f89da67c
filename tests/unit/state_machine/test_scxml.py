"""A process as SCXML, run by an engine of other hands, takes the same steps as our decisions."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import pytest
from statemachine.io.scxml.processor import SCXMLProcessor
from statemachine.orderedset import OrderedSet

from config.definition import FactValue
from config.loader import list_shipped, load_workflow
from state_machine.rules import Rules
from state_machine.scxml import LEDGER, NAMESPACE, Chart, chart, data_of
from tests.unit.state_machine.walks import Walked, Walker

FULL = os.environ.get("HOMEWARD_PROMISES") == "full"
WALKS = 1_000 if FULL else 6
STEPS = 20
STANDARDS = [name for name in list_shipped() if name != "base"]


@lru_cache(maxsize=8)
def rules_of(name: str) -> Rules:
    loaded = load_workflow(name)
    return Rules.compile(loaded.workflow, loaded.hash)


def processes() -> list[tuple[str, str]]:
    return [(name, process) for name in STANDARDS for process in rules_of(name).processes]


def read(process: str, text: str) -> Any:
    """A chart in the other engine, as it stands when nothing has been sent to it."""
    processor = SCXMLProcessor()
    processor.parse_scxml(process, text)
    start: Callable[[], Any] = processor.start
    return start()


def without_transitions(text: str) -> str:
    """The same chart in which nothing ever happens: how it stands before anything moves by itself."""
    root = ET.fromstring(text)
    for state in list(root.iter()):
        for transition in state.findall(f"{{{NAMESPACE}}}transition"):
            state.remove(transition)
    return ET.tostring(root, encoding="unicode")


class Engine:
    """A chart in the other engine. It is read once: the engine sets data only when it has just read a chart, so that
    every further beginning puts back the data and states that it gave itself."""

    def __init__(self, rules: Rules, process: str, written: Chart) -> None:
        self.rules, self.process, self.chart = rules.processes[process], process, written
        self._machine = read(process, written.text)
        still = read(process, without_transitions(written.text))
        self._data_at_start = {name: value for name, value in vars(still.model).items() if name != still.state_field}
        self._states_at_start = tuple(still.configuration_values)

    def begin(self) -> None:
        """Start anew, and come to rest."""
        vars(self._machine.model).update(self._data_at_start)
        self._machine.current_state_value = OrderedSet(self._states_at_start)
        self._machine.activate_initial_state()

    @property
    def everything(self) -> tuple[set[str], dict[str, Any]]:
        """All that the engine holds: its states and its data."""
        data = {name: value for name, value in vars(self._machine.model).items() if name != self._machine.state_field}
        return set(self._machine.configuration_values), data

    @property
    def states(self) -> dict[str, str]:
        """Where each track stands."""
        names = {state.id for state in self._machine.configuration}
        inner = [name.split(".") for name in names if "." in name and not name.startswith(("process.", LEDGER))]
        return dict(inner)

    @property
    def data(self) -> dict[str, Any]:
        """What the chart holds of the facts."""
        return {name: value for name, value in vars(self._machine.model).items() if name.startswith("fact_")}

    def take(self, step: Walked) -> bool:
        """Take a step; answers whether the action was accepted."""
        outside = {name: step.known[name] for name in self.chart.inputs}
        if step.recorded is not None:
            # What comes from outside was so before the recording too: a chart that never heard of it hears of it first.
            self._tell({**self.data, **outside})
            if step.recorded in self.chart.facts:
                fact = self.rules.facts[step.recorded]
                self._machine.send(f"record.{step.recorded}", **data_of(fact, step.known[step.recorded]))
            return True
        self._tell({**self.held(step.known), **outside})
        if step.action is None:
            return True
        self._machine.model.done = None
        self._machine.send(f"do.{step.action}")
        return bool(self._machine.model.done is not None)

    def held(self, facts: Mapping[str, FactValue | None]) -> dict[str, FactValue | None]:
        """The data that a chart has to hold when the facts read so."""
        return {
            place: value
            for name in self.chart.facts
            for place, value in data_of(self.rules.facts[name], facts[name]).items()
        }

    def _tell(self, known: Mapping[str, FactValue | None]) -> None:
        if not known.items() <= vars(self._machine.model).items():
            self._machine.send("known", **known)


def compare(rules: Rules, process: str, walks: int, written: Chart | None = None, *, first: int = 0) -> tuple[int, int]:
    """Walk and compare at rest; how many attempts were accepted, and how many refused."""
    engine = Engine(rules, process, written or chart(rules, process))
    accepted = refused = 0
    for number in range(first, first + walks):
        engine.begin()
        walker = Walker(rules, process, engine.chart.inputs, f"{process} {number}")
        for step in walker.walk(STEPS):
            took = engine.take(step)
            if not step.settled:
                break
            where = f"{process}, walk {number}: {step}"
            assert took is step.applied, where
            assert engine.states == step.states, where
            assert engine.data == engine.held(step.facts), where
            if step.action is not None:
                accepted, refused = accepted + step.applied, refused + (not step.applied)
    return accepted, refused


class TestTheOtherEngine:
    @pytest.mark.parametrize(("name", "process"), processes())
    def test_accepts_and_refuses_the_same_steps(self, name: str, process: str) -> None:
        accepted, refused = compare(rules_of(name), process, WALKS)
        tried = any(not a.model.automatic for a in rules_of(name).processes[process].actions.values())
        assert accepted + refused > 0 or not tried

    @pytest.mark.parametrize(("name", "process"), processes())
    def test_begins_again_as_a_chart_just_read_does(self, name: str, process: str) -> None:
        rules = rules_of(name)
        written = chart(rules, process)
        engine, fresh = Engine(rules, process, written), Engine(rules, process, written)
        as_read = engine.everything
        for step in Walker(rules, process, written.inputs, process).walk(STEPS):
            engine.take(step)
        engine.begin()
        assert engine.everything == as_read == fresh.everything

    def test_knows_what_is_outside_before_the_first_thing_is_recorded(self) -> None:
        """This walk begins with a record from which two automatic actions follow; the second one looks outside."""
        assert sum(compare(rules_of("vse-3-adopted"), "case", 1, first=137)) > 0

    def test_is_not_easily_pleased(self) -> None:
        """A chart in which one guard was forgotten is found out."""
        rules = rules_of("kh-2009")
        written = chart(rules, "persons_decision")
        root = ET.fromstring(written.text)
        for transition in root.iter(f"{{{NAMESPACE}}}transition"):
            if transition.get("event") == "do.decide":
                transition.set("cond", "In('decision.reflecting')")
        broken = Chart(ET.tostring(root, encoding="unicode"), written.facts, written.inputs)
        with pytest.raises(AssertionError, match="persons_decision, walk"):
            compare(rules, "persons_decision", 60, broken)


class TestTheFile:
    def test_names_the_version_that_it_was_written_from(self) -> None:
        rules = rules_of("kh-2009")
        assert f"kh-2009 {rules.hash}: process crisis" in chart(rules, "crisis").text

    @pytest.mark.parametrize(("name", "process"), processes())
    def test_has_each_id_once_and_leads_nowhere_else(self, name: str, process: str) -> None:
        root = ET.fromstring(chart(rules_of(name), process).text)
        states = [one.get("id") for one in root.iter() if one.tag.endswith(("}state", "}parallel"))]
        data = [one.get("id") for one in root.iter(f"{{{NAMESPACE}}}data")]
        assert len(set(states)) == len(states)
        assert len(set(data)) == len(data)
        targets = {one.get("target") for one in root.iter(f"{{{NAMESPACE}}}transition")} - {None}
        assert targets <= set(states)
