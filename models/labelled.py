"""Enums with a Chinese label; stdlib only, so that clocks and rules need no database."""

from enum import StrEnum


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
