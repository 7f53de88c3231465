"""Pages for duties and meetings, new enterprises and visits (D1–D6, N1–N7, O6–O7)."""

from views.duties.city_notice import CityNoticePanel
from views.duties.contact import ContactPanel
from views.duties.fixed_day import FixedDayPanel
from views.duties.instruction import InstructionPanel
from views.duties.investment import InvestmentPanel
from views.duties.ledgers import DecisionPanel, DifficultyPanel, LocalRulePanel, StationPanel, SupervisorPanel
from views.duties.meeting import MeetingPanel
from views.duties.newfirm import NewFirmPanel
from views.duties.survey import AnswerPanel, SurveyPanel
from views.duties.visit import LiaisonPanel, VisitPanel

__all__ = [
    "AnswerPanel", "CityNoticePanel", "ContactPanel", "DecisionPanel", "DifficultyPanel", "FixedDayPanel", "InstructionPanel",
    "InvestmentPanel", "LiaisonPanel", "LocalRulePanel", "MeetingPanel", "NewFirmPanel", "StationPanel", "SupervisorPanel",
    "SurveyPanel", "VisitPanel",
]
