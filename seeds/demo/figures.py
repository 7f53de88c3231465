"""A small set of everything behind the figures: catalogues, new media, interpretations, articles, policies, services, slices (K2–K10, A6)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import sqlalchemy as sa

from models import Indicator, IndicatorProblem, IndicatorResult, Unit, db
from models.enterprise import Enterprise
from models.group import MemberRole
from models.now import as_of, now
from models.openness import (
    Article,
    CertificateCut,
    DataCatalogue,
    DomainField,
    ElectronicLicence,
    FieldWork,
    Highlight,
    Interpretation,
    MediaAccount,
    MediaPost,
    Policy,
    PolicyDocument,
    PolicyGrant,
    ServiceActivity,
    ServiceItem,
    ServiceRating,
    Topic,
    list_media_faults,
)
from models.openness.activity import ActivityKind
from models.openness.catalogue import Cycle, Openness
from models.openness.disclosure import InterpretationForm
from models.openness.field import WorkState
from models.openness.media import Platform
from models.openness.policy import PolicyCategory, PolicyForm
from models.openness.publicity import MediaLevel, PieceKind, Side
from models.openness.service import Audience, Reform
from models.rating import rate_month
from models.report.group_slice import GroupSlice, open_slices
from models.report.period import Span, name_of, previous

CODES = ("shenpi", "renshe", "shichang", "zhujian", "caizheng", "gongxin", "sifa", "fagai", "shangwu", "jinrong")


class Figures:
    """One district's registers at the demo's last day."""

    def __init__(self, today: date, seed: int) -> None:
        self.today, self.rng = today, Random(f"{seed}:figures")
        found = {unit.code: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.is_active))}
        self.units = [found[code] for code in CODES if code in found]
        self.period = name_of(Span.MONTH, today)
        self.before = previous(Span.MONTH, self.period)

    def ago(self, days: int) -> date:
        """A day in the past."""
        return self.today - timedelta(days=days)

    def add(self) -> None:
        """Everything, in the order in which it refers to itself."""
        for part in (self._fields, self._data, self._media, self._papers, self._publicity, self._policies, self._services, self._scores):
            db.session.add_all(list(part()))
            db.session.flush()
        for period in (self.before, self.period):
            open_slices(period)
        self._fill_slices()
        list_media_faults()
        for period in (self.before, self.period):
            rate_month(period)

    def _fields(self) -> Iterator[object]:
        works = ("压减审批材料", "并联审批提速", "线上办理全覆盖", "数据归集补齐")
        for place, field in enumerate(db.session.scalars(sa.select(DomainField).order_by(DomainField.number).limit(6))):
            unit = self.units[place % len(self.units)]
            field.unit, field.required = unit, 12
            field.filled, field.checked_on = 12 - place, self.ago(3 + place)
            done = place % 3 == 0
            yield FieldWork(
                field=field, unit=unit, title=works[place % 4], due_on=self.today + timedelta(days=20 - 12 * place), measure="明确责任科室，每周调度一次。",
                state=WorkState.DONE if done else WorkState.OPEN, done_on=self.ago(2) if done else None, progress="按计划推进",
            )

    def _data(self) -> Iterator[object]:
        names = ("企业基本信息", "行政许可结果", "行政处罚结果", "项目备案信息")
        for place, unit in enumerate(self.units):
            for number in range(1 + place % 3):
                closed = (place + number) % 5 == 4
                yield DataCatalogue(
                    unit=unit, name=names[number], rows=12 if (place + number) % 6 == 5 else 40 + 13 * place, cycle=Cycle.MONTH,
                    updated_on=self.ago(45 if (place + number) % 7 == 6 else 9), openness=Openness.CLOSED if closed else Openness.OPEN,
                )
            if place < 5:
                yield ElectronicLicence(unit=unit, name=("营业执照", "人力资源服务许可证", "食品经营许可证", "建筑业资质证书", "会计代理记账许可证")[place],
                                        sealed=place != 3, issued=120 * (5 - place), updated_on=self.ago(6))
                for period in (self.before, self.period):
                    yield CertificateCut(unit=unit, period=period, item="企业变更登记", certificate="住所使用证明", cases=8 + place,
                                         proof="承诺书样式和办件截图", verified=True if period == self.before else None)

    def _media(self) -> Iterator[object]:
        for place, unit in enumerate(self.units[:6]):
            account = MediaAccount(unit=unit, name=f"示范{unit.short_name or unit.name}", platform=list(Platform)[place % 3], filed_on=self.ago(400))
            yield account
            # One account has been silent for too long, another has posted nothing of its own.
            for days in (3, 8, 17) if place not in (2, 4) else (12, 25) if place == 2 else (2, 9):
                yield MediaPost(account=account, unit=unit, posted_on=self.ago(days), title="惠企政策一图读懂", original=place != 4)

    def _papers(self) -> Iterator[object]:
        forms = list(InterpretationForm)
        for place, unit in enumerate([*self.units[:3], *(unit for unit in self.units if unit.code == "gongxin")]):
            paper = PolicyDocument(unit=unit, title=f"支持企业发展若干措施之{'一二三四'[place]}", number=f"示政办〔{self.today.year}〕{place + 11}号",
                                   issued_on=self.ago(6 + 9 * place), linked=place != 3)
            yield paper
            for form in forms[place:place + (1 if place == 2 else 2)]:
                yield Interpretation(document=paper, unit=unit, form=form, published_on=self.ago(5 + 9 * place), address="政府网站政策解读栏目")
            yield Topic(unit=unit, title=f"优化营商环境专项方案（{'一二三四'[place]}）", held_on=self.ago(5 + 8 * place), interpreted=place != 1,
                        public_interest=True, representatives=0 if place == 2 else 2, names=None if place == 2 else "演示-代表甲、演示-代表乙")

    def _publicity(self) -> Iterator[object]:
        for place, unit in enumerate(self.units):
            for month in (0, 31):
                if place % 4 != 3:
                    yield Article(unit=unit, kind=PieceKind.ARTICLE, title="窗口服务前移到园区", day=self.ago(month + 3),
                                  medium="示范日报", level=MediaLevel.CITY)
                for _ in range(2 if place % 3 else 1):
                    yield Article(unit=unit, kind=PieceKind.LEAD, title="帮办代办典型做法", day=self.ago(month + 2))
        yield Highlight(unit=self.units[0], side=Side.BRIGHT, title="企业开办一日办结", content="材料压减、环节合并，当日领照。", found_on=self.ago(4),
                        source="走访", outcome="拟全区推广")
        yield Highlight(unit=self.units[3], side=Side.SHORT, title="施工许可补正多次", content="同一项目三次补正，未一次性告知。", found_on=self.ago(5),
                        source="特邀监督员", outcome="已约谈窗口负责人", as_lead=True)
        yield Highlight(unit=self.units[2], side=Side.SHORT, title="咨询电话无人接听", content="工作时间连续三次无人接听。", found_on=self.ago(8),
                        source="明察暗访")

    def _policies(self) -> Iterator[object]:
        firms = list(db.session.scalars(sa.select(Enterprise).where(Enterprise.is_active).order_by(Enterprise.id).limit(8)))
        rows = (
            ("小微企业用工补贴", PolicyCategory.SUBSIDY, PolicyForm.AUTOMATIC, "renshe", {"for_scale": "MICRO"}),
            ("首贷贴息", PolicyCategory.FINANCE, PolicyForm.APPLY, "jinrong", {"for_scale": "SMALL"}),
            ("规上工业企业奖励", PolicyCategory.HONOUR, PolicyForm.APPLY, "gongxin", {"for_industry": "制造"}),
            ("新设企业房租减免", PolicyCategory.SUBSIDY, PolicyForm.AUTOMATIC, "caizheng", {"for_years": 2}),
        )
        by_code = {unit.code: unit for unit in self.units}
        for place, (title, category, form, code, criteria) in enumerate(rows):
            unit = by_code.get(code, self.units[0])
            policy = Policy(title=title, category=category, form=form, unit=unit, published_on=self.ago(60) if place != 3 else None,
                            summary="符合条件的企业按标准兑现。", **criteria)
            yield policy
            for number, firm in enumerate(firms[place:place + 2]):
                yield PolicyGrant(policy=policy, enterprise=firm, unit=unit, granted_on=self.ago(2 + 14 * number),
                                  amount=Decimal("1.50") * (place + 1), form=form)

    def _services(self) -> Iterator[object]:
        items = (("开办企业一件事", Reform.ONE_THING), ("企业注销一件事", Reform.ONE_THING), ("社保转移接续", Reform.CROSS_PROVINCE),
                 ("营业执照打印", Reform.SELF_SERVICE))
        for place, (name, reform) in enumerate(items):
            yield ServiceItem(unit=self.units[place % 3], name=name, reform=reform, audience=Audience.ENTERPRISE, guide=place != 1)
        for place, unit in enumerate(self.units[:4]):
            for period in (self.before, self.period):
                yield ServiceRating(unit=unit, desk=f"{place + 1}号综合窗口", period=period, handled=260, very_good=180 - 20 * place, good=20, fair=6,
                                    poor=place * 4, very_poor=place, corrected=place * 3)
        for place, kind in enumerate(list(ActivityKind)[:6]):
            yield ServiceActivity(unit=self.units[place], kind=kind, title=f"{kind.label}进园区", held_on=self.ago(3 + 6 * place), place="示范园区",
                                  enterprises=18 + 5 * place, people=60, result="现场解答并登记需求。")

    def _scores(self) -> Iterator[object]:
        """Points the lead groups gave their members, and the problems they handed in."""
        indicators = db.session.scalars(sa.select(Indicator).where(Indicator.is_active, Indicator.group_id.is_not(None)).order_by(Indicator.sort)).all()
        for place, indicator in enumerate(indicators):
            for unit in indicator.group.units(MemberRole.MEMBER)[:16]:
                for period in (self.before, self.period):
                    low = self.rng.random() < 0.12
                    points = self.rng.randint(6600, 8900) if low else self.rng.randint(9000, 9950)
                    yield IndicatorResult(indicator=indicator, period=period, unit=unit, value=Decimal(points) / 100)
            leads = indicator.group.units(MemberRole.LEAD)
            if leads and place % 4 != 3:
                late = place % 4 == 2
                moment = datetime.combine(date.fromisoformat(f"{self.before}-01"), datetime.min.time()) + timedelta(days=21 if late else 17, hours=9)
                yield IndicatorProblem(indicator=indicator, period=self.before, unit=leads[0], problem="部分单位数据报送不及时，位次有波动。",
                                       measures="逐项对账，每周调度。", handed_in_at=moment)

    def _fill_slices(self) -> None:
        """Earlier months are filled in but for one group; this month has just been laid out."""
        rows = db.session.scalars(sa.select(GroupSlice).where(GroupSlice.period < self.period).order_by(GroupSlice.id)).all()
        for row in rows[:-1]:
            with as_of(row.due_at - timedelta(hours=5)):
                row.content = f"{row.group}本月部署事项均按进度推进，{'无久拖未完成事项' if self.rng.random() < 0.7 else '一项因上级系统对接延后'}。"


def add_figures(seed: int) -> None:
    """The whole set, as of now."""
    Figures(now().date(), seed).add()
