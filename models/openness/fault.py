"""Violations of new-media accounts, listed by the sweep: opened when a rule breaks, cleared when it is kept again (K4)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.now import now
from models.openness.media import CONTENT_DAYS, ORIGINAL_DAYS, MediaAccount
from models.owned import owned_by_unit
from models.unit import Unit


class MediaRule(Labelled):
    CONTENT = "CONTENT", f"{CONTENT_DAYS}天内更新内容"
    ORIGINAL = "ORIGINAL", f"{ORIGINAL_DAYS}天内发布原创"


DAYS = {MediaRule.CONTENT: CONTENT_DAYS, MediaRule.ORIGINAL: ORIGINAL_DAYS}


@owned_by_unit("media")
class MediaFault(db.Model):
    """One stretch without a post: from the last one, found when the limit had passed, ended by the next one."""

    __tablename__ = "media_fault"

    id: Mapped[int] = c.key()
    account_id: Mapped[int] = c.ref("media_account.id", "账号", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "主办单位", required=True)
    rule: Mapped[MediaRule] = c.choice("违反规定", MediaRule)
    since: Mapped[date] = c.day("上次发布", required=True)
    found_at: Mapped[datetime] = c.when("发现时间", required=True)
    cleared_at: Mapped[datetime | None] = c.when("恢复时间")

    account: Mapped[MediaAccount] = relationship()
    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.UniqueConstraint("account_id", "rule", "since"),)

    @property
    def days(self) -> int:
        """How long the account has been (or was) silent."""
        return ((self.cleared_at or now()).date() - self.since).days

    def __str__(self) -> str:
        return f"{self.account}：{self.rule.label}"


def list_media_faults() -> int:
    """The sweep's look at every account in use; how many violations were opened or cleared."""
    today, count = now().date(), 0
    live = {(row.account_id, row.rule): row for row in db.session.scalars(sa.select(MediaFault).where(MediaFault.cleared_at.is_(None)))}
    for account in db.session.scalars(sa.select(MediaAccount).where(MediaAccount.is_active).order_by(MediaAccount.id)):
        for rule, days in DAYS.items():
            last, fault = account.latest(original=rule == MediaRule.ORIGINAL, today=today), live.pop((account.id, rule), None)
            broken = (today - last).days > days
            if fault and (not broken or fault.since != last):
                fault.cleared_at, fault, count = now(), None, count + 1
            if broken and fault is None:
                again = db.session.scalar(sa.select(MediaFault).filter_by(account_id=account.id, rule=rule, since=last))
                if again:  # a post that had ended it was struck out or corrected
                    again.cleared_at = None
                else:
                    db.session.add(MediaFault(account=account, unit=account.unit, rule=rule, since=last, found_at=now()))
                count += 1
    for fault in live.values():  # the account is no longer in use
        fault.cleared_at, count = now(), count + 1
    db.session.flush()
    return count
