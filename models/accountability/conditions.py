"""When a measure may be decided on, go out or be taken back (A1): each says why not, in one sentence."""

from typing import TYPE_CHECKING

from models.now import now
from models.user import User
from models.wording import chinese_time

if TYPE_CHECKING:
    from models.accountability.action import AccountabilityAction


def recused(action: "AccountabilityAction", by: User | None) -> str | None:
    """Nobody decides on a measure against the own unit (回避); somebody of another unit may."""
    own = by is not None and by.unit_id is not None and by.unit_id == action.unit_id
    return "责任单位是本单位，应当回避，请由其他单位有权限的人员审定" if own else None


def in_order(action: "AccountabilityAction", by: User | None) -> str | None:
    """Why the measure cannot go out now: one rung at a time, and only for a deadline that has passed unanswered."""
    matter = action.matter
    if not matter.is_open:
        return "事项已办结，不再发出"
    if why := recused(action, by):
        return why
    if not action.rung:
        return _reminder_stale(action)
    if action.rung != matter.ladder + 1:
        return f"同一事项逐级督办，现为第{matter.ladder}级，不能越级"
    if action.unit_id != matter.unit_id:
        return "事项已改派，不再对原承办单位发出"
    if matter.answered_at:
        return f"事项已{matter.ANSWER}，不再发出"
    due = matter.ladder_due_at if matter.ladder else matter.due_at
    if action.occasion.startswith(("overdue:", "rung")) and due and due <= now() and due != action.missed_at:
        return "所超时限已调整，以新的时限为准，不再发出"
    return f"现行时限为{chinese_time(due)}，尚未超期，不再发出" if due is None or due > now() else None


def _reminder_stale(action: "AccountabilityAction") -> str | None:
    """A reminder of a deadline that was met or moved reminds of nothing."""
    word, _, key = action.occasion.partition(":")
    if word != "due_soon":
        return None
    matter = action.matter
    if matter.answered_at:
        return "事项已答复，不再发出"
    return None if matter.deadline and key == str(matter.deadline.id) else "时限已调整，不再发出"


def may_be_taken_back(action: "AccountabilityAction", by: User | None) -> str | None:
    """The latest rung first: no rung may be left out below one that stands."""
    if action.rung and action.rung < action.matter.ladder:
        return "其后已发出更高一级的措施，请先撤回后一级"
    return recused(action, by)


def with_letter(action: "AccountabilityAction", by: User | None) -> str | None:
    """Why the measure cannot go out now, its letter looked at as well."""
    """Every rung carries a printed letter, and goes out with it."""
    letter = action.notice
    if letter is None and action.rung:
        return "每一级措施都须有文书，请先起草文书"
    if letter is not None and letter.issued_at is None:
        return "请打开所附文书签发，措施随文书发出"
    return in_order(action, by)
