"""The list of letters: tabs by their life, many printed at once (A2)."""

from typing import Any

from flask import flash, url_for
from flask_login import current_user
from sqlalchemy.orm import Query, joinedload

from models import AccountabilityAction, Notice, Unit, audit, db
from models.notice import NoticeState
from views.bulk import BulkPanel
from views.cells import short_time, state_badge
from views.filters import Where, between, by_row, contains, one_of
from views.letters.binding import many_pdf, send_pdf
from views.notice.draft import DraftPage
from views.notice.kinds import kind_label, kinds
from views.notice.page import PRESS_ERRORS, LetterPage
from views.panel import Panel

S = NoticeState
TABS = [("draft", "草稿", [S.DRAFT]), ("sign", "待签发", [S.SUBMITTED]), ("out", "已发出", [S.ISSUED, S.SERVED]),
        ("answered", "已反馈", [S.ANSWERED]), ("closed", "已销号", [S.CLOSED]), ("void", "作废", [S.VOID]), ("all", "全部", list(S))]


class NoticePanel(LetterPage, DraftPage, BulkPanel, Panel):
    """Letters of every kind: drafts, those out, those void."""

    resource = "notice"
    columns = ["number", "kind", "matter", "addressee", "state", "action", "issued_at", "reply_due_at", "title", "signer", "drafted_at"]
    classes = {"kind": "col-clock", "matter": "col-title cut", "addressee": "col-unit", "state": "col-state", "number": "code", "issued_at": "muted",
               "reply_due_at": "muted", "action": "muted", "title": "cut opt", "signer": "opt", "drafted_at": "opt muted"}
    labels = {"matter": "事项", "reply_due_at": "反馈时限", "action": "级次", "kind": "文书"}
    bulk = {
        "print": {"label": "合并打印", "icon": "printer", "text": "合成一个 PDF，每份从正面起，可双面打印；已签发的与定稿一致。", "blank": "1"},
        "print_body": {"label": "合并套红打印", "icon": "file-earmark-text", "text": "只印正文，用于已印红头的纸；作废的不印。", "blank": "1"},
    }
    filters = [
        contains("q", "文号/标题", Notice.number, Notice.title),
        Where("kind", "种类", lambda v: Notice.kind == v, kind="select", choices=lambda: kinds()),
        by_row("unit", "主送", Notice.addressee_id, Unit), one_of("state", "状态", Notice.state, NoticeState),
        between("issued", "签发", Notice.issued_at),
    ]
    order = ("id", True)
    column_sortable_list = ["number", "issued_at", "reply_due_at"]
    column_formatters = {
        "number": lambda _v, _c, row, _n: row.number or "未编号",
        "kind": lambda _v, _c, row, _n: kind_label(row),
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
        """The tab asked for; of a state asked for the tab where it stands."""
        if state := self.asked.get("flt_state"):
            return next((tab for tab in TABS if state in tab[2]), TABS[-1])
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
        return {"tabs": tabs, "primary_action": action, "row_label": str,
                "all_url": url_for(".index_view", **self.list_args() | {"tab": "all"}) if current[0] != "all" else ""} | self.bulk_context()

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
