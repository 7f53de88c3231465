"""Meetings: planned, held, minuted, merged; their decisions are tasks that carry over until done (D2, D3)."""

from models.meeting.carry import DecisionCarry
from models.meeting.decision import Decision
from models.meeting.meeting import Attendance, Meeting
from models.meeting.sweeping import carry_decisions
from models.meeting.words import MeetingKind, MeetingState, Presence

__all__ = ["Attendance", "Decision", "DecisionCarry", "Meeting", "MeetingKind", "MeetingState", "Presence", "carry_decisions"]
