"""The public verification page of an issued letter: what its QR code opens."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, abort, redirect, render_template, url_for

from models import Notice, db, scope
from models.notice import OUT, NoticeState
from models.public.limits import allow, refuse_beyond
from models.routing import writing
from models.setting import whole_setting
from models.wording import chinese_time
from views.knocks import visitor
from views.letters.binding import void_line

HOUR = timedelta(hours=1)
MISSED = "verify-missed"
bp = Blueprint("verify", __name__)


@bp.get("/verify/<code>")
def letter(code: str) -> str:
    """Number, title, date and hash of the letter with this code; nothing else of it. TooOften once too many wrong codes came from an address."""
    with scope.everything():
        refuse_beyond(visitor(MISSED), whole_setting("public_lookups_hourly"), HOUR, "这个地址查错的次数太多")
        row = db.session.scalar(sa.select(Notice).where(Notice.code == code[:24]))
        if row is None or row.state not in OUT | {NoticeState.VOID}:
            _count_miss()
            abort(404)
        facts = [
            ("文号", row.number or "不编号"), ("标题", row.title), ("主送", row.addressee), ("发文机关", row.agency),
            ("成文日期", f"{row.dated.year}年{row.dated.month}月{row.dated.day}日" if row.dated else ""),
            ("状态", f"已作废（{void_line(row)}），不再有效" if row.is_void else "有效"), ("印制件摘要", row.pdf_sha256 or ""),
        ]
        due = row.reply_due_at if row.state in (NoticeState.ISSUED, NoticeState.SERVED) else None
        return render_template("public/verify.html", facts=facts, void=row.is_void, code=row.code, due=due and chinese_time(due))


def _count_miss() -> None:
    """One more wrong code from this address. Counting writes, in a request that otherwise reads."""
    db.session.rollback()
    with writing():
        allow(visitor(MISSED), whole_setting("public_lookups_hourly"), HOUR)


@bp.get("/verify/<code>/<any(acknowledge, answer):step>")
def act(code: str, step: str) -> Response:
    """From the paper to the form: the addressee, once logged in, signs for the letter or answers it (回执、反馈表)."""
    row = db.session.scalar(sa.select(Notice).where(Notice.code == code[:24])) or abort(404)
    return redirect(url_for("notice.step", step=step, id=row.id))
