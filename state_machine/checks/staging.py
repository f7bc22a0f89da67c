"""From values of a model's variables to a world that stands so: facts recorded, relatives and people given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from config.definition import Fact, FactValue
from config.durations import Duration
from state_machine.checks.kin import Children, Sorting, belongs
from state_machine.checks.relation import Relation
from state_machine.checks.samples import sample, shifted, surely_after
from state_machine.checks.sites import Site
from state_machine.checks.space import Set, Value, Variable
from state_machine.checks.symbols import ENUMERATED
from state_machine.checks.world import World
from state_machine.conditions import ClockNode
from state_machine.moments import FactFigure
from state_machine.values import duration
from state_machine.view import Instance

REF = "it"
"""The reference of the instance that a trace is about."""


@dataclass(slots=True)
class Staging:
    """What has to be so before an attempt: `values` by variable, of one picked configuration.

    `actor` is whoever will attempt it. `facts` gathers what the instance itself holds; whoever replays records it.
    """

    relation: Relation
    world: World
    values: Mapping[str, Value]
    actor: str
    facts: dict[str, FactValue | None] = field(default_factory=dict)
    recorded_by_actor: set[str] = field(default_factory=set)
    refs: dict[str, str] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    before: Mapping[str, Instance] = field(default_factory=dict)
    calm: bool = False
    around: dict[int, Set] = field(default_factory=dict)
    _sorted: tuple[Mapping[str, Value], Sequence[tuple[Variable, Value]]] | None = None

    def arrange(self) -> None:
        """Let everything around the instance stand as the values say; note what the instance itself must hold."""
        self.refs[self.relation.site.name] = REF
        self._site(self.relation.site, self.values)

    def means(self, values: Mapping[str, Value]) -> Sequence[tuple[Variable, Value]]:
        """The variables among the values with what they stand for, in order of declaration."""
        if self._sorted is None or self._sorted[0] is not values:
            known = self.relation.space.variables
            variables = sorted((known[name] for name in values), key=lambda one: one.place)
            self._sorted = values, [(variable, values[variable.name]) for variable in variables]
        return self._sorted[1]

    # --- sites ----------------------------------------------------------------------------------------------------

    def _site(self, top: Site, values: Mapping[str, Value]) -> None:
        """All sites of these values that are looked at from `top` or from where it is: tracks, facts, links, people."""
        found: dict[str, Site] = {top.name: top}
        for variable, _ in self.means(values):
            for part in variable.means:
                if isinstance(part, Site):
                    self._with_bases(part, found)
        self.sites |= found
        order = sorted(found.values(), key=lambda site: (len(site.chain), site.name))
        for site in order:
            self._place(site, values)
        for site in order:
            self._tracks(site, values)
            self._facts(site, values)
        self._compare(values)
        self._actions(values)
        self._clocks(values)
        for site in order:
            self._kin(site, values)

    def _with_bases(self, site: Site, found: dict[str, Site]) -> None:
        """Children stand for many; they are arranged one by one, from their owner."""
        if all(one.kind != "child" or one.name in self.refs for one in site.chain):
            found |= {one.name: one for one in site.chain}

    def _place(self, site: Site, values: Mapping[str, Value]) -> None:
        """Find or make the instance of a site."""
        if site.name in self.refs:
            return
        world, base = self.world, self.refs.get(site.base.name) if site.base is not None else None
        match site.kind:
            case "above":
                one = world.instances.get(base or "")
                while one is not None and one.process != site.process:
                    one = world.instances.get(one.parent or "")
                if one is not None:
                    self.refs[site.name] = one.ref
            case "linked" if site.process is not None and site.base is not None:
                if values.get(f"{site.base.name}.{site.label}") is not None:
                    self.refs[site.name] = self._linked(site, base or REF)
            case "person":
                self._person(site, base, values)

    def _linked(self, site: Site, base: str) -> str:
        ref = f"{base}.{site.label}"
        if ref not in self.world.instances:
            assert site.process is not None
            person = f"{ref} person" if self.relation.rules.processes[site.process].model.stands_for else None
            self.world.give(site.process, ref, stands_for=person)
        return ref

    def _person(self, site: Site, base: str | None, values: Mapping[str, Value]) -> None:
        process = site.process
        if process is None:
            return
        there = values.get(f"{site.name}?", True)
        who = self.actor if site.label == "actor" else "newcomer" if site.label == "assigned" else None
        if who is None:
            holder_at = base or REF
            who = f"{site.label} here"
            self.world.people[who] = self.world.titles(who) | {site.label}
            if holder_at in self.world.instances:
                self.world.hold(holder_at, site.label, who if there else None)
        if there:
            found = self.world.person(who)
            self.refs[site.name] = (found or self.world.give(process, f"{who} (person)", stands_for=who)).ref

    def _tracks(self, site: Site, values: Mapping[str, Value]) -> None:
        ref = self.refs.get(site.name)
        if ref is None or site.is_itself:
            return
        stands = {
            str(variable.means[2]): str(value)
            for variable, value in self.means(values)
            if variable.means[:2] == ("track", site)
        }
        now = self.world.states(ref)
        if any(now.get(track) != state for track, state in stands.items()):
            self.world.stand(ref, stands)

    # --- facts ----------------------------------------------------------------------------------------------------

    def _facts(self, site: Site, values: Mapping[str, Value]) -> None:
        ref = self.refs.get(site.name)
        if ref is None or site.process is None:
            return
        told = ("fact", "word", "recorded", "test")
        names = dict.fromkeys(
            str(variable.means[2])
            for variable, _ in self.means(values)
            if variable.means[0] in told and variable.means[1] == site
        )
        for name in names:
            declared = self.relation.symbols.declared(site, name)
            if declared is not None:
                variable = self.relation.symbols.fact(site, name)
                value = values.get(variable.name, variable.values[0])
                self._put(site, name, self._value(site, name, declared, value, values))

    def _value(
        self, site: Site, name: str, declared: Fact, value: Value, values: Mapping[str, Value]
    ) -> FactValue | None:
        if value is None:
            return None
        said = values.get(f"{site.name}.{name}!")
        if declared.kind in ENUMERATED:
            assert isinstance(value, bool | int | str)
            return None if value == declared.starts and not said else value
        if declared.kind == "choices":
            words = tuple(word for word in declared.values if values.get(f"{site.name}.{name}={word}"))
            return None if words == declared.starts and not said else words
        if declared.starts is not None and not said:
            return None
        if declared.kind == "link":
            linked = Site(f"{site.name}.{name}", "linked", declared.to, site, name)
            return self._linked(linked, self.refs[site.name])
        tests = [
            (str(variable.means[3]), variable.means[4], str(wanted))
            for variable, wanted in self.means(values)
            if variable.means[:3] == ("test", site, name)
        ]
        return sample(declared, self.world.now, self.relation.rules.calendar, tests)

    def _put(self, site: Site, name: str, value: FactValue | None, at: dt.datetime | None = None) -> None:
        """Hold a fact: noted for the instance itself, given for all others."""
        if site.is_itself:
            self.facts[name] = value
        else:
            self.world.put(self.refs[site.name], name, value, "somebody", at)

    def held(self, site: Site, name: str) -> FactValue | None:
        """What a site holds as a fact by now."""
        if site.is_itself and name in self.facts:
            return self.facts[name]
        one = self.world.instances.get(self.refs.get(site.name, ""))
        found = one.facts.get(name) if one is not None else None
        return found.value if found is not None else None

    def _compare(self, values: Mapping[str, Value]) -> None:
        """Let facts stand to each other as the values say, by changing the first of them."""
        for variable, way in self.means(values):
            if variable.means[0] != "order":
                continue
            _, site, name, other, other_name = variable.means
            mine, theirs = self.held(site, name), self.held(other, other_name)
            if site.name not in self.refs or mine is None or theirs is None or (way == "unclear" and mine != theirs):
                continue
            declared = self.relation.symbols.declared(site, name)
            if declared is not None and declared.kind == "link":
                if way == "same":
                    self._put(site, name, theirs)
            elif way == "same" or mine == theirs or declared is None or declared.kind in ("number", "date", "period"):
                self._put(site, name, shifted(theirs, str(way)))

    # --- people and time ------------------------------------------------------------------------------------------

    def _actions(self, values: Mapping[str, Value]) -> None:
        """What was done elsewhere, and by whom."""
        for variable, value in self.means(values):
            if variable.means[0] == "done" and value:
                _, site, action = variable.means
                ref = self.refs.get(site.name)
                if ref is not None and not site.is_itself:
                    self.world.did(ref, action, "somebody")
            if variable.means[0] == "actor" and value:
                self._acts(variable.means[1], variable.means[2])

    def _acts(self, here: Site, node: object) -> None:
        kind, name = getattr(node, "kind", ""), getattr(node, "name", "")
        if kind == "role":
            self.world.people[self.actor] = self.world.titles(self.actor) | {name}
            if self.relation.rules.workflow.roles[name].assigned and REF in self.world.instances:
                self.world.hold(REF, name, self.actor)
        elif kind == "fact" and here.is_itself:
            self.recorded_by_actor.add(name)

    def _clocks(self, values: Mapping[str, Value]) -> None:
        """Let enough time go by, or little, since the moments that clocks count from."""
        for variable, passed in self.means(values):
            if variable.means[0] != "clock":
                continue
            _, here, home, node = variable.means
            assert isinstance(node, ClockNode)
            long_ago = (node.kind == "elapsed") == bool(passed)
            if long_ago:
                self._long_ago(node, here, home)

    def _long_ago(self, node: ClockNode, here: Site, home: Site) -> None:
        length = self._length(node, home)
        if length is None or node.since.child is not None:
            return
        site = here if node.since.place.label == "" else self._named(node.since.place.label, here)
        ref = self.refs.get(site.name) if site is not None else None
        if site is None or ref is None or ref not in self.world.instances:
            return
        since = self.world.now - surely_after(length)
        if site.is_itself and node.since.kind in ("track", "action"):
            self.world.now += surely_after(length)
            self.world.waited += int(surely_after(length).total_seconds())
            return
        match node.since.kind:
            case "track":
                self.world.stand(ref, {node.since.name: self.world.states(ref)[node.since.name]}, since)
            case "action":
                self.world.did(ref, node.since.name, "somebody", since)
            case "fact":
                self._fact_long_ago(site, ref, node.since.name, since)

    def _fact_long_ago(self, site: Site, ref: str, name: str, since: dt.datetime) -> None:
        declared = self.relation.symbols.declared(site, name)
        value = self.held(site, name)
        if declared is None or value is None:
            return
        if declared.kind == "date":
            self._put(site, name, since.date().isoformat())
        elif site.is_itself:
            self.world.put(ref, name, value, "somebody", since)
        else:
            self._put(site, name, value, since)

    def _length(self, node: ClockNode, home: Site) -> Duration | None:
        if not isinstance(node.figure, FactFigure):
            return node.figure
        site = home if node.figure.place.label == "" else self._named(node.figure.place.label, home)
        held = self.held(site, node.figure.fact) if site is not None else None
        return duration(held) if isinstance(held, str) else None

    def _named(self, label: str, here: Site) -> Site | None:
        for name in (
            f"{here.name}^{label}",
            f"{here.name}.{label}",
            f"{here.name}@{label}",
            f"{self.relation.site.name}^{label}",
        ):
            if name in self.sites:
                return self.sites[name]
        return None

    # --- children -------------------------------------------------------------------------------------------------

    def _kin(self, owner: Site, values: Mapping[str, Value]) -> None:
        ref = self.refs.get(owner.name)
        if ref is None or ref not in self.world.instances:  # it is about to be opened
            return
        for children in self.relation.reader.kin.of(owner):
            self._children_of(children, ref, values)

    def _children_of(self, children: Children, owner: str, values: Mapping[str, Value]) -> None:
        there = [one.ref for one in self.world.children(owner, children.process)]
        wanted = self._wanted(children, values, others=bool(there))
        if not wanted:
            return
        for number in range(max(len(wanted), len(there))):
            if number == len(there):
                there.append(self.world.give(children.process, f"{owner}/{children.process}-{number + 1}", owner).ref)
            self._one_child(children, there[number], wanted[min(number, len(wanted) - 1)], values)

    def _wanted(self, children: Children, values: Mapping[str, Value], *, others: bool) -> list[dict[str, Value]]:
        """One child of every kind that is said to be there, as values; with `others` one like which all others may be.

        Nothing where nothing is said of them.
        """
        space, kin = self.relation.space, self.relation.reader.kin
        said = [
            (sorting, truth)
            for sorting in children.sortings.values()
            for truth, variable in sorting.there.items()
            if variable.name in values
        ]
        if not said:
            return []
        if id(values) not in self.around:
            self.around[id(values)] = space.at(values)
        fits = kin.fits(children, calm=self.calm) & self.around[id(values)]
        wanted: list[dict[str, Value]] = []
        for sorting, truth in said:
            if values[sorting.there[truth].name]:
                picked = space.pick(fits & sorting.said[truth])
                if picked is not None:
                    wanted += [picked] * self._times(sorting, truth, values)
        like = space.pick(fits & space.all(one.said["no"] for one in children.sortings.values())) if others else None
        return wanted if like is None else [*wanted, like]

    def _times(self, sorting: Sorting, truth: str, values: Mapping[str, Value]) -> int:
        many = [
            int(variable.means[3])
            for variable, value in self.means(values)
            if variable.means[0] == "many" and variable.means[2] is sorting and value == "enough" and truth == "yes"
        ]
        return max([1, *many])

    def _one_child(
        self, children: Children, ref: str, picked: Mapping[str, Value], values: Mapping[str, Value]
    ) -> None:
        """Arrange one child: everything that is said of it, in the light of what stands around it."""
        inner = Staging(self.relation, self.world, {**picked, **values}, self.actor, self.facts, self.recorded_by_actor)
        inner.refs = {**self.refs, children.any_child.name: ref}
        inner.sites, inner.calm = dict(self.sites), self.calm
        of_child = {
            name: value
            for name, value in {**values, **picked}.items()
            if any(
                isinstance(part, Site) and belongs(part, children.any_child)
                for part in self.relation.space.variables[name].means
            )
        }
        inner._site(children.any_child, of_child)
