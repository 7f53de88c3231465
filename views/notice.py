"""Letters: the list, the page of one letter with its life, drafting, issuing, serving (A2)."""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, g, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Query, joinedload
from wtforms import SelectField, StringField

from models import AccountabilityAction, LetterTemplate, Matter, Notice, Unit, audit, db, drafting, scope
from models.calendar import work_calendar
from models.clock import remaining
from models.errors import Refused
from models.notice import OUT, UNISSUED, NoticeState
from models.now import now
from models.wording import WordingError
from views import letter_edit
from views.bulk import BulkPanel
from views.cells import short_time, state_badge
from views.filters import Where, between, by_row, contains, one_of
from views.letters import LetterError, default_kinds, page_count, page_png, render_pdf
from views.letters.binding import (
    body_pdf,
    companion_paper,
    companions,
    many_pdf,
    notice_pdf,
    receipt_pdf,
    render_notice,
    send_docx,
    send_pdf,
    send_word,
)
from views.matter.clockcard import ladder_steps
from views.matter.record import timeline, verbs
from views.panel import Panel
from views.steps import StepRun
from views.units import UnitChoice

S = NoticeState
# Letters of the rungs belong to a measure; nobody writes one freehand.
LADDER = frozenset({"SUPERVISION_NOTICE", "LISTED_SUPERVISION", "SUMMONS_TALK", "ACCOUNTABILITY_ADVICE"})
PRESS_ERRORS = (LetterError, WordingError)
TABS = [("draft", "草稿", [S.DRAFT]), ("sign", "待签发", [S.SUBMITTED]), ("out", "已发出", [S.ISSUED, S.SERVED]),
        ("answered", "已反馈", [S.ANSWERED]), ("closed", "已销号", [S.CLOSED]), ("void", "作废", [S.VOID]), ("all", "全部", list(S))]


class DraftForm(FlaskForm):
    """What a new letter needs before its wording is made."""

    kind = SelectField("文书种类", validate_choice=False)
    matter = StringField("事项编号", description="如 SQ202408-00012；与事项无关的不填")
    unit = UnitChoice("主送单位")


