"""Measures against units: proposals to decide, what is out, what is struck off (A1, A3, A8)."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Query, joinedload, selectinload
from wtforms import RadioField, StringField, TextAreaField

from models import AccountabilityAction, EscalationRule, Matter, Unit, db
from models.accountability import ActionState, Measure, Trigger
from models.accountability.by_hand import SOFT, propose
from models.accountability.conditions import recused
from models.accountability.grounds import demand
from models.errors import Invalid, LetterError, Refused
from models.user import Level, User
from models.wording import WordingError
from views.attempt import attempt
from views.bulk import BulkPanel
from views.cells import short_time, shown, state_badge
from views.filters import between, by_row, one_of
from views.inbox import to_decide
from views.letters.binding import render_notice
from views.matter.clockcard import ladder_steps
from views.matter.kinds import kind_choices
from views.matter.record import timeline, verbs
from views.notice.kinds import letter_choices
from views.panel import Panel
from views.rehearsing import RuleRehearsal
from views.steps import StepRun
from views.units import UnitChoice

S = ActionState
TABS = [
    ("draft", "待审定", [S.DRAFT]), ("decide", "待我审定", [S.DRAFT]), ("out", "已发出", [S.ISSUED]), ("answered", "已反馈", [S.ANSWERED]),
    ("in_force", "在督", [S.ISSUED, S.ANSWERED]), ("issued", "发出过", [S.ISSUED, S.ANSWERED, S.CLOSED]),
    ("closed", "已销号", [S.CLOSED]), ("withdrawn", "已撤销", [S.WITHDRAWN]),
    ("declined", "不予采纳", [S.DECLINED]), ("all", "全部", list(S)),
]


KEYS = {key for key, _label, _states in TABS}


class ProposeForm(FlaskForm):
    """A softer measure proposed by a person."""

    unit = UnitChoice("责任单位")
    measure = RadioField("措施", choices=[(m.value, m.label) for m in SOFT], validate_choice=False)
    grounds = TextAreaField("事实依据", description="办理不实、质量不高或企业不满意的具体情况")
    requirements = TextAreaField("办理要求")
    days = StringField("反馈时限（工作日）", description="不要求反馈的不填")


class ActionPanel(BulkPanel, Panel):
    resource = "accountability"
    columns = ["measure", "matter", "title", "unit", "state", "new_due_at", "drafted_at", "grounds", "decided_by", "rule"]
    classes = {"measure": "col-clock", "title": "col-title cut", "grounds": "opt cut-s", "matter": "code", "unit": "col-unit", "state": "col-state",
               "new_due_at": "muted", "drafted_at": "muted", "decided_by": "opt", "rule": "opt cut-s"}
    labels = {"matter": "编号", "title": "事项", "new_due_at": "督办时限", "drafted_at": "拟办"}
    filters = [
        by_row("unit", "责任单位", AccountabilityAction.unit_id, Unit), one_of("measure", "措施", AccountabilityAction.measure, Measure),
        one_of("state", "状态", AccountabilityAction.state, ActionState), between("drafted", "拟办", AccountabilityAction.drafted_at),
        between("decided", "发出", AccountabilityAction.decided_at),
    ]
    bulk = {
        "issue": {"label": "同意发出", "icon": "check-lg", "text": "逐件签发所附文书，各自编号、定稿；不能发出的逐件说明，不影响其他。"},
        "decline": {"label": "不予采纳", "icon": "x-lg", "text": "同一理由记入每一件，所附草稿作废，同一事由不再提出。", "note": "不予采纳的理由（必填）"},
    }
    bulk_most = 50  # each one is a page to be set
    order = ("id", True)
    column_sortable_list = ["drafted_at", "new_due_at"]
    column_formatters = {
        "matter": lambda _v, _c, row, _n: row.matter.number, "title": lambda _v, _c, row, _n: row.matter.title,
        "state": lambda _v, _c, row, _n: state_badge(
            {S.DRAFT: "todo", S.CLOSED: "done"}.get(row.state, "wait"), row.state.label),
        "new_due_at": lambda _v, _c, row, _n: short_time(row.new_due_at),
        "drafted_at": lambda _v, _c, row, _n: short_time(row.drafted_at),
    }

    def get_query(self) -> Query:
        """Rows of the tab."""
        query = super().get_query().options(
            joinedload(AccountabilityAction.matter), joinedload(AccountabilityAction.unit), selectinload(AccountabilityAction.notices))
        if not (self.asked.get("flt_state") or self.asked.get("flt_rows")):
            query = query.filter(self._rows_of(self._tab()))
        return query

    def _rows_of(self, tab: tuple[str, str, list[S]]) -> sa.ColumnElement[bool]:
        of_state = AccountabilityAction.state.in_(tab[2])
        return of_state & to_decide(current_user._get_current_object()) if tab[0] == "decide" else of_state

    def _tab(self) -> tuple[str, str, list[S]]:
        """The tab in the URL; else what waits for a decision, or for who sees only what has gone out, that."""
        first = "draft" if current_user.level("accountability:view") not in (Level.UNIT, Level.GROUP) else "out"
        return next(tab for tab in TABS if tab[0] == (self.asked.get("tab") if self.asked.get("tab") in KEYS else first))

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tabs; drafts counted."""
        current = self._tab()
        counted = {"draft", "decide", "out", "answered"}
        hidden = {"in_force", "issued"} | (set() if current_user.may("accountability:decline") else {"decide"})
        tabs = [
            {"label": label, "url": url_for(".index_view", tab=key), "active": key == current[0],
             "count": self.capped_count(db.session.query(AccountabilityAction).filter(self._rows_of((key, label, states))))
             if key in counted else None}
            for key, label, states in TABS if key not in hidden or key == current[0]
        ]
        return {"tabs": tabs, "row_label": lambda row: f"{row.measure.label} {row.matter.number}", "row_verb": self._verb,
                "all_url": url_for(".index_view", **self.list_args() | {"tab": "all"}) if current[0] != "all" else "",
                "row_about": lambda row: {"unit": str(row.unit)}} | self.bulk_context()

    def bulk_may(self, name: str) -> bool:
        """Proposals are decided where they wait."""
        held = self._may("decline") if name == "decline" else any(self._may(f"issue_{rung}") for rung in range(5))
        return held and self._tab()[0] in ("draft", "decide")

    def bulk_do(self, name: str, rows: list[AccountabilityAction]) -> None:
        """Each proposal is decided by itself: under its own rung's permission, with its own letter and number."""
        by, reason = current_user._get_current_object(), request.form.get("note", "").strip()
        if name == "decline" and not reason:
            flash("请填写不予采纳的理由，没有办理", "error")
        elif name == "decline":
            self.one_by_one(name, "不予采纳", rows, lambda row: row.decline(by=by, reason=reason))
        else:
            self.one_by_one(name, "发出", rows, lambda row: _send_out(row, by), (Refused, LetterError, WordingError))

    def _verb(self, row: AccountabilityAction) -> tuple[str, str]:
        if row.notice and row.state == S.DRAFT and row.notice.permits(current_user, "notice:view") and not recused(row, current_user):
            return "审定", url_for("notice.details_view", id=row.notice.id, url=request.full_path)
        return "查看", url_for(".details_view", id=row.id, url=request.full_path)

    @expose("/details/")
    def details_view(self) -> str:
        """The proposal with its facts, its letter and the ladder it belongs to."""
        row = self.find()
        matter = row.matter
        link = Markup('<a href="{}">{}</a>').format(url_for(f"{matter.kind}.details_view", id=matter.id), matter)
        letter = Markup('<a href="{}">{}</a>').format(url_for("notice.details_view", id=row.notice.id), row.notice) if row.notice else "无文书"
        rows = [
            [("事项", link)], [("责任单位", str(row.unit)), ("责任人", row.person or "未指定")],
            *_grounds(row), [("办理要求", demand(row.matter, row))],
            [("触发规则", str(row.rule or "人工提出")), ("所超时限", shown(row.missed_at) or "无")],
            [("督办时限", shown(row.new_due_at) or "发出时确定"), ("文书", letter)],
            [("拟办", f"{row.drafted_by or '系统'} {short_time(row.drafted_at)}"),
             ("审定", f"{row.decided_by or ''} {short_time(row.decided_at)}".strip() or "待审定")],
        ]
        ends = [[(label, text)] for label, text in
                (("不予采纳理由", row.decline_reason), ("反馈情况", row.feedback), ("处理结果", row.outcome)) if text]
        return self.render(
            "admin/record.html", record={"no": matter.number, "title": f"{row.measure.label}：{matter.title}", "line": matter.KIND_LABEL,
                                         "state_label": row.state.label, "state_kind": "done" if row.state == S.CLOSED else "todo"},
            back={"url": request.args.get("url") or url_for(".index_view")}, verbs=self._verbs(row), tools=[("打印本页", "#print", "printer")],
            sections=[{"title": "督办措施", "rows": rows}] + ([{"title": "处理", "rows": ends}] if ends else []),
            ladder=ladder_steps(matter), events=timeline(matter.events),
        )

    def _verbs(self, row: AccountabilityAction) -> list[dict[str, Any]]:
        """A proposal with a letter is issued on the letter's page, so that nobody issues what they have not read."""
        found = verbs(row, self.endpoint)
        if row.notice is None and row.rule and row.rule.template_kind and row.state != S.DECLINED and current_user.may("notice:draft"):
            found.append({"label": "另行起草文书", "url": url_for("notice.draft", action=row.id), "icon": "file-earmark-text", "reason": "",
                          "kind": None})
        if row.notice and row.state == S.DRAFT:
            found = [verb for verb in found if not verb["label"].startswith("发出")]
            found.insert(0, {"label": "审阅文书", "url": url_for("notice.details_view", id=row.notice.id), "icon": "file-earmark-text",
                             "reason": "", "kind": None})
        return found

    @expose("/propose/", methods=("GET", "POST"))
    def propose(self) -> Any:
        """提示、调度、通报 by hand (A3)."""
        matter = self._matter() if self._may("draft") else abort(404)
        form, errors, target = ProposeForm(), [], url_for(f"{matter.kind}.details_view", id=matter.id)
        for name in ("unit", "measure", "grounds"):
            form[name].flags.required = True
        if request.method == "GET":
            form.unit.data = matter.unit
        elif action := self._propose(matter, form, errors):
            flash(f"已拟{action.measure.label}，等待审定", "success")
            return redirect(url_for(".details_view", id=action.id))
        return self.render(
            "admin/transition.html", title="拟办措施", form=form, general_errors=errors, back={"url": target},
            matter={"no": matter.number, "title": matter.title, "url": target}, verb={"label": "拟办", "short": "拟办", "icon": "flag"},
            after_note="进入“待审定”，由有权签发的人审阅后发出或不予采纳。",
        ), 422 if request.method == "POST" else 200

    def _matter(self) -> Matter:
        wanted = request.args.get("id", "")
        found = db.session.get(Matter, int(wanted)) if wanted.isdecimal() and len(wanted) < 18 else None
        return found or abort(404)

    def _propose(self, matter: Matter, form: ProposeForm, errors: list[str]) -> AccountabilityAction | None:
        form.validate()
        return attempt(form, errors, lambda: _proposed(matter, form))

    @expose("/step/<step>/", methods=("GET", "POST"))
    def step(self, step: str) -> Any:
        """The little form of a verb."""
        row = self.find()
        initial = {"grounds": row.grounds_now, "requirements": row.requirements, "person": row.person} if step == "amend" else {}
        run, target = StepRun(row, step, initial), url_for(".details_view", id=row.id)
        if run.submitted():
            return redirect(target)
        about = {"no": row.matter.number, "title": row.matter.title, "who": str(row.unit), "url": target}
        return self.render("admin/transition.html", **run.context(), back={"url": target}, matter=about), run.status


