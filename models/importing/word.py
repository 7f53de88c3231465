"""What other systems call our columns and choices (users.md: header aliases), kept as data that officials edit."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models import columns as c
from models.base import db


class ImportWord(db.Model):
    """One heading of other systems' workbooks; with `meaning`, one of their words for a choice."""

    __tablename__ = "import_word"

    id: Mapped[int] = c.key()
    target: Mapped[str] = c.text("导入到", 60, required=True, help="台账和列")
    word: Mapped[str] = c.text("对方的写法", 60, required=True, help="对方表格中的列名，或这一列里的取值")
    meaning: Mapped[str] = c.text("对应取值", 60, required=True, default="", server_default="", help="填写的是取值时，对应本系统的哪个选项；填写的是列名时不填")

    __table_args__ = (sa.UniqueConstraint("target", "word"),)

    def __str__(self) -> str:
        return self.word


def spellings(register: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """(heading → field, field → {word → label}) of a register."""
    heads: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    for row in db.session.scalars(sa.select(ImportWord).where(ImportWord.target.startswith(f"{register}.")).order_by(ImportWord.id)):
        field = row.target.partition(".")[2]
        if row.meaning:
            words.setdefault(field, {})[row.word] = row.meaning
        else:
            heads[row.word] = field
    return heads, words
