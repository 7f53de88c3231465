"""The inbox: what waits for the reader outside the matters – proposals, letters to sign, letters to answer – and what others did lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import g, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from sqlalchemy.orm import joinedload

from models import AccountabilityAction, InboxMark, Matter, MatterEvent, Notice, OutboxMessage, db
from models.accountability import ActionState
from models.message import OutboxState
from models.notice import NoticeState
from models.now import now
from models.user import User
from views.cells import short_time
from views.pages import EverybodysPage

RECENT, LATELY = 30, 5000
FOLDED = 4  # steps a line stands for at most, on the average


@dataclass(frozen=True)
class Waiting:
    """One kind of thing that waits: its panel, how many, which, and the list of them all."""

    panel: str
    title: str
    query: sa.Select
    url: str

    def count(self) -> int:
        """How many, all of them."""
        return db.session.scalar(sa.select(sa.func.count()).select_from(self.query.order_by(None).subquery())) or 0

    def rows(self, most: int) -> list[dict[str, Any]]:
        """The latest, as links."""
        return [_line(row) for row in db.session.scalars(self.query.limit(most))]


def to_decide(user: User) -> sa.ColumnElement[bool]:
    """Proposals of the rungs this user may issue; not those against the own unit (回避)."""
    rungs = [rung for rung in range(5) if user.may(f"accountability:issue_{rung}")]
    mine = (AccountabilityAction.state == ActionState.DRAFT) & AccountabilityAction.rung.in_(rungs)
    return mine & (AccountabilityAction.unit_id != user.unit_id) if user.unit_id else mine


def to_answer(user: User) -> tuple[sa.ColumnElement[bool], dict[str, str]]:
    """Letters that wait for this reader, and their list: for a signature in the office that signs, for a receipt or an answer in a unit."""
    if user.may("notice:issue") or user.may("notice:draft"):
        return Notice.state == NoticeState.SUBMITTED, {"flt_state": NoticeState.SUBMITTED.value}
    return Notice.state.in_([NoticeState.ISSUED, NoticeState.SERVED]), {"tab": "out"}


def waiting_for(user: User) -> list[Waiting]:
    """Everything of the inbox that has a number."""
    found = []
    if user.may("accountability:decline"):
        drafts = sa.select(AccountabilityAction).where(to_decide(user)).options(
            joinedload(AccountabilityAction.matter), joinedload(AccountabilityAction.unit))
        found.append(Waiting("accountability", "待审定的督办措施", drafts.order_by(AccountabilityAction.id.desc()),
                             url_for("accountability.index_view", tab="decide")))
    if user.may("notice:view"):
        where, rows = to_answer(user)
        title = "待签发的文书" if "flt_state" in rows else "待签收反馈的文书"
        letters = sa.select(Notice).where(where).options(joinedload(Notice.matter).joinedload(Matter.unit), joinedload(Notice.addressee_unit))
        found.append(Waiting("notice", title, letters.order_by(Notice.id.desc()), url_for("notice.index_view", **rows)))
    if user.may("message:view"):
        lost = sa.select(OutboxMessage).where(OutboxMessage.state == OutboxState.GIVEN_UP).order_by(OutboxMessage.id.desc())
        found.append(Waiting("outbox", "未能发出的消息", lost, url_for("outbox.index_view", flt_state=OutboxState.GIVEN_UP.value)))
    return found


def inbox_counts(user: User) -> dict[str, int]:
    """panel → how many wait; read once a request."""
    if "inbox_counts" not in g:
        g.inbox_counts = {part.panel: part.count() for part in waiting_for(user)}
    return g.inbox_counts


def about(matter: Matter, unit: Any = None) -> str:
    """Number · unit · title, so that two lines are never alike."""
    return " · ".join(filter(None, [matter.number, str(unit or matter.unit or ""), matter.title]))


def _line(row: Any) -> dict[str, Any]:
    if isinstance(row, Notice):
        words = f"{row}　{about(row.matter, row.addressee_unit)}" if row.matter else f"{row}　{row.addressee}"
        return {"label": words, "url": url_for("notice.details_view", id=row.id), "end": row.state.label,
                "time": short_time(row.issued_at or row.drafted_at)}
    if isinstance(row, OutboxMessage):
        return {"label": f"{row.way.label}　{row.error or ''}", "url": url_for("outbox.details_view", id=row.id), "end": short_time(row.made_at),
                "time": short_time(row.made_at)}
    return {"label": f"拟{row.measure.label}　{about(row.matter, row.unit)}", "url": url_for("accountability.details_view", id=row.id),
            "end": short_time(row.drafted_at), "time": short_time(row.drafted_at)}


def seen_at(user: User) -> datetime | None:
    """Up to when the reader has looked through what others did; read once a request."""
    if "inbox_seen" not in g:
        g.inbox_seen = db.session.scalar(sa.select(InboxMark.seen_at).where(InboxMark.user_id == user.id))
    return g.inbox_seen


def recent_events(user: User, most: int, *, unread: bool = False) -> list[dict[str, Any]]:
    """What others did lately to the matters this reader sees, the latest first; only among the last LATELY steps of the house.

    What one hand (or one sweep) did to one matter in one go is one line. `unread`: only what came after the reader's mark.
    """
    seen, latest = seen_at(user), MatterEvent.id.desc()
    newest = sa.select(MatterEvent.id).order_by(latest).limit(1).scalar_subquery()
    ids = sa.select(MatterEvent.id).where(MatterEvent.by_id.is_distinct_from(user.id), MatterEvent.id > newest - LATELY).order_by(latest)
    if unread and seen:
        ids = ids.where(MatterEvent.at > seen)
    query = (
        sa.select(MatterEvent, Matter).join(Matter, Matter.id == MatterEvent.matter_id).options(joinedload(Matter.unit))
        .where(MatterEvent.id.in_(db.session.scalars(ids.limit(most * FOLDED)).all())).order_by(latest)
    )
    return [_told(steps, seen) for steps in _in_one_go(db.session.execute(query).all())[:most]]


def _in_one_go(found: Sequence[Any]) -> list[list[tuple[MatterEvent, Matter]]]:
    """Steps of one matter by one hand within a minute, latest first; a sweep writes those of many matters in between."""
    groups: dict[tuple, list[tuple[MatterEvent, Matter]]] = {}
    for event, matter in found:
        groups.setdefault((matter.id, event.by_id, event.at.replace(second=0, microsecond=0)), []).append((event, matter))
    return list(groups.values())


def _told(steps: list[tuple[MatterEvent, Matter]], seen: datetime | None) -> dict[str, Any]:
    event, matter = steps[0]
    labels = "、".join(dict.fromkeys(step.label for step, _ in reversed(steps)))
    return {"label": f"{labels}　{about(matter)}", "url": url_for(f"{matter.kind}.details_view", id=matter.id),
            "end": f"{event.who} {short_time(event.at)}", "time": short_time(event.at), "unread": seen is None or event.at > seen}


class InboxView(EverybodysPage):
    """Proposals to decide, letters to sign or answer, and what others did lately to my matters."""

    @expose("/")
    def index(self) -> str:
        """What is counted first, then what happened, newest first; what came after the reader's mark is marked."""
        user = current_user._get_current_object()
        counts, unread = inbox_counts(user), request.args.get("tab") == "unread"
        groups = [
            {"title": part.title, "rows": part.rows(RECENT), "count": counts[part.panel], "url": part.url}
            for part in waiting_for(user) if counts[part.panel]
        ]
        recent = recent_events(user, RECENT, unread=unread)
        if recent:
            groups.append({"title": "上次看后的动态" if unread else "事项动态", "rows": recent, "count": None, "url": None})
        fresh = sum(row["unread"] for row in recent)
        tabs = [{"label": "全部", "url": url_for(".index"), "active": not unread},
                {"label": "未读", "url": url_for(".index", tab="unread"), "active": unread, "count": f"{fresh}+" if fresh == RECENT else fresh}]
        return self.render("admin/search.html", words=None, groups=groups, limit=RECENT, tabs=tabs, fresh=fresh, unread=unread,
                           seen=short_time(seen_at(user)))

    @expose("/seen/", methods=("POST",))
    def seen(self) -> Any:
        """全部已看: what others did up to now is no longer new to the reader."""
        user = current_user._get_current_object()
        mark = db.session.scalar(sa.select(InboxMark).where(InboxMark.user_id == user.id)) or InboxMark(user=user, user_id=user.id)
        mark.seen_at = now()
        db.session.add(mark)
        db.session.commit()
        return redirect(url_for(".index"))
