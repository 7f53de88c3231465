"""One upload, from the file to what came of it: read and judged, looked at, confirmed, perhaps undone (users.md §1 Excel).

Small files are dealt with at once. Long ones wait for the background process: `state` says what is to be done, `beat_at`
that somebody is at it; who stops beating is replaced. Each stage goes on chunk by chunk with its progress on record, so that
others can work meanwhile and whatever breaks is continued; a few hundred rows are entered or undone as one.
"""

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models import columns as c
from models import scope
from models.base import BigId, Labelled, db
from models.errors import Invalid, NotPermitted, Refused
from models.importing.judging import Judge, Judged, Verdict
from models.importing.plan import Import, plans
from models.now import now
from models.user import Level, User
from models.vault import Sealed, SealedBytes

if TYPE_CHECKING:
    from models.importing.sheet import Table

CHUNK = 500
AT_ONCE = 200  # rows written while the person waits
SMALL = 120 * 1024  # bytes read while the person waits
STALE = timedelta(seconds=90)  # without a beat somebody else takes over


class RunState(Labelled):
    READING = "READING", "读取中"
    PREVIEW = "PREVIEW", "待确认"
    WRITING = "WRITING", "写入中"
    DONE = "DONE", "已导入"
    UNDOING = "UNDOING", "撤销中"
    UNDONE = "UNDONE", "已撤销"
    DROPPED = "DROPPED", "已放弃"
    FAILED = "FAILED", "未能读取"


S = RunState
BUSY = (S.READING, S.WRITING, S.UNDOING)


