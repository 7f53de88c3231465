"""Clocks: working days, time limits, lights and their explanation. Standard library and `chinesecalendar` only.

Counting follows Civil Code 201–203: the starting day is not counted, a period of days ends at office
close of its last day, a last day of rest rolls on. Hours are natural hours.
"""

from models.clock.explanation import CellKind, DayCell, Explanation, WeekRow, explain
from models.clock.light import Remaining, remaining, warn_at
from models.clock.limits import Deadline, agreed, checkpoints, deadline, extend, recompute, stored
from models.clock.notice import parse_notice
from models.clock.terms import DayInfo, DayRule, DaySource, Limit, LimitUnit, Shift
from models.clock.workcalendar import WorkCalendar

__all__ = [
    "CellKind",
    "DayCell",
    "DayInfo",
    "DayRule",
    "DaySource",
    "Deadline",
    "Explanation",
    "Limit",
    "LimitUnit",
    "Remaining",
    "Shift",
    "WeekRow",
    "WorkCalendar",
    "agreed",
    "checkpoints",
    "deadline",
    "explain",
    "extend",
    "parse_notice",
    "recompute",
    "remaining",
    "stored",
    "warn_at",
]
