"""Why not, in full: what is said, what was read, what is missing, who can see to it, and from when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from state_machine.decision import Attempt, Fixed, Missing, Read, Reason
from state_machine.guards import GuardRules, ask, first_opening
from state_machine.in_order import NOT_ALONG
from state_machine.missing import missing, shown
from state_machine.roles import who_can
from state_machine.words import listed, spaced, with_article

if TYPE_CHECKING:
    from state_machine.evaluation import Evaluation
    from state_machine.rules import ActionRules, Rules
    from state_machine.view import Instance


def unmet(at: Evaluation, instance: Instance, guard: GuardRules) -> Reason:
    """The reason that an unmet guard gives. Values that the actor may not read are left out; it is made once."""
    key = (instance.ref, guard.name)
    found = at.reasons.get(key)
    if found is None:
        found = at.reasons[key] = _unmet(at, instance, guard)
    return found


def _unmet(at: Evaluation, instance: Instance, guard: GuardRules) -> Reason:
    model = guard.model
    lacking = missing(at, instance, guard)
    return Reason(
        guard=guard.name,
        strength=model.strength,
        message=guard.refusal,
        remedy=model.remedy or made_remedy(lacking),
        clauses=model.clauses,
        read=tuple(_as_seen(at, read) for read in ask(guard, at, instance).reads),
        until=first_opening((guard,), at, instance),
        missing=lacking,
    )


def made_remedy(lacking: Sequence[Missing]) -> str:
    """What can be done where a guard has no remedy text of its own."""
    said = dict.fromkeys(text for text in map(_remedy, lacking) if text)
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def not_for_you(
    rules: Rules,
    at: Evaluation,
    where: Instance | None,
    attempt: Attempt,
    roles: tuple[str, ...],
    refusal: Fixed | None,
    *,
    fact: str = "",
) -> Reason:
    """`not_your_role` or `not_open_to_you`: which roles it takes, and who has them. Nothing else is told."""
    fixed = refusal or Fixed.NOT_YOUR_ROLE
    doing = f"record {spaced(fact)}" if fact else "do this"
    said = listed([with_article(role) for role in roles])
    people = who_can(rules, at, where, roles)
    if fixed is Fixed.NOT_OPEN_TO_YOU:
        message = f"Only {said} assigned here may {doing}, and {attempt.actor.person} is not assigned here."
        remedy = "Ask whoever assigns people here, or one of those assigned."
    else:
        message = f"It takes {said} to {doing}." if said else f"Nobody may {doing}."
        remedy = f"Ask {listed(people)}." if people else ""
    ref = where.ref if where is not None else attempt.ref
    yours = listed(sorted(attempt.actor.titles), "and") or "no role"
    lacking = Missing(ref, "role", listed(roles), yours, listed(roles), roles, people)
    return Reason(fixed.value, "must", message, remedy, missing=(lacking,) if roles else ())


def by_the_house_alone(attempt: Attempt) -> Reason:
    """`not_your_role` for what no person may do: it comes by itself, or there is no such action here."""
    name = spaced(attempt.action or attempt.kind)
    return Reason(Fixed.NOT_YOUR_ROLE.value, "must", f"Nobody may {name} here; the house does it when its time comes.")


def cannot_be_assigned(rules: Rules, at: Evaluation, attempt: Attempt, why: str) -> Reason:
    """`not_your_role` about the person who should be put into a role."""
    assert attempt.role is not None
    assert attempt.assigned is not None
    people = who_can(rules, at, None, (attempt.role,))
    message = f"{attempt.assigned} cannot be made {spaced(attempt.role)}: {why}."
    remedy = f"Choose {listed(people)}." if people else ""
    lacking = Missing(attempt.ref, "role", attempt.role, attempt.assigned, attempt.role, (attempt.role,), people)
    return Reason(Fixed.NOT_YOUR_ROLE.value, "must", message, remedy, missing=(lacking,))


def not_from_here(rules: Rules, at: Evaluation, instance: Instance, action: ActionRules) -> Reason:
    """`not_from_here`: every track that stands where the action does not go from."""
    process = rules.processes[instance.process]
    lacking, said, read = [], [], []
    for arrows in action.arrows:
        state = instance.tracks[arrows.track].state
        if arrows.follow(state) is not None:
            continue
        sources = [name for name in process.model.tracks[arrows.track].states if name in (arrows.sources or ())]
        into = (arrow for state in sources for arrow in process.machines[arrows.track].into[state])
        others = dict.fromkeys(arrow.action for arrow in into if arrow.action != action.name)
        roles = tuple(dict.fromkeys(role for other in others for role in process.actions[other].model.by))
        people = who_can(rules, at, instance, roles)
        needed = listed(sources)
        lacking.append(Missing(instance.ref, "track", arrows.track, state, needed, roles, people))
        said.append(f"{spaced(arrows.track)} is {spaced(state)} and not {listed([spaced(s) for s in sources])}")
        read.append(Read(arrows.track, state, instance.ref))
    message = f"Not from here: {listed(said, 'and')}."
    return Reason(Fixed.NOT_FROM_HERE.value, "must", message, read=tuple(read), missing=tuple(lacking))


def not_held(at: Evaluation, instance: Instance, role: str) -> Reason:
    """`not_held`: nobody has the role on the instance, so that nobody can be taken out of it."""
    message = f"Nobody is {spaced(role)} here, so there is nothing to take back."
    above = at.instance(instance.parent) if instance.parent is not None else None
    while above is not None and role not in above.holders:
        above = at.instance(above.parent) if above.parent is not None else None
    remedy = (
        f"{above.holders[role]} is {spaced(role)} on {above.ref}, which counts here: take it back there."
        if above
        else ""
    )
    lacking = Missing(instance.ref, "role", role, "nobody", role)
    return Reason(Fixed.NOT_HELD.value, "must", message, remedy, missing=(lacking,))


def answers_missing(rules: Rules, instance: Instance, facts: Sequence[str]) -> Reason:
    """`answer_missing`: the facts that have to come along with the attempt."""
    declared = rules.processes[instance.process].facts
    said = [declared[fact].model.says or spaced(fact) for fact in facts]
    lacking = tuple(Missing(instance.ref, "fact", fact, NOT_ALONG, _shape(rules, instance, fact)) for fact in facts)
    remedy = f"Say it along: {' '.join(f'{fact}=…' for fact in facts)}"
    message = f"An answer has to come along: {listed(said, 'and')}."
    return Reason(Fixed.ANSWER_MISSING.value, "must", message, remedy, missing=lacking)


def _shape(rules: Rules, instance: Instance, fact: str) -> str:
    model = rules.processes[instance.process].facts[fact].model
    return listed(model.values) if model.values else model.kind


def _as_seen(at: Evaluation, read: Read) -> Read:
    source = at.instance(read.ref) if read.fact else None
    if source is None:
        return read
    value = shown(at, source, read.fact, read.value)
    return read if value is read.value else Read(read.what, value, read.ref, read.fact, read.seq)


def _remedy(one: Missing) -> str:
    who = f" ({', '.join(one.people) or listed([spaced(role) for role in one.roles])})" if one.roles else ""
    match one.kind:
        case "fact":
            return f"record {spaced(one.name)}{who}"
        case "action":
            return f"{spaced(one.name)}{who}"
        case "track":
            return f"bring {spaced(one.name)} to {one.needed.partition(': ')[2]}{who}"
        case "child":
            return f"open {with_article(one.name)}{who}"
        case "time":
            return f"wait: {one.needed}" if one.needed.startswith("from") else "the time for it has passed"
    return f"it takes {one.needed}{who}"
