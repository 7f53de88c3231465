"""The workbench (工作台): six numbers that open their lists, my matters by remaining time, quick entry."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_admin import AdminIndexView, expose
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from models import AccountabilityAction, Draft, Heartbeat, Matter, Ticket, db, waiting
from models.calendar import work_calendar
from models.fixed_day import fixed_days
from models.now import now
from models.setting import setting
from models.user import User
from views import kept
from views.admincards import cards
from views.cells import light_words, short_time
from views.homecards import count, counts, leads, unit_month
from views.homeletters import between, letters
from views.inbox import inbox_counts, recent_events, to_decide, waiting_for
from views.matter.kinds import kinds
from views.matter.lights import counted, in_words, shade, waiting_by_kind, waits
from views.panel import CAP, Capped

ROWS, INBOX_ROWS = 12, 6
WEEK = "一二三四五六日"


class HomeView(AdminIndexView):
    """Everybody's first page."""

    def is_accessible(self) -> bool:
        """Whoever is logged in."""
        return current_user.is_authenticated

    @expose("/")
    def index(self) -> str:
        """The workbench of the reader's role."""
        user = current_user._get_current_object()
        tabs, current = _tabs(user)
        beat = db.session.scalar(sa.select(Heartbeat).order_by(Heartbeat.id.desc()).limit(1))
        shown = {"decide": _proposals, "drafts": _drafts}.get(current, _matters)
        return self.render(
            "admin/home.html", today=_today(), sweep=_sweep_words(beat), sweep_late=_late(beat), counts=counts(user) or cards(user.admin_kind), tabs=tabs,
            quick=_quick(user), rates=unit_month(user) if user.may("ticket:view") else None, **shown(user, current), **_inbox(user),
        )


TABS = {"todo": "待办", "done": "已办", "closed": "办结", "mine": "我发起的", "informed": "抄送"}  # as views/matter/everything.py has them
LEADS = {"todo": "请我处理", "watched": "重点盯办", "late": "红灯"}  # a leader's come first


def _where(user: User, tab: str) -> sa.ColumnElement[bool]:
    if tab in ("done", "closed"):
        return waiting.touched(user) & (Matter.closed_at.is_(None) if tab == "done" else Matter.closed_at.is_not(None))
    return {"todo": waits, "mine": lambda user: Matter.created_by_id == user.id, "informed": waiting.informed,
            "watched": waiting.watched, "late": lambda _user: waiting.late()}[tab](user)


def _tabs(user: User) -> tuple[list[dict[str, Any]], str]:
    """Tabs and the current one; what waits is counted, drafts too."""
    words = ({"decide": "待审定"} if user.may("accountability:decline") else {}) | (LEADS if leads(user) else {})
    words |= {key: word for key, word in TABS.items() if key not in words} | {"drafts": "草稿"}
    wanted = request.args.get("tab")
    # Whoever decides on measures has matters of their own as well.
    current = wanted if wanted in words else "decide" if inbox_counts(user).get("accountability") else "todo"
    numbers = {"todo": sum(pills(user)["matters"].values()) + _to_sign(user),
               "decide": inbox_counts(user).get("accountability"), "drafts": count(sa.true(), Draft)}
    tabs = [{"label": label, "url": url_for(".index", tab=key), "active": key == current, "count": numbers.get(key) or (0 if key == "todo" else None)}
            for key, label in words.items()]
    return tabs, current


def _to_sign(user: User) -> int:
    """Letters that stand among a leader's to-dos."""
    return inbox_counts(user).get("notice", 0) if leads(user) and user.may("notice:issue") else 0


def _matters(user: User, tab: str) -> dict[str, Any]:
    where, whole = _where(user, tab), {"tab": tab}
    signing = _to_sign(user) if tab == "todo" else 0
    query = sa.select(Matter).where(where).order_by(*waiting.by_urgency()).limit(ROWS)
    shown = (selectinload(Matter.parts), selectinload(Matter.unit), selectin_polymorphic(Matter, kinds()),
             selectinload(Ticket.enterprise), selectinload(Ticket.extension_rows), selectinload(Matter.created_by))
    lights = counted(sa.select(shade(Matter).label("light")).select_from(Matter).where(where).limit(CAP))
    number = sum(lights.values())
    back = url_for("matter.index_view", **whole)
    rows = [_row(row, user, back) for row in db.session.scalars(query.options(*shown))]
    found = {
        "matters": rows, "matters_foot": f"共 {Capped(number) if number == CAP else f'{number:,}'} 条",
        "lights": in_words(lights, lambda value: url_for("matter.index_view", **whole, flt_light=value)), "list_url": back,
    }
    return found | _with_letters(user, rows, number, signing, back) if signing else found


def _with_letters(user: User, rows: list[dict[str, Any]], number: int, signing: int, back: str) -> dict[str, Any]:
    """Letters to sign, then the matters; each kind has a list of its own."""
    lists = [(f"待签发文书 {signing:,}", url_for("notice.index_view", tab="sign"))] + [(f"事项 {number:,}", back)] * bool(number)
    return {"matters": (letters(user, ROWS) + rows)[:ROWS], "matters_foot": f"共 {number + signing:,} 条", "lists": lists,
            "lights": [], "list_url": "", "order_note": "待签发的在前"}


