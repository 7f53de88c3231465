"""Supervision (专项监督): campaigns, checks, problems with look-back, leads, projects, approvals, ledgers (S1–S11, K9, T16)."""

from models.supervision import ledger_reports, promises, reports, visibility
from models.supervision.approval import ApprovalCase, ApprovalItem
from models.supervision.campaign import Campaign, Check, ChecklistItem
from models.supervision.lead import Lead, LeadReader
from models.supervision.ledgers import Concentration, ParallelApproval, ReformItem, Suggestion, Trade
from models.supervision.looking_back import LookBack
from models.supervision.online import OnlineTest
from models.supervision.problem import Problem
from models.supervision.project import MajorProject, Milestone
from models.supervision.session import InquirySession

__all__ = [
    "ApprovalCase", "ApprovalItem", "Campaign", "Check", "ChecklistItem", "Concentration", "InquirySession", "Lead", "LeadReader",
    "LookBack", "MajorProject", "Milestone", "OnlineTest", "ParallelApproval", "Problem", "ReformItem", "Suggestion", "Trade",
    "ledger_reports", "promises", "reports", "visibility",
]
