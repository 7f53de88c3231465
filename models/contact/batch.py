"""The list of new registrations: uploaded, looked at, confirmed; each firm then pushed to its lead unit (N1)."""

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import scope, vault
from models.base import Labelled, db
from models.contact.contact import Contact
from models.contact.reading import Verdict, judge
from models.contact.undoing import image, put_back
from models.enterprise import Enterprise
from models.errors import Invalid, NotPermitted, Refused
from models.now import now
from models.unit import Unit
from models.user import Level, User

MOST = 500  # rows of one list
DAYS, OPENS, SHUTS = (0, 2), time(10, 0), time(11, 0)  # Mondays and Wednesdays, 10–11. M 二(七)1(1)


class BatchState(Labelled):
    PREVIEW = "PREVIEW", "待确认"
    CONFIRMED = "CONFIRMED", "已录入"
    DROPPED = "DROPPED", "已放弃"
    UNDONE = "UNDONE", "已撤销"


class FirmBatch(db.Model):
    """One uploaded list. `content` keeps the rows as read, so that the preview is what gets confirmed."""

    __tablename__ = "firm_batch"

    id: Mapped[int] = c.key()
    file_name: Mapped[str] = c.text("文件名", 200, required=True)
    announced: Mapped[int] = c.whole("应录入户数", required=True, help="登记机关本期新设立的有限公司、股份有限公司、有限合伙企业户数")
    state: Mapped[BatchState] = c.choice("状态", BatchState, default=BatchState.PREVIEW)
    content: Mapped[dict] = c.data("名单内容")
    uploaded_at: Mapped[datetime] = c.stamp("上传时间")
    uploaded_by_id: Mapped[int | None] = c.ref("user_account.id", "上传人")
    confirmed_at: Mapped[datetime | None] = c.when("录入时间", index=True)

    uploaded_by: Mapped[User | None] = relationship()
    firms: Mapped[list["NewFirm"]] = relationship(back_populates="batch", order_by="NewFirm.id")

    __table_args__ = (
        sa.CheckConstraint("announced > 0", name="announced_positive"),
        sa.CheckConstraint("(state IN ('CONFIRMED', 'UNDONE')) = (confirmed_at IS NOT NULL)", name="confirmed_has_time"),
    )

    @classmethod
    def upload(cls, *, by: User, file_name: str, announced: int, rows: list[dict[str, str]]) -> "FirmBatch":
        """Keep the rows for the preview. Raises NotPermitted or Invalid."""
        if not by.may("firm:import"):
            raise NotPermitted("您的角色不能录入新注册企业")
        if not rows:
            raise Invalid("file", "名单里没有数据行，请用模板填写后上传")
        if len(rows) > MOST:
            raise Invalid("file", f"一次最多{MOST}户，现有{len(rows)}户，请分批上传")
        if announced < 1:
            raise Invalid("announced", "应录入户数应大于零")
        with scope.everything():
            batch = cls(file_name=file_name[-200:], announced=announced, content={"rows": [_close(row) for row in rows]}, uploaded_by=by, uploaded_at=now())
            db.session.add(batch)
            db.session.flush()
        return batch

    def verdicts(self) -> list[Verdict]:
        """Each row judged against the register as it is now."""
        seen: dict[str, int] = {}
        with scope.everything():
            found = [judge(place, _open(row), seen) for place, row in enumerate(self.content.get("rows", []), 1)]
            for verdict in found:
                _refuse_twice(verdict)
        return found

    def confirm(self, *, by: User) -> int:
        """Enter the good rows and push those whose lead unit is known; returns how many were entered."""
        if not by.may("firm:import"):
            raise NotPermitted("您的角色不能录入新注册企业")
        with scope.everything():
            if self.state != BatchState.PREVIEW:
                raise Refused(f"这份名单{self.state.label}，不能再次录入")
            good = [verdict for verdict in self.verdicts() if verdict.good]
            if not good:
                raise Refused("没有可以录入的企业，请改正后重新上传")
            self.state, self.confirmed_at = BatchState.CONFIRMED, now()
            before = [self._enter(verdict, by) for verdict in good]
            self.content = self.content | {"before": before}
            db.session.flush()
        return len(good)

    def _enter(self, verdict: Verdict, by: User) -> dict[str, Any]:
        """Enter one firm; what the register said of it before, for undoing ({} = it was not there)."""
        values = dict(verdict.values)
        lead = values.pop("lead", None)
        enterprise = verdict.enterprise or Enterprise()
        before = image(enterprise, [*values, "is_active"]) if verdict.enterprise else {}
        enterprise.is_active = True
        for name, value in values.items():
            if value is not None:
                setattr(enterprise, name, value)
        firm = NewFirm(batch=self, enterprise=enterprise, lead=lead, registered_on=values["registered_on"], entered_at=now())
        db.session.add_all([enterprise, firm])
        db.session.flush()
        if lead is not None:
            Contact.push(firm, lead, by=by)
        return {"enterprise": enterprise.id, "was": _close(before), "became": _close(image(enterprise, before))}

    def undo(self, *, by: User, reason: str) -> int:
        """Take the whole list back as long as no unit has worked on any of its firms; returns how many firms went.

        Contacts are voided, updated enterprises get back what the list overwrote (unless changed since), enterprises the
        list had added are no longer in business as far as the register goes. Raises NotPermitted, Invalid or Refused.
        """
        if not by.may("firm:import"):
            raise NotPermitted("您的角色不能录入新注册企业")
        if not reason.strip():
            raise Invalid("reason", "请填写撤销理由")
        with scope.everything():
            if self.state != BatchState.CONFIRMED:
                raise Refused(f"这份名单{self.state.label}，不能撤销")
            worked = [firm.contact.number for firm in self.firms if firm.contact and not firm.contact.untouched]
            if worked:
                raise Refused(f"{'、'.join(worked[:5])}{'等' if len(worked) > 5 else ''}已经办理，整批不能撤销；其余的请逐件撤销")
            for firm in self.firms:
                firm.voided_at = now()
                if firm.contact and firm.contact.is_open:
                    firm.contact.take_back(by=by, reason=f"撤销录入批次：{reason.strip()}")
            for entry in self.content.get("before", []):
                put_back(db.session.get(Enterprise, entry["enterprise"]), _open(entry["was"]), _open(entry["became"]))
            self.state = BatchState.UNDONE
            self.content = self.content | {"reason": reason.strip()[:200], "undone_by": by.name, "undone_at": f"{now():%Y-%m-%d %H:%M}"}
            db.session.flush()
        return len(self.firms)

    def drop(self, *, by: User) -> None:
        """Not entered after all."""
        if not by.may("firm:import"):
            raise NotPermitted("您的角色不能录入新注册企业")
        if self.state != BatchState.PREVIEW:
            raise Refused(f"这份名单{self.state.label}，不能放弃")
        with scope.everything():
            self.state = BatchState.DROPPED
            db.session.flush()

    @property
    def in_window(self) -> bool:
        """Entered on a Monday or Wednesday between ten and eleven. M 二(七)1(1)"""
        at = self.confirmed_at
        return at is not None and at.weekday() in DAYS and OPENS <= at.time() <= SHUTS

    def __str__(self) -> str:
        return f"{self.uploaded_at:%Y-%m-%d} {self.file_name}"


