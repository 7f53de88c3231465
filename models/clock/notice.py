"""Paste-the-notice import: the State Council's yearly holiday notice into dated exceptions."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from models.clock.terms import DayRule

_SECTION = re.compile(
    r"[一二三四五六七八九十]+、(?P<name>[^:。]{1,20}?):(?P<body>.*?)"
    r"(?=[一二三四五六七八九十]+、[^:。]{1,20}?:|\Z)",
    re.DOTALL,
)
_SENTENCE = re.compile(r"[^。;]+")
_CLAUSE = re.compile(r"(?P<days>.*?)(?P<verb>放假|补休|上班)")
_DATE = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日"
    r"(?:\((?P<aside>[^)]*)\))?(?P<to>[至到~—–-]+(?=\d))?"
)
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_TOTAL = re.compile(r"共(\d+)天")
_NUMBER = re.compile(r"国办发明电〔\d{4}〕\d+号")
_TITLE_YEAR = re.compile(r"(\d{4})年部分节假日安排")
_LONGEST = 15


def parse_notice(text: str, year: int) -> dict[date, DayRule]:
    """The days off and the make-up workdays that a notice for `year` names, ready for `WorkCalendar`.

    Weekdays in brackets and "共n天" are checked against the dates. Raises ValueError with a Chinese
    sentence when they do not agree, when a day is both off and worked, or when nothing was found.
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    title = _TITLE_YEAR.search(text)
    if title and int(title[1]) != year:
        raise ValueError(f"通知安排的是{title[1]}年，所选年份是{year}年，请核对。")
    number = _NUMBER.search(text)
    source = number[0] if number else ""
    rules: dict[date, DayRule] = {}
    for section in _SECTION.finditer(text):
        name = section["name"]
        for day, is_workday in _section_days(name, section["body"], year):
            known = rules.get(day)
            if known and known.is_workday != is_workday:
                raise ValueError(f"{day.month}月{day.day}日既写放假又写上班，请核对通知文字。")
            rules.setdefault(day, DayRule(is_workday, name + ("调休" if is_workday else ""), source))
    if not rules:
        raise ValueError("没有认出放假或上班的日期，请粘贴通知全文，例如“一、元旦：1月1日放假，共1天。”。")
    return dict(sorted(rules.items()))


def _section_days(name: str, body: str, year: int) -> Iterator[tuple[date, bool]]:
    """Each day of one holiday's paragraph with whether it is worked."""
    off = 0
    for sentence in _SENTENCE.findall(body):
        for clause in _CLAUSE.finditer(sentence):
            is_workday = clause["verb"] == "上班"
            days = _dates(clause["days"], _year_before(name, clause["days"], year))
            off += 0 if is_workday else len(days)
            yield from ((day, is_workday) for day in days)
    total = _TOTAL.search(body)
    if total and int(total[1]) != off:
        raise ValueError(f"{name}写明共{total[1]}天，按日期数是{off}天，请核对通知文字。")


def _year_before(name: str, text: str, year: int) -> int:
    """New Year's paragraph may begin in December: that is the year before, even when it is not said."""
    first = _DATE.search(text)
    return year - 1 if first and first["month"] == "12" and "元旦" in name else year


def _dates(text: str, year: int) -> list[date]:
    """All days of "1月1日(周四)至3日(周六)" or "9月28日、10月11日", in order."""
    days: list[date] = []
    month, opened = 0, False
    for found in _DATE.finditer(text):
        if found["month"]:
            year += month == 12 and found["month"] == "1" and not found["year"]
            month = int(found["month"])
        year = int(found["year"] or year)
        day = _checked(year, month, int(found["day"]), found["aside"] or "")
        if opened:
            gap = (day - days[-1]).days
            if not 0 < gap <= _LONGEST:
                raise ValueError(f"“{text}”的起止日期不对，请核对通知文字。")
            days += [days[-1] + timedelta(days=n) for n in range(1, gap + 1)]
        else:
            days.append(day)
        opened = bool(found["to"])
    return days


def _checked(year: int, month: int, day: int, aside: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise ValueError(f"{year}年没有{month}月{day}日，请核对通知文字。") from None
    said = _WEEKDAY.search(aside)
    if said and "一二三四五六日".index(said[1].replace("天", "日")) != found.weekday():
        raise ValueError(f"{month}月{day}日写作{said[0]}，与{year}年的日历不符，请核对年份。")
    return found
