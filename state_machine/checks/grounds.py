"""Names that say a ground on which nothing may be withheld, whatever workflow they stand in.

A list of words is a net with holes: it finds what is called by its name. What is read where nothing may be withheld is
therefore also proved the other way round, by `never_reads` with `all_but`.
"""

from __future__ import annotations

from collections.abc import Iterable

GROUNDS = (
    "nationality",
    "nationalities",
    "citizenship",
    "country_of_origin",
    "foreign",
    "foreigner",
    "ethnicity",
    "ethnic_group",
    "ethnic_origin",
    "race",
    "caste",
    "colour",
    "skin_colour",
    "religion",
    "religious_belief",
    "belief",
    "faith",
    "creed",
    "denomination",
    "sex",
    "gender",
    "gender_identity",
    "sexuality",
    "sexual_orientation",
    "disability",
    "disabilities",
    "pregnancy",
    "pregnant",
    "hiv",
    "hiv_status",
    "marital_status",
    "political_opinion",
    "political_belief",
    "criminal_record",
    "sex_work",
    "residence_status",
    "legal_status",
    "immigration_status",
    "migration_status",
    "visa_status",
    "cooperation",
    "cooperates",
    "cooperative",
    "uncooperative",
    "willing_to_cooperate",
    "testimony",
    "testifies",
    "testify",
    "will_testify",
    "willing_to_testify",
    "witness",
    "will_inform",
    "return_route",
)
"""Names of facts that say such a ground."""

SAID_OF_SOMEBODY = (
    "man",
    "woman",
    "male",
    "female",
    "boy",
    "girl",
    "foreigner",
    "foreign",
    "citizen",
    "buddhist",
    "muslim",
    "christian",
    "hindu",
    "testifies",
    "will_testify",
    "does_not_testify",
    "refuses_to_testify",
    "cooperates",
    "cooperative",
    "uncooperative",
    "does_not_cooperate",
    "homosexual",
    "transgender",
    "pregnant",
    "disabled",
)
"""Values and states that say such a ground of somebody."""

WISHES = frozenset({"wish", "wishes", "wished", "preference", "prefers", "preferred"})
"""What somebody wishes of others is no ground of theirs."""

_FILLERS = frozenset({"person", "persons", "victim", "own", "is", "seems", "presumed", "known", "supposed", "of"})
_GROUNDS = frozenset(frozenset(name.split("_")) - _FILLERS for name in GROUNDS)


def says_a_ground(name: str, listed: Iterable[str]) -> bool:
    """Whether a name says such a ground, or one of the values or states that are listed does."""
    words = frozenset(name.split("_"))
    if words & WISHES:
        return False
    return words - _FILLERS in _GROUNDS or not set(SAID_OF_SOMEBODY).isdisjoint(listed)
