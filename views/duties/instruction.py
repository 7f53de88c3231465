"""Leaders' written instructions (D4)."""

from typing import Any

from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField

import models as m
from models import Instruction, Unit, db
from models.errors import Invalid
from models.instruction import InstructionState, S
from models.matter import Matter
from models.now import now
from views.cells import short_time, shown
from views.duties.page import form_page
from views.filters import between, by_row, contains, one_of
from views.matter import MatterPanel, Tab, light_filter


class RegisterForm(FlaskForm):
    """The slip on the paper the leader wrote on."""

    title = StringField("事由")
    leader = StringField("批示领导")
    instructed_on = DateField("批示日期", format=["%Y-%m-%d", "%Y%m%d"])
    content = TextAreaField("批示内容", render_kw={"rows": 4})
    source = StringField("来件", description="批示在哪一份文件上")
    source_number = StringField("来件文号")
    about = StringField("所涉事项编号", description="批示针对系统内某一件的，写它的编号，如 SQ202408-00012")


class InstructionPanel(MatterPanel):
    resource = "instruction"
    columns = ["number", "title", "leader", "unit", "state", "due_at", "instructed_on", "opened_at", "closed_at"]
    classes = {"number": "code", "title": "col-title cut", "unit": "col-unit", "state": "col-state", "due_at": "col-clock",
               "instructed_on": "muted", "opened_at": "opt muted", "closed_at": "opt muted"}
    labels = {"title": "事由", "due_at": "反馈时限"}
    tabs = [
        Tab("open", "在办", lambda _u: Instruction.closed_at.is_(None), counted=True),
        Tab("new", "待受理转办", lambda _u: Instruction.state.in_([S.RECEIVED, S.ACCEPTED]), counted=True),
        Tab("working", "办理中", lambda _u: Instruction.state == S.PASSED),
        Tab("check", "待核查", lambda _u: Instruction.state == S.REPORTED),
        Tab("closed", "办结", lambda _u: Instruction.closed_at.is_not(None)),
    ]
    filters = [
        contains("q", "编号/事由", Instruction.number, Instruction.title, Instruction.source_number), contains("leader", "领导", Instruction.leader),
        by_row("unit", "主办单位", Instruction.unit_id, Unit), one_of("state", "状态", Instruction.state, InstructionState),
        light_filter(Instruction),
    ]
    more_filters = [between("day", "批示日期", Instruction.instructed_on, moments=False)]
    bulk = {"nudge": "请抓紧落实批示", "accept": ""}

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Registering is the primary action of those who may."""
        action = ("登记批示", url_for(".register"), "plus-lg") if self._may("register") else None
        return super().list_context(context) | {"primary_action": action}

    def line(self, row: Instruction) -> str:
        """Who wrote it and when."""
        return f"{row.leader} {row.instructed_on} 批示"

    def facts(self, row: Instruction) -> list[dict[str, Any]]:
        """What was written, what was proposed, what was done."""
        wrote = [
            [("批示内容", row.content)], [("批示领导", row.leader), ("批示日期", shown(row.instructed_on))],
            [("来件", row.source or "无"), ("来件文号", row.source_number or "无")], [("所涉事项", str(row.about) if row.about else "无")],
            [("拟办意见", row.opinion)],
        ]
        done = [
            [("主办单位", str(row.unit) if row.unit else None), ("协办单位", "、".join(map(str, row.co_units)) or "无")],
            [("落实情况", row.result)], [("反馈时间", short_time(row.answered_at) or None), ("办结时间", short_time(row.closed_at) or None)],
        ]
        return [{"title": "批示", "rows": wrote}, {"title": "落实", "rows": done}]

    @expose("/register/", methods=("GET", "POST"))
    def register(self) -> Any:
        """Enter a written instruction."""
        if not self._may("register"):
            return self.inaccessible_callback("register")
        form = RegisterForm()
        user = current_user._get_current_object()
        about = self._about(request.args.get("about", ""))
        if not form.is_submitted():
            form.instructed_on.data = now().date()
            form.leader.data = user.name if any(role.code == "LEADER" for role in user.roles) else ""
            form.about.data, form.title.data = (about.number, f"批示：{about.title}"[:120]) if about else ("", "")
        return form_page(
            self, form, title="登记批示件", verb="登记", icon="pencil-square", required=("title", "leader", "instructed_on", "content"),
            back=url_for(f"{about.kind}.details_view", id=about.id) if about else url_for(".index_view"),
            back_label="返回事项" if about else "返回列表",
            act=lambda: self._register(form, user), done=lambda row: f"已登记 {row.number}", then=lambda row: url_for(".details_view", id=row.id),
            note="登记后由督查室受理、转办责任单位，反馈后核查办结；到期未反馈进入督办。",
        )

    def _about(self, number: str) -> Matter | None:
        """The matter of that number, among those the reader sees."""
        return db.session.scalar(db.select(Matter).where(Matter.number == number.strip())) if number.strip() else None

    def _register(self, form: RegisterForm, user: m.User) -> Instruction:
        number = form.about.data or ""
        about = self._about(number)
        if number.strip() and about is None:
            raise Invalid("about", "没有这个编号的事项，请核对")
        return Instruction.register(
            by=user, title=form.title.data, leader=form.leader.data, instructed_on=form.instructed_on.data, content=form.content.data,
            source=form.source.data or "", source_number=form.source_number.data or "", about=about,
        )
