"""The schema. Importing this package maps every table and arms scope and audit."""

from models import append_only, audit, visibility
from models.accountability import AccountabilityAction, EscalationRule
from models.attachment import Attachment
from models.audit import AuditEntry
from models.base import db
from models.calendar import CalendarDay
from models.category import Category
from models.deadline import MatterDeadline
from models.document import SourceDocument
from models.enterprise import Enterprise
from models.group import GroupMembership, WorkGroup
from models.indicator import Indicator, IndicatorResult
from models.matter import Matter, MatterEvent
from models.matter_unit import MatterUnit
from models.notice import LetterTemplate, Notice, NoticeSeries, Receipt
from models.responsibility import Responsibility
from models.setting import Setting, StockPhrase
from models.standard import ServiceStandard
from models.sweep_log import Heartbeat
from models.task import Task
from models.ticket import Ticket
from models.unit import Unit, UnitAlias, UnitContact
from models.user import Permission, Role, User

__all__ = [
    "AccountabilityAction", "Attachment", "AuditEntry", "CalendarDay", "Category", "Enterprise", "EscalationRule",
    "GroupMembership", "Heartbeat", "Indicator", "IndicatorResult", "LetterTemplate", "Matter", "MatterDeadline",
    "MatterEvent", "MatterUnit", "Notice", "NoticeSeries", "Permission", "Receipt", "Responsibility", "Role",
    "ServiceStandard", "Setting", "SourceDocument", "StockPhrase", "Task", "Ticket", "Unit", "UnitAlias", "UnitContact",
    "User", "WorkGroup", "append_only", "audit", "db", "visibility",
]
