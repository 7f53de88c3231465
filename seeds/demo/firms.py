"""Demo enterprises 演示…有限公司: the n-th one is always the same, so lists of any length agree."""

from datetime import date, timedelta
from random import Random
from typing import Any

from models import Enterprise, Unit, db
from models.enterprise import CreditClass, EnterpriseScale
from seeds.demo import bank
from seeds.demo.fictitious import credit_code, mobile

_STRIDE = 7919  # a prime: neighbours in the list do not look alike
_SCALES = (EnterpriseScale.MICRO, EnterpriseScale.SMALL, EnterpriseScale.SMALL, EnterpriseScale.MEDIUM, EnterpriseScale.LARGE)
_CLASSES = (CreditClass.A, CreditClass.A, CreditClass.B, CreditClass.B, CreditClass.C, CreditClass.D)
_STREETS = ("演示大道", "示范路", "样例街", "试点路")


def most() -> int:
    """How many different names there are."""
    words = bank.read("words")
    return len(words["first"]) * len(words["second"]) * len(words["trades"]) * len(words["forms"])


def firm(serial: int, seed: int, today: date, towns: list[int]) -> dict[str, Any]:
    """Column values of the `serial`-th enterprise, counted from 1; `towns` are unit ids."""
    words, rng = bank.read("words"), Random(f"{seed}:firm:{serial}")
    place = serial * _STRIDE % most()
    place, first = divmod(place, len(words["first"]))
    place, second = divmod(place, len(words["second"]))
    place, trade = divmod(place, len(words["trades"]))
    kind, ending = words["forms"][place % len(words["forms"])]
    industry, part = words["trades"][trade]
    return {
        "name": f"演示{words['first'][first]}{words['second'][second]}{part}{ending}", "credit_code": credit_code(serial), "kind": kind,
        "town_id": rng.choice(towns), "industry": industry, "scale": rng.choice(_SCALES), "credit_class": rng.choice(_CLASSES),
        "registered_on": today - timedelta(days=rng.randint(200, 6000)),
        "address": f"示范区{rng.choice(_STREETS)}{rng.randint(1, 299)}号", "contact_name": bank.person(rng),
        "contact_phone": mobile(serial), "is_whitelisted": rng.random() < 0.1, "is_active": True,
    }


def add_firms(count: int, seed: int, today: date, towns: list[Unit]) -> list[Enterprise]:
    """The first `count` enterprises, through the model and its checks."""
    places = [town.id for town in towns]
    rows = [Enterprise(**firm(serial, seed, today, places)) for serial in range(1, count + 1)]
    db.session.add_all(rows)
    db.session.flush()
    return rows
