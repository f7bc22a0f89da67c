"""A small house with an office that sends its notices, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cases.outbox import DeliveryState
from cases.ports import Store
from cases.wishes import Wishes
from notifications.catalogue import read_catalogues
from notifications.channels.channel import CannotDeliver, Channel, Message
from notifications.deliver import Delivered, run_once
from notifications.office import Office
from notifications.render import Renderer
from storage.memory import MemoryStore
from tests.houses import SmallHouse, rules_of, staff

LINK_BASE = "https://cases.example.org"
ONE_DEADLINE = """
workflow: reminded
says: A house with one deadline
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}
fallback: director
second_person: [director]
forbidden_words: [victim, rescue]
notices:
  soon: {says: "{case}: {verb}, due {due}. {link}"}
  late: {says: "{case}: {verb} is late, rung {rung}. {link}", urgent: true}
roles:
  manager: {says: Manager, assigned: true}
  supervisor: {says: Supervisor}
  director: {says: Director}
processes:
  - process: case
    over: {track: case, is: over}
    tracks:
      case: {starts: open, states: {open: {}, over: {}}}
      plan: {starts: none_yet, states: {none_yet: {}, agreed: {}}}
    facts:
      note: {kind: text, by: [manager]}
    actions:
      open: {by: [manager]}
      assign: {by: [supervisor]}
      unassign: {by: [supervisor]}
      agree: {by: [manager], moves: {plan: {from: [none_yet], to: agreed}}}
      review: {by: [manager]}
      end: {by: [manager], moves: {case: {from: [open], to: over}}}
    deadlines:
      plan_review:
        while: {track: plan, is: agreed}
        task_for: manager
        verb: review
        due: {after: P15D, source: {house: director, decided: 2026-11-01, why: often}}
        done_by: {action: review}
        repeats: after_done
        ladder:
          - {name: soon, at: -P3D, tell: manager, as: soon}
          - {name: breach, at: P2D, tell: supervisor, as: late, breach: true}
          - {name: again, at: P4D, tell: director, breach: true, again: P2D}
  - process: staff_member
    stands_for: person
    tracks: {service: {starts: active, states: {active: {}}}}
    actions: {open: {by: [director]}}
  - process: house_request
    over: {track: request, is: answered}
    tracks: {request: {starts: open, states: {open: {}, answered: {}}}}
    facts: {kind: {kind: choice, values: [ask, undermined, stuck], by: [director]}}
    actions:
      open: {by: [director], asks: [kind]}
      answer: {by: [director], moves: {request: {from: [open], to: answered}}}
"""
RULES = rules_of(ONE_DEADLINE)


class NoTranslations:
    """A workflow whose texts are in one language."""

    def text(self, workflow: str, language: str, path: str) -> str | None:
        """None."""
        return None if workflow and language and path else ""


@dataclass
class Caught:
    """A channel that keeps what it is given; `failing` are the failures of the next tries, one each."""

    failing: list[CannotDeliver | None] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        """Keep it, or fail."""
        problem = self.failing.pop(0) if self.failing else None
        if problem is not None:
            raise problem
        self.messages.append(message)

    @property
    def people(self) -> list[str]:
        """Who was reached, in order."""
        return [one.person for one in self.messages]


@dataclass
class Post:
    """A house, its office, and short words for what tests do with both."""

    house: SmallHouse
    office: Office

    def deliver(self, limit: int = 200) -> Delivered:
        """One run, now."""
        return run_once(self.office, self.house.clock.now(), limit)

    def wait(self, **how_long: float) -> Delivered:
        """Let time go by, take what is due, and deliver."""
        self.house.wait(**how_long)
        return self.deliver()

    def inbox(self, person: str) -> list[str]:
        """What somebody was told in the house."""
        return [one.text for one in self.office.outbox.inbox(person)]

    def states(self, *states: DeliveryState) -> list[tuple[str, str]]:
        """(person, channel) of the deliveries in these states."""
        return [(one.person, one.channel) for one in self.office.outbox.deliveries(states)]

    def case(self) -> str:
        """A case whose plan was agreed now: a reminder in 12 days, due in 15, a breach in 17, the next in 19."""
        ref = self.house.open("sok")
        assert self.house.act("sok", ref, "agree").decision == "applied"
        return ref


def office_of(house: SmallHouse, channels: Mapping[str, Channel], *, chance: float = 0.0) -> Office:
    """An office of this house with these channels, and its inbox."""
    renderer = Renderer(read_catalogues(), NoTranslations(), "en", LINK_BASE)
    return Office(house.house, channels, renderer, lambda: chance)


def post(store: Store | None = None, *, channels: Mapping[str, Channel] | None = None, **wishes: Wishes) -> Post:
    """A house with sok the manager, dara the supervisor and dir the director, who wish to be told like this."""
    people = staff(sok="manager", vuth="manager", dara="supervisor", dir="director")
    people = {name: replace(one, notices=wishes.get(name, one.notices)) for name, one in people.items()}
    house = SmallHouse(RULES, people, store or MemoryStore())
    return Post(house, office_of(house, channels or {}))


def by(*channels: str, **other: object) -> Wishes:
    """Wishes to be told by these channels, at an address of each."""
    return Wishes({channel: f"{channel}@example.org" for channel in channels}, **other)  # type: ignore[arg-type]  # tests say what they mean
