"""Boards, reports and exports read the replica; everything else, and everything when it cannot be trusted, the primary."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from models import Matter, ServiceActivity, db
from models.now import as_of, now
from models.openness.activity import ActivityKind
from tests.replica.conftest import HERE, THERE, Twin

EXPORT = "/ticket/export/csv/?tab=all"


def exported(person):
    """Who answered an export."""
    text = person.raw(EXPORT).data.decode()
    return [words for words in (HERE, THERE) if words in text]


def test_boards_reports_and_exports_read_the_replica_and_the_rest_the_primary(twin):
    coordinator = twin.person("coordinator")
    assert exported(coordinator) == [THERE]
    for page in ("/board/", "/report/", "/rating/"):
        twin.asked.clear()
        assert coordinator.get(page).status == 200
        assert any("audit_head" not in statement for statement in twin.asked), page
    matter = db.session.scalars(sa.select(Matter.id)).one()
    for page in ("/", "/ticket/?tab=all", f"/ticket/details/?id={matter}", "/matter/", "/inbox/"):
        twin.asked.clear()
        words = coordinator.get(page).words
        assert (twin.asked, THERE in words) == ([], False), page
    assert HERE in coordinator.get("/ticket/?tab=all").words


def test_one_sees_there_what_one_may_see_here(cast, copied, app):
    for unit, words in ((cast.jia, "甲的活动"), (cast.yi, "乙的活动")):
        db.session.add(ServiceActivity(unit=unit, kind=ActivityKind.RECRUITMENT, title=words, held_on=now().date()))
    twin = Twin(app, copied())
    twin.spoil("UPDATE service_activity SET title = '副本' || title")
    person = twin.person("yi_clerk")
    text = person.raw("/activity/export/csv/").data.decode()
    assert ("副本乙的活动" in text, "甲的活动" in text) == (True, False)
    assert person.get("/board/").status == 404
    twin.close()


def test_what_an_export_leaves_in_the_trail_is_written_to_the_primary(twin):
    person, count = twin.person("coordinator"), sa.text("SELECT count(*) FROM audit_entry WHERE action = '导出'")
    assert exported(person) == [THERE]
    assert db.session.scalar(count) == 1
    with twin.engine.connect() as connection:
        assert connection.scalar(count) == 0


def test_who_has_just_written_reads_it_where_it_was_written(twin):
    writer, other = twin.person("coordinator", just_in=True), twin.person("coordinator")  # logging in is a write as any other
    assert exported(writer) == [HERE]
    assert exported(other) == [THERE]


def test_a_replica_that_lags_is_left_alone(app, cast, twin):
    person = twin.person("coordinator")
    cast.ticket(title="之后的一件")
    db.session.commit()
    assert exported(person) == [THERE]  # a moment behind is what one bargains for
    with as_of(now() + timedelta(seconds=90)):
        assert exported(person) == [HERE]
        said = twin.doctor()
    assert "[注意] 只读副本：落后" in said
    assert "现由主库回答" in said


@pytest.mark.parametrize("fault", ["gone", "another"])
def test_a_replica_that_is_gone_or_another_database_is_not_asked(app, cast, copied, fault):
    cast.accepted(title=HERE)
    url = copied()
    twin = Twin(app, url.replace("replica", "nowhere/replica") if fault == "gone" else url)
    if fault == "another":
        twin.spoil(f"UPDATE matter SET title = '{THERE}'", f"UPDATE audit_head SET hash = '{'f' * 64}'")
    assert exported(twin.person("coordinator")) == [HERE]
    said = twin.doctor()
    assert ("连不上" if fault == "gone" else "不是本系统数据库的副本") in said
    twin.close()


def test_a_replica_that_fails_in_the_middle_of_a_page_is_left_for_the_primary(twin):
    person = twin.person("coordinator")
    twin.spoil("ALTER TABLE unit_rating RENAME TO elsewhere")
    answer = person.raw("/board/")
    assert (answer.status_code, answer.headers["Location"].startswith("/board/")) == (302, True)
    assert person.get("/board/").status == 200


def test_nothing_can_be_written_through_it(twin):
    with twin.app.app_context(), db.engines["replica"].connect() as connection, pytest.raises(sa.exc.DBAPIError, match=r"read-?only"):
        connection.exec_driver_sql("UPDATE matter SET title = 'x'")
