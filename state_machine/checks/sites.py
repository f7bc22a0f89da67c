"""Instances as a model sees them: the one whose process is searched, and those around it, whose values are free.

A site is a name for an instance that a condition can look at. Which one `of` means was worked out when the workflow was
compiled; here each way to look gets one name, so that two conditions which look at the same instance read the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from state_machine.places import Ancestor, Here, Linked, Person, Place

if TYPE_CHECKING:
    from state_machine.rules import Rules


@dataclass(frozen=True, slots=True)
class Site:
    """An instance that a condition looks at. `name` is empty for the instance itself.

    `kind` says what it is to the site `base`: itself, an ancestor, a child like any other of its process, the target of
    a link fact, or the person in a role (`actor`, `assigned`, or a role's name).
    """

    name: str
    kind: str
    process: str | None
    base: Site | None = None
    label: str = ""

    @property
    def chain(self) -> tuple[Site, ...]:
        """The site, and those from which one looks at it, nearest first."""
        return (self,) if self.base is None else (self, *self.base.chain)

    @property
    def is_itself(self) -> bool:
        """Whether it is the instance whose process is searched."""
        return self.kind == "itself"


def itself(process: str) -> Site:
    """The instance whose process is searched."""
    return Site("", "itself", process)


def child(owner: Site, process: str) -> Site:
    """Any child of this process; all conditions about such children speak of it."""
    return Site(f"{owner.name}/{process}", "child", process, owner)


def find(rules: Rules, place: Place, here: Site) -> Site:
    """The site that a place names where it is read on the site `here`."""
    match place:
        case Here():
            return here
        case Ancestor(process=process):
            return above(rules, here, process)
        case Linked(fact=fact, process=process):
            return Site(f"{here.name}.{fact}", "linked", process, here, fact)
        case Person(label=label, process=process):
            # Who acts and who is being assigned are the same wherever one looks from.
            base = here if label not in ("actor", "assigned") else None
            return Site(f"{base.name if base else ''}@{label}", "person", process, base, label)
    raise TypeError(f"no such place: {place!r}")


def above(rules: Rules, here: Site, process: str) -> Site:
    """The nearest instance of a process on the way up from a site, that site included."""
    if here.process == process:
        return here
    if here.kind in ("child", "begun") and here.base is not None:
        return above(rules, here.base, process)
    root = here
    while root.kind == "above" and root.base is not None:
        root = root.base
    return Site(f"{root.name}^{process}", "above", process, root)
