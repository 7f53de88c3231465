"""Government new media (K4): content within 10 days, an original piece within 14. M 二(五)3"""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.now import now
from models.owned import owned_by_unit
from models.unit import Unit

CONTENT_DAYS, ORIGINAL_DAYS = 10, 14


class Platform(Labelled):
    WECHAT = "WECHAT", "微信公众号"
    WEIBO = "WEIBO", "微博"
    VIDEO = "VIDEO", "短视频"
    APP = "APP", "移动客户端"
    OTHER = "OTHER", "其他"


@owned_by_unit("media")
class MediaAccount(db.Model):
    """One filed account. The days are counted from the latest post, or from filing when there is none."""

    __tablename__ = "media_account"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "主办单位", required=True)
    name: Mapped[str] = c.text("账号名称", 60, required=True)
    platform: Mapped[Platform] = c.choice("平台", Platform, default=Platform.WECHAT)
    filed_on: Mapped[date] = c.day("备案日期", required=True)
    interactive: Mapped[bool] = c.flag("有互动交流功能", default=True)
    is_active: Mapped[bool] = c.flag("在用", default=True)

    unit: Mapped[Unit] = relationship()
    posts: Mapped[list["MediaPost"]] = relationship(back_populates="account", order_by="MediaPost.posted_on.desc()")

    __table_args__ = (sa.UniqueConstraint("platform", "name"),)

    def latest(self, *, original: bool = False, today: date | None = None) -> date:
        """The last day something (original) was posted up to `today`; else the day of filing."""
        today = today or now().date()
        days = [post.posted_on for post in self.posts if post.posted_on <= today and (post.original or not original)]
        return max([self.filed_on, *days])

    def faults(self, today: date | None = None) -> list[str]:
        """The rules broken today, in Chinese."""
        today, found = today or now().date(), []
        for original, days, what in ((False, CONTENT_DAYS, "内容"), (True, ORIGINAL_DAYS, "原创内容")):
            last = self.latest(original=original, today=today)
            if last + timedelta(days=days) < today:
                found.append(f"{(today - last).days}天未更新{what}（限{days}天）")
        if not self.interactive:
            found.append("没有互动交流功能")
        return found

    def __str__(self) -> str:
        return f"{self.name}（{self.platform.label}）"


@owned_by_unit("media")
class MediaPost(db.Model):
    """One post."""

    __tablename__ = "media_post"

    id: Mapped[int] = c.key()
    account_id: Mapped[int] = c.ref("media_account.id", "账号", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "主办单位", required=True)
    posted_on: Mapped[date] = c.day("发布日期", required=True)
    title: Mapped[str] = c.text("标题", 120, required=True)
    original: Mapped[bool] = c.flag("原创")

    account: Mapped[MediaAccount] = relationship(back_populates="posts")
    unit: Mapped[Unit] = relationship()

    def __str__(self) -> str:
        return self.title
