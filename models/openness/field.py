"""The 22 fields (22个领域) with their lead units, the ledger of improvement work, completeness (K2).

M 二(二)2–4 speaks of 22 fields and names none of them: the pack holds 22 numbered rows to be filled in.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.document import SourceDocument
from models.owned import owned_by_unit
from models.unit import Unit


class WorkState(Labelled):
    OPEN = "OPEN", "推进中"
    DONE = "DONE", "已完成"
    STUCK = "STUCK", "受阻"


class DomainField(db.Model):
    """One of the fields; `required` and `filled` say how complete its basic data are."""

    __tablename__ = "domain_field"

    id: Mapped[int] = c.key()
    number: Mapped[int] = c.whole("序号", required=True, unique=True)
    name: Mapped[str | None] = c.text("领域", 40, unique=True, help="文件只写22个领域，没有列名称；按上级考核目录填写")
    unit_id: Mapped[int | None] = c.ref("unit.id", "牵头单位")
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    required: Mapped[int] = c.whole("应填报数据项", default=0)
    filled: Mapped[int] = c.whole("已填报数据项", default=0)
    checked_on: Mapped[date | None] = c.day("核对日期")
    is_active: Mapped[bool] = c.flag("启用", default=True)

    unit: Mapped[Unit | None] = relationship()
    document: Mapped[SourceDocument | None] = relationship()
    works: Mapped[list["FieldWork"]] = relationship(back_populates="field", order_by="FieldWork.id")

    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("filled BETWEEN 0 AND required", name="filled_within_required"),
    )

    def __str__(self) -> str:
        return self.name or f"领域{self.number}（名称待填）"


@owned_by_unit("field")
class FieldWork(db.Model):
    """One line of a field's ledger of key work (优化提升重点工作台账)."""

    __tablename__ = "field_work"

    id: Mapped[int] = c.key()
    field_id: Mapped[int] = c.ref("domain_field.id", "领域", required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "责任单位", required=True)
    title: Mapped[str] = c.text("重点工作", 120, required=True)
    measure: Mapped[str | None] = c.long("措施")
    due_on: Mapped[date] = c.day("完成时限", required=True)
    state: Mapped[WorkState] = c.choice("进展", WorkState, default=WorkState.OPEN)
    progress: Mapped[str | None] = c.long("进展情况")
    done_on: Mapped[date | None] = c.day("完成日期")

    field: Mapped[DomainField] = relationship(back_populates="works")
    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.CheckConstraint("(state = 'DONE') = (done_on IS NOT NULL)", name="done_has_date"),)

    def __str__(self) -> str:
        return self.title
