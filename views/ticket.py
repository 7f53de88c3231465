"""Enterprise demands: the list, registering, the record page (T1–T14)."""

import secrets
from typing import Any

import sqlalchemy as sa
from flask import flash, jsonify, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Query, joinedload, selectinload
from wtforms import BooleanField, HiddenField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Regexp

from models import Category, Enterprise, EnterpriseRating, Unit, db, waiting
from models.errors import Invalid, Refused
from models.now import now
from models.sentences import sentence_for
from models.setting import setting
from models.ticket import Channel, Satisfaction, Ticket, TicketState, broken_promises, to_sign
from models.ticket.importing import TICKETS
from models.ticket.likeness import duplicates
from models.ticket.states import GOOD, OPEN_STATES, TRIAGE_STATES, WORKING_STATES, Decision, Manner
from models.user import User
from views.cells import short_time
from views.files import FileRefused, Uploads
from views.filters import Where, between, by_row, contains, one_of, row_id, row_options, yes_no
from views.firmname import FirmName
from views.letters.binding import send_pdf, ticket_sheets
from views.matter import MatterPanel, Tab, light_filter
from views.report.rows import GaugeFilter
from views.ticket_facts import after_dispatch, own_ratings, sections
from views.units import UnitChoice

S = TicketState


def _mine_done(user: User) -> sa.ColumnElement[bool]:
    """What I have had a hand in and somebody else has now."""
    return waiting.touched(user) & Ticket.state.in_(OPEN_STATES)


def _rated(value: str) -> sa.ColumnElement[bool]:
    """What the enterprise itself said of the running round."""
    bad = sa.or_(~EnterpriseRating.solved, EnterpriseRating.satisfaction.not_in(GOOD))
    said = sa.select(EnterpriseRating.ticket_id).where(EnterpriseRating.round == Ticket.reworks + 1, bad if value == "BAD" else ~bad)
    return Ticket.id.in_(said.correlate(Ticket))


TABS = [
    Tab("open", "在办", lambda _u: Ticket.state.in_(OPEN_STATES), counted=True),
    Tab("triage", "待研判", lambda _u: Ticket.state.in_(TRIAGE_STATES), counted=True),
    Tab("unsigned", "待签收", to_sign),
    Tab("working", "办理中", lambda _u: Ticket.state.in_(WORKING_STATES)),
    Tab("soon", "即将到期", lambda _u: waiting.soon()),
    Tab("late", "已超期", lambda _u: waiting.late(), counted=True),
    Tab("broken", "未兑现", lambda _u: broken_promises(now())),
    Tab("review", "待审核", lambda _u: Ticket.state.in_([S.REPLIED, S.DEFER_ASKED])),
    Tab("callback", "待回访", lambda _u: Ticket.state == S.APPROVED),
    Tab("second", "二次回访", lambda _u: Ticket.second_call_at.is_not(None), needs="ticket:second_call"),
    Tab("done", "已办", _mine_done),
    Tab("closed", "办结", lambda _u: Ticket.closed_at.is_not(None)),
    Tab("mine", "我发起的", lambda user: Ticket.created_by_id == user.id),
]


class RegisterForm(FlaskForm):
    """As the paper form for taking a demand."""

    title = StringField("标题", description="一句话说清企业要什么")
    channel = SelectField("来源渠道", choices=Channel.choices(), validate_choice=False)
    source_number = StringField("来源编号", [Length(max=40, message="来源编号请控制在40字以内")], description="12345、政企通等来件自带的编号，没有不填")
    category = SelectField("类别", validate_choice=False)
    enterprise = FirmName("诉求企业", [Length(max=120, message="企业名称请控制在120字以内")], description="企业名称或统一社会信用代码；已入库的自动对上")
    contact_name = StringField("联系人", [Length(max=30, message="联系人请控制在30字以内")])
    contact_phone = StringField("联系电话", description="手机11位，座机带区号")
    town = UnitChoice("所属镇街园区")
    content = TextAreaField("诉求内容", render_kw={"rows": 6}, description="写清时间、地点、经过和请求；涉密内容不得录入")
    answer_seconds = StringField("三方通话接听（秒）", [Regexp(r"\s*\d{0,5}\s*$", message="接听秒数请填整数")],
                                 description="有三方通话时填写；响铃15秒之内接听")
    is_district = BooleanField("全局性事项")
    files = MultipleFileField("登记材料", description="PDF、图片、Office，单个20 MB以内；涉密材料不得上传")
    form_token = HiddenField()


