"""All that is proved of a workflow before it may be in force.

Some checks need more than its compiled form: its texts in other languages, the house's own words, what it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.loader import Loaded
from config.parts import other_orders, parts_of
from notifications.catalogue import Catalogue, read_catalogues
from state_machine.checks.composition import composition_of
from state_machine.checks.prove import CHECKS, Check, prove
from state_machine.checks.verdict import Report
from state_machine.checks.words import words_elsewhere
from state_machine.rules import Rules


def proved(loaded: Loaded) -> Report:
    """Everything that the checks say of a workflow. It takes seconds."""
    rules = Rules.compile(loaded.workflow, loaded.hash)
    return prove(rules, (*CHECKS, *more_checks(loaded)))


def more_checks(loaded: Loaded) -> tuple[Check, ...]:
    """The words in all languages, and, where the workflow extends others, what the composition does to each of them."""
    house = {language: _said(catalogue) for language, catalogue in read_catalogues().of.items()}
    checks: list[Check] = [words_elsewhere(loaded.texts, house)]
    parts = parts_of(loaded)
    if parts:
        orders = {other.order: other.hash for other in other_orders(loaded)}
        checks.append(composition_of(parts, loaded.hash, orders))
    return tuple(checks)


def _said(catalogue: Catalogue) -> Mapping[str, str]:
    """Every word that the house itself puts into a notice, by what it is."""
    own = {"subject": catalogue.subject, "urgent": catalogue.subject_urgent, "digest": catalogue.subject_digest}
    texts = {"built_in": catalogue.built_in, "repeated": catalogue.repeated}
    verbs = {f"the verb {name}": str(word) for name, word in catalogue.verbs.model_dump().items()}
    return own | texts | verbs
