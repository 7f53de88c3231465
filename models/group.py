"""Working groups (工作组、专班) with lead and member units (O3)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import Labelled, db
from models.document import SourceDocument
from models.unit import Unit


class GroupKind(Labelled):
    COORDINATION = "COORDINATION", "统筹推进"
    KEY = "KEY", "重点工作"
    TASKFORCE = "TASKFORCE", "专班"


class MemberRole(Labelled):
    LEAD = "LEAD", "牵头单位"
    MEMBER = "MEMBER", "责任单位"


class WorkGroup(db.Model):
    """A standing group or a temporary task force (with an end date)."""

    __tablename__ = "work_group"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("代码", 40, required=True, unique=True)
    name: Mapped[str] = c.text("名称", 60, required=True, unique=True)
    full_name: Mapped[str | None] = c.text("全称", 120)
    kind: Mapped[GroupKind] = c.choice("类型", GroupKind, default=GroupKind.KEY)
    document_id: Mapped[int | None] = c.ref("source_document.id", "依据文件")
    clause: Mapped[str | None] = c.text("条款", 60)
    all_members: Mapped[bool] = c.flag("含全部部门单位", help="文件写“各部门、各单位”时勾选")
    towns: Mapped[bool] = c.flag("含各镇街园区", help="文件写“各镇街（园区）”时勾选")
    ends_on: Mapped[date | None] = c.day("截止日期", help="临时攻坚专班填写")
    is_active: Mapped[bool] = c.flag("启用", default=True)

    document: Mapped[SourceDocument | None] = relationship()
    memberships: Mapped[list["GroupMembership"]] = relationship(back_populates="group")

    def units(self, role: MemberRole | None = None) -> list[Unit]:
        """Active units of the group: the leads, the responsible units, or (no role) both."""
        named = [m.unit for m in self.memberships if role in (None, m.role)]
        if role != MemberRole.LEAD and (self.all_members or self.towns):
            # 各部门、各单位 are real offices: neither task forces nor bodies outside the district's line.
            query = sa.select(Unit).where(Unit.is_active, Unit.kind.not_in(["TASKFORCE", "OTHER"])).order_by(Unit.sort, Unit.id)
            if not self.all_members:
                query = query.where(Unit.kind == "TOWN")
            leads = {m.unit_id for m in self.memberships if m.role == MemberRole.LEAD}
            named += [u for u in db.session.scalars(query) if role is None or u.id not in leads]
        return [unit for unit in dict.fromkeys(named) if unit.is_active]

    def __str__(self) -> str:
        return self.name


class GroupMembership(db.Model):
    """A unit in a group, as lead or as responsible unit."""

    __tablename__ = "group_membership"

    id: Mapped[int] = c.key()
    group_id: Mapped[int] = c.ref("work_group.id", "工作组", required=True, index=False)
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True)
    role: Mapped[MemberRole] = c.choice("身份", MemberRole, default=MemberRole.MEMBER)

    group: Mapped[WorkGroup] = relationship(back_populates="memberships")
    unit: Mapped[Unit] = relationship()

    __table_args__ = (sa.UniqueConstraint("group_id", "unit_id"),)

    def __str__(self) -> str:
        return f"{self.group}·{self.unit}（{self.role.label}）"
