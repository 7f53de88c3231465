"""Five weeks of weekly meetings, a monthly one, and decisions: done, late, dragging on (D2, D3)."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from models import Meeting, WorkGroup, db
from models.meeting import MeetingKind
from models.now import TZ, now
from seeds.demo.desk import Case, Desk, acting_as

Story = Iterator[datetime]
GROUPS = ("fazhi", "yewu", "qiye-fuwu", "zhengqitong")
TEXTS = {
    "fazhi": ("研究涉企案件执行进度和柔性执法清单落实情况。", "梳理超期未执行的涉企案件清单", "fayuan"),
    "yewu": ("调度各领域牵头单位填报质量，比对退回数据。", "补齐退回的领域佐证材料", "caizheng"),
    "qiye-fuwu": ("通报走访覆盖和企业反映的难点痛点问题。", "对未走访企业逐户补访", "gongxin"),
    "zhengqitong": ("分析新企业联系超时和工单重办情况。", "约谈联系超时的责任科室", "shichang"),
}
WEEKS = 5
LAST_OPEN = ("qiye-fuwu", "zhengqitong")  # what these decided last week is still being done


def begin(desk: Desk, start: Callable[[datetime, Story], None]) -> None:
    """Every group on its day of the week, the office on Fridays, the month's meeting in the last week."""
    monday = desk.base.date() - timedelta(days=desk.base.weekday())
    for week in range(WEEKS, -1, -1):
        first = monday - timedelta(days=7 * week)
        for place, code in enumerate(GROUPS):
            _plan(desk, start, first + timedelta(days=1 + place % 2), time(9 + place, 0), code, week)
        _plan(desk, start, first + timedelta(days=4), time(15, 0), None, week)
    _plan(desk, start, monday - timedelta(days=3), time(16, 40), None, 99)


def _plan(desk: Desk, start: Callable[[datetime, Story], None], day: object, at: time, code: str | None, week: int) -> None:
    moment = datetime.combine(day, at, TZ)
    calling = moment - timedelta(days=2)
    if calling < desk.base:
        kind = MeetingKind.MONTHLY if week == 99 else MeetingKind.WEEKLY
        start(calling, meeting(Case(desk, f"meeting:{code}:{week}"), code, moment, kind, week))


def meeting(case: Case, code: str | None, moment: datetime, kind: MeetingKind, week: int) -> Story:
    """Called, held, decided, minuted."""
    chair, desk = case.one("tongchou"), case.desk
    group = db.session.scalar(sa.select(WorkGroup).where(WorkGroup.code == code)) if code else None
    if code and group is None:
        return
    with acting_as(chair):
        row = Meeting.convene(
            by=chair, kind=kind, starts_at=moment, group=group, place="政务服务中心三楼会议室", host=desk.people["lingdao"].name if not code else chair.name,
            agenda="一周工作进展\n存在问题和下步打算",
        )
    yield moment + timedelta(minutes=70)
    office = ("renshe", "gongxin", "shenpi", "shichang", "caizheng", "sifa")
    units = group.units()[:8] if group else [desk.unit(c) for c in office]
    with acting_as(chair):
        row.hold(by=chair, present=units[:-1], on_leave=units[-1:])
    summary, decision, unit = TEXTS[code] if code else ("听取各工作组本周进展，研究需统筹解决的问题。", "汇总跨部门问题并明确牵头单位", "renshe")
    if week in (5, 3, 1) and kind == MeetingKind.WEEKLY:
        yield case.soon()
        due = desk.calendar.add(now().date(), 5)
        with acting_as(chair):
            row.decide(by=chair, content=decision, units=[desk.unit(unit)], due=due, deliverable="工作情况报告")
    yield case.soon()
    if week == 0 and code == GROUPS[-1]:
        return  # this week's last group has not yet written its minutes
    with acting_as(chair):
        row.write(by=chair, summary=summary)
    yield case.later(2)
    yield from _finish(case, row, drags=code == "yewu" or (week == 1 and code in LAST_OPEN))


def _finish(case: Case, row: Meeting, drags: bool) -> Story:
    """The units do what was decided, except where it drags on."""
    for decision in [] if drags else list(row.decisions):
        task = decision.task
        if not case.desk.has_staff(task.unit):
            continue
        clerk, chair = case.desk.clerk(task.unit), case.one("tongchou")
        with acting_as(clerk):
            task.submit(by=clerk, result="已按会议要求完成，形成书面报告。")
        yield case.later(1)
        with acting_as(chair):
            task.accept(by=chair, opinion="予以认可。")
