"""The query bar: which conditions are on, how they stand in an address, what the list page is told."""

from typing import Any

from flask import flash, request, url_for
from flask_admin.model.base import ViewArgs

from views.filters import Where
from views.panel.rows import Capped, Rows


class Bar(Rows):
    """How a panel is asked."""

    search: list[str] = []
    filters: list[Where] = []
    more_filters: list[Where] = []
    classes: dict[str, str] = {}

    def get_filter_arg(self, index: int, flt: Where) -> str:
        """The filter's own fixed name."""
        return flt.key_name

    def _get_list_filter_args(self) -> list[Any]:
        found = []
        for index, flt in enumerate(self._filters or []):
            value = request.args.get(f"flt_{flt.key_name}", "").strip()
            if value and flt.validate(value):
                found.append((index, flt.name, value))
        return found

    def _complain(self) -> None:
        """Say which conditions were not understood."""
        for flt in self._filters or []:
            value = request.args.get(f"flt_{flt.key_name}", "").strip()
            if value and not flt.validate(value):
                flash(f"“{flt.name}”的条件“{value[:40]}”看不懂，已忽略", "error")

    def _get_filters(self, filters: list[Any] | None) -> dict[str, str]:
        """Active filters as they stand in an address, for the pager and the heads of columns."""
        return {f"flt_{self._filters[index].key_name}": value for index, _name, value in filters or []}

    def _get_list_extra_args(self) -> ViewArgs:
        """Of what else stands in the address only the tab is ours; `_external` or `endpoint` would mean something to url_for."""
        found = super()._get_list_extra_args()
        tab = found.extra_args.get("tab")
        return found.clone(extra_args={"tab": tab} if tab else {})

    def list_args(self, without: str = "") -> dict[str, Any]:
        """This list as the arguments of an address: tab, filters, search, order."""
        view = self._get_list_extra_args()
        args = view.extra_args | self._get_filters(view.filters) | {
            "search": view.search, "sort": view.sort, "desc": 1 if view.sort_desc else None,
        }
        return {name: value for name, value in args.items() if name != without and value is not None}

    def _fields(self, declared: list[Where]) -> list[dict[str, Any]]:
        return [flt.field(request.args.get(f"flt_{flt.key_name}")) for flt in declared]

    def _conditions(self, filters: list[Any], search: str | None) -> list[dict[str, str]]:
        """Active conditions, each with the list without it."""
        found = [(f"flt_{self._filters[i].key_name}", self._filters[i].words(value)) for i, _name, value in filters]
        if search:
            found.append(("search", f"查找：{search}"))
        return [
            {"label": words, "url": url_for(".index_view", **self.list_args(name))} for name, words in found
        ]

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
                "column_classes": self.classes, "row_label": str,
                "count_text": str(kwargs["count"]) if isinstance(kwargs.get("count"), Capped) else None,
            }
            if kwargs["count_text"] is None:
                del kwargs["count_text"]
            kwargs |= self.list_context(kwargs)
            self._complain()
        return super().render(template, **kwargs)
