"""Units (单位), their people and the other names they go by (O1, O2)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship, validates

from models import columns as c
from models.base import Labelled, db


class UnitKind(Labelled):
    PARTY = "PARTY", "党委部门"
    GOVERNMENT = "GOVERNMENT", "政府部门"
    JUDICIAL = "JUDICIAL", "司法机关"
    MASS = "MASS", "群团组织"
    VERTICAL = "VERTICAL", "垂管单位"
    TOWN = "TOWN", "镇街园区"
    CENTRE = "CENTRE", "服务中心"
    UTILITY = "UTILITY", "公用企业"
    TASKFORCE = "TASKFORCE", "议事协调与专班"
    OTHER = "OTHER", "其他"


class ContactPost(Labelled):
    PRINCIPAL = "PRINCIPAL", "主要负责人"
    DEPUTY = "DEPUTY", "分管领导"
    HANDLER = "HANDLER", "具体负责人"


def initials(name: str) -> str:
    """Pinyin initials of a name, upper case (区人社局 → QRSJ): what clerks type to pick a unit."""
    from pypinyin import Style, lazy_pinyin  # 55 MB, which most processes never need

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda rest: rest)).upper()[:40]


class Unit(db.Model):
    """An organisation that can be responsible for something."""

    __tablename__ = "unit"

    id: Mapped[int] = c.key()
    code: Mapped[str] = c.text("代码", 40, required=True, unique=True, help="英文短码，数据包以它为键，设定后不改")
    name: Mapped[str] = c.text("单位名称", 60, required=True, unique=True, help="文书主送、列表所用的规范简称")
    full_name: Mapped[str | None] = c.text("单位全称", 120)
    short_name: Mapped[str | None] = c.text("简称", 30)
    kind: Mapped[UnitKind] = c.choice("类型", UnitKind, default=UnitKind.GOVERNMENT)
    parent_id: Mapped[int | None] = c.ref("unit.id", "上级单位")
    successor_id: Mapped[int | None] = c.ref("unit.id", "职责承接单位", help="机构改革后由哪个单位承接；历史仍显示原名")
    valid_from: Mapped[date | None] = c.day("启用日期")
    valid_to: Mapped[date | None] = c.day("停用日期")
    pinyin: Mapped[str] = c.text("拼音首字母", 40, required=True, default="", index=True)
    sort: Mapped[int] = c.whole("排序", default=500)
    is_active: Mapped[bool] = c.flag("启用", default=True)
    note: Mapped[str | None] = c.text("备注", 200)

    contacts: Mapped[list["UnitContact"]] = relationship(back_populates="unit", order_by="UnitContact.post")
    aliases: Mapped[list["UnitAlias"]] = relationship(back_populates="unit", order_by="UnitAlias.alias")
    parent: Mapped["Unit | None"] = relationship(foreign_keys=parent_id, remote_side=id)
    successor: Mapped["Unit | None"] = relationship(foreign_keys=successor_id, remote_side=id)

    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name="valid_in_order"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_own_parent"),
    )

    @validates("name")
    def _spell(self, _key: str, name: str) -> str:
        self.pinyin = initials(name)
        return name

    def __str__(self) -> str:
        return self.name


class UnitContact(db.Model):
    """A person of a unit by post (O2). Phones are shown masked."""

    __tablename__ = "unit_contact"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True)
    post: Mapped[ContactPost] = c.choice("岗位", ContactPost, default=ContactPost.HANDLER)
    name: Mapped[str] = c.text("姓名", 30, required=True)
    section: Mapped[str | None] = c.text("业务股室", 60)
    phone: Mapped[str | None] = c.personal("办公电话")
    mobile: Mapped[str | None] = c.personal("手机", length=20)
    is_active: Mapped[bool] = c.flag("在岗", default=True)

    unit: Mapped[Unit] = relationship(back_populates="contacts")

    def __str__(self) -> str:
        return f"{self.name}（{self.post.label}）"


class UnitAlias(db.Model):
    """Another way the documents or other systems write a unit's name; one alias, one unit."""

    __tablename__ = "unit_alias"

    id: Mapped[int] = c.key()
    unit_id: Mapped[int] = c.ref("unit.id", "单位", required=True)
    alias: Mapped[str] = c.text("别名", 120, required=True, unique=True)

    unit: Mapped[Unit] = relationship(back_populates="aliases")

    def __str__(self) -> str:
        return self.alias


def find_unit(name: str) -> Unit | None:
    """The unit that goes by `name`: official, full or short name, alias or code."""
    name = name.strip()
    exact = sa.or_(Unit.name == name, Unit.full_name == name, Unit.short_name == name, Unit.code == name)
    found = db.session.scalars(sa.select(Unit).where(exact).order_by(Unit.is_active.desc())).first()
    return found or db.session.scalar(sa.select(Unit).join(UnitAlias).where(UnitAlias.alias == name))


def unit_names() -> tuple[dict[str, int], set[str]]:
    """Every spelling of an active unit → its id; the spellings of retired ones."""
    active: dict[str, int] = {}
    retired: set[str] = set()
    units = {unit.id: unit for unit in db.session.scalars(sa.select(Unit).order_by(Unit.is_active.desc(), Unit.id))}
    pairs = [(text, unit.id) for unit in units.values() for text in (unit.name, unit.full_name, unit.short_name, unit.code) if text]
    pairs += [(alias.alias, alias.unit_id) for alias in db.session.scalars(sa.select(UnitAlias))]
    for text, unit_id in pairs:
        if units[unit_id].is_active:
            active.setdefault(text, unit_id)
        else:
            retired.add(text)
    return active, retired - active.keys()
