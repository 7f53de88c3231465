"""The outbox, for the system administrator: what went, what waits, what could not be sent and why. Not what it says."""

from typing import Any

import sqlalchemy as sa
from flask import flash
from flask_admin.actions import action

from models import OutboxMessage, db
from models.message import OutboxState, Way
from models.message.delivery import try_again
from views.filters import between, one_of
from views.panel import Panel


class OutboxPanel(Panel):
    resource = "message"
    columns = ["made_at", "way", "user", "state", "tries", "next_at", "sent_at", "error"]
    column_details_list = columns
    classes = {"error": "col-title cut", "made_at": "muted nowrap", "next_at": "opt muted", "sent_at": "muted", "tries": "num"}
    filters = [one_of("state", "发送状态", OutboxMessage.state, OutboxState), one_of("way", "方式", OutboxMessage.way, Way),
               between("made", "生成", OutboxMessage.made_at)]
    order = ("id", True)

    def is_action_allowed(self, name: str) -> bool:
        """Sending again needs its own permission; nothing is deleted here."""
        return name == "retry" and self._may("retry")

    @action("retry", "重新发送")
    def retry(self, ids: list[Any]) -> None:
        """Given-up messages go back into the queue."""
        picked = [int(i) for i in ids if str(i).isdecimal() and len(str(i)) < 18][:500]
        rows = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.id.in_(picked), OutboxMessage.state == OutboxState.GIVEN_UP)).all()
        for row in rows:
            try_again(row)
        db.session.commit()
        flash(f"{len(rows)} 条将在下次巡检时重新发送" if rows else "所选消息没有未能发出的，无需重发", "success" if rows else "error")
