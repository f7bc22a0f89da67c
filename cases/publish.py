"""Publishing a version of a workflow: two persons, and nothing that was not proved.

One person proposes, another approves; until sign-in exists both are named, and the journal says so (`signed_in`). A
proposal is compared with the version in force at that moment, and can be approved only while that one is in force. What
became of it stands in the journal of everybody who took part, refusals too. While it waits, the house asks those who
may approve it (`cases.asked_to_approve`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cases.errors import BadInput
from cases.house import House
from cases.house_journal import house_entry
from cases.journal import Kind
from cases.ports import Due, NewEntry, Transaction
from cases.publications import Proposal, Publication, PublishingWrites
from cases.take_step import at_the_door
from cases.undermined import HOUSE_REQUEST
from config.definition import Workflow
from config.loader import Loaded, from_canonical
from config.posts import HOUSE_POSTS
from config.problems import listed
from state_machine.checks.verdict import Report, Verdict

BASE = "base"
"""What every workflow that is published builds on: staff, requests and the rights of the person are in it."""
ADMINISTRATOR = HOUSE_POSTS[0]
"""Proposes versions and takes them back; a second person of the house's work approves them."""
VERSION = "version"
"""How the name of a row begins that owes the question about a version which waits."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why something is not published: a word for programs, and what is said."""

    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Publishing:
    """What came of it. `waits`: a second person has to approve; `proposal` is what it is about, if it came so far.

    `doubts` do not stand in its way, and whoever publishes must know of them.
    """

    outcome: Literal["waits", "published", "withdrawn", "refused"]
    name: str
    hash: str
    objections: tuple[Objection, ...] = ()
    proposal: Proposal | None = None
    doubts: tuple[Objection, ...] = ()


def propose(house: House, loaded: Loaded, report: Report, person: str, now: dt.datetime) -> Publishing:
    """Propose a version that was loaded and checked, as this person, at `now` (aware, UTC).

    `report` is what the checks said of this very version. Proposing the same again changes nothing. Raises UnknownName
    for a person who is not there, BadInput for a report of something else, Failed.
    """
    name = loaded.workflow.workflow
    objections = [*_may_not_propose(house, person, name), *_unfit(loaded, report)]
    current = house.store.newest_workflow(name)
    if current == loaded.hash:
        objections.append(Objection("in_force", "this version is in force already"))
    waiting = house.store.versions.open_proposal(name)
    if waiting is not None and waiting.hash == loaded.hash and not objections:
        return Publishing("waits", name, loaded.hash, (_second(waiting),), waiting, doubts(loaded.workflow))
    if waiting is not None and waiting.hash != loaded.hash:
        says = f"version {waiting.hash[:12]}, proposed by {waiting.asked_by}, waits; approve it or withdraw it first"
        objections.append(Objection("another_waits", says))
    if objections:
        return _refused(house, person, name, loaded.hash, objections, now)
    proposal = Proposal(house.ids.attempt(), name, loaded.hash, loaded.canonical, current, person, now)
    _write(house, proposal, Kind.PROPOSED, (person,), now, fresh=True)
    return Publishing("waits", name, loaded.hash, (_second(proposal),), proposal, doubts(loaded.workflow))


def approve(house: House, name: str, hash_: str, report: Report, person: str, now: dt.datetime) -> Publishing:
    """Approve the version of this workflow that waits, as a second person; it is in force from now on.

    `hash_` is the version that this person has looked at, and `report` what the checks say of it now. Raises
    UnknownName, BadInput where nothing waits or something else does, Failed.
    """
    proposal = _waiting(house, name)
    if proposal.hash != hash_ or report.hash != hash_:
        raise BadInput(f"version {proposal.hash[:12]} of {name} waits, and this is {hash_[:12]}; look at what waits")
    objections = [*_not_theirs(house, person, name), *_unproved(report)]
    if person == proposal.asked_by:
        says = f"{person} has proposed it; somebody else must approve it"
        objections.append(Objection("same_person", says))
    if house.store.newest_workflow(name) != proposal.replaces:
        says = "another version came into force since it was proposed; withdraw it and propose it again"
        objections.append(Objection("overtaken", says))
    if objections:
        return _refused(house, person, name, hash_, objections, now)
    published = replace(proposal, state="published", answered_by=person, answered_at=now)
    publication = Publication(name, hash_, now, proposal.asked_by, person)
    _write(house, published, Kind.PUBLISHED, (proposal.asked_by, person), now, publication=publication)
    return Publishing("published", name, hash_, (), published, _doubts_of(proposal))


