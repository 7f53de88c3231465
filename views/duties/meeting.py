"""Meetings: the list, one meeting with its decisions and minutes, the week's overview (D2, D3)."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Query, joinedload, selectinload
from wtforms import SelectField, StringField, TextAreaField

from models import Decision, Meeting, WorkGroup, audit, db
from models.asks import Ask
from models.meeting.minutes import compose, mergeable, missing, owes_weekly
from models.meeting.words import MeetingKind, MeetingState, Presence
from models.now import TZ, local, now
from views.cells import short_time, shown, state_badge
from views.duties.attaching import Attaching
from views.duties.minutes import minutes_paper
from views.duties.page import form_page
from views.files import file_rows
from views.filters import Where, between, contains, one_of, row_options
from views.letters import FontError, PaperError, RenderError, render_pdf
from views.letters.binding import send_docx, send_pdf
from views.matter.record import verbs
from views.panel import Panel
from views.steps import StepRun

S = MeetingState
TABS = [("plan", "待召开", [S.PLANNED]), ("held", "待纪要", [S.HELD]), ("minuted", "已纪要", [S.MINUTED]), ("merged", "已汇总", [S.MERGED]),
    ("all", "全部", list(S))]
BADGES = {S.PLANNED: "todo", S.HELD: "todo", S.MINUTED: "done", S.MERGED: "done"}


class ConveneForm(FlaskForm):
    """The notice of a meeting."""

    kind = SelectField("类型", choices=MeetingKind.choices())
    group = SelectField("工作组", validate_choice=False, description="不选为营转办会议，汇总各组纪要")
    starts_at = StringField("时间", render_kw={"placeholder": "如 2024-08-05 09:30"})
    place = StringField("地点")
    host = StringField("主持人")
    title = StringField("会议名称", description="不填按类型和时间生成")
    agenda = TextAreaField("议题", render_kw={"rows": 5}, description="一行一项")


def _group_filter(value: str) -> sa.ColumnElement[bool]:
    return Meeting.group_id.is_(None) if value == "0" else Meeting.group_id == int(value)


class MeetingPanel(Attaching, Panel):
    files_label = "会议材料"
    resource = "meeting"
    columns = ["title", "kind", "owner", "starts_at", "place", "host", "state", "decisions", "issue"]
    classes = {"title": "col-title cut", "owner": "cut-s", "place": "cut-s opt", "host": "opt", "state": "col-state", "starts_at": "muted col-clock",
        "issue": "num opt", "decisions": "num"}
    labels = {"owner": "工作组", "decisions": "议定/未完成", "issue": "期号"}
    filters = [
        contains("q", "会议名称", Meeting.title), one_of("kind", "类型", Meeting.kind, MeetingKind),
        Where("group", "工作组", _group_filter, kind="select", choices=lambda: [("0", "营转办"), *row_options(WorkGroup, WorkGroup.is_active)]),
        one_of("state", "状态", Meeting.state, MeetingState), between("at", "时间", Meeting.starts_at),
    ]
    order = ("starts_at", True)
    column_sortable_list = ["starts_at"]
    column_formatters = {
        "starts_at": lambda _v, _c, row, _n: short_time(row.starts_at), "state": lambda _v, _c, row,
        _n: state_badge(BADGES.get(row.state, ""), row.state.label),
        "decisions": lambda _v, _c, row, _n: f"{len(row.decisions)}/{sum(1 for d in row.decisions if d.is_open)}" if row.decisions else "",
    }

    def _tab(self) -> tuple[str, str, list[S]]:
        return next((tab for tab in TABS if tab[0] == self.asked.get("tab")), TABS[-1])

    def get_query(self) -> Query:
        """Rows of the tab."""
        query = super().get_query().options(joinedload(Meeting.group), selectinload(Meeting.decisions))
        return query if self.asked.get("flt_state") else query.filter(Meeting.state.in_(self._tab()[2]))

    def warm(self, rows: list[Meeting]) -> list[Any]:
        """The tasks of what they decided."""
        return Decision.orders([decision for row in rows for decision in row.decisions])

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tabs, convening, the week."""
        current = self._tab()
        tabs = [{"label": label, "url": url_for(".index_view", tab=key), "active": key == current[0]} for key, label, _states in TABS]
        action = ("召集会议", url_for(".convene"), "plus-lg") if self._may("create") else None
        more = [("本周例会", url_for(".week"), "calendar-check"), ("议定事项", url_for("decision.index_view"), "list-task")]
        return {"tabs": tabs, "primary_action": action, "secondary_actions": more, "row_verb": self._verb, "row_label": str}

    def _verb(self, row: Meeting) -> tuple[str, str]:
        user = current_user._get_current_object()
        step = next((s for s in row.transitions().values() if s.order <= 15 and s.refusal(row, user) is None), None)
        if step is None:
            return "查看", url_for(".details_view", id=row.id, url=request.full_path)
        return step.label, url_for(".step", step=step.name, id=row.id)

    @expose("/convene/", methods=("GET", "POST"))
    def convene(self) -> Any:
        """Plan a meeting."""
        if not self._may("create"):
            return self.inaccessible_callback("convene")
        form = ConveneForm()
        form.group.choices = [("", "营转办"), *row_options(WorkGroup, WorkGroup.is_active)]
        return form_page(
            self, form, title="召集会议", verb="召集", icon="calendar-check", required=("kind", "starts_at"), back=url_for(".index_view"),
            act=lambda: self._convene(form), done=lambda row: f"已登记 {row}", then=lambda row: url_for(".details_view", id=row.id),
            note="到会议时间，同组同类会议以前议定未完成的事项自动结转到这次会议并计次。",
        )

    def _convene(self, form: ConveneForm) -> Meeting:
        group = form.group.data or ""
        starts_at = Ask("时间", name="starts_at", kind=datetime).clean(form.starts_at.data)
        return Meeting.convene(
            by=current_user._get_current_object(), kind=MeetingKind[form.kind.data], starts_at=starts_at, title=form.title.data or "",
            group=db.session.get(WorkGroup, int(group)) if group.isdecimal() and len(group) < 12 else None, place=(form.place.data or "").strip()[:80] or None,
            host=(form.host.data or "").strip()[:30] or None, agenda=(form.agenda.data or "").strip() or None,
        )

    # -- one meeting ------------------------------------------------------------------------

    @expose("/details/")
    def details_view(self) -> str:
        """Who came, what was decided, what carried over, the minutes."""
        row = self.find()
        tools = [("纪要 PDF", url_for(".pdf", id=row.id), "file-earmark-pdf"),
            ("纪要 Word", url_for(".word", id=row.id), "file-earmark-word")] if row.minutes else []
        return self.render(
            "duties/meeting.html", row=row, record={"no": f"第{row.issue}期" if row.issue else row.kind.label, "title": row.title, "line": row.owner,
                                                    "state_label": row.state.label, "state_kind": BADGES.get(row.state, "")},
            back={"url": request.args.get("url") or url_for(".index_view")}, verbs=verbs(row, self.endpoint), tools=tools, sections=_facts(row),
            decisions=[_decision(d) for d in row.decisions], carried=[_decision(link.decision) for link in row.carried], events=[],
            files=file_rows(row), upload_url=self.attach_url(row),
        )

    def may_attach(self, row: Meeting) -> bool:
        """Whoever keeps the minutes of this meeting, until it is cancelled."""
        return row.state != S.CANCELLED and row.permits(current_user._get_current_object(), "meeting:minute")

    @expose("/step/<step>/", methods=("GET", "POST"))
    def step(self, step: str) -> Any:
        """The little form of a verb."""
        row = self.find()
        run, target = StepRun(row, step, {"minutes": row.minutes} if step == "revise" else {}), url_for(".details_view", id=row.id)
        if run.submitted():
            return redirect(target)
        about = {"no": row.kind.label, "title": row.title, "url": target}
        return self.render("admin/transition.html", **run.context() | self._before_writing(row, step),
            back={"url": target, "label": "返回会议"}, matter=about), run.status

    def _before_writing(self, row: Meeting, step: str) -> dict[str, Any]:
        """Before minutes are made: whose are merged and whose are missing."""
        if step != "write" or row.group_id is not None:
            return {}
        found = mergeable(row)
        lines = [("汇总", "、".join(f"{m.owner}（{local(m.starts_at):%m-%d}）" for m in found) or "没有可汇总的纪要")]
        if gaps := missing(row, found):
            lines.append(("未报送", "、".join(group.name for group in gaps)))
        return {"after": lines, "after_title": "将汇总的纪要"}

    @expose("/pdf/")
    def pdf(self) -> Any:
        """The minutes in the minutes' form (GB/T 9704-2012 10.3)."""
        row = self.find()
        if not row.minutes:
            abort(404)
        try:
            data = render_pdf(minutes_paper(row))
        except (FontError, PaperError, RenderError) as error:
            return self._no_paper(row, error)
        audit.record("打印", "meeting", row.id, what=row.paper_name)
        return send_pdf(data, f"{row.paper_name}第{row.issue}期")

    @expose("/word/")
    def word(self) -> Any:
        """The minutes as an editable copy."""
        row = self.find()
        if not row.minutes:
            abort(404)
        audit.record("下载", "meeting", row.id, what="docx")
        return send_docx(minutes_paper(row), f"{row.paper_name}第{row.issue}期")

    def _no_paper(self, row: Meeting, error: Exception) -> Response:
        flash(str(error), "error")
        return redirect(url_for(".details_view", id=row.id))

    # -- the week ---------------------------------------------------------------------------

    @expose("/week/")
    def week(self) -> str:
        """Every group of the week: met, minuted, open and stalled decisions; who has handed in nothing. M 三(一)"""
        monday = _monday(request.args.get("week", ""))
        return self.render(
            "duties/figures.html", title=f"{monday:%Y年%m月%d日}起一周例会", back=url_for(".index_view"), tables=[_week_table(monday)],
            months=[{"label": label, "url": url_for(".week", week=f"{monday + timedelta(days=shift):%Y-%m-%d}"), "active": shift == 0}
                    for label, shift in (("上周", -7), ("本页", 0), ("下周", 7))],
            notes=["未完成、久拖为截至现在的件数；久拖未完成＝结转达到参数“久拖未完成结转次数”仍未报送或验收的议定事项。"],
        )