class NoticePanel(BulkPanel, Panel):
    resource = "notice"
    columns = ["number", "kind", "matter", "addressee", "state", "action", "issued_at", "reply_due_at", "title", "signer", "drafted_at"]
    classes = {"matter": "col-title cut", "addressee": "col-unit", "state": "col-state", "number": "code", "issued_at": "muted",
               "reply_due_at": "muted", "action": "muted", "title": "cut opt", "signer": "opt", "drafted_at": "opt muted"}
    labels = {"matter": "事项", "reply_due_at": "反馈时限", "action": "级次", "kind": "文书"}
    bulk = {
        "print": {"label": "合并打印", "icon": "printer", "text": "合成一个 PDF，每份从正面起，可双面打印；已签发的与定稿一致。", "blank": "1"},
        "print_body": {"label": "合并套红打印", "icon": "file-earmark-text", "text": "只印正文，用于已印红头的纸；作废的不印。", "blank": "1"},
    }
    filters = [
        contains("q", "文号/标题", Notice.number, Notice.title),
        Where("kind", "种类", lambda v: Notice.kind == v, kind="select", choices=lambda: _kinds()),
        by_row("unit", "主送", Notice.addressee_id, Unit), one_of("state", "状态", Notice.state, NoticeState),
        between("issued", "签发", Notice.issued_at),
    ]
    order = ("id", True)
    column_sortable_list = ["number", "issued_at", "reply_due_at"]
    column_formatters = {
        "number": lambda _v, _c, row, _n: row.number or "未编号",
        "kind": lambda _v, _c, row, _n: _kind(row),
        "matter": lambda _v, _c, row, _n: f"{row.matter.number} {row.matter.title}" if row.matter else row.title,
        "action": lambda _v, _c, row, _n: f"第{row.action.rung}级·{row.action.measure.label}" if row.action and row.action.rung else (
            row.action.measure.label if row.action else ""),
        "state": lambda _v, _c, row, _n: state_badge(
            {S.DRAFT: "", S.SUBMITTED: "todo", S.CLOSED: "done", S.VOID: ""}.get(row.state, "wait"), row.state.label),
        "issued_at": lambda _v, _c, row, _n: short_time(row.issued_at), "reply_due_at": lambda _v, _c, row, _n: short_time(row.reply_due_at),
        "drafted_at": lambda _v, _c, row, _n: short_time(row.drafted_at),
    }

    # -- the list ---------------------------------------------------------------------------

    def _tab(self) -> tuple[str, str, list[S]]:
        first = TABS[0] if current_user.may("notice:draft") or current_user.may("accountability:draft") else TABS[2]
        return next((tab for tab in TABS if tab[0] == self.asked.get("tab")), first)

    def get_query(self) -> Query:
        """Rows of the tab."""
        query = super().get_query().options(joinedload(Notice.matter), joinedload(Notice.signer), joinedload(Notice.action))
        if not self.asked.get("flt_state"):
            query = query.filter(Notice.state.in_(self._tab()[2]))
        return query

    def row_in(self, panel: Any, row_id: int) -> int | None:
        """A letter opened from the list of measures stands there as its measure."""
        return self.get_one(row_id).action_id if panel.model is AccountabilityAction else super().row_in(panel, row_id)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tabs; drafts and those awaiting signature counted."""
        current = self._tab()
        tabs = [
            {"label": label, "url": url_for(".index_view", tab=key), "active": key == current[0],
             "count": self.capped_count(db.session.query(Notice).filter(Notice.state.in_(states))) if key in ("draft", "sign", "out") else None}
            for key, label, states in TABS
        ]
        action = ("起草文书", url_for(".draft"), "plus-lg") if self._may("draft") else None
        return {"tabs": tabs, "primary_action": action, "row_label": str} | self.bulk_context()

    def bulk_may(self, name: str) -> bool:
        """Whoever may print one may print many."""
        return self._may("print")

    def bulk_do(self, name: str, rows: list[Notice]) -> Any:
        """One PDF of all of them."""
        bare = name == "print_body"
        try:
            data = many_pdf([row for row in rows if not (bare and row.is_void)], body_only=bare)
        except PRESS_ERRORS as error:
            flash(f"没有打印：{error}", "error")
            return None
        audit.record("打印", "notice", None, count=len(rows), numbers=[row.number or row.id for row in rows], body_only=bare)
        return send_pdf(data, f"文书{len(rows)}份")

    # -- one letter -------------------------------------------------------------------------

    def find(self) -> Notice:
        """The letter of ``?id=`` in scope, or 404."""
        return self.get_one(request.args.get("id", "")) or abort(404)

    @expose("/details/")
    def details_view(self) -> str:
        """The exact pages, the life, the outputs, the receipts."""
        row = self.find()
        try:
            pages, fault = page_count(notice_pdf(row)), ""
        except PRESS_ERRORS as error:
            pages, fault = 0, str(error)
        if fault:
            flash(fault, "error")
        return self.render(
            "admin/notice.html", letter=self._letter(row), back={"url": request.args.get("url") or url_for(".index_view")},
            life=_life(row), pages=[{"url": url_for(".page", id=row.id, n=n, w=812, v=row.version),
                                     "thumb_url": url_for(".page", id=row.id, n=n, w=144, v=row.version)} for n in range(1, pages + 1)],
            page_alt=str(row), outputs=self._outputs(row), outputs_aside=f"{pages} 页 · 与纸面一致",
            outputs_note=_note(row),
            print_url=url_for(".pdf", id=row.id),
            fingerprint={"text": " ".join(row.pdf_sha256[i : i + 4] for i in range(0, 16, 4)), "note": f"核验码 {row.code}"} if row.pdf_sha256 else None,
            receipts=[{"unit": r.unit.name, "line": f"{r.method.label} · {r.received_by} 签收",
                       "action": ("回证", url_for(".receipt", id=row.id, receipt=r.id))} for r in row.receipts],
            receipt_url=url_for(".step", step="serve", id=row.id) if row.state in OUT and row.permits(current_user, "notice:serve") else None,
            ladder=ladder_steps(row.matter) if row.action and row.action.rung else None, verbs=verbs(row, self.endpoint),
            events=timeline(row.matter.events[:12]) if row.matter else [], **letter_edit.marked(row),
        )

    def _letter(self, row: Notice) -> dict[str, Any]:
        aside = Markup("主送 {}").format(row.addressee or "未定")
        if row.matter:
            link = url_for(f"{row.matter.kind}.details_view", id=row.matter_id)
            aside = Markup('事项 <a href="{}">{}</a> · ').format(link, row.matter.number) + aside
        shown = {"title": f"{row.title}　{row.number or '（未编号）'}", "state_label": row.state.label, "aside": aside,
                 "state_kind": {S.CLOSED: "done", S.VOID: "", S.DRAFT: ""}.get(row.state, "todo")}
        if row.reply_due_at and row.state in (S.ISSUED, S.SERVED):
            left = remaining(now(), row.reply_due_at, work_calendar())
            shown |= {"colour": "red" if left.overdue else "yellow", "light": f"{'红' if left.overdue else '黄'} · {left.text}反馈"}
        return shown

    def _outputs(self, row: Notice) -> list[tuple[str, str, str]]:
        found = [("打印", "#print", "printer"), ("下载 PDF", url_for(".pdf", id=row.id, download=1), "file-earmark-pdf")]
        if row.state != S.VOID:
            found += [("套红打印", url_for(".pdf", id=row.id, body=1), "file-earmark-text"),
                      ("下载 Word", url_for(".word", id=row.id), "file-earmark-word")]
        for kind in companions(row):
            found += [(kind.label, url_for(".companion", id=row.id, kind=kind.code), "file-earmark-text"),
                      (f"{kind.label} Word", url_for(".companion", id=row.id, kind=kind.code, word=1), "file-earmark-word")]
        return [*found, ("空白回证", url_for(".receipt", id=row.id), "paperclip")]

    @expose("/page/")
    def page(self) -> Response:
        """One page as a picture: the PDF itself at the asked width (px)."""
        row = self.find()
        number, width = request.args.get("n", 1, type=int), min(max(request.args.get("w", 812, type=int), 80), 1700)
        try:
            data = notice_pdf(row)
        except PRESS_ERRORS:
            abort(404)
        if not 1 <= number <= page_count(data):
            abort(404)
        response = Response(page_png(data, number, width), mimetype="image/png")
        response.headers["Cache-Control"] = "private, max-age=600"
        return response

    @expose("/pdf/")
    def pdf(self) -> Response:
        """The letter's PDF; an issued one is the frozen file, every time the same bytes."""
        row = self.find()
        body = bool(request.args.get("body")) and not row.is_void
        try:
            data = body_pdf(row) if body else notice_pdf(row)
        except PRESS_ERRORS as error:
            flash(str(error), "error")
            return redirect(url_for(".details_view", id=row.id))
        audit.record("打印", "notice", row.id, number=row.number, body_only=body)
        return send_pdf(data, f"{row.number or '草稿'} {row.title}", download=bool(request.args.get("download")))

    @expose("/word/")
    def word(self) -> Response:
        """An editable copy for WPS; the PDF stays the official text."""
        row = self.find()
        if row.is_void:
            abort(404)
        audit.record("下载", "notice", row.id, number=row.number, what="docx")
        return send_word(row)

    @expose("/receipt/")
    def receipt(self) -> Response:
        """送达回证, filled in or blank."""
        row = self.find()
        wanted = request.args.get("receipt", 0, type=int)
        filled = next((r for r in row.receipts if r.id == wanted), None)
        return send_pdf(receipt_pdf(row, filled), f"{row.title} 送达回证")

    @expose("/companion/")
    def companion(self) -> Response:
        """反馈表 or 约谈记录 of a letter that is out, to print or to fill in."""
        row = self.find()
        paper = companion_paper(row, request.args.get("kind", "")) or abort(404)
        name = f"{row.number or row.title} {paper.title}"
        audit.record("打印", "notice", row.id, number=row.number, what=paper.title)
        return send_docx(paper, name) if request.args.get("word") else send_pdf(render_pdf(paper), name)

    # -- verbs ------------------------------------------------------------------------------

    @expose("/step/<step>/", methods=("GET", "POST"))
    def step(self, step: str) -> Any:
        """The little form of a verb; issuing prints, numbers and freezes in one transaction."""
        row = self.find()
        extra = {"render": render_notice} if step == "issue" else {}
        try:
            run, target = StepRun(row, step, self._initial(row, step), **extra), url_for(".details_view", id=row.id)
            if not (step == "edit" and letter_edit.wants_preview()) and run.submitted():
                return redirect(target)
        except PRESS_ERRORS as error:
            flash(f"没有签发，什么都没有改动：{error}", "error")
            return redirect(url_for(".details_view", id=row.id))
        about = {"no": row.number or "未编号", "title": row.title, "who": row.addressee, "url": target}
        context = run.context() | {"back": {"url": target, "label": "返回文书"}, "matter": about}
        if step == "edit":
            status = 200 if letter_edit.wants_preview() else run.status
            return self.render("admin/letter_edit.html", **context, **letter_edit.beside(row, run)), status
        return self.render("admin/transition.html", **context), run.status

    def _initial(self, row: Notice, step: str) -> dict[str, Any]:
        if step == "edit":
            return letter_edit.start(row)
        if step == "serve":
            return {"unit": row.addressee_unit}
        return {}

    @expose("/draft/", methods=("GET", "POST"))
    def draft(self) -> Any:
        """A letter by hand: 转办, 预警, 线索移送, 联合检查 and the rest."""
        if not self._may("draft"):
            return self.inaccessible_callback("draft")
        form, errors = DraftForm(), []
        action = self._measure()
        form.kind.choices = [(kind, label) for kind, label in _kinds() if (action or kind not in LADDER) and not _goes_along(kind)]
        form.kind.flags.required = form.unit.flags.required = True
        if request.method == "GET":
            form.matter.data, form.kind.data = request.args.get("matter", ""), request.args.get("kind")
            if action:
                form.matter.data, form.unit.data = action.matter.number, action.unit
                form.kind.data = action.rule.template_kind if action.rule else "KEY_REMINDER"
        if form.is_submitted() and form.validate():
            try:
                notice = self._draft(form, action)
                if notice:
                    return redirect(url_for(".details_view", id=notice.id))
            except (Refused, WordingError) as why:
                db.session.rollback()
                errors = [str(why)]
        return self.render(
            "admin/transition.html", title="起草文书", form=form, general_errors=errors, back={"url": self.get_url(".index_view"), "label": "返回列表"},
            verb={"label": "起草", "short": "起草", "icon": "file-earmark-text"}, after_note="按模板生成草稿，可修改正文；签发时编号定稿。",
        ), 422 if form.is_submitted() else 200

    def _measure(self) -> AccountabilityAction | None:
        """The measure of ``?action=`` whose letter was void: it gets another one."""
        wanted = request.args.get("action", "")
        return db.session.get(AccountabilityAction, int(wanted)) if wanted.isdecimal() and len(wanted) < 18 else None

    def _draft(self, form: DraftForm, action: AccountabilityAction | None) -> Notice | None:
        number, matter = (form.matter.data or "").strip(), None
        if number and (matter := db.session.scalar(sa.select(Matter).where(Matter.number == number))) is None:
            form.matter.errors = ["没有这个编号的事项，请核对"]
        if form.unit.data is None:
            form.unit.errors = ["请选择主送单位"]
        if form.kind.data not in dict(form.kind.choices):
            form.kind.errors = ["督办、挂牌、约谈、问责文书由到期规则提出措施后生成，办理单、反馈表、约谈记录随事项或文书打印，不能单独起草"]
        if any(field.errors for field in form):
            return None
        with scope.everything():
            notice = drafting.draft(form.kind.data, by=current_user._get_current_object(), unit=form.unit.data, matter=matter, action=action)
            db.session.commit()
        return notice


