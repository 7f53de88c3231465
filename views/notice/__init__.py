"""Letters: panel (the list, many at once) · page (one letter and its verbs) · edit (its words) · draft (a new one by hand)."""

from views.notice.panel import NoticePanel

__all__ = ["NoticePanel"]
