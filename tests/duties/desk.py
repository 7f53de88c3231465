"""Short ways to what the tests of duties, meetings and new enterprises need."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from openpyxl import Workbook

from models import Contact, Decision, FirmBatch, ImportRun, Meeting, WorkGroup, db
from models.codes import _BODY_WEIGHTS, _CHARS, _WEIGHTS
from models.meeting import MeetingKind
from models.now import TZ, as_of
from tests.cast import Cast

HEAD = ["企业名称", "统一社会信用代码", "类型", "成立日期", "牵头服务部门"]


def day(text: str) -> datetime:
    """`2024-08-06 10:00`, local time."""
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


@contextmanager
def at(text: str) -> Iterator[None]:
    """As if it were that moment."""
    with as_of(day(text)):
        yield


def code(serial: int) -> str:
    """A valid unified social credit code."""
    body = f"{serial:08d}"
    total = sum(int(ch, 36) * w for ch, w in zip(body, _BODY_WEIGHTS, strict=True))
    first = f"91370600{body}" + ("0X987654321"[total % 11] if total % 11 else "0")
    return first + _CHARS[(31 - sum(_CHARS.index(ch) * w for ch, w in zip(first, _WEIGHTS, strict=True)) % 31) % 31]


def row(serial: int, lead: str = "区人社局", **changed: str) -> dict[str, str]:
    """One line of a list as read."""
    return {"name": f"演示新办{serial}科技有限公司", "credit_code": code(serial), "kind": "有限公司", "registered_on": "2024-08-01", "lead": lead} | changed


def batch(cast: Cast, *rows: dict[str, str], announced: int | None = None) -> FirmBatch:
    """A list uploaded and confirmed by the intake clerk."""
    run = uploaded(cast, *rows, announced=announced)
    run.confirm(by=cast.intake)
    return db.session.scalars(sa.select(FirmBatch).where(FirmBatch.run_id == run.id)).one()


def uploaded(cast: Cast, *rows: dict[str, str], announced: int | None = None) -> ImportRun:
    """A list read, waiting to be confirmed."""
    return ImportRun.of_rows("firm", by=cast.intake, file_name="名单.xlsx", announced=announced or len(rows), rows=list(rows))


def contact(cast: Cast, serial: int = 1, lead: str = "区人社局") -> Contact:
    """A new enterprise pushed to a unit."""
    return batch(cast, row(serial, lead)).firms[0].contact


def contacted(cast: Cast, one: Contact, **changed: object) -> Contact:
    """Recorded by the lead unit's clerk."""
    by = cast.jia_clerk if one.unit_id == cast.jia.id else cast.yi_clerk
    given = {"section": "就业股", "person": "演示-经办", "way": "PHONE", "contacted_at": one.opened_at, "record": "已联系，讲解稳岗政策"}
    one.record_contact(by=by, **given | changed)
    return one


def workbook(*rows: list[str], head: list[str] = HEAD) -> io.BytesIO:
    """An xlsx in memory."""
    book = Workbook()
    book.active.append(head)
    for cells in rows:
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def group(code: str) -> WorkGroup:
    """A working group of the packs."""
    return db.session.scalars(sa.select(WorkGroup).where(WorkGroup.code == code)).one()


def held(cast: Cast, when: str, of: str | None = "fazhi", kind: MeetingKind = MeetingKind.WEEKLY) -> Meeting:
    """A meeting convened and held at `when`, by the coordinator."""
    with at(when):
        meeting = Meeting.convene(by=cast.coordinator, kind=kind, starts_at=day(when), group=group(of) if of else None, place="二楼会议室", host="演示-主持")
        meeting.hold(by=cast.coordinator, present=[cast.jia], on_leave=[cast.yi])
    return meeting


def decided(cast: Cast, meeting: Meeting, content: str = "梳理涉企案件清单", due: str = "2024-12-31") -> Decision:
    """One decision for 甲局."""
    meeting.decide(by=cast.coordinator, content=content, units=[cast.jia], due=due)
    return meeting.decisions[-1]
