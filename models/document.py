"""The documents a duty, a limit or a rule is taken from."""

import re
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models import columns as c
from models.base import db

CITED = re.compile(r"(?<![A-Za-z])([A-Z]{1,8}) ([一二三四五六七八九十][^；，。、\s）]*)")


class SourceDocument(db.Model):
    """An official document; clauses cite it by its key (``M 二(七)2``)."""

    __tablename__ = "source_document"

    id: Mapped[int] = c.key()
    key: Mapped[str] = c.text("简记", 8, required=True, unique=True)
    short_name: Mapped[str | None] = c.text("简称", 20, help="列表和依据中显示，如 牟平工作组方案")
    title: Mapped[str] = c.text("文件名称", 160, required=True)
    issuer: Mapped[str | None] = c.text("发文机关", 120)
    number: Mapped[str | None] = c.text("文号", 60)
    issued_on: Mapped[date | None] = c.day("发布日期")
    note: Mapped[str | None] = c.long("说明")
    is_active: Mapped[bool] = c.flag("现行有效", default=True)

    @property
    def called(self) -> str:
        """Its short name, else its title."""
        return self.short_name or f"《{self.title}》"

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


def cited(clauses: str | None, documents: dict[str, str]) -> str:
    """`M 二(七)2；W 三(三)`, alone or in a sentence, as people cite it: 牟平工作组方案 二（七）2；卫东监督治理 三（三）.

    `documents`: key → how it is called; what is not among them stays as it is.
    """

    def words(found: re.Match[str]) -> str:
        if found[1] not in documents:
            return found[0]
        return f"{documents[found[1]]} {found[2]}".replace("(", "（").replace(")", "）")

    return CITED.sub(words, clauses or "")


def called() -> dict[str, str]:
    """Key → name of every document."""
    return {row.key: row.called for row in db.session.scalars(sa.select(SourceDocument))}