def _facts(row: Meeting) -> list[dict[str, Any]]:
    who = {presence: "、".join(str(a.unit) for a in row.attendance if a.presence == presence) for presence in Presence}
    rows = [[("时间", shown(row.starts_at)), ("地点", row.place)], [("主持人", row.host), ("召集人", str(row.convened_by or ""))]]
    rows.append([("议题", Markup('<div class="pre">{}</div>').format(row.agenda) if row.agenda else None)])
    rows += [[(presence.label, names)] for presence, names in who.items() if names]
    sections = [{"title": "会议", "rows": rows}]
    if row.minutes:
        about = [[("纪要", Markup('<div class="pre">{}</div>').format(row.minutes))],
            [("记录人", str(row.recorder or "")), ("形成时间", shown(row.minuted_at))]]
        if row.merged_into:
            about.append([("汇入", Markup('<a href="{}">{}</a>').format(url_for("meeting.details_view", id=row.merged_into_id), row.merged_into))])
        if row.sources:
            about.append([("汇总自",
                Markup("、").join(Markup('<a href="{}">{}</a>').format(url_for("meeting.details_view", id=m.id), m) for m in row.sources))])
        sections.append({"title": row.paper_name, "aside": f"第{row.issue}期", "rows": about})
    elif row.state == S.HELD:
        sections.append({"title": "纪要预览", "rows": [[("将形成", Markup('<div class="pre">{}</div>').format(compose(row, mergeable(row))))]]})
    return sections


