"""Registers of supervision in the demo district, and when its stories begin (S1–S11, K9, T16)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from models import (
    ApprovalItem,
    Campaign,
    Check,
    ChecklistItem,
    Concentration,
    InquirySession,
    MajorProject,
    ParallelApproval,
    ReformItem,
    Suggestion,
    Trade,
    db,
)
from models.now import now
from models.supervision.online import draw
from models.supervision.states import Adoption, DrawResult, Method
from models.ticket import Outcome
from seeds.demo.desk import Case, Desk, acting_as
from seeds.demo.stories import supervising as tell

Story = Iterator[datetime]
CHECKS = (  # working days back, unit, method, enterprises, case files, what was found
    (52, "renshe", Method.ROUTINE, 3, 0, "稳岗返还名单核对滞后，两家企业未按月到账。"),
    (46, "shichang", Method.COVERT, 2, 4, "抽查案卷4卷，1卷无检查审批记录。"),
    (38, "shenpi", Method.SURPRISE, 0, 0, "上午十时三个窗口空岗。"),
    (31, "zhujian", Method.DIRECT, 2, 0, "施工许可材料清单与网上公布不一致。"),
    (24, "jinrong", Method.ROUTINE, 4, 0, "融资对接台账未记录结果。"),
    (17, "shengtai", Method.ROUTINE, 2, 3, "案卷规范，企业反映检查次数偏多。"),
    (10, "renshe", Method.COVERT, 1, 0, "咨询电话三次拨打一次未接。"),
    (4, "gongxin", Method.ROUTINE, 3, 0, "企业纠纷协调登记不全。"),
)
ITEMS = ("惠企政策是否按时兑现", "窗口是否在岗、一次告知", "涉企检查是否经过审批", "承诺事项是否按期办结", "企业诉求是否如实反馈")
SUPERVISED = ("renshe", "shichang", "shenpi", "zhujian", "jinrong", "shengtai", "gongxin")
GAINS = (("renshe", "失业保险金返还", 86), ("jinrong", "创业担保贷款", 640), ("caizheng", "企业退税", 210), ("gongxin", "清偿货款", 35),
         ("gongxin", "化解企业纠纷", None))
APPROVALS = (  # code, name, unit, legal, promised, green
    ("演示事项-01", "建筑工程施工许可证核发", "zhujian", 7, 3, 1), ("演示事项-02", "食品经营许可", "shichang", 20, 8, 5),
    ("演示事项-03", "企业设立登记", "shenpi", 3, 1, None), ("演示事项-04", "排污许可", "shengtai", 30, 15, 8),
    ("演示事项-05", "人力资源服务许可", "renshe", 20, 10, 5), ("演示事项-06", "特种设备使用登记", "shichang", 30, 10, 4),
    ("演示事项-07", "企业技术改造项目备案", "gongxin", 5, 2, 1),
)
TRADES = (  # code, project, owner, days back, 万元, supervised
    ("演示交易-01", "滨河路道路改造工程", "zhujian", 40, 3260, "INSIDE"), ("演示交易-02", "政务大厅设备采购", "shenpi", 26, 185, "INSIDE"),
    ("演示交易-03", "临港地块挂牌出让", "gongxin", 18, 9800, "INSIDE"), ("演示交易-04", "园区闲置厂房出租", "gongxin", 9, 42, "OUTSIDE"),
)


def add_registers(desk: Desk, today: date) -> None:
    """Campaign, checklist, approval items, ledgers."""
    campaign = Campaign(
        code="DEMO-ZX-01", name="示范区惠企政策和涉企执法专项监督", starts_on=today - timedelta(days=80), ends_on=today + timedelta(days=40),
        host=desk.unit("jiwei"), focus="惠企政策兑现、窗口作风、涉企检查。", units=list(dict.fromkeys(desk.unit(code) for code in SUPERVISED)),
    )
    campaign.items = [ChecklistItem(code=f"DEMO-QD-{place}", content=text, sort=place * 10) for place, text in enumerate(ITEMS, 1)]
    db.session.add(campaign)
    db.session.flush()
    db.session.add_all(
        ApprovalItem(code=code, name=name, unit=desk.unit(unit), legal_days=legal, promised_days=promised, green_days=green)
        for code, name, unit, legal, promised, green in APPROVALS
    )
    db.session.add_all(_projects(desk, today))
    db.session.add_all(_ledgers(desk, today))
    db.session.flush()


def _projects(desk: Desk, today: date) -> list[MajorProject]:
    return [
        MajorProject(name="演示新材料产业园一期", kind="ENTERPRISE", level="CITY", lead=desk.unit("gongxin"), owner="演示新材料科技有限公司",
                     investment=52000, green_channel=True, starts_on=today - timedelta(days=70), ends_on=today + timedelta(days=300)),
        MajorProject(name="演示临港园区供热管网", kind="CLUSTER", level="DISTRICT", lead=desk.unit("zhujian"), owner="演示城投集团",
                     investment=8600, starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=120)),
    ]


def _ledgers(desk: Desk, today: date) -> Iterator[object]:
    for kind, title, unit, ago in (("POWER", "企业投资项目备案", "gongxin", 60), ("NEGATIVE", "限制类高耗能项目", "shengtai", 60),
                                   ("CANCELLED", "户外广告登记", "shichang", 35), ("ADJUSTED", "劳务派遣经营许可下放", "renshe", None)):
        done = today - timedelta(days=ago) if ago else None
        yield ReformItem(kind=kind, title=title, unit=desk.unit(unit), basis="全区行政审批制度改革方案", done_on=done, published=bool(done),
                         due_on=today + timedelta(days=10))
    for place, unit in enumerate(("shichang", "zhujian", "renshe", "shengtai", "gongxin")):
        stood = today - timedelta(days=90 - 15 * place)
        yield Concentration(unit=desk.unit(unit), section_on=stood, stationed_on=stood, items_on=stood if place < 3 else None,
                            authorised_on=stood if place < 2 else None, items_total=20 + place, items_in=20 + place if place < 2 else 15)
    joined = [desk.unit(code) for code in ("shengtai", "gongan", "gongxin", "shichang")]
    yield ParallelApproval(name="工程建设项目竣工联合验收", lead=desk.unit("zhujian"), units=joined,
                           days_before=25, days_after=10, plan_on=today - timedelta(days=75), running_on=today - timedelta(days=50))
    for name, lead in (("技术改造项目备案并联办理", "gongxin"), ("食品企业开办并联审批", "shichang")):
        yield ParallelApproval(name=name, lead=desk.unit(lead), units=[desk.unit("shenpi"), desk.unit("shengtai")], days_before=18, days_after=8,
                               plan_on=today - timedelta(days=66), running_on=today - timedelta(days=31))
    for code, title, owner, ago, amount, state in TRADES:
        yield Trade(code=code, title=title, kind={"1": "WORKS", "2": "PURCHASE", "3": "LAND", "4": "PROPERTY"}[code[-1]], owner=desk.unit(owner),
                    held_on=today - timedelta(days=ago), amount=amount, supervised=state)
    yield InquirySession(kind="QUESTIONING", name="上半年人民质询会", held_on=today - timedelta(days=28), place="区会议中心", host=desk.unit("jiwei"),
                         units=[desk.unit(code) for code in ("zhujian", "shichang", "gongxin")], attendees=86, minutes="围绕施工许可和涉企检查提问14个。")
    yield InquirySession(kind="RATING", name="窗口单位群众评议", held_on=today - timedelta(days=12), place="政务大厅", host=desk.unit("jiwei"),
                         units=[desk.unit("shenpi")], attendees=120, voted=118, approved=104)


def begin(desk: Desk, start: Callable[[datetime, Story], None]) -> None:
    """Everything that happens at its own time."""
    for place, told in enumerate(CHECKS):
        case = Case(desk, f"check:{place}")
        start(desk.back(told[0], case.rng), tell.checked(case, told, place, ITEMS))
    for place, (days, story) in enumerate(tell.SHOWN):
        case = Case(desk, f"supervised:{place}")
        start(desk.back(days, case.rng), story(case))


def add_results(desk: Desk, seed: int) -> None:
    """Suggestions, outcomes and the test of online items, as they stand at the end."""
    supervisor, today = desk.people["ducha"], now().date()
    checks = db.session.scalars(db.select(Check).order_by(Check.held_on)).all()
    told = ((0, "稳岗返还改为免申即享", Adoption.ADOPTED), (1, "涉企检查合并实施", Adoption.PARTLY), (2, "窗口实行AB岗", Adoption.ADOPTED),
            (4, "融资对接结果按月回访", Adoption.PENDING), (7, "企业纠纷协调实行台账销号", Adoption.ADOPTED))
    with acting_as(supervisor):
        for place, content, adoption in told:
            check = checks[place]
            answered = None if adoption == Adoption.PENDING else check.held_on + timedelta(days=14)
            db.session.add(Suggestion(made_on=check.held_on, unit=check.unit, campaign=check.campaign, check=check, content=content, adoption=adoption,
                                      answered_on=answered, answer="已落实。" if answered else None))
        for unit, kind, amount in GAINS:
            db.session.add(Outcome(campaign=checks[0].campaign, unit=desk.unit(unit), kind=kind, amount=amount, at=now()))
        rows = draw(len(APPROVALS), by=supervisor, seed=seed)
        for place, row in enumerate(rows[:3]):
            row.result, row.tested_on, row.tester = DrawResult.SMOOTH, today, supervisor.name
            if place == 2:
                row.result, row.fault = DrawResult.FAULTY, "网上材料清单与窗口不一致"
    db.session.flush()
