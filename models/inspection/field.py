"""Fields of supervision and the people who may inspect (I5, I7)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.owned import owned_by_unit
from models.unit import Unit


class InspectionField(db.Model):
    """A field of supervision (监管领域) such as food production; joint tasks are counted by field. W 三(一)"""

    __tablename__ = "inspection_field"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("代码", 40, required=True, unique=True)
    name: Mapped[str] = c.text("监管领域", 40, required=True, unique=True)
    unit_id: Mapped[int | None] = c.ref("unit.id", "牵头部门")
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    sort: Mapped[int] = c.whole("排序", default=100)
    is_active: Mapped[bool] = c.flag("启用", default=True)

    unit: Mapped[Unit | None] = relationship()

    def __str__(self) -> str:
        return self.name


@owned_by_unit("inspector")
class Inspector(db.Model):
    """Somebody with an enforcement certificate; the pool of inspectors for random draws."""

    __tablename__ = "inspector"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("姓名", 30, required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "执法单位", required=True)
    certificate: Mapped[str] = c.text("执法证号", 40, required=True, unique=True)
    field_id: Mapped[int | None] = c.ref("inspection_field.id", "专长领域")
    is_active: Mapped[bool] = c.flag("在岗", default=True)

    unit: Mapped[Unit] = relationship()
    field: Mapped[InspectionField | None] = relationship()

    __table_args__ = (sa.Index("ix_inspector_pool", "unit_id", "is_active"),)

    def __str__(self) -> str:
        return f"{self.name}（{self.certificate}）"
