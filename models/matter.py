"""Matter (事项): whatever has a responsible unit, a clock and an outcome.

Tickets, tasks and later kinds inherit it (joined tables). The timeline, the deadlines, the units
and their sub-status, the lights and the ladder are written once, here and in the files beside it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models import stand_in
from models.base import Labelled, db
from models.calendar import work_calendar
from models.clock import Limit
from models.codes import mask_numbers
from models.deadline import Cause, MatterDeadline
from models.event import MatterEvent
from models.flow import Flow, Transition
from models.light import Light, Lit
from models.matter_unit import MatterUnit, Part
from models.now import local, now
from models.numbering import next_serial
from models.unit import Unit
from models.user import Level, User

if TYPE_CHECKING:
    from models.accountability import AccountabilityAction
    from models.attachment import Attachment
    from models.notice import Notice

__all__ = ["Light", "Matter", "MatterEvent", "check_states"]


class Matter(Lit, Flow, db.Model):
    """The common part of every kind of matter."""

    __tablename__ = "matter"

    PREFIX = "SX"
    KIND_LABEL = "事项"
    ANSWER = "办结"  # what the clock waits for: 按期答复, 按期报送
    DEMAND = ""  # what its letters demand where nobody has written requirements; "": the common demand
    STATES: ClassVar[type[Labelled]]
    OCCASIONS: ClassVar[dict[str, Any]] = {}  # verb → the matters in which it waits for a user, where the state does not say so
    STATE_COLUMN = "state_code"

    id: Mapped[int] = c.key()
    kind: Mapped[str] = c.text("种类", 20, required=True)
    number: Mapped[str] = c.text("编号", 24, required=True, unique=True)
    title: Mapped[str] = c.headline("标题", required=True)
    unit_id: Mapped[int | None] = c.ref("unit.id", "主办单位")
    state_code: Mapped[str] = c.text("状态", 24, required=True, name="state")
    opened_at: Mapped[datetime] = c.stamp("登记时间", index=True)
    started_at: Mapped[datetime | None] = c.when("起算时间")
    warn_at: Mapped[datetime | None] = c.when("转黄时间")
    due_at: Mapped[datetime | None] = c.when("办理时限", index=True)
    answered_at: Mapped[datetime | None] = c.when("答复时间", help="办理时限算到此时为止")
    closed_at: Mapped[datetime | None] = c.when("办结时间")
    provisional: Mapped[bool] = c.flag("时限暂定", help="跨入尚未公布放假安排的年份")
    ladder: Mapped[int] = c.whole("督办级次", default=0)
    ladder_due_at: Mapped[datetime | None] = c.when("督办时限")
    reworks: Mapped[int] = c.whole("重办次数", default=0)
    reminders: Mapped[int] = c.whole("催办次数", default=0)
    extensions: Mapped[int] = c.whole("延期次数", default=0)
    returns: Mapped[int] = c.whole("退回次数", default=0)
    created_by_id: Mapped[int | None] = c.ref("user_account.id", "登记人")
    handler_id: Mapped[int | None] = c.ref("user_account.id", "经办人")
    version: Mapped[int] = c.whole("版本", default=1)

    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)
    created_by: Mapped[User | None] = relationship(foreign_keys=created_by_id)
    handler: Mapped[User | None] = relationship(foreign_keys=handler_id)
    parts: Mapped[list[MatterUnit]] = relationship(back_populates="matter", order_by=MatterUnit.id)
    events: Mapped[list[MatterEvent]] = relationship(back_populates="matter", order_by=MatterEvent.id.desc())
    deadlines: Mapped[list[MatterDeadline]] = relationship(back_populates="matter", order_by=MatterDeadline.id)
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="matter", order_by="Attachment.id")
    actions: Mapped[list["AccountabilityAction"]] = relationship(back_populates="matter", order_by="AccountabilityAction.id")
    notices: Mapped[list["Notice"]] = relationship(back_populates="matter", order_by="Notice.id")

    __mapper_args__ = {"polymorphic_on": "kind", "version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("ladder BETWEEN 0 AND 4", name="ladder_range"),
        sa.CheckConstraint("ladder > 0 OR ladder_due_at IS NULL", name="ladder_has_rung"),
        sa.CheckConstraint("warn_at IS NULL OR due_at IS NULL OR warn_at <= due_at", name="warning_before_due"),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_opened"),
        sa.CheckConstraint("reworks >= 0 AND reminders >= 0 AND extensions >= 0 AND returns >= 0", name="counters"),
        sa.Index("ix_matter_unit_state", "unit_id", "state", "id"),
        sa.Index("ix_matter_open_due", "closed_at", "answered_at", "due_at"),
        sa.Index("ix_matter_ladder_due", "ladder_due_at"),
    )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @hybrid_property
    def state(self) -> Labelled:
        """The state as a member of the kind's own enum (STATES); the column holds its name."""
        return self.STATES[self.state_code]

    @state.inplace.setter
    def _set_state(self, state: Labelled) -> None:
        self.state_code = self.STATES[state].value

    @state.inplace.expression
    @classmethod
    def _state_sql(cls) -> sa.ColumnElement[str]:
        return cls.state_code

    # -- who it belongs to ------------------------------------------------------------------

    def part_of(self, unit_id: int | None) -> MatterUnit | None:
        """The active part a unit has in this matter."""
        return next((p for p in self.parts if p.active and unit_id and p.unit_id == unit_id), None)

    @property
    def co_units(self) -> list[Unit]:
        """Active co-responsible units."""
        return [p.unit for p in self.parts if p.active and p.role == Part.CO]

    def reaches(self, by: User, level: Level, party: str | None) -> bool:
        """Whether a permission of this level covers the matter for `by`."""
        if level == Level.OWN:
            return self.created_by_id == by.id
        units = {by.unit_id} if level == Level.UNIT else by.group_units
        return any(p.active and p.unit_id in units and party in (None, p.role) for p in self.parts)

    def assign(self, unit: Unit, role: Part, *, forced: bool = False) -> MatterUnit:
        """Give the matter to a unit; a unit that had it before gets it anew."""
        part = next((p for p in self.parts if p.unit_id == unit.id), None)
        if part is None:
            part = MatterUnit(unit=unit, unit_id=unit.id)
            self.parts.append(part)
        part.begin(role, forced=forced)
        if role == Part.LEAD:
            self.unit, self.unit_id = unit, unit.id
            self._resume_ladder(unit)
        return part

    # -- the ladder: one per responsible unit -----------------------------------------------

    def _resume_ladder(self, unit: Unit) -> None:
        """A new lead unit starts at its own rung; what is open against another unit ends."""
        self.ladder = max((a.rung for a in self.actions if a.unit_id == unit.id and a.in_force), default=0)
        self.ladder_due_at = None
        for action in self.actions:
            if action.rung and action.unit_id != unit.id:
                action.strike_off("事项已改派")

    def climb(self, rung: int, deadline: MatterDeadline) -> None:
        """One rung up, with its own deadline."""
        self.ladder, self.ladder_due_at = rung, None
        self._take(deadline)

    def step_back(self) -> None:
        """The latest rung was taken back: rung and clock are again those before it."""
        standing = [a for a in self.actions if a.rung and a.unit_id == self.unit_id and a.in_force]
        last = max(standing, key=lambda action: action.rung, default=None)
        self.ladder = last.rung if last else 0
        self.ladder_due_at = self._due_since(last) if last else None
        for action in self.actions:
            if action.rung > self.ladder + 1:
                action.withdraw_proposal("前一级措施已撤回")

    def _due_since(self, action: "AccountabilityAction") -> datetime | None:
        """What has to be missed after this rung: its own deadline, or a later clock of the matter."""
        mine = [i for i, row in enumerate(self.deadlines) if row.cause == Cause.RUNG and row.due_at == action.new_due_at]
        later = [row.due_at for row in self.deadlines[mine[-1] + 1 :] if row.cause != Cause.RUNG] if mine else []
        return max([action.new_due_at, *later])

    @property
    def ladder_deadline(self) -> MatterDeadline | None:
        """What has to be missed before the next rung: the rung's deadline, or a later clock of the matter."""
        return next((d for d in reversed(self.deadlines) if d.due_at == self.ladder_due_at), None)

    # -- the clock --------------------------------------------------------------------------

    def start_clock(self, limit: Limit, cause: Cause, **about: Any) -> MatterDeadline:
        """Set the clock `limit` from now (or `start=`); see MatterDeadline for the rest."""
        return self._take(MatterDeadline.reckon(work_calendar(), limit, cause, **about))

    def set_due(self, due_at: datetime, cause: Cause, **about: Any) -> MatterDeadline:
        """Set the clock to a given moment (commitment, extension, a leader's date)."""
        return self._take(MatterDeadline.fixed(work_calendar(), local(due_at), cause, **about))

    def _take(self, deadline: MatterDeadline) -> MatterDeadline:
        self.deadlines.append(deadline)
        if deadline.cause != Cause.RUNG:
            self.started_at = deadline.starts_at if deadline.restarts else (self.started_at or deadline.starts_at)
            self.due_at, self.warn_at = deadline.due_at, deadline.warn_at
            self.provisional, self.answered_at = deadline.provisional, None
        if self.ladder:  # a rework or a promise gives the unit its time before the next rung
            self.ladder_due_at = max(filter(None, (self.ladder_due_at, deadline.due_at)))
        return deadline

    @property
    def deadline(self) -> MatterDeadline | None:
        """The deadline in force (rungs of the ladder have their own)."""
        return next((d for d in reversed(self.deadlines) if d.cause != Cause.RUNG), None)

    def stop_clock(self) -> None:
        """The answer went out: lateness is measured against this moment."""
        self.answered_at = now()

    @property
    def is_open(self) -> bool:
        """Not yet closed."""
        return self.closed_at is None

    # -- its history ------------------------------------------------------------------------

    def note_step(self, step: Transition, by: User | None, before: Labelled, note: str) -> None:
        """One timeline row per verb."""
        self.log(step.name, step.label, by=by, note=note, mark=step.mark, before=before)

    def log(
        self, action: str, label: str, *, by: User | None, note: str = "", mark: str = "", before: str | None = None
    ) -> MatterEvent:
        """Append to the timeline, which many read: telephone numbers in the note are masked."""
        lender = stand_in.lender.get() if by else None
        event = MatterEvent(
            action=action, label=label, by=by, by_name=by.name if by else "系统", unit=by.unit if by else None,
            for_name=lender and lender.name,
            from_state=before or self.state, to_state=self.state, note=mask_numbers(note), mark=mark,
        )
        self.events.insert(0, event)
        return event

    @property
    def usual_demand(self) -> str:
        """What a letter over a missed deadline demands unless somebody writes it: by kind of matter."""
        return self.DEMAND or f"查明未按期{self.ANSWER}的原因，明确责任科室和责任人，采取有效措施限期{self.ANSWER}，并书面说明情况。"

    @property
    def wanting(self) -> str:
        """What is still missing of a quota, as a letter says it; nothing for what has none."""
        return ""

    def letter_facts(self) -> dict[str, dict[str, Any]]:
        """What this kind says in its letters instead of the common facts, by part of the wording's context."""
        return {}

    def finish(self) -> None:
        """Close: the clock stops and open rungs are struck off (销号)."""
        self.closed_at = now()
        self.answered_at = self.answered_at or self.closed_at
        self.ladder_due_at = None
        for action in self.actions:
            action.strike_off("事项已办结")

    @classmethod
    def next_number(cls) -> str:
        """``SQ202408-00012``: prefix, month, serial of the month."""
        stem = f"{cls.PREFIX}{now():%Y%m}"
        return f"{stem}-{next_serial(stem):05d}"