def withdraw(house: House, name: str, person: str, now: dt.datetime) -> Publishing:
    """Take back the version of this workflow that waits. Raises UnknownName, BadInput where nothing waits, Failed."""
    proposal = _waiting(house, name)
    objections = _may_not_propose(house, person, name)
    if objections:
        return _refused(house, person, name, proposal.hash, objections, now)
    taken = replace(proposal, state="withdrawn", answered_by=person, answered_at=now)
    _write(house, taken, Kind.WITHDRAWN, (person,), now)
    return Publishing("withdrawn", name, proposal.hash, (), taken)


def publishers(workflow: Workflow) -> tuple[str, ...]:
    """The roles that propose and approve versions: who may confirm exceptions, and the fallback."""
    return tuple(dict.fromkeys((*workflow.second_person, workflow.fallback)))


def order_migration(
    house: House, person: str, name: str, hash_: str, now: dt.datetime, second: str = ""
) -> Objection | None:
    """Why this person may not have families moved to this version, journaled; None where they may.

    It takes a role that publishes; and where the version is not in force, so that it may be an older and weaker one, a
    `second` person with such a role. Raises UnknownName for a person who is not there, Failed.
    """
    objections = _not_theirs(house, person, name)
    if house.store.newest_workflow(name) != hash_:
        objections += _not_seconded(house, person, name, hash_, second)
    if not objections:
        return None
    _refused(house, person, name, hash_, objections, now, Kind.MIGRATION_REFUSED)
    return objections[0]


def _not_seconded(house: House, person: str, name: str, hash_: str, second: str) -> list[Objection]:
    """Why nobody stands beside whoever wants a version that is not in force."""
    if not second:
        says = f"version {hash_[:12]} of {name} is not in force; a second person who publishes has to say so too"
        return [Objection("second_person", says)]
    if second == person:
        return [Objection("same_person", f"{person} orders it; somebody else must stand beside")]
    return _not_theirs(house, second, name)


def _waiting(house: House, name: str) -> Proposal:
    proposal = house.store.versions.open_proposal(name)
    if proposal is None:
        raise BadInput(f"no version of {name} waits for a second person; propose one first")
    return proposal


def _deciding(house: House, name: str) -> Workflow:
    """The workflow that says who publishes: the version in force, or for a new name the house's own.

    Never the one that is proposed: a draft could name its author.
    """
    hash_ = house.store.newest_workflow(name)
    return (house.workflows.rules(hash_) if hash_ is not None else house.workflows.current(None)).workflow


def _may_not_propose(house: House, person: str, name: str) -> list[Objection]:
    """Why the person may not propose a version, or take one back: an administrator may, and whoever publishes."""
    return [] if ADMINISTRATOR in house.actor(person).titles else _not_theirs(house, person, name)


def _not_theirs(house: House, person: str, name: str) -> list[Objection]:
    """Whether the person has a role that publishes."""
    actor, workflow = house.actor(person), _deciding(house, name)
    roles = publishers(workflow)
    if any(set(roles) & counted(workflow, title) for title in actor.titles):
        return []
    return [Objection("not_your_role", f"{person} has none of the roles {listed(roles, 20)}, which publish")]


def counted(workflow: Workflow, title: str) -> set[str]:
    """A title and every role as which it counts; nothing for a title that the workflow does not know."""
    found, waiting = set[str](), [title]
    while waiting:
        one = waiting.pop()
        if one not in found and one in workflow.roles:
            found.add(one)
            waiting += workflow.roles[one].counts_as
    return found


