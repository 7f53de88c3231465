"""Units planning, filing, visiting; the park committee arranging; each step by the person who usually takes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models import Enterprise, Inspection, InspectionField, Inspector, JointInspection, Unit, User, db
from models.inspection.merging import propose_joints
from models.inspection.states import Finding, UrgentGround
from models.now import TZ, as_of
from seeds.demo.fictitious import credit_code
from tests.cast import Cast

MONDAY = datetime(2024, 8, 5, 9, 0, tzinfo=TZ)
PEOPLE = "演示-检查一、演示-检查二"


def day(text: str) -> datetime:
    """`2024-08-06 10:00`, local time."""
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


@contextmanager
def at(text: str) -> Iterator[None]:
    """As if it were that moment."""
    with as_of(day(text)):
        yield


def page(notice: Any) -> bytes:
    """A stand-in for the printed letter."""
    return f"%PDF {notice.number}".encode()


class Desk:
    """What the tests do again and again."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.serial = cast, 100

    def user(self, username: str) -> User:
        """A person by log-in name."""
        return db.session.scalars(sa.select(User).where(User.username == username)).one()

    def unit(self, code: str) -> Unit:
        """A unit by code."""
        return db.session.scalars(sa.select(Unit).where(Unit.code == code)).one()

    def field(self, code: str = "weihua") -> InspectionField:
        """A field of supervision of the packs."""
        return db.session.scalars(sa.select(InspectionField).where(InspectionField.code == code)).one()

    def firm(self, name: str = "", **more: Any) -> Enterprise:
        """One more enterprise."""
        self.serial += 1
        row = Enterprise(name=name or f"演示企业{self.serial}有限公司", credit_code=credit_code(self.serial), **more)
        db.session.add(row)
        db.session.flush()
        return row

    def plan(self, firm: Enterprise, on: date = date(2024, 8, 20), *, by: str = "jia_clerk", field: str = "weihua", **more: Any) -> Inspection:
        """A plan on the head's desk."""
        user = self.user(by)
        given = {"title": "危险化学品专项检查", "items": "仓储和台账", "basis": "安全生产法第六十五条", "dates": [(firm, on)]}
        return Inspection.plan(by=user, unit=user.unit, field=self.field(field), **given | more)

    def filed(self, firm: Enterprise, on: date = date(2024, 8, 20), *, by: str = "jia_clerk", **more: Any) -> Inspection:
        """A plan the head has approved and the clerk has filed."""
        row = self.plan(firm, on, by=by, **more)
        row.approve(by=self.head(by))
        row.file(by=self.user(by))
        return row

    def head(self, clerk: str) -> User:
        """The head of the clerk's unit; made when the cast has none."""
        unit = self.user(clerk).unit
        found = db.session.scalars(sa.select(User).where(User.unit == unit, User.username.endswith("_head"))).first()
        if found is None:
            role = self.cast.jia_head.roles[0]
            found = User(username=f"{unit.code}_head", name="演示-负责", unit=unit, roles=[role])
            db.session.add(found)
            db.session.flush()
        return found

    def direct(self, firm: Enterprise, on: date = date(2024, 8, 5), *, by: str = "jia_clerk", **more: Any) -> Inspection:
        """An urgent visit, carried out."""
        user = self.user(by)
        given = {
            "title": "举报核查", "items": "举报事项", "basis": "举报件2024-17号", "ground": UrgentGround.COMPLAINT, "reason": "举报件2024-17号",
            "inspectors": PEOPLE,
        }
        return Inspection.direct(by=user, unit=user.unit, field=self.field(), dates=[(firm, on)], **given | more)

    def visit(self, row: Inspection, on: date = date(2024, 8, 20), finding: Finding = Finding.CLEAN, *, by: str = "jia_clerk", **more: Any) -> None:
        """The result of one visit."""
        row.visit(by=self.user(by), visited_on=on, inspectors=PEOPLE, finding=finding, note="现场查看", **more)

    def proposed(self, firm: Enterprise, on: date = date(2024, 8, 20)) -> JointInspection:
        """Two units want to see the same enterprise; the sweep proposes."""
        self.filed(firm, on)
        self.filed(firm, on, by="bing_clerk", field="shipin", title="食品生产检查", items="生产许可")
        propose_joints()
        return db.session.scalars(sa.select(JointInspection).order_by(JointInspection.id.desc())).first()

    def agreed(self, firm: Enterprise, on: date = date(2024, 8, 20)) -> JointInspection:
        """Arranged by the park committee, confirmed by both units."""
        joint = self.proposed(firm, on)
        joint.arrange(by=self.user("park"), lead=joint.unit, planned_on=on)
        joint.confirm(by=self.user("jia_clerk"))
        joint.confirm(by=self.user("bing_clerk"))
        return joint

    def told(self, firm: Enterprise, on: date = date(2024, 8, 20)) -> JointInspection:
        """The enterprise has its letter."""
        joint = self.agreed(firm, on)
        joint.notify(by=self.user("park"), contact="演示-园区，0000-2000001")
        joint.notices[0].issue(by=self.cast.supervisor, render=page)
        return joint

    def done(self, firm: Enterprise, on: date = date(2024, 8, 20)) -> JointInspection:
        """Carried out on its day."""
        joint = self.told(firm, on)
        with at(f"{on} 16:00"):
            joint.carry_out(by=self.user("jia_clerk"), visited_on=on, inspectors=PEOPLE, result="一次完成")
        return joint

    def inspectors(self, count: int = 4, unit: str = "renshe") -> None:
        """People with certificates."""
        for n in range(count):
            db.session.add(Inspector(name=f"演示-检查{n}", unit=self.unit(unit), certificate=f"YS{unit}{n:03d}"))
        db.session.flush()
