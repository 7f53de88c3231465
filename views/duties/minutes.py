"""A meeting's minutes as a Paper in the minutes' form (GB/T 9704-2012; standards.md §1.4)."""

from models.meeting import Meeting
from models.meeting.words import Presence
from models.now import local
from models.setting import setting
from views.letters import Form, Paper


def minutes_paper(row: Meeting) -> Paper:
    """Red head 综合协调组周例会纪要, issue number, the text, who was there."""
    names = {presence: "、".join(str(a.unit) for a in row.attendance if a.presence == presence) for presence in Presence}
    copies = tuple(str(a.unit) for a in row.attendance if a.presence != Presence.LEAVE)
    return Paper(
        form=Form.MINUTES, title=row.title, issued=local(row.minuted_at).date(), mark=row.paper_name, number=f"第{row.issue}期", body=row.minutes,
        roster=tuple((presence.label, text) for presence, text in names.items() if text), cc=copies, printer=setting("agency"),
    )
