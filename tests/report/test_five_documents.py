"""A6: the five monthly documents, put together from what the groups filled in; what is missing is named."""

import sqlalchemy as sa

from models import GroupSlice, Highlight, Unit, db
from models.openness.publicity import Side
from models.report import REPORTS
from models.report.group_slice import SliceKind, open_slices
from models.task import Task
from tests.cast import login
from tests.report.conftest import FRIDAY

AUGUST = "2024-08"


def _slices(kind):
    return db.session.scalars(sa.select(GroupSlice).where(GroupSlice.kind == kind)).all()


def test_each_group_that_owes_a_part_gets_its_slice_once(cast):
    assert open_slices(AUGUST) > 0
    assert open_slices(AUGUST) == 0
    groups = {row.group.code for row in _slices(SliceKind.STALE)}
    assert groups == {"zonghe", "yewu", "jianzheng", "fazhi", "gongkai", "zhaoshang", "zhengqitong", "qiye-fuwu", "xuanchuan"}
    assert {row.group.code for row in _slices(SliceKind.TASKS)} == {"yewu"}
    assert {row.group.code for row in _slices(SliceKind.SURVEY)} == {"qiye-fuwu"}
    assert {row.group.code for row in _slices(SliceKind.BRIGHT)} == {"xuanchuan"}


def test_gaps_name_the_groups_that_have_not_filled_in(cast):
    open_slices(AUGUST)
    rows = _slices(SliceKind.STALE)
    rows[0].content = "无"
    db.session.flush()
    report = REPORTS["five-stale"].build(AUGUST)
    assert len(report.gaps) == len(rows) - 1
    assert not any(gap.startswith(rows[0].group.name) for gap in report.gaps)
    assert "应于08月23日前报送" in report.gaps[0]  # the 25th is a Sunday


def test_filling_in_remembers_when_and_taking_away_forgets_it(cast):
    open_slices(AUGUST)
    row = _slices(SliceKind.BRIGHT)[0]
    row.content = "  两条  "
    assert (row.content, row.filled_at) == ("两条", FRIDAY)
    assert row.is_late
    row.content = ""
    assert row.filled_at is None


def test_a_lead_unit_fills_in_its_own_slice_and_sees_no_other(cast, client):
    cast.jia_clerk.unit = _sifa()
    open_slices(AUGUST)
    login(client, "jia_clerk")
    page = client.get("/slice/").text.split("<tbody>")[1]
    assert "法治保障组" in page
    assert "政务公开组" not in page
    mine = next(row for row in _slices(SliceKind.STALE) if row.group.code == "fazhi")
    other = next(row for row in _slices(SliceKind.STALE) if row.group.code == "gongkai")
    assert client.post(f"/slice/edit/?id={mine.id}", data={"content": "无久拖事项"}).status_code == 302
    db.session.expire_all()
    assert mine.content == "无久拖事项"
    client.post(f"/slice/edit/?id={other.id}", data={"content": "代填"})
    db.session.expire_all()
    assert other.content is None


def _sifa():
    return db.session.scalars(sa.select(Unit).where(Unit.code == "sifa")).one()


def test_the_task_list_counts_what_the_rows_say(cast):
    def task(number, due, answered=None, quota=None, done=0):
        moment, handed = FRIDAY.replace(day=due), FRIDAY.replace(day=answered) if answered else None
        db.session.add(Task(
            number=f"RW202408-9{number:04}", title=f"任务{number}", state="SUBMITTED" if answered else "OPEN", opened_at=FRIDAY.replace(day=1),
            due_at=moment, warn_at=moment, answered_at=handed, unit=cast.jia, owed_by=cast.jia, quota=quota, done=done))

    task(1, 10, 9)
    task(2, 10, 12)
    task(3, 20, None, 2, 1)
    task(4, 31)
    db.session.flush()
    sheet = REPORTS["five-tasks"].build(AUGUST).sheets[0]
    row = next(row for row in sheet.rows if row[0] == cast.jia.name)
    assert [str(cell) for cell in row[1:]] == ["3", "1", "1", "1", "1", "33.3%"]


def test_only_shortcomings_marked_as_leads_go_to_the_commission(cast):
    for title, side, lead in (("亮点甲", Side.BRIGHT, False), ("短板乙", Side.SHORT, True), ("短板丙", Side.SHORT, False)):
        db.session.add(Highlight(unit=cast.jia, side=side, title=title, content="情况", found_on=FRIDAY.date(), as_lead=lead))
    db.session.flush()
    report = REPORTS["five-bright"].build(AUGUST)
    assert [str(row[2]) for row in report.sheets[0].rows] == ["短板乙"]
    assert "亮点1条、揭示短板2条，其中作为问题线索报送1条" in report.lead[0]


def test_the_commission_reads_the_five_documents(cast, client):
    assert "five-bright" in login(client, "discipline").get("/report/").text


def test_the_five_documents_are_not_for_every_reader(cast, client):
    page = login(client, "jia_head").get("/report/").text
    assert "five-bright" not in page
    assert client.get("/report/?kind=five-bright").status_code == 404
