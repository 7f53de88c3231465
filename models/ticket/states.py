"""The words of a ticket: states, channels, grounds, levels of satisfaction."""

from models.base import Labelled


class TicketState(Labelled):
    REGISTERED = "REGISTERED", "待研判"
    CONSULTING = "CONSULTING", "会商中"
    REPORTED_UP = "REPORTED_UP", "请示中"
    DISTRICT = "DISTRICT", "营商办研究"
    DISPATCHED = "DISPATCHED", "待签收"
    RETURNED = "RETURNED", "退回待派"
    ACCEPTED = "ACCEPTED", "办理中"
    REWORK = "REWORK", "重办中"
    EXEMPT_ASKED = "EXEMPT_ASKED", "不予受理待审"
    DEFER_ASKED = "DEFER_ASKED", "承诺待签批"
    DEFERRED = "DEFERRED", "承诺办理"
    REPLIED = "REPLIED", "待审核"
    APPROVED = "APPROVED", "待回访"
    CLOSED = "CLOSED", "办结"
    EXEMPTED = "EXEMPTED", "不予受理"
    TRANSFERRED = "TRANSFERRED", "已移交"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    MERGED = "MERGED", "已并案"


S = TicketState

TRIAGE_STATES = frozenset({S.REGISTERED, S.CONSULTING, S.REPORTED_UP, S.DISTRICT, S.RETURNED})
WORKING_STATES = frozenset({S.ACCEPTED, S.REWORK, S.DEFERRED})
UNIT_STATES = frozenset({S.DISPATCHED, *WORKING_STATES, S.EXEMPT_ASKED, S.DEFER_ASKED, S.REPLIED})
END_STATES = frozenset({S.CLOSED, S.EXEMPTED, S.TRANSFERRED, S.WITHDRAWN, S.MERGED})
OPEN_STATES = frozenset(S) - END_STATES


class Channel(Labelled):
    """Where demands come from (T2)."""

    WINDOW = "WINDOW", "服务窗口"
    HOTLINE = "HOTLINE", "12345热线"
    ZHENGQITONG = "ZHENGQITONG", "政企通"
    WEB = "WEB", "网上投诉窗口"
    BOX = "BOX", "意见箱"
    PHONE = "PHONE", "监督电话"
    PETITION = "PETITION", "信访绿色通道"
    STATION = "STATION", "营商环境监测站"
    SPECIAL = "SPECIAL", "特邀监督员"
    VISIT = "VISIT", "走访"
    FORUM = "FORUM", "座谈会"
    LINKAGE110 = "LINKAGE110", "110联动"
    OPINION = "OPINION", "舆情监测"
    SUPERIOR = "SUPERIOR", "上级转办"
    MINSHENG = "MINSHENG", "网上民声"
    DISCLOSURE = "DISCLOSURE", "依申请公开"


class Manner(Labelled):
    """How the units work on what is given to them (T3)."""

    SINGLE = "SINGLE", "单位主办"
    JOINT = "JOINT", "主办加协办"
    CONSULT = "CONSULT", "联合会商"
    ON_SITE = "ON_SITE", "现场答复"


WITH_OTHERS = frozenset({Manner.JOINT, Manner.CONSULT})


class Term(Labelled):
    """Where the limit of a dispatch comes from (T4)."""

    STANDARD = "STANDARD", "按时限标准"
    HARD = "HARD", "复杂疑难"
    CUSTOM = "CUSTOM", "自定截止日"


class CallWay(Labelled):
    """How the enterprise was called back (T8)."""

    PHONE = "PHONE", "电话"
    VISIT = "VISIT", "上门"
    SMS = "SMS", "短信"
    CHAT = "CHAT", "微信"
    ONLINE = "ONLINE", "网上留言"


class Resolution(Labelled):
    """How a ticket ended."""

    ON_SPOT = "ON_SPOT", "当场解决"
    SOLVED = "SOLVED", "办理解决"
    EXPLAINED = "EXPLAINED", "解释说明"
    EXEMPTED = "EXEMPTED", "不予受理"
    TRANSFERRED = "TRANSFERRED", "移交"
    WITHDRAWN = "WITHDRAWN", "企业撤回"
    MERGED = "MERGED", "并案"


class Answer(Labelled):
    """How a unit may answer: the resolutions a reply offers."""

    SOLVED = "SOLVED", "办理解决"
    EXPLAINED = "EXPLAINED", "解释说明"


class ReturnGround(Labelled):
    """A return needs one of these (users.md idea 7)."""

    NOT_OURS = "NOT_OURS", "不属本单位职责"
    WRONG_PLACE = "WRONG_PLACE", "不属本辖区"
    INCOMPLETE = "INCOMPLETE", "诉求要素不全"
    DUPLICATE = "DUPLICATE", "与在办件重复"


class ExemptGround(Labelled):
    """The five grounds for not accepting a demand. M 二(七)2(2)②"""

    OTHER_PROCEDURE = "OTHER_PROCEDURE", "已进入诉讼、仲裁、纪检、复议、信息公开或信访程序"
    UNLAWFUL = "UNLAWFUL", "不符合法律法规和政策规定"
    SECRET = "SECRET", "涉及秘密、隐私或违反公序良俗"
    BELOW_EXPECTATION = "BELOW_EXPECTATION", "已依法依规处理但未达预期"
    UNTRUE = "UNTRUE", "反映情况与事实不符"


EVIDENCE = {
    ExemptGround.OTHER_PROCEDURE: "立案、受理通知书或信访登记等程序证明",
    ExemptGround.UNLAWFUL: "所依据的法律法规、规章或政策条文",
    ExemptGround.SECRET: "定密依据或不宜公开的说明（涉密材料本身不得上传）",
    ExemptGround.BELOW_EXPECTATION: "处理决定及告知企业的记录",
    ExemptGround.UNTRUE: "现场核查记录、照片或当事人确认",
}


class Satisfaction(Labelled):
    """Five levels; 基本满意 and above count as satisfied."""

    VERY = "VERY", "非常满意"
    SATISFIED = "SATISFIED", "满意"
    BASIC = "BASIC", "基本满意"
    NOT = "NOT", "不满意"
    VERY_NOT = "VERY_NOT", "非常不满意"


GOOD = frozenset({Satisfaction.VERY, Satisfaction.SATISFIED, Satisfaction.BASIC})


class Decision(Labelled):
    AGREE = "AGREE", "同意"
    REFUSE = "REFUSE", "不同意"


class Organ(Labelled):
    """Where matters of discipline and law are transferred (T3)."""

    DISCIPLINE = "DISCIPLINE", "区纪委监委"
    POLITICAL_LEGAL = "POLITICAL_LEGAL", "区委政法委"
    COURT = "COURT", "区法院"
    PROCURATORATE = "PROCURATORATE", "区检察院"


class Tendency(Labelled):
    """Why a demand needs watching (T12)."""

    MEDIA = "MEDIA", "媒体曝光"
    ORDER = "ORDER", "社会治安"
    PETITION = "PETITION", "涉访维稳"
