"""The fixed cast of the tests: two offices, the centre, the supervisors, the three administrators."""

from functools import cached_property

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from models import Enterprise, Role, Setting, Unit, User, db
from models.now import now
from models.ticket import Channel, Ticket

PASSWORD = "Ceshi-2024#"
# username → (name, unit code, roles); jia and yi are two departments of the packs.
PEOPLE = {
    "coordinator": ("演示-统筹", "yingshangban", ["COORDINATOR"]),
    "intake": ("演示-受理", "qifu-zhongxin", ["INTAKE"]),
    "intake2": ("演示-受理二", "qifu-zhongxin", ["INTAKE"]),
    "jia_clerk": ("演示-甲经办", "renshe", ["UNIT_CLERK"]),
    "jia_head": ("演示-甲负责", "renshe", ["UNIT_HEAD"]),
    "yi_clerk": ("演示-乙经办", "caizheng", ["UNIT_CLERK"]),
    "yi_head": ("演示-乙负责", "caizheng", ["UNIT_HEAD"]),
    "supervisor": ("演示-督导", "ducha", ["SUPERVISOR"]),
    "discipline": ("演示-纪检", "jiwei", ["DISCIPLINE"]),
    "leader": ("演示-领导", "zhengfuban", ["LEADER"]),
    "special": ("演示-特邀", None, ["SPECIAL"]),
    "sysadmin": ("演示-系统", None, ["SYSADMIN"]),
    "secadmin": ("演示-安全", None, ["SECADMIN"]),
    "auditor": ("演示-审计", None, ["AUDITOR"]),
}


def hire() -> None:
    """Add the cast to the template database; a weak hash keeps logging in fast."""
    digest = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    units = {unit.code: unit for unit in db.session.scalars(sa.select(Unit))}
    roles = {role.code: role for role in db.session.scalars(sa.select(Role))}
    for username, (name, unit, held) in PEOPLE.items():
        db.session.add(
            User(username=username, name=name, unit=units[unit] if unit else None, roles=[roles[code] for code in held],
                 password_hash=digest, must_change=False, password_at=now())
        )
    _no_limits()
    db.session.add(Enterprise(name="演示恒达精密制造有限公司", credit_code="91440300192317458F"))


def _no_limits() -> None:
    """Tests jump through years within one log-in; tests/identity sets the limits the product comes with."""
    for key, value in {"idle_minutes": "99999999", "idle_minutes_admin": "99999999", "session_hours": "999999", "password_days": "99999",
                       "dormant_days": "99999", "totp_for": "NONE"}.items():
        db.session.scalars(sa.select(Setting).where(Setting.key == key)).one().value = value


class Cast:
    """`cast.jia_clerk` is that user; `cast.jia` and `cast.yi` are the two offices."""

    def __getattr__(self, username: str) -> User:
        if username not in PEOPLE:
            raise AttributeError(username)
        return db.session.scalars(sa.select(User).where(User.username == username)).one()

    @cached_property
    def jia(self) -> Unit:
        """区人社局."""
        return db.session.scalars(sa.select(Unit).where(Unit.code == "renshe")).one()

    @cached_property
    def yi(self) -> Unit:
        """区财政局."""
        return db.session.scalars(sa.select(Unit).where(Unit.code == "caizheng")).one()

    def ticket(self, title: str = "稳岗返还资金逾期未到账", **fields: object) -> Ticket:
        """A registered ticket."""
        given = {"channel": Channel.WINDOW, "content": "提交申领后一直没有到账，请协调。", "enterprise_name": "演示远航科技有限公司"}
        return Ticket.register(by=self.intake, title=title, **given | fields)

    def dispatched(self, **fields: object) -> Ticket:
        """A ticket on 甲局's desk, waiting to be signed for."""
        ticket = self.ticket(**fields)
        ticket.dispatch(by=self.coordinator, lead=self.jia)
        return ticket

    def accepted(self, **fields: object) -> Ticket:
        """A ticket 甲局 has signed for."""
        ticket = self.dispatched(**fields)
        ticket.sign(by=self.jia_clerk)
        return ticket


def login(client: FlaskClient, username: str) -> FlaskClient:
    """Log in through the form; fails the test when the desk refuses."""
    answer = client.post("/login", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client
