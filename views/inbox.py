"""The inbox: what waits for the reader's decision or answer."""

import sqlalchemy as sa
from flask import url_for
from flask_admin import BaseView, expose
from flask_login import current_user
from sqlalchemy.orm import joinedload

from models import AccountabilityAction, Matter, MatterEvent, Notice, OutboxMessage, db
from models.accountability import ActionState
from models.message import OutboxState
from models.notice import NoticeState
from views.cells import short_time

RECENT = 30


class InboxView(BaseView):
    """Proposals to decide, letters to sign or answer, and what others did lately to my matters."""

    def is_visible(self) -> bool:
        """Reached from the header only."""
        return False

    def is_accessible(self) -> bool:
        """Whoever is logged in."""
        return current_user.is_authenticated

    @expose("/")
    def index(self) -> str:
        """Three lists, newest first."""
        user, groups = current_user, []
        if user.may("accountability:decline"):
            rows = db.session.scalars(
                sa.select(AccountabilityAction).where(AccountabilityAction.state == ActionState.DRAFT).order_by(AccountabilityAction.id.desc()).limit(RECENT)
                .options(joinedload(AccountabilityAction.matter), joinedload(AccountabilityAction.unit))
            )
            groups.append({"title": "待审定的督办措施", "rows": [
                {"label": f"{a.measure.label}　{a.unit}　{a.matter.title}", "url": url_for("accountability.details_view", id=a.id),
                 "end": short_time(a.drafted_at)}
                for a in rows]})
        if user.may("notice:view"):
            states = [NoticeState.SUBMITTED] if user.may("notice:draft") else [NoticeState.ISSUED, NoticeState.SERVED]
            rows = db.session.scalars(sa.select(Notice).where(Notice.state.in_(states)).order_by(Notice.id.desc()).limit(RECENT))
            groups.append({"title": "待签发、待签收反馈的文书", "rows": [
                {"label": str(n), "url": url_for("notice.details_view", id=n.id), "end": n.state.label} for n in rows]})
        if user.may("message:view"):
            rows = db.session.scalars(
                sa.select(OutboxMessage).where(OutboxMessage.state == OutboxState.GIVEN_UP).order_by(OutboxMessage.id.desc()).limit(RECENT))
            groups.append({"title": "未能发出的消息", "rows": [
                {"label": f"{row.way.label}　{row.error or ''}", "url": url_for("outbox.details_view", id=row.id), "end": short_time(row.made_at)}
                for row in rows]})
        events = db.session.execute(
            sa.select(MatterEvent, Matter).join(Matter, Matter.id == MatterEvent.matter_id)
            .where(MatterEvent.by_id.is_distinct_from(user.id)).order_by(MatterEvent.id.desc()).limit(RECENT)
        )
        groups.append({"title": "事项动态", "rows": [
            {"label": f"{event.label}　{matter.title}", "url": url_for(f"{matter.kind}.details_view", id=matter.id),
             "end": f"{event.by_name} {short_time(event.at)}"} for event, matter in events]})
        return self.render("admin/search.html", words=None, groups=[g for g in groups if g["rows"]], limit=RECENT)