class NewFirm(db.Model):
    """One newly registered enterprise of a list, once ever; pushed when its contact exists."""

    __tablename__ = "new_firm"

    id: Mapped[int] = c.key()
    batch_id: Mapped[int] = c.ref("firm_batch.id", "批次", required=True)
    enterprise_id: Mapped[int] = c.ref("enterprise.id", "企业", required=True, index=False)
    lead_id: Mapped[int | None] = c.ref("unit.id", "牵头服务部门")
    registered_on: Mapped[date] = c.day("成立日期", required=True)
    entered_at: Mapped[datetime] = c.stamp("录入时间", index=True)
    voided_at: Mapped[datetime | None] = c.when("撤销时间")

    batch: Mapped[FirmBatch] = relationship(back_populates="firms")
    enterprise: Mapped[Enterprise] = relationship()
    lead: Mapped[Unit | None] = relationship()
    contact: Mapped[Contact | None] = relationship(back_populates="firm", uselist=False)

    # Once ever, as long as it stands: an undone list may be entered again.
    __table_args__ = (
        sa.Index("uq_new_firm_enterprise_standing", "enterprise_id", unique=True, sqlite_where=sa.text("voided_at IS NULL"),
                 postgresql_where=sa.text("voided_at IS NULL")),
        sa.Index("ix_new_firm_enterprise_id", "enterprise_id"),
    )

    def push(self, *, by: User, unit: Unit) -> Contact:
        """Send it to its lead service unit, once."""
        if not by.may("firm:push"):
            raise NotPermitted("您的角色不能推送新注册企业")
        with scope.everything():
            if self.contact is not None:
                raise Refused(f"{self.enterprise}已推送{self.contact.unit}，如推送不准请改派")
            self.lead = unit
            return Contact.push(self, unit, by=by)

    def __str__(self) -> str:
        return str(self.enterprise)


_PERSONAL = ("contact_name", "contact_phone")


def _close(row: dict[str, str]) -> dict[str, str]:
    """A row as kept: who to ask for and the phone are sealed as they are in the register."""
    return row | {key: vault.seal(row[key]) for key in _PERSONAL if row.get(key)}


def _open(row: dict[str, str]) -> dict[str, str]:
    """A row as read from the file."""
    return row | {key: vault.unseal(row[key]) or "" for key in _PERSONAL if row.get(key)}


def reseal(batch: FirmBatch) -> int:
    """Seal a list's rows with the key in force; how many rows."""
    rows = [_close(_open(row)) for row in batch.content.get("rows", [])]
    before = [entry | {side: _close(_open(entry[side])) for side in ("was", "became")} for entry in batch.content.get("before", [])]
    batch.content = batch.content | {"rows": rows} | ({"before": before} if before else {})
    return len(rows)


def _refuse_twice(verdict: Verdict) -> None:
    """A firm is newly registered once."""
    if verdict.enterprise is not None:
        query = sa.select(NewFirm.entered_at).where(NewFirm.enterprise_id == verdict.enterprise.id, NewFirm.voided_at.is_(None))
        if entered := db.session.scalar(query):
            verdict.reasons.append(f"{entered:%Y-%m-%d}已录入过")


def _firms(user: User) -> sa.ColumnElement[bool] | None:
    """The whole list for those who keep it; a unit sees the firms it leads."""
    level, stands = user.level("firm:view"), NewFirm.voided_at.is_(None)
    if level == Level.ALL:
        return stands
    return stands & (NewFirm.lead_id == user.unit_id) if level and user.unit_id else sa.false()


def _batches(user: User) -> sa.ColumnElement[bool] | None:
    return None if user.level("firm:view") == Level.ALL else sa.false()


scope.scoped(_firms, lambda _row, user: user.may("firm:import"))(NewFirm)
scope.scoped(_batches, lambda _row, user: user.may("firm:import"))(FirmBatch)