def _proposed(matter: Matter, form: ProposeForm) -> AccountabilityAction:
    days = (form.days.data or "").strip()
    if form.unit.data is None:
        raise Invalid("unit", "请选择责任单位")
    if form.measure.data not in {m.value for m in SOFT}:
        raise Invalid("measure", "请选择措施")
    if days and not days.isdecimal():
        raise Invalid("days", "反馈时限请填整数")
    return propose(
        matter, by=current_user._get_current_object(), unit=form.unit.data, measure=Measure[form.measure.data],
        grounds=form.grounds.data or "", requirements=form.requirements.data or "", days=int(days) if days else None,
    )


def _send_out(row: AccountabilityAction, by: User) -> None:
    """A measure goes out with its letter; one of the softer kind without a letter goes out by itself."""
    if row.notice is not None:
        row.notice.issue(by=by, render=render_notice)
    else:
        row.issue(by=by)


def _grounds(row: AccountabilityAction) -> list[list[tuple[str, str]]]:
    """The facts; while nobody has written them by hand they are those of today, and what was proposed stands beside them."""
    now_said = row.grounds_now
    first = row.proposed_grounds or row.grounds
    rows = [[("事实依据", now_said)]]
    if row.state == S.DRAFT and not row.amended:
        rows[0] = [("事实依据（按今日情况，签发当日再行表述）" if now_said != row.grounds else "事实依据（签发当日按当时情况表述）", now_said)]
    return rows + ([[("拟办时的表述", first)]] if first != now_said else [])


class RulePanel(RuleRehearsal, Panel):
    resource = "rule"
    columns = ["label", "trigger", "matter_kind", "threshold", "threshold_unit", "measure", "rung", "limit_amount", "limit_unit", "clause", "is_active"]
    fields = ["code", "label", "trigger", "matter_kind", "threshold", "threshold_unit", "measure", "rung", "template_kind",
            "limit_amount", "limit_unit", "clause", "is_active"]
    classes = {"label": "col-title cut", "matter_kind": "muted"}
    options = {"matter_kind": kind_choices, "template_kind": letter_choices}
    filters = [one_of("trigger", "触发", EscalationRule.trigger, Trigger), one_of("measure", "措施", EscalationRule.measure, Measure)]
    order = ("rung", False)
