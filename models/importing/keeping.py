"""How long uploads are kept: their lines are there for undoing, and hold what people have written about others."""

from datetime import timedelta

import sqlalchemy as sa

from models.base import db
from models.importing.run import ImportRun, RunState
from models.now import now
from models.setting import whole_setting


def forget_imports() -> int:
    """The sweep's part: lines of batches older than the setting ``import_days`` go, uploads nobody has confirmed are dropped. Returns how many."""
    days = whole_setting("import_days")
    edge = now() - timedelta(days=days)
    done = sa.and_(ImportRun.state == RunState.DONE, ImportRun.confirmed_at < edge)
    left = sa.and_(ImportRun.state == RunState.PREVIEW, ImportRun.uploaded_at < edge)
    count = 0
    for run in db.session.scalars(sa.select(ImportRun).where(sa.or_(done, left)).order_by(ImportRun.id)):
        if run.state == RunState.PREVIEW:
            run.state, run.message = RunState.DROPPED, f"{days}天没有确认，已自动放弃"
        elif not run.remembered:
            continue
        run.forget()
        count += 1
    return count