# Where a matter stands in lists (by_urgency): running, without a clock, answered, answered without one. The database works it out
# and keeps lists sorted by it; nobody sets it, so it is no attribute of the class.
_queue = sa.Column(
    "queue", sa.Integer(), sa.Computed("(CASE WHEN answered_at IS NULL THEN 0 ELSE 2 END) + (CASE WHEN due_at IS NULL THEN 1 ELSE 0 END)"),
    info={"label": "排队次序"}, comment="排队次序",
)
Matter.__table__.append_column(_queue)
_m = Matter.__table__.c
# Which rows a page shows, how many there are and their lights are read from one of these alone: the whole list in its order, what is
# in some state, what was registered in some days.
_lights = (_m.unit_id, _m.closed_at, _m.answered_at, _m.warn_at)
sa.Index("ix_matter_queue", _m.kind, _m.queue, _m.due_at, _m.id, _m.state, *_lights)
sa.Index("ix_matter_list", _m.kind, _m.state, _m.queue, _m.due_at, _m.id, *_lights)
sa.Index("ix_matter_unit_queue", _m.unit_id, _m.kind, _m.queue, _m.due_at, _m.id, _m.state, *_lights[1:])
sa.Index("ix_matter_opened", _m.kind, _m.opened_at, _m.queue, _m.due_at, _m.id, _m.state, *_lights)


def check_states(cls: type[Matter], states: type[Labelled]) -> None:
    """Add the CHECK that this kind's state is one of its flow's, named ``ck_matter_<kind>_state``."""
    kind = cls.__mapper__.polymorphic_identity
    values = ", ".join(f"'{state}'" for state in states.__members__)
    Matter.__table__.append_constraint(
        sa.CheckConstraint(f"kind <> '{kind}' OR state IN ({values})", name=f"{kind}_state")
    )
