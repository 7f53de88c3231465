"""The workbench (工作台): six numbers that open their lists, my matters by remaining time, quick entry."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_admin import AdminIndexView, expose
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from models import AccountabilityAction, Heartbeat, Matter, MatterEvent, MatterUnit, Notice, Task, Ticket, db
from models.accountability import ActionState
from models.calendar import work_calendar
from models.fixed_day import fixed_days
from models.notice import NoticeState
from models.now import now
from models.setting import setting
from models.ticket.states import GOOD, WORKING_STATES, TicketState
from models.user import Level, User
from views.cells import light_words, short_time

ROWS = 12
WEEK = "一二三四五六日"


def _running() -> sa.ColumnElement[bool]:
    return Matter.closed_at.is_(None) & Matter.answered_at.is_(None)


def mine(user: User) -> sa.ColumnElement[bool]:
    """Open matters that wait for this user's role: the states in which one of its main verbs may be pressed."""
    clauses = []
    for model in (mapper.class_ for mapper in Matter.__mapper__.self_and_descendants if mapper.polymorphic_identity):
        for step in model.transitions().values():
            if step.order > 20 or callable(step.permission) or (level := user.level(step.permission)) is None:
                continue
            if step.when is not None and step.name in ("decide_extension", "co_sign", "co_reply"):
                continue
            clause = (Matter.kind == model.__mapper__.polymorphic_identity) & Matter.state.in_([s.value for s in step.source])
            if level == Level.UNIT:
                part = MatterUnit.__table__
                own = sa.select(part.c.matter_id).where(part.c.active, part.c.unit_id == user.unit_id)
                clause &= Matter.id.in_(own.where(part.c.role == step.party) if step.party else own)
            clauses.append(clause)
    return sa.or_(*clauses) if clauses else sa.false()


class HomeView(AdminIndexView):
    """Everybody's first page."""

    def is_accessible(self) -> bool:
        """Whoever is logged in."""
        return current_user.is_authenticated

    @expose("/")
    def index(self) -> str:
        """The workbench of the reader's role."""
        user = current_user._get_current_object()
        tabs, where = self._tabs(user)
        matters, foot = [self._row(row, user) for row in self._rows(where)], _foot(where)
        if tabs[0]["active"] and user.may("accountability:decline"):
            drafts, words = proposals(user)
            # Whoever decides on measures has matters of the own as well: the discipline commission its leads.
            matters, foot = (drafts + matters)[:ROWS], f"{words}；{foot}" if drafts else foot
        beat = db.session.scalar(sa.select(Heartbeat).order_by(Heartbeat.id.desc()).limit(1))
        return self.render(
            "admin/home.html", today=_today(), sweep=_sweep_words(beat), sweep_late=_late(beat), counts=counts(user), tabs=tabs,
            matters=matters, matters_foot=foot, quick=_quick(user),
            list_url=_whole_list(user), rates=unit_month(user), **inbox_part(user),
        )

    def _tabs(self, user: User) -> tuple[list[dict[str, Any]], sa.ColumnElement[bool]]:
        event = MatterEvent.__table__
        touched = Matter.id.in_(sa.select(event.c.matter_id).where(event.c.by_id == user.id))
        wheres = {
            "todo": ("待办", mine(user)), "done": ("已办", touched & Matter.closed_at.is_(None)),
            "closed": ("办结", touched & Matter.closed_at.is_not(None)), "mine": ("我发起的", Matter.created_by_id == user.id),
        }
        current = request.args.get("tab") if request.args.get("tab") in wheres else "todo"
        todo = count(wheres["todo"][1]) + (waiting(user).get("accountability", 0) if user.may("accountability:decline") else 0)
        tabs = [
            {"label": label, "url": url_for(".index", tab=key), "active": key == current, "count": todo if key == "todo" else None}
            for key, (label, where) in wheres.items()
        ]
        return tabs, wheres[current][1]

    def _rows(self, where: sa.ColumnElement[bool]) -> list[Matter]:
        query = sa.select(Matter).where(where).order_by(Matter.due_at.is_(None), Matter.due_at, Matter.id.desc()).limit(ROWS)
        shown = (selectinload(Matter.parts), selectinload(Matter.unit), selectin_polymorphic(Matter, [Ticket, Task]),
                 selectinload(Ticket.enterprise), selectinload(Ticket.extension_rows), selectinload(Matter.created_by))
        return list(db.session.scalars(query.options(*shown)))

    def _row(self, row: Matter, user: User) -> dict[str, Any]:
        colour, light = light_words(row)
        step = next((s for s in row.transitions().values() if s.order <= 20 and s.refusal(row, user) is None), None)
        url = url_for(f"{row.kind}.details_view", id=row.id)
        return {
            "colour": colour, "light": light, "title": row.title, "url": url, "kind": row.KIND_LABEL,
            "from": getattr(row, "who", "") or str(row.created_by or "系统"),
            "state_kind": "done" if row.closed_at else ("todo" if step else "wait"), "state_label": row.state.label,
            "verb": (step.label, url_for(f"{row.kind}.step", step=step.name, id=row.id)) if step else None,
        }


