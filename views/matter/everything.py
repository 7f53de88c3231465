"""All kinds of matter in one list: what the numbers of the workbench and the wall open."""

from typing import Any

from flask import redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from sqlalchemy.orm import Query, selectin_polymorphic, selectinload

from models import Matter, Ticket, Unit, waiting
from models.flow import Transition
from views.filters import Where, between, by_row, contains
from views.matter.kinds import kind_choices, kinds
from views.matter.lights import light_filter
from views.matter.panel import MatterPanel, Tab


def _of_kind(value: str) -> Any:
    if value not in dict(kind_choices()):
        raise ValueError(value)
    return Matter.kind == value


def _exportable() -> list[str]:
    """Kinds whose rows the reader may take away."""
    return [kind for kind, _label in kind_choices() if current_user.may(f"{kind}:export")]


class EverythingPanel(MatterPanel):
    """待办 已办 办结 我发起的 抄送 over all kinds; a record opens on the page of its own kind."""

    resource = "matter"
    columns = ["number", "title", "kind", "unit", "state", "due_at", "opened_at", "closed_at"]
    classes = {"number": "code", "title": "col-title cut", "kind": "nowrap", "unit": "col-unit", "state": "col-state", "due_at": "col-clock",
               "opened_at": "opt muted", "closed_at": "opt muted"}
    labels = {"kind": "类型", "due_at": "时限"}
    tabs = [
        Tab("todo", "待办", waiting.todo, counted=True),
        Tab("done", "已办", lambda user: waiting.touched(user) & Matter.closed_at.is_(None)),
        Tab("closed", "办结", lambda user: waiting.touched(user) & Matter.closed_at.is_not(None)),
        Tab("mine", "我发起的", lambda user: Matter.created_by_id == user.id),
        Tab("informed", "抄送", waiting.informed),
        Tab("soon", "即将到期", lambda _u: waiting.soon(), counted=True),
        Tab("late", "已超期", lambda _u: waiting.late(), counted=True),
        Tab("watched", "重点盯办", waiting.watched, shown=False),
        Tab("listed", "挂牌在督", lambda _u: (Matter.ladder >= 2) & Matter.closed_at.is_(None), shown=False),
    ]
    own_rows = ()
    bulk = {"nudge": "请抓紧办理"}
    filters = [
        contains("q", "编号/标题", Matter.number, Matter.title), by_row("unit", "主办单位", Matter.unit_id, Unit),
        Where("kind", "类型", _of_kind, kind="select", choices=kind_choices), light_filter(Matter), between("due", "时限", Matter.due_at),
    ]
    export_formatters = {"kind": lambda _v, _c, row, _n: row.KIND_LABEL}
    column_formatters = {"kind": lambda _v, _c, row, _n: row.KIND_LABEL}
    column_sortable_list = ["number", "opened_at", "due_at", "closed_at"]

    def is_visible(self) -> bool:
        """Reached from numbers only."""
        return False

    def is_accessible(self) -> bool:
        """Whoever is logged in; which rows there are is the scope's business."""
        return current_user.is_authenticated

    @property
    def can_export(self) -> bool:
        """Whoever may export one kind."""
        return bool(_exportable())

    def export_rows(self) -> Query:
        """Of the kinds the reader may export."""
        return super().export_rows().filter(Matter.kind.in_(_exportable()))

    def get_query(self) -> Query:
        """With what each kind's own table says, one statement per kind on the page."""
        return super().get_query().options(selectin_polymorphic(Matter, kinds()), selectinload(Ticket.extension_rows))

    def bulk_step(self, name: str) -> Transition:
        """As demands have it; every kind that can be nudged is nudged in its own way."""
        return Ticket.transitions()[name]

    def bulk_may(self, step: Transition) -> bool:
        """Whoever may nudge one kind."""
        return any(current_user.may(verb.permission) for kind in kinds() if (verb := kind.transitions().get(step.name)))

    def row_verb(self, row: Matter) -> tuple[str, str]:
        """The next verb, on the page of its kind."""
        step, here = self.next_step(row), request.full_path
        if step is None:
            return "查看", url_for(f"{row.kind}.details_view", id=row.id, url=here)
        return step.label[:6], url_for(f"{row.kind}.step", step=step.name, id=row.id, url=here)

    @expose("/details/")
    def details_view(self) -> Any:
        """The record on the page of its kind."""
        row = self.find()
        return redirect(url_for(f"{row.kind}.details_view", id=row.id, url=request.args.get("url")))

    @expose("/step/<step>/")
    def step(self, step: str) -> Any:
        """Verbs are pressed on the page of the kind."""
        row = self.find()
        return redirect(url_for(f"{row.kind}.step", step=step, id=row.id, url=request.args.get("url")))