class TicketPanel(MatterPanel):
    resource = "ticket"
    imports = TICKETS
    sheets_of = staticmethod(ticket_sheets)
    columns = ["number", "title", "enterprise_name", "unit", "state", "due_at", "dispatched_at", "category", "channel", "manner",
               "opened_at", "reworks", "returns", "satisfaction"]
    classes = {"number": "code", "title": "col-title cut", "enterprise_name": "cut-s", "unit": "col-unit", "state": "col-state",
               "due_at": "col-clock", "dispatched_at": "muted", "category": "opt", "channel": "opt", "manner": "opt", "opened_at": "opt muted",
               "reworks": "opt num", "returns": "opt num", "satisfaction": "opt"}
    tabs = TABS
    filters = [
        contains("q", "编号/标题", Ticket.number, Ticket.title, Ticket.source_number),
        by_row("unit", "主办单位", Ticket.unit_id, Unit),
        one_of("state", "状态", Ticket.state, TicketState),
        light_filter(Ticket),
        between("dispatched", "派发", Ticket.dispatched_at),
    ]
    linked_filters = [Where("handler", "经办人", lambda v: Ticket.handler_id == row_id(v))]
    more_filters = [
        contains("enterprise", "企业", Ticket.enterprise_name, placeholder="名称"),
        by_row("category", "类别", Ticket.category_id, Category),
        one_of("channel", "来源", Ticket.channel, Channel), one_of("manner", "办理方式", Ticket.manner, Manner),
        by_row("town", "镇街园区", Ticket.town_id, Unit),
        one_of("satisfaction", "满意度", Ticket.satisfaction, Satisfaction),
        between("opened", "登记", Ticket.opened_at),
        Where("ladder", "督办级次", lambda v: Ticket.ladder == row_id(v), kind="select",
              choices=lambda: [("1", "督办"), ("2", "挂牌"), ("3", "约谈"), ("4", "问责")]),
        yes_no("district", "全局性", Ticket.is_district),
        Where("rated", "已评价", lambda v: Ticket.satisfaction.is_not(None).is_({"1": True, "0": False}[v]), kind="select",
              choices=lambda: [("1", "是"), ("0", "否")]),
        Where("own", "企业自评", _rated, kind="select", choices=lambda: [("BAD", "没解决或不满意"), ("GOOD", "解决且满意")]), GaugeFilter(),
    ]
    bulk = {"nudge": "请按时限反馈办理进展", "sign": "", "review": ""}
    bulk_given = {"review": ("审核同意", "同意即答复企业，办理时限到此为止，转回访", {"decision": Decision.AGREE})}
    labels = {"title": "诉求标题", "due_at": "办理时限", "enterprise_name": "企业", "dispatched_at": "派发"}
    column_formatters = {"dispatched_at": lambda _v, _c, row, _n: f"{row.dispatched_at:%m-%d}" if row.dispatched_at else ""}

    def get_query(self) -> Query:
        """With what the list shows and the next verb depends on."""
        return super().get_query().options(joinedload(Ticket.category), selectinload(Ticket.extension_rows))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Registering is the primary action of those who may."""
        may = current_user.may("ticket:register")
        action = ("登记诉求", url_for(".register", url=request.full_path), "plus-lg") if may else None
        return super().list_context(context) | {"primary_action": action}

    # -- registering ------------------------------------------------------------------------

    @expose("/register/", methods=("GET", "POST"))
    def register(self) -> Any:
        """Take a demand in (T2)."""
        if not self._may("register"):
            return self.inaccessible_callback("register")
        form = RegisterForm()
        form.category.choices = [("", "—"), *row_options(Category, Category.is_active)]
        for name in ("title", "channel", "enterprise", "content"):
            form[name].flags.required = True
        if request.method == "GET":
            form.form_token.data = secrets.token_hex(16)
        errors, status = [], 200
        if form.is_submitted():
            ticket, errors = self._register(form)
            if ticket:
                flash(f"已登记 {ticket.number}", "success")
                return redirect(url_for(".details_view", id=ticket.id))
            status = 422
        return self.render(
            "admin/transition.html", title="登记诉求", form=form, general_errors=errors, back={"url": self.back(), "label": "返回列表"},
            verb={"label": "登记", "short": "登记", "icon": "plus-lg"}, after_note="登记后进入待研判：能当场解决的由受理人员解决，其余由区营商办研判派发。",
            duplicates=self._duplicates(form), alike_url=url_for(".alike"),
        ), status

    def _register(self, form: RegisterForm) -> tuple[Ticket | None, list[str]]:
        sound = form.validate()
        for name in ("title", "enterprise", "content"):
            if not (form[name].data or "").strip():
                form[name].errors = [f"请填写{form[name].label.text}"]
                sound = False
        if not sound:
            return None, []
        uploads, given = Uploads(), self._given(form)
        try:
            ticket = Ticket.register(by=current_user._get_current_object(), **given)
            if not ticket.attachments:  # sent twice: the first click has kept them
                uploads.take(ticket, form.files.data or [], "登记材料")
            db.session.commit()
            return ticket, []
        except Exception as error:
            db.session.rollback()
            uploads.discard()
            return None, self._explain(form, error)

    def _given(self, form: RegisterForm) -> dict[str, Any]:
        """The entry as the model takes it."""
        words = {name: (form[name].data or "").strip() or None for name in
                 ("title", "content", "source_number", "contact_name", "contact_phone", "form_token")}
        seconds = form.answer_seconds.data or ""
        return words | self._enterprise(form) | {
            "channel": form.channel.data, "category": self._category(form), "town": form.town.data, "is_district": form.is_district.data,
            "answer_seconds": int(seconds) if seconds.strip() else None,
        }

    def _explain(self, form: RegisterForm, error: Exception) -> list[str]:
        if isinstance(error, Invalid) and error.field in form:
            form[error.field].errors = [str(error)]
            return []
        if isinstance(error, sa.exc.IntegrityError):
            form.source_number.errors = [sentence_for(error)]
            return []
        if isinstance(error, sa.exc.DataError):
            return [sentence_for(error)]
        if isinstance(error, Refused | FileRefused | ValueError):
            return [str(error)]
        raise error

    def _category(self, form: RegisterForm) -> Category | None:
        chosen = form.category.data or ""
        return db.session.get(Category, int(chosen)) if chosen.isdecimal() and len(chosen) < 12 else None

    def _enterprise(self, form: RegisterForm) -> dict[str, Any]:
        """The registered enterprise of that name or code, else the name as written."""
        text = (form.enterprise.data or "").strip()
        found = Enterprise.known(text)
        return {"enterprise": found, "enterprise_name": found.name if found else text}

    def _duplicates(self, form: RegisterForm) -> dict[str, Any] | None:
        """What may be the same demand already."""
        return self._alike(form.title.data or "", self._enterprise(form)["enterprise_name"], form.contact_phone.data or "")

    def _alike(self, title: str, enterprise: str, phone: str) -> dict[str, Any] | None:
        rows = duplicates(title=title.strip()[:120], enterprise=enterprise.strip()[:120], phone=phone.strip()[:30])
        return {"rows": [self._other(row) for row in rows], "note": f"{setting('duplicate_days')} 天内同一企业或电话、标题相近的诉求"} if rows else None

    @expose("/alike/")
    def alike(self) -> Any:
        """The same while the form is being filled in."""
        if not self._may("register"):
            return self.inaccessible_callback("alike")
        return jsonify(self._alike(*(request.args.get(name, "") for name in ("title", "enterprise", "phone"))) or {"rows": []})

    def _other(self, row: Ticket) -> dict[str, str]:
        return {"title": row.title, "url": url_for(".details_view", id=row.id), "end": f"{row.opened_at:%m-%d} {row.unit or ''}"}

    # -- the record -------------------------------------------------------------------------

    def line(self, row: Ticket) -> str:
        """政企通 · 资金补贴 · 第 1 轮办理"""
        parts = [row.channel.label, str(row.category or "未分类"), f"第 {row.reworks + 1} 轮办理"]
        parts += [word for flag, word in ((row.is_district, "全局性"), (row.media_risk, "媒体曝光"), (row.order_risk, "社会治安"),
                                          (row.petition_risk, "涉访维稳")) if flag]
        return " · ".join(parts)

    def tools(self, row: Ticket) -> list[tuple[str, str, str]]:
        """T11: one matter, one list, one result."""
        found = [("一事一单", url_for(".sheet", id=row.id), "printer"), *super().tools(row)]
        if current_user.may("notice:draft"):
            kind = "LEAD_TRANSFER" if row.state == S.TRANSFERRED else ("WARNING_NOTICE" if row.at_risk else "TRANSFER_SHEET")
            found.append(("起草文书", url_for("notice.draft", matter=row.number, kind=kind), "file-earmark-text"))
        return found

    def facts(self, row: Ticket) -> list[dict[str, Any]]:
        """The paper form: what was asked, what was done, what was decided."""
        return sections(self, row)

    @expose("/sheet/")
    def sheet(self) -> Any:
        """The printable sheet of a ticket with its whole timeline (T11)."""
        row = self.find()
        return send_pdf(ticket_sheets([row]), f"{row.number} 工单办理单")

    def strip(self, row: Ticket) -> dict[str, Any]:
        """人才用工 … 登记 05-22 09:48 · 走访"""
        return {"tags": [str(row.category)] if row.category else [], "aside": f"登记 {short_time(row.opened_at)} · {row.channel.label}"}

    def beside(self, row: Ticket, step: str) -> dict[str, Any]:
        """At dispatch: what the clock will do, and possible duplicates; at the call-back: the enterprise's own rating."""
        if step == "callback":
            return {"after": [row for [row] in own_ratings(row)["rows"]], "after_title": "企业自评"}
        if step not in ("dispatch", "force_assign", "reassign", "merge"):
            return {}
        return (after_dispatch(row, step) if step != "merge" else {}) | self._siblings(row)

    def _siblings(self, row: Ticket) -> dict[str, Any]:
        others = db.session.scalars(
            sa.select(Ticket).where(Ticket.enterprise_name == row.enterprise_name, Ticket.id != row.id, Ticket.state.in_(OPEN_STATES))
            .order_by(Ticket.id.desc()).limit(5)
        ).all()
        if not others:
            return {}
        mergeable = any(step.name == "merge" and not reason for step, reason in row.steps_for(current_user._get_current_object()))
        rows = [self._other(other) | {"end": other.number} for other in others]
        for other, shown in zip(others, rows if mergeable else (), strict=False):
            shown["action"] = ("并入该件", url_for(".step", step="merge", id=row.id, into=other.number))
        return {"duplicates": {"rows": rows, "note": "同一企业的在办诉求"}}

    def initial(self, row: Ticket, step: str) -> dict[str, Any]:
        """Correcting starts with the text to correct, calling back with this moment, merging with the one found."""
        return {"correct": {"result": row.result}, "callback": {"at": f"{now():%Y-%m-%d %H:%M}"},
                "merge": {"into": request.args.get("into", "")}}.get(step, {})
