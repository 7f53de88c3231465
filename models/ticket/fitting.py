"""What does not fit in a dispatch, all of it at once: units and manner, the limit, its day, the reason for a longer one (T3, T4)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from models.calendar import work_calendar
from models.clock import deadline
from models.errors import Invalid
from models.now import now
from models.standard import Stage
from models.ticket.states import WITH_OTHERS, Manner, Term
from models.unit import Unit


def usual_manner(co: list[Unit]) -> Manner:
    """The manner of a dispatch that names none."""
    return Manner.JOINT if co else Manner.SINGLE


def term_of(term: Term | None, until: date | None) -> Term | None:
    """The kind of limit meant: a day given without one is a limit of its own."""
    return Term.CUSTOM if until and term is None else term


def unfit(ticket: Any, given: dict[str, Any]) -> Iterator[Invalid]:
    """Everything wrong with the units and the limit of a dispatch; an answer that is not there is not judged."""
    yield from _units(given.get("lead"), given.get("co") or [], given.get("manner"))
    yield from _limit(ticket, given)


def _units(lead: Unit | None, co: list[Unit], manner: Manner | None) -> Iterator[Invalid]:
    manner = manner or usual_manner(co)
    if lead is not None and not lead.is_active:
        yield Invalid("lead", f"{lead}已停用，不能承办")
    if lead is not None and lead in co:
        yield Invalid("co", f"{lead}已是主办单位，不能同时协办")
    elif gone := next((unit for unit in co if not unit.is_active), None):
        yield Invalid("co", f"{gone}已停用，不能承办")
    elif manner in WITH_OTHERS and not co:
        yield Invalid("co", f"{manner.label}的，请选择协办单位")
    elif manner == Manner.SINGLE and co:
        yield Invalid("co", "单位主办不设协办单位；有协办单位的，办理方式请选主办加协办")


def _limit(ticket: Any, given: dict[str, Any]) -> Iterator[Invalid]:
    until, stretch = given.get("until"), given.get("stretch")
    term, standard, due = term_of(given.get("term"), until), ticket.standard(Stage.HANDLE), None
    usual = deadline(now(), standard.limit, work_calendar()).due_at if standard else None
    if term == Term.CUSTOM:
        if "until" in given and (wrong := _day_fault(until)):
            yield Invalid("until", wrong)
        due = work_calendar().close(until) if until else None
    else:
        standard = ticket.hard_standard() if term == Term.HARD else standard
        if standard is None:
            yield Invalid("term", "没有适用的时限标准，请自定截止日，或由管理员补充时限标准")
        else:
            due = deadline(now(), standard.limit, work_calendar()).due_at
    if _is_later(due, usual) and not stretch:
        yield Invalid("stretch", f"截止日晚于时限标准（{usual.month}月{usual.day}日），请写延长理由")


def _is_later(due: datetime | None, usual: datetime | None) -> bool:
    return bool(due and usual and due > usual)


def _day_fault(until: date | None) -> str | None:
    """Why this is no last day: it has to be a working day ahead, within a year."""
    calendar = work_calendar()
    if until is None:
        return "请填写截止日，如 20240611"
    if not now().date() < until or (until - now().date()).days > 366:
        return "截止日应在明天以后、一年以内"
    if (day := calendar.day(until)).is_workday:
        return None
    near = [calendar.add(until, step) for step in (-1, 1)]
    fit = "或".join(f"{d.month}月{d.day}日（周{'一二三四五六日'[d.weekday()]}）" for d in near if d > now().date())
    return f"{until.month}月{until.day}日是{day.reason}，可改为{fit}"
