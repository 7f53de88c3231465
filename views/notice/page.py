"""One letter: its exact pages, its life, its outputs and receipts, its verbs (A2)."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup

from models import Notice, audit
from models.calendar import work_calendar
from models.clock import remaining
from models.errors import LetterError
from models.notice import OUT, UNISSUED, NoticeState
from models.now import now
from models.wording import WordingError
from views.cells import short_time
from views.letters import page_count, page_png, render_pdf
from views.letters.binding import (
    body_pdf,
    companion_paper,
    companions,
    notice_pdf,
    receipt_pdf,
    render_notice,
    send_docx,
    send_pdf,
    send_word,
)
from views.matter.clockcard import ladder_steps
from views.matter.record import timeline, verbs
from views.notice import edit
from views.steps import StepRun

S = NoticeState
PRESS_ERRORS = (LetterError, WordingError)


class LetterPage:
    """For the panel of letters: everything below one letter's address."""

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
            fingerprint={"text": " ".join(row.pdf_sha256[i : i + 4] for i in range(0, 16, 4)), "note": f"核验码 {row.code}",
                         "url": url_for("verify.letter", code=row.code)} if row.pdf_sha256 else None,
            receipts=[{"unit": r.unit.name, "line": f"{r.method.label} · {r.received_by} 签收",
                       "action": ("回证", url_for(".receipt", id=row.id, receipt=r.id))} for r in row.receipts],
            receipt_url=url_for(".step", step="serve", id=row.id) if row.state in OUT and row.permits(current_user, "notice:serve") else None,
            ladder=ladder_steps(row.matter) if row.action and row.action.rung else None, verbs=verbs(row, self.endpoint),
            events=timeline(row.matter.events[:12]) if row.matter else [], **edit.marked(row),
        )

    def _letter(self, row: Notice) -> dict[str, Any]:
        aside = Markup("主送 {}").format(row.addressee or "未定")
        if row.matter:
            link = url_for(f"{row.matter.kind}.details_view", id=row.matter_id)
            aside = Markup('事项 <a href="{}">{}</a> · ').format(link, row.matter.number) + aside
        shown = {"title": row.title, "number": row.number or "（未编号）", "state_label": row.state.label, "aside": aside,
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

    @expose("/step/<step>/", methods=("GET", "POST"))
    def step(self, step: str) -> Any:
        """The little form of a verb; issuing prints, numbers and freezes in one transaction."""
        row = self.find()
        extra = {"render": render_notice} if step == "issue" else {}
        try:
            run, target = StepRun(row, step, self._initial(row, step), **extra), url_for(".details_view", id=row.id)
            if not (step == "edit" and edit.wants_preview()) and run.submitted():
                return redirect(target)
        except PRESS_ERRORS as error:
            flash(f"没有签发，什么都没有改动：{error}", "error")
            return redirect(url_for(".details_view", id=row.id))
        about = {"no": row.number or "未编号", "title": row.title, "who": row.addressee, "url": target}
        context = run.context() | {"back": {"url": target, "label": "返回文书"}, "matter": about}
        if step == "edit":
            status = 200 if edit.wants_preview() else run.status
            return self.render("admin/letter_edit.html", **context, **edit.beside(row, run)), status
        return self.render("admin/transition.html", **context), run.status

    def _initial(self, row: Notice, step: str) -> dict[str, Any]:
        if step == "edit":
            return edit.start(row)
        if step == "serve":
            return {"unit": row.addressee_unit}
        return {}


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
