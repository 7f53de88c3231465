"""What is asked of enterprises besides inspections: materials, evaluations, surveys, visits for research (I9).

Y 三(二)1: the unit's head approves or refuses; Y 二(二)4–7 names what must not be asked.
"""

from datetime import date, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from models import columns as c
from models import scope
from models.asks import Ask
from models.base import Labelled, db
from models.errors import Invalid, NotPermitted, Refused
from models.flow import transition
from models.matter import Matter, check_states
from models.matter_unit import Part
from models.now import now
from models.unit import Unit
from models.user import Level, User


class RequestKind(Labelled):
    MATERIAL = "MATERIAL", "材料、报表报送"
    SURVEY = "SURVEY", "调查问卷"
    EVALUATION = "EVALUATION", "评比、考核、创建"
    RESEARCH = "RESEARCH", "调研、会议"


class RequestGround(Labelled):
    """What may be asked for all the same. Y 三(二)1"""

    SAFETY = "SAFETY", "国家安全、公共安全、食品药品安全、安全生产"
    EMERGENCY = "EMERGENCY", "公共卫生等突发应急事件"
    COMPLAINT = "COMPLAINT", "投诉举报"
    SUPERIOR = "SUPERIOR", "上级交办"


class RequestState(Labelled):
    DRAFTED = "DRAFTED", "待负责人审批"
    APPROVED = "APPROVED", "已批准"
    REFUSED = "REFUSED", "不予批准"
    FINISHED = "FINISHED", "已完成"
    WITHDRAWN = "WITHDRAWN", "已撤回"


S = RequestState


def _lawful(request: Any, by: User | None) -> str | None:
    """Y 二(二)5: nothing without a basis."""
    return None if request.basis or request.ground else "没有法定依据，也不属公共安全、应急、投诉举报、上级交办情形，不能批准（Y 二(二)5）"


class EnterpriseRequest(Matter):
    """One request to a number of enterprises: what, why, by when, how many."""

    __tablename__ = "enterprise_request"
    __mapper_args__ = {"polymorphic_identity": "request"}

    PREFIX = "BS"
    KIND_LABEL = "涉企报送考评"
    ANSWER = "完成"
    STATES = RequestState

    id: Mapped[int] = c.child_key("matter.id")
    request_kind: Mapped[RequestKind] = c.choice("类别", RequestKind)
    content: Mapped[str] = c.long("内容", required=True, help="要企业做什么、填什么")
    basis: Mapped[str | None] = c.text("法定依据", 200)
    ground: Mapped[RequestGround | None] = c.choice("特殊情形", RequestGround, required=False)
    scope_note: Mapped[str] = c.text("企业范围", 200, required=True)
    enterprise_count: Mapped[int] = c.whole("涉及企业数", required=True)
    hours: Mapped[int | None] = c.whole("每家约需（小时）")
    wanted_on: Mapped[date] = c.day("要求完成", required=True)
    from_system: Mapped[bool] = c.flag("已查无共享数据", help="能从部门共享数据取得的，不再要企业报送")
    answered_count: Mapped[int | None] = c.whole("实际参与企业数")
    decided_at: Mapped[datetime | None] = c.when("审批时间")

    __table_args__ = (
        sa.CheckConstraint("enterprise_count > 0", name="count_positive"),
        sa.CheckConstraint("hours IS NULL OR hours >= 0", name="hours_not_negative"),
        sa.CheckConstraint("answered_count IS NULL OR answered_count >= 0", name="answered_not_negative"),
    )

    @property
    def who(self) -> str:
        """Whom it burdens."""
        return f"{self.scope_note}（{self.enterprise_count}家）"

    @classmethod
    def ask(cls, *, by: User, unit: Unit, title: str, **fields: Any) -> "EnterpriseRequest":
        """Draw up a request for the head's approval. Raises NotPermitted, or Invalid naming the field."""
        level = by.level("request:ask")
        if level is None or (level != Level.ALL and unit.id != by.unit_id):
            raise NotPermitted("您的角色不能为该单位提出涉企报送事项")
        texts = {"title": title, "content": fields.get("content", ""), "scope_note": fields.get("scope_note", "")}
        labels = {"title": "名称", "content": "内容", "scope_note": "企业范围"}
        if missing := next((name for name, text in texts.items() if not text.strip()), None):
            raise Invalid(missing, f"请填写{labels[missing]}")
        if (fields.get("enterprise_count") or 0) < 1:
            raise Invalid("enterprise_count", "涉及企业数应大于零")
        if fields["wanted_on"] <= now().date():
            raise Invalid("wanted_on", "要求完成的日期应在今天以后")
        with scope.everything():
            row = cls(number=cls.next_number(), title=title.strip()[:120], state=S.DRAFTED, created_by=by, opened_at=now(), **fields)
            db.session.add(row)
            row.assign(unit, Part.LEAD).resume()
            row.log("register", "提出", by=by, note=f"{row.request_kind.label}，涉及{row.enterprise_count}家企业")
            db.session.flush()
        return row

    @transition(
        "批准", source={S.DRAFTED}, target=S.APPROVED, permission="request:decide", party=Part.LEAD, when=_lawful, order=10,
        hint="谁组织、谁负责：批准后方可向企业发出",
    )
    def approve(self, *, by: User, opinion: Annotated[str, Ask("审批意见", long=True, bare=True)] = "") -> None:
        """The head answers for it."""
        if by.id == self.created_by_id:
            raise Refused("不能审批自己提出的事项")
        self.decided_at = now()

    @transition("不予批准", done="已决定不予批准", source={S.DRAFTED}, target=S.REFUSED, permission="request:decide", party=Part.LEAD, order=12, mark="act")
    def refuse(self, *, by: User, reason: Annotated[str, Ask("理由", long=True, bare=True)]) -> None:
        """Not necessary, or not lawful."""
        self.decided_at = now()
        self.finish()

    @transition("完成", done="已登记完成情况", source={S.APPROVED}, target=S.FINISHED, permission="request:ask", party=Part.LEAD, order=10)
    def complete(
        self, *, by: User,
        answered_count: Annotated[int, Ask("实际参与企业数")],
        note: Annotated[str, Ask("完成情况", long=True, bare=True)],
    ) -> None:
        """How many enterprises it really took up."""
        if answered_count < 0:
            raise Invalid("answered_count", "企业数不能为负")
        self.answered_count = answered_count
        self.finish()

    @transition("撤回", source={S.DRAFTED, S.APPROVED}, target=S.WITHDRAWN, permission="request:ask", party=Part.LEAD, order=90)
    def withdraw(self, *, by: User, reason: Annotated[str, Ask("撤回理由", long=True, bare=True)]) -> None:
        """No longer needed."""
        self.finish()


check_states(EnterpriseRequest, RequestState)
