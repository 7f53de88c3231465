"""Problems: the list, entering one, the record page with its look-backs (S3)."""

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload
from wtforms import BooleanField, DateField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from models import Campaign, Check, ChecklistItem, InquirySession, Milestone, Problem, Unit, db
from models.errors import Invalid
from models.now import now
from models.supervision.problem import TO_RECTIFY
from models.supervision.states import LookBackResult, ProblemSource, ProblemState
from models.user import User
from views.cells import short_time, shown
from views.filters import Where, between, by_row, contains, one_of
from views.matter import MatterPanel, Tab, light_filter
from views.matter.record import parts_rows
from views.supervision_pages import MOMENTS, choice, form_page, link, options, picked, reader_of
from views.units import UnitChoice

S = ProblemState
RECENT = 60  # checks offered in the form


def _running() -> sa.ColumnElement[bool]:
    return Problem.closed_at.is_(None) & Problem.answered_at.is_(None)


def _look_back_due(_user: User) -> sa.ColumnElement[bool]:
    return (Problem.state == S.LOOK_BACK) & (Problem.look_back_due_at <= now())


class FindForm(FlaskForm):
    """One line of the problem list."""

    source = SelectField("问题来源", choices=ProblemSource.choices())
    check = choice("来源检查", description="监督检查发现的必选；专项监督随检查带出")
    session = choice("质询评议场次", description="人民质询、群众评议提出的必选")
    milestone = choice("项目节点", description="重大项目的问题选择")
    unit = UnitChoice("责任单位")
    title = StringField("问题", description="一句话说清存在什么问题")
    content = TextAreaField("问题事实", render_kw={"rows": 5})
    requirement = TextAreaField("整改要求", render_kw={"rows": 3})
    item = choice("清单事项")
    due = DateField("整改期限", [Optional()], format=["%Y-%m-%d", "%Y%m%d"], description="当日下班前；不填按时限标准")
    rapid = BooleanField("快速处置", description="重大项目突出问题，按快速处置时限")
    files = MultipleFileField("问题材料", description="PDF、图片、Office，单个20 MB以内；涉密材料不得上传")


