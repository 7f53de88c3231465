"""Who stands in for whom, and which other system holds a token, in the demo district."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from models import ApiClient, Role, Unit, User, db
from models.identity import delegation
from models.interface.client import ROLE
from models.now import as_of

# unit, days from today to the first and the last day, why: one is over, one holds, one is to come.
LENT = (
    ("shangwu", -24, -20, "参加市里集中培训"),
    ("caizheng", -1, 5, "年休假"),
    ("sifa", 3, 7, "外出招商"),
    ("gongxin", -16, -13, "参加省里培训"),
    ("shichang", -9, -7, "赴外地办案"),
)
GIVEN_BACK = ("fagai", -9, -2, "外出学习，提前返回")
# user name, name of the account, other system, days since it was issued, good for how many days, days since it was taken back
SYSTEMS = (
    ("jiekou_12345", "演示-12345平台接口", "12345平台（演示）", 40, 365, None),
    ("jiekou_zqt", "演示-政企通平台接口", "政企通平台（演示）", 70, 180, 12),
)


def add_lendings(base: datetime, people: dict[str, User]) -> None:
    """Heads of units lend their role to their clerk."""
    role = db.session.scalars(sa.select(Role).where(Role.code == "UNIT_HEAD")).one()
    for unit, first, last, reason in (*LENT, GIVEN_BACK):
        head, clerk = people[f"{unit}_fuze"], people[f"{unit}_jingban"]
        with as_of(base + timedelta(days=min(first, 0) - 1)):
            row = delegation.lend(
                by=head, lender=head, stand_in=clerk, role=role, reason=reason,
                starts_on=base.date() + timedelta(days=first), ends_on=base.date() + timedelta(days=last),
            )
    with as_of(base + timedelta(days=-5)):
        delegation.take_back(row, by=head)


def add_systems(base: datetime, people: dict[str, User]) -> None:
    """Two other systems with a token nobody knows: it is thrown away as soon as it is made."""
    role = db.session.scalars(sa.select(Role).where(Role.code == ROLE)).one()
    unit = db.session.scalars(sa.select(Unit).where(Unit.code == "chengyun")).first()
    for username, name, system, since, good, ended in SYSTEMS:
        with as_of(base - timedelta(days=since)):
            user = User(username=username, name=name, unit=unit, roles=[role], must_change=True)
            user.set_password(secrets.token_urlsafe(24))
            db.session.add(user)
            db.session.flush()
            client = ApiClient(name=system, user=user, expires_on=(base + timedelta(days=good - since)).date())
            with db.session.no_autoflush:
                client.issue(people["xitong"])
            db.session.add(client)
            client.last_used_at = base - timedelta(days=ended or 0, minutes=25)
        if ended:
            client.revoked_at = base - timedelta(days=ended)
    db.session.flush()
