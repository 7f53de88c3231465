"""The texts of the demo: demands, opinions and names, read from `data/` and filled in with the draw of the day."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@cache
def read(name: str) -> Any:
    """One data file."""
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Demand:
    """One demand with what its unit will do about it. `gain` in 万元, None when no money is involved."""

    category: str
    title: str
    content: str
    lead: str
    co: tuple[str, ...]
    progress: str
    result: str
    gain: Decimal | None


def categories() -> list[str]:
    """Codes of the categories the bank has demands for."""
    return list(read("demands"))


def unit_codes() -> set[str]:
    """Every unit some demand or task is given to."""
    demands = [entry for entries in read("demands").values() for entry in entries]
    return {code for entry in demands for code in (entry["lead"], *entry["co"])} | {row[3] for row in read("phrases")["tasks"]}


def draw(rng: Random, category: str | None = None) -> Demand:
    """A demand of that category (any when None), its blanks filled in."""
    category = category or rng.choice(categories())
    return fill(rng, category, rng.choice(read("demands")[category]))


def of(rng: Random, lead: str) -> Demand:
    """A demand that falls to this unit."""
    mine = [(category, entry) for category in categories() for entry in read("demands")[category] if entry["lead"] == lead]
    return fill(rng, *rng.choice(mine))


def fill(rng: Random, category: str, entry: dict[str, Any]) -> Demand:
    """One entry of the bank as a demand."""
    words = read("words")
    amount = Decimal(rng.randint(120, 9800)) / 100
    blanks = {
        "place": rng.choice(words["places"]), "thing": rng.choice(words["things"]), "month": f"{rng.randint(1, 12)}月",
        "n": rng.randint(12, 180), "k": rng.randint(2, 6), "days": rng.choice((10, 15, 20, 30, 45)), "sum": amount,
    }
    text = {name: entry[name].format(**blanks) for name in ("title", "content", "progress", "result")}
    return Demand(category, lead=entry["lead"], co=tuple(entry["co"]), gain=amount if entry.get("gain") else None, **text)


def phrase(rng: Random, name: str, **blanks: Any) -> str:
    """One of the sentences people write at a step."""
    return rng.choice(read("phrases")[name]).format(**blanks)


def person(rng: Random) -> str:
    """演示-… with an everyday name that belongs to nobody."""
    words = read("words")
    return f"演示-{rng.choice(words['family'])}{rng.choice(words['given'])}"
