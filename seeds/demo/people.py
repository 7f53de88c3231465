"""Towns, contacts and log-ins of the demo district."""

import secrets
from datetime import datetime
from random import Random

import sqlalchemy as sa

from models import Role, Unit, UnitContact, User, db
from models.unit import ContactPost, UnitKind
from seeds.demo import bank
from seeds.demo.fictitious import landline, mobile

# user name → (role, unit code); the three administrators are three people (三员分立).
DESKS = {
    "tongchou": ("COORDINATOR", "yingshangban"),
    "shouli1": ("INTAKE", "qifu-zhongxin"),
    "shouli2": ("INTAKE", "chengyun"),
    "ducha": ("SUPERVISOR", "ducha"),
    "jijian": ("DISCIPLINE", "jiwei"),
    "lingdao": ("LEADER", "zhengfuban"),
    "yuanqu": ("PARK", "gongyeyuan"),
    "teyao": ("SPECIAL", None),
    "xitong": ("SYSADMIN", None),
    "anquan": ("SECADMIN", None),
    "shenji": ("AUDITOR", None),
}
BUSY = ("renshe", "zhujian", "shichang", "shenpi", "jinrong", "gongan", "shengtai", "gongxin")
SHOWN = ("gongxin", "shichang")  # their log-ins are printed; seeds/demo/offices.py sees to it that none of their lists is empty
_STAFF = ((ContactPost.HANDLER, "UNIT_CLERK", "jingban"), (ContactPost.PRINCIPAL, "UNIT_HEAD", "fuze"))
_NO_STAFF = (UnitKind.OTHER, UnitKind.TASKFORCE)


def add_towns() -> list[Unit]:
    """Streets and parks nobody will look for on a map."""
    towns = []
    for sort, (code, name) in enumerate(bank.read("words")["towns"], 900):
        town = Unit(code=code, name=name, short_name=name, kind=UnitKind.TOWN, sort=sort, note="演示单位")
        towns.append(town)
    db.session.add_all(towns)
    db.session.flush()
    return towns


def hire(seed: int, today: datetime) -> str:
    """Contacts of every working unit and a log-in for every role; returns the one password, kept only as a hash.

    It is new `today`, however long ago the demo's story begins.
    """
    password = secrets.token_urlsafe(9)
    rng, serial = Random(f"{seed}:people"), 0
    pattern = User(username="", name="")
    pattern.set_password(password)  # hashed once: it takes a while on purpose
    roles = {role.code: role for role in db.session.scalars(sa.select(Role))}
    units = {unit.code: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.is_active).order_by(Unit.sort, Unit.id))}
    needed = bank.unit_codes()

    def add(username: str, name: str, unit: Unit | None, role: str, **more: str) -> None:
        db.session.add(
            User(username=username, name=name, unit=unit, roles=[roles[role]], password_hash=pattern.password_hash,
                 must_change=False, password_at=today, **more)
        )

    for username, (role, code) in DESKS.items():
        serial += 1
        add(username, bank.person(rng), units.get(code), role, phone=landline(serial))
    for unit in units.values():
        if unit.kind in _NO_STAFF and unit.code not in needed:
            continue
        section = rng.choice(bank.read("words")["sections"])
        for post, role, desk in _STAFF:
            serial += 1
            name = bank.person(rng)
            add(f"{unit.code.replace('-', '_')}_{desk}", name, unit, role, section=section, phone=landline(serial))
            _contact(unit, post, name, serial, section)
        _contact(unit, ContactPost.DEPUTY, bank.person(rng), serial + 5000)
    db.session.flush()
    return password


def _contact(unit: Unit, post: ContactPost, name: str, serial: int, section: str | None = None) -> None:
    phones = {"phone": landline(serial), "mobile": mobile(90_000_000 + serial)}
    db.session.add(UnitContact(unit=unit, post=post, name=name, section=section, **phones))


def log_ins() -> list[tuple[str, str]]:
    """(role, user name) for the table printed at the end: every role, two people of the departments shown."""
    names = {role.code: role.name for role in db.session.scalars(sa.select(Role))}
    rows = [(names[role], username) for username, (role, _unit) in DESKS.items()]
    shown = db.session.scalars(sa.select(Unit).where(Unit.code.in_(SHOWN)).order_by(Unit.sort, Unit.id)).all()
    return rows + [(f"{unit}·{names[role]}", f"{unit.code.replace('-', '_')}_{desk}") for unit in shown for _post, role, desk in _STAFF]


def town_codes() -> list[str]:
    """Codes of the demo's towns."""
    return [code for code, _name in bank.read("words")["towns"]]