def count(where: sa.ColumnElement[bool], model: type[Matter] = Matter) -> int:
    """How many matters (of a kind) in scope."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(where))


def _tickets(where: sa.ColumnElement[bool]) -> int:
    return count(where, Ticket)


def counts(user: User) -> list[dict[str, Any]]:
    """The six cards; each opens exactly the rows it counts."""
    ticket = user.may("ticket:view")
    if not ticket:
        return []
    todo = _tickets(Ticket.state == TicketState.DISPATCHED)
    soon = _tickets(_running() & (Matter.warn_at <= now()) & (Matter.due_at > now()))
    late = _tickets(_running() & (Matter.due_at <= now()))
    lists = "ticket.index_view"
    return [
        {"label": "待签收", "n": todo, "url": url_for(lists, tab="unsigned"), "icon": "inbox", "sub": "不签收时限照走"},
        {"label": "办理中", "n": _tickets(Ticket.state.in_(WORKING_STATES)), "url": url_for(lists, tab="working"), "icon": "list-task",
         "sub": "含承诺和重办"},
        {"label": "即将到期", "n": soon, "url": url_for(lists, tab="soon"), "icon": "stopwatch", "colour": "yellow", "sub": "已转黄未答复"},
        {"label": "已超期", "n": late, "url": url_for(lists, tab="late"), "icon": "exclamation-octagon-fill", "colour": "red", "sub": "未答复"},
        {"label": "待回访", "n": _tickets(Ticket.state == TicketState.APPROVED), "url": url_for(lists, tab="callback"), "icon": "telephone",
         "sub": "承办单位以外回访"},
        {"label": "待审核", "n": _tickets(Ticket.state.in_([TicketState.REPLIED, TicketState.DEFER_ASKED])),
         "url": url_for(lists, tab="review"), "icon": "shield-check", "sub": "在单位负责人处"},
    ]


def _foot(where: sa.ColumnElement[bool]) -> str:
    burning = sa.select(Matter.light.label("light")).where(where).subquery()  # PostgreSQL cannot group by an expression with parameters
    rows = dict(db.session.execute(sa.select(burning.c.light, sa.func.count()).group_by(burning.c.light)).all())
    total = sum(rows.values())
    lights = " · ".join(f"{word} {rows[key]}" for key, word in (("RED", "红"), ("YELLOW", "黄"), ("BLUE", "蓝")) if rows.get(key))
    return f"共 {total} 条" + (f"，{lights}" if lights else "")


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


def inbox_part(user: User) -> dict[str, Any]:
    """What waits for a decision or an answer outside the matters: proposals, letters to sign, letters to answer."""
    rows = []
    if user.may("accountability:decline"):
        drafts = sa.select(AccountabilityAction).where(_mine_to_decide(user)).options(joinedload(AccountabilityAction.unit))
        for action in db.session.scalars(drafts.order_by(AccountabilityAction.id.desc()).limit(5)):
            rows.append(_message(f"拟{action.measure.label}待审定：{action.unit}", "accountability.details_view", action.id, action.drafted_at))
    states = [NoticeState.ISSUED, NoticeState.SERVED] if not user.may("notice:draft") else [NoticeState.SUBMITTED]
    if user.may("notice:view"):
        for notice in db.session.scalars(sa.select(Notice).where(Notice.state.in_(states)).order_by(Notice.id.desc()).limit(5)):
            rows.append(_message(str(notice), "notice.details_view", notice.id, notice.issued_at or notice.drafted_at))
    return {"inbox": rows[:6], "inbox_count": len(rows), "inbox_url": url_for("inbox.index")}


def _mine_to_decide(user: User) -> sa.ColumnElement[bool]:
    """Proposals of the rungs this user may issue; not those against the own unit (回避)."""
    rungs = [rung for rung in range(5) if user.may(f"accountability:issue_{rung}")]
    mine = (AccountabilityAction.state == ActionState.DRAFT) & AccountabilityAction.rung.in_(rungs)
    return mine & (AccountabilityAction.unit_id != user.unit_id) if user.unit_id else mine


def proposals(user: User) -> tuple[list[dict[str, Any]], str]:
    """A supervisor's to-do list: measures the rules propose, the highest rung and the oldest first."""
    query = sa.select(AccountabilityAction).where(_mine_to_decide(user)).options(
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
    total = waiting(user).get("accountability", 0)
    return rows, f"共 {total} 件拟办措施待审定"


def _whole_list(user: User) -> str | None:
    if user.may("accountability:decline"):
        return url_for("accountability.index_view")
    return url_for("ticket.index_view") if user.may("ticket:view") else None


def waiting(user: User) -> dict[str, int]:
    """Pills of the side menu: what waits for the reader, by panel."""
    found = dict(db.session.execute(sa.select(Matter.kind, sa.func.count()).where(mine(user)).group_by(Matter.kind)).all())
    if user.may("accountability:decline"):
        drafts = sa.select(sa.func.count()).select_from(AccountabilityAction).where(_mine_to_decide(user))
        found["accountability"] = db.session.scalar(drafts)
    return found


def _message(title: str, endpoint: str, row_id: int, at: Any) -> dict[str, Any]:
    return {"title": title, "url": url_for(endpoint, id=row_id), "time": short_time(at), "unread": True}


def unit_month(user: User) -> dict[str, Any] | None:
    """This month's three rates of the tickets in scope; "—" when there is nothing to divide by."""
    if not user.may("ticket:view"):
        return None
    start = now().replace(day=1, hour=0, minute=0, second=0)
    due = (Ticket.due_at >= start) & (Ticket.due_at <= now()) & Ticket.exempt.is_(False)
    on_time = due & Ticket.answered_at.is_not(None) & (Ticket.answered_at <= Ticket.due_at)
    answered = Ticket.closed_at.is_not(None) & (Ticket.closed_at >= start) & Ticket.exempt.is_(False)
    rated = answered & Ticket.satisfaction.is_not(None)
    rows = [
        ("按期办结率", rate(_tickets(on_time), _tickets(due))), ("一次办好率", rate(_tickets(answered & (Ticket.reworks == 0)), _tickets(answered))),
        ("满意率", rate(_tickets(rated & Ticket.satisfaction.in_([s.value for s in GOOD])), _tickets(rated))),
    ]
    name = f"{user.unit or '全区'} {now().month} 月" if user.level("ticket:view") == Level.UNIT else f"全区 {now().month} 月"
    note = f"按期：本月到期件中按时答复的（超期在办计入分母）；一次办好、满意：本月办结件。截至 {now():%m-%d %H:%M}"
    return {"title": name, "rows": rows, "note": note}


def rate(part: int, whole: int) -> str:
    """A percentage, or "—" for an empty denominator."""
    return f"{100 * part / whole:.1f}%" if whole else "—"