def _kinds() -> list[tuple[str, str]]:
    rows = db.session.execute(
        sa.select(LetterTemplate.kind, LetterTemplate.label).where(LetterTemplate.is_active).order_by(LetterTemplate.id)
    )
    return [(row.kind, row.label) for row in rows]


def _goes_along(kind: str) -> bool:
    """Sheets printed from a letter or a matter are no letters: they are not drafted, numbered or served."""
    known = default_kinds().get(kind)
    return known is not None and (known.companion or known.timeline)


def _kind(row: Notice) -> str:
    """The name of its kind; a list asks once."""
    if "letter_kinds" not in g:
        g.letter_kinds = LetterTemplate.labels()
    return g.letter_kinds.get(row.kind, row.title)


def _note(row: Notice) -> str:
    """What the reader should know of the pages shown."""
    if row.is_void:
        return "已作废：各页加盖“作废”标记，原定稿仍按签发时封存。"
    if row.state not in UNISSUED:
        return "定稿已锁定，重印逐字节相同。"
    if row.edited:
        return "正文是手工修改稿，签发时不再重新表述；其后变动的事实须先“更新事实”，手工修改保留，也可“重新生成”。"
    return "草稿按今日情况表述，签发当日按当时情况重新表述，编号后定稿，重印逐字节相同。"