def _row(row: Matter, user: User, back: str) -> dict[str, Any]:
    colour, light = light_words(row)
    step = next((s for s in row.transitions().values() if s.order <= waiting.MAIN and s.refusal(row, user) is None), None)
    return {
        "colour": colour, "light": light, "title": row.title, "url": url_for(f"{row.kind}.details_view", id=row.id, url=back),
        "kind": row.KIND_LABEL, "from": between(row.unit if leads(user) else None, getattr(row, "who", "")) or str(row.created_by or "系统"),
        "state_kind": "done" if row.closed_at else ("todo" if step else "wait"), "state_label": row.state.label,
        "verb": (step.label, url_for(f"{row.kind}.step", step=step.name, id=row.id, url=back)) if step else None,
    }


def _drafts(user: User, tab: str) -> dict[str, Any]:
    """Forms not sent yet; opening one fills it in again."""
    found = kept.drafts(user)
    return {"drafts": [{"title": row.title, "url": row.address, "time": short_time(row.saved_at), "drop": url_for("kept.undraft", id=row.id)}
                       for row in found], "matters_foot": f"共 {len(found)} 份", "order_note": "最近暂存的在前"}


def _inbox(user: User) -> dict[str, Any]:
    """What waits for the reader, then what happened lately; a dot marks what the number beside the bell counts."""
    rows = [row | {"unread": True} for part in waiting_for(user) for row in part.rows(INBOX_ROWS)][:INBOX_ROWS]
    rows += [row | {"unread": False} for row in recent_events(user, INBOX_ROWS - len(rows))]
    return {
        "inbox": [{"title": row["label"], "url": row["url"], "time": _short(row["time"]), "unread": row.get("unread", False)} for row in rows],
        "inbox_url": url_for("inbox.index"),
    }


def _short(time: str) -> str:
    """The narrow card needs the hour of today and the day of anything else."""
    day, _, hour = time.partition(" ")
    return hour if day == f"{now():%m-%d}" else day


def _today() -> str:
    day = now().date()
    info = work_calendar().day(day)
    named = "".join(f" · {row.name}" for row in fixed_days(day, day).get(day, []))
    return f"{day.year}年{day.month}月{day.day}日 星期{WEEK[day.weekday()]} · {'工作日' if info.is_workday else info.reason}{named}"


def _sweep_words(beat: Heartbeat | None) -> str:
    if beat is None:
        return "期限巡查尚未运行"
    if not beat.ok:
        return f"期限巡查 {short_time(beat.started_at)} 失败，请联系系统管理员"
    return f"期限巡查 {short_time(beat.finished_at)} 完成，下次 {beat.finished_at + timedelta(minutes=int(setting('sweep_minutes'))):%H:%M}"


def _late(beat: Heartbeat | None) -> bool:
    return beat is None or not beat.ok or now() - beat.finished_at > timedelta(minutes=2 * int(setting("sweep_minutes")))


def _quick(user: User) -> list[tuple[str, str, str]]:
    offered = [
        ("ticket:register", "登记诉求", "ticket.register", "pencil-square"), ("task:create", "下达任务", "task.give", "send"),
        ("notice:draft", "起草文书", "notice.draft", "file-earmark-text"), ("enterprise:create", "新增企业", "enterprise.create_view", "building"),
        ("user:create", "新增用户", "user.create_view", "person-circle"), ("calendar:create", "录入放假安排", "calendar.notice", "calendar-check"),
    ]
    return [(label, url_for(endpoint), icon) for permission, label, endpoint, icon in offered if user.may(permission)]


def _proposals(user: User, tab: str) -> dict[str, Any]:
    """A supervisor's to-do list: measures the rules propose, the highest rung and the oldest first."""
    query = sa.select(AccountabilityAction).where(to_decide(user)).options(
        joinedload(AccountabilityAction.matter), joinedload(AccountabilityAction.unit), selectinload(AccountabilityAction.notices))
    order = (AccountabilityAction.rung.desc(), AccountabilityAction.id)
    rows = []
    for action in db.session.scalars(query.order_by(*order).limit(ROWS)):
        colour, light = light_words(action.matter)
        letter = action.notice and action.notice.permits(user, "notice:view")
        url = url_for("notice.details_view", id=action.notice.id) if letter else url_for("accountability.details_view", id=action.id)
        rows.append({
            "colour": colour, "light": light, "title": action.matter.title, "url": url, "kind": f"拟{action.measure.label}",
            "from": str(action.unit), "state_kind": "todo", "state_label": action.state.label, "verb": ("审定", url),
        })
    return {"matters": rows, "matters_foot": f"共 {inbox_counts(user)['accountability']} 件拟办措施待审定", "order_note": "级次高的在前",
            "list_url": url_for("accountability.index_view", tab="decide")}


def pills(user: User) -> dict[str, dict[str, int]]:
    """What waits for the reader, by kind of matter and by panel of the inbox."""
    return {"matters": waiting_by_kind(user), "inbox": inbox_counts(user)}


def menu_counts(user: User) -> dict[str, tuple[int, str]]:
    """Pills of the side menu: how many, and the list of exactly those."""
    found = {kind: (n, url_for(f"{kind}.index_view", tab="todo")) for kind, n in pills(user)["matters"].items()}
    return found | {part.panel: (n, part.url) for part in waiting_for(user) if (n := inbox_counts(user)[part.panel])}
