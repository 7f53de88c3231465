"""Rows of a list: read a page at a time, counted up to a cap, never another one's."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import abort, g, request
from flask_admin.contrib.sqla.ajax import QueryAjaxModelLoader
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Query, RelationshipProperty, selectinload

from models import db
from views.wordsearch import holds

CAP, COMMON = 10_000, 1_000


class Capped(int):
    """A count that stopped at the cap: prints 10,000 以上."""

    def __str__(self) -> str:
        return f"{int(self):,} 以上"


class Loader(QueryAjaxModelLoader):
    """Foreign-key look-up: short terms, small pages; what may be found is the ORM scope's business."""

    def get_one(self, pk: Any) -> Any:
        """The row, or None for what is not a plausible id."""
        return super().get_one(int(pk)) if str(pk).isdecimal() and len(str(pk)) < 12 else None

    def get_list(self, term: str, offset: int = 0, limit: int = 10) -> list[Any]:
        """At most 20 rows."""
        rows = self.get_query().filter(holds((term or "").strip()[:50], *self._cached_fields))
        return rows.order_by(self.model.id).offset(max(offset or 0, 0)).limit(min(max(limit or 10, 1), 20)).all()


def _apart(relation: RelationshipProperty) -> bool:
    """What must not be joined: collections, since an export streams its rows; and a kind of matter, since SQLAlchemy leaves the
    limits on Matter out of a joined load of its subclasses, which would show other offices' matters."""
    return relation.uselist or relation.mapper.inherits is not None


class Rows:
    """How a panel reads."""

    def scaffold_auto_joins(self) -> list[Any]:
        """Only what may be joined; the rest is read by :meth:`get_query`."""
        return [attribute for attribute in super().scaffold_auto_joins() if not _apart(attribute.property)]

    def get_query(self) -> Query:
        """The rows, and what the list shows of others but must not join in one more statement each."""
        shown = [relation.class_attribute for relation in sa.inspect(self.model).relationships if relation.key in self.columns and _apart(relation)]
        return super().get_query().options(*map(selectinload, shown))

    def get_one(self, id: Any) -> Any:
        """The row in scope, or None."""
        if not (str(id).isdecimal() and len(str(id)) < 18):
            return None
        try:
            return super().get_one(str(id))
        except DataError:
            db.session.rollback()
            return None

    def find(self) -> Any:
        """The row of ``?id=`` in scope; 404 otherwise, whoever it belongs to."""
        return self.get_one(request.args.get("id", "")) or abort(404)

    def get_list(
        self, page: int | None, sort_column: Any, sort_desc: bool, search: str | None, filters: Any,
        execute: bool = True, page_size: int | None = None,
    ) -> tuple[int | None, Any]:
        """Rows of a page and their number, counted up to the cap: ids in their order first, then what the list shows of them."""
        query = super().get_list(0, sort_column, sort_desc, search, filters, execute=False, page_size=0)[1]
        size = page_size or self.page_size
        page = min(max(page or 0, 0), self.cap // size)
        if not execute:
            return None, self._apply_pagination(query, page, page_size)
        count = self.counted(query)
        ids = self.ids(query, sort_column, sort_desc, size, page * size, count) if count > page * size else []
        rows = self.of_ids(query, ids)
        g.warm = self.warm(rows)
        return count, rows

    @property
    def cap(self) -> int:
        """Up to how many rows are counted; fewer for a word that stands nearly everywhere (views/wordsearch.py)."""
        return COMMON if g.get("common_word") else CAP

    def counted(self, query: Query) -> int:
        """The number at the foot of the list."""
        return self.capped_count(query)

    def ids(self, query: Query, sort_column: Any, sort_desc: bool, size: int, offset: int = 0, count: int | None = None) -> list[int]:
        """At most `size` ids of a list in its order, which `query` has already; `count`: how many rows it has, where that is known."""
        key = getattr(self.model, self._primary_key)
        return list(db.session.scalars(query.enable_eagerloads(False).with_entities(key).limit(size).offset(offset).statement))

    def of_ids(self, query: Query, ids: list[Any]) -> list[Any]:
        """The rows of these ids, in their order, with all that the list shows of them."""
        key = self._primary_key
        found = {getattr(row, key): row for row in query.order_by(None).filter(getattr(self.model, key).in_(ids))} if ids else {}
        return [found[one] for one in ids if one in found]

    def warm(self, rows: list[Any]) -> Any:
        """What the cells of these rows would otherwise ask for row by row; kept in ``g.warm`` until the answer is sent."""
        return None

    def capped_count(self, query: Query) -> int:
        """How many rows, at most the cap."""
        key = getattr(self.model, self._primary_key)
        ids = query.enable_eagerloads(False).order_by(None).with_entities(key).limit(self.cap + 1).subquery()
        count = db.session.scalar(sa.select(sa.func.count()).select_from(ids))
        return Capped(self.cap) if count > self.cap else count

    def _create_ajax_loader(self, name: str, options: dict[str, Any]) -> Loader:
        return Loader(name, db, getattr(self.model, name).property.mapper.class_, **options)

    def cells(self, row: Any, columns: list[Any]) -> Iterator[tuple[Any, Any]]:
        """What stands in each column of the list, beside what the template knows of the column."""
        return zip((self.get_list_value(None, row, key) for key, _name in self._list_columns), columns, strict=True)

    def _get_list_value(self, *args: Any) -> Any:
        """As stock; a choice nobody has made is blank."""
        value = super()._get_list_value(*args)
        return "" if value is None else value
