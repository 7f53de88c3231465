"""Plain ledgers: decisions, difficult problems, local rules, special supervisors, stations (D2, D6, N4, O6)."""

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_login import current_user
from sqlalchemy.orm import Query, joinedload

from models import Decision, Difficulty, LocalRule, Meeting, SpecialSupervisor, Station, Ticket, Unit, WorkGroup, db
from models.local_rule import RuleAction
from models.meeting.decision import carries_allowed
from models.user import User
from models.visit.difficulty import Origin
from models.watchers import StationKind
from views.cells import short_time, state_badge
from views.filters import Where, between, by_row, contains, one_of, row_options, yes_no
from views.panel import Panel


def _of_group(value: str) -> sa.ColumnElement[bool]:
    table = Meeting.__table__
    mine = table.c.group_id.is_(None) if value == "0" else table.c.group_id == int(value)
    return Decision.meeting_id.in_(sa.select(table.c.id).where(mine))


class DecisionPanel(Panel):
    resource = "meeting"
    columns = ["content", "meeting", "unit", "due", "carries", "standing", "decided_at"]
    classes = {"content": "col-title cut", "meeting": "cut-s", "unit": "col-unit", "carries": "num", "standing": "col-state",
        "decided_at": "opt muted", "due": "muted col-clock"}
    labels = {"due": "完成时限", "standing": "完成情况"}
    filters = [
        contains("q", "议定事项", Decision.content), by_row("unit", "责任单位", Decision.unit_id, Unit),
        Where("group", "工作组", _of_group, kind="select", choices=lambda: [("0", "营转办"), *row_options(WorkGroup, WorkGroup.is_active)]),
        between("at", "议定", Decision.decided_at),
    ]
    order = ("carries", True)
    column_sortable_list = ["carries", "decided_at"]
    can_view_details = False
    column_formatters = {
        "due": lambda _v, _c, row, _n: short_time(row.order().due_at), "decided_at": lambda _v, _c, row, _n: short_time(row.decided_at),
        "standing": lambda _v, _c, row, _n: state_badge("todo" if row.is_stalled else "wait" if row.is_open else "done", row.standing),
    }
    _tabs = {
        "open": ("未完成", lambda: Decision.is_open), "stalled": ("久拖未完成", lambda: Decision.is_stalled),
        "done": ("已完成", lambda: ~Decision.is_open), "all": ("全部", sa.true),
    }

    def get_query(self) -> Query:
        """Rows of the tab."""
        tab = self._tabs.get(self.asked.get("tab", "open"), self._tabs["open"])
        return super().get_query().options(joinedload(Decision.meeting), joinedload(Decision.unit)).filter(tab[1]())

    def warm(self, rows: list[Decision]) -> list[Any]:
        """Their tasks."""
        return Decision.orders(rows)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tabs with counts; each row opens its task or, where that is another unit's, its meeting."""
        current = request.args.get("tab", "open")
        tabs = [
            {"label": label, "url": url_for(".index_view", tab=key), "active": key == current,
             "count": self.capped_count(db.session.query(Decision).filter(where())) if key in ("open", "stalled") else None}
            for key, (label, where) in self._tabs.items()
        ]
        return {"tabs": tabs, "row_verb": self._verb, "row_label": str, "primary_action": None,
                "chips": [{"label": f"结转{carries_allowed()}次仍未完成为久拖", "url": url_for(".index_view", tab="stalled"), "active": current == "stalled"}]}

    def _verb(self, row: Decision) -> tuple[str, str]:
        if row.task is not None and current_user.may("task:view"):
            return "任务", url_for("task.details_view", id=row.task_id, url=request.full_path)
        return "会议", url_for("meeting.details_view", id=row.meeting_id)


def _unsettled(value: str) -> sa.ColumnElement[bool]:
    closed = Difficulty.ticket_id.in_(sa.select(Ticket.__table__.c.id).join(_matter,
        _matter.c.id == Ticket.__table__.c.id).where(_matter.c.closed_at.is_not(None)))
    return closed if {"1": True, "0": False}[value] else ~closed


_matter = Ticket.__mapper__.inherits.local_table


