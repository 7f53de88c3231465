"""催办: the same reminder for every kind of matter; it leaves a trace and counts."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

from models.asks import Ask
from models.base import Labelled
from models.flow import transition
from models.now import now
from models.user import User

if TYPE_CHECKING:
    from models.matter import Matter

PAUSE = timedelta(minutes=1)  # a second press within it is the same nudge


def just_nudged(matter: "Matter", by: User | None) -> str | None:
    """Why this person cannot nudge again: the responsible unit was nudged by the same person less than a minute ago.

    Asked with the matter's row locked and read anew, so that of two presses at once one counts.
    """
    if not matter.reminders:  # a list asks this of every row
        return None
    part = matter.part_of(matter.unit_id)
    latest = next((event for event in matter.events if event.action == "nudge" and by is not None and event.by_id == by.id), None)
    if latest is None or latest.at <= now() - PAUSE or (part and latest.at < part.assigned_at):
        return None
    return f"您刚催办过{matter.unit or ''}，请一分钟后再催"


def nudging(source: Collection[Labelled], permission: str, *, order: int = 80, hint: str = "") -> Callable[..., Any]:
    """The verb for a kind of matter: in which states, with which permission."""

    @transition("催办", source=source, permission=permission, when=just_nudged, order=order, hint=hint)
    def nudge(self: Any, *, by: User, note: Annotated[str, Ask("催办意见", long=True, bare=True, phrases=True)] = "") -> None:
        """A reminder that leaves a trace."""
        self.reminders += 1

    return nudge
