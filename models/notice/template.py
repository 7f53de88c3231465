"""What a letter is made from: the numbered series and the wording of each kind (A2)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models import columns as c
from models.base import db
from models.errors import Invalid
from models.notice.states import LetterForm


class NoticeSeries(db.Model):
    """One 代字; its serial restarts each year."""

    __tablename__ = "notice_series"

    id: Mapped[int] = c.key()
    word: Mapped[str] = c.text("代字", 20, required=True)
    year: Mapped[int] = c.whole("年份", required=True)
    last: Mapped[int] = c.whole("已用到", default=0)

    __table_args__ = (
        sa.UniqueConstraint("word", "year"),
        sa.CheckConstraint("last >= 0", name="serial_not_negative"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2999", name="year_sane"),
    )

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕"


class LetterTemplate(db.Model):
    """The wording of one kind of letter; edited in the panel, the layout is a file."""

    __tablename__ = "letter_template"

    id: Mapped[int] = c.key()
    kind: Mapped[str] = c.text("文书种类", 40, required=True, unique=True)
    label: Mapped[str] = c.text("文书名称", 30, required=True)
    form: Mapped[LetterForm] = c.choice("版式", LetterForm, default=LetterForm.DOCUMENT)
    series: Mapped[str | None] = c.text("代字", 20, help="不填则不编号")
    title: Mapped[str] = c.text("标题", 120, required=True, help="可用 {{ matter.title }} 等字段")
    addressee: Mapped[str] = c.text("主送", 120, required=True, default="{{ unit.name }}")
    wording: Mapped[str] = c.long("正文用语", required=True, help="可用字段见预览页；保存前请先预览")
    cc: Mapped[str | None] = c.text("抄送", 200, help="多个单位用顿号隔开")
    contact: Mapped[str | None] = c.text("联系方式", 120)
    clause: Mapped[str | None] = c.text("条款", 60)
    reply_days: Mapped[int | None] = c.whole("要求几个工作日内反馈")
    is_active: Mapped[bool] = c.flag("启用", default=True)

    __table_args__ = (sa.CheckConstraint("reply_days IS NULL OR reply_days BETWEEN 1 AND 250", name="reply_days_sane"),)

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Kind → name, of all kinds, retired ones too."""
        return {row.kind: row.label for row in db.session.execute(sa.select(cls.kind, cls.label))}

    def __str__(self) -> str:
        return self.label


def find_template(kind: str) -> LetterTemplate:
    """The active template of a kind, or Invalid in Chinese."""
    template = db.session.scalar(sa.select(LetterTemplate).where(LetterTemplate.kind == kind, LetterTemplate.is_active))
    if template is None:
        raise Invalid("kind", f"没有启用的文书模板：{kind}")
    return template


def template_label(kind: str) -> str:
    """The Chinese name of a kind of letter."""
    return db.session.scalar(sa.select(LetterTemplate.label).where(LetterTemplate.kind == kind)) or kind
