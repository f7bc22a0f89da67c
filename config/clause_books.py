"""The clause books of a composition add up: the same clause said twice is one, said differently an error."""

from __future__ import annotations

from collections.abc import Sequence

from config.problems import Report
from config.yaml_tree import Node, Table, same

PARTS = ("register", "outside", "attested", "scheduled", "built_in")


def merge_clause_books(books: Sequence[tuple[str, Node | None]], report: Report) -> Table | None:
    """One book from those of all workflows, in canonical order. None where there is none."""
    tables = [(name, book) for name, book in books if isinstance(book, Table)]
    if not tables:
        return next((Table(book.mark, {"register": book}, {"register": book.mark}) for _, book in books if book), None)
    whole = Table(tables[-1][1].mark, {}, {})
    for name, book in tables:
        for part, node in book.entries.items():
            there = whole.entries.get(part)
            if part in PARTS and isinstance(node, Table) and isinstance(there, Table):
                _add(part, there, node, name, report)
            elif there is None or not isinstance(node, Table):
                copy = Table(node.mark, dict(node.entries), dict(node.keys)) if isinstance(node, Table) else node
                whole.entries[part], whole.keys[part] = copy, book.keys[part]
    return whole


def _add(part: str, there: Table, node: Table, name: str, report: Report) -> None:
    for clause, entry in node.entries.items():
        known = there.entries.get(clause)
        if known is None:
            there.entries[clause], there.keys[clause] = entry, node.keys[clause]
        elif not same(known, entry):
            report.add(
                node.keys[clause],
                f"`{clause}` stands under `{part}` with another text in another workflow",
                found=f"also in {there.keys[clause]}",
                expected=f"the same as there, or nothing about it in `{name}`",
            )