class ProblemPanel(MatterPanel):
    resource = "problem"
    columns = ["number", "title", "unit", "person", "state", "due_at", "source", "look_back_due_at", "relapses", "returns", "opened_at", "closed_at"]
    classes = {"number": "code", "title": "col-title cut", "unit": "col-unit", "state": "col-state", "due_at": "col-clock",
               "look_back_due_at": "muted", "relapses": "num", "returns": "opt num", "opened_at": "opt muted", "closed_at": "opt muted"}
    labels = {"title": "问题", "due_at": "整改期限", "look_back_due_at": "回头看"}
    tabs = [
        Tab("open", "整改中", lambda _u: Problem.state.in_(TO_RECTIFY), counted=True),
        Tab("late", "已超期", lambda _u: _running() & (Problem.due_at <= now()), counted=True),
        Tab("check", "待验收", lambda _u: Problem.state == S.RECTIFIED, counted=True),
        Tab("look", "待回头看", lambda _u: Problem.state == S.LOOK_BACK, counted=True),
        Tab("lookdue", "回头看到期", _look_back_due),
        Tab("again", "反弹和重改", lambda _u: Problem.reworks > 0),
        Tab("closed", "已销号", lambda _u: Problem.state == S.CLOSED),
        Tab("all", "全部", lambda _u: sa.true()),
    ]
    filters = [
        contains("q", "编号/问题", Problem.number, Problem.title), by_row("unit", "责任单位", Problem.unit_id, Unit),
        one_of("state", "状态", Problem.state, ProblemState),
        light_filter(Problem),
        by_row("campaign", "专项监督", Problem.campaign_id, Campaign),
    ]
    more_filters = [
        one_of("source", "来源", Problem.source, ProblemSource), between("opened", "登记", Problem.opened_at), between("due", "期限", Problem.due_at),
        Where("relapsed", "反弹过", lambda v: {"1": Problem.relapses > 0, "0": Problem.relapses == 0}[v], kind="select",
              choices=lambda: [("1", "是"), ("0", "否")]),
        Where("live", "不含撤销", lambda v: {"1": Problem.state != S.WITHDRAWN}[v], kind="select", choices=lambda: [("1", "是")]),
    ]
    bulk = {"nudge": "请按期完成整改", "accept": "", "send_back": ""}
    column_formatters = MOMENTS | {
        "look_back_due_at": lambda _v, _c, row, _n: short_time(row.look_back_due_at) if row.state == S.LOOK_BACK else "",
    }
    column_sortable_list = ["number", "opened_at", "due_at", "closed_at", "look_back_due_at", "relapses"]

    def get_query(self) -> Query:
        """With what the record needs."""
        return super().get_query().options(joinedload(Problem.campaign))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Entering a problem is the primary action of those who may."""
        action = ("登记问题", url_for(".register", url=request.full_path), "plus-lg") if self._may("create") else None
        return super().list_context(context) | {"primary_action": action}

    def line(self, row: Problem) -> str:
        """Where it comes from, which round."""
        return " · ".join(filter(None, (row.source.label, str(row.campaign or ""), f"第 {row.reworks + 1} 轮整改")))

    def facts(self, row: Problem) -> list[dict[str, Any]]:
        """The list's line, the rectification, the look-backs."""
        found = [
            [("问题事实", row.content)], [("整改要求", row.requirement or "按问题事实逐项整改")],
            [("来源", self._origin(row)), ("清单事项", str(row.item or "未对应"))],
            [("登记时间", shown(row.opened_at)), ("登记人", str(row.created_by or "系统"))], *parts_rows(row),
        ]
        done = [
            [("责任人", row.person), ("催办/退回", f"{row.reminders} / {row.returns} 次")], [("整改措施", row.measures)],
            [("整改结果", row.result)], [("报送时间", short_time(row.answered_at) or None), ("验收时间", short_time(row.accepted_at) or None)],
            [("回头看时限", self._look_back_words(row))],
        ]
        looks = [[(f"第{look.round}次", f"{look.result.label}　{short_time(look.at)} {look.by}：{look.note}")] for look in row.look_backs]
        sections = [{"title": "问题", "rows": found}, {"title": "整改", "rows": done}]
        return sections + ([{"title": "回头看", "rows": looks}] if looks else [])

    def _look_back_words(self, row: Problem) -> str | None:
        if row.state == S.LOOK_BACK:
            return shown(row.look_back_due_at) + ("（已到期）" if row.look_back_due_at <= now() else "")
        real = row.state == S.CLOSED and row.look_backs and row.look_backs[-1].result == LookBackResult.REAL
        return "已回头看，确认真改" if real else None

    def _origin(self, row: Problem) -> Any:
        if row.check and current_user.may("check:view"):
            return link("check", row.check)
        if row.milestone and current_user.may("milestone:view"):
            return link("milestone", row.milestone)
        if row.session and current_user.may("session:view"):
            return link("session", row.session)
        return row.source.label

    @expose("/register/", methods=("GET", "POST"))
    def register(self) -> Any:
        """Enter a problem and give it to its unit."""
        if not self._may("create"):
            return self.inaccessible_callback("register")
        form = FindForm()
        self._offer(form)
        if request.method == "GET":
            self._prefill(form)
        return form_page(
            self, form, "登记问题", "交办", "交办后责任单位在“整改中”看到，到期前提醒，超期进入督办；验收后起算回头看。",
            ("source", "unit", "title", "content"), lambda: self._enter(form), files="问题材料",
        )

    def _offer(self, form: FindForm) -> None:
        may = current_user.may
        checks = sa.select(Check).order_by(Check.held_on.desc(), Check.id.desc()).limit(RECENT)
        options(form, "check", list(db.session.scalars(checks)) if may("check:view") else [])
        options(form, "session", list(db.session.scalars(sa.select(InquirySession).order_by(InquirySession.held_on.desc()))))
        open_nodes = sa.select(Milestone).where(Milestone.closed_at.is_(None)).order_by(Milestone.id)
        options(form, "milestone", list(db.session.scalars(open_nodes)) if may("milestone:view") else [])
        options(form, "item", list(db.session.scalars(sa.select(ChecklistItem).where(ChecklistItem.is_active).order_by(ChecklistItem.sort))))

    def _prefill(self, form: FindForm) -> None:
        """Begun from a check, a session or a node."""
        for name, model, source in (("check", Check, ProblemSource.CHECK), ("session", InquirySession, None), ("milestone", Milestone, ProblemSource.PROJECT)):
            value = request.args.get(name, "")
            row = db.session.get(model, int(value)) if value.isdecimal() and len(value) < 12 else None
            if row is None:
                continue
            if value not in {key for key, _ in form[name].choices}:
                form[name].choices.append((value, str(row)))
            form[name].data = value
            form.source.data = (source or ProblemSource[row.kind]).value
            form.unit.data = row.units[0] if name == "session" and len(row.units) == 1 else getattr(row, "unit", None)
            form.rapid.data = name == "milestone"

    def _enter(self, form: FindForm) -> Problem:
        return Problem.find(
            by=reader_of(current_user), unit=_unit(form), title=form.title.data or "", content=form.content.data or "", due=form.due.data,
            rapid=form.rapid.data, source=form.source.data, check=picked(form, "check", Check), session=picked(form, "session", InquirySession),
            milestone=picked(form, "milestone", Milestone), item=picked(form, "item", ChecklistItem), requirement=form.requirement.data or None,
        )


def _unit(form: FlaskForm) -> Unit:
    if form.unit.data is None:
        raise Invalid("unit", "请选择责任单位")
    return form.unit.data
