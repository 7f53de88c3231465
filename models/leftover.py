"""Files no row names, left by a request that was killed between its file and its row; and rows whose file is gone."""

import time
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import Flask, current_app

from models import scope
from models.attachment import Attachment
from models.base import db
from models.now import now
from models.store import file_store

DAY = 24 * 60 * 60  # seconds: no request takes that long, so whatever is younger may still get its row
MOST = 100  # so many at once are not the traces of killed requests but another database's files
_DONE = "leftover_cleared"


@dataclass
class Stock:
    """Rows and files compared: ids of rows without a file, names of files older than a day without a row."""

    rows: int
    missing: list[int] = field(default_factory=list)
    leftover: list[str] = field(default_factory=list)

    @property
    def doubtful(self) -> bool:
        """Whether files and database do not look like a pair, so that nothing may be cleared."""
        return len(self.leftover) > MOST or (bool(self.leftover) and self.rows == len(self.missing))


def compared() -> Stock:
    """Rows first, files after: a file is written before its row, so one that comes in meanwhile is not taken for missing. StoreDown passes."""
    table = Attachment.__table__
    rows = dict(db.session.execute(sa.select(table.c["stored", "id"])).all())
    db.session.rollback()  # listing a store takes a while
    edge, there, leftover = time.time() - DAY, set(), []
    for name, written in file_store().names():
        there.add(name)
        if name not in rows and written < edge:
            leftover.append(name)
    return Stock(len(rows), sorted(number for name, number in rows.items() if name not in there), sorted(leftover))


def clear_leftover() -> list[str]:
    """Delete the files no row names, unless they are doubtful. Returns what went; the log has it too."""
    found = compared()
    if found.doubtful:
        current_app.logger.error("%d files have no row and do not look like this database's, nothing cleared: %s", len(found.leftover), file_store())
        return []
    for name in found.leftover:
        file_store().delete(name)
        current_app.logger.warning("file %s had no row and is deleted", name)
    return found.leftover


def clear_daily(app: Flask) -> None:
    """The scheduler's entry: at its first turn and at the first of each day."""
    with app.app_context(), scope.everything():
        today = now().date()
        if app.extensions.get(_DONE) != today:
            clear_leftover()
            app.extensions[_DONE] = today
        db.session.remove()
