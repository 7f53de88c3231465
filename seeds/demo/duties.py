"""Registers and records of duties, visits, surveys and projects, so that no page of them is empty (D4–D6, N4–N7, O6, O7)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from models import (
    CalendarDay,
    CityNotice,
    Instruction,
    Investment,
    Liaison,
    LocalRule,
    SpecialSupervisor,
    Station,
    Survey,
    SurveyAnswer,
    Visit,
    db,
)
from models.investment import InvestmentStage
from models.local_rule import RuleAction
from models.now import now
from models.ticket import Satisfaction
from models.visit import VisitWay
from models.watchers import StationKind
from seeds.demo import bank
from seeds.demo.desk import Case, Desk, acting_as
from seeds.demo.fictitious import landline
from seeds.demo.stories import meetings, newcomers

Story = Iterator[datetime]
OFFICERS = ("renshe", "zhujian", "shichang", "gongxin", "shenpi")
LEVELS = [Satisfaction.VERY] * 5 + [Satisfaction.SATISFIED] * 4 + [Satisfaction.BASIC] * 2 + [Satisfaction.NOT]
RULES = (
    ("企业帮扶联系办法", RuleAction.REVISE, "gongxin", 40), ("涉企检查备案管理规定", RuleAction.MAKE, "sifa", 15),
    ("招商引资旧优惠办法", RuleAction.ABOLISH, "shangwu", -12), ("政务服务首问负责制度", RuleAction.REVISE, "shenpi", -30),
)
PROJECTS = (
    ("演示新能源电池材料项目", "演示远景投资集团", InvestmentStage.SIGNED, "52000"),
    ("演示智能仓储物流园项目", "演示通达供应链公司", InvestmentStage.TALKS, "18000"),
    ("演示海洋食品精深加工项目", "演示海川食品集团", InvestmentStage.STARTED, "9600"),
    ("演示医疗器械研发中心项目", "演示康宁医疗公司", InvestmentStage.TALKS, "7500"),
)


def begin(desk: Desk, start: Callable[[datetime, Story], None]) -> None:
    """Everything that happens at its own time."""
    newcomers.begin(desk, start)
    meetings.begin(desk, start)
    for place in range(24):
        case = Case(desk, f"visit:{place}")
        start(desk.back(case.rng.randint(1, 40), case.rng), visit(case, place))
    for place, ending in enumerate(("closed", "reported", "passed", "received")):
        case = Case(desk, f"instruction:{place}")
        start(desk.back(14 - 4 * place, case.rng), instruction(case, ending, *NOTES[place]))
    case = Case(desk, "city")
    start(desk.back(6, case.rng), city(case))
    case = Case(desk, "projects")
    start(desk.back(20, case.rng), projects(case))


def add_registers(desk: Desk, seed: int) -> None:
    """Officers, surveys, rules, supervisors, stations, as they stood before the story begins."""
    rng, today = Random(f"{seed}:duties"), desk.base.date()
    for place, firm in enumerate(desk.firms[:40]):
        db.session.add(Liaison(enterprise=firm, unit=desk.unit(OFFICERS[place % len(OFFICERS)]), officer=bank.person(rng), post="副局长",
            phone=landline(700 + place),
                               starts_on=today - timedelta(days=200)))
    for title, action, unit, days in RULES:
        due = today + timedelta(days=days)
        done = due + timedelta(days=3) if days == -30 else None
        db.session.add(LocalRule(title=title, action=action, unit=desk.unit(unit), due_on=due, done_on=done, result="已印发" if done else None))
    for place in range(5):
        db.session.add(SpecialSupervisor(name=bank.person(rng), employer="演示商会", field=("政务服务", "市场监管", "法治环境", "金融服务", "要素保障")[place],
                                         phone=landline(800 + place), unit=desk.unit("jiwei"), starts_on=today - timedelta(days=300),
                                         ends_on=today + timedelta(days=430)))
    for place, town in enumerate(desk.towns[:4]):
        kind = StationKind.HOME if place == 3 else StationKind.STATION
        db.session.add(Station(name=f"{town.short_name}{kind.label}", kind=kind, unit=desk.unit("yingshangban"), town=town, head=bank.person(rng),
                               phone=landline(850 + place), opened_on=today - timedelta(days=400)))
    on_duty = today - timedelta(days=160 + (today.weekday() - 5) % 7)  # a Saturday before the story begins
    db.session.add(CalendarDay(day=on_duty, is_workday=True, label="防汛值守上班", source="演示防汛通知〔1〕号"))
    _surveys(desk, rng, today)
    db.session.flush()


def _surveys(desk: Desk, rng: Random, today: date) -> None:
    """The last two full months."""
    last = today.replace(day=1) - timedelta(days=1)
    for rank, ends in ((6, last.replace(day=1) - timedelta(days=1)), (4, last)):
        row = Survey(title=f"{ends.month}月企业满意度调查", period=f"{ends:%Y-%m}", unit=desk.unit("fagai"), starts_on=ends.replace(day=10),
            ends_on=ends, city_rank=rank)
        db.session.add(row)
        for firm in desk.firms[:30]:
            level = rng.choice(LEVELS)
            unit = desk.unit(rng.choice(OFFICERS)) if rng.random() < 0.6 else None
            reason = "办理进度不透明，希望主动告知。" if level == Satisfaction.NOT else None
            db.session.add(SurveyAnswer(survey=row, enterprise=firm, unit=unit, satisfaction=level, reason=reason,
                answered_on=ends - timedelta(days=rng.randint(0, 15))))


def visit(case: Case, place: int) -> Story:
    """One visit by the covering unit; every sixth enterprise has a problem."""
    desk = case.desk
    unit = desk.unit(OFFICERS[place % len(OFFICERS)])
    clerk = desk.clerk(unit)
    need = {"need_title": "希望协调银行续贷", "need": "两笔流动资金贷款月底到期，银行要求先还后贷。"} if place % 6 == 5 else {}
    with acting_as(clerk):
        Visit.enter(by=clerk, enterprise=desk.firms[place], unit=unit, officer=clerk.name, visited_on=now().date(), way=case.rng.choice(list(VisitWay)[:3]),
                    met=desk.firms[place].contact_name, situation="生产正常，订单较上季度基本持平，暂无扩产计划。", policies="稳岗返还、技改补贴", **need)
    yield from ()


NOTES = (  # unit, about, what the leader wrote, on which paper; what the unit answers, what was seen
    ("zhujian", "关于企业反映园区道路夜间照明不足的报告", "请住建局会同园区限期解决，结果报我。", "网格中心民情专报",
     "已更换损坏灯具十二盏，其余纳入本月维修计划。", "夜间现场核查，照明已恢复。"),
    ("renshe", "关于部分企业招用技能人才困难的调研报告", "请人社局牵头提出校企合作办法，先办一次专场招聘。", "区政协调研专报",
     "已组织专场招聘会一场，十六家企业与职业学校签订用工协议。", ""),
    ("shichang", "关于外资企业反映商标被仿冒的情况", "请市场监管局依法快查快办，并把结果告诉企业。", "涉外企业座谈会纪要", "", ""),
    ("zhujian", "关于标准厂房项目竣工验收排队时间长的反映", "请督查室了解情况，提出改进意见。", "重点项目周报", "", ""),
)


def instruction(
    case: Case, ending: str, unit: str, title: str, content: str, source: str, result: str = "", outcome: str = "",
) -> Story:
    """A leader's note, as far as it has come."""
    leader, office, desk = case.one("lingdao"), case.one("ducha"), case.desk
    with acting_as(leader):
        row = Instruction.register(by=leader, leader=leader.name, instructed_on=now().date(),
                                   title=title, content=content, source=source,
                                   source_number=f"专报{case.rng.randint(10, 60)}期")
    if ending == "received":
        return
    yield case.later()
    with acting_as(office):
        row.accept(by=office, opinion=f"拟转{desk.unit(unit)}主办，五个工作日内反馈。")
    yield case.soon()
    lead = desk.unit(unit)
    with acting_as(office):
        row.pass_on(by=office, lead=lead, due=desk.calendar.add(now().date(), 5), note="现场查看后提出方案。")
    if ending == "passed":
        return
    yield case.later(3)
    clerk = desk.clerk(lead)
    with acting_as(clerk):
        row.report(by=clerk, result=result)
    if ending == "closed":
        yield case.later(1)
        with acting_as(office):
            row.close(by=office, outcome=outcome)


