"""The random test of online items: drawn with a recorded seed, so that the draw can be repeated. M 二(三)9②"""

import secrets
from datetime import date
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.base import db
from models.errors import Invalid, NotPermitted
from models.now import now
from models.supervision.approval import ApprovalItem
from models.supervision.states import DrawResult
from models.user import User


class OnlineTest(db.Model):
    """One drawn item: was its path online open, its information right, its time kept?"""

    __tablename__ = "online_test"

    id: Mapped[int] = c.key()
    batch: Mapped[str] = c.text("批次", 24, required=True, help="同一批次由同一随机种子抽出")
    seed: Mapped[int] = c.whole("随机种子", required=True)
    drawn_on: Mapped[date] = c.day("抽取日期", required=True)
    item_id: Mapped[int] = c.ref("approval_item.id", "抽查事项", required=True)
    result: Mapped[DrawResult] = c.choice("测试结果", DrawResult, default=DrawResult.PENDING)
    tested_on: Mapped[date | None] = c.day("测试日期")
    tester: Mapped[str | None] = c.text("测试人", 30)
    fault: Mapped[str | None] = c.text("存在问题", 200, help="流程配置、网办路径、信息要素、按时办结")

    item: Mapped[ApprovalItem] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("batch", "item_id"),
        sa.CheckConstraint("result = 'PENDING' OR tested_on IS NOT NULL", name="result_has_day"),
        sa.CheckConstraint("result <> 'FAULTY' OR fault IS NOT NULL", name="fault_is_named"),
    )

    def __str__(self) -> str:
        return f"{self.batch} {self.item}"


def choose(item_ids: list[int], count: int, seed: int) -> list[int]:
    """The same seed over the same items gives the same draw."""
    return sorted(Random(seed).sample(sorted(item_ids), count))


def draw(count: int, *, by: User, seed: int | None = None) -> list[OnlineTest]:
    """Draw `count` active online items into a new batch of today. Raises NotPermitted, Invalid."""
    if not by.may("onlinetest:create"):
        raise NotPermitted("您的角色不能抽取网办测试事项")
    with scope.everything():
        items = list(db.session.scalars(sa.select(ApprovalItem.id).where(ApprovalItem.is_active, ApprovalItem.online)))
        if not 1 <= count <= len(items):
            raise Invalid("count", f"可网办事项共{len(items)}项，抽取数应在1至{len(items)}之间")
        seed = secrets.randbelow(10**6) if seed is None else seed
        today = now().date()
        stem = f"WB{today:%Y%m%d}"
        held = set(db.session.scalars(sa.select(OnlineTest.batch).where(OnlineTest.batch.like(f"{stem}%"))))
        batch = f"{stem}-{len(held) + 1}"
        rows = [OnlineTest(batch=batch, seed=seed, drawn_on=today, item_id=item_id) for item_id in choose(items, count, seed)]
        db.session.add_all(rows)
        db.session.flush()
    return rows
