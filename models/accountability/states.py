"""Where a measure stands."""

from models.base import Labelled


class ActionState(Labelled):
    DRAFT = "DRAFT", "待审定"
    DECLINED = "DECLINED", "不予采纳"
    ISSUED = "ISSUED", "已发出"
    ANSWERED = "ANSWERED", "已反馈"
    CLOSED = "CLOSED", "已销号"
    WITHDRAWN = "WITHDRAWN", "已撤销"


S = ActionState
LIVE_ACTIONS = frozenset({S.DRAFT, S.ISSUED, S.ANSWERED})
IN_FORCE = frozenset({S.ISSUED, S.ANSWERED, S.CLOSED})
