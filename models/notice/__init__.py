"""Letters (文书): series, wording, the letter itself with its life, and receipts (A2)."""

from models.notice.letter import Notice
from models.notice.receipt import Receipt
from models.notice.states import OUT, UNISSUED, Delivery, LetterForm, NoticeState
from models.notice.template import LetterTemplate, NoticeSeries, find_template, template_label

__all__ = [
    "OUT", "UNISSUED", "Delivery", "LetterForm", "LetterTemplate", "Notice", "NoticeSeries", "NoticeState", "Receipt",
    "find_template", "template_label",
]
