"""Notices from the city (上级通报): entering one sets off the duties that wait for it (D1, M 三(四))."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.base import BigId, db
from models.calendar import work_calendar
from models.clock import Limit, LimitUnit, deadline
from models.errors import Invalid, NotPermitted
from models.now import TZ, local, now
from models.recurrence import period_words
from models.responsibility import Responsibility
from models.setting import setting
from models.standard import Stage, find_standard
from models.task import Task
from models.user import User

TWO_DAYS = Limit(2, LimitUnit.DAY)  # when the table of service standards has none

city_notice_task = sa.Table(
    "city_notice_task", db.metadata,
    sa.Column("notice_id", BigId, sa.ForeignKey("city_notice.id", ondelete="RESTRICT"), primary_key=True, info={"label": "上级通报"}),
    sa.Column("task_id", BigId, sa.ForeignKey("task.id", ondelete="RESTRICT"), primary_key=True, index=True, info={"label": "任务"}),
)


class CityNotice(db.Model):
    """One notice; the tasks it set off are due two days after its issue (市级通报下发后2日内)."""

    __tablename__ = "city_notice"

    id: Mapped[int] = c.key()
    title: Mapped[str] = c.text("通报名称", 120, required=True)
    number: Mapped[str | None] = c.text("文号", 60)
    issuer: Mapped[str] = c.text("发文机关", 80, required=True)
    period: Mapped[str] = c.text("通报月份", 7, required=True, unique=True, help="所通报的考核月份，如 2024-07")
    issued_on: Mapped[date] = c.day("下发日期", required=True)
    received_at: Mapped[datetime] = c.when("收到时间", required=True, help="时限自下发之日起算；收到时已届满的，自收到之日起算")
    note: Mapped[str | None] = c.long("主要内容")
    entered_by_id: Mapped[int | None] = c.ref("user_account.id", "录入人")

    entered_by: Mapped[User | None] = relationship()
    tasks: Mapped[list[Task]] = relationship(secondary=city_notice_task, order_by=Task.id)

    __table_args__ = (sa.CheckConstraint("period LIKE '____-__'", name="period_is_a_month"),)

    @classmethod
    def enter(
        cls, *, by: User, title: str, issuer: str, period: str, issued_on: date, received_at: datetime, number: str = "", note: str = ""
    ) -> "CityNotice":
        """Keep the notice and give its tasks, one a unit and duty. Raises NotPermitted or Invalid."""
        if not by.may("city_notice:create"):
            raise NotPermitted("您的角色不能录入上级通报")
        received_at = local(received_at)
        if received_at > now():
            raise Invalid("received_at", "收到时间不能晚于现在")
        if issued_on > received_at.date():
            raise Invalid("issued_on", "下发日期不能晚于收到时间")
        _check_month(period)
        with scope.everything():
            if db.session.scalar(sa.select(cls.id).where(cls.period == period)):
                raise Invalid("period", f"{period}的通报已经录入")
            row = cls(
                title=title.strip(), issuer=issuer.strip(), period=period, issued_on=issued_on, received_at=received_at,
                number=number.strip() or None, note=note.strip() or None, entered_by=by,
            )
            db.session.add(row)
            row.tasks = row._give(by)
            db.session.flush()
        return row

    def due_at(self) -> datetime:
        """Two days after the day of issue (M 三(四)). What reached the district later than that counts from its receipt: nobody can be late at once."""
        standard = find_standard("task", Stage.REPORT)
        limit, calendar = standard.limit if standard else TWO_DAYS, work_calendar()
        due = deadline(datetime.combine(self.issued_on, time(), TZ), limit, calendar).due_at
        return due if due > local(self.received_at) else deadline(self.received_at, limit, calendar).due_at

    def _give(self, by: User) -> list[Task]:
        due, tasks = self.due_at(), []
        for duty in waiting_duties():
            for unit in duty.owners():
                if self._known(duty, unit.id):
                    continue
                task = Task.give(
                    by=None, unit=unit, title=f"{period_words(self.period)}{duty.title}"[:120], due_at=due, responsibility=duty, period=self.period,
                    content=f"{duty.title}（{duty.basis}）。来由：{self.title}，{self.issued_on:%Y-%m-%d}下发，{self.received_at:%Y-%m-%d %H:%M}收到。",
                    deliverable=duty.deliverable, recipient=duty.recipient,
                )
                task.created_by = by
                tasks.append(task)
        return tasks

    def _known(self, duty: Responsibility, unit_id: int) -> bool:
        query = sa.select(Task.id).where(Task.responsibility_id == duty.id, Task.owed_by_id == unit_id, Task.period == self.period)
        return db.session.scalar(query) is not None

    def __str__(self) -> str:
        return self.title


def waiting_duties() -> list[Responsibility]:
    """The active duties that a city notice sets off: those whose codes begin as the setting says."""
    codes = [code.strip() for code in setting("city_notice_duties").split(",") if code.strip()]
    if not codes:
        return []
    begins = sa.or_(*(Responsibility.code.startswith(code, autoescape=True) for code in codes))
    return list(db.session.scalars(sa.select(Responsibility).where(Responsibility.is_active, begins).order_by(Responsibility.id)))


def _check_month(period: str) -> None:
    try:
        date.fromisoformat(f"{period}-01")
    except ValueError as error:
        raise Invalid("period", "通报月份请写成 2024-07") from error
