"""The documents a duty, a limit or a rule is taken from."""

from datetime import date

from sqlalchemy.orm import Mapped

from models import columns as c
from models.base import db


class SourceDocument(db.Model):
    """An official document; clauses cite it by its key (``M 二(七)2``)."""

    __tablename__ = "source_document"

    id: Mapped[int] = c.key()
    key: Mapped[str] = c.text("简记", 8, required=True, unique=True)
    title: Mapped[str] = c.text("文件名称", 160, required=True)
    issuer: Mapped[str | None] = c.text("发文机关", 120)
    number: Mapped[str | None] = c.text("文号", 60)
    issued_on: Mapped[date | None] = c.day("发布日期")
    note: Mapped[str | None] = c.long("说明")
    is_active: Mapped[bool] = c.flag("现行有效", default=True)

    def __str__(self) -> str:
        return f"{self.key} {self.title}"
