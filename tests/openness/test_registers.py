"""K2–K8, K10: what each register calls a fault, and its statistic counted again by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models import (
    Article,
    CertificateCut,
    DataCatalogue,
    DomainField,
    ElectronicLicence,
    Enterprise,
    FieldWork,
    Interpretation,
    MediaAccount,
    MediaFault,
    MediaPost,
    Policy,
    PolicyDocument,
    PolicyGrant,
    ServiceActivity,
    ServiceItem,
    ServiceRating,
    Topic,
    db,
)
from models.now import as_of
from models.openness import list_media_faults
from models.openness.disclosure import InterpretationForm
from models.openness.policy import PolicyCategory
from models.report import REPORTS, Figure
from tests.report.conftest import FRIDAY

AUGUST, TODAY = "2024-08", FRIDAY.date()


def _add(*rows):
    db.session.add_all(rows)
    db.session.flush()


def plain(rows):
    """Cells without their links."""
    return [[cell.value if isinstance(cell, Figure) else cell for cell in row] for row in rows]


def _build(code):
    return REPORTS[code].build(AUGUST)


def test_the_pack_brings_twenty_two_fields_without_inventing_their_names(cast):
    fields = db.session.scalars(sa.select(DomainField).order_by(DomainField.number)).all()
    assert [field.number for field in fields] == list(range(1, 23))
    assert not any(field.name for field in fields)
    assert len(_build("field-month").gaps) == 22


def test_the_ledger_of_a_field_counts_done_and_late_work(cast):
    field = db.session.scalars(sa.select(DomainField).where(DomainField.number == 1)).one()
    field.required, field.filled = 8, 6
    _add(FieldWork(field=field, unit=cast.jia, title="甲", due_on=date(2024, 8, 1)),
         FieldWork(field=field, unit=cast.jia, title="乙", due_on=date(2024, 8, 1), state="DONE", done_on=date(2024, 7, 30)),
         FieldWork(field=field, unit=cast.jia, title="丙", due_on=date(2024, 9, 30)))
    row = _build("field-month").sheets[0].rows[0]
    assert [str(cell) for cell in row[3:]] == ["6/8", "75.0%", "3", "1", "1"]


@pytest.mark.parametrize(("change", "fault"), [
    ({}, ""), ({"rows": 19}, "不足20条"), ({"updated_on": TODAY - timedelta(days=32)}, "未按每月更新"), ({"updated_on": None}, "未按每月更新"),
    ({"openness": "CLOSED"}, "未开放"), ({"well_formed": False}, "格式不规范"), ({"secret": True, "openness": "DESENSITISED"}, ""),
])
def test_a_catalogue_keeps_twenty_rows_its_cycle_and_is_open(cast, change, fault):
    given = {"unit": cast.jia, "name": "目录", "rows": 20, "cycle": "MONTH", "updated_on": TODAY - timedelta(days=31), "openness": "OPEN"}
    row = DataCatalogue(**given | change)
    _add(row)
    db.session.refresh(row)
    assert fault in "；".join(row.faults())
    assert bool(row.faults()) == bool(fault)


def test_a_secret_catalogue_cannot_be_open_as_it_is(cast):
    db.session.add(DataCatalogue(unit=cast.jia, name="目录", secret=True, openness="OPEN"))
    with pytest.raises(IntegrityError, match="secret_is_desensitised"):
        db.session.flush()


def test_certificates_no_longer_asked_for_are_summed_by_month(cast):
    _add(CertificateCut(unit=cast.jia, period=AUGUST, item="变更", certificate="证明甲", cases=3, proof="截图", verified=True),
         CertificateCut(unit=cast.jia, period=AUGUST, item="变更", certificate="证明乙", cases=4),
         CertificateCut(unit=cast.jia, period="2024-07", item="变更", certificate="证明甲", cases=9))
    assert plain(_build("catalogue-month").sheets[3].rows) == [[cast.jia.name, 2, 7, 1, 1]]


def test_electronic_licences_are_counted_with_their_seals(cast):
    _add(ElectronicLicence(unit=cast.jia, name="许可证甲", sealed=True, issued=30), ElectronicLicence(unit=cast.jia, name="许可证乙", issued=5))
    assert plain(_build("catalogue-month").sheets[2].rows) == [[cast.jia.name, 2, 1, 35]]


def _account(cast, *posts):
    account = MediaAccount(unit=cast.jia, name="示范发布", filed_on=date(2024, 1, 1))
    account.posts = [MediaPost(unit=cast.jia, posted_on=TODAY - timedelta(days=days), title="推送", original=original) for days, original in posts]
    _add(account)
    db.session.refresh(account)
    return account


@pytest.mark.parametrize(("posts", "faults"), [
    ([(10, True)], []), ([(11, True)], ["11天未更新内容（限10天）"]), ([(1, False), (14, True)], []),
    ([(1, False), (15, True)], ["15天未更新原创内容（限14天）"]), ([], ["242天未更新内容（限10天）", "242天未更新原创内容（限14天）"]),
])
def test_content_within_ten_days_and_an_original_within_fourteen(cast, posts, faults):
    assert _account(cast, *posts).faults() == faults


def test_the_sweep_lists_a_violation_once_and_clears_it_when_something_is_posted(cast):
    account = _account(cast, (11, True))
    assert list_media_faults() == 1
    assert list_media_faults() == 0
    with as_of(FRIDAY + timedelta(days=1)):
        db.session.add(MediaPost(account=account, unit=cast.jia, posted_on=TODAY + timedelta(days=1), title="新", original=True))
        db.session.flush()
        db.session.refresh(account)
        assert list_media_faults() == 1
    fault = db.session.scalars(sa.select(MediaFault)).one()
    assert fault.since == TODAY - timedelta(days=11)
    assert fault.cleared_at == FRIDAY + timedelta(days=1)
    assert _build("media-month").sheets[0].rows[0][1].value == "示范发布"


def test_a_violation_whose_ending_post_is_struck_out_opens_again(cast):
    account = MediaAccount(unit=cast.jia, name="示范发布", filed_on=TODAY - timedelta(days=11))
    _add(account)
    assert list_media_faults() == 1
    post = MediaPost(account=account, unit=cast.jia, posted_on=TODAY, title="误登", original=False)
    _add(post)
    db.session.refresh(account)
    assert list_media_faults() == 1
    fault = db.session.scalars(sa.select(MediaFault)).one()
    assert fault.cleared_at
    db.session.delete(post)
    db.session.flush()
    db.session.refresh(account)
    assert list_media_faults() == 1
    assert db.session.scalars(sa.select(MediaFault)).all() == [fault]
    assert (fault.since, fault.cleared_at) == (TODAY - timedelta(days=11), None)
    assert list_media_faults() == 0


def test_a_policy_document_needs_two_forms_of_interpretation(cast):
    paper = PolicyDocument(unit=cast.jia, title="措施", issued_on=TODAY, linked=True)
    _add(paper)
    assert paper.faults() == ["解读形式0种，不足2种"]
    _add(*(Interpretation(document=paper, unit=cast.jia, form=form, published_on=TODAY) for form in (InterpretationForm.QA, InterpretationForm.CHART)))
    db.session.refresh(paper)
    assert paper.faults() == []
    assert "解读达标1件，达标率100.0%" in _build("disclosure-month").lead[0]


@pytest.mark.parametrize(("fields", "faults"), [
    ({"public_interest": True, "representatives": 1, "interpreted": True}, ["公众代表1名，不足2名"]),
    ({"public_interest": True, "representatives": 2, "interpreted": True}, []), ({"public_interest": False, "interpreted": False}, ["没有解读材料"]),
])
def test_a_topic_of_public_interest_needs_two_representatives(cast, fields, faults):
    row = Topic(unit=cast.jia, title="议题", held_on=TODAY, **fields)
    _add(row)
    assert row.faults() == faults


def test_articles_and_leads_are_held_against_the_quota(cast):
    for kind, counted in (("ARTICLE", True), ("ARTICLE", False), ("LEAD", True)):
        _add(Article(unit=cast.jia, kind=kind, title="稿", day=TODAY, medium="示范日报", counted=counted))
    rows = {row[0]: row for row in _build("publicity-month").sheets[0].rows}
    assert [str(cell) for cell in rows[cast.jia.name][1:]] == ["1", "1", "差稿件0篇、线索1条"]
    assert rows[cast.yi.name][3] == "差稿件1篇、线索2条"


def test_an_article_without_medium_is_refused(cast):
    db.session.add(Article(unit=cast.jia, kind="ARTICLE", title="稿", day=TODAY))
    with pytest.raises(IntegrityError, match="article_has_medium"):
        db.session.flush()


def test_candidates_meet_every_criterion_and_have_not_had_it(cast):
    def firm(name, **fields):
        given = {"scale": "SMALL", "industry": "通用设备制造", "credit_class": "B", "registered_on": date(2023, 5, 1), "town": cast.yi}
        row = Enterprise(name=name, **given | fields)
        db.session.add(row)
        return row

    fits, had = firm("演示甲"), firm("演示已兑现")
    firm("演示规模不符", scale="LARGE")
    firm("演示行业不符", industry="批发")
    firm("演示信用不符", credit_class="C")
    firm("演示成立过久", registered_on=date(2020, 1, 1))
    firm("演示注销", is_active=False)
    firm("演示他镇", town=cast.jia)
    policy = Policy(title="贴息", category=PolicyCategory.FINANCE, unit=cast.jia, for_scale="SMALL", for_industry="制造", for_credit="B",
                    for_years=2, for_town=cast.yi)
    _add(policy, PolicyGrant(policy=policy, enterprise=had, unit=cast.jia, granted_on=TODAY, amount=Decimal("2.50")))
    db.session.refresh(policy)
    assert db.session.scalars(policy.candidates()).all() == [fits]
    row = plain(_build("policy-month").sheets[0].rows)[0]
    assert row[5:8] == [1, 1, Decimal("2.50")]


def test_published_policies_are_counted_and_grants_summed_by_form(cast):
    firm = Enterprise(name="演示甲")
    for title, form, published in (("贴息", "AUTOMATIC", TODAY), ("补贴", "APPLY", TODAY), ("奖励", "APPLY", None)):
        policy = Policy(title=title, category=PolicyCategory.FINANCE, form=form, unit=cast.jia, published_on=published)
        _add(policy, PolicyGrant(policy=policy, enterprise=firm, unit=cast.jia, granted_on=TODAY, amount=Decimal("1.50")))
        db.session.refresh(policy)
    assert "现行惠企政策1类3条，已公布2条；2024年8月兑现免申即享1家次1.50万元，申报2家次3.00万元。" in _build("policy-month").lead


def test_service_items_are_counted_by_reform(cast):
    for name, fields in (("开办", {"reform": "ONE_THING", "guide": True}), ("退休", {"reform": "ONE_THING", "audience": "PERSON"}),
                         ("异地登记", {"reform": "CROSS_PROVINCE"}), ("自助打印", {"reform": "SELF_SERVICE", "is_active": False})):
        _add(ServiceItem(unit=cast.jia, name=name, **fields))
    rows = plain(_build("service-month").sheets[0].rows)
    assert [[row[0].label, *row[1:]] for row in rows] == [["一件事一次办", 2, 1, 1], ["跨省通办", 1, 1, 0]]


def test_ratings_of_windows_count_from_basically_satisfied_up(cast):
    _add(ServiceRating(unit=cast.jia, desk="一号窗口", period=AUGUST, handled=100, very_good=60, good=10, fair=10, poor=15, very_poor=5, corrected=10))
    report = _build("service-month")
    assert plain(report.sheets[1].rows) == [[cast.jia.name, "一号窗口", 100, 100, "100.0%", "80.0%", 20, 10]]
    assert "80.0%" in report.lead[0]


def test_more_corrections_than_complaints_are_refused(cast):
    db.session.add(ServiceRating(unit=cast.jia, desk="一号窗口", period=AUGUST, poor=1, corrected=2))
    with pytest.raises(IntegrityError, match="corrected_within_bad"):
        db.session.flush()


def test_activities_are_summed_by_kind_and_unit(cast):
    for day, firms in ((1, 10), (30, 5)):
        _add(ServiceActivity(unit=cast.jia, kind="RECRUITMENT", title="招聘会", held_on=date(2024, 8, day), enterprises=firms, people=20))
    _add(ServiceActivity(unit=cast.jia, kind="RECRUITMENT", title="招聘会", held_on=date(2024, 7, 31), enterprises=99))
    report = _build("activity-month")
    assert report.lead == ["2024年8月开展活动2场，服务企业15家次。"]
    assert plain(report.sheets[1].rows) == [[cast.jia.name, 2, 15]]
