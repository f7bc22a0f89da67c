"""Who was told what by deadlines, and whose list holds which task, as scenarios check it."""

from __future__ import annotations

from cases.outgoing import Outgoing
from cases.recipients import recipients
from cases.workspace import Workspace
from state_machine.view import Instance
from wiring.scenario_house import ScenarioHouse


class Told:
    """Remembers, notice by notice, who held the role at the moment at which it went out."""

    def __init__(self, on: ScenarioHouse) -> None:
        self._on = on
        self._since = on.clock.now()
        self._seen: set[tuple[str, int, str, str]] = set()
        self._told: dict[tuple[str, str], list[str]] = {}

    def take(self) -> None:
        """Note the recipients of all notices that are new in the outbox."""
        now = self._on.clock.now()
        rows, self._since = self._on.outbox.caused(self._since, now), now
        for row in rows:
            notice = row.notice
            key = (notice.instance, notice.seq, notice.rung, notice.template)
            if key not in self._seen:
                self._seen.add(key)
                for person in self._recipients(notice):
                    self._told.setdefault((notice.instance, person), []).append(f"{notice.deadline}.{notice.rung}")

    def of(self, ref: str, person: str) -> list[str]:
        """What a person was told about an instance, as `deadline.rung`, in order."""
        return self._told.get((ref, person), [])

    def _recipients(self, notice: Outgoing) -> tuple[str, ...]:
        house, now = self._on.house, self._on.clock.now()
        with house.store.look() as tx:
            loaded = tx.load(notice.instance)
            assert loaded is not None  # the notice is about it
            ws = Workspace(house, tx, now, loaded)
            return recipients(ws, house.people, ws.instances[notice.instance], notice.role).people


def tasks(on: ScenarioHouse, instance: Instance, person: str) -> list[str]:
    """The deadlines of an instance that lie in a person's list now, by name."""
    house = on.house
    with house.store.look() as tx:
        loaded = tx.load(instance.ref)
        assert loaded is not None  # it was just read
        ws = Workspace(house, tx, on.clock.now(), loaded)
        declared = ws.family_rules.workflow.processes[instance.process].deadlines
        found = []
        for name, state in instance.deadlines.items():
            role = declared[name].task_for
            if role and state.state != "done" and person in recipients(ws, house.people, instance, role).people:
                found.append(name)
        return found
