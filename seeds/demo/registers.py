"""Six months of results for the nine indicators (O5, K1)."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import sqlalchemy as sa

from models import ImportRun, Indicator, IndicatorResult, User, db
from models.indicator import Colour
from seeds.demo import bank
from seeds.demo.desk import acting_as

MONTHS = 6
ALIASES = (("区企业服务专班", "区工信局"), ("区场监局", "区市场监管局"))  # how two other systems write them


def months_before(today: date) -> list[str]:
    """The last six full months, oldest first, as 2024-08."""
    found, day = [], today.replace(day=1)
    for _ in range(MONTHS):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(f"{day:%Y-%m}")
    return found[::-1]


def add_results(today: date, seed: int) -> None:
    """Value, city rank and colour; a problem in writing where the colour is not blue."""
    rng = Random(f"{seed}:indicators")
    for indicator in db.session.scalars(sa.select(Indicator).where(Indicator.is_active).order_by(Indicator.sort, Indicator.id)).all():
        rank = rng.randint(2, 8)
        for period in months_before(today):
            rank = min(13, max(1, rank + rng.choice((-2, -1, -1, 0, 0, 1, 2))))
            colour = Colour.BLUE if rank <= indicator.target_rank else Colour.YELLOW if rank <= indicator.target_rank + 3 else Colour.RED
            db.session.add(
                IndicatorResult(
                    indicator=indicator, period=period, value=Decimal(10000 - rank * 130 + rng.randint(-60, 60)) / 100, city_rank=rank,
                    colour=colour, problem=None if colour == Colour.BLUE else bank.phrase(rng, "problems"),
                )
            )
    db.session.flush()


def add_imports(people: dict[str, User], today: date) -> None:
    """Two workbooks somebody has brought in: spellings of units, and points of an earlier month."""
    month, title = months_before(today)[-3], db.session.scalars(sa.select(Indicator.name).where(Indicator.is_active).order_by(Indicator.sort)).first()
    points = [{"indicator": title, "period": month, "unit": unit, "value": value} for unit, value in (("区工信局", "93.50"), ("区市场监管局", "94.20"))]
    for user, register, name, rows in (("xitong", "alias", "单位别名对照表.xlsx", [{"alias": alias, "unit": unit} for alias, unit in ALIASES]),
                                       ("tongchou", "result", f"{month}责任单位得分.xlsx", points)):
        with acting_as(people[user]):
            ImportRun.of_rows(register, by=people[user], file_name=name, rows=rows).confirm(by=people[user])
