"""A published month never moves; mistakes are corrected in the open (users.md 18)."""

import hashlib

import pytest
import sqlalchemy as sa

from models import Erratum, NoticeSeries, ReportSnapshot, UnitRating, db
from models.errors import NotPermitted, Refused
from models.rating import rate_month
from models.report import REPORTS
from models.report.snapshot import publish
from tests.cast import login
from tests.report.conftest import put

AUGUST = "2024-08"


def _fake(row, report):
    return f"{row.number}{report.title}".encode()


def _publish(cast, code="ticket-month"):
    return publish(REPORTS[code], AUGUST, by=cast.coordinator, pdf=_fake, xlsx=_fake)


def test_what_is_published_stays_although_the_tickets_change(cast, august):
    row = _publish(cast)
    before = row.report
    put(cast, 50, due=12, answered=20, closed=21, unit=cast.jia)
    db.session.commit()
    assert ReportSnapshot.of("ticket-month", AUGUST).report == before
    assert REPORTS["ticket-month"].build(AUGUST) != before


def test_a_published_report_has_the_next_number_and_the_hashes_of_its_files(cast, august):
    row = _publish(cast)
    assert row.number == "示营通〔2024〕1号"
    assert row.pdf_sha256 == hashlib.sha256(row.pdf).hexdigest()
    assert _publish(cast, "indicator-month").number == "示营通〔2024〕2号"


def test_a_period_is_published_once(cast, august):
    _publish(cast)
    with pytest.raises(Refused, match="已经印发"):
        _publish(cast)


def test_a_failed_print_gives_the_number_back(cast, august):
    def broken(_row, _report):
        raise RuntimeError("no fonts")

    with pytest.raises(RuntimeError):
        publish(REPORTS["ticket-month"], AUGUST, by=cast.coordinator, pdf=broken, xlsx=_fake)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NoticeSeries).where(NoticeSeries.word == "示营通", NoticeSeries.last > 0)) == 0


def test_only_the_coordinator_publishes(cast, august):
    for user in (cast.supervisor, cast.leader, cast.jia_head):
        with pytest.raises(NotPermitted):
            publish(REPORTS["ticket-month"], AUGUST, by=user, pdf=_fake, xlsx=_fake)


def test_nothing_of_a_published_report_can_be_changed_or_deleted(cast, august):
    row = _publish(cast)
    db.session.commit()
    row.title = "改过的标题"
    with pytest.raises(Refused, match="不再改动"):
        db.session.flush()
    db.session.rollback()
    db.session.delete(ReportSnapshot.of("ticket-month", AUGUST))
    with pytest.raises(Refused):
        db.session.flush()


def test_an_erratum_is_signed_and_leaves_the_figures_alone(cast, august, client):
    before = _publish(cast).content
    db.session.commit()
    login(client, "coordinator")
    page = client.get("/report/correct/?id=1")
    assert page.status_code == 200
    answer = client.post("/report/correct/?id=1", data={"place": "表一第1行", "wrong": "2", "right": "3", "reason": "漏计一件"})
    assert answer.status_code == 302
    row = db.session.scalars(sa.select(Erratum)).one()
    assert (row.by_name, row.at.date().isoformat()) == ("演示-统筹", "2024-08-30")
    page = client.get(f"/report/?kind=ticket-month&period={AUGUST}").text
    assert "表一第1行：“2”应为“3”。漏计一件（演示-统筹" in page
    assert ReportSnapshot.of("ticket-month", AUGUST).content == before


def test_an_erratum_without_reason_is_refused(cast, august, client):
    _publish(cast)
    answer = login(client, "coordinator").post("/report/correct/?id=1", data={"place": "表一", "right": "3"})
    assert answer.status_code == 422
    assert "请填写更正理由" in answer.text


def test_publishing_the_circular_settles_the_colours_of_the_month(cast, august):
    rate_month(AUGUST)
    _publish(cast, "circular")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UnitRating).where(UnitRating.frozen_at.is_(None))) == 0
    with pytest.raises(Refused, match="不再变动"):
        rate_month(AUGUST)


def test_the_circular_carries_the_head_of_the_audit_chain(cast, august):
    db.session.commit()
    row = _publish(cast, "circular")
    assert row.chain_head != "0" * 64
    assert row.chain_head in row.content["footnote"]


def test_the_published_pdf_and_workbook_are_the_same_bytes_every_time(cast, august, client):
    login(client, "coordinator")
    assert client.post(f"/report/publish/?kind=ticket-month&period={AUGUST}").status_code == 302
    row = ReportSnapshot.of("ticket-month", AUGUST)
    for form, digest in (("pdf", row.pdf_sha256), ("xlsx", row.xlsx_sha256)):
        data = client.get(f"/report/file/?kind=ticket-month&period={AUGUST}&form={form}").data
        assert hashlib.sha256(data).hexdigest() == digest
    assert row.pdf.startswith(b"%PDF")


def test_the_command_writes_the_published_bytes(app, cast, august, tmp_path):
    row = _publish(cast)
    db.session.commit()
    out = tmp_path / "通报.pdf"
    result = app.test_cli_runner().invoke(args=["report", "企业诉求办理情况", "--period", AUGUST, "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == row.pdf


def test_the_command_says_what_is_wrong(app):
    runner = app.test_cli_runner()
    assert "没有“天气”这种报表" in runner.invoke(args=["report", "天气", "-o", "x.pdf"]).output
    assert "不是一个月份" in runner.invoke(args=["report", "ticket-month", "--period", "2024-13", "-o", "x.pdf"]).output
    assert "circular" in runner.invoke(args=["report"]).output
