"""What goes out about a person: before it is sent, what the other side will see and which consent allows it.

Both sides are read from the workflow (`covers`): a referral and a disclosure show what goes along, a consent shows who
may see what, and what it is used for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.look import Sight, look
from cases.look_below import Below, look_below
from config.definition import Fact
from interfaces.web.staff.covers import Cover, covered_by, covers, lets, ready_facts
from interfaces.web.staff.fields import Subject
from interfaces.web.staff.linked import linked
from interfaces.web.staff.reading import CaseRead, opened_in
from interfaces.web.visit import Visit
from interfaces.words.remedies import base_of
from state_machine.view import Instance, Recorded

Facts = Mapping[str, Recorded]


@dataclass(frozen=True, slots=True)
class Pair:
    """Something and what is said of it."""

    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """A consent as it allows something: for whom, what, and until when it is asked again; `address` leads to it."""

    address: str
    ref: str
    stands: str
    pairs: Sequence[Pair]
    until: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the other side will see. `sent` says when and by whom it went out, and is empty before.

    `goes` and `stays` are what goes along and what does not; `known` says whether that was decided at all. `why` is
    where the conditions of sending stand.
    """

    sent: str
    known: bool
    goes: Sequence[str]
    stays: Sequence[str]
    pairs: Sequence[Pair]
    allowed: Sequence[Allowed]
    record: str
    why: str
    ask: str


@dataclass(frozen=True, slots=True)
class Granted:
    """Who sees what by a consent, and what was or will be passed on by it."""

    holds: bool
    sees: Sequence[str]
    hidden: Sequence[str]
    pairs: Sequence[Pair]
    until: str
    used: Sequence[tuple[str, str, str, str]]


def passed_on(visit: Visit, case: CaseRead) -> dict[str, Any]:
    """What the page of an instance shows of its facts, and of what goes out; nothing for a case itself."""
    if case.above is None:
        return {"outgoing": None, "granted": None, "known": ()}
    sight = read_facts(visit, case)
    return {
        "outgoing": outgoing(visit, case, sight.facts),
        "granted": granted(visit, case, sight.facts),
        "known": known_of(visit, case, sight),
    }


def outgoing(visit: Visit, case: CaseRead, ours: Facts) -> Outgoing | None:
    """What an instance passes on; None where it passes nothing on."""
    sending = covers(case.rules, case.instance.process)
    if not sending:
        return None
    action = next(iter(sending))
    cover = sending[action][0]
    packet = ours.get(cover.packet)
    goes, stays = _parted(_subject(visit, case, case.instance.process), cover.packet, packet)
    said = [name for name in ready_facts(case.process, action) if name != cover.packet]
    paired = [own for _, own in cover.pairs if own not in said]
    done = [(case.instance.done[name], name) for name in sending if name in case.instance.done]
    at = base_of(case.instance)
    above = base_of(case.above) if case.above is not None else at
    return Outgoing(
        _sent(visit, max((one.at, one.by) for one, _ in done)) if done else "",
        packet is not None,
        goes,
        stays,
        _pairs(visit, case, case.instance.process, (*paired, *said), ours),
        _allowing(visit, case, sending[action], ours) if packet is not None else (),
        f"{at}/record?field={cover.packet}&next={at}#fact-{cover.packet}" if not done else "",
        f"{at}/why/{action}",
        f"{above}/in/{cover.process}/new?next={at}",
    )


def granted(visit: Visit, case: CaseRead, ours: Facts) -> Granted | None:
    """Who sees what by this instance; None where nothing is let go out by it."""
    by_process = covered_by(case.rules, case.instance.process)
    if not by_process or case.above is None:
        return None
    cover = next(iter(by_process.values()))[0]
    sees, hidden = _parted(_subject(visit, case, case.instance.process), cover.content, ours.get(cover.content))
    others = look_below(visit.house, visit.actor, case.above.ref, tuple(by_process), visit.now)
    used = [
        one
        for one in others
        if any(lets(asked, case.instance, ours, one.facts) for asked in by_process[one.instance.process])
    ]
    paired = dict.fromkeys(theirs for asked in by_process.values() for one in asked for theirs, _ in one.pairs)
    tracks = [one for one in cover.where if getattr(one, "track", None) is not None]
    bare = Cover(cover.process, cover.packet, cover.content, (), tuple(tracks))
    return Granted(
        lets(bare, case.instance, ours, {}),
        sees,
        hidden,
        _pairs(visit, case, case.instance.process, tuple(paired), ours),
        _until(visit, case, case.instance),
        [(base_of(one.instance), case.labels.process(one.instance.process), *_named(case, one)) for one in used],
    )