class ImportRun(db.Model):
    """One uploaded file."""

    __tablename__ = "import_run"

    id: Mapped[int] = c.key()
    register: Mapped[str] = c.text("导入到", 40, required=True)
    file_name: Mapped[str] = c.text("文件名", 200, required=True)
    state: Mapped[RunState] = c.choice("状态", RunState, default=RunState.READING)
    file: Mapped[bytes | None] = deferred(mapped_column(SealedBytes(), info={"label": "文件内容"}, comment="文件内容"))
    about: Mapped[dict] = c.data("上传时所填")
    total: Mapped[int] = c.whole("总行数", default=0)
    done: Mapped[int] = c.whole("已处理", default=0)
    added: Mapped[int] = c.whole("新增", default=0)
    changed: Mapped[int] = c.whole("更新", default=0)
    same: Mapped[int] = c.whole("不变", default=0)
    bad: Mapped[int] = c.whole("错误", default=0)
    message: Mapped[str | None] = c.text("说明", 300)
    uploaded_at: Mapped[datetime] = c.stamp("上传时间", index=True)
    by_id: Mapped[int] = c.ref("user_account.id", "上传人", required=True)
    settled_by_id: Mapped[int | None] = c.ref("user_account.id", "办理人")
    confirmed_at: Mapped[datetime | None] = c.when("导入时间")
    undone_at: Mapped[datetime | None] = c.when("撤销时间")
    beat_at: Mapped[datetime | None] = c.when("后台办理时间")
    tries: Mapped[int] = c.whole("后台办理次数", default=0)

    by: Mapped[User] = relationship(foreign_keys=by_id)
    settled_by: Mapped[User | None] = relationship(foreign_keys=settled_by_id)

    __table_args__ = (
        sa.CheckConstraint("state NOT IN ('DONE', 'UNDOING', 'UNDONE') OR confirmed_at IS NOT NULL", name="imported_has_time"),
        sa.CheckConstraint("total >= 0 AND done >= 0 AND added >= 0 AND changed >= 0 AND same >= 0 AND bad >= 0", name="counters"),
        sa.Index("ix_import_run_state", "state"),
    )

    @property
    def plan(self) -> Import:
        """What is imported."""
        return plans[self.register]

    @property
    def busy(self) -> bool:
        """Somebody is at it, or should be."""
        return self.state in BUSY

    @property
    def remembered(self) -> bool:
        """Whether its lines are still there: without them nothing can be undone."""
        table = ImportRow.__table__
        return db.session.scalar(sa.select(sa.exists().where(table.c.run_id == self.id)))

    @property
    def ignored(self) -> list[str]:
        """Columns of the file that nobody knows."""
        return self.about.get("ignored", [])

    # -- the steps --------------------------------------------------------------------------

    @classmethod
    def upload(cls, register: str, *, by: User, file_name: str, data: bytes, **answers: Any) -> "ImportRun":
        """Take a file in. Raises NotPermitted, or Invalid with what is wrong with it."""
        plan = _permitted(plans[register], by)
        about = {ask.name: _kept(ask.clean(answers.get(ask.name))) for ask in plan.asks}
        with scope.everything():
            table = table_of(plan, data)
            run = cls(register=register, file_name=file_name[-200:], file=data, about=about | {"ignored": table.ignored}, by=by, uploaded_at=now())
            db.session.add(run)
            db.session.flush()
            if len(data) <= SMALL:
                run.keep(table.rows())
        return run

    @classmethod
    def of_rows(cls, register: str, *, by: User, file_name: str, rows: list[dict[str, str]], **answers: Any) -> "ImportRun":
        """Take rows in that some program has read already: texts by field."""
        plan = _permitted(plans[register], by)
        about = {ask.name: _kept(ask.clean(answers.get(ask.name))) for ask in plan.asks}
        with scope.everything():
            run = cls(register=register, file_name=file_name[-200:], about=about, by=by, uploaded_at=now())
            db.session.add(run)
            db.session.flush()
            run.keep(enumerate(rows, 2))
        return run

    def keep(self, lines: Any, beat: Any = None) -> None:
        """Judge all lines and keep the verdicts; `beat()` after each chunk."""
        judge = Judge(self.plan, self.by, self.about)
        chunk: list[tuple[int, dict[str, str]]] = []
        for line in lines:
            chunk.append(line)
            if self.total + len(chunk) > self.plan.most:
                raise Invalid("file", f"一次最多导入{self.plan.most:,}行，这个文件超过了，请分成几个文件上传")
            if len(chunk) == CHUNK:
                self._store(judge.chunk(chunk))
                chunk = []
                if beat:
                    beat()
        if chunk:
            self._store(judge.chunk(chunk))
        if not self.total:
            raise Invalid("file", "表头下面没有数据行，请填写后再上传")
        self.state, self.file, self.beat_at = S.PREVIEW, None, None
        db.session.flush()

    def _store(self, judged: list[Judged]) -> None:
        rows = [
            {"run_id": self.id, "line": one.line, "verdict": one.verdict, "raw": one.raw, "data": one.data, "before": one.before,
             "target_id": one.target, "reasons": "；".join(one.reasons)} for one in judged
        ]
        db.session.execute(sa.insert(ImportRow.__table__), rows)
        for name, verdict in COUNTS.items():
            setattr(self, name, getattr(self, name) + sum(1 for one in judged if one.verdict == verdict))
        self.total += len(judged)
        self.done = self.total
        db.session.flush()

    def confirm(self, *, by: User) -> None:
        """Enter the good rows: now when they are few, else by the background process."""
        from models.importing.writing import write

        with scope.everything():
            self._expect(S.PREVIEW, by, "导入")
            if not self.added + self.changed:
                raise Refused("没有可以导入的行，请改正后重新上传")
            self.state, self.settled_by, self.message, self.beat_at, self.tries, self.done = S.WRITING, by, None, None, 0, 0
            db.session.flush()
            if self.added + self.changed <= AT_ONCE:
                write(self)

    def drop(self, *, by: User) -> None:
        """Not entered after all; what was read is forgotten."""
        with scope.everything():
            self._expect(S.PREVIEW, by, "放弃")
            self.state, self.settled_by = S.DROPPED, by
            self.forget()

    def undo(self, *, by: User) -> None:
        """Take the whole batch back while nothing depends on it. Raises Refused naming what does."""
        from models.importing.undoing import obstacles, undo

        with scope.everything():
            self._expect(S.DONE, by, "撤销")
            if not self.remembered:
                raise Refused("这一批的逐行内容已到保留期限并清除，不能再撤销，请逐条更正")
            if found := obstacles(self):
                raise Refused(f"不能撤销这一批：{'；'.join(found)}。请先处理这些记录，或逐条更正")
            self.state, self.settled_by, self.beat_at, self.tries, self.done = S.UNDOING, by, None, 0, 0
            db.session.flush()
            if self.added + self.changed <= AT_ONCE:
                undo(self)

    def forget(self) -> None:
        """The rows as read are not needed any more."""
        db.session.execute(sa.delete(ImportRow.__table__).where(ImportRow.__table__.c.run_id == self.id))
        self.file = None
        db.session.flush()

    def _expect(self, state: RunState, by: User, verb: str) -> None:
        _permitted(self.plan, by)
        db.session.refresh(self, with_for_update={"of": ImportRun})
        if self.state != state:
            raise Refused(f"这份文件{self.state.label}，不能{verb}")

    def __str__(self) -> str:
        return f"{self.uploaded_at:%Y-%m-%d %H:%M} {self.file_name}"


