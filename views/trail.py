"""The auditor's page: who did what to which row, when, from where; one row's whole course; taken away as a workbook."""

import json
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for

from models import AuditEntry, db
from models.user import User
from views.filters import Where, between, contains
from views.panel import Panel

SIDES = {None: "空", "***": "（不记内容）"}


def resource_label(name: str) -> str:
    """A table or a page as people call it."""
    panel = next((view for view in current_app.extensions["admin"][0]._views
                  if name in (view.endpoint, getattr(getattr(view, "model", None), "__tablename__", None))), None)
    return panel.name if panel is not None else MORE.get(name, name)


MORE = {
    "matter_event": "办理过程", "matter_deadline": "时限记录", "matter_unit": "承办情况", "receipt": "送达回证", "attachment": "附件",
    "report_snapshot": "已印发报表", "erratum": "更正说明", "data_keys": "个人信息密钥", "user_account": "用户",
}


def _resources() -> list[tuple[str, str]]:
    used = db.session.scalars(sa.select(AuditEntry.resource).distinct().where(AuditEntry.resource != ""))
    return sorted(((name, resource_label(name)) for name in used), key=lambda pair: pair[1])


class AuditPanel(Panel):
    resource = "audit"
    columns = ["id", "at", "user_name", "action", "resource", "row_id", "changes", "address"]
    column_details_list = ["id", "at", "user_name", "address", "action", "resource", "row_id", "changes", "algorithm", "previous", "hash"]
    classes = {"changes": "col-title cut", "id": "num", "address": "opt muted", "row_id": "code"}
    labels = {"id": "链序号"}
    filters = [
        contains("user", "用户", AuditEntry.user_name), contains("action", "动作", AuditEntry.action),
        Where("resource", "对象", lambda value: AuditEntry.resource == value, kind="select", choices=_resources),
        Where("row", "对象号", lambda value: AuditEntry.row_id == value), between("at", "时间", AuditEntry.at),
    ]
    more_filters = [contains("changes", "变更内容", AuditEntry.changes), contains("address", "来源地址", AuditEntry.address)]
    order = ("id", True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.column_formatters = {
            "changes": lambda _v, _c, row, _n: told(row), "resource": lambda _v, _c, row, _n: resource_label(row.resource),
        }
        super().__init__(*args, **kwargs)
        self.column_formatters_export = dict(self.column_formatters)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """From a link to the whole course of its row."""
        return super().list_context(context) | {"row_verb": self.course}

    def course(self, row: AuditEntry) -> tuple[str, str]:
        """Everything that was done to the same row; a link about no row is looked at by itself."""
        if not row.row_id:
            return "查看", url_for(".details_view", id=row.id)
        return "经过", url_for(".index_view", flt_resource=row.resource, flt_row=row.row_id)


def told(row: AuditEntry) -> str:
    """Column: old → new, one after the other, columns by their labels."""
    try:
        found = json.loads(row.changes)
    except ValueError:
        return row.changes
    labels = _labels(row.resource)
    pairs = ((labels.get(key, key), value if isinstance(value, list) else [value]) for key, value in found.items())
    return "；".join(f"{key}：{' → '.join(_side(side) for side in sides)}" for key, sides in pairs)[:2000]


def _side(side: Any) -> str:
    return SIDES.get(side, str(side)) if isinstance(side, str | None) else str(side)


def _labels(resource: str) -> dict[str, str]:
    """Column → label of a table and of the table it extends."""
    table = db.metadata.tables.get(resource if resource != "user" else User.__tablename__)
    if table is None:
        return {}
    parents = [key.column.table for key in table.primary_key.columns.values()[0].foreign_keys]
    return {column.key: column.info.get("label", column.key) for one in (*parents, table) for column in one.columns}