class DifficultyPanel(Panel):
    resource = "difficulty"
    columns = ["raised_at", "title", "enterprise_name", "origin", "unit", "ticket", "ticket_state"]
    classes = {"title": "col-title cut", "enterprise_name": "cut-s", "unit": "col-unit", "ticket": "code", "raised_at": "muted"}
    labels = {"ticket": "诉求编号", "ticket_state": "办理情况"}
    filters = [
        contains("q", "问题/企业", Difficulty.title, Difficulty.enterprise_name), one_of("origin", "来源", Difficulty.origin, Origin),
        by_row("unit", "收集单位", Difficulty.unit_id, Unit), between("at", "收集", Difficulty.raised_at),
        Where("settled", "已办结", _unsettled, kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
    ]
    order = ("id", True)
    column_sortable_list = ["raised_at"]
    can_view_details = False
    column_formatters = {
        "raised_at": lambda _v, _c, row, _n: short_time(row.raised_at), "ticket": lambda _v, _c, row, _n: row.ticket.number if row.ticket else "已转诉求",
        "ticket_state": lambda _v, _c, row, _n: row.ticket.state.label if row.ticket else "",
    }

    def get_query(self) -> Query:
        """With the names."""
        return super().get_query().options(joinedload(Difficulty.unit))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Each row opens its ticket for those who may see it, else the record it came from."""
        return {"row_verb": self._verb, "row_label": str, "primary_action": None}

    def _verb(self, row: Difficulty) -> tuple[str, str]:
        if row.ticket is not None:
            return "诉求", url_for("ticket.details_view", id=row.ticket_id, url=request.full_path)
        if row.visit_id:
            return "走访", url_for("visit.details_view", id=row.visit_id)
        return ("联系", url_for("contact.details_view", id=row.contact_id)) if row.contact_id else ("列表", url_for("investment.index_view"))


class LocalRulePanel(Panel):
    resource = "local_rule"
    columns = ["title", "number", "action", "unit", "due_on", "done_on", "standing", "result"]
    fields = ["title", "number", "action", "unit", "due_on", "done_on", "reason", "result"]
    classes = {"title": "col-title cut", "unit": "col-unit", "result": "cut-s"}
    labels = {"standing": "进展"}
    filters = [
        contains("q", "文件", LocalRule.title, LocalRule.number), one_of("action", "处理", LocalRule.action, RuleAction),
        by_row("unit", "责任单位", LocalRule.unit_id, Unit), yes_no("late", "逾期", LocalRule.is_late), between("due", "计划", LocalRule.due_on, moments=False),
    ]
    order = ("due_on", False)
    column_sortable_list = ["due_on", "done_on"]
    column_formatters = {
        "standing": lambda _v, _c, row, _n: state_badge({"已完成": "done", "逾期": "todo"}.get(row.standing, "wait"), row.standing),
    }


class SupervisorPanel(Panel):
    resource = "watcher"
    columns = ["name", "field", "employer", "phone", "unit", "starts_on", "ends_on", "is_active"]
    fields = ["name", "employer", "field", "phone", "unit", "user", "starts_on", "ends_on", "is_active"]
    classes = {"name": "col-title", "employer": "cut-s", "unit": "col-unit", "phone": "code"}
    filters = [contains("q", "姓名/领域", SpecialSupervisor.name, SpecialSupervisor.field), yes_no("active", "在聘", SpecialSupervisor.is_active)]
    order = ("id", False)
    column_sortable_list = ["ends_on"]
    form_ajax_refs = {"user": {"fields": (User.name, User.username), "page_size": 10}}


class StationPanel(Panel):
    resource = "watcher"
    columns = ["name", "kind", "unit", "town", "address", "head", "phone", "opened_on", "is_active"]
    fields = ["name", "kind", "unit", "town", "address", "head", "phone", "opened_on", "is_active"]
    classes = {"name": "col-title cut", "unit": "col-unit", "town": "col-unit", "address": "cut-s", "phone": "code"}
    filters = [contains("q", "名称", Station.name), one_of("kind", "类型", Station.kind, StationKind), by_row("town", "镇街园区", Station.town_id, Unit)]
    order = ("id", False)
    column_sortable_list = ["opened_on"]
