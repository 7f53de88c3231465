"""How values look in lists and on record pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import g
from markupsafe import Markup, escape

from models.calendar import work_calendar
from models.clock import LimitUnit, remaining
from models.document import CITED, called, cited
from models.labelled import in_words
from models.matter import Light, Matter
from models.now import now

COLOURS = {Light.BLUE: "blue", Light.YELLOW: "yellow", Light.RED: "red", Light.PAUSED: "hold", Light.DONE: "done"}


def shown(value: Any) -> Any:
    """Any value as people read it."""
    return "" if value is None else in_words(value)


def clause_words(text: str | None) -> str:
    """Clauses, alone or in a sentence, with the short names of their documents (read once a request, and only when one is cited)."""
    if not (text and CITED.search(str(text))):
        return text or ""
    if "documents" not in g:
        g.documents = called()
    if isinstance(text, Markup):
        return Markup(cited(str(text), {key: str(escape(name)) for key, name in g.documents.items()}))
    return cited(str(text), g.documents)


def short_time(moment: datetime | None) -> str:
    """05-20 16:40, with the year when it is not this one."""
    if moment is None:
        return ""
    return f"{moment:%m-%d %H:%M}" if moment.year == now().year else f"{moment:%Y-%m-%d %H:%M}"


def light_words(matter: Matter) -> tuple[str, str]:
    """(colour class, 红 · 超 4 个工作日) of a matter's own clock."""
    light = matter.light
    if light is None:
        return "hold", f"未起算 · 已等 {waited} 个工作日" if (waited := _days_waited(matter)) else "未起算"
    if matter.state == "DEFERRED" and light == Light.BLUE:
        year = f"{matter.due_at.year}年" if matter.due_at.year != now().year else ""
        return "hold", f"停 · 承诺 {year}{matter.due_at.month}月{matter.due_at.day}日"
    if matter.state == "WAIVED":
        return "hold", "免办"
    stopped = matter.answered_at or matter.closed_at
    if stopped:
        if light == Light.DONE:
            return "done", f"按期{matter.ANSWER}"
        return "red", f"红 · {remaining(stopped, matter.due_at, work_calendar(), unit=_unit(matter)).text}{matter.ANSWER}"
    words = remaining(now(), matter.due_at, work_calendar(), unit=_unit(matter)).text
    tail = "（暂定）" if matter.provisional else ""
    return COLOURS[light], f"{light.label} · {words}{tail}"


def _days_waited(matter: Matter) -> int:
    """Working days since it came in, of an open matter whose clock has not begun."""
    return 0 if matter.closed_at or matter.answered_at or matter.unit_id else work_calendar().working_days_between(matter.opened_at, now())


def _unit(matter: Matter) -> LimitUnit:
    """Clocks in hours speak in hours; due within the day of the start means hours as well."""
    started = matter.started_at
    if started and matter.due_at and (matter.due_at - started).total_seconds() <= 72 * 3600 and matter.kind == "contact":
        return LimitUnit.HOUR
    return LimitUnit.WORKDAY


def light(colour: str, words: str) -> Markup:
    """A dot in its colour (any case) and what it says."""
    return Markup('<span class="lamp lamp-{}">{}</span>').format(colour.lower(), words)


def lamp(matter: Matter) -> Markup:
    """The light as a dot, a word and days."""
    return light(*light_words(matter))


def state_badge(kind: str, label: str) -> Markup:
    """The state in its frame; `kind` todo, wait, done or ''."""
    return Markup('<span class="state{}">{}</span>').format(f" state-{kind}" if kind else "", label)


TYPE_FORMATTERS = {
    type(None): lambda _view, _value, _name: "", bool: lambda _view, value, _name: shown(value),
    datetime: lambda _view, value, _name: shown(value), date: lambda _view, value, _name: shown(value),
    Decimal: lambda _view, value, _name: shown(value), list: lambda _view, value, _name: "、".join(map(str, value)),
}
