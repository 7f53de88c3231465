"""Policy documents with their interpretations, topics of the executive meeting with public representatives (K5)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.owned import owned_by_unit
from models.unit import Unit

LEAST_FORMS, LEAST_PUBLIC = 2, 2  # M 二(五)6–7


class InterpretationForm(Labelled):
    PRESS = "PRESS", "新闻发布会"
    INTERVIEW = "INTERVIEW", "电视访谈"
    QA = "QA", "简明问答"
    CHART = "CHART", "图片图表"
    AUDIO_VIDEO = "AUDIO_VIDEO", "音频视频"
    H5 = "H5", "H5页面"
    CARTOON = "CARTOON", "卡通动漫"


@owned_by_unit("disclosure")
class PolicyDocument(db.Model):
    """A document issued in the government's name; it needs two or more forms of interpretation. M 二(五)6"""

    __tablename__ = "policy_document"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "起草单位", required=True)
    title: Mapped[str] = c.text("文件标题", 160, required=True)
    number: Mapped[str | None] = c.text("文号", 60, unique=True)
    issued_on: Mapped[date] = c.day("印发日期", required=True)
    linked: Mapped[bool] = c.flag("解读已与文件关联")

    unit: Mapped[Unit] = relationship()
    interpretations: Mapped[list["Interpretation"]] = relationship(back_populates="document", order_by="Interpretation.id")

    def faults(self) -> list[str]:
        """What is missing, in Chinese."""
        forms = {row.form for row in self.interpretations}
        found = [] if len(forms) >= LEAST_FORMS else [f"解读形式{len(forms)}种，不足{LEAST_FORMS}种"]
        return found + ([] if self.linked or not forms else ["解读未与文件关联"])

    def __str__(self) -> str:
        return self.title


@owned_by_unit("disclosure")
class Interpretation(db.Model):
    """One interpretation in one form."""

    __tablename__ = "interpretation"

    id: Mapped[int] = c.key()
    document_id: Mapped[int] = c.ref("policy_document.id", "政策文件", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "起草单位", required=True)
    form: Mapped[InterpretationForm] = c.choice("解读形式", InterpretationForm)
    published_on: Mapped[date] = c.day("发布日期", required=True)
    address: Mapped[str | None] = c.text("发布位置", 200)

    document: Mapped[PolicyDocument] = relationship(back_populates="interpretations")
    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.UniqueConstraint("document_id", "form"),)

    def __str__(self) -> str:
        return f"{self.document}·{self.form.label}"


@owned_by_unit("disclosure")
class Topic(db.Model):
    """A topic for the executive meeting; one of public interest needs two public representatives. M 二(五)7"""

    __tablename__ = "topic"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "提报单位", required=True)
    title: Mapped[str] = c.text("议题", 160, required=True)
    held_on: Mapped[date] = c.day("会议日期", required=True)
    interpreted: Mapped[bool] = c.flag("已备解读材料")
    public_interest: Mapped[bool] = c.flag("涉及社会及公众利益")
    representatives: Mapped[int] = c.whole("列席公众代表（名）", default=0)
    names: Mapped[str | None] = c.text("代表姓名", 200)

    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.CheckConstraint("representatives >= 0", name="representatives_not_negative"),)

    def faults(self) -> list[str]:
        """What is missing, in Chinese."""
        found = [] if self.interpreted else ["没有解读材料"]
        if self.public_interest and self.representatives < LEAST_PUBLIC:
            found.append(f"公众代表{self.representatives}名，不足{LEAST_PUBLIC}名")
        return found

    def __str__(self) -> str:
        return self.title
