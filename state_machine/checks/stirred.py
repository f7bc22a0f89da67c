"""What an action can set off among the relatives of an instance that rested before it, within the same step."""

from __future__ import annotations

from state_machine.checks.kin import belongs, sites_of
from state_machine.checks.relation import Relation
from state_machine.checks.sites import Site
from state_machine.checks.space import Variable
from state_machine.rules import ActionRules

_OF_FACTS = ("fact", "word", "recorded")


def is_stirred(relation: Relation, site: Site, action: ActionRules) -> bool:
    """Whether something can follow of a relative because an action was taken that did not follow before.

    Of other families nothing follows within the step.
    """
    if site.kind != "child" or site.process is None:
        return site.kind == "above"
    ended = (name for name, fact in relation.process.facts.items() if fact.ends_with)
    changed = {*action.model.asks, *ended}
    return any(
        variable.means[0] not in _OF_FACTS or variable.means[2] in changed
        for following in relation.rules.processes[site.process].automatic
        for variable in relation.space.reads(relation.follows(following, site))
        if variable.means[0] in ("kin", "many") or not _is_of(variable, site)
    )


def comes_by_itself(relation: Relation, kind: Variable, site: Site) -> bool:
    """Whether a child, read on this site, can come to be of a kind by an automatic action of its own."""
    said = relation.reader.kin.sorting_of(kind).said[kind.means[3]]
    own = [variable for variable in relation.space.reads(said) if _is_of(variable, site)]
    if any(variable.means[0] != "track" or variable.means[1] != site for variable in own):
        return True
    return any(
        relation.follows(action, site) & relation.before(action, said, site) & ~said != relation.space.empty
        for action in relation.rules.processes[site.process or ""].automatic
    )


def _is_of(variable: Variable, site: Site) -> bool:
    return any(belongs(other, site) for other in sites_of(variable))