def city(case: Case) -> Story:
    """Last month's notice of the city."""
    chair, today = case.one("tongchou"), now().date()
    with acting_as(chair):
        CityNotice.enter(by=chair, title="全市营商环境考核情况通报", issuer="市营转办", number=f"演示通报〔{today.year}〕9号",
                         period=f"{today.replace(day=1) - timedelta(days=1):%Y-%m}", issued_on=today, received_at=now())
    yield from ()


def projects(case: Case) -> Story:
    """Four projects; the first has a difficulty."""
    chair, desk = case.one("tongchou"), case.desk
    with acting_as(chair):
        rows = [
            Investment(name=name, investor=investor, stage=stage, amount=Decimal(amount), unit=desk.unit("shangwu"), unit_id=desk.unit("shangwu").id,
                       town=desk.towns[place % len(desk.towns)], officer=bank.person(case.rng),
                       signed_on=None if stage == InvestmentStage.TALKS else now().date())
            for place, (name, investor, stage, amount) in enumerate(PROJECTS)
        ]
        db.session.add_all(rows)
        db.session.flush()
        rows[1].serve(by=chair, served_on=now().date(), person=chair.name, content="陪同踏勘两处备选地块，介绍用地和物流政策。")
    yield case.later(4)
    with acting_as(chair):
        rows[0].serve(by=chair, served_on=now().date(), person=chair.name, content="协助准备环评和能评前期材料。", need_title="环评审批前置材料要求不一致",
                      need="两个部门对同一份监测报告的格式要求不同，企业来回修改。")