class SealedData(Sealed):
    """A small JSON object that only the application can read: a line may hold phones and names."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return super().process_bind_param(json.dumps(value or {}, ensure_ascii=False), dialect)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        text = super().process_result_value(value, dialect)
        return json.loads(text) if text and text.startswith("{") else {}


def _sealed(label: str) -> Any:
    return mapped_column(SealedData("words"), nullable=False, info={"label": label}, comment=label)


class ImportRow(db.Model):
    """One line of the file: what it said, what it means, what it replaced."""

    __tablename__ = "import_row"

    id: Mapped[int] = c.key()
    run_id: Mapped[int] = c.ref("import_run.id", "批次", required=True, index=False)
    line: Mapped[int] = c.whole("行", required=True)
    verdict: Mapped[Verdict] = c.choice("结果", Verdict)
    raw: Mapped[dict] = _sealed("所填内容")
    data: Mapped[dict] = _sealed("取值")
    before: Mapped[dict] = _sealed("原值")
    target_id: Mapped[int | None] = mapped_column(BigId, info={"label": "记录号"}, comment="记录号")
    reasons: Mapped[str] = c.long("原因", required=True, default="", server_default="")

    __table_args__ = (sa.UniqueConstraint("run_id", "line"), sa.Index("ix_import_row_verdict", "run_id", "verdict", "line"))


COUNTS = {"added": Verdict.NEW, "changed": Verdict.UPDATE, "same": Verdict.SAME, "bad": Verdict.BAD}


def table_of(plan: Import, data: bytes) -> "Table":
    """The file as a table of this register."""
    from models.importing.sheet import Table  # openpyxl: 10 MB most processes never need

    sample = [(field.key, plan.sample()[field.key]) for field in plan.fields]
    return Table(data, plan.headings(), plan.required(), sample)


def _permitted(plan: Import, by: User) -> Import:
    if not plan.permitted(by):
        raise NotPermitted(f"您的角色不能导入{plan.name}")
    return plan


def _kept(value: Any) -> Any:
    """An answer as JSON keeps it: a choice by its name, a row by its id."""
    return value.id if isinstance(value, db.Model) else str(value) if isinstance(value, Labelled) else value


def _runs(user: User) -> sa.ColumnElement[bool]:
    """Uploads into the registers one may import into: all of them, or one's own."""
    held = [name for name, plan in plans.items() if user.may(f"{plan.resource}:import")]
    mine = ImportRun.register.in_(held)
    return mine if user.level("import_run:view") == Level.ALL else sa.and_(mine, ImportRun.by_id == user.id)


def _rows(user: User) -> sa.ColumnElement[bool]:
    return ImportRow.run_id.in_(sa.select(ImportRun.__table__.c.id).where(_on_table(user)))


def _on_table(user: User) -> sa.ColumnElement[bool]:
    held = [name for name, plan in plans.items() if user.may(f"{plan.resource}:import")]
    table = ImportRun.__table__
    mine = table.c.register.in_(held)
    return mine if user.level("import_run:view") == Level.ALL else sa.and_(mine, table.c.by_id == user.id)


def _never(_row: Any, _user: User) -> bool:
    return False


scope.scoped(_runs, _never)(ImportRun)
scope.scoped(_rows, _never)(ImportRow)
