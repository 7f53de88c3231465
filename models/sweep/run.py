"""Running the effects in order, each in its own transaction, and writing the heartbeat."""

import json
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from models import scope
from models.base import db
from models.contact import look_at_contacts
from models.identity.account import forget_sessions, put_to_sleep
from models.importing import forget_imports
from models.inspection.casefile import draw_reviews
from models.inspection.merging import propose_joints
from models.meeting import carry_decisions
from models.message.digest import make_digests
from models.now import TZ, as_of, now
from models.openness import list_media_faults
from models.public.limits import forget_old
from models.rating.sweeping import lay_out_slices, rate_running_months
from models.supervision.sweep import propose_relapses, remind_look_back, warn_promises
from models.sweep.ladder import propose_due_soon, propose_overdue, propose_rungs, withdraw_stale
from models.sweep.quality import propose_quality, propose_unsigned
from models.sweep.recurring import generate_tasks
from models.sweep.signing import deem_signed, remind_due_soon
from models.sweep.upkeep import refresh_statistics, settle_figures
from models.sweep_log import Heartbeat

EFFECTS: dict[str, tuple[str, Callable[[], int]]] = {
    "tasks": ("生成定期任务", generate_tasks),
    "deemed_signed": ("视同签收", deem_signed),
    "reminded": ("到期提醒", remind_due_soon),
    "withdrawn": ("撤销失效拟办", withdraw_stale),
    "due_soon": ("拟办·临期提示", propose_due_soon),
    "unsigned": ("拟办·超期未签收", propose_unsigned),
    "relapses": ("拟办·整改反弹", propose_relapses),
    "overdue": ("拟办·超期", propose_overdue),
    "rungs": ("拟办·督办逾期升级", propose_rungs),
    "quality": ("拟办·重办退回不满意", propose_quality),
    "joints": ("拟议联合检查", propose_joints),
    "reviews": ("抽取评查案卷", draw_reviews),
    "look_backs": ("回头看提醒", remind_look_back),
    "promises": ("超承诺预警", warn_promises),
    "contacts": ("新企业联系查看", look_at_contacts),
    "carries": ("议定事项结转", carry_decisions),
    "media": ("政务新媒体检查", list_media_faults),
    "slices": ("布置月度填报", lay_out_slices),
    "ratings": ("三色评价", rate_running_months),
    "digests": ("每日摘要", make_digests),
    "figures": ("并入逐日数", settle_figures),
    "statistics": ("更新查询统计", refresh_statistics),
    "throttles": ("清理访问计数", forget_old),
    "asleep": ("久未登录停用", put_to_sleep),
    "imports": ("清理导入明细", forget_imports),
    "sessions": ("清理旧登录", forget_sessions),
}
# Asked once a day, at its first sweep: what they look at is days old, and each walks over every account, unit or table.
DAILY = {"slices", "ratings", "asleep", "sessions", "statistics"}
_LOCK = 20240805  # advisory lock number of the sweep


def sweep(moment: datetime | None = None, *, dry_run: bool = False) -> dict[str, int]:
    """Run every effect as of `moment` (default: now); returns label → how many.

    A second pass at the same moment returns zeros; what is asked once a day is zero after the day's first. `dry_run`
    counts and rolls back. One failing effect does not keep the others from running; it is kept in the heartbeat and
    raised at the end.
    """
    started, moment = now(), moment or now()
    counts: dict[str, int] = {}
    failures: list[tuple[str, Exception]] = []
    with scope.everything():
        done_today = _swept_on_the_day_of(moment)
        for name, (label, effect) in EFFECTS.items():
            if done_today and name in DAILY:
                counts[label] = 0
                continue
            try:
                with as_of(moment):
                    _lock()
                    counts[label] = effect()
                    db.session.rollback() if dry_run else db.session.commit()
            except Exception as error:
                db.session.rollback()
                failures.append((label, error))
        if not dry_run:
            _beat(started, moment, counts, failures)
    if failures:
        raise failures[0][1]
    return counts


def _swept_on_the_day_of(moment: datetime) -> bool:
    """Whether an earlier sweep of that day went through."""
    morning = moment.astimezone(TZ).replace(hour=0, minute=0, second=0, microsecond=0)
    beats = sa.select(Heartbeat.id).where(Heartbeat.as_of.between(morning, moment), Heartbeat.error.is_(None))
    return db.session.scalar(beats.limit(1)) is not None


def _beat(started: datetime, moment: datetime, counts: dict[str, int], failures: list[tuple[str, Exception]]) -> None:
    """The heartbeat: what was done, and what failed and why."""
    error = "；".join(f"{label}：{type(error).__name__}：{error}" for label, error in failures)
    db.session.add(
        Heartbeat(
            started_at=started, finished_at=now(), as_of=moment, counts=json.dumps(counts, ensure_ascii=False),
            error=error[:2000] or None,
        )
    )
    db.session.commit()


def _lock() -> None:
    """Two sweeps at once work one after the other; SQLite's write transaction already sees to that."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})


def run_scheduled(app: Flask) -> dict[str, int]:
    """The scheduler's entry: one sweep in its own application context."""
    with app.app_context():
        return sweep()
