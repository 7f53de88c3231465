"""Letters that wait for a leader's signature, as rows of the workbench before the matters: read the page, then sign."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload

from models import Matter, Notice, db
from models.notice import NoticeState
from models.user import User
from views.cells import light_words
from views.notice.kinds import kind_label


def letters(user: User, most: int) -> list[dict[str, Any]]:
    """Sent in and not signed yet, the longest waiting first."""
    query = sa.select(Notice).where(Notice.state == NoticeState.SUBMITTED).order_by(Notice.id).limit(most).options(
        joinedload(Notice.matter).joinedload(Matter.unit), joinedload(Notice.addressee_unit), joinedload(Notice.action))
    return [_row(letter, user) for letter in db.session.scalars(query)]


def _row(letter: Notice, user: User) -> dict[str, Any]:
    matter = letter.matter
    colour, light = light_words(matter) if matter else ("hold", "无时限")
    url = url_for("notice.details_view", id=letter.id, url=url_for("admin.index", tab="todo"))
    mine = letter.transitions()["issue"].refusal(letter, user) is None
    return {
        "colour": colour, "light": light, "title": f"{kind_label(letter)}：{matter.title if matter else letter.title}", "url": url, "kind": "文书",
        "from": between(letter.addressee, getattr(matter, "who", "")), "state_kind": "todo" if mine else "wait", "state_label": letter.state.label,
        "verb": ("看稿签发" if mine else "看稿", url),
    }


def between(unit: Any, other: Any) -> str:
    """区住建局　演示某公司: who handles it and whom it is about, each once."""
    return "　".join(dict.fromkeys(str(part) for part in (unit, other) if part))