def _life(row: Notice) -> list[dict[str, str]]:
    """起草 → 签发 → 编号 → 送达 → 回执 → 反馈 → 销号, each with who and when."""
    receipt = row.receipts[0] if row.receipts else None
    stages = [
        ("起草", f"{row.drafted_by or '系统'} {row.drafted_at:%m-%d}", True),
        ("签发", f"{row.signer or ''} {short_time(row.issued_at)}".strip(), row.issued_at is not None),
        ("编号", f"{row.serial}号 {row.dated:%m-%d}" if row.serial else "", row.serial is not None),
        ("送达", short_time(row.served_at), row.served_at is not None),
        ("回执", f"{receipt.received_by} {receipt.served_at:%m-%d}" if receipt else "", receipt is not None),
        ("反馈", short_time(row.reply_due_at) if row.state in (S.ISSUED, S.SERVED) else "", row.state in (S.ANSWERED, S.CLOSED)),
        ("销号", short_time(row.closed_at) if row.state == S.CLOSED else "", row.state == S.CLOSED),
    ]
    if row.state == S.VOID:
        return [{"label": "作废", "line": row.void_reason or "", "state": "now"}]
    current = next((i for i, stage in enumerate(stages) if not stage[2]), len(stages))
    return [{"label": label, "line": line, "state": "done" if done else ("now" if i == current else "")}
            for i, (label, line, done) in enumerate(stages)]
