"""The words of supervision: methods, sources, states and verdicts (S1–S11)."""

from models.base import Labelled


class Method(Labelled):
    """How a check is made. M 二(十)2、3；E 四(四)"""

    ROUTINE = "ROUTINE", "监督检查"
    COVERT = "COVERT", "明察暗访"
    SURPRISE = "SURPRISE", "突击检查"
    DIRECT = "DIRECT", "四不两直"


class ProblemSource(Labelled):
    CHECK = "CHECK", "监督检查"
    MEETING = "MEETING", "会议研究"
    QUESTIONING = "QUESTIONING", "人民质询"
    RATING = "RATING", "群众评议"
    PROJECT = "PROJECT", "重大项目"
    LEAD = "LEAD", "线索转办"
    OTHER = "OTHER", "其他"


class ProblemState(Labelled):
    OPEN = "OPEN", "待整改"
    RECTIFYING = "RECTIFYING", "整改中"
    RECTIFIED = "RECTIFIED", "待验收"
    LOOK_BACK = "LOOK_BACK", "待回头看"
    REOPENED = "REOPENED", "重新整改"
    CLOSED = "CLOSED", "已销号"
    WITHDRAWN = "WITHDRAWN", "已撤销"


class LookBackResult(Labelled):
    """What a look-back finds (users.md idea 17)."""

    REAL = "REAL", "真改"
    PARTIAL = "PARTIAL", "未改到位"
    RELAPSE = "RELAPSE", "反弹"


class LeadSource(Labelled):
    CHECK = "CHECK", "监督检查"
    REPORT = "REPORT", "举报"
    SPECIAL = "SPECIAL", "特邀监督员"
    TICKET = "TICKET", "企业诉求"
    TRADE = "TRADE", "公共资源交易"
    DEPARTMENT = "DEPARTMENT", "部门移送"
    OTHER = "OTHER", "其他"


class LeadState(Labelled):
    RECEIVED = "RECEIVED", "待研判"
    ASSESSED = "ASSESSED", "待移送"
    TRANSFERRED = "TRANSFERRED", "已移送"
    FED_BACK = "FED_BACK", "已反馈"
    CLOSED = "CLOSED", "已办结"
    DISMISSED = "DISMISSED", "不予移送"


class Assessment(Labelled):
    """What the assessment of a lead concludes. J 三(一)"""

    TRANSFER = "TRANSFER", "移送有关机关"
    DISMISS = "DISMISS", "不予移送"


class LeadOutcome(Labelled):
    FILED = "FILED", "立案审查调查"
    TALK = "TALK", "谈话函询"
    WARNED = "WARNED", "批评教育或诫勉"
    SETTLED = "SETTLED", "予以了结"
    JUDICIAL = "JUDICIAL", "司法程序处理"


class Adoption(Labelled):
    PENDING = "PENDING", "待答复"
    ADOPTED = "ADOPTED", "采纳"
    PARTLY = "PARTLY", "部分采纳"
    REFUSED = "REFUSED", "未采纳"


class ProjectKind(Labelled):
    """E 三(二)、三(四)"""

    GOVERNMENT = "GOVERNMENT", "政府投资项目"
    ENTERPRISE = "ENTERPRISE", "企业投资项目"
    CLUSTER = "CLUSTER", "产业集聚区配套设施"


class ProjectLevel(Labelled):
    STATE = "STATE", "国家重点"
    PROVINCE = "PROVINCE", "省重点"
    CITY = "CITY", "市重点"
    DISTRICT = "DISTRICT", "区重点"
    OTHER = "OTHER", "其他"


class Focus(Labelled):
    """The four contents of supervising a project. E 三(二)"""

    PROCEDURES = "PROCEDURES", "行政手续"
    SERVICE = "SERVICE", "服务保障"
    FUNDS = "FUNDS", "资金使用"
    INTEGRITY = "INTEGRITY", "廉政情况"


class MilestoneState(Labelled):
    PLANNED = "PLANNED", "推进中"
    REPORTED = "REPORTED", "待核实"
    DONE = "DONE", "已完成"
    DROPPED = "DROPPED", "已取消"


class ApprovalState(Labelled):
    RUNNING = "RUNNING", "审批中"
    PAUSED = "PAUSED", "补正或特别程序"
    GRANTED = "GRANTED", "准予"
    REFUSED = "REFUSED", "不予"
    WITHDRAWN = "WITHDRAWN", "申请撤回"


class Verdict(Labelled):
    GRANT = "GRANT", "准予"
    REFUSE = "REFUSE", "不予"


class DrawResult(Labelled):
    """One drawn item of the online test. M 二(三)9②"""

    PENDING = "PENDING", "待测试"
    SMOOTH = "SMOOTH", "无问题"
    FAULTY = "FAULTY", "有问题"


class ReformKind(Labelled):
    """E 三(一): the lists of the approval reform."""

    POWER = "POWER", "权力清单"
    NEGATIVE = "NEGATIVE", "负面清单"
    CANCELLED = "CANCELLED", "取消事项"
    ADJUSTED = "ADJUSTED", "调整事项"


class SessionKind(Labelled):
    QUESTIONING = "QUESTIONING", "人民质询"
    RATING = "RATING", "群众评议"


class TradeKind(Labelled):
    WORKS = "WORKS", "工程建设"
    PURCHASE = "PURCHASE", "政府采购"
    LAND = "LAND", "土地和矿业权"
    PROPERTY = "PROPERTY", "国有产权"
    OTHER = "OTHER", "其他交易"


class Supervised(Labelled):
    """Whether a transaction runs inside the electronic supervision. E 四(三)3"""

    INSIDE = "INSIDE", "已纳入电子监察"
    OUTSIDE = "OUTSIDE", "未纳入电子监察"
    IRREGULAR = "IRREGULAR", "监察发现异常"
