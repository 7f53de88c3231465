"""What the three administrators look at first: numbers over accounts, messages and the trail, each opening its rows."""

from datetime import timedelta

import sqlalchemy as sa
from flask import url_for

from models import AuditEntry, Delegation, OutboxMessage, Role, User
from models.message import OutboxState
from models.now import now
from models.sweep_log import Heartbeat
from models.user import AdminKind
from views.filters import Where, yes_no
from views.homecards import Card, card, count

Clause = sa.ColumnElement[bool]
DAYS = 7


def _flag(key: str, label: str, holds: object) -> Where:
    """A filter 是/否 over a condition that depends on the moment."""

    def clause(value: str) -> Clause:
        return {"1": holds(), "0": sa.not_(holds())}[value]

    return Where(key, label, clause, kind="select", choices=lambda: [("1", "是"), ("0", "否")])


def _locked() -> Clause:
    return sa.func.coalesce(User.locked_until > now(), sa.false())


def _lending() -> Clause:
    today = now().date()
    return Delegation.ended_at.is_(None) & (Delegation.starts_on <= today) & (Delegation.ends_on >= today)


def _failed() -> Clause:
    return Heartbeat.error.is_not(None)


LOCKED = _flag("locked", "已锁定", _locked)
FIRST = yes_no("first", "待改首次口令", User.must_change)
ROLELESS = _flag("roleless", "没有角色", lambda: ~User.roles.any())
ADMINS = _flag("admins", "三员", lambda: User.roles.any(Role.admin_kind.is_not(None)))
LENDING = _flag("lending", "代理中", _lending)
FAILED = _flag("failed", "有失败", _failed)


def cards(kind: AdminKind | None) -> list[Card]:
    """Six for each of the three; none for anybody else."""
    return {AdminKind.SYSTEM: _system, AdminKind.SECURITY: _security, AdminKind.AUDIT: _audit}[kind]() if kind else []


def _week() -> tuple[str, Clause, Clause]:
    """The last days: as a list is asked for them, of the trail, of the sweeps."""
    first = (now() - timedelta(days=DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return f"{first:%Y-%m-%d} to {now():%Y-%m-%d}", AuditEntry.at >= first, Heartbeat.as_of >= first


def _system() -> list[Card]:
    days, _trail, sweeps = _week()
    return [
        card("启用的账号", count(User.is_active, User), url_for("user.index_view", flt_active="1"), "people"),
        card("停用的账号", count(~User.is_active, User), url_for("user.index_view", flt_active="0"), "person-circle"),
        card("待改首次口令", count(User.is_active & User.must_change, User), url_for("user.index_view", flt_active="1", flt_first="1"), "pencil-square"),
        card("已锁定", count(_locked(), User), url_for("user.index_view", flt_locked="1"), "lock", "由安全管理员解锁", "yellow"),
        card("未能发出", count(OutboxMessage.state == OutboxState.GIVEN_UP, OutboxMessage), url_for("outbox.index_view", flt_state="GIVEN_UP"), "send",
             "邮件和机器人消息", "red"),
        card("巡查有失败", count(sweeps & _failed(), Heartbeat), url_for("heartbeat.index_view", flt_failed="1", flt_as_of=days), "arrow-repeat",
             f"最近{DAYS}天", "red"),
    ]


def _security() -> list[Card]:
    active = User.is_active
    return [
        card("启用的账号", count(active, User), url_for("grant.index_view", flt_active="1"), "people"),
        card("已锁定", count(_locked(), User), url_for("grant.index_view", flt_locked="1"), "lock", "可解锁、重置口令", "yellow"),
        card("没有角色", count(active & ~User.roles.any(), User), url_for("grant.index_view", flt_active="1", flt_roleless="1"), "person-circle",
             "登录后什么也看不到", "yellow"),
        card("三员账号", count(active & User.roles.any(Role.admin_kind.is_not(None)), User), url_for("grant.index_view", flt_active="1", flt_admins="1"),
             "shield-check", "应由不同的人担任"),
        card("待改首次口令", count(active & User.must_change, User), url_for("grant.index_view", flt_active="1", flt_first="1"), "pencil-square"),
        card("代理中", count(_lending(), Delegation), url_for("delegation.index_view", flt_lending="1"), "people-fill", "今天有效的角色代理"),
    ]


def _audit() -> list[Card]:
    days, trail, _sweeps = _week()
    today = f"{now():%Y-%m-%d}"
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    watched = (("登录失败", "lock", "yellow"), ("账号锁定", "lock", "yellow"), ("导出", "download", ""), ("查看个人信息", "eye", ""),
               ("调整权限", "shield-check", ""))
    return [
        card("今日留痕", count(AuditEntry.at >= midnight, AuditEntry), url_for("audit.index_view", flt_at=f"{today} to {today}"), "clock-history"),
        *(card(word, count(trail & AuditEntry.action.contains(word), AuditEntry), url_for("audit.index_view", flt_action=word, flt_at=days), icon,
               f"最近{DAYS}天", colour) for word, icon, colour in watched),
    ]
