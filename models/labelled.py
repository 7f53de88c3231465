"""Enums with a Chinese label, and values in words; stdlib only, so that clocks and rules need no database."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Labelled(StrEnum):
    """A choice: ``NAME = "NAME", "中文"``. Value equals name, the label is what people read."""

    label: str

    def __new__(cls, value: str, label: str) -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs in declared order, as form fields want them."""
        return [(member.value, member.label) for member in cls]


def in_words(value: Any) -> Any:
    """A value as people read it: labels, 是 and 否, days and minutes, amounts with two decimals; anything else as it is."""
    if isinstance(value, Labelled):
        return value.label
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return f"{value:,.2f}" if isinstance(value, Decimal) else value
