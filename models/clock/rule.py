"""The part of RFC 5545 that duties may use: by day, never denser, and sure to occur.

dateutil reads a rule that never comes true (30 February) by searching up to the year 9999. Nothing here
goes to it unproved.
"""

import re
from datetime import MAXYEAR, date, datetime, time
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr

from models.now import TZ

# A Monday and the first of a year: weeks, quarters and half-years without an anchor follow the calendar.
ORIGIN = date(1900, 1, 1)
_CYCLE = 400  # the Gregorian calendar repeats after so many years, weekdays included
_SEARCHED = 40  # years at least; 29 February falls on a given weekday once in so many
_LONGEST_RULE = 200
_LARGEST_INTERVAL = {"DAILY": 366, "WEEKLY": 53, "MONTHLY": 24, "YEARLY": 10}
_RANGES = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "COUNT": (1, 1000, False),
}
_SINGLE = frozenset({"BYHOUR", "BYMINUTE", "COUNT"})
_PARTS = frozenset({"FREQ", "INTERVAL", "UNTIL", "WKST", "BYDAY"} | _RANGES.keys())


def validate_rrule(text: str) -> str:
    """The rule in one spelling. Raises ValueError with a Chinese sentence when it is wrong, too dense or empty."""
    spelled = ";".join(f"{name}={value}" for name, value in _parse(text).items())
    must_occur(spelled, ORIGIN)
    return spelled


def must_occur(spelled: str, anchor: date) -> None:
    """Raises ValueError for a rule that, counted from `anchor`, names no day at all."""
    if not _occurs(endless(spelled), anchor):
        raise ValueError("按这条重复规则没有任何一天符合，请检查月份、日期和间隔。")


@lru_cache(maxsize=512)
def _occurs(spelled: str, anchor: date) -> bool:
    """Searched some cycles later, where dateutil's own search soon meets its end."""
    later = (MAXYEAR - _SEARCHED - anchor.year) // _CYCLE * _CYCLE
    return next(iter(day_rule(spelled, anchor.replace(year=anchor.year + later))), None) is not None


def endless(spelled: str) -> str:
    """The rule without COUNT and UNTIL."""
    return _without(spelled, {"COUNT", "UNTIL"})


def day_rule(spelled: str, anchor: date) -> rrule:
    """dateutil's rule over midnights; the hour is the caller's."""
    return rrulestr(_without(spelled, {"BYHOUR", "BYMINUTE"}), dtstart=datetime.combine(anchor, time()))


def _without(spelled: str, names: set[str]) -> str:
    return ";".join(f"{name}={value}" for name, value in split(spelled).items() if name not in names)


def split(text: str) -> dict[str, str]:
    """The parts of a rule that was validated before."""
    return dict(part.split("=", 1) for part in text.split(";"))


def _parse(text: str) -> dict[str, str]:
    """The parts of a rule, each checked by itself and against the others."""
    bare = re.sub(r"\s", "", text).upper().removeprefix("RRULE:").strip(";")
    if len(bare) > _LONGEST_RULE:
        raise ValueError(f"重复规则过长，应在{_LONGEST_RULE}个字符以内。")
    names = [part.partition("=")[0] for part in bare.split(";")]
    if not all(re.fullmatch(r"[A-Z]+=[^=]+", part) for part in bare.split(";")):
        raise ValueError("重复规则格式不对，应如 FREQ=MONTHLY;BYMONTHDAY=20。")
    if len(set(names)) != len(names):
        raise ValueError("重复规则里同一项写了两次。")
    if unknown := sorted(set(names) - _PARTS):
        raise ValueError(f"重复规则里不能用 {unknown[0]}。")
    parts = split(bare)
    _check_frequency(parts)
    for name, value in parts.items():
        _check_numbers(name, value)
    _check_weekdays(parts)
    if "UNTIL" in parts:
        parts["UNTIL"] = _last_day(parts["UNTIL"])
    return parts


def _check_frequency(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ", "")
    if frequency in {"SECONDLY", "MINUTELY", "HOURLY"}:
        raise ValueError("重复规则最密为每日一次，不能按小时、分钟或秒重复。")
    if frequency not in _LARGEST_INTERVAL:
        raise ValueError("重复规则要写明频率：FREQ=DAILY、WEEKLY、MONTHLY 或 YEARLY。")
    most = _LARGEST_INTERVAL[frequency]
    interval = parts.get("INTERVAL", "1")
    if not re.fullmatch(r"\d{1,4}", interval) or not 1 <= int(interval) <= most:
        raise ValueError(f"间隔 INTERVAL 应在1至{most}之间。")
    if frequency == "WEEKLY" and "BYMONTHDAY" in parts:
        raise ValueError("每周的规则不能再限定几号，请改用每月。")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("次数 COUNT 和截止日期 UNTIL 只能写一个。")
    if "BYMINUTE" in parts and "BYHOUR" not in parts:
        raise ValueError("写了分钟 BYMINUTE，也要写小时 BYHOUR。")


def _check_numbers(name: str, value: str) -> None:
    if name not in _RANGES:
        return
    low, high, signed = _RANGES[name]
    numbers = value.split(",")
    for number in numbers:
        if not re.fullmatch(r"[+-]?\d{1,4}" if signed else r"\d{1,4}", number) or not low <= abs(int(number)) <= high:
            raise ValueError(f"{name} 的“{number}”不对，应在{low}至{high}之间。")
    if name in _SINGLE and len(numbers) > 1:
        raise ValueError(f"{name} 只能写一个数。")


def _check_weekdays(parts: dict[str, str]) -> None:
    most = 5 if parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts else 53  # dateutil fails on a sixth Monday
    for name in ("BYDAY", "WKST"):
        for token in parts[name].split(",") if name in parts else ():
            found = re.fullmatch(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", token)
            if not found or (found[1] and (name == "WKST" or not 1 <= abs(int(found[1])) <= most)):
                raise ValueError(f"{name} 的“{token}”不对，应如 MO、WE 或 1MO、-1FR。")
            if found[1] and parts["FREQ"] in {"DAILY", "WEEKLY"}:
                raise ValueError("“第几个星期几”只能用于每月或每年的规则。")


def _last_day(value: str) -> str:
    """UNTIL as a local date; a UTC time is turned into local time first."""
    for form in ("%Y%m%d", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M%S%z"):
        try:
            found = datetime.strptime(value, form)
        except ValueError:
            continue
        return f"{found.astimezone(TZ) if found.tzinfo else found:%Y%m%d}"
    raise ValueError("截止日期 UNTIL 应如 20241231。")
