"""Enterprises (N6)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.codes import check_credit_code
from models.unit import Unit


class EnterpriseKind(Labelled):
    LIMITED = "LIMITED", "有限公司"
    JOINT_STOCK = "JOINT_STOCK", "股份有限公司"
    PARTNERSHIP = "PARTNERSHIP", "有限合伙企业"
    SOLE = "SOLE", "个体工商户"
    OTHER = "OTHER", "其他"


class EnterpriseScale(Labelled):
    LARGE = "LARGE", "大型"
    MEDIUM = "MEDIUM", "中型"
    SMALL = "SMALL", "小型"
    MICRO = "MICRO", "微型"


class CreditClass(Labelled):
    A = "A", "A级"
    B = "B", "B级"
    C = "C", "C级"
    D = "D", "D级"


class Enterprise(db.Model):
    """A market entity of the district, known by its unified social credit code."""

    __tablename__ = "enterprise"

    id: Mapped[int] = c.key()
    name: Mapped[str] = c.text("企业名称", 120, required=True, index=True)
    credit_code: Mapped[str | None] = c.checked("统一社会信用代码", 18, check_credit_code, unique=True)
    kind: Mapped[EnterpriseKind] = c.choice("类型", EnterpriseKind, default=EnterpriseKind.LIMITED)
    town_id: Mapped[int | None] = c.ref("unit.id", "所属镇街园区")
    industry: Mapped[str | None] = c.text("行业", 40)
    scale: Mapped[EnterpriseScale | None] = c.choice("规模", EnterpriseScale, required=False)
    credit_class: Mapped[CreditClass | None] = c.choice("信用等级", CreditClass, required=False)
    registered_on: Mapped[date | None] = c.day("成立日期")
    address: Mapped[str | None] = c.text("地址", 160)
    contact_name: Mapped[str | None] = c.personal("联系人", "name")
    contact_phone: Mapped[str | None] = c.personal("联系电话")
    is_whitelisted: Mapped[bool] = c.flag("白名单", help="列入白名单的，一般检查须经批准")
    is_active: Mapped[bool] = c.flag("存续", default=True)

    town: Mapped[Unit | None] = relationship()

    __table_args__ = (sa.CheckConstraint("credit_code IS NULL OR length(credit_code) = 18", name="code_length"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def known(cls, text: str | None) -> "Enterprise | None":
        """The one of exactly this name or unified social credit code, as people write either; None for nobody's."""
        text = (text or "").strip()
        query = sa.select(cls).where(sa.or_(cls.name == text, cls.credit_code == text.upper())).order_by(cls.id).limit(1)
        return db.session.scalar(query) if text else None
