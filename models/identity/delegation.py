"""A role lent to a colleague for some days (代理): dated, ending by itself, visible in everything done with it."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope
from models.base import db
from models.errors import Invalid, NotPermitted, Refused
from models.identity.policy import limit
from models.now import now
from models.user import Role, User


class Delegation(db.Model):
    """`lender` lends `role` to `stand_in` from `starts_on` to `ends_on`, both included."""

    __tablename__ = "delegation"

    id: Mapped[int] = c.key()
    lender_id: Mapped[int] = c.ref("user_account.id", "被代理人", required=True)
    stand_in_id: Mapped[int] = c.ref("user_account.id", "代理人", required=True)
    role_id: Mapped[int] = c.ref("role.id", "角色", required=True)
    starts_on: Mapped[date] = c.day("起始日期", required=True)
    ends_on: Mapped[date] = c.day("截止日期", required=True)
    reason: Mapped[str] = c.text("事由", 120, required=True)
    made_by_id: Mapped[int] = c.ref("user_account.id", "办理人", required=True)
    made_at: Mapped[datetime] = c.stamp("办理时间")
    ended_at: Mapped[datetime | None] = c.when("提前结束时间")

    lender: Mapped[User] = relationship(foreign_keys=lender_id)
    stand_in: Mapped[User] = relationship(foreign_keys=stand_in_id)
    role: Mapped[Role] = relationship()
    made_by: Mapped[User] = relationship(foreign_keys=made_by_id)

    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="days_in_order"),
        sa.CheckConstraint("lender_id <> stand_in_id", name="two_people"),
    )

    @property
    def in_force(self) -> bool:
        """Whether it counts today."""
        return self.ended_at is None and self.starts_on <= now().date() <= self.ends_on

    @property
    def standing(self) -> str:
        """How it stands, in one word."""
        if self.ended_at:
            return "已提前结束"
        today = now().date()
        return "未开始" if today < self.starts_on else "代理中" if today <= self.ends_on else "已到期"

    def __str__(self) -> str:
        return f"{self.stand_in} 代 {self.lender}（{self.role}）"


def may_arrange(by: User, lender: User) -> bool:
    """One's own roles; those of one's unit for its head; anybody's for the security administrator."""
    if by.id == lender.id:
        return not by.admin_kind
    level = by.own_level("delegation:create")
    return level == "ALL" or (level == "UNIT" and by.unit_id is not None and by.unit_id == lender.unit_id)


def colleagues(lender: User) -> list[User]:
    """Who may stand in: active people of the same unit, administrators never."""
    rows = db.session.scalars(
        sa.select(User).where(User.is_active, User.id != lender.id, User.unit_id == lender.unit_id, User.unit_id.is_not(None)).order_by(User.name)
    )
    return [user for user in rows if not user.admin_kind]


def lend(*, by: User, lender: User, stand_in: User, role: Role, starts_on: date, ends_on: date, reason: str) -> Delegation:
    """Lend a role; refused when it is not the lender's own, an administrator's, or to somebody outside the unit."""
    if not may_arrange(by, lender):
        raise NotPermitted("只能托付本人的角色；本单位人员的角色由单位负责人或安全管理员安排")
    if lender.admin_kind or role.admin_kind or stand_in.admin_kind:
        raise Refused("系统、安全、审计三员的角色不能代理，三员也不能代理他人")
    if role not in lender.roles:  # what one has borrowed is not one's own to lend
        raise Refused(f"{lender.name}本人没有“{role.name}”角色，借来的角色不能再转托")
    if stand_in.id not in {user.id for user in colleagues(lender)}:
        raise Refused("只能由本单位启用中的同事代理")
    if role in stand_in.roles:
        raise Refused(f"{stand_in.name}本来就是“{role.name}”，不需要代理")
    _check_days(starts_on, ends_on)
    _check_overlap(stand_in, role, starts_on, ends_on)
    row = Delegation(lender=lender, stand_in=stand_in, role=role, starts_on=starts_on, ends_on=ends_on, reason=reason, made_by=by)
    with scope.everything():  # the guard is above
        db.session.add(row)
        db.session.flush()
    return row


def _check_days(starts_on: date, ends_on: date) -> None:
    if starts_on < now().date():
        raise Invalid("starts_on", "起始日期不能早于今天")
    if ends_on < starts_on:
        raise Invalid("ends_on", "截止日期不能早于起始日期")
    most = limit("delegation_days")
    if ends_on - starts_on >= timedelta(days=most):
        raise Invalid("ends_on", f"一次代理最长{most}天")


def _check_overlap(stand_in: User, role: Role, starts_on: date, ends_on: date) -> None:
    """One stand-in stands in one role for one person at a time; otherwise nobody could say for whom an act was done."""
    clash = db.session.scalar(sa.select(Delegation).where(
        Delegation.stand_in_id == stand_in.id, Delegation.role_id == role.id, Delegation.ended_at.is_(None),
        Delegation.starts_on <= ends_on, Delegation.ends_on >= starts_on,
    ).limit(1))
    if clash:
        raise Refused(f"{stand_in.name}在这段时间已代理{clash.lender.name}的“{role.name}”")


def take_back(row: Delegation, *, by: User) -> None:
    """End it before its day: the lender, whoever might have arranged it, or the stand-in who gives it back."""
    if by.id != row.stand_in_id and not may_arrange(by, row.lender):
        raise NotPermitted("只有被代理人、代理人、单位负责人和安全管理员可以提前结束")
    if row.ended_at or row.ends_on < now().date():
        raise Refused("这项代理已经结束")
    with scope.everything():
        row.ended_at = now()
        db.session.flush()
