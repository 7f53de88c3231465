"""The public verification page of an issued letter: what its QR code opens."""

import sqlalchemy as sa
from flask import Blueprint, abort, render_template

from models import Notice, db, scope
from models.notice import OUT, NoticeState

bp = Blueprint("verify", __name__)


@bp.get("/verify/<code>")
def letter(code: str) -> str:
    """Number, title, date and hash of the letter with this code; nothing else of it."""
    with scope.everything():
        row = db.session.scalar(sa.select(Notice).where(Notice.code == code[:24]))
        if row is None or row.state not in OUT | {NoticeState.VOID}:
            abort(404)
        facts = [
            ("文号", row.number or "不编号"), ("标题", row.title), ("主送", row.addressee), ("发文机关", row.agency),
            ("成文日期", f"{row.dated.year}年{row.dated.month}月{row.dated.day}日" if row.dated else ""),
            ("状态", "已作废，不再有效" if row.state == NoticeState.VOID else "有效"), ("印制件摘要", row.pdf_sha256 or ""),
        ]
        return render_template("public/verify.html", facts=facts, void=row.state == NoticeState.VOID)
