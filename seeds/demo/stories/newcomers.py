"""New enterprises of the last fortnight: lists, pushes, contacts in time and late, looks, a spot check (N1–N3)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from models import Contact, FirmBatch, ImportRun, Unit, db
from models.contact import ContactState, ContactWay, look_at_contacts
from models.now import TZ, now
from seeds.demo import bank
from seeds.demo.desk import Case, Desk, acting_as
from seeds.demo.fictitious import credit_code, mobile

Story = Iterator[datetime]
FIRST = 900_001  # serials of new firms, far from those of the register
LEADS = ("gongxin", "shichang", "zhujian", "shangwu", "renshe", "nongye")
# How a contact goes, in turn; the last two of a list stay open the longest.
WAYS = ("same_day", "next_day", "asks", "same_day", "returned", "late", "next_day", "spot", "silent")
KINDS = ("有限责任公司", "有限责任公司", "股份有限公司", "有限合伙企业")


def begin(desk: Desk, start: Callable[[datetime, Story], None]) -> None:
    """A list on each Monday and Wednesday of the last fortnight, ten past ten."""
    serial = 0
    for back in range(14, -1, -1):
        day = desk.base.date() - timedelta(days=back)
        moment = datetime.combine(day, time(10, 10), TZ)
        if day.weekday() in (0, 2) and desk.calendar.is_workday(day) and moment < desk.base:
            start(moment, arrival(Case(desk, f"newfirms:{back}"), serial, start))
            serial += 4


def arrival(case: Case, serial: int, start: Callable[[datetime, Story], None]) -> Story:
    """Four firms entered and pushed; the looks at 15:00, 18:00 and 08:00."""
    clerk, units = case.one("shouli2"), [case.desk.unit(LEADS[(serial + n) % len(LEADS)]) for n in range(4)]
    rows = [_row(case, serial + n, unit, now().date()) for n, unit in enumerate(units)]
    with acting_as(clerk):
        run = ImportRun.of_rows("firm", by=clerk, file_name=f"新注册企业名单{now():%m%d}.xlsx", announced=4 + (serial % 8 == 4), rows=rows)
        run.confirm(by=clerk)
        batch = db.session.scalars(db.select(FirmBatch).where(FirmBatch.run_id == run.id)).one()
    for n, firm in enumerate(batch.firms):
        start(case.soon(), contact(case, firm.contact, WAYS[(serial + n) % len(WAYS)]))
    today = now().date()
    for moment in (datetime.combine(today, time(15, 0), TZ), datetime.combine(today, time(18, 0), TZ),
        datetime.combine(today + timedelta(days=1), time(8, 0), TZ)):
        yield moment
        with acting_as(None):
            look_at_contacts()


def late_list(case: Case, unit: Unit, place: int) -> Story:
    """One more firm for a unit that has not called it yet, and one nobody knows whom to push to."""
    clerk, today = case.one("shouli2"), now().date()
    rows = [_row(case, 30 + 2 * place, unit, today), _row(case, 31 + 2 * place, unit, today) | {"lead": ""}]
    with acting_as(clerk):
        run = ImportRun.of_rows("firm", by=clerk, file_name=f"新注册企业补录名单{now():%m%d}.xlsx", announced=2, rows=rows)
        run.confirm(by=clerk)
    yield from ()


def _row(case: Case, serial: int, unit: Unit, today: date) -> dict[str, str]:
    words = bank.read("words")
    place, trade = divmod(serial * 7, len(words["trades"]))
    industry, part = words["trades"][trade]
    name = f"演示{words['second'][place % len(words['second'])]}{words['first'][serial % len(words['first'])]}新办{part}有限公司"
    return {
        "name": name, "credit_code": credit_code(FIRST + serial), "kind": KINDS[serial % len(KINDS)],
        "registered_on": f"{today - timedelta(days=case.rng.randint(1, 5)):%Y-%m-%d}", "town": case.rng.choice(case.desk.towns).name,
        "industry": industry, "scale": "微型", "contact_name": bank.person(case.rng), "contact_phone": mobile(90_500_000 + serial), "lead": unit.name,
    }


def contact(case: Case, one: Contact, way: str) -> Story:
    """What the lead unit does with it."""
    desk = case.desk
    if way == "silent":
        return
    if way == "returned" and desk.has_staff(one.unit):
        yield now() + timedelta(minutes=case.rng.randint(60, 200))
        clerk = desk.clerk(one.unit)
        with acting_as(clerk):
            one.send_back(by=clerk, reason="企业主营业务不属本部门行业管理范围，建议改派。")
        yield now() + timedelta(minutes=40)
        intake = case.one("shouli2")
        with acting_as(intake):
            one.reassign(by=intake, unit=desk.unit("shichang"), reason="按登记经营范围改派。")
    wait = {"next_day": timedelta(hours=23), "late": timedelta(hours=75)}.get(way, timedelta(hours=3, minutes=30))
    yield now() + wait + timedelta(minutes=case.rng.randint(0, 40))
    if one.state != ContactState.PUSHED or not desk.has_staff(one.unit):
        return
    _record(case, one, asks=way == "asks")
    if way == "spot":
        yield case.later(1)
        intake = case.one("shouli2")
        with acting_as(intake):
            one.spot_check(by=intake, verdict="PASS", note="联系信息齐全，企业回访属实。")


def _record(case: Case, one: Contact, asks: bool) -> None:
    clerk = case.desk.clerk(one.unit)
    need = {"need_title": "新办企业咨询场地租金补贴", "need": "企业租用标准厂房，询问租金补贴条件和申报时间。"} if asks else {}
    with acting_as(clerk):
        one.record_contact(
            by=clerk, section=clerk.section or "综合科", person=clerk.name, phone=clerk.phone or "", way=case.rng.choice(list(ContactWay)),
            contacted_at=now() - timedelta(minutes=12), record="已与企业负责人取得联系，了解经营计划，告知服务专员和联系方式。",
            policies="首次创业补贴、小微企业税费减免、公章刻制免费", **need,
        )
