"""Demands from the exports of 12345 and 政企通: their number is the key; what the desk has done with them stays (users.md idea 22)."""

from collections.abc import Iterator
from datetime import datetime
from inspect import Parameter
from typing import Any

import sqlalchemy as sa

from models.asks import Ask
from models.base import db
from models.enterprise import Enterprise
from models.event import MatterEvent
from models.importing import Import
from models.now import now
from models.ticket.states import Channel, Resolution, TicketState
from models.ticket.ticket import Ticket
from models.unit import Unit

_events = MatterEvent.__table__
MADE = ("register", "import")  # steps the import itself leaves
TITLE = 30


class TicketImport(Import):
    """Registered as at the window, one by one in the timeline; a closed demand is left alone."""

    most = 20_000
    by_verb = True
    filled = frozenset({"title", "channel"})
    loose = frozenset({"category"})
    asks = (Ask("来源渠道", help="表中没有“来源渠道”一列的，都按这里所选").bind("channel", Channel, Parameter.empty),)

    def fill(self, values: dict[str, Any], about: dict[str, Any]) -> None:
        """Channel from the form; the title is the beginning of the text; a registered enterprise by its own name."""
        values.setdefault("channel", about.get("channel"))
        if values.get("content"):
            values.setdefault("title", values["content"].split("。")[0].split("\n")[0][:TITLE])
        if firm := Enterprise.known(values.get("enterprise_name", "")):
            values["enterprise_name"] = firm.name

    def check(self, values: dict[str, Any], target: int | None) -> Iterator[str]:
        """Nothing comes in from the future."""
        if (opened := values.get("opened_at")) and datetime.fromisoformat(opened) > now():
            yield f"登记时间“{opened[:16].replace('T', ' ')}”晚于现在"

    def settled(self, row: Ticket) -> str:
        """A closed demand is not written to."""
        return f"{row.number}已{row.state.label.removeprefix('已')}，不再更新" if row.closed_at else ""

    def enter(self, values: dict[str, Any], run: Any, began: Any) -> Ticket:
        """Register it, tied to the enterprise of that name or code."""
        town = db.session.get(Unit, values.pop("town_id")) if values.get("town_id") else None
        return Ticket.made(run.settled_by, **values, town=town, enterprise=Enterprise.known(values["enterprise_name"]))

    def change(self, row: Ticket, values: dict[str, Any], run: Any, began: Any) -> None:
        """What the other system knows better, with a line in the timeline saying what."""
        names = [field.label for field in self.fields if field.attr in values and getattr(row, field.attr) != values[field.attr]]
        super().change(row, values, run, began)
        if names:
            row.log("import", "导入更新", by=run.settled_by, note=f"{'、'.join(names)}（{run.file_name}）")

    own = frozenset({"matter_event"})

    def remove(self, ids: list[int], run: Any) -> None:
        """The timeline is never erased: withdrawn, out of every rate, its number free for the next import."""
        for row in db.session.scalars(sa.select(Ticket).where(Ticket.id.in_(ids))):
            source, row.source_number = row.source_number, None
            row.resolution, row.exempt = Resolution.WITHDRAWN, True
            before, row.state = row.state, TicketState.WITHDRAWN
            row.finish()
            row.log("import_undo", "撤销导入", by=run.settled_by, note=f"来源编号{source}（{run.file_name}）", before=before)

    def touched(self, ids: list[int], run: Any) -> dict[str, int]:
        """Demands somebody has taken a step with since."""
        later = sa.select(sa.func.count(sa.distinct(_events.c.matter_id))).where(
            _events.c.matter_id.in_(ids), _events.c.action.not_in(MADE), _events.c.at >= run.confirmed_at)
        count = db.session.scalar(later)
        return {"已经研判、派发或办理的诉求": count} if count else {}


TICKETS = TicketImport(
    ["channel", "source_number"],
    ["source_number", "channel", "title", "category", "enterprise_name", "contact_name", "contact_phone", "town", "content", "opened_at"],
    required=["source_number", "enterprise_name"],
    sample={"source_number": "GD2024080500123", "title": "用电增容报装现场勘查超时", "enterprise_name": "演示样例科技有限公司", "contact_name": "演示-张某",
            "contact_phone": "13900000000", "content": "报装后十个工作日仍未勘查，请协调。"},
    notes=["12345、政企通导出的表可以直接上传，不必改列名；标题不填的取内容第一句。", "本系统里的研判、派发、办理情况不受影响；已办结的不再更新。"],
)