def _decision(row: Decision) -> dict[str, Any]:
    return {"content": row.content, "unit": str(row.unit), "due": short_time(row.order().due_at), "standing": row.standing, "carries": row.carries,
            "url": url_for("task.details_view", id=row.task_id) if row.task else None, "stalled": row.is_stalled}


def _monday(text: str) -> datetime:
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=TZ) if text else now()
    except ValueError:
        day = now()
    return (day - timedelta(days=day.weekday())).replace(hour=0, minute=0, second=0)


def _week_table(monday: datetime) -> dict[str, Any]:
    reach = f"{monday:%Y-%m-%d} to {monday + timedelta(days=6):%Y-%m-%d}"
    meetings = db.session.scalars(sa.select(Meeting).where(
        Meeting.kind == MeetingKind.WEEKLY, Meeting.starts_at >= monday, Meeting.starts_at < monday + timedelta(days=7), Meeting.state != S.CANCELLED)).all()
    by_group = {row.group_id: row for row in meetings}
    rows = []
    groups = db.session.scalars(sa.select(WorkGroup).where(WorkGroup.is_active).order_by(WorkGroup.id)).all()
    for group in [None, *(group for group in groups if group.id in by_group or owes_weekly(group))]:
        row, key = by_group.get(group.id if group else None), group.id if group else 0
        links = {"flt_group": key}
        rows.append([
            (group.name if group else "营转办", None),
            (row.state.label if row else "未安排", url_for("meeting.index_view", flt_at=reach, flt_kind="WEEKLY", **links) if row else None),
            (short_time(row.starts_at) if row else "", None), (f"第{row.issue}期" if row and row.issue else "未报送", None),
            (_open(group, False), url_for("decision.index_view", tab="open", **links)),
            (_open(group, True), url_for("decision.index_view", tab="stalled", **links)),
        ])
    return {"title": "各工作组周例会", "head": ["工作组", "状态", "时间", "纪要", "未完成", "久拖未完成"], "rows": rows}


def _open(group: WorkGroup | None, stalled: bool) -> int:
    mine = Meeting.group_id.is_(None) if group is None else Meeting.group_id == group.id
    clause = Decision.is_stalled if stalled else Decision.is_open
    return db.session.scalar(sa.select(sa.func.count(Decision.id)).join(Meeting, Meeting.id == Decision.meeting_id).where(mine, clause))