def _unfit(loaded: Loaded, report: Report) -> list[Objection]:
    """Why a version cannot be published at all."""
    if report.hash != loaded.hash:
        raise BadInput(f"the checks are those of version {report.hash[:12]}, not of {loaded.hash[:12]}; check it again")
    found = [Objection("unsafe", str(problem)) for problem in loaded.unsafe] + _unproved(report)
    if BASE not in loaded.workflow.extends:
        found.append(Objection("without_base", f"it does not build on {BASE}; add {BASE} to `extends`"))
    return found


def doubts(workflow: Workflow) -> tuple[Objection, ...]:
    """What a version leaves open, by its own words: the clauses that wait for something and are carried by nothing."""
    waiting = workflow.clauses.scheduled
    if not waiting:
        return ()
    says = f"{len(waiting)} clauses are scheduled, and nothing carries them yet: {listed(waiting, 40)}"
    return (Objection("scheduled", says),)


def _doubts_of(proposal: Proposal) -> tuple[Objection, ...]:
    return doubts(from_canonical(proposal.canonical))


def owed_for(proposal: Proposal, ref: str, now: dt.datetime) -> Due:
    """The row beside the instance of whoever proposed a version that owes the question to those who may approve it.

    The same row again, once it is answered, owes the end of that question.
    """
    return Due(ref, ref, "request", f"{VERSION}.{proposal.id}", now, flow="review_providers")


def _asks(house: House) -> bool:
    return HOUSE_REQUEST in house.workflows.current(None).workflow.processes


def _unproved(report: Report) -> list[Objection]:
    """What is violated or not decided: either stops publishing."""
    words = {Verdict.VIOLATED: "violated", Verdict.NOT_DECIDED: "not decided"}
    return [
        Objection(one.verdict.value, f"{one.invariant}: {words[one.verdict]}: {one.says}")
        for one in report.proofs
        if one.verdict is not Verdict.HOLDS
    ]


def _second(proposal: Proposal) -> Objection:
    says = f"proposed by {proposal.asked_by}; a second person has to approve it"
    return Objection("second_person", says)


def _refused(
    house: House,
    person: str,
    name: str,
    hash_: str,
    objections: Sequence[Objection],
    now: dt.datetime,
    kind: Kind = Kind.NOT_PUBLISHED,
) -> Publishing:
    """Journal in the person's own journal that it was not done, and why."""
    because = [one.code for one in objections]
    said = {"publishes": name, "version": hash_, "because": because, "signed_in": False}
    clear = {"actor": person, "action": "publish", **said}

    def one_try(tx: Transaction, _: object) -> None:
        ws, entry = house_entry(house, tx, person, kind, clear, now)
        tx.note(ws.family, [entry])

    at_the_door(house, one_try)
    return Publishing("refused", name, hash_, tuple(objections))


def _write(
    house: House,
    proposal: Proposal,
    kind: Kind,
    people: Sequence[str],
    now: dt.datetime,
    *,
    fresh: bool = False,
    publication: Publication | None = None,
) -> None:
    """Write what became of a proposal together with an entry in the journal of everybody who took part."""
    said = {
        "publishes": proposal.name,
        "version": proposal.hash,
        "replaces": proposal.replaces,
        "asked_by": proposal.asked_by,
        "answered_by": proposal.answered_by,
        "scheduled": sorted(from_canonical(proposal.canonical).clauses.scheduled),
        "signed_in": False,
    }

    def one_try(tx: Transaction, _: object) -> None:
        entries: dict[str, list[NewEntry]] = {}
        for person in people:
            clear = {"actor": person, "action": "publish", **said}
            ws, entry = house_entry(house, tx, person, kind, clear, now)
            entries[ws.family] = [entry]
        asking = tx.person_ref(proposal.asked_by)
        owed = (owed_for(proposal, asking, now),) if asking is not None and _asks(house) else ()
        tx.publish(PublishingWrites(proposal, fresh, entries, publication, owed))

    at_the_door(house, one_try)
