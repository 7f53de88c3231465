"""The schema. Importing this package maps every table and arms scope and audit."""

from models import append_only, audit, report, separation, visibility
from models.accountability import AccountabilityAction, EscalationRule
from models.attachment import Attachment
from models.audit import AuditEntry
from models.base import db
from models.calendar import CalendarDay
from models.category import Category
from models.city_notice import CityNotice
from models.contact import Contact, ContactCheck, FirmBatch, NewFirm
from models.deadline import MatterDeadline
from models.document import SourceDocument
from models.enterprise import Enterprise
from models.fixed_day import FixedDay
from models.group import GroupMembership, WorkGroup
from models.identity import Delegation, OldPassword, RecoveryCode, UserSession
from models.importing import ImportRow, ImportRun, ImportWord
from models.indicator import Indicator, IndicatorResult
from models.inspection import (
    CaseFile,
    CaseReview,
    CoerciveMeasure,
    EnterpriseRequest,
    Hazard,
    Inspection,
    InspectionField,
    InspectionTarget,
    Inspector,
    JointInspection,
    LeniencyItem,
    ObservationPeriod,
    Penalty,
    QuietDay,
    RandomDraw,
)
from models.instruction import Instruction
from models.interface import ApiClient
from models.investment import Investment, InvestmentService
from models.local_rule import LocalRule
from models.matter import Matter, MatterEvent
from models.matter_unit import MatterUnit
from models.meeting import Attendance, Decision, DecisionCarry, Meeting
from models.message import OutboxMessage
from models.notice import LetterTemplate, Notice, NoticeSeries, Receipt
from models.openness import (
    Article,
    CertificateCut,
    DataCatalogue,
    DomainField,
    ElectronicLicence,
    FieldWork,
    Highlight,
    Interpretation,
    MediaAccount,
    MediaFault,
    MediaPost,
    Policy,
    PolicyDocument,
    PolicyGrant,
    ServiceActivity,
    ServiceItem,
    ServiceRating,
    Topic,
)
from models.openness import reports as openness_reports
from models.personal import Draft, Follow, InboxMark, ListColumns, SavedFilter
from models.public import EnterpriseRating, PublicDemand, Throttle
from models.rating import IndicatorProblem, RatingRule, UnitRating
from models.report import Erratum, GroupSlice, ReportSnapshot
from models.responsibility import Responsibility
from models.setting import Setting, StockPhrase
from models.standard import ServiceStandard
from models.supervision import (
    ApprovalCase,
    ApprovalItem,
    Campaign,
    Check,
    ChecklistItem,
    Concentration,
    InquirySession,
    Lead,
    LeadReader,
    LookBack,
    MajorProject,
    Milestone,
    OnlineTest,
    ParallelApproval,
    Problem,
    ReformItem,
    Suggestion,
    Trade,
)
from models.survey import Survey, SurveyAnswer
from models.sweep_log import Heartbeat
from models.task import Task
from models.ticket import Ticket
from models.unit import Unit, UnitAlias, UnitContact
from models.user import Permission, Role, User
from models.visit import Difficulty, Liaison, Visit
from models.watchers import SpecialSupervisor, Station

__all__ = [
    "AccountabilityAction",
    "ApiClient",
    "ApprovalCase",
    "ApprovalItem",
    "Article",
    "Attachment",
    "Attendance",
    "AuditEntry",
    "CalendarDay",
    "Campaign",
    "CaseFile",
    "CaseReview",
    "Category",
    "CertificateCut",
    "Check",
    "ChecklistItem",
    "CityNotice",
    "CoerciveMeasure",
    "Concentration",
    "Contact",
    "ContactCheck",
    "DataCatalogue",
    "Decision",
    "DecisionCarry",
    "Delegation",
    "Difficulty",
    "DomainField",
    "Draft",
    "ElectronicLicence",
    "Enterprise",
    "EnterpriseRating",
    "EnterpriseRequest",
    "Erratum",
    "EscalationRule",
    "FieldWork",
    "FirmBatch",
    "FixedDay",
    "Follow",
    "GroupMembership",
    "GroupSlice",
    "Hazard",
    "Heartbeat",
    "Highlight",
    "ImportRow",
    "ImportRun",
    "ImportWord",
    "InboxMark",
    "Indicator",
    "IndicatorProblem",
    "IndicatorResult",
    "InquirySession",
    "Inspection",
    "InspectionField",
    "InspectionTarget",
    "Inspector",
    "Instruction",
    "Interpretation",
    "Investment",
    "InvestmentService",
    "JointInspection",
    "Lead",
    "LeadReader",
    "LeniencyItem",
    "LetterTemplate",
    "Liaison",
    "ListColumns",
    "LocalRule",
    "LookBack",
    "MajorProject",
    "Matter",
    "MatterDeadline",
    "MatterEvent",
    "MatterUnit",
    "MediaAccount",
    "MediaFault",
    "MediaPost",
    "Meeting",
    "Milestone",
    "NewFirm",
    "Notice",
    "NoticeSeries",
    "ObservationPeriod",
    "OldPassword",
    "OnlineTest",
    "OutboxMessage",
    "ParallelApproval",
    "Penalty",
    "Permission",
    "Policy",
    "PolicyDocument",
    "PolicyGrant",
    "Problem",
    "PublicDemand",
    "QuietDay",
    "RandomDraw",
    "RatingRule",
    "Receipt",
    "RecoveryCode",
    "ReformItem",
    "ReportSnapshot",
    "Responsibility",
    "Role",
    "SavedFilter",
    "ServiceActivity",
    "ServiceItem",
    "ServiceRating",
    "ServiceStandard",
    "Setting",
    "SourceDocument",
    "SpecialSupervisor",
    "Station",
    "StockPhrase",
    "Suggestion",
    "Survey",
    "SurveyAnswer",
    "Task",
    "Throttle",
    "Ticket",
    "Topic",
    "Trade",
    "Unit",
    "UnitAlias",
    "UnitContact",
    "UnitRating",
    "User",
    "UserSession",
    "Visit",
    "WorkGroup",
    "append_only",
    "audit",
    "db",
    "openness_reports",
    "report",
    "separation",
    "visibility",
]

visibility.tie_kinds()
