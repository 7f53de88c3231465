"""The ladder 一督办 二挂牌 三约谈 四问责 and the softer measures (A1, A3, A8): rules propose, people issue."""

from models.accountability.action import AccountabilityAction
from models.accountability.rule import RUNGS, EscalationRule, Measure, ThresholdUnit, Trigger
from models.accountability.states import LIVE_ACTIONS, ActionState

__all__ = [
    "LIVE_ACTIONS", "RUNGS", "AccountabilityAction", "ActionState", "EscalationRule", "Measure", "ThresholdUnit", "Trigger",
]
