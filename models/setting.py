"""Settings an administrator edits in the panel."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, SessionTransaction

from models import columns as c
from models.base import db
from models.remembered import remembered


class Setting(db.Model):
    """One named value."""

    __tablename__ = "setting"

    id: Mapped[int] = c.key()
    key: Mapped[str] = c.text("键", 60, required=True, unique=True)
    value: Mapped[str] = c.long("值", required=True, default="")
    label: Mapped[str] = c.text("名称", 60, required=True, default="")
    kind: Mapped[str] = c.text("类型", 12, required=True, default="text")
    help: Mapped[str | None] = c.text("说明", 200)

    def __str__(self) -> str:
        return self.label or self.key

    def conceals(self, column: str) -> bool:
        """A secret (an address with a key in it) stays out of lists and of the audit trail."""
        return column == "value" and self.kind == "secret"


DEFAULTS = {
    "audit_digest": "SHA256",
    "admin_addresses": "",
    "office_close": "17:30",
    "district_name": "示范区",
    "agency": "示范区优化营商环境领导小组办公室",
    "agency_short": "区营商办",
    "agency_unit": "yingshangban",
    "contact": "0000-1234567",
    "site_url": "",
    "sweep_minutes": "15",
    "callback_attempts": "3",
    "callback_days": "2",
    "inspection_coordinator": "gongyeyuan",
    "inspection_merge_days": "10",
    "inspection_yearly_cap": "4",
    "draw_weights": "A=1,B=2,C=4,D=8,-=2",
    "case_review_unit": "sifa",
    "case_daily_sample": "2",
    "case_monthly_sample": "5",
    "report_series": "示营通",
    "contact_checks": "15:00,18:00,+1 08:00",
    "contact_report_unit": "yingshangban",
    "decision_carries": "3",
    "duplicate_days": "30",
    "import_days": "90",
    "city_notice_duties": "M-3-4-1,M-3-4-2",
    "three_way_seconds": "15",
    "on_spot_rate_target": "90",
    "linkage110_rate_target": "90",
    "api_on": "否",
    "api_per_minute": "120",
    "mail_on": "否",
    "digest_at": "08:30",
    "smtp_host": "",
    "smtp_port": "25",
    "smtp_security": "无",
    "smtp_user": "",
    "smtp_from": "",
    "robot_on": "否",
    "robot_format": "钉钉",
    "robot_url": "",
    "public_page": "是",
    "public_title": "企业诉求直通",
    "public_promise": "提交后给您查询编号，1 个工作日内答复是否受理。",
    "public_submits_hourly": "10",
    "public_submits_daily": "5",
    "public_lookups_hourly": "60",
    "metrics_addresses": "",
    "backup_at": "02:30",
    "backup_days": "7",
    "backup_weeks": "4",
    "login_tries": "5",
    "login_lock_minutes": "30",
    "login_address_tries": "30",
    "password_length": "8",
    "password_days": "90",
    "password_history": "5",
    "idle_minutes": "30",
    "idle_minutes_admin": "10",
    "session_hours": "12",
    "dormant_days": "90",
    "delegation_days": "30",
    "totp_for": "ADMIN",
}


_KEPT = "settings"  # in Session.info: what this transaction has read


def setting(key: str) -> str:
    """The value of a setting; the built-in default when nobody has set it. Read all at once: a page asks for seven of them."""
    kept = db.session.info.get(_KEPT)
    if kept is None:
        kept = db.session.info[_KEPT] = remembered("settings", _read)
    return kept[key] if key in kept else DEFAULTS[key]


def _read() -> dict[str, str]:
    rows = db.session.execute(sa.select(Setting.key, Setting.value))
    return {row.key: row.value for row in rows if row.value}


@event.listens_for(Session, "after_flush")
def _changed(session: Session, _context: Any) -> None:
    if any(isinstance(row, Setting) for row in (*session.new, *session.dirty, *session.deleted)):
        session.info.pop(_KEPT, None)


@event.listens_for(Session, "after_transaction_end")
def _over(session: Session, _transaction: SessionTransaction) -> None:
    """The next transaction may see others' changes, and what was rolled back was never set."""
    session.info.pop(_KEPT, None)


def switched_on(key: str) -> bool:
    """Whether a yes-or-no setting says yes."""
    return setting(key).strip() in ("是", "开", "1")


def whole_setting(key: str) -> int:
    """A setting that is a number; the built-in default when it is not."""
    value = setting(key).strip()
    return int(value) if value.isdecimal() and len(value) < 10 else int(DEFAULTS[key])


class StockPhrase(db.Model):
    """A ready-made opinion (常用意见) offered beside the text box of a verb."""

    __tablename__ = "stock_phrase"

    id: Mapped[int] = c.key()
    verb: Mapped[str] = c.text("环节", 40, required=True, index=True)
    text: Mapped[str] = c.text("常用意见", 200, required=True)
    sort: Mapped[int] = c.whole("排序", default=100)

    __table_args__ = (sa.UniqueConstraint("verb", "text"),)

    def __str__(self) -> str:
        return self.text
