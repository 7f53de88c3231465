"""The auditor's page: who did what to which row, when, from where; one row's whole course; taken away as a workbook."""

from typing import Any

from flask import url_for

from models import AuditEntry
from views import words
from views.filters import Where, between, contains
from views.panel import Panel


class AuditPanel(Panel):
    resource = "audit"
    columns = ["id", "at", "user_name", "action", "resource", "row_id", "changes", "address"]
    column_details_list = ["id", "at", "user_name", "address", "action", "resource", "row_id", "changes", "algorithm", "previous", "hash"]
    classes = {"changes": "col-title cut", "id": "num", "address": "opt muted", "row_id": "code"}
    labels = {"id": "链序号"}
    filters = [
        contains("user", "用户", AuditEntry.user_name), contains("action", "动作", AuditEntry.action),
        Where("resource", "对象", lambda value: AuditEntry.resource == value, kind="select", choices=words.tables),
        Where("row", "对象号", lambda value: AuditEntry.row_id == value), between("at", "时间", AuditEntry.at),
    ]
    more_filters = [contains("changes", "变更内容", AuditEntry.changes), contains("address", "来源地址", AuditEntry.address)]
    order = ("id", True)
    column_formatters = {
        "resource": lambda _v, _c, row, _n: words.table_words(row.resource),
        "changes": lambda _v, _c, row, _n: words.changes_words(row.resource, row.changes),
    }
    export_formatters = column_formatters

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """From a link to the whole course of its row."""
        return super().list_context(context) | {"row_verb": self.course}

    def course(self, row: AuditEntry) -> tuple[str, str]:
        """Everything that was done to the same row; a link about no row is looked at by itself."""
        if not row.row_id:
            return "查看", url_for(".details_view", id=row.id)
        return "经过", url_for(".index_view", flt_resource=row.resource, flt_row=row.row_id)
