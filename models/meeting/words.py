"""The words of a meeting (D2; M 三(一), J 四(二))."""

from models.base import Labelled


class MeetingKind(Labelled):
    WEEKLY = "WEEKLY", "周例会"
    MONTHLY = "MONTHLY", "月例会"
    QUARTERLY = "QUARTERLY", "季度例会"
    TOPIC = "TOPIC", "专题调度会"
    HALF_YEAR = "HALF_YEAR", "半年汇报会"


class MeetingState(Labelled):
    PLANNED = "PLANNED", "待召开"
    HELD = "HELD", "待纪要"
    MINUTED = "MINUTED", "已纪要"
    MERGED = "MERGED", "已汇总"
    CANCELLED = "CANCELLED", "已取消"


class Presence(Labelled):
    PRESENT = "PRESENT", "出席"
    LEAVE = "LEAVE", "请假"
    SITTING_IN = "SITTING_IN", "列席"


OFFICE = "营转办"  # how the documents call the office that merges the groups' minutes. M 三(一)
