"""The words of the clock: what a day is, what a limit is."""

from dataclasses import dataclass
from datetime import date, time

from models.labelled import Labelled

MOST_DAYS = 3660
MOST_HOURS = 24 * 366


class DaySource(Labelled):
    """Where the answer about one day comes from, the surest first."""

    MANUAL = "MANUAL", "人工录入"
    LIBRARY = "LIBRARY", "已公布安排"
    ESTIMATE = "ESTIMATE", "推算"


class LimitUnit(Labelled):
    """The four kinds of clock; days come as working days and natural days."""

    WORKDAY = "WORKDAY", "个工作日"
    DAY = "DAY", "天"
    HOUR = "HOUR", "小时"
    MONTH_DAY = "MONTH_DAY", "每月某日"
    TIME_OF_DAY = "TIME_OF_DAY", "定时核对"


class Shift(Labelled):
    """What happens to a fixed date that falls on a day of rest."""

    NONE = "NONE", "不顺延"
    BEFORE = "BEFORE", "提前到工作日"
    AFTER = "AFTER", "顺延到工作日"
    SKIP = "SKIP", "休息日不产生"


@dataclass(frozen=True, slots=True)
class DayRule:
    """One dated exception entered by hand or from a notice; it beats everything else for its day."""

    is_workday: bool
    label: str
    source: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class DayInfo:
    """What the calendar says about one day. `confirmed` is False while no notice has settled it."""

    day: date
    is_workday: bool
    label: str
    source: DaySource
    confirmed: bool

    @property
    def is_makeup(self) -> bool:
        """A Saturday or Sunday on which people work (调休上班)."""
        return self.is_workday and self.day.weekday() >= 5

    @property
    def reason(self) -> str:
        """Why this day does not count, or an empty string for a working day."""
        return "" if self.is_workday else self.label or ("周末" if self.day.weekday() >= 5 else "休息日")


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit.

    WORKDAY, DAY, HOUR: `amount` of them. MONTH_DAY: `amount` is the day of the month (31 = its last day),
    `shift` says what a day of rest does. TIME_OF_DAY: `times` are the checkpoints after the start and
    `amount` says which of them, in order, is the deadline.
    Unit and shift may come as plain strings of the same name. Raises ValueError with a Chinese sentence.
    """

    amount: int
    unit: LimitUnit
    shift: Shift = Shift.NONE
    times: tuple[time, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise ValueError("时限应为整数。")
        object.__setattr__(self, "unit", LimitUnit(self.unit))
        object.__setattr__(self, "shift", Shift(self.shift))
        low, high = self._bounds()
        if not low <= self.amount <= high:
            raise ValueError(f"时限“{self.amount}”超出范围，应在{low}至{high}之间。")
        if len(set(self.times)) != len(self.times):
            raise ValueError("核对时刻不能重复。")
        if self.shift is Shift.SKIP:
            raise ValueError("时限只能不顺延、提前或顺延。")

    def _bounds(self) -> tuple[int, int]:
        match self.unit:
            case LimitUnit.HOUR:
                return 0, MOST_HOURS
            case LimitUnit.MONTH_DAY:
                return 1, 31
            case LimitUnit.TIME_OF_DAY:
                if not self.times:
                    raise ValueError("定时核对至少要有一个时刻。")
                return 1, len(self.times)
        return 0, MOST_DAYS

    @property
    def text(self) -> str:
        """The limit in words, as it stands after 限."""
        match self.unit:
            case LimitUnit.MONTH_DAY:
                day = "月末" if self.amount == 31 else f"{self.amount}日"
                return f"每月{day}" + ("" if self.shift is Shift.NONE else f"（逢休息日{self.shift.label}）")
            case LimitUnit.TIME_OF_DAY:
                return "、".join(f"{at:%H:%M}" for at in self.times) + f"中的第{self.amount}次"
            case LimitUnit.DAY:
                return f"{self.amount}天（自然日）"
        return f"{self.amount}{self.unit.label}"
