"""Categories of demands and of disturbances (T1)."""

from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.document import SourceDocument


class CategoryFamily(Labelled):
    DEMAND = "DEMAND", "有呼必应"
    DISTURBANCE = "DISTURBANCE", "无事不扰"


class Category(db.Model):
    """What a demand is about."""

    __tablename__ = "category"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("代码", 40, required=True, unique=True)
    family: Mapped[CategoryFamily] = c.choice("大类", CategoryFamily, default=CategoryFamily.DEMAND)
    name: Mapped[str] = c.text("类别", 30, required=True, unique=True)
    description: Mapped[str | None] = c.long("范围")
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    sort: Mapped[int] = c.whole("排序", default=100)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    document: Mapped[SourceDocument | None] = relationship()

    def __str__(self) -> str:
        return self.name
