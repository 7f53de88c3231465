"""A panel's list as a file: what is filtered, in its order, audited."""

from collections.abc import Iterator
from typing import Any

from flask import abort, g, request
from flask_login import current_user
from sqlalchemy.orm import Query

from models import audit
from models.now import now
from views.exporting import send_rows
from views.personal import masked


def export_cell(_view: Any, _context: Any, row: Any, key: str) -> str:
    """Phones and contact persons stay masked, unless the export was asked for with them."""
    return (getattr(row, key) or "") if g.get("personal") else masked(row, key)


class Exports:
    """How a panel is taken away."""

    resource = ""

    def export_rows(self) -> Query:
        """What the list shows with its filters, in its order."""
        args = self._get_list_extra_args()
        column = self._get_column_by_idx(args.sort)
        return self.get_list(
            0, column and column[0], args.sort_desc, args.search, args.filters, execute=False, page_size=0
        )[1]

    def _export_data(self) -> tuple[int, list[Any]]:
        raise NotImplementedError("exports stream; see views/exporting.py")

    def export(self, export_type: str) -> Any:
        """Filtered rows as a workbook or CSV; audited."""
        if export_type not in self.export_types:
            abort(404)
        heads = [label for _key, label in self.get_export_columns()]
        keys = [key for key, _label in self.get_export_columns()]
        g.personal = request.args.get("personal") == "1"
        if g.personal and not self._may("reveal"):
            abort(404)
        audit.record("导出个人信息" if g.personal else "导出", self.resource, None, condition=request.query_string.decode()[:500], kind=export_type)
        return send_rows(
            f"{self.name}_{now():%Y%m%d%H%M}", self.name, heads,
            self._export_lines(keys), export_type,
            note=self._about_export(),
        )

    def _export_lines(self, keys: list[str]) -> Iterator[list[Any]]:
        """Asked only while the file is sent: the session of the request is gone by then."""
        for row in self.export_rows().yield_per(500):
            yield [self.get_export_value(row, key) for key in keys]

    def _about_export(self) -> str:
        """What stands under the title: conditions, who, when."""
        args = self._get_list_extra_args()
        conditions = "、".join(one["label"] for one in self._conditions(args.filters or [], args.search))
        user = current_user._get_current_object()
        return f"条件：{conditions or '全部'}　　导出：{user.unit or user.role_label} {user.name}　{now():%Y-%m-%d %H:%M}"

    export._urls = [("/export/<export_type>/", ("GET",))]