def _allowing(visit: Visit, case: CaseRead, asked: Sequence[Cover], ours: Facts) -> list[Allowed]:
    """The instances beside this one that let it go out."""
    if case.above is None:
        return []
    processes = tuple(dict.fromkeys(one.process for one in asked))
    beside = look_below(visit.house, visit.actor, case.above.ref, processes, visit.now)
    found = []
    for one in beside:
        cover = next(
            (
                cover
                for cover in asked
                if cover.process == one.instance.process and lets(cover, one.instance, one.facts, ours)
            ),
            None,
        )
        if cover is None:
            continue
        process = one.instance.process
        shown = [*(theirs for theirs, _ in cover.pairs), cover.content]
        opening = case.rules.processes[process].model.actions["open"].asks
        names = tuple(dict.fromkeys((*shown, *opening)))
        ref, stands = _named(case, one)
        pairs = _pairs(visit, case, process, names, one.facts)
        found.append(Allowed(base_of(one.instance), ref, stands, pairs, _until(visit, case, one.instance)))
    return found


def _sent(visit: Visit, done: tuple[dt.datetime, str]) -> str:
    at, by = done
    return visit.words.gettext(
        "Sent %(day)s by %(who)s.",
        day=visit.words.when(at, with_time=True),
        who=visit.names(by),
    )


def _parted(subject: Subject, name: str, held: Recorded | None) -> tuple[list[str], list[str]]:
    """What is chosen of the values of a fact, and what is not, in words and in the order of the workflow."""
    chosen = held.value if held is not None and isinstance(held.value, tuple) else ()
    values = subject.declared[name].values

    def said(value: str) -> str:
        return subject.labels.value(subject.process, name, value)

    return [said(one) for one in values if one in chosen], [said(one) for one in values if one not in chosen]


def _pairs(visit: Visit, case: CaseRead, process: str, names: Sequence[str], facts: Facts) -> list[Pair]:
    subject = _subject(visit, case, process)
    return [
        Pair(case.labels.fact(process, name), said_link(visit, case, subject, name, facts[name]))
        for name in names
        if name in facts
    ]


def read_facts(visit: Visit, case: CaseRead) -> Sight:
    """What is recorded on an instance under a case and shown there: what everybody on it may see, and what goes out.

    Any other fact that few may see is opened by the page that asks it, so that no look is journaled that nobody took.
    """
    declared = case.process.model.facts
    process = case.instance.process
    shown = {name for name, fact in declared.items() if fact.seen_by is None}
    for asked in covers(case.rules, process).values():
        shown |= {one.packet for one in asked} | {ours for one in asked for _, ours in one.pairs}
    for asked in covered_by(case.rules, process).values():
        shown |= {one.content for one in asked} | {theirs for one in asked for theirs, _ in one.pairs}
    return look(visit.house, visit.actor, visit.ref, visit.now, opened_in(visit), shown)


def known_of(visit: Visit, case: CaseRead, sight: Sight) -> list[Pair]:
    """What is recorded here and open to the reader, in the order of the workflow."""
    names = [name for name in case.process.facts if name not in sight.lapsed]
    return _pairs(visit, case, case.instance.process, names, sight.facts)


def said_link(visit: Visit, case: CaseRead, subject: Subject, name: str, held: Recorded) -> str:
    """A value in words; what a link names is called by its name."""
    fact = subject.declared[name]
    if fact.kind != "link":
        return subject.said(name, held.value)
    return _called(visit, case, fact).get(str(held.value), str(held.value))


def _called(visit: Visit, case: CaseRead, fact: Fact) -> Mapping[str, str]:
    """What everything that a link may name is called; read once for a page, whatever the number of consents."""
    read: dict[str, Mapping[str, str]] = visit.request.scope.setdefault("homeward.linked", {})
    key = str(fact.to)
    if key not in read:
        read[key] = dict(linked(visit, case.rules, case.labels, fact))
    return read[key]


def _subject(visit: Visit, case: CaseRead, process: str) -> Subject:
    return Subject(visit.words, case.labels, process, case.rules.processes[process].model.facts)


def _until(visit: Visit, case: CaseRead, instance: Instance) -> str:
    """When it is asked again whether it still holds: its next date; empty where none is set."""
    armed = {name: at.due for name, at in instance.deadlines.items() if at.state == "armed"}
    if not armed:
        return ""
    name = min(armed, key=lambda one: armed[one])
    said = case.labels.deadline(instance.process, name)
    return visit.words.gettext("%(day)s: %(what)s", day=visit.words.when(armed[name]), what=said)


def _named(case: CaseRead, one: Below) -> tuple[str, str]:
    """Its reference, and where it stands."""
    process = one.instance.process
    stands = [case.labels.short(process, track, at.state) for track, at in one.instance.tracks.items()]
    return one.instance.ref, ", ".join(stands)
