"""The desk in a database. Words of drafts, searches and views are sealed by the house, a working name by its family."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, select

from access.desk import Draft, DraftKind, Search, View
from cases.errors import Failed
from storage import tables
from storage.rows import micros, moment
from storage.screens import tables as shown
from storage.screens.reading import Reader, given
from storage.sql import Change, Row, Sql
from storage.vault import desk_place, name_place

_drafts, _searches, _views, _names = shown.drafts.c, shown.searches.c, shown.views.c, shown.working_names.c


class DeskSql(Reader):
    """Where it lies."""

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft, in place of the one with its id; what has ended goes."""
        row = {
            "id": draft.id,
            "person": draft.person,
            "kind": draft.kind,
            "about": draft.about,
            "content": self.vault.seal_own(desk_place("drafts", draft.id, "content"), draft.content),
            "saved_at": micros(draft.saved_at),
            "ends_at": micros(draft.ends_at),
        }
        self.write([self._ended(shown.drafts, draft.saved_at), Change(self._put(shown.drafts), row)])

    def draft(self, id_: str, person: str, now: dt.datetime) -> Draft | None:
        """A draft of this person that has not ended."""
        sql = self.made("draft", lambda: _alive(shown.drafts).where(_drafts.id == bindparam("id")))
        rows = self.rows(sql, {"id": id_, "of_person": person, "now": micros(now)})
        return self._draft(rows[0]) if rows else None

    def drafts(self, person: str, kind: DraftKind, now: dt.datetime) -> Sequence[Draft]:
        """The drafts of a person, the last saved first."""
        sql = self.made("drafts", lambda: _alive(shown.drafts).where(_drafts.kind == bindparam("of_kind")))
        rows = self.rows(sql, {"of_kind": kind, "of_person": person, "now": micros(now)})
        return sorted(map(self._draft, rows), key=lambda one: (one.saved_at, one.id), reverse=True)

    def drop_draft(self, id_: str, person: str) -> None:
        """Throw a draft away."""
        self._drop(shown.drafts, id_, person)

    def save_search(self, search: Search) -> None:
        """Keep a search; what has ended goes."""
        row = {
            "id": search.id,
            "person": search.person,
            "words": self.vault.seal_own(desk_place("searches", search.id, "words"), search.words.encode()),
            "asked_at": micros(search.asked_at),
            "ends_at": micros(search.ends_at),
        }
        self.write([self._ended(shown.searches, search.asked_at), Change(self._put(shown.searches), row)])

    def search(self, id_: str, person: str, now: dt.datetime) -> Search | None:
        """A search of this person that has not ended."""
        sql = self.made("search", lambda: _alive(shown.searches).where(_searches.id == bindparam("id")))
        rows = self.rows(sql, {"id": id_, "of_person": person, "now": micros(now)})
        if not rows:
            return None
        _, _, sealed, asked_at, ends_at = rows[0]
        words = self.vault.unseal_own(desk_place("searches", id_, "words"), sealed).decode()
        return Search(id_, person, words, moment(asked_at), moment(ends_at))

    def save_view(self, view: View) -> None:
        """Keep a view, in place of the one with its id."""
        name = self.vault.seal_own(desk_place("views", view.id, "name"), view.name.encode())
        row = {"id": view.id, "person": view.person, "name": name, "address": view.address}
        self.write([Change(self._put(shown.views), {**row, "made_at": micros(view.made_at)})])

    def views(self, person: str) -> Sequence[View]:
        """The views of a person, by name."""
        sql = self.made("views", lambda: select(shown.views).where(_views.person == bindparam("of_person")))
        rows = self.rows(sql, {"of_person": person})
        return sorted(map(self._view, rows), key=lambda one: (one.name, one.id))

    def drop_view(self, id_: str, person: str) -> None:
        """Throw a view away."""
        self._drop(shown.views, id_, person)

    def name_case(self, case: str, name: str | None) -> None:
        """Give a case a working name, or take it away."""
        if name is None:
            gone = self.made("unname", lambda: delete(shown.working_names).where(_names.instance == bindparam("ref")))
            self.write([Change(gone, {"ref": case})])
            return
        keys = self.rows(self.made("key", _key), {"ref": case})
        if not keys or keys[0][1] is None:
            raise Failed("there is no such case, or its key was destroyed; nothing was named")
        family, wrapped = keys[0]
        sealed = self.vault.seal(family, wrapped, name_place(case), name.encode())
        self.write([Change(self._put(shown.working_names), {"instance": case, "name": sealed})])

    def case_names(self, cases: Sequence[str]) -> Mapping[str, str]:
        """The working names of these cases, as far as they have one."""
        rows = self.rows(self.made("names", self._names), {"refs": given(cases)})
        return {
            ref: self.vault.unseal(family, wrapped, name_place(ref), sealed).decode()
            for ref, sealed, family, wrapped in rows
            if wrapped is not None
        }

    def _draft(self, row: Row) -> Draft:
        id_, person, kind, about, sealed, saved_at, ends_at = row
        content = self.vault.unseal_own(desk_place("drafts", id_, "content"), sealed)
        return Draft(id_, person, kind, about, content, moment(saved_at), moment(ends_at))

    def _view(self, row: Row) -> View:
        id_, person, sealed, address, made_at = row
        name = self.vault.unseal_own(desk_place("views", id_, "name"), sealed).decode()
        return View(id_, person, name, address, moment(made_at))

    def _put(self, table: Table) -> Sql:
        """Insert a row, or replace the one with its key: for what has an owner, only if that is the same."""

        def make() -> Any:
            put = self.speech.insert(table)
            keys = [column.name for column in table.primary_key]
            new = {column.name: put.excluded[column.name] for column in table.c if column.name not in keys}
            same = table.c.person == put.excluded.person if "person" in table.c else None
            return put.on_conflict_do_update(index_elements=keys, set_=new, where=same)

        return self.made(("put", table.name), make)

    def _ended(self, table: Table, now: dt.datetime) -> Change:
        sql = self.made(("ended", table.name), lambda: delete(table).where(table.c.ends_at <= bindparam("now")))
        return Change(sql, {"now": micros(now)})

    def _drop(self, table: Table, id_: str, person: str) -> None:
        mine: list[ColumnElement[bool]] = [table.c.id == bindparam("of_id"), table.c.person == bindparam("of_person")]
        sql = self.made(("drop", table.name), lambda: delete(table).where(*mine))
        self.write([Change(sql, {"of_id": id_, "of_person": person})])

    def _names(self) -> Select[Any]:
        families, instances = tables.families.c, tables.instances.c
        named = select(_names.instance, _names.name, families.id, families.wrapped_key)
        named = named.join(tables.instances, instances.ref == _names.instance)
        named = named.join(tables.families, families.id == instances.family)
        return named.where(_names.instance.in_(self.texts("refs")))


def _alive(table: Table) -> Select[Any]:
    return select(table).where(table.c.person == bindparam("of_person"), table.c.ends_at > bindparam("now"))


def _key() -> Select[Any]:
    families, instances = tables.families.c, tables.instances.c
    key = select(families.id, families.wrapped_key).join(tables.instances, instances.family == families.id)
    return key.where(instances.ref == bindparam("ref"))
