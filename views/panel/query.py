"""The query bar: which conditions are on, how they stand in an address, what the list page is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa
from flask import flash, g, redirect, request, url_for
from flask_admin import expose
from flask_admin.model.base import ViewArgs
from werkzeug.datastructures import MultiDict

from views import kept
from views.filters import Where
from views.panel.rows import CAP, Capped, Rows

WHO = ("enterprise", "enterprise_name", "applicant")  # columns that say whom a row is about


class Bar(Rows):
    """How a panel is asked."""

    search: list[str] = []
    filters: list[Where] = []
    more_filters: list[Where] = []
    linked_filters: list[Where] = []  # set by links of reports only: the query bar does not draw them
    classes: dict[str, str] = {}

    def _from(self) -> dict[str, str]:
        """Whom a row is about stands on the card of a phone as well."""
        own = {name: self.classes.get(name, "") for name in self.columns if name in WHO}
        return {name: f"{css} col-from".strip() for name, css in own.items() if "col-title" not in css}

    # -- what is asked ----------------------------------------------------------------------

    @property
    def asked(self) -> MultiDict[str, str]:
        """The conditions: of this request, or of the list a record was opened from."""
        return g.get("asked") or request.args

    def _get_column_by_idx(self, idx: int | None) -> Any:
        """The column an address names for the order; None when the list has no such order, whoever wrote the address."""
        found = super()._get_column_by_idx(idx)
        return found if found is not None and found[0] in self._sortable_columns else None

    @contextmanager
    def asking(self, query: str) -> Iterator[None]:
        """Speak of the list at another address of this panel."""
        g.asked = MultiDict(parse_qsl(query) or [("tab", "")])
        try:
            yield
        finally:
            g.pop("asked")

    @expose("/")
    def index_view(self) -> Any:
        """The list; without any condition in the address, as the reader has saved it for themselves."""
        if not request.args and (saved := kept.default_filter(self.endpoint)):
            return redirect(f"{url_for('.index_view')}?{saved.query}")
        return super().index_view()

    def ids_at(self, query: str) -> list[int]:
        """Ids of the list at that address in its order, at most as many as the list shows."""
        with self.asking(query):
            sort = self.asked.get("sort", type=int)
            column = self._get_column_by_idx(sort) if sort is not None else None
            rows = self.get_list(0, column and column[0], bool(self.asked.get("desc", type=int)), self.asked.get("search"),
                                 self._get_list_filter_args(), execute=False, page_size=0)[1]
            return self.ids(rows, column and column[0], bool(self.asked.get("desc", type=int)), CAP)

    def row_in(self, panel: "Bar", row_id: int) -> int | None:
        """The row that stands for this record in another list; None where it has none."""
        return row_id if sa.inspect(panel.model).base_mapper is sa.inspect(self.model).base_mapper else None

    def neighbours(self, row_id: int, address: str | None) -> dict[str, Any] | None:
        """第 n / m 条 with the rows before and after, in the list the record was opened from."""
        parts = urlsplit(address or "")
        panel = next((view for view in self.admin._views if isinstance(view, Bar) and view.url + "/" == parts.path), None)
        row_id = self.row_in(panel, row_id) if panel is not None and panel.is_accessible() else None
        ids = panel.ids_at(parts.query) if row_id else []
        if not ids:
            return None
        total = f"{len(ids)}{' 以上' if len(ids) == CAP else ''}"
        at = ids.index(row_id) if row_id in ids else -1

        def to(place: int) -> str:
            return url_for(f"{panel.endpoint}.details_view", id=ids[place], url=address) if 0 <= place < len(ids) else ""

        if at < 0:  # its last step has taken it out of the list
            return {"place": f"列表中还有 {total} 条", "next_url": to(0)}
        return {"place": f"第 {at + 1} / {total} 条", "prev_url": to(at - 1), "next_url": to(at + 1)}

    def get_filter_arg(self, index: int, flt: Where) -> str:
        """The filter's own fixed name."""
        return flt.key_name

    def _get_list_filter_args(self) -> list[Any]:
        found = []
        for index, flt in enumerate(self._filters or []):
            value = self.asked.get(f"flt_{flt.key_name}", "").strip()
            if value and flt.validate(value):
                found.append((index, flt.name, value))
        return found

    def _complain(self) -> None:
        """Say which conditions were not understood."""
        if not self.search and (words := self.asked.get("search", "").strip()):
            flash(f"本表没有“查找”，“{words[:40]}”已忽略，请用表上方的条件", "error")
        for flt in self._filters or []:
            value = self.asked.get(f"flt_{flt.key_name}", "").strip()
            if value and not flt.validate(value):
                flash(f"“{flt.name}”的条件“{value[:40]}”看不懂，已忽略", "error")

    def _get_filters(self, filters: list[Any] | None) -> dict[str, str]:
        """Active filters as they stand in an address, for the pager and the heads of columns."""
        return {f"flt_{self._filters[index].key_name}": value for index, _name, value in filters or []}

    def _get_list_extra_args(self) -> ViewArgs:
        """Of what else stands in the address only the tab is ours; `_external` or `endpoint` would mean something to url_for."""
        known = {} if "asked" in g else g.setdefault("list_args", {})
        if self.endpoint not in known:
            found = super()._get_list_extra_args()
            tab = found.extra_args.get("tab")
            known[self.endpoint] = found.clone(extra_args={"tab": tab} if tab else {})
        return known[self.endpoint]

    def list_args(self, without: str = "") -> dict[str, Any]:
        """This list as the arguments of an address: tab, filters, search, order."""
        view = self._get_list_extra_args()
        args = view.extra_args | self._get_filters(view.filters) | {
            "search": view.search if self.search else None, "sort": view.sort, "desc": 1 if view.sort_desc else None,
        }
        return {name: value for name, value in args.items() if name != without and value is not None}

    def _fields(self, declared: list[Where]) -> list[dict[str, Any]]:
        return [flt.field(self.asked.get(f"flt_{flt.key_name}")) for flt in declared]

    def _conditions(self, filters: list[Any], search: str | None) -> list[dict[str, str]]:
        """Active conditions, each with the list without it."""
        found = [(f"flt_{self._filters[i].key_name}", self._filters[i].words(value)) for i, _name, value in filters]
        if search and self.search:
            found.append(("search", f"查找：{search}"))
        return [
            {"label": words, "url": url_for(".index_view", **self.list_args(name))} for name, words in found
        ]

    def spoken(self) -> str:
        """This list as the query of an address; what saved filters keep."""
        return urlencode(sorted((name, str(value)) for name, value in self.list_args().items() if value != ""))

    def _chips(self) -> list[dict[str, Any]]:
        here = self.spoken()
        return [{"label": row.name, "url": f"{url_for('.index_view')}?{row.query}", "active": row.query == here,
                 "title": kept.whose(row)} for row in kept.filters(self.endpoint)]

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """More for the list page; panels add tabs, verbs, lights."""
        return {}

    def render(self, template: str, **kwargs: Any) -> str:
        """The list page gets the query bar; everything else is as Flask-Admin has it."""
        if template == self.list_template:
            search = [{"name": "search", "label": "查找", "kind": "text", "value": kwargs.get("search") or "",
                       "placeholder": "、".join(self.column_labels.get(s, s) for s in self.search)}] if self.search else []
            kwargs |= {
                "query_fields": search + self._fields(self.filters), "more_fields": self._fields(self.more_filters),
                "conditions": self._conditions(kwargs.get("active_filters") or [], kwargs.get("search")),
                "cells": self.cells, "column_classes": self.classes | self._from(), "row_label": str, "hidden_columns": kept.hidden_columns(self.endpoint),
                "chips": self._chips(), "save_filter_url": url_for("kept.save", panel=self.endpoint, query=self.spoken()),
                "count_text": str(kwargs["count"]) if isinstance(kwargs.get("count"), Capped) else None,
            }
            if kwargs["count_text"] is None:
                del kwargs["count_text"]
            kwargs |= self.list_context(kwargs)
            self._complain()
        elif request.endpoint == f"{self.endpoint}.details_view":
            kwargs["neighbours"] = self.neighbours(int(request.args["id"]), request.args.get("url"))
        return super().render(template, **kwargs)
