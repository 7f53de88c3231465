"""The words of inspections: states, lawful grounds, findings, penalties."""

from models.base import Labelled


class InspectionState(Labelled):
    DRAFTED = "DRAFTED", "待负责人审批"
    RETURNED = "RETURNED", "退回修改"
    APPROVED = "APPROVED", "待报备"
    FILED = "FILED", "已报备"
    MERGED = "MERGED", "并入联合检查"
    CARRIED_OUT = "CARRIED_OUT", "已检查"
    CONCLUDED = "CONCLUDED", "程序闭环待报送"
    REPORTED = "REPORTED", "已报送"
    CLOSED = "CLOSED", "办结"
    WITHDRAWN = "WITHDRAWN", "已撤回"


S = InspectionState
PLAN_STATES = frozenset({S.DRAFTED, S.RETURNED, S.APPROVED})
COMING_STATES = frozenset({S.FILED, S.MERGED})
VISITED_STATES = frozenset({S.CARRIED_OUT, S.CONCLUDED, S.REPORTED})
END_STATES = frozenset({S.CLOSED, S.WITHDRAWN})


class UrgentGround(Labelled):
    """What lets a unit go straight to the enterprise. Y 三(三)1、4"""

    SUPERIOR = "SUPERIOR", "配合上级部门督查检查"
    URGENT = "URGENT", "性质紧要、时间紧迫"
    COMPLAINT = "COMPLAINT", "投诉举报涉嫌违法"
    SAFETY = "SAFETY", "产品不合格或危害人身财产安全"


class Passing(Labelled):
    """Why a protected enterprise or day was visited all the same; counted apart."""

    LAWFUL = "LAWFUL", "法定情形径直检查"
    LEADER = "LEADER", "区领导批准"


class Finding(Labelled):
    CLEAN = "CLEAN", "未发现问题"
    HAZARD = "HAZARD", "发现隐患"
    VIOLATION = "VIOLATION", "涉嫌违法"
    NOT_DONE = "NOT_DONE", "未实施"


class HazardState(Labelled):
    OPEN = "OPEN", "整改中"
    CLEARED = "CLEARED", "已整改销号"


class HazardLevel(Labelled):
    GENERAL = "GENERAL", "一般"
    MAJOR = "MAJOR", "重大"


class PenaltyKind(Labelled):
    """How a violation was settled, mildest first."""

    NONE = "NONE", "免予处罚"
    WARNING = "WARNING", "警告、通报批评"
    FINE = "FINE", "罚款、没收"
    STOP = "STOP", "限制开展经营、责令停产停业"
    LICENCE = "LICENCE", "暂扣、吊销许可证件"
    OTHER = "OTHER", "其他处罚"


class JointState(Labelled):
    PROPOSED = "PROPOSED", "待统筹"
    ARRANGED = "ARRANGED", "待各单位确认"
    AGREED = "AGREED", "待告知企业"
    NOTIFIED = "NOTIFIED", "待实施"
    DONE = "DONE", "已实施"
    CLOSED = "CLOSED", "办结"
    DECLINED = "DECLINED", "不合并"


LIVE_JOINTS = frozenset({JointState.ARRANGED, JointState.AGREED, JointState.NOTIFIED, JointState.DONE})
"""A joint visit somebody has arranged: its members are not visited one by one."""
JOINT_VISITS = frozenset({JointState.DONE, JointState.CLOSED})
