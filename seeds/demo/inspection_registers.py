"""Registers beside the inspections of the demo: fields, inspectors, lists of leniency, quiet days, coercion, observation (I5, I6, I8)."""

from datetime import date, timedelta
from decimal import Decimal

from models import CoerciveMeasure, InspectionField, Inspector, LeniencyItem, ObservationPeriod, QuietDay, db
from models.inspection.coercion import CoercionKind, Impact, LeniencyList
from models.now import now
from seeds.demo import bank
from seeds.demo.desk import Case, acting_as
from seeds.demo.inspection_papers import UNITS, Story

FIELDS = {  # beside the fields the pack names: those that fit any works
    "chanpin": ("产品质量", "shichang"), "anquan": ("安全生产", "yingji"), "xiaofang": ("消防安全", "xiaofang"),
    "paiwu": ("排污许可", "shengtai"), "jieneng": ("节能监察", "gongxin"),
}
ITEMS = (
    ("MF-01", LeniencyList.EXEMPT, "首次未按规定公示年度报告", "责令期限内改正", "行政处罚法第三十三条", "shichang"),
    ("MF-02", LeniencyList.EXEMPT, "首次进货台账记录不全", "当场改正且无危害后果", "行政处罚法第三十三条", "shichang"),
    ("JQ-01", LeniencyList.REDUCED, "主动消除违法行为危害后果", "检查前已整改到位", "行政处罚法第三十二条", "yingji"),
    ("CQ-01", LeniencyList.LIGHTER, "配合查处有立功表现", "提供证据经查实", "行政处罚法第三十二条", "shengtai"),
    ("MQ-01", LeniencyList.NO_COERCION, "轻微违法且能及时改正的不扣押", "财物易于核实、不影响调查", "行政强制法第十六条", "shichang"),
)


def registers(case: Case) -> Story:
    """People, lists, a quiet period, coercion and observation."""
    desk, today = case.desk, now().date()
    with acting_as(case.one("tongchou")):
        for place, (code, (name, unit)) in enumerate(FIELDS.items(), 1):
            db.session.add(InspectionField(code=code, name=name, unit=desk.unit(unit), sort=200 + place))
        for unit in UNITS:
            for n in range(1, 5):
                db.session.add(Inspector(name=bank.person(case.rng), unit=desk.unit(unit), certificate=f"演示{10 + UNITS.index(unit)}{n:04d}"))
        for code, kind, title, conditions, basis, unit in ITEMS:
            db.session.add(LeniencyItem(code=code, kind=kind, title=title, conditions=conditions, basis=basis, unit=desk.unit(unit), issued_on=today))
        db.session.add(QuietDay(name="中高考期间", starts_on=date(today.year, 6, 5), ends_on=date(today.year, 6, 16), basis="演示规定"))
        db.session.add(QuietDay(name="月末结账静工日", day_from=30, day_to=31, basis="演示规定"))
        for n, kind in enumerate((CoercionKind.SEAL, CoercionKind.SEIZE, CoercionKind.FREEZE)):
            db.session.add(CoerciveMeasure(
                unit=desk.unit(UNITS[n]), enterprise=desk.firms[30 + n], kind=kind, document_no=f"演示强〔{today.year}〕{n + 1}号",
                basis="行政强制法第二十二条", property=("不合格原料库房", "涉案设备两台", "涉案账户")[n], amount=Decimal(8 + 14 * n),
                starts_on=today + timedelta(days=5 * n), ends_on=today + timedelta(days=5 * n + 30),
                lifted_on=today + timedelta(days=20) if n == 0 else None, impact=(Impact.NONE, Impact.PART, Impact.PART)[n], capital_left=n < 2,
                accounts_left=True, reason=None if n < 2 else "涉案资金与流动资金混同，正在甄别", relief="只限涉案部分，其余照常生产",
            ))
        for n, business in enumerate(("直播电商供应链", "共享厨房")):
            db.session.add(ObservationPeriod(
                enterprise=desk.firms[40 + n], unit=desk.unit("shichang"), business=business, starts_on=today, ends_on=today + timedelta(days=180),
                basis="省支持新业态发展的意见", is_lawful=True, guidance="每季度上门指导一次"))
    yield from ()
