"""The words of a letter's life."""

from models.base import Labelled


class LetterForm(Labelled):
    DOCUMENT = "DOCUMENT", "文件格式"
    LETTER = "LETTER", "信函格式"
    SHEET = "SHEET", "表格单"
    MINUTES = "MINUTES", "纪要格式"


class NoticeState(Labelled):
    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "待签发"
    ISSUED = "ISSUED", "已签发"
    SERVED = "SERVED", "已送达"
    ANSWERED = "ANSWERED", "已反馈"
    CLOSED = "CLOSED", "已销号"
    VOID = "VOID", "作废"


S = NoticeState
UNISSUED = frozenset({S.DRAFT, S.SUBMITTED})
OUT = frozenset({S.ISSUED, S.SERVED, S.ANSWERED, S.CLOSED})


class Delivery(Labelled):
    DIRECT = "DIRECT", "直接送达"
    SYSTEM = "SYSTEM", "系统送达"
    LEFT = "LEFT", "留置送达"
    POST = "POST", "邮寄送达"
    ELECTRONIC = "ELECTRONIC", "电子送达"
