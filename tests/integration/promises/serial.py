"""Is what fifty people were told, all at once, what some order of one after the other would have told them?

The order is the one that the answers name: a step made the revision that it answers, a refusal was decided at it. In
that order everything is asked again in a house with nobody else in it, the in-memory twin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cases.answers import Answer
from tests.houses import SmallHouse, small_house
from tests.integration.promises.signs import broken_chains, loaded, signs


@dataclass(frozen=True)
class Wish:
    """What somebody wants on an instance of the family, which is named by its place in it."""

    kind: str
    who: str
    place: int
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """A house with a family in which something is about to happen."""

    house: SmallHouse
    root: str
    partner: str
    before: tuple[Wish, ...] = ()

    def ref(self, place: int) -> str:
        """The instance at a place of the family."""
        return loaded(self.house.store, self.root).instances[place].ref

    def ask(self, wish: Wish, ref: str | None = None) -> Answer:
        """Ask for it."""
        more = dict(wish.more)
        if "partner" in more:
            more["facts"] = {"partner": self.partner}
            del more["partner"]
        return self.house.ask(wish.kind, wish.who, ref or self.ref(wish.place), **more)

    def told(self, answer: Answer) -> object:
        """What an answer says, comparable with that of another house."""
        places = {one.ref: place for place, one in enumerate(loaded(self.house.store, self.root).instances)}
        return (
            answer.decision,
            answer.revision,
            dict(answer.moves),
            [reason.guard for reason in answer.reasons],
            [reason.guard for reason in answer.advice],
            answer.until,
            answer.exception,
            answer.pending,
            [(places[ref], action) for ref, action in answer.followed],
            [places[ref] for ref in answer.opened],
        )


def begin(house: SmallHouse, *before: Wish) -> World:
    """A family with a case, a visit and a crisis; somebody who can be assigned; a partner elsewhere.

    `before` is what has happened besides.
    """
    with house.store.look() as tx:
        heng = tx.person_ref("heng")
    assert heng is not None
    house.record("dir", heng, vetting="clear")
    partner = house.open("dara", "partner")
    root = house.open("sok", place_safe=True)
    house.record("maly", root, care="given")
    house.open("sok", "visit", root)
    house.act("sok", root, "raise_alarm")
    world = World(house, root, partner, before)
    for wish in before:
        world.ask(wish)
    return world


def differences(world: World, asked: Sequence[tuple[Wish, Answer]]) -> list[str]:
    """Where the answers are not those of the order that they name; empty where they are."""
    alone = begin(small_house(seed="alone"), *world.before)
    found = []
    start = loaded(alone.house.store, alone.root).family.revision
    fresh = [(wish, answer) for wish, answer in asked if not answer.repeated]
    applied = [answer.revision for _, answer in fresh if answer.decision == "applied"]
    if sorted(applied) != list(range(start + 1, start + 1 + len(applied))):
        found.append(f"{len(applied)} steps made the revisions {sorted(applied)} after {start}: an update is lost")
    for wish, answer in sorted(fresh, key=lambda one: (one[1].revision, one[1].decision != "applied", one[1].seq)):
        ours = alone.ask(Wish(wish.kind, wish.who, wish.place, {**wish.more, "key": None}))
        if alone.told(ours) != world.told(answer):
            found.append(f"{wish}: {world.told(answer)}, alone: {alone.told(ours)}")
    found += [f"{wish}: repeated what nobody was told" for wish, answer in asked if not _was_told(answer, fresh)]
    mine, theirs = signs(world.house.store, world.root), signs(alone.house.store, alone.root)
    if mine.instances != theirs.instances or mine.due != theirs.due or mine.revision != theirs.revision:
        found.append(f"stored: {mine}, alone: {theirs}")
    if [sorted(kinds) for kinds in mine.journals] != [sorted(kinds) for kinds in theirs.journals]:
        found.append(f"journals: {mine.journals}, alone: {theirs.journals}")
    return found + [str(one) for one in broken_chains(world.house.store, world.root)]


def _was_told(answer: Answer, fresh: Sequence[tuple[Wish, Answer]]) -> bool:
    return not answer.repeated or answer.attempt in {one.attempt for _, one in fresh}
