"""The sweep's heartbeat: last run, what it did, whether it failed (users.md idea 24)."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from models import columns as c
from models.base import db


class Heartbeat(db.Model):
    """One run of the sweep."""

    __tablename__ = "heartbeat"

    id: Mapped[int] = c.key()
    started_at: Mapped[datetime] = c.when("开始", required=True, index=True)
    finished_at: Mapped[datetime | None] = c.when("结束")
    as_of: Mapped[datetime] = c.when("巡查时点", required=True)
    counts: Mapped[str] = c.long("结果", required=True, default="{}")
    error: Mapped[str | None] = c.long("错误")

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d %H:%M} 巡查"

    @property
    def ok(self) -> bool:
        """Finished without error."""
        return self.finished_at is not None and self.error is None
